"""What meetings ask of whom, and that the question costs the same however many there are."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliances.models import DutyTerm, Procedure
from alliances.reports.meetings import work_for
from alliances.states import ItemState, MeetingState, Presence
from members.states import Role
from tests.factories import meetings as make
from tests.factories.members import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    """A table whose next regular meeting is far off."""
    table = make.make_table()
    far = timezone.localdate() + dt.timedelta(days=200)
    make.make_meeting(table.alliance, day=far, title="远期例会")
    return table


def titles(user) -> list[str]:
    user.__dict__.pop("grants", None)
    return [work.title for work in work_for(user) if "远期例会" not in work.title]


def test_work_for_who_runs_it_is_the_next_act(table):
    today = timezone.localdate()
    late = {"closes_on": today - dt.timedelta(days=1), "title": "甲"}
    make.make_meeting(table.alliance, **late)
    make.make_meeting(table.alliance, state=MeetingState.PLANNED, title="乙")
    make.make_meeting(table.alliance, state=MeetingState.NOTICED, title="丙", day=today)
    make.make_meeting(table.alliance, state=MeetingState.NOTICED, title="丁")
    make.make_meeting(table.alliance, state=MeetingState.IN_SESSION, title="戊")
    expected = {"排定议程：甲", "发会议通知：乙", "开会：丙", "正在开会：戊"}
    assert set(titles(table.staff)) == expected
    for user in (
        make_person(Role.AUDITOR, table.street),
        make_person(Role.EXPERT, table.street),
        table.stranger,
    ):
        assert not expected & set(titles(user))


def test_work_for_the_convener_is_the_same(table):
    unit = table.members[0]
    meeting = make.make_meeting(table.alliance, state=MeetingState.PLANNED, title="乙")
    meeting.convener = unit
    meeting.save()
    assert "发会议通知：乙" in titles(table.liaisons[unit.pk])
    assert "发会议通知：乙" not in titles(table.liaisons[table.members[1].pk])


def test_work_for_items_to_answer_is_one_line_for_each_alliance(table):
    for _ in range(3):
        make.make_item(table.alliance, proposer=table.members[0])
    make.make_item(table.alliance, state=ItemState.ACCEPTED)
    (work,) = [one for one in work_for(table.staff) if one.title.startswith("受理议题")]
    assert work.why == "3 个议题等答复。"
    assert work.url == f"/items/?alliance={table.alliance.pk}&state=proposed"


def test_work_for_a_unit_is_to_propose_to_come_and_to_check_in(table):
    unit = table.members[0]
    liaison = table.liaisons[unit.pk]
    called = make.make_meeting(table.alliance, title="甲")
    noticed = make.make_meeting(table.alliance, state=MeetingState.NOTICED, title="乙")
    begun = make.make_meeting(table.alliance, state=MeetingState.IN_SESSION, title="丙", room_code="123456")
    for meeting in (noticed, begun):
        make.make_attendances(meeting, Presence.DUE)
    assert titles(liaison) == ["提出议题：甲", "签到：丙", "参加会议：乙"]
    make.make_item(table.alliance, meeting=called, state=ItemState.PROPOSED, proposer=unit)
    for meeting in (noticed, begun):
        meeting.attendances.filter(organisation=unit).update(presence=Presence.EXCUSED)
    assert titles(liaison) == []


def test_work_for_the_regular_meeting_that_nobody_called():
    table = make.make_table()
    unit, today = table.members[0], timezone.localdate()
    Procedure.objects.create(
        alliance=table.alliance,
        version=1,
        values={"rhythm": "monthly", "call_days": 31, "convener": "duty"},
        reason="每月",
        set_by=table.staff,
    )
    DutyTerm.objects.create(
        alliance=table.alliance, organisation=unit, starts_on=today, ends_on=today + dt.timedelta(days=300)
    )
    line = f"召集例会：{table.alliance}"
    assert line in titles(table.staff)
    assert line in titles(table.liaisons[unit.pk])
    assert line not in titles(table.liaisons[table.members[1].pk])
    make.make_meeting(table.alliance)
    assert line not in titles(table.staff)


def test_work_for_number_of_queries_is_constant(table):
    user = table.staff

    def add(number):
        for _ in range(number):
            meeting = make.make_meeting(table.alliance, state=MeetingState.PLANNED, called_by=user)
            make.make_item(table.alliance, meeting=meeting, state=ItemState.PROPOSED)

    def count():
        user.__dict__.pop("grants", None)
        with CaptureQueriesContext(connection) as queries:
            work_for(user)
        return len(queries)

    add(5)
    few = count()
    add(45)
    assert count() == few <= 10
