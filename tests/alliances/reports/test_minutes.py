import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliances.models import Meeting
from alliances.reports.minutes import of_meeting, panel_of, work_for
from alliances.states import MeetingState
from members.models import Organisation
from members.states import Role
from tests.factories.meetings import make_meeting, make_table
from tests.factories.members import make_person
from tests.factories.minutes import (
    make_confirmation,
    make_confirming_meeting,
    make_held_meeting,
    make_minutes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    return make_table(units=1)


def fresh(user):
    """The user as the next request loads it."""
    return type(user).objects.get(pk=user.pk)


def titles(user):
    return [work.title.split("：")[0] for work in work_for(fresh(user))]


def test_of_meeting_without_minutes(table):
    panel = of_meeting(make_held_meeting(table), table.staff)
    assert (panel.minutes, panel.is_newest, panel.is_open) == (None, False, False)
    assert panel.draft.ok
    assert not of_meeting(panel.meeting, table.liaisons[table.members[0].pk]).draft.ok


def test_panel_of_counts_answers_of_its_version(table):
    out = make_confirming_meeting(table)
    make_confirmation(out, table.members[0])
    make_confirmation(out, table.members[1], "写错了")
    unit = table.members[2]
    panel = of_meeting(out.meeting, table.liaisons[unit.pk])
    assert [one.organisation for one in panel.confirmed] == [table.members[0]]
    assert [one.note for one in panel.objections] == ["写错了"]
    assert panel.waiting == panel.own == [unit]
    assert panel.words == "请 3 个单位确认，1 个无异议，1 个有异议，1 个没有答复"
    assert [panel.runs, panel.close.ok, panel.revise.ok] == [False] * 3
    newer = make_minutes(out.meeting)
    old = panel_of(out.meeting, out, table.staff)
    assert (old.is_newest, old.is_open, len(old.confirmed)) == (False, False, 1)
    new = of_meeting(out.meeting, table.staff)
    assert (new.minutes, new.is_open, len(new.confirmed)) == (newer, True, 0)
    assert new.revise.ok
    assert not new.close.ok


def test_work_for_who_runs_it(table):
    meeting = make_held_meeting(table, minutes_on=timezone.localdate())
    (work,) = work_for(table.staff)
    assert (work.title, work.due) == (f"整理会议纪要：{meeting}", timezone.localdate())
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CONFIRMING)
    minutes = make_minutes(meeting)
    (work,) = work_for(fresh(table.staff))
    assert work.waits
    for unit in table.members:
        make_confirmation(minutes, unit)
    assert titles(table.staff) == ["归档会议"]
    minutes = make_minutes(meeting)
    make_confirmation(minutes, table.members[0], "写错了")
    assert titles(table.staff) == ["处理纪要异议"]
    make_minutes(meeting, confirm_by=timezone.localdate() - dt.timedelta(days=1))
    assert titles(table.staff) == ["归档会议"]
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CLOSED)
    assert titles(table.staff) == []


def test_work_for_a_district_leaves_the_minutes_to_the_street(table):
    make_held_meeting(table)
    make_confirming_meeting(table)
    district = Organisation.objects.get_root(table.street)
    assert work_for(make_person(Role.DISTRICT_ADMIN, district)) == []


def test_work_for_the_units(table):
    out = make_confirming_meeting(table)
    liaison = table.liaisons[table.members[0].pk]
    (work,) = work_for(liaison)
    assert (work.title, work.url) == (f"确认会议纪要：{out.meeting}", out.get_absolute_url())
    newer = make_minutes(out.meeting)
    (work,) = work_for(fresh(liaison))
    assert work.url == newer.get_absolute_url()
    make_confirmation(newer, table.members[0])
    assert titles(liaison) == []
    assert titles(table.liaisons[table.members[1].pk]) == ["确认会议纪要"]
    for reader in (make_person(Role.AUDITOR, table.street), table.stranger):
        assert work_for(reader) == []


def test_work_for_a_unit_that_convenes(table):
    unit = table.members[0]
    out = make_confirming_meeting(table)
    Meeting.objects.filter(pk=out.meeting_id).update(convener=unit)
    assert titles(table.liaisons[unit.pk]) == ["等各单位确认纪要"]
    # The host's people run it as well: they have the same line, not one to confirm.
    assert titles(table.staff) == ["等各单位确认纪要"]


def test_work_for_counts_the_same_queries_for_any_number(table):
    def cost(user):
        with CaptureQueriesContext(connection) as queries:
            work_for(fresh(user))
        return len(queries)

    liaison = table.liaisons[table.members[0].pk]
    make_confirming_meeting(table)
    make_held_meeting(table)
    before = cost(table.staff), cost(liaison)
    for _number in range(6):
        make_confirming_meeting(table)
        make_held_meeting(table)
    make_meeting(table.alliance)
    assert (cost(table.staff), cost(liaison)) == before
