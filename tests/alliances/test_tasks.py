"""What the clock calls to mind of meetings: once per row, deadline and person, at a constant cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliances.models import DutyTerm, Meeting, Procedure
from alliances.states import MeetingState, Presence
from alliances.tasks import plan_due_agendas, remind_due
from members.models import Notification, SpecialDay
from tests.factories import meetings as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make.make_table()


def told(kind: str) -> set[int]:
    rows = list(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))
    assert len(rows) == len(set(rows))
    return set(rows)


def ahead(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_plan_due_agendas_after_the_last_day(table):
    late = make.make_meeting(table.alliance, closes_on=ahead(-1))
    open_ = make.make_meeting(table.alliance, closes_on=ahead(0))
    plan_due_agendas()
    plan_due_agendas()
    assert {row.pk: row.state for row in Meeting.objects.all()} == {
        late.pk: MeetingState.PLANNED,
        open_.pk: MeetingState.CALLED,
    }


def test_remind_due_items_close(table):
    meeting = make.make_meeting(table.alliance, closes_on=ahead(20))
    remind_due()
    assert not told("items_close")
    Meeting.objects.update(closes_on=SpecialDay.objects.calendar().add(timezone.localdate(), 1))
    remind_due()
    remind_due()
    assert {user.pk for user in table.liaisons.values()} <= told("items_close")
    row = Notification.objects.filter(kind="items_close").first()
    assert (row.url, row.params["title"]) == (meeting.get_absolute_url(), meeting.title)


def test_remind_due_notice_tells_the_convener_alone(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.PLANNED, day=ahead(2))
    remind_due()
    assert told("notice_due") == {table.staff.pk, table.staff2.pk, meeting.called_by.pk}


def test_remind_due_meeting_near_but_not_the_excused(table):
    day = SpecialDay.objects.calendar().add(timezone.localdate(), 1)
    meeting = make.make_meeting(table.alliance, state=MeetingState.NOTICED, day=day)
    make.make_attendances(meeting, Presence.DUE)
    excused = table.members[0]
    meeting.attendances.filter(organisation=excused).update(presence=Presence.EXCUSED)
    remind_due()
    people = told("meeting_near")
    assert table.liaisons[excused.pk].pk not in people
    assert table.liaisons[table.members[1].pk].pk in people


def test_remind_due_meeting_near_but_not_who_has_left_since(table):
    day = SpecialDay.objects.calendar().add(timezone.localdate(), 1)
    meeting = make.make_meeting(table.alliance, state=MeetingState.NOTICED, day=day)
    make.make_attendances(meeting, Presence.DUE)
    gone = table.members[0]
    gone.memberships.update(ends_on=day - dt.timedelta(days=1))
    remind_due()
    assert table.liaisons[gone.pk].pk not in told("meeting_near")
    assert table.liaisons[table.members[1].pk].pk in told("meeting_near")


def test_remind_due_minutes(table):
    meeting = make.make_meeting(table.alliance, state=MeetingState.HELD, minutes_on=ahead(0))
    remind_due()
    assert told("minutes_due") == {table.staff.pk, table.staff2.pk, meeting.called_by.pk}


def test_remind_due_nothing_of_an_ended_alliance(table):
    make.make_meeting(table.alliance, closes_on=ahead(0))
    make.make_meeting(table.alliance, state=MeetingState.HELD, minutes_on=ahead(0))
    table.alliance.ended_on = ahead(0)
    table.alliance.save()
    remind_due()
    assert not Notification.objects.exists()


def monthly(table, **values):
    Procedure.objects.create(
        alliance=table.alliance,
        version=1,
        values={"rhythm": "monthly", "call_days": 31, **values},
        reason="每月",
        set_by=table.staff,
    )


def test_remind_due_regular_meeting_uncalled(table):
    monthly(table)
    remind_due()
    remind_due()
    assert told("meeting_uncalled") == {table.staff.pk, table.staff2.pk}
    row = Notification.objects.filter(kind="meeting_uncalled").first()
    assert row.url == f"/meetings/call/?alliance={table.alliance.pk}"


def test_remind_due_regular_meeting_that_is_expected(table):
    monthly(table)
    make.make_meeting(table.alliance)
    remind_due()
    assert not told("meeting_uncalled")


def test_remind_due_regular_meeting_tells_the_duty_unit(table):
    monthly(table, convener="duty")
    unit = table.members[0]
    DutyTerm.objects.create(
        alliance=table.alliance, organisation=unit, starts_on=ahead(0), ends_on=ahead(300)
    )
    remind_due()
    assert told("meeting_uncalled") == {table.liaisons[unit.pk].pk}


def test_remind_due_number_of_statements_is_constant():
    def add(number):
        for _ in range(number):
            other = make.make_table(units=1)
            monthly(other)
            make.make_meeting(other.alliance, kind="hearing", closes_on=ahead(0))
            make.make_meeting(other.alliance, state=MeetingState.HELD, kind="hearing", minutes_on=ahead(0))

    def count():
        with CaptureQueriesContext(connection) as queries:
            remind_due()
        return len(queries)

    add(1)
    few = count()
    add(4)
    assert count() == few
    assert len(set(Notification.objects.filter(kind="meeting_uncalled").values_list("row_id"))) == 5
