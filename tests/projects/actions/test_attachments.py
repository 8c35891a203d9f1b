import io

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from members.models import Change
from projects import actions
from projects.models import Attachment
from projects.models.attachment import MOST_ATTACHMENTS
from tests.factories.projects import make_listing, make_photograph
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def add(listing, by, **fields):
    return actions.add_attachment(
        listing=listing, upload=fields.pop("upload", make_photograph()), name="a.jpg", by=by, **fields
    )


@pytest.fixture
def draft(circle):
    return make_listing(circle, is_published=False)


def test_add_attachment_keeps_the_picture_in_its_place(circle, draft):
    kept = add(draft, circle.staff, caption=" 正门和坡道 ")
    assert (kept.position, kept.caption, kept.width, kept.height) == (1, "正门和坡道", 60, 40)
    assert Image.open(io.BytesIO(Attachment.objects.get().content)).size == (60, 40)
    assert add(draft, circle.staff).position == 2


def test_add_attachment_at_most_three(circle, draft):
    for _number in range(3):
        add(draft, circle.staff)
    with pytest.raises(InvalidTransition, match="最多 3 张"):
        add(draft, circle.staff)


def test_add_attachment_wrong_person(circle, draft):
    with pytest.raises(NotPermitted):
        add(draft, circle.liaison)


def test_add_attachment_to_what_is_published(circle):
    with pytest.raises(InvalidTransition):
        add(make_listing(circle), circle.staff)


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"upload": io.BytesIO(b"<html>")}, "picture"), ({"caption": "长" * 61}, "caption")],
)
def test_add_attachment_bad_input_leaves_nothing(circle, draft, fields, field):
    with pytest.raises(BadInput) as refusal:
        add(draft, circle.staff, **fields)
    assert refusal.value.field == field
    assert not Attachment.objects.exists()


def test_remove_attachment_moves_the_others_up_and_keeps_no_copy(circle, draft):
    first, second, third = (add(draft, circle.staff, caption=name) for name in "一二三")
    actions.remove_attachment(attachment=first, by=circle.staff)
    assert list(draft.attachments.values_list("position", "caption")) == [(1, "二"), (2, "三")]
    assert not Change.objects.filter(table_name="projects_attachment").exists()
    actions.remove_attachment(attachment=third, by=circle.staff)
    actions.remove_attachment(attachment=second, by=circle.staff)
    assert not draft.attachments.exists()


def test_remove_attachment_wrong_person_or_state(circle, draft):
    kept = add(draft, circle.staff)
    with pytest.raises(NotPermitted):
        actions.remove_attachment(attachment=kept, by=circle.liaison)
    actions.publish_listing(listing=draft, by=circle.staff)
    with pytest.raises(InvalidTransition):
        actions.remove_attachment(attachment=kept, by=circle.staff)


def test_database_refuses_a_fourth_and_a_large_one(circle, draft):
    kept = add(draft, circle.staff)
    with pytest.raises(IntegrityError, match="attachment_at_most_three"), transaction.atomic():
        Attachment.objects.filter(pk=kept.pk).update(position=MOST_ATTACHMENTS + 1)
    with pytest.raises(IntegrityError, match="attachment_small"), transaction.atomic():
        Attachment.objects.filter(pk=kept.pk).update(content=bytes(410 * 1024))
