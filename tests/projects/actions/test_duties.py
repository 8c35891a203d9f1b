"""A duty becomes a draft need with nothing typed again; one live one per duty and organisation."""

import datetime as dt
import threading
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from alliances.models import Duty
from alliances.states import DutyState
from projects import actions
from projects.exceptions import AlreadyListed
from projects.models import Category, Listing
from projects.states import Direction, ListingState
from tests.factories.duties import make_case
from tests.factories.meetings import make_duty
from tests.projects.test_races import at_once
from workflow.exceptions import InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> SimpleNamespace:
    return make_case()


def draft(w, by=None, duty=None) -> Listing:
    return actions.draft_listing_from_duty(duty=duty or w.duty, by=by or w.liaison)


def test_draft_listing_from_duty_takes_every_word_from_it(w):
    duty = make_duty(
        w.alliance, lead=w.unit, decision=w.decision, title="车库夜间停车位", done_means="60 个车位每晚开放"
    )
    listing = draft(w, duty=duty)
    assert (listing.state, listing.direction) == (ListingState.DRAFT, Direction.NEED)
    assert (listing.alliance, listing.organisation, listing.duty) == (w.alliance, w.unit, duty)
    assert (listing.title, listing.done_means, listing.valid_until) == (
        "车库夜间停车位",
        "60 个车位每晚开放",
        duty.due_on,
    )
    assert listing.note == f"来自{w.decision}：同意。"
    assert listing.category.code == "parking"
    assert listing.slots.get().quantity == 1
    actions.publish_listing(listing=listing, by=w.liaison)


def test_draft_listing_from_duty_cuts_a_long_decision_and_drops_a_past_day(w):
    # What a decision may say is longer than a note with its number in front.
    type(w.decision).objects.filter(pk=w.decision.pk).update(text="字" * 1000)
    Duty.objects.filter(pk=w.duty.pk).update(due_on=timezone.localdate() - dt.timedelta(days=1))
    listing = draft(w)
    assert len(listing.note) == 1000
    assert listing.valid_until is None
    assert listing.category.code == "general"


def test_draft_listing_from_duty_by_who_runs_the_meeting_is_the_hosts(w):
    assert draft(w, by=w.staff).organisation == w.street
    assert draft(w).organisation == w.unit


def test_draft_listing_from_duty_by_others_is_refused(w):
    w.duty.partners.create(organisation=w.other)
    for person in (w.liaison2, w.district_admin, w.auditor, w.stranger):
        with pytest.raises(NotPermitted):
            draft(w, by=person)
    assert not Listing.objects.exists()


@pytest.mark.parametrize("state", [DutyState.DONE, DutyState.DROPPED])
def test_draft_listing_from_duty_that_is_over_is_refused(w, state):
    with pytest.raises(InvalidTransition, match="不用再提需求"):
        draft(w, duty=make_duty(w.alliance, lead=w.unit, state=state))


def test_draft_listing_from_duty_one_live_at_a_time(w):
    first = draft(w)
    with pytest.raises(AlreadyListed, match="请直接修改或发布那一条"):
        draft(w)
    actions.publish_listing(listing=first, by=w.liaison)
    with pytest.raises(AlreadyListed):
        draft(w)
    actions.withdraw_listing(listing=first, by=w.liaison, reason="改由别人出")
    second = draft(w)
    with pytest.raises(AlreadyListed):
        actions.publish_listing(listing=first, by=w.liaison)
    actions.withdraw_listing(listing=second, by=w.liaison, reason="还是原来那条")
    assert actions.publish_listing(listing=first, by=w.liaison).state == ListingState.PUBLISHED


def test_draft_listing_from_duty_rolls_back_whole(w, monkeypatch):
    monkeypatch.setattr("projects.actions.listings._set_slots", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        draft(w)
    assert not Listing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_draft_listing_from_duty_eight_at_once_is_one():
    w = make_case()
    results = at_once(*[partial(draft, w)] * 8)
    assert sum(isinstance(one, Listing) for one in results) == 1
    assert sum(isinstance(one, AlreadyListed) for one in results) == 7
    assert Listing.objects.get().duty == w.duty


@pytest.mark.django_db(transaction=True)
def test_draft_listing_from_duty_broken_twin_makes_two():
    """Look, then write, without the lock and without the constraint: the check above fails."""
    w = make_case()
    looked = threading.Barrier(2)

    def careless():
        assert not Listing.objects.filter(duty=w.duty).exists()
        looked.wait(timeout=30)
        return Listing.objects.create(
            alliance=w.alliance,
            organisation=w.unit,
            direction=Direction.NEED,
            category=Category.objects.get(code="general"),
            title="x",
            duty=w.duty,
        )

    constraint = next(c for c in Listing._meta.constraints if c.name == "listing_live_once_per_duty")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Listing, constraint)
    try:
        at_once(careless, careless)
        assert Listing.objects.filter(duty=w.duty).count() == 2
    finally:
        Listing.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Listing, constraint)
