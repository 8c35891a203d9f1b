import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from alliances import actions
from alliances.exceptions import BallotCast
from alliances.models import Attendance, Ballot, Membership, Motion, Procedure, StepOut, Tally
from alliances.rules import Part, Terms, recount
from alliances.states import (
    BallotValue,
    ItemState,
    MeetingState,
    MotionForm,
    MotionState,
    Presence,
    StepOutKind,
)
from members.models import Notification, Organisation
from members.states import Role
from tests.factories.meetings import make_attendances, make_item, make_meeting, make_table
from tests.factories.members import make_person
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db
LATE_BALLOT = """
    INSERT INTO alliances_ballot (motion_id, organisation_id, value, cast_at, cast_by_id)
    SELECT motion_id, (SELECT max(id) FROM members_organisation), 'for', now(), cast_by_id
    FROM alliances_ballot LIMIT 1"""
SECOND_TALLY = """
    INSERT INTO alliances_tally (motion_id, entitled, present, favour, against, abstain, not_voting, absent,
                                 needed, is_quorate, is_passed, inputs, result, counted_at)
    SELECT motion_id, 0, 0, 0, 0, 0, 0, 0, 1, false, false, '{}', '{}', now() FROM alliances_tally"""
FOR, AGAINST, ABSTAIN = BallotValue.FOR, BallotValue.AGAINST, BallotValue.ABSTAIN


@pytest.fixture
def table():
    """A street with two units under each of the three, in session, everybody there, one item before them."""
    table = make_table()
    return seat(table)


def seat(table, **fields):
    table.meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION, **fields)
    make_attendances(table.meeting)
    table.item = make_item(table.alliance, meeting=table.meeting, proposer=table.members[0])
    return table


def open_vote(table, form=MotionForm.OPEN):
    return actions.open_motion(item=table.item, by=table.staff, text="是否同意夜间开放", form=form)


def vote(table, motion, value, *units, by=None):
    for unit in units:
        actions.cast_ballot(motion=motion, organisation=unit, value=value, by=by or table.liaisons[unit.pk])


def close(table, motion):
    return actions.close_motion(motion=motion, by=table.staff).tally


def numbers(tally):
    return tally.favour, tally.against, tally.abstain, tally.not_voting, tally.absent


# --- Opening --------------------------------------------------------------------------------------
def test_open_motion_tells_the_units_that_are_there(table):
    Attendance.objects.filter(organisation=table.members[5]).update(presence=Presence.ABSENT)
    motion = open_vote(table)
    assert (motion.state, motion.opened_by) == (MotionState.OPEN, table.staff)
    told = set(Notification.objects.filter(kind="motion_opened").values_list("recipient", flat=True))
    assert {table.liaisons[unit.pk].pk for unit in table.members[:5]} <= told
    assert table.liaisons[table.members[5].pk].pk not in told
    assert table.staff.pk not in told


def test_open_motion_wrong_person(table):
    for by in (table.liaisons[table.members[0].pk], table.stranger, None):
        with pytest.raises(NotPermitted):
            actions.open_motion(item=table.item, by=by, text="是否同意")


def test_open_motion_by_the_convener(table):
    type(table.meeting).objects.filter(pk=table.meeting.pk).update(convener=table.members[0])
    by = table.liaisons[table.members[0].pk]
    assert actions.open_motion(item=table.item, by=by, text="是否同意").opened_by == by


def test_open_motion_second_one(table):
    motion = open_vote(table)
    with pytest.raises(InvalidTransition, match="正在表决"):
        open_vote(table)
    close(table, motion)
    with pytest.raises(InvalidTransition, match="已表决过"):
        open_vote(table)


def test_open_motion_after_a_withdrawn_one(table):
    motion = open_vote(table)
    vote(table, motion, FOR, table.members[0])
    actions.withdraw_motion(motion=motion, by=table.staff, reason="表述有误")
    again = open_vote(table)
    vote(table, again, AGAINST, table.members[0])
    assert numbers(close(table, again))[:2] == (0, 1)


@pytest.mark.parametrize("state", [MeetingState.NOTICED, MeetingState.HELD])
def test_open_motion_out_of_session(table, state):
    meeting = make_meeting(table.alliance, state=state)
    with pytest.raises(InvalidTransition, match="开会中"):
        actions.open_motion(
            item=make_item(table.alliance, meeting=meeting), by=table.staff, text="是否同意"
        )


def test_open_motion_at_a_hearing(table):
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION, kind="hearing")
    with pytest.raises(InvalidTransition, match="不表决"):
        actions.open_motion(
            item=make_item(table.alliance, meeting=meeting), by=table.staff, text="是否同意"
        )


@pytest.mark.parametrize(
    ("text", "form", "field"),
    [(" ", "open", "text"), ("好", "hands", "form"), ("好" * 1001, "open", "text")],
)
def test_open_motion_wrong_input(table, text, form, field):
    with pytest.raises(BadInput) as refusal:
        actions.open_motion(item=table.item, by=table.staff, text=text, form=form)
    assert refusal.value.field == field


def test_open_motion_item_that_waits(table):
    with pytest.raises(InvalidTransition, match="列入议程"):
        actions.open_motion(item=make_item(table.alliance), by=table.staff, text="是否同意")
    done = make_item(table.alliance, meeting=table.meeting, state=ItemState.CONCLUDED)
    with pytest.raises(InvalidTransition, match="审议完毕"):
        actions.open_motion(item=done, by=table.staff, text="是否同意")


# --- Ballots --------------------------------------------------------------------------------------
def test_cast_ballot_by_the_unit_and_by_the_recorder(table):
    motion = open_vote(table)
    vote(table, motion, FOR, table.members[0])
    vote(table, motion, AGAINST, table.members[1], by=table.staff)
    assert list(motion.ballots.order_by("pk").values_list("value", "cast_by")) == [
        (FOR, table.liaisons[table.members[0].pk].pk),
        (AGAINST, table.staff.pk),
    ]


def test_cast_ballot_second_one_names_the_recorded_value(table):
    motion = open_vote(table)
    vote(table, motion, FOR, table.members[0])
    for by in (None, table.staff):
        with pytest.raises(BallotCast, match="已投“赞成”"):
            vote(table, motion, AGAINST, table.members[0], by=by)
    assert motion.ballots.get().value == FOR


def test_cast_ballot_for_somebody_else(table):
    motion = open_vote(table)
    for by in (table.liaisons[table.members[1].pk], table.stranger, None):
        with pytest.raises(NotPermitted):
            actions.cast_ballot(motion=motion, organisation=table.members[0], value=FOR, by=by)


def test_cast_ballot_wrong_value(table):
    motion = open_vote(table)
    with pytest.raises(BadInput):
        vote(table, motion, "maybe", table.members[0])


@pytest.mark.parametrize(
    ("presence", "word"),
    [(Presence.DUE, "应到"), (Presence.ABSENT, "缺席"), (Presence.EXCUSED, "请假")],
)
def test_cast_ballot_of_a_unit_that_is_not_there(table, presence, word):
    motion = open_vote(table)
    Attendance.objects.filter(organisation=table.members[0]).update(presence=presence)
    with pytest.raises(InvalidTransition, match=word):
        vote(table, motion, FOR, table.members[0])


@pytest.mark.parametrize(
    ("kind", "error", "word"),
    [(StepOutKind.RECUSED, NotPermitted, "回避"), (StepOutKind.LEFT, InvalidTransition, "离席")],
)
def test_cast_ballot_of_a_unit_that_stepped_out(table, kind, error, word):
    motion = open_vote(table)
    StepOut.objects.create(item=table.item, organisation=table.members[0], kind=kind)
    with pytest.raises(error, match=word):
        vote(table, motion, FOR, table.members[0])
    entitled = close(table, motion).entitled
    assert entitled == (6 if kind == StepOutKind.RECUSED else 7)


def test_cast_ballot_of_an_observer(table):
    motion = open_vote(table)
    Attendance.objects.filter(organisation=table.members[0]).update(has_vote=False)
    with pytest.raises(NotPermitted, match="没有表决权"):
        vote(table, motion, FOR, table.members[0])


def test_cast_ballot_of_a_unit_that_left_yesterday(table):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Membership.objects.filter(organisation=table.members[0]).update(ends_on=yesterday)
    motion = open_vote(table)
    with pytest.raises(NotPermitted, match="没有表决权"):
        vote(table, motion, FOR, table.members[0])
    assert close(table, motion).entitled == 6


def test_cast_ballot_of_a_unit_that_leaves_or_joins_today(table):
    today = timezone.localdate()
    Membership.objects.filter(organisation=table.members[0]).update(ends_on=today)
    Membership.objects.filter(organisation=table.members[1]).update(starts_on=today)
    motion = open_vote(table)
    vote(table, motion, FOR, *table.members[:2])
    tally = close(table, motion)
    assert (tally.entitled, tally.favour) == (7, 2)


def represented(proxies: bool):
    table = seat(make_table(), terms=replace(Terms(), proxies=proxies))
    Attendance.objects.filter(organisation=table.members[0]).update(
        presence=Presence.REPRESENTED, represented_by=table.members[1]
    )
    return table, open_vote(table)


def test_cast_ballot_of_a_represented_unit_with_proxies():
    table, motion = represented(proxies=True)
    unit, other = table.members[:2]
    vote(table, motion, FOR, unit, by=table.liaisons[other.pk])
    vote(table, motion, AGAINST, other)
    assert numbers(close(table, motion)) == (1, 1, 0, 5, 0)


def test_cast_ballot_of_a_represented_unit_by_itself():
    table, motion = represented(proxies=True)
    with pytest.raises(NotPermitted):
        vote(table, motion, FOR, table.members[0])


def test_cast_ballot_of_a_represented_unit_without_proxies():
    table, motion = represented(proxies=False)
    for by in (table.liaisons[table.members[0].pk], table.staff):
        with pytest.raises(InvalidTransition, match="委托"):
            vote(table, motion, FOR, table.members[0], by=by)
    assert close(table, motion).absent == 1


@pytest.mark.parametrize("kind", [StepOutKind.LEFT, StepOutKind.RECUSED])
def test_represented_unit_goes_with_the_one_that_speaks_for_it(kind):
    table, motion = represented(proxies=True)
    StepOut.objects.create(item=table.item, organisation=table.members[1], kind=kind)
    with pytest.raises(InvalidTransition):
        vote(table, motion, FOR, table.members[0], by=table.staff)


def test_cast_ballot_after_the_vote(table):
    motion = open_vote(table)
    close(table, motion)
    with pytest.raises(InvalidTransition, match="已计票"):
        vote(table, motion, FOR, table.members[0])


def test_cast_ballots_is_all_or_nothing(table):
    motion = open_vote(table)
    vote(table, motion, AGAINST, table.members[2])
    with pytest.raises(BallotCast):
        actions.cast_ballots(motion=motion, values={unit: FOR for unit in table.members}, by=table.staff)
    assert motion.ballots.count() == 1
    rest = {unit: FOR for unit in table.members if unit != table.members[2]}
    assert len(actions.cast_ballots(motion=motion, values=rest, by=table.staff)) == 5


def test_ballot_that_is_in_counts_whatever_is_changed_afterwards(table):
    """Nobody takes a vote out of a running count by ending a membership or an attendance."""
    motion = open_vote(table)
    vote(table, motion, AGAINST, *table.members[:3])
    today = timezone.localdate()
    Membership.objects.filter(organisation=table.members[0]).update(ends_on=today - dt.timedelta(days=9))
    Attendance.objects.filter(organisation=table.members[1]).update(presence=Presence.ABSENT)
    Attendance.objects.filter(organisation=table.members[2]).delete()
    tally = close(table, motion)
    assert (tally.entitled, tally.against) == (7, 3) == (7, motion.ballots.count())


# --- Counting -------------------------------------------------------------------------------------
def test_close_motion_counts_and_can_be_recounted(table):
    motion = open_vote(table)
    vote(table, motion, FOR, *table.members[:4])
    vote(table, motion, AGAINST, table.members[4])
    vote(table, motion, ABSTAIN, table.members[5])
    Attendance.objects.filter(organisation=table.street).update(presence=Presence.ABSENT)
    tally = close(table, motion)
    assert numbers(tally) == (4, 1, 1, 0, 1)
    assert (tally.entitled, tally.present, tally.needed) == (7, 6, 4)
    assert tally.is_quorate
    assert tally.is_passed
    assert recount(tally.inputs).as_json() == tally.result
    motion.refresh_from_db()
    assert (motion.state, motion.closed_by) == (MotionState.CLOSED, table.staff)


def test_close_motion_without_a_ballot(table):
    tally = close(table, open_vote(table))
    assert numbers(tally) == (0, 0, 0, 7, 0)
    assert not tally.is_passed


def test_close_motion_without_a_member(table):
    Membership.objects.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    tally = close(table, open_vote(table))
    assert (tally.entitled, tally.present, tally.is_quorate, tally.is_passed) == (0, 0, False, False)
    assert recount(tally.inputs).as_json() == tally.result


def test_close_motion_without_one_of_the_three(table):
    Attendance.objects.filter(organisation__in=table.members[4:]).update(presence=Presence.ABSENT)
    motion = open_vote(table)
    vote(table, motion, FOR, *table.members[:4])
    tally = close(table, motion)
    assert (tally.favour, tally.needed) == (4, 3)
    assert (tally.is_quorate, tally.is_passed) == (False, False)
    (missing,) = tally.result["quorum"]["missing"]
    assert missing == {"kind": "enterprise_committee", "least": 1, "present": 0}


def test_close_motion_wrong_person_and_twice(table):
    motion = open_vote(table)
    with pytest.raises(NotPermitted):
        actions.close_motion(motion=motion, by=table.liaisons[table.members[0].pk])
    close(table, motion)
    with pytest.raises(InvalidTransition):
        close(table, motion)


def test_close_motion_is_whole_or_not_at_all(table, monkeypatch):
    motion = open_vote(table)
    monkeypatch.setattr(Motion, "save", lambda *_args, **_kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        close(table, motion)
    assert not Tally.objects.exists()


def test_withdraw_motion_needs_a_reason_and_the_right_person(table):
    motion = open_vote(table)
    with pytest.raises(BadInput):
        actions.withdraw_motion(motion=motion, by=table.staff, reason=" ")
    with pytest.raises(NotPermitted):
        actions.withdraw_motion(motion=motion, by=table.stranger, reason="表述有误")
    actions.withdraw_motion(motion=motion, by=table.staff, reason="表述有误")
    with pytest.raises(InvalidTransition):
        vote(table, motion, FOR, table.members[0])
    with pytest.raises(InvalidTransition):
        close(table, motion)


# --- On paper -------------------------------------------------------------------------------------
def count(table, motion, favour=4, against=1, abstain=1, not_voting=1, by=None):
    return actions.count_paper_vote(
        motion=motion,
        by=by or table.staff,
        favour=favour,
        against=against,
        abstain=abstain,
        not_voting=not_voting,
    )


def test_paper_vote_counted_by_one_and_confirmed_by_another(table):
    motion = open_vote(table, MotionForm.PAPER)
    assert not Notification.objects.filter(kind="motion_opened").exists()
    with pytest.raises(InvalidTransition, match="纸质票"):
        vote(table, motion, FOR, table.members[0])
    with pytest.raises(InvalidTransition, match="先录入"):
        close(table, motion)
    count(table, motion)
    with pytest.raises(NotPermitted, match="另一人"):
        actions.confirm_paper_vote(motion=motion, by=table.staff)
    tally = actions.confirm_paper_vote(motion=motion, by=table.staff2).tally
    assert numbers(tally) == (4, 1, 1, 1, 0)
    assert tally.is_passed
    assert "seats" not in tally.inputs
    assert recount(tally.inputs).as_json() == tally.result


def test_paper_vote_confirmed_by_a_unit_that_is_there(table):
    motion = count(table, open_vote(table, MotionForm.PAPER))
    absent = table.members[1]
    Attendance.objects.filter(organisation=absent).update(presence=Presence.ABSENT)
    for by in (table.liaisons[absent.pk], table.stranger, None):
        with pytest.raises(NotPermitted):
            actions.confirm_paper_vote(motion=motion, by=by)
    Attendance.objects.filter(organisation=absent).update(presence=Presence.PRESENT)
    by = table.liaisons[table.members[0].pk]
    assert actions.confirm_paper_vote(motion=motion, by=by).closed_by == by


@pytest.mark.parametrize(
    ("wrong", "field"), [({"favour": -1}, "favour"), ({"abstain": "2"}, "abstain"), ({"favour": 5}, "")]
)
def test_count_paper_vote_wrong_totals(table, wrong, field):
    motion = open_vote(table, MotionForm.PAPER)
    with pytest.raises(BadInput) as refusal:
        count(table, motion, **wrong)
    assert refusal.value.field == field


def test_count_paper_vote_wrong_person_and_form(table):
    motion = open_vote(table)
    with pytest.raises(InvalidTransition, match="记名表决"):
        count(table, motion)
    with pytest.raises(NotPermitted):
        count(table, motion, by=table.liaisons[table.members[0].pk])


def test_return_paper_count_counts_anew(table):
    motion = count(table, open_vote(table, MotionForm.PAPER))
    with pytest.raises(InvalidTransition, match="退回"):
        actions.withdraw_motion(motion=motion, by=table.staff, reason="表述有误")
    with pytest.raises(BadInput):
        actions.return_paper_count(motion=motion, by=table.staff2, reason="")
    actions.return_paper_count(motion=motion, by=table.staff2, reason="反对应为 2 票")
    motion.refresh_from_db()
    assert (motion.state, motion.totals, motion.counted_by) == (MotionState.OPEN, None, None)
    with pytest.raises(InvalidTransition):
        actions.confirm_paper_vote(motion=motion, by=table.staff2)
    count(table, motion, favour=3, against=2, by=table.staff2)
    assert actions.confirm_paper_vote(motion=motion, by=table.staff).tally.against == 2


def test_confirm_paper_vote_after_units_were_taken_off(table):
    motion = count(table, open_vote(table, MotionForm.PAPER))
    Attendance.objects.filter(organisation__in=table.members[:3]).update(presence=Presence.ABSENT)
    with pytest.raises(InvalidTransition, match="到会有表决权的单位只有 4 个"):
        actions.confirm_paper_vote(motion=motion, by=table.staff2)


# --- Frozen ---------------------------------------------------------------------------------------
@pytest.fixture
def counted(table):
    motion = open_vote(table)
    vote(table, motion, FOR, *table.members[:4])
    table.tally = close(table, motion)
    table.motion = Motion.objects.get(pk=motion.pk)
    return table


def frozen(table):
    """Everything that a closed vote consists of."""
    pk = table.motion.pk
    return [
        list(model.objects.filter(**{key: pk}).order_by("pk").values())
        for model, key in ((Motion, "pk"), (Ballot, "motion"), (Tally, "motion"))
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE alliances_motion SET text = '另一项'",
        "UPDATE alliances_motion SET state = 'open', closed_at = NULL, closed_by_id = NULL",
        "DELETE FROM alliances_motion",
        "TRUNCATE alliances_motion CASCADE",
        "UPDATE alliances_ballot SET value = 'against'",
        "DELETE FROM alliances_ballot",
        "TRUNCATE alliances_ballot",
        "UPDATE alliances_tally SET is_passed = false",
        "UPDATE alliances_tally SET inputs = '{}'",
        "DELETE FROM alliances_tally",
        "TRUNCATE alliances_tally",
        LATE_BALLOT,
        SECOND_TALLY,
    ],
)
def test_closed_vote_refuses_raw_sql(counted, statement):
    before = frozen(counted)
    with connection.cursor() as cursor:
        # A table with foreign keys still to be checked is not truncated by anybody.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(statement)
    assert frozen(counted) == before


def test_closed_vote_refuses_the_orm_and_every_action(counted):
    before, motion = frozen(counted), counted.motion
    unit = counted.members[5]
    for act in (
        lambda: Motion.objects.update(state=MotionState.OPEN, closed_at=None, closed_by=None),
        lambda: Ballot.objects.update(value=AGAINST),
        lambda: Ballot.objects.first().delete(),
        lambda: Tally.objects.update(favour=7, not_voting=0),
        lambda: counted.tally.delete(),
        lambda: Ballot.objects.create(motion=motion, organisation=unit, value=FOR, cast_by=counted.staff),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    for act in (
        lambda: vote(counted, motion, AGAINST, unit),
        lambda: actions.close_motion(motion=motion, by=counted.staff),
        lambda: actions.withdraw_motion(motion=motion, by=counted.staff, reason="重来"),
        lambda: count(counted, motion),
        lambda: actions.confirm_paper_vote(motion=motion, by=counted.staff2),
        lambda: actions.return_paper_count(motion=motion, by=counted.staff2, reason="重来"),
        lambda: open_vote(counted),
    ):
        with pytest.raises(InvalidTransition):
            act()
    assert frozen(counted) == before


def test_closed_tally_outlives_every_change_around_it(counted):
    """Members leave, backdated too, rules change, units are renamed and closed: the tally stays and still adds up."""
    before = frozen(counted)
    unit, other, third = counted.members[:3]
    today = timezone.localdate()
    actions.end_membership(membership=unit.memberships.get(), by=counted.staff, reason="搬离")
    Membership.objects.filter(organisation=other).update(ends_on=today - dt.timedelta(days=30))
    third.memberships.get().delete()
    Procedure.objects.create(
        alliance=counted.alliance,
        version=1,
        values={"majority": "three_quarters", "quorum_parts": []},
        reason="修订",
        set_by=counted.staff,
    )
    Organisation.objects.filter(pk=other.pk).update(name="改名单位", closed_on=today)
    Attendance.objects.filter(meeting=counted.meeting).update(presence=Presence.ABSENT)
    Attendance.objects.filter(organisation=third).delete()
    assert frozen(counted) == before
    tally = Tally.objects.get()
    assert recount(tally.inputs).as_json() == tally.result


def test_rules_changed_after_the_call_leave_the_meeting_alone(table):
    Procedure.objects.create(
        alliance=table.alliance, version=1, values={"base": "cast"}, reason="修订", set_by=table.staff
    )
    motion = open_vote(table)
    vote(table, motion, FOR, table.members[0])
    assert close(table, motion).needed == 4


def test_quorum_part_that_no_member_can_fill():
    terms = replace(Terms(), quorum_parts=(Part("grid", 1),))
    table = seat(make_table(units=1), terms=terms)
    motion = open_vote(table)
    vote(table, motion, FOR, *table.members)
    tally = close(table, motion)
    assert (tally.favour, tally.is_quorate, tally.is_passed) == (3, False, False)


def test_cast_ballot_by_staff_above_a_body_that_is_no_unit(table):
    """The street's staff speaks for its three organisations; a unit's word is given by its own liaison."""
    motion = open_vote(table)
    clerk = make_person(Role.STAFF, table.street)
    actions.cast_ballot(motion=motion, organisation=table.street, value=FOR, by=clerk)
    assert motion.ballots.get().cast_by == clerk
