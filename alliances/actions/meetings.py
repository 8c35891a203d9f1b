"""How a meeting is called, moved, announced, held and called off."""

import secrets
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import notifications, permissions, rules
from alliances.actions.agenda import lock_meeting, open_with_results, release_items
from alliances.actions.alliances import lock_alliance, lock_organisation
from alliances.exceptions import AlreadyCalled
from alliances.models import Alliance, Attendance, Meeting, MeetingKind, Membership, Procedure
from alliances.rules.procedure import Terms
from alliances.states import COMING_STATES, MEETING_MOVES, MeetingState, Presence
from members.models import Organisation, SpecialDay
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.templatetags.workflow import cn_date, cn_time
from workflow.text import read_line, read_words

#: Digits of the code shown in the room.
CODE_LENGTH = 6


@action
def call_meeting(
    *,
    alliance: Alliance,
    kind: MeetingKind,
    by,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    convener: Organisation | None = None,
    chair: str = "",
    recorder: str = "",
) -> Meeting:
    """A new meeting under the rules in force: called, or planned at once when its kind has no call for items.

    People of the host or of the convener; a kind that members may call: any member, which then convenes it.
    `convener` is by default the one of the rules, or the member that calls. Tells every member. Raises
    `BadInput` when the day leaves no room for the days of the rules, `AlreadyCalled` for a second meeting of
    the kind on one day, `NotPermitted`, `InvalidTransition`.
    """
    lock_organisation(convener or _convener(alliance, by))
    alliance = lock_alliance(alliance)
    if not MeetingKind.objects.usable_in(alliance).filter(pk=kind.pk).exists():
        raise BadInput(_("这个会议类型没有启用。请从列表中选择会议类型。"), field="kind")
    permissions.check_can_call_meeting(by, alliance, kind, convener)
    convener = convener or _convener(alliance, by)
    if convener.pk != alliance.host_id and not permissions.is_member(alliance, convener):
        raise BadInput(
            _("%(organisation)s 不是联盟的成员，不能召集会议。请选择成员单位。")
            % {"organisation": convener},
            field="convener",
        )
    terms = Procedure.objects.terms_of(alliance)
    meeting = Meeting(
        alliance=alliance,
        kind=kind,
        title=_read(title, "title", _("会议名称"), 80, required=True),
        convener=convener,
        terms=terms.as_json(),
        state=MeetingState.CALLED if kind.has_call else MeetingState.PLANNED,
        chair=_read(chair, "chair", _("主持人"), 60),
        recorder=_read(recorder, "recorder", _("记录人"), 60),
        called_by=by,
    )
    _set_when(meeting, starts_at, ends_at, place, days=terms.call_days)
    _check_only_one(meeting)
    _set_deadlines(meeting, terms)
    meeting.save()
    if not kind.has_call:
        open_with_results(meeting)
    notifications.meeting_called(meeting, by=by)
    return meeting


@action
def reschedule_meeting(
    *, meeting: Meeting, by, starts_at: datetime, ends_at: datetime, place: str, reason: str
) -> Meeting:
    """Another time or place before it begins, with new deadlines; those who run it. Tells every member.

    On another day nobody is excused yet. Raises `BadInput` for a day too near, `AlreadyCalled`, `NotPermitted`, `InvalidTransition`.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_reschedule_meeting(by, meeting)
    reason = _read(reason, "reason", _("原因"), 200, required=True)
    day, terms = meeting.held_on, meeting.rules
    if timezone.localdate(starts_at) == day and day >= timezone.localdate():
        # The units keep the day that they were told; only the hour or the place is new.
        days = 0
    else:
        days = terms.close_days if meeting.state == MeetingState.CALLED else terms.notice_days
    _set_when(meeting, starts_at, ends_at, place, days=days)
    _check_only_one(meeting)
    _set_deadlines(meeting, terms)
    meeting.sequence += 1
    meeting.changed_at = timezone.now()
    meeting.save(
        update_fields=[
            "starts_at",
            "ends_at",
            "place",
            "closes_on",
            "notice_on",
            "sequence",
            "changed_at",
        ]  # fmt: skip
    )
    if meeting.held_on != day:
        meeting.attendances.update(presence=Presence.DUE, represented_by=None)
    notifications.meeting_moved(meeting, by=by, clock=cn_time(meeting.starts_at), reason=reason)
    return meeting


@action
def set_people(*, meeting: Meeting, by, chair: str, recorder: str, opening: str) -> Meeting:
    """Who is in the chair, who writes, and how it went, as the minutes print it; those who run it."""
    meeting = lock_meeting(meeting)
    permissions.check_can_set_people(by, meeting)
    meeting.chair = _read(chair, "chair", _("主持人"), 60)
    meeting.recorder = _read(recorder, "recorder", _("记录人"), 60)
    meeting.opening = read_words(opening, field="opening", label=_("会议概况"), most=2000)
    meeting.save(update_fields=["chair", "recorder", "opening"])
    return meeting


@action
def give_notice(*, meeting: Meeting, by) -> Meeting:
    """Planned → noticed, with an attendance row for each member of that day; those who run it.

    Tells every organisation that is due or attends without a vote. Raises `InvalidTransition` without an agenda.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_give_notice(by, meeting)
    meeting.state = move(MEETING_MOVES, meeting.state, MeetingState.NOTICED)
    meeting.noticed_at = timezone.now()
    meeting.save(update_fields=["state", "noticed_at"])
    _seat_members(meeting)
    notifications.meeting_noticed(meeting, by=by)
    return meeting


@action
def open_session(*, meeting: Meeting, by, room_code: bool = False) -> Meeting:
    """Noticed → in session, from the day of the meeting; those who run it. Units that joined since get their row.

    `room_code`: show a code in the room by which units report themselves.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_open_session(by, meeting)
    meeting.state = move(MEETING_MOVES, meeting.state, MeetingState.IN_SESSION)
    meeting.opened_at = timezone.now()
    meeting.room_code = new_code() if room_code else ""
    meeting.save(update_fields=["state", "opened_at", "room_code"])
    _seat_members(meeting)
    # What became of the last results is told as it stands on the day.
    open_with_results(meeting)
    return meeting


@action
def end_session(*, meeting: Meeting, by) -> Meeting:
    """In session → held, once every item has its outcome; those who run it.

    Units of which nothing is known are absent. Sets the day of the minutes.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_end_session(by, meeting)
    meeting.state = move(MEETING_MOVES, meeting.state, MeetingState.HELD)
    meeting.ended_at = timezone.now()
    meeting.room_code = ""
    days = meeting.rules.minutes_days
    meeting.minutes_on = SpecialDay.objects.calendar().add(timezone.localdate(), days)
    meeting.save(update_fields=["state", "ended_at", "room_code", "minutes_on"])
    # Who attends without a vote is on no sheet: it came, unless it was taken off the list.
    meeting.attendances.voting().filter(presence=Presence.DUE).update(presence=Presence.ABSENT)
    return meeting


@action
def cancel_meeting(*, meeting: Meeting, by, reason: str) -> Meeting:
    """Called, planned or noticed → cancelled; those who run it. Its items wait for the next one. Tells every member."""
    meeting = lock_meeting(meeting)
    permissions.check_can_cancel_meeting(by, meeting)
    meeting.cancel_reason = _read(reason, "reason", _("原因"), 200, required=True)
    release_items(meeting)
    meeting.state = move(MEETING_MOVES, meeting.state, MeetingState.CANCELLED)
    meeting.sequence += 1
    meeting.changed_at = timezone.now()
    meeting.save(update_fields=["state", "cancel_reason", "sequence", "changed_at"])
    notifications.meeting_cancelled(meeting, by=by, reason=meeting.cancel_reason)
    return meeting


def new_code() -> str:
    """Six digits that nobody can foresee."""
    return f"{secrets.randbelow(10**CODE_LENGTH):0{CODE_LENGTH}}"


def earliest_day(terms: Terms, *, has_call: bool) -> date:
    """The first day on which a meeting called today can be held."""
    return timezone.localdate() + timedelta(days=terms.call_days if has_call else 0)


def _convener(alliance: Alliance, by) -> Organisation:
    """The one of the rules; the member that calls when `by` has no part in that one."""
    convener = permissions.convener_of(alliance)
    if by.manages(alliance.host) or by.acts_for(convener):
        return convener
    return permissions.own_members(by, alliance).first() or convener


def _read(text: str, field: str, label: str, most: int, *, required: bool = False) -> str:
    line = read_line(text, field=field)
    return read_words(line, field=field, label=label, most=most, required=required)


def _set_when(meeting: Meeting, starts_at: datetime, ends_at: datetime, place: str, *, days: int) -> None:
    """Time and place; `days`: how far ahead the units must know, unless the kind has no call for items."""
    if ends_at <= starts_at:
        raise BadInput(_("散会时间要晚于开会时间。请改正时间。"), field="ends_at")
    if starts_at <= timezone.now():
        raise BadInput(_("开会时间已经过去。请选择之后的时间。"), field="starts_at")
    earliest = timezone.localdate() + timedelta(days=days if meeting.kind.has_call else 0)
    if timezone.localdate(starts_at) < earliest:
        raise BadInput(
            _("按议事规则要提前 %(days)s 天，最早可在 %(day)s 开会。请改为这一天或之后，或召集临时会议。")
            % {"days": days, "day": cn_date(earliest)},
            field="starts_at",
        )
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.place = _read(place, "place", _("地点"), 100, required=True)


def _set_deadlines(meeting: Meeting, terms: Terms) -> None:
    _call_on, closes_on, notice_on = rules.deadlines(terms, meeting.held_on)
    meeting.closes_on = closes_on if meeting.kind.has_call else None
    # A meeting at short notice is announced at once.
    meeting.notice_on = max(notice_on, min(timezone.localdate(), meeting.held_on))


def _check_only_one(meeting: Meeting) -> None:
    others = Meeting.objects.filter(
        alliance=meeting.alliance, kind=meeting.kind, state__in=COMING_STATES
    ).exclude(pk=meeting.pk)
    for other in others:
        if other.held_on == meeting.held_on:
            raise AlreadyCalled(
                _("%(day)s 已召集了“%(meeting)s”。请在那次会议中办理，或换一天。")
                % {"day": cn_date(other.held_on), "meeting": other},
                field="starts_at",
            )


def _seat_members(meeting: Meeting) -> None:
    """A row with the vote for each member of the day; a member that was invited without one has it now."""
    members = set(
        Membership.objects.current(meeting.held_on)
        .filter(alliance=meeting.alliance)
        .values_list("organisation", flat=True)
    )
    meeting.attendances.filter(organisation__in=members, has_vote=False).update(has_vote=True)
    rows = [Attendance(meeting=meeting, organisation_id=pk) for pk in sorted(members)]
    Attendance.objects.bulk_create(rows, ignore_conflicts=True)
