"""What attendance, duties and proposals are worth: from the records alone, each moving its own line."""

import datetime as dt

import pytest
from django.urls import reverse

from alliances.models import Attendance, Duty
from alliances.states import DutyState, ItemSource, ItemState, MeetingState, Presence
from assessments.actions.scores import compute_score
from assessments.models import Score
from tests.factories.meetings import make_decision, make_duty, make_item, make_meeting
from tests.factories.scores import ENDS, STARTS, make_done, make_scheme, make_scored_street, moment

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LINES = [
    ("参会", "attendance", 15, {}),
    ("议定事项", "duties_on_time", 20, {}),
    ("建议", "adopted_proposals", 5, {"target": 2}),
    ("办结", "delivered_share", 60, {}),
]


@pytest.fixture
def w():
    w = make_scored_street()
    w.unit = w.units[0]
    w.scheme = make_scheme(owner=w.district, lines=LINES)
    type(w.adoption).objects.filter(pk=w.adoption.pk).update(scheme=w.scheme)
    return w


def found(w) -> dict:
    """Title → line of the unit's receipt, computed anew."""
    run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    lines = Score.objects.get(run=run, organisation=w.unit).receipt["lines"]
    return {line["title"]: line for line in lines}


def meet(w, presence, *, day=STARTS, state=MeetingState.CLOSED, **fields):
    meeting = make_meeting(w.alliance, day=day, state=MeetingState.HELD)
    Attendance.objects.create(meeting=meeting, organisation=w.unit, presence=presence, **fields)
    type(meeting).objects.filter(pk=meeting.pk).update(state=state)
    return meeting


def owe(w, **fields):
    fields.setdefault("due_on", ENDS)
    return make_duty(w.alliance, lead=w.unit, **fields)


def test_attendance_counts_meetings_held_with_a_seat(w):
    came = meet(w, Presence.PRESENT)
    sent = meet(w, Presence.REPRESENTED, represented_by=w.units[1], day=ENDS)
    away = [meet(w, Presence.EXCUSED), meet(w, Presence.ABSENT)]
    # No seat: 列席. Not held: cancelled. Not in the period: before and after.
    meet(w, Presence.PRESENT, has_vote=False)
    make_meeting(w.alliance, day=STARTS, state=MeetingState.CANCELLED)
    for day in (STARTS - DAY, ENDS + DAY):
        meet(w, Presence.PRESENT, day=day)
    line = found(w)["参会"]
    assert (line["points"], line["numbers"]["part"], line["numbers"]["whole"]) == ("7.50", 2, 4)
    assert line["record_ids"] == sorted(one.pk for one in (came, sent, *away))


def test_attendance_of_a_unit_that_had_left_is_no_seat(w):
    meet(w, Presence.ABSENT)
    membership = w.unit.memberships.get()
    membership.starts_on = STARTS + DAY
    membership.save()
    assert not found(w)["参会"]["has_records"]


def test_duties_on_time_by_the_day_of_the_final_report(w):
    kept = owe(w, state=DutyState.DONE, reported_on=ENDS)
    waiting = owe(w, state=DutyState.REPORTED, reported_on=ENDS - DAY)
    late = owe(w, state=DutyState.DONE, reported_on=ENDS + DAY)
    ongoing = owe(w)
    owe(w, state=DutyState.DROPPED)
    owe(w, due_on=ENDS + DAY)
    make_duty(w.alliance, lead=w.units[1], due_on=ENDS)
    line = found(w)["议定事项"]
    assert (line["points"], line["numbers"]["part"], line["numbers"]["whole"]) == ("10.00", 2, 4)
    assert line["record_ids"] == sorted(one.pk for one in (kept, waiting, late, ongoing))


def test_adopted_proposals_are_those_an_agenda_took_in(w):
    meeting = make_meeting(w.alliance)
    fields = {"proposer": w.unit, "source": ItemSource.MEMBER, "proposed_at": moment(STARTS)}
    adopted = make_item(w.alliance, meeting=meeting, state=ItemState.SCHEDULED, **fields)
    waiting = make_item(w.alliance, state=ItemState.PROPOSED, **fields)
    make_item(w.alliance, state=ItemState.WITHDRAWN, **fields)
    make_item(w.alliance, meeting=meeting, **{**fields, "proposed_at": moment(ENDS + DAY)})
    make_item(w.alliance, meeting=meeting, **{**fields, "source": ItemSource.RECORD})
    line = found(w)["建议"]
    assert (line["points"], line["numbers"]["count"], line["numbers"]["seen"]) == ("2.50", 1, 2)
    assert line["record_ids"] == [adopted.pk, waiting.pk]


def test_records_of_another_alliance_count_for_nobody_here(w):
    other = make_scored_street(w.district, units=0)
    meeting = make_meeting(other.alliance, day=STARTS, state=MeetingState.HELD)
    Attendance.objects.create(meeting=meeting, organisation=w.unit, presence=Presence.PRESENT)
    make_duty(other.alliance, lead=w.unit, due_on=ENDS)
    make_item(other.alliance, proposer=w.unit, proposed_at=moment(STARTS))
    lines = found(w)
    assert not any(lines[title]["has_records"] for title in ("参会", "议定事项", "建议"))


def test_one_changed_record_changes_only_lines_that_use_it(w):
    make_done(w, w.unit)
    meeting = meet(w, Presence.ABSENT, state=MeetingState.HELD)
    duty = owe(w)
    before = found(w)
    Attendance.objects.filter(meeting=meeting).update(presence=Presence.PRESENT)
    after = found(w)
    assert {title for title in before if before[title] != after[title]} == {"参会"}
    Duty.objects.filter(pk=duty.pk).update(state=DutyState.REPORTED, reported_on=ENDS)
    last = found(w)
    assert {title for title in after if after[title] != last[title]} == {"议定事项"}


def test_receipt_links_meetings_duties_and_proposals(w, client):
    meeting = meet(w, Presence.PRESENT)
    duty = owe(w, decision=make_decision(w.alliance))
    item = make_item(w.alliance, proposer=w.unit, proposed_at=moment(STARTS))
    found(w)
    score = Score.objects.filter(organisation=w.unit).latest("pk")
    client.force_login(w.liaison)
    text = client.get(reverse("score-detail", args=[score.pk])).content.decode()
    for record in (meeting, duty, item):
        assert f'href="{record.get_absolute_url()}"' in text
    for words in ("看 1 次会议", "看 1 项责任", "看 1 条建议"):
        assert words in text
