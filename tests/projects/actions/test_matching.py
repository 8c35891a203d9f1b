"""Turning a proposal down and taking that back: who may, with which cause, and what is kept."""

import pytest

from members.models import Change
from projects.actions import dismiss_match, restore_match
from projects.models import Dismissal
from projects.models.dismissal import DismissalCause
from projects.states import Direction
from tests.factories.projects import make_listing
from workflow.exceptions import BadInput, NotPermitted


@pytest.fixture
def pair(circle):
    """A need of the community and a resource of the unit."""
    resource = make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction=Direction.RESOURCE,
        title="地下车库错时开放",
    )
    return make_listing(circle), resource


def test_dismiss_match_keeps_cause_words_and_person(circle, pair):
    need, resource = pair
    said = dismiss_match(
        listing=need, other=resource, cause=DismissalCause.PLACE, words="要过两条马路", by=circle.staff
    )
    said.refresh_from_db()
    assert (said.cause, said.words, said.said_by) == (DismissalCause.PLACE, "要过两条马路", circle.staff)


def test_dismiss_match_works_from_the_resource(circle, pair):
    need, resource = pair
    dismiss_match(listing=resource, other=need, cause=DismissalCause.QUANTITY, by=circle.liaison)
    assert Dismissal.objects.get().listing == resource


def test_dismiss_match_said_again_the_last_word_counts(circle, pair):
    need, resource = pair
    dismiss_match(listing=need, other=resource, cause=DismissalCause.PLACE, by=circle.staff)
    dismiss_match(listing=need, other=resource, cause=DismissalCause.TIME, by=circle.staff)
    assert [said.cause for said in Dismissal.objects.all()] == [DismissalCause.TIME]


@pytest.mark.parametrize("person", ["liaison", "stranger"])
def test_dismiss_match_is_the_owners_alone(circle, pair, person):
    need, resource = pair
    with pytest.raises(NotPermitted):
        dismiss_match(listing=need, other=resource, cause=DismissalCause.PLACE, by=getattr(circle, person))
    assert not Dismissal.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"cause": "tired"}, "cause"),
        ({"cause": DismissalCause.OTHER}, "words"),
        ({"cause": DismissalCause.OTHER, "words": " "}, "words"),
        ({"cause": DismissalCause.PLACE, "words": "远" * 101}, "words"),
    ],
)
def test_dismiss_match_refuses_bad_input(circle, pair, values, field):
    need, resource = pair
    with pytest.raises(BadInput) as refused:
        dismiss_match(listing=need, other=resource, by=circle.staff, **values)
    assert refused.value.field == field


def test_dismiss_match_refuses_listing_of_the_same_list(circle, pair):
    need, _resource = pair
    other = make_listing(circle, organisation=circle.unit, by=circle.liaison, title="另一条需求")
    with pytest.raises(BadInput) as refused:
        dismiss_match(listing=need, other=other, cause=DismissalCause.PLACE, by=circle.staff)
    assert refused.value.field == "other"


def test_restore_match_takes_it_back_and_leaves_history(circle, pair):
    need, resource = pair
    said = dismiss_match(listing=need, other=resource, cause=DismissalCause.PLACE, by=circle.staff)
    restore_match(dismissal=said, by=circle.staff)
    assert not Dismissal.objects.exists()
    table = Dismissal._meta.db_table
    assert Change.objects.filter(table_name=table).count() == 2


def test_restore_match_is_the_owners_alone(circle, pair):
    need, resource = pair
    said = dismiss_match(listing=need, other=resource, cause=DismissalCause.PLACE, by=circle.staff)
    with pytest.raises(NotPermitted):
        restore_match(dismissal=said, by=circle.liaison)
    assert Dismissal.objects.exists()
