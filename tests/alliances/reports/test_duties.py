"""What of duties waits for whom, where one stands, and how many flowed back."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliances import actions
from alliances.models import FlowBack
from alliances.reports import duties as reports
from alliances.states import DutyState
from members.models import User
from tests.factories.duties import make_case
from tests.factories.meetings import make_alliance, make_decision, make_duty

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def w():
    return make_case()


def titles(user, **lookup) -> list[str]:
    # A fresh object, as every request has one: grants are kept with it.
    return [work.title for work in reports.work_for(User.objects.get(pk=user.pk))]


def make_late(w, **fields):
    return make_duty(
        w.alliance, lead=w.unit, decision=w.decision, due_on=timezone.localdate() - DAY, **fields
    )


def test_work_for_the_lead_unit_names_duty_and_day(w):
    (work,) = reports.work_for(w.liaison)
    assert work.title == "办理议定事项：车库夜间开放"
    assert (work.due, work.url, work.waits) == (w.duty.due_on, w.duty.get_absolute_url(), False)
    assert w.decision.number in work.why
    assert not reports.work_for(w.liaison2)


def test_work_for_who_is_asked_and_who_waits(w):
    actions.ask_help(duty=w.duty, by=w.liaison, addressee=w.other, reason="缺人手")
    (asked,) = reports.work_for(w.liaison2)
    assert asked.title == "答复协助请求：车库夜间开放"
    waiting = [work for work in reports.work_for(w.liaison) if work.waits]
    assert [work.title for work in waiting] == [f"等 {w.other} 答复：车库夜间开放"]


def test_work_for_who_speaks_for_both_sides_waits_for_nobody(w):
    duty = make_duty(w.alliance, lead=w.community, decision=w.decision, title="楼道清理")
    actions.ask_transfer(duty=duty, by=w.community_staff, new_lead=w.other, reason="不在本社区")
    found = [work for work in reports.work_for(User.objects.get(pk=w.staff.pk)) if "答复" in work.title]
    assert [(work.title, work.waits) for work in found] == [("答复转交请求：楼道清理", False)]


def test_work_for_the_district_holds_what_was_escalated_and_no_more(w):
    make_late(w)
    assert titles(w.district_admin) == []
    actions.escalate_duty(duty=w.duty, by=w.liaison, reason="要规划部门批")
    assert titles(w.district_admin) == ["答复协调请求：车库夜间开放"]


def test_work_for_who_runs_it_ticks_off_and_chases(w):
    make_duty(w.alliance, lead=w.unit, state=DutyState.REPORTED, title="雨棚加固")
    make_late(w, title="安保方案")
    make_duty(
        w.alliance, lead=w.street, title="自己的事", due_on=timezone.localdate() - DAY, decision=w.decision
    )
    assert set(titles(w.staff)) == {"核对销号：雨棚加固", "督办：安保方案", "办理议定事项：自己的事"}


def test_work_for_who_runs_it_looks_at_duties_of_a_replaced_decision(w):
    old = make_decision(w.alliance)
    duty = make_duty(w.alliance, lead=w.unit, decision=old, due_on=timezone.localdate() - DAY)
    assert titles(w.staff) == [f"督办：{duty.title}"]
    newer = make_decision(w.alliance, supersedes=old)
    assert titles(w.staff) == [f"核对已被取代的事项：{duty.title}"]
    assert str(newer) in reports.work_for(User.objects.get(pk=w.staff.pk))[0].why


def test_work_for_readers_and_ended_alliances_is_empty(w):
    make_late(w)
    assert titles(w.auditor) == []
    type(w.alliance).objects.filter(pk=w.alliance.pk).update(ended_on=timezone.localdate())
    assert titles(w.staff) == titles(w.liaison) == []


def test_work_for_costs_the_same_at_any_number(w):
    def cost(user):
        user = User.objects.get(pk=user.pk)
        user.grants  # noqa: B018 - loaded once per request, not by the report
        with CaptureQueriesContext(connection) as queries:
            reports.work_for(user)
        return len(queries)

    before = [cost(user) for user in (w.liaison, w.staff)]
    for _number in range(12):
        duty = make_late(w)
        actions.ask_help(duty=duty, by=w.liaison, addressee=w.other, reason="缺人手")
        make_duty(w.alliance, lead=w.unit, decision=w.decision, state=DutyState.REPORTED)
    assert [cost(user) for user in (w.liaison, w.staff)] == before == [6, 6]


def test_duty_chip_says_how_late_it_is(w):
    assert reports.duty_chip(w.duty).label == "办理中"
    late = reports.duty_chip(make_duty(w.alliance, lead=w.unit, due_on=dt.date(2026, 1, 5)))
    assert late.tone == "bad"
    assert "已逾期" in late.label


def test_duty_stages_follow_the_state(w):
    def now(duty):
        return [stage.label for stage in reports.duty_stages(duty) if stage.state == "now"]

    assert now(w.duty) == ["办理"]
    assert now(make_duty(w.alliance, lead=w.unit, state=DutyState.REPORTED)) == ["核对销号"]
    assert now(make_duty(w.alliance, lead=w.unit, state=DutyState.DONE)) == []
    assert now(make_duty(w.alliance, lead=w.unit, state=DutyState.DROPPED)) == ["已终止"]


def test_of_meeting_holds_its_own_duties_in_two_queries(w, django_assert_num_queries):
    w.duty.partners.create(organisation=w.other)
    make_duty(w.alliance, lead=w.other)
    meeting = w.decision.item.meeting
    w.liaison.grants  # noqa: B018 - loaded once per request
    with django_assert_num_queries(2):
        rows = reports.of_meeting(meeting, w.liaison)
        assert [(row.title, row.chip.label, str(row.lead)) for row in rows] == [
            ("车库夜间开放", "办理中", str(w.unit))
        ]
        assert [str(one.organisation) for one in rows[0].partners.all()] == [str(w.other)]
    assert reports.of_meeting(meeting, w.stranger) == []


def make_flow_back(w, day, alliance=None):
    decision = make_decision(alliance) if alliance else w.decision
    duty = make_duty(alliance or w.alliance, lead=w.unit, decision=decision)
    return FlowBack.objects.create(
        duty=duty,
        organisation=w.unit,
        to=w.street,
        reason="没有场地",
        handed_back_on=day,
        handed_back_by=w.liaison,
    )


def test_flow_back_counts_per_alliance_and_quarter(w):
    second = make_alliance(host=w.street, name="第二联盟")
    for day in (dt.date(2026, 7, 1), dt.date(2026, 9, 30), dt.date(2026, 10, 1), dt.date(2024, 12, 31)):
        make_flow_back(w, day)
    make_flow_back(w, dt.date(2026, 10, 2), second)
    rows = reports.flow_back_counts(FlowBack.objects.all(), today=dt.date(2026, 11, 21))
    assert [(row.alliance, row.year, row.quarter, row.count) for row in rows] == [
        *sorted([(w.alliance.name, 2026, 4, 1), ("第二联盟", 2026, 4, 1)]),
        (w.alliance.name, 2026, 3, 2),
    ]
    assert rows[-1].url.endswith(f"?alliance={w.alliance.pk}&quarter=2026Q3")
    # The first of the eight quarters is the first of the year before last's end: 2025Q1.
    make_flow_back(w, dt.date(2025, 1, 1))
    rows = reports.flow_back_counts(FlowBack.objects.all(), today=dt.date(2026, 11, 21))
    assert (rows[-1].year, rows[-1].quarter) == (2025, 1)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026Q4", (dt.date(2026, 10, 1), dt.date(2026, 12, 31))),
        ("2026Q1", (dt.date(2026, 1, 1), dt.date(2026, 3, 31))),
        ("2026Q5", None),
        ("0000Q1", None),
        ("x", None),
    ],
)
def test_days_of_quarter(text, days):
    assert reports.days_of_quarter(text) == days
