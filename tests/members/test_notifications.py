import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from members.actions.notifications import mark_all_read, mark_read
from members.models import Notification
from members.notifications import notify, sentence, speakers
from members.states import Role
from tests.factories.members import assign, make_organisation, make_person, make_user
from workflow.actions import action
from workflow.exceptions import NotPermitted

pytestmark = pytest.mark.django_db


def tell(obj, *people, **more):
    notify("organisation_closed", obj, people, organisation=obj, **more)


def test_notify_writes_one_row_for_each_recipient_and_no_second(community):
    one, two = make_user(), make_user()
    tell(community, one, two, one)
    tell(community, one)
    assert Notification.objects.filter(recipient=one).count() == 1
    assert Notification.objects.filter(recipient=two).count() == 1
    tell(community, one, due=dt.date(2026, 11, 21))
    tell(community, one, due=dt.date(2026, 11, 21))
    assert Notification.objects.filter(recipient=one).count() == 2


def test_notify_disappears_with_its_cause(community):
    @action
    def cause(*, by):
        tell(community, by)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cause(by=make_user())
    assert not Notification.objects.exists()


def test_notify_speaks_the_registered_words(community):
    tell(community, make_user())
    message = Notification.objects.get()
    assert sentence(message) == "“南园社区”已终止。"
    assert message.url == community.get_absolute_url()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "2026年11月21日"), ("en", "21 November 2026")])
def test_sentence_writes_days_in_the_readers_language(language, words):
    message = Notification(kind="organisation_closed", params={"organisation": "2026-11-21"})
    with override(language):
        assert words in sentence(message)
    message.params = {"organisation": "2026-11-31"}
    assert "2026-11-31" in sentence(message)


def test_constraint_notification_once(community):
    person = make_user()
    tell(community, person)
    row = Notification.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="notification_once"), transaction.atomic():
        row.save(force_insert=True)


def test_speakers_are_the_units_own_or_the_nearest_above(street, community):
    unit = make_organisation(parent=community)
    admin = make_person(Role.STREET_ADMIN, street)
    make_person(Role.AUDITOR, community)
    assert speakers(unit) == [admin]
    liaison = make_user()
    assign(liaison, Role.LIAISON, unit)
    assert speakers(unit) == [liaison]


def test_mark_read_once_and_only_by_the_recipient(community):
    person = make_user()
    tell(community, person)
    message = Notification.objects.get()
    with pytest.raises(NotPermitted):
        mark_read(notification=message, by=make_user())
    read_at = mark_read(notification=message, by=person).read_at
    assert read_at
    assert mark_read(notification=message, by=person).read_at == read_at


def test_mark_all_read_leaves_later_and_foreign_messages(community, street):
    person, other = make_user(), make_user()
    tell(community, person, other)
    seen = Notification.objects.get(recipient=person)
    tell(street, person)
    assert mark_all_read(up_to=seen.pk, by=person) == 1
    assert Notification.objects.visible_to(person).unread().count() == 1
    assert Notification.objects.visible_to(other).unread().count() == 1
