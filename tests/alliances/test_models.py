"""The walls of the database around meetings, votes and decisions: each refuses a row that lies."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances.models import AgendaItem, Attendance, Ballot, Duty, Meeting, Motion, Tally
from alliances.states import BallotValue, ItemState, MeetingState, MotionForm, MotionState, Presence
from tests.factories.meetings import (
    make_attendances,
    make_duty,
    make_item,
    make_meeting,
    make_motion,
    make_table,
)

pytestmark = pytest.mark.django_db


def refuses(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.fixture
def table():
    return make_table(units=1)


@pytest.fixture
def vote(table):
    meeting = make_meeting(table.alliance, state=MeetingState.IN_SESSION)
    make_attendances(meeting)
    return make_motion(make_item(table.alliance, meeting=meeting))


def _cast(table, vote, value=BallotValue.FOR, number=0):
    return Ballot.objects.create(
        motion=vote, organisation=table.members[number], value=value, cast_by=table.staff
    )


def _tally(vote, **fields):
    numbers = dict(
        entitled=4, present=4, favour=3, against=1, abstain=0, not_voting=0, absent=0, needed=3,
        is_quorate=True, is_passed=True, inputs={}, result={},
    )  # fmt: skip
    return Tally.objects.create(motion=vote, **(numbers | fields))


def test_ballot_second_of_a_unit_is_refused(table, vote):
    _cast(table, vote)
    refuses(lambda: _cast(table, vote, BallotValue.AGAINST))


def test_ballot_never_changes(table, vote):
    ballot = _cast(table, vote)
    refuses(lambda: Ballot.objects.filter(pk=ballot.pk).update(value=BallotValue.AGAINST))
    refuses(ballot.delete)


@pytest.mark.parametrize("state", [MotionState.CLOSED, MotionState.WITHDRAWN])
def test_ballot_after_the_vote_is_refused(table, vote, state):
    Motion.objects.filter(pk=vote.pk).update(
        state=state, closed_at=timezone.now(), closed_by=vote.opened_by
    )
    refuses(lambda: _cast(table, vote))


def test_ballot_on_paper_has_no_row(table, vote):
    Motion.objects.filter(pk=vote.pk).update(form=MotionForm.PAPER)
    refuses(lambda: _cast(table, vote))


def test_closed_motion_and_its_tally_never_change(vote):
    tally = _tally(vote)
    Motion.objects.filter(pk=vote.pk).update(
        state=MotionState.CLOSED, closed_at=timezone.now(), closed_by=vote.opened_by
    )
    refuses(lambda: Motion.objects.filter(pk=vote.pk).update(state=MotionState.OPEN))
    refuses(lambda: Motion.objects.filter(pk=vote.pk).delete())
    refuses(lambda: Tally.objects.filter(pk=tally.pk).update(favour=4, against=0))
    refuses(lambda: Tally.objects.filter(pk=tally.pk).delete())


@pytest.mark.parametrize("wrong", [{"favour": 4}, {"absent": 1}, {"is_quorate": False}, {"needed": 4}])
def test_tally_has_to_add_up(vote, wrong):
    refuses(lambda: _tally(vote, **wrong))


def test_paper_vote_needs_two_people(vote):
    now, one = timezone.now(), vote.opened_by
    paper = Motion.objects.filter(pk=vote.pk)
    refuses(
        lambda: paper.update(
            form=MotionForm.PAPER,
            state=MotionState.CLOSED,
            totals={"favour": 3},
            counted_by=one,
            closed_by=one,
            closed_at=now,
        )
    )


def test_closed_meeting_keeps_its_rows(table):
    meeting = make_meeting(table.alliance, state=MeetingState.CONFIRMING)
    item = make_item(table.alliance, meeting=meeting, state=ItemState.CONCLUDED)
    seat = make_attendances(meeting)[0]
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CLOSED)
    refuses(lambda: Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD))
    refuses(lambda: AgendaItem.objects.filter(pk=item.pk).update(resolution="不同意。"))
    refuses(lambda: Attendance.objects.filter(pk=seat.pk).update(presence=Presence.ABSENT))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": ItemState.RETURNED},
        {"state": ItemState.SCHEDULED},
        {"state": ItemState.CONCLUDED, "position": 1},
        {"title": ""},
        {"outcome": "consensus"},
        {"outcome": "referred"},
    ],
)
def test_item_that_lies_is_refused(table, wrong):
    item = make_item(table.alliance)
    refuses(lambda: AgendaItem.objects.filter(pk=item.pk).update(**wrong))


def test_duty_done_has_a_day(table):
    duty = make_duty(table.alliance, lead=table.members[0])
    refuses(lambda: Duty.objects.filter(pk=duty.pk).update(state="done"))
    refuses(lambda: Duty.objects.filter(pk=duty.pk).delete())
