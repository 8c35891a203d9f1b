"""What a street's world holds of meetings and what came of them; every text carries the street's marker."""

import datetime as dt
from types import SimpleNamespace

from django.utils import timezone

from alliances.models import Appeal, DutyPartner, DutyReport, FlowBack
from alliances.states import AppealKind, ItemState, MeetingState
from tests.factories.meetings import make_decision, make_duty, make_item, make_meeting


def add_meetings(w: SimpleNamespace) -> None:
    """`meeting` (held), its concluded `item`, and the `decision` on it."""
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
