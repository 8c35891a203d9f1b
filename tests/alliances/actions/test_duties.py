"""Duties: set by who runs the meeting, worked on by the lead unit, ticked off, handed back."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from alliances import actions
from alliances.models import DutyReport, FlowBack
from alliances.states import AppealState, DutyState, MeetingState
from members.models import Notification
from tests.factories import members as make
from tests.factories.duties import make_case
from tests.factories.meetings import make_decision, make_duty, make_item, make_meeting
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def w() -> SimpleNamespace:
    return make_case()


def terms(w, **fields):
    return {
        "decision": w.decision,
        "by": w.staff,
        "lead": w.unit,
        "title": "车库夜间开放",
        "done_means": "居民能停",
        "due_on": TODAY() + dt.timedelta(days=30),
        **fields,
    }


def told(kind: str) -> set:
    return {row.recipient for row in Notification.objects.filter(kind=kind).select_related("recipient")}


# --- add_duty -------------------------------------------------------------------------------------
def test_add_duty_by_who_runs_the_meeting_tells_lead_and_partners(w):
    duty = actions.add_duty(**terms(w, partners=[w.other], review_on=TODAY() + dt.timedelta(days=60)))
    assert (duty.state, duty.lead, str(duty)) == (DutyState.ONGOING, w.unit, "车库夜间开放")
    assert [one.organisation for one in duty.partners.all()] == [w.other]
    assert told("duty_assigned") == {w.liaison}
    assert told("duty_partnered") == {w.liaison2}
    row = Notification.objects.get(kind="duty_assigned")
    assert row.url == duty.get_absolute_url()


def test_add_duty_to_a_closed_meeting_while_the_decision_stands(w):
    meeting = make_meeting(w.alliance, state=MeetingState.HELD)
    decision = make_decision(w.alliance, item=make_item(w.alliance, meeting=meeting, state="concluded"))
    type(meeting).objects.filter(pk=meeting.pk).update(state=MeetingState.CLOSED)
    assert actions.add_duty(**terms(w, decision=decision)).pk
    newer = make_decision(w.alliance, supersedes=decision)
    with pytest.raises(InvalidTransition, match="已被新的决议取代"):
        actions.add_duty(**terms(w, decision=decision))
    assert actions.add_duty(**terms(w, decision=newer)).pk


def test_add_duty_not_by_a_member_nor_by_another_street(w):
    for person in (w.liaison, w.stranger):
        with pytest.raises(NotPermitted):
            actions.add_duty(**terms(w, by=person))


def test_add_duty_by_the_speaker_of_the_convener(w):
    meeting = w.decision.item.meeting
    type(meeting).objects.filter(pk=meeting.pk).update(convener=w.other)
    assert actions.add_duty(**terms(w, by=w.liaison2)).pk


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  "),
        ("title", "字" * 81),
        ("done_means", ""),
        ("due_on", dt.date(2020, 1, 1)),
        ("review_on", dt.date(2020, 1, 1)),
    ],
)
def test_add_duty_wrong_values_name_their_field(w, field, value):
    with pytest.raises(BadInput) as refused:
        actions.add_duty(**terms(w, **{field: value}))
    assert refused.value.field == field
    assert w.decision.duties.count() == 1


def test_add_duty_lead_and_partners_belong_to_the_alliance(w):
    outside = make.make_organisation(parent=w.street)
    for field, values in (("lead", {"lead": outside}), ("partners", {"partners": [outside]})):
        with pytest.raises(BadInput, match="不是") as refused:
            actions.add_duty(**terms(w, **values))
        assert refused.value.field == field
    with pytest.raises(BadInput, match="不用再列为配合单位"):
        actions.add_duty(**terms(w, partners=[w.unit]))
    # The host needs no membership of its own to hold a duty.
    assert actions.add_duty(**terms(w, lead=w.street)).pk


def test_add_duty_of_an_ended_alliance_is_refused(w):
    type(w.alliance).objects.filter(pk=w.alliance.pk).update(ended_on=TODAY())
    with pytest.raises(InvalidTransition, match="已终止"):
        actions.add_duty(**terms(w))


# --- extend, drop, reassign -----------------------------------------------------------------------
def test_extend_duty_moves_day_and_review_with_a_reason(w):
    w.duty.review_on = w.duty.due_on
    w.duty.save()
    later = w.duty.due_on + dt.timedelta(days=10)
    duty = actions.extend_duty(duty=w.duty, by=w.staff, due_on=later, reason="等消防验收")
    assert (duty.due_on, duty.review_on) == (later, later)
    assert told("duty_extended") == {w.liaison}


def test_extend_duty_refusals(w):
    with pytest.raises(BadInput, match="要晚于现在的"):
        actions.extend_duty(duty=w.duty, by=w.staff, due_on=w.duty.due_on, reason="x")
    with pytest.raises(BadInput) as refused:
        actions.extend_duty(
            duty=w.duty, by=w.staff, due_on=w.duty.due_on + dt.timedelta(days=1), reason=" "
        )
    assert refused.value.field == "reason"
    with pytest.raises(NotPermitted):
        actions.extend_duty(duty=w.duty, by=w.liaison, due_on=TODAY() + dt.timedelta(days=90), reason="x")


def test_drop_duty_ends_it_with_a_reason(w):
    appeal = actions.ask_help(duty=w.duty, by=w.liaison, addressee=w.other, reason="缺人手")
    duty = actions.drop_duty(duty=w.duty, by=w.staff, reason="需求变化")
    assert (duty.state, duty.closed_on, duty.close_note) == (DutyState.DROPPED, TODAY(), "需求变化")
    appeal.refresh_from_db()
    assert appeal.state == AppealState.WITHDRAWN
    assert told("duty_dropped") == {w.liaison}
    with pytest.raises(InvalidTransition):
        actions.drop_duty(duty=w.duty, by=w.staff, reason="再来一次")
    with pytest.raises(BadInput):
        actions.drop_duty(duty=make_duty(w.alliance, lead=w.unit), by=w.staff, reason="")


def test_reassign_duty_when_its_unit_has_left(w):
    duty = actions.reassign_duty(duty=w.duty, by=w.staff, lead=w.other, reason="原单位迁出")
    assert duty.lead == w.other
    assert not FlowBack.objects.exists()
    assert told("duty_left") == {w.liaison}
    assert told("duty_assigned") == {w.liaison2}
    with pytest.raises(BadInput, match="已经是责任单位"):
        actions.reassign_duty(duty=w.duty, by=w.staff, lead=w.other, reason="x")
    with pytest.raises(NotPermitted):
        actions.reassign_duty(duty=w.duty, by=w.liaison, lead=w.unit, reason="x")
    actions.reassign_duty(duty=w.duty, by=w.staff, lead=w.unit, reason="又迁回来了")
    assert told("duty_assigned") == {w.liaison, w.liaison2}
    actions.reassign_duty(duty=w.duty, by=w.staff, lead=w.street, reason="没有单位能办")
    assert FlowBack.objects.get().to == w.street


# --- report, finish, reopen -----------------------------------------------------------------------
def test_report_progress_by_lead_and_partner(w):
    w.duty.partners.create(organisation=w.other)
    actions.report_progress(duty=w.duty, organisation=w.unit, by=w.liaison, text="已开工")
    actions.report_progress(duty=w.duty, organisation=w.other, by=w.liaison2, text="已派人")
    assert [one.text for one in w.duty.reports.all()] == ["已派人", "已开工"]
    assert told("duty_progressed") == {w.liaison}
    w.duty.refresh_from_db()
    assert w.duty.state == DutyState.ONGOING


def test_report_progress_final_waits_for_the_tick(w):
    appeal = actions.ask_help(duty=w.duty, by=w.liaison, addressee=w.other, reason="缺人手")
    actions.report_progress(duty=w.duty, organisation=w.unit, by=w.liaison, text="好了", is_final=True)
    w.duty.refresh_from_db()
    appeal.refresh_from_db()
    assert (w.duty.state, w.duty.reported_on) == (DutyState.REPORTED, TODAY())
    assert appeal.state == AppealState.WITHDRAWN
    assert {w.staff, w.staff2} <= told("duty_reported")
    with pytest.raises(InvalidTransition):
        actions.report_progress(
            duty=w.duty, organisation=w.unit, by=w.liaison, text="又好了", is_final=True
        )
    assert DutyReport.objects.count() == 1


def test_report_progress_refusals(w):
    with pytest.raises(NotPermitted, match="既不是责任单位"):
        actions.report_progress(duty=w.duty, organisation=w.other, by=w.liaison2, text="x")
    with pytest.raises(NotPermitted, match="自己的人员"):
        actions.report_progress(duty=w.duty, organisation=w.unit, by=w.staff, text="x")
    w.duty.partners.create(organisation=w.other)
    with pytest.raises(NotPermitted):
        actions.report_progress(duty=w.duty, organisation=w.other, by=w.liaison2, text="x", is_final=True)
    with pytest.raises(BadInput) as refused:
        actions.report_progress(duty=w.duty, organisation=w.unit, by=w.liaison, text=" ")
    assert refused.value.field == "text"


def test_report_progress_final_of_a_partner_by_somebody_who_speaks_for_both(w):
    duty = make_duty(w.alliance, lead=w.street)
    duty.partners.create(organisation=w.community)
    with pytest.raises(BadInput, match="由责任单位") as refused:
        actions.report_progress(duty=duty, organisation=w.community, by=w.staff, text="x", is_final=True)
    assert refused.value.field == "is_final"


def test_finish_duty_only_after_the_report(w):
    with pytest.raises(InvalidTransition, match="还没有报告办结"):
        actions.finish_duty(duty=w.duty, by=w.staff)
    actions.report_progress(duty=w.duty, organisation=w.unit, by=w.liaison, text="好了", is_final=True)
    with pytest.raises(NotPermitted):
        actions.finish_duty(duty=w.duty, by=w.liaison)
    duty = actions.finish_duty(duty=w.duty, by=w.staff, note="现场看过")
    assert (duty.state, duty.closed_on, duty.close_note) == (DutyState.DONE, TODAY(), "现场看过")
    assert told("duty_finished") == {w.liaison}
    with pytest.raises(InvalidTransition):
        actions.finish_duty(duty=w.duty, by=w.staff)


def test_reopen_duty_every_report_gets_its_answer(w):
    for _round in range(2):
        actions.report_progress(duty=w.duty, organisation=w.unit, by=w.liaison, text="好了", is_final=True)
        duty = actions.reopen_duty(duty=w.duty, by=w.staff, reason="还差两个车位")
        assert (duty.state, duty.reported_on) == (DutyState.ONGOING, None)
    assert Notification.objects.filter(kind="duty_reopened", recipient=w.liaison).count() == 2
    with pytest.raises(InvalidTransition):
        actions.reopen_duty(duty=w.duty, by=w.staff, reason="x")
    with pytest.raises(NotPermitted):
        actions.reopen_duty(duty=w.duty, by=w.liaison, reason="x")


# --- hand_back_duty -------------------------------------------------------------------------------
def test_hand_back_duty_to_street_or_community_keeps_why(w):
    row = actions.hand_back_duty(duty=w.duty, by=w.liaison, to=w.community, reason="没有场地")
    assert (row.organisation, row.to, row.reason, row.handed_back_by) == (
        w.unit,
        w.community,
        "没有场地",
        w.liaison,
    )
    w.duty.refresh_from_db()
    assert w.duty.lead == w.community
    assert w.community_staff in told("duty_handed_back")
    actions.hand_back_duty(duty=w.duty, by=w.community_staff, to=w.street, reason="社区办不了")
    assert FlowBack.objects.count() == 2


def test_hand_back_duty_refusals(w):
    with pytest.raises(BadInput) as refused:
        actions.hand_back_duty(duty=w.duty, by=w.liaison, to=w.street, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(BadInput, match="请求转交") as refused:
        actions.hand_back_duty(duty=w.duty, by=w.liaison, to=w.other, reason="x")
    assert refused.value.field == "to"
    foreign = make.make_community(make.make_street())
    with pytest.raises(BadInput, match="不是"):
        actions.hand_back_duty(duty=w.duty, by=w.liaison, to=foreign, reason="x")
    with pytest.raises(NotPermitted):
        actions.hand_back_duty(duty=w.duty, by=w.staff, to=w.street, reason="x")
    reported = make_duty(w.alliance, lead=w.unit, state=DutyState.REPORTED)
    with pytest.raises(InvalidTransition):
        actions.hand_back_duty(duty=reported, by=w.liaison, to=w.street, reason="x")
    own = make_duty(w.alliance, lead=w.street)
    with pytest.raises(InvalidTransition, match="不能再退回"):
        actions.hand_back_duty(duty=own, by=w.staff, to=w.community, reason="x")
    assert not FlowBack.objects.exists()


def test_hand_back_duty_to_a_partner_makes_it_the_lead_alone(w):
    w.duty.partners.create(organisation=w.community)
    actions.hand_back_duty(duty=w.duty, by=w.liaison, to=w.community, reason="没有场地")
    assert not w.duty.partners.exists()


def test_hand_back_duty_rolls_back_whole(w, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("down")

    monkeypatch.setattr("alliances.notifications.duties.duty_handed_back", fail)
    with pytest.raises(RuntimeError):
        actions.hand_back_duty(duty=w.duty, by=w.liaison, to=w.street, reason="没有场地")
    w.duty.refresh_from_db()
    assert w.duty.lead == w.unit
    assert not FlowBack.objects.exists()
