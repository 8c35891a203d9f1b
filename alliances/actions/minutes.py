"""How the minutes of a meeting go round, are answered, taken back and closed."""

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import notifications, permissions
from alliances.actions.agenda import lock_meeting
from alliances.actions.alliances import lock_alliance
from alliances.documents import check_value, content_of, gaps, with_words
from alliances.models import Confirmation, Meeting, Minutes
from alliances.states import MEETING_MOVES, MeetingState, MinutesVerdict
from members.models import Organisation, SpecialDay
from workflow.actions import action
from workflow.exceptions import BadInput, InvalidTransition
from workflow.moves import move
from workflow.text import read_reason, read_words


@action
def circulate_minutes(*, meeting: Meeting, by) -> Minutes:
    """Held → confirming. Those who run the meeting. Freezes what is printed as the next version of the minutes.

    The first version takes the next number of the alliance in the year of the meeting. Tells every unit
    that was there. Raises `InvalidTransition` with what is missing, `NotPermitted`.
    """
    # The alliance first: its meetings are numbered one after the other.
    lock_alliance(meeting.alliance)
    meeting = lock_meeting(meeting)
    permissions.check_can_circulate_minutes(by, meeting)
    if not meeting.serial:
        _number(meeting)
    content = content_of(meeting)
    if missing := [gap.text for gap in gaps(content) if gap.blocks]:
        raise InvalidTransition(" ".join(missing))
    content = with_words(content)
    newest = meeting.minutes.newest()
    calendar = SpecialDay.objects.calendar()
    minutes = Minutes.objects.create(
        meeting=meeting,
        version=newest.version + 1 if newest else 1,
        content=content,
        sha256=check_value(content),
        confirm_by=calendar.add(timezone.localdate(), meeting.rules.confirm_days),
        circulated_by=by,
    )
    meeting.state = move(MEETING_MOVES, meeting.state, MeetingState.CONFIRMING)
    meeting.save(update_fields=["state"])
    notifications.minutes_circulated(minutes, by=by)
    return minutes


@action
def confirm_minutes(
    *, minutes: Minutes, organisation: Organisation, by, verdict: str, note: str = ""
) -> Confirmation:
    """The word of one unit on the newest version, once: no objection, or what it objects to.

    Whoever speaks for a unit that was at the meeting or represented. An objection is told to those who run
    the meeting. Raises `BadInput` for an objection without words, `NotPermitted`, `InvalidTransition`.
    """
    # The meeting is the lock: an answer comes before the closing or is refused after it.
    meeting = lock_meeting(minutes.meeting)
    minutes = Minutes.objects.get(pk=minutes.pk)
    minutes.meeting = meeting
    permissions.check_can_confirm_minutes(by, minutes, organisation)
    confirmation = Confirmation.objects.create(
        minutes=minutes,
        organisation=organisation,
        verdict=_read_verdict(verdict),
        note=_read_note(verdict, note),
        given_by=by,
    )
    if confirmation.verdict == MinutesVerdict.OBJECTED:
        notifications.minutes_objected(confirmation, by=by)
    return confirmation


@action
def revise_minutes(*, meeting: Meeting, by, reason: str) -> Meeting:
    """Confirming → held, to be written and circulated anew. Those who run the meeting. Tells the units, with the reason."""
    meeting = lock_meeting(meeting)
    permissions.check_can_revise_minutes(by, meeting)
    reason = read_reason(reason)
    meeting.state = move(MEETING_MOVES, meeting.state, MeetingState.HELD)
    meeting.save(update_fields=["state"])
    notifications.minutes_revised(meeting.minutes.newest(), by=by, reason=reason)
    return meeting


@action
def close_meeting(*, meeting: Meeting, by) -> Meeting:
    """Confirming → closed. Those who run the meeting, once nobody objects and all have answered or the day is over.

    From here on the database refuses every change of the meeting, its roll, its items and its decisions.
    Tells every unit on the roll.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_close_meeting(by, meeting)
    meeting.state = move(MEETING_MOVES, meeting.state, MeetingState.CLOSED)
    meeting.closed_at = timezone.now()
    meeting.save(update_fields=["state", "closed_at"])
    notifications.meeting_closed(meeting, meeting.minutes.newest(), by=by)
    return meeting


def _number(meeting: Meeting) -> None:
    """The next number of the alliance, locked by the caller, in the year of the meeting."""
    meeting.year = meeting.held_on.year
    numbered = Meeting.objects.filter(alliance=meeting.alliance_id, year=meeting.year)
    meeting.serial = (numbered.aggregate(last=Max("serial"))["last"] or 0) + 1
    meeting.save(update_fields=["year", "serial"])


def _read_verdict(verdict: str) -> str:
    if verdict not in MinutesVerdict.values:
        raise BadInput(_("没有这个选项。请选择“无异议”或“有异议”。"), field="verdict")
    return verdict


def _read_note(verdict: str, note: str) -> str:
    """What a unit objects to; no objection carries no words."""
    if verdict != MinutesVerdict.OBJECTED:
        return ""
    note = read_words(note, field="note", label=_("异议内容"), most=500)
    if not note:
        raise BadInput(_("请写明对哪一处有异议、应当怎样写。"), field="note")
    return note
