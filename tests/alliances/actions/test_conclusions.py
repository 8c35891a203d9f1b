import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances import actions
from alliances.exceptions import QuorumMissing
from alliances.models import AgendaItem, Attendance, Decision, Meeting, Membership, Opinion, StepOut
from alliances.reports.outcomes import options_for
from alliances.states import (
    BallotValue,
    ItemOutcome,
    ItemSource,
    ItemState,
    MeetingState,
    MotionForm,
    Presence,
    StepOutKind,
)
from members.models import Change, Notification, Organisation
from tests.factories.meetings import (
    make_attendances,
    make_decision,
    make_duty,
    make_item,
    make_meeting,
    make_table,
)
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db
CONSENSUS, CARRIED, REJECTED, DEFERRED, REFERRED, NOTED = ItemOutcome


@pytest.fixture
def table():
    table = make_table(units=1)
    table.meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make_attendances(table.meeting)
    table.item = make_item(table.alliance, meeting=table.meeting, proposer=table.members[0], body="夜间")
    return table


def conclude(table, outcome=CONSENSUS, item=None, by=None, resolution="先试三个月。", **values):
    return actions.conclude_item(
        item=item or table.item, by=by or table.staff, outcome=outcome, resolution=resolution, **values
    )


def put_to_vote(table, *values, item=None):
    motion = actions.open_motion(item=item or table.item, by=table.staff, text="是否同意")
    units = [*table.members, table.street]
    for unit, value in zip(units, values, strict=False):
        actions.cast_ballot(motion=motion, organisation=unit, value=value, by=table.staff)
    return actions.close_motion(motion=motion, by=table.staff)


def legal(item):
    return {option.outcome for option in options_for(item) if option.is_open}


def reason(item, outcome):
    return next(option.reason for option in options_for(item) if option.outcome == outcome)


# --- Outcomes -------------------------------------------------------------------------------------
def test_conclude_item_by_consensus_makes_a_numbered_decision(table):
    item = conclude(table)
    decision = item.decision
    assert (item.state, item.outcome, item.resolution) == (ItemState.CONCLUDED, CONSENSUS, "先试三个月。")
    assert (decision.year, decision.serial) == (table.meeting.held_on.year, 1)
    assert (decision.text, decision.decided_on) == ("先试三个月。", table.meeting.held_on)
    told = set(Notification.objects.filter(kind="decision_made").values_list("recipient", flat=True))
    assert {one.pk for one in table.liaisons.values()} <= told
    assert table.staff.pk not in told


def test_conclude_item_wrong_person(table):
    for by in (table.liaisons[table.members[0].pk], table.stranger):
        with pytest.raises(NotPermitted):
            conclude(table, by=by)
    with pytest.raises(NotPermitted):
        actions.conclude_item(item=table.item, by=None, outcome=CONSENSUS, resolution="好")


def test_conclude_item_twice(table):
    conclude(table)
    with pytest.raises(InvalidTransition, match="协商一致"):
        conclude(table, DEFERRED)


def test_conclude_item_before_the_meeting(table):
    meeting = make_meeting(table.alliance, state=MeetingState.NOTICED)
    with pytest.raises(InvalidTransition, match="开始会议"):
        conclude(table, item=make_item(table.alliance, meeting=meeting))
    with pytest.raises(InvalidTransition, match="议程"):
        conclude(table, item=make_item(table.alliance))


def test_consensus_without_quorum_names_what_is_missing(table):
    Attendance.objects.filter(organisation=table.members[2]).update(presence=Presence.ABSENT)
    with pytest.raises(QuorumMissing, match="还差 非公企业联合党委 1 家单位") as refusal:
        conclude(table)
    assert refusal.value.field == "outcome"
    assert legal(table.item) == {DEFERRED, REFERRED}
    Attendance.objects.filter(organisation__in=table.members).update(presence=Presence.ABSENT)
    assert "还差 2 家单位到会（须到 3 家，实到 1 家）；还差 行政党组 1 家单位" in reason(
        table.item, CONSENSUS
    )


def test_consensus_without_members(table):
    Membership.objects.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(QuorumMissing):
        conclude(table)


def test_consensus_counts_who_steps_out(table):
    StepOut.objects.create(item=table.item, organisation=table.members[2], kind=StepOutKind.LEFT)
    with pytest.raises(QuorumMissing, match="非公企业联合党委"):
        conclude(table)


def test_outcomes_without_a_vote(table):
    assert legal(table.item) == {CONSENSUS, DEFERRED, REFERRED}
    assert "没有表决过" in reason(table.item, CARRIED)
    for outcome in (CARRIED, REJECTED, NOTED):
        with pytest.raises(InvalidTransition):
            conclude(table, outcome)


def test_outcomes_while_a_vote_runs(table):
    motion = actions.open_motion(item=table.item, by=table.staff, text="是否同意")
    for outcome in ItemOutcome:
        with pytest.raises(InvalidTransition, match="正在表决"):
            conclude(table, outcome)
    actions.withdraw_motion(motion=motion, by=table.staff, reason="协商一致了")
    assert conclude(table).outcome == CONSENSUS


def test_outcomes_while_papers_wait_for_a_second_person(table):
    motion = actions.open_motion(item=table.item, by=table.staff, text="是否同意", form=MotionForm.PAPER)
    actions.count_paper_vote(motion=motion, by=table.staff, favour=3, against=1, abstain=0, not_voting=0)
    with pytest.raises(InvalidTransition, match="正在表决"):
        conclude(table, DEFERRED)


def test_outcomes_after_a_passed_vote(table):
    put_to_vote(table, *[BallotValue.FOR] * 3)
    assert legal(table.item) == {CARRIED}
    assert conclude(table, CARRIED).decision.text == "先试三个月。"


def test_outcomes_after_a_failed_vote(table):
    put_to_vote(table, BallotValue.FOR, BallotValue.AGAINST, BallotValue.AGAINST)
    assert legal(table.item) == {REJECTED, DEFERRED, REFERRED}
    item = conclude(table, REJECTED)
    assert not Decision.objects.filter(item=item).exists()


def test_outcomes_at_a_hearing(table):
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION, kind="hearing")
    make_attendances(meeting)
    item = make_item(table.alliance, meeting=meeting)
    assert legal(item) == {DEFERRED, REFERRED, NOTED}
    assert conclude(table, NOTED, item=item, resolution="").resolution == ""


def test_outcomes_of_reports(table):
    last = make_item(table.alliance, meeting=table.meeting, source=ItemSource.LAST_RESULTS)
    assert legal(last) == {NOTED}
    duty = make_duty(table.alliance, lead=table.members[0])
    overdue = make_item(
        table.alliance, meeting=table.meeting, source=ItemSource.OVERDUE_DUTY, source_duty=duty
    )
    assert legal(overdue) == {CONSENSUS, DEFERRED, REFERRED, NOTED}


def test_conclude_item_deferred_comes_back(table):
    item = conclude(table, DEFERRED, resolution="三家商户未到会。")
    again = AgendaItem.objects.get(source_item=item)
    assert (again.state, again.source, again.meeting) == (ItemState.ACCEPTED, ItemSource.DEFERRED, None)
    assert (again.title, again.body, again.proposer) == (item.title, "夜间", table.members[0])
    assert again.source_note == table.meeting.title


def test_conclude_item_deferred_overdue_duty_is_carried_once(table):
    duty = make_duty(table.alliance, lead=table.members[0])
    item = make_item(
        table.alliance, meeting=table.meeting, source=ItemSource.OVERDUE_DUTY, source_duty=duty
    )
    conclude(table, DEFERRED, item=item)
    again = AgendaItem.objects.get(source_item=item)
    assert (again.source, again.source_duty) == (ItemSource.OVERDUE_DUTY, duty)


def test_conclude_item_referred(table):
    district = Organisation.objects.get_parent(table.street)
    with pytest.raises(BadInput) as refusal:
        conclude(table, REFERRED)
    assert refusal.value.field == "referred_to"
    assert conclude(table, REFERRED, referred_to=district).referred_to == district


@pytest.mark.parametrize("outcome", [CONSENSUS, DEFERRED])
def test_conclude_item_names_a_taker_only_with_a_referral(table, outcome):
    with pytest.raises(BadInput) as refusal:
        conclude(table, outcome, referred_to=table.street)
    assert refusal.value.field == "referred_to"


@pytest.mark.parametrize(
    ("values", "field"), [({"resolution": " "}, "resolution"), ({"outcome": "yes"}, "outcome")]
)
def test_conclude_item_wrong_input(table, values, field):
    with pytest.raises(BadInput) as refusal:
        conclude(table, **values)
    assert refusal.value.field == field
    table.item.refresh_from_db()
    assert table.item.state == ItemState.SCHEDULED


# --- Decisions ------------------------------------------------------------------------------------
def test_decisions_are_numbered_by_alliance_and_year(table):
    year = table.meeting.held_on.year
    make_decision(table.alliance, year=year - 1, serial=7)
    make_decision(make_table(units=1).alliance, year=year, serial=9)
    for serial in (1, 2):
        item = make_item(table.alliance, meeting=table.meeting)
        assert conclude(table, item=item).decision.serial == serial
    assert str(conclude(table).decision) == f"〔{year}〕3号决议"


def test_decision_supersedes_once(table):
    earlier = make_decision(table.alliance, year=2000)
    later = conclude(table, supersedes=earlier).decision
    assert (later.supersedes, earlier.superseded_by) == (earlier, later)
    other = make_item(table.alliance, meeting=table.meeting)
    with pytest.raises(Conflict, match="已被") as refusal:
        conclude(table, item=other, supersedes=earlier)
    assert refusal.value.field == "supersedes"
    assert conclude(table, item=other, supersedes=later).decision.supersedes == later


def test_decision_supersedes_within_the_alliance_and_by_a_decision(table):
    foreign = make_decision(make_table(units=1).alliance)
    with pytest.raises(BadInput, match="本联盟"):
        conclude(table, supersedes=foreign)
    with pytest.raises(BadInput, match="新决议"):
        conclude(table, DEFERRED, supersedes=make_decision(table.alliance, year=2000))


# --- Opinions -------------------------------------------------------------------------------------
def say(table, unit, text="夜间安保费用没有着落。", by=None):
    return actions.record_opinion(
        item=table.item, organisation=unit, text=text, by=by or table.liaisons[unit.pk]
    )


def test_record_opinion_by_the_unit_and_by_the_recorder(table):
    assert say(table, table.members[0]).text == "夜间安保费用没有着落。"
    assert say(table, table.members[1], by=table.staff).given_by == table.staff


def test_record_opinion_wrong_person(table):
    for by in (table.liaisons[table.members[1].pk], table.stranger):
        with pytest.raises(NotPermitted):
            say(table, table.members[0], by=by)


def test_record_opinion_once_then_revised(table):
    opinion = say(table, table.members[0])
    with pytest.raises(Conflict):
        say(table, table.members[0], "另一句")
    actions.revise_opinion(opinion=opinion, text="先试三个月。", by=table.liaisons[table.members[0].pk])
    opinion.refresh_from_db()
    assert opinion.text == "先试三个月。"
    change = Change.objects.about(opinion).first()
    assert change.before["text"] == "夜间安保费用没有着落。"
    with pytest.raises(NotPermitted):
        actions.revise_opinion(opinion=opinion, text="无", by=table.liaisons[table.members[1].pk])


def test_record_opinion_after_the_conclusion_and_while_the_minutes_go_round(table):
    conclude(table)
    Meeting.objects.filter(pk=table.meeting.pk).update(state=MeetingState.CONFIRMING)
    assert say(table, table.members[0]).pk


def test_opinion_of_a_closed_meeting_stays(table):
    conclude(table)
    opinion = say(table, table.members[0])
    Meeting.objects.filter(pk=table.meeting.pk).update(state=MeetingState.CLOSED)
    with pytest.raises(InvalidTransition, match="归档"):
        actions.revise_opinion(opinion=opinion, text="无", by=table.staff)
    with pytest.raises(InvalidTransition, match="归档"):
        say(table, table.members[1])
    for act in (
        lambda: Opinion.objects.update(text="无"),
        lambda: opinion.delete(),
        lambda: Opinion.objects.create(
            item=table.item, organisation=table.members[1], text="无", given_by=table.staff
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_record_opinion_of_a_stranger_or_a_recused_unit(table):
    guest = make_table(units=1).members[0]
    with pytest.raises(NotPermitted, match="不是联盟成员"):
        say(table, guest, by=table.staff)
    StepOut.objects.create(item=table.item, organisation=table.members[0], kind=StepOutKind.RECUSED)
    with pytest.raises(NotPermitted, match="回避"):
        say(table, table.members[0])


def test_record_opinion_before_the_meeting_and_without_words(table):
    with pytest.raises(BadInput):
        say(table, table.members[0], " ")
    Meeting.objects.filter(pk=table.meeting.pk).update(state=MeetingState.NOTICED)
    with pytest.raises(InvalidTransition):
        say(table, table.members[0])
