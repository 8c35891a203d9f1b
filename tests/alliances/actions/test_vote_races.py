"""Forty units vote at once, one of them twice, while the vote is being closed; broken twins show the checks can fail."""

import threading
from collections import Counter
from functools import partial

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction

from alliances import actions
from alliances.exceptions import BallotCast
from alliances.models import Ballot, Motion, Tally
from alliances.reports.seats import seats_of
from alliances.rules import recount
from alliances.rules.votes import count_votes, inputs
from alliances.states import BallotValue, MeetingState, MotionState
from members.states import Role
from tests.factories.alliances import make_membership
from tests.factories.meetings import make_attendances, make_item, make_meeting, make_table
from tests.factories.members import committee, make_organisation, make_person
from tests.together import at_once
from workflow.exceptions import InvalidTransition

pytestmark = pytest.mark.django_db(transaction=True)
FOR, AGAINST, ABSTAIN, NOT_VOTING = BallotValue.values


@pytest.fixture
def table():
    """A meeting in session with 40 units beside the street, each with its liaison, and a vote that runs."""
    table = make_table(units=2)
    kinds = ("administrative_group", "residential_committee", "enterprise_committee")
    for number in range(34):
        unit = make_organisation(parent=committee(table.street, kinds[number % 3]))
        make_membership(alliance=table.alliance, organisation=unit)
        table.members.append(unit)
        table.liaisons[unit.pk] = make_person(Role.LIAISON, unit)
    table.meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make_attendances(table.meeting)
    table.item = make_item(table.alliance, meeting=table.meeting)
    table.motion = actions.open_motion(item=table.item, by=table.staff, text="是否同意")
    return table


def ballot_of(table, unit, value):
    return partial(
        actions.cast_ballot, motion=table.motion, organisation=unit, value=value, by=table.liaisons[unit.pk]
    )


def numbers(tally):
    return tally.favour, tally.against, tally.abstain, tally.not_voting, tally.absent


def test_cast_ballot_forty_units_at_once_and_one_of_them_twice(table):
    values = [FOR] * 25 + [AGAINST] * 8 + [ABSTAIN] * 4 + [NOT_VOTING] * 3
    acts = [ballot_of(table, unit, value) for unit, value in zip(table.members, values, strict=True)]
    twice = table.members[0]
    results = at_once(*acts, ballot_of(table, twice, AGAINST))
    assert Counter(type(one) for one in results) == {Ballot: 40, BallotCast: 1}
    ballots = dict(table.motion.ballots.values_list("organisation", "value"))
    assert len(ballots) == table.motion.ballots.count() == 40
    recorded = ballots.pop(twice.pk)
    assert recorded in (FOR, AGAINST)
    refused = next(one for one in results if isinstance(one, BallotCast))
    assert str(BallotValue(recorded).label) in str(refused)
    assert ballots == {unit.pk: value for unit, value in zip(table.members[1:], values[1:], strict=True)}
    tally = actions.close_motion(motion=table.motion, by=table.staff).tally
    # The street itself, present without a ballot, is the fourth that does not vote.
    assert numbers(tally) == ((25, 8, 4, 4, 0) if recorded == FOR else (24, 9, 4, 4, 0))
    assert recount(tally.inputs).as_json() == tally.result


def test_cast_ballot_broken_twin_without_the_constraint_counts_a_unit_twice(table):
    """The same two ballots of one unit at once, without the unique constraint: both come in."""
    unit = table.members[0]
    constraint = next(one for one in Ballot._meta.constraints if one.name == "ballot_once_per_unit")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Ballot, constraint)
    try:
        results = at_once(ballot_of(table, unit, FOR), ballot_of(table, unit, AGAINST))
        assert Counter(type(one) for one in results) == {Ballot: 2}
        assert Counter(table.motion.ballots.values_list("value", flat=True)) == {FOR: 1, AGAINST: 1}
    finally:
        with pgtrigger.ignore("alliances.Ballot:append_only"):
            Ballot.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Ballot, constraint)


def test_ballot_once_per_unit_is_back_after_the_twin(table):
    unit = table.members[0]
    ballot_of(table, unit, FOR)()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.create(
            motion=table.motion, organisation=unit, value=AGAINST, cast_by=table.liaisons[unit.pk]
        )


def test_close_motion_while_units_vote(table):
    """A ballot is in and counted, or it is refused; there is no third."""
    acts = [ballot_of(table, unit, FOR) for unit in table.members[:20]]
    close = partial(actions.close_motion, motion=table.motion, by=table.staff)
    results = at_once(*acts[:10], close, *acts[10:])
    closed = results.pop(10)
    assert isinstance(closed, Motion)
    kinds = Counter(type(one) for one in results)
    assert set(kinds) <= {Ballot, InvalidTransition}
    tally = Tally.objects.get()
    assert kinds[Ballot] == table.motion.ballots.count() == tally.favour
    counted = {seat["unit"] for seat in tally.inputs["seats"] if seat["value"]}
    assert counted == set(table.motion.ballots.values_list("organisation", flat=True))


def late_ballot(table) -> tuple[int, int]:
    """A ballot is written and not yet committed when the count begins: (ballots in the end, ballots in the tally)."""
    unit = table.members[0]
    written, counted = threading.Event(), threading.Event()

    def vote():
        with transaction.atomic():
            ballot_of(table, unit, FOR)()
            written.set()
            # With the lock the count waits for this transaction, so that it never comes.
            counted.wait(timeout=1)

    def close():
        written.wait(timeout=30)
        try:
            return actions.close_motion(motion=table.motion, by=table.staff)
        finally:
            counted.set()

    at_once(vote, close)
    return Ballot.objects.count(), Tally.objects.get().favour


def test_close_motion_waits_for_the_ballot_that_is_being_written(table):
    assert late_ballot(table) == (1, 1)


def test_close_motion_broken_twin_without_the_lock_misses_a_ballot(table, monkeypatch):
    """The trigger reads the state without the shared lock, the count takes none: a ballot that no tally contains."""
    trigger = next(one for one in Ballot._meta.triggers if one.name == "only_while_open")
    sound = trigger.func
    assert " FOR SHARE" in sound

    def close_without_lock(*, motion, by):
        with transaction.atomic():
            motion = Motion.objects.get(pk=motion.pk)
            seats, terms = seats_of(motion.item), motion.item.meeting.rules
            count = count_votes(seats, terms)
            Tally.objects.create(
                motion=motion, entitled=count.entitled, present=count.present, favour=count.favour,
                against=count.against, abstain=count.abstain, not_voting=count.not_voting,
                absent=count.absent, needed=count.needed, is_quorate=count.quorum.is_met,
                is_passed=count.is_passed, inputs=inputs(seats, terms), result=count.as_json(),
            )  # fmt: skip
        return motion

    monkeypatch.setattr(actions, "close_motion", close_without_lock)
    try:
        trigger.func = sound.replace(" FOR SHARE", "")
        trigger.install(Ballot)
        assert late_ballot(table) == (1, 0)
    finally:
        trigger.func = sound
        trigger.install(Ballot)


def test_cast_hands_and_ballots_at_once_leave_one_for_each_unit(table):
    """The recorder types all hands while some units vote by themselves: all of his come in, or none."""
    hands = partial(
        actions.cast_ballots,
        motion=table.motion,
        values={unit: ABSTAIN for unit in table.members},
        by=table.staff,
    )
    results = at_once(hands, *(ballot_of(table, unit, FOR) for unit in table.members[::4]))
    ballots = Counter(table.motion.ballots.values_list("organisation", flat=True))
    assert set(ballots.values()) == {1}
    whole = isinstance(results[0], list)
    assert table.motion.ballots.filter(value=ABSTAIN).count() == (40 if whole else 0)


def test_close_motion_twice_at_once_counts_once(table):
    close = partial(actions.close_motion, motion=table.motion, by=table.staff)
    results = at_once(*[close] * 5)
    assert Counter(type(one) for one in results) == {Motion: 1, InvalidTransition: 4}
    assert Tally.objects.count() == 1


def test_open_motion_at_once_is_one_vote(table):
    item = make_item(table.alliance, meeting=table.meeting)
    start = partial(actions.open_motion, item=item, by=table.staff, text="是否同意")
    results = at_once(*[start] * 5)
    assert Counter(type(one) for one in results) == {Motion: 1, InvalidTransition: 4}
    assert item.motions.filter(state=MotionState.OPEN).count() == 1


def test_conclude_item_at_once_numbers_without_a_gap(table):
    items = [make_item(table.alliance, meeting=table.meeting) for _ in range(8)]
    at_once(
        *(
            partial(
                actions.conclude_item, item=item, by=table.staff, outcome="consensus", resolution="同意。"
            )
            for item in items
        )
    )
    serials = table.alliance.decisions.values_list("serial", flat=True)
    assert sorted(serials) == list(range(1, 9))
