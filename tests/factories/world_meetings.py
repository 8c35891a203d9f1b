"""What a street's world holds of meetings and what came of them; every text carries the street's marker."""

import datetime as dt
from types import SimpleNamespace

from django.utils import timezone

from alliances.models import Appeal, Ballot, DutyPartner, DutyReport, FlowBack, Opinion, StepOut, Tally
from alliances.reports.seats import seats_of
from alliances.rules.votes import count_votes, inputs
from alliances.states import AppealKind, BallotValue, ItemState, MeetingState, MotionState, StepOutKind
from tests.factories.meetings import (
    make_attendances,
    make_decision,
    make_duty,
    make_item,
    make_meeting,
    make_motion,
)
from tests.factories.minutes import make_confirmation, make_minutes


def add_meetings(w: SimpleNamespace) -> None:
    """`meeting` (held), its `attendance`, its concluded `item` with a `step_out`, and the `decision` on it."""
    w.meeting = make_meeting(
        w.alliance,
        state=MeetingState.HELD,
        title=f"{w.marker}会议",
        place=w.marker,
        chair=w.marker,
        recorder=w.marker,
        opening=w.marker,
        called_by=w.staff,
    )
    w.item = make_item(
        w.alliance,
        meeting=w.meeting,
        state=ItemState.CONCLUDED,
        proposer=w.unit,
        title=f"{w.marker}议题",
        body=w.marker,
        resolution=w.marker,
    )
    make_attendances(w.meeting)
    w.attendance = w.meeting.attendances.get(organisation=w.unit)
    w.attendance.attendee = w.marker
    w.attendance.save()
    w.step_out = StepOut.objects.create(item=w.item, organisation=w.community, kind=StepOutKind.LEFT)
    w.decision = make_decision(w.alliance, item=w.item, text=w.marker)


def add_duties(w: SimpleNamespace) -> None:
    """`duty` of the unit, with `duty_partner`, `duty_report`, `appeal` and `flow_back`."""
    w.duty = make_duty(
        w.alliance, lead=w.unit, decision=w.decision, title=f"{w.marker}事项", done_means=w.marker
    )
    w.duty_partner = DutyPartner.objects.create(duty=w.duty, organisation=w.unit2)
    w.duty_report = DutyReport.objects.create(
        duty=w.duty, organisation=w.unit, text=w.marker, reported_by=w.liaison
    )
    w.appeal = Appeal.objects.create(
        duty=w.duty,
        kind=AppealKind.HELP,
        organisation=w.unit,
        addressee=w.community,
        reason=w.marker,
        answer_by=timezone.localdate() + dt.timedelta(days=7),
        asked_by=w.liaison,
    )
    w.flow_back = FlowBack.objects.create(
        duty=w.duty, organisation=w.unit2, to=w.community, reason=w.marker, handed_back_by=w.liaison2
    )


def add_votes(w: SimpleNamespace) -> None:
    """`motion` on the item, counted: one `ballot`, the `tally`; and the `opinion` of another unit."""
    w.motion = make_motion(w.item, text=w.marker)
    w.ballot = Ballot.objects.create(
        motion=w.motion, organisation=w.unit, value=BallotValue.FOR, cast_by=w.liaison
    )
    seats, terms = seats_of(w.item), w.meeting.rules
    count = count_votes(seats, terms)
    w.tally = Tally.objects.create(
        motion=w.motion, entitled=count.entitled, present=count.present, favour=count.favour,
        against=count.against, abstain=count.abstain, not_voting=count.not_voting, absent=count.absent,
        needed=count.needed, is_quorate=count.quorum.is_met, is_passed=count.is_passed,
        inputs=inputs(seats, terms), result=count.as_json(),
    )  # fmt: skip
    w.motion.state, w.motion.closed_at, w.motion.closed_by = MotionState.CLOSED, timezone.now(), w.staff
    w.motion.save()
    w.opinion = Opinion.objects.create(
        item=w.item, organisation=w.unit2, text=w.marker, given_by=w.liaison2
    )


def add_minutes(w: SimpleNamespace) -> None:
    """`minutes` of the meeting, taken back since, with the `confirmation` of the unit."""
    w.minutes = make_minutes(w.meeting)
    w.confirmation = make_confirmation(w.minutes, w.unit, note=w.marker, given_by=w.liaison)
