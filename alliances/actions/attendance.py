"""Which unit is there, excused, absent or represented; who attends without a vote; who keeps out of an item.

Nothing here stores a moment, a place or a device.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.core.cache import cache
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from alliances import notifications, permissions
from alliances.actions.agenda import lock_item, lock_meeting
from alliances.actions.meetings import new_code
from alliances.exceptions import WrongCode
from alliances.models import AgendaItem, Attendance, Ballot, Meeting, StepOut
from alliances.states import MeetingState, MotionState, Presence, StepOutKind
from members.models import Organisation
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict, NotPermitted
from workflow.text import read_line, read_words

#: Wrong codes that one person may type at one meeting.
TRIES = 8
#: Seconds that wrong codes are remembered: longer than any session, and nowhere but in the cache.
_REMEMBERED = 12 * 3600
_BEFORE = (Presence.DUE, Presence.EXCUSED, Presence.REPRESENTED)
_THERE = (Presence.PRESENT, Presence.REPRESENTED)

#: What the page says of one unit: presence, represented by, attendee; and before it, which unit.
Seen = tuple[Presence, int | None, str]
Line = tuple[int, Presence, int | None, str]


@action
def set_attendance(
    *, meeting: Meeting, by, rows: Sequence[Line], seen: Mapping[int, Seen] | None = None
) -> list[Attendance]:
    """The whole page at once: (organisation, presence, represented by, attendee); those who run it.

    From the notice until the minutes go round; before the session nobody is present yet. Units left out stay
    as they are, and so do those that the page still has as it was `seen`: others register at the same time,
    and units by the code. Raises `Conflict` for a unit that is no longer as it was seen, `BadInput` for a unit
    that is not due, for a proxy that the rules do not know or that is not there, and for a unit that has voted
    and is to be absent.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_set_attendance(by, meeting)
    known = _attendances(meeting)
    if seen:
        rows = [line for line in rows if seen.get(line[0]) != line[1:]]
        _check_as_seen(known, rows, seen)
    was = {pk: row.presence for pk, row in known.items()}
    for organisation, presence, represented_by, attendee in rows:
        row = known.get(organisation)
        if row is None:
            raise BadInput(_("有单位不在应到名单上。请刷新页面后重新登记。"), field="rows")
        row.presence = _read_presence(meeting, row, presence)
        row.represented_by_id = represented_by if presence == Presence.REPRESENTED else None
        line = read_line(attendee, field="rows")
        row.attendee = read_words(line, field="rows", label=_("参会人"), most=60)
    for row in known.values():
        _check_proxy(meeting, row, known)
    _check_has_not_voted(
        meeting, [pk for pk, row in known.items() if was[pk] in _THERE and row.presence not in _THERE]
    )
    Attendance.objects.bulk_update(known.values(), ["presence", "represented_by", "attendee"])
    return list(known.values())


@action
def invite_observer(*, meeting: Meeting, organisation: Organisation, by) -> Attendance:
    """列席: `organisation` of the same district comes without a vote; those who run it, until the session ends.

    Raises `BadInput` for a member and for another district's, `Conflict` when it is on the list.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_invite_observer(by, meeting)
    if organisation.district_path != meeting.alliance.host.district_path or organisation.closed_on:
        raise BadInput(_("列席单位要是本区仍在运行的组织。请从列表中选择。"), field="organisation")
    if meeting.attendances.filter(organisation=organisation).exists():
        raise Conflict(
            _("%(organisation)s 已在名单上，不用再加。") % {"organisation": organisation},
            field="organisation",
        )
    if meeting.alliance.memberships.current(meeting.held_on).filter(organisation=organisation).exists():
        raise BadInput(
            _("%(organisation)s 是成员单位，发会议通知时会列入应到名单。不用另加列席。")
            % {"organisation": organisation},
            field="organisation",
        )
    return Attendance.objects.create(meeting=meeting, organisation=organisation, has_vote=False)


@action
def drop_observer(*, meeting: Meeting, organisation: Organisation, by) -> None:
    """`organisation` does not attend without a vote after all; the same people."""
    meeting = lock_meeting(meeting)
    permissions.check_can_drop_observer(by, meeting)
    dropped, _of_each = meeting.attendances.filter(organisation=organisation, has_vote=False).delete()
    if not dropped:
        raise Conflict(
            _("%(organisation)s 不在列席名单上。请刷新页面后查看。") % {"organisation": organisation}
        )


@action
def excuse_unit(
    *, meeting: Meeting, organisation: Organisation, by, represented_by: Organisation | None = None
) -> Attendance:
    """The unit's own speakers say before the session that it cannot come, or who stands for it. Tells the convener."""
    meeting = lock_meeting(meeting)
    permissions.check_can_excuse_unit(by, meeting, organisation)
    known = _attendances(meeting)
    row = _own_row(known, organisation)
    row.presence = Presence.REPRESENTED if represented_by else Presence.EXCUSED
    row.represented_by = represented_by
    for one in known.values():
        _check_proxy(meeting, one, known)
    row.save(update_fields=["presence", "represented_by"])
    notifications.unit_excused(row, by=by)
    return row


@action
def check_in(*, meeting: Meeting, organisation: Organisation, code: str, by) -> Attendance:
    """The unit's own speakers type the code shown in the room: present. Eight wrong codes of a person are the last.

    Raises `WrongCode`, and `NotPermitted` when there were too many; attendance by hand is always open.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_check_in(by, meeting, organisation)
    row = _own_row(_attendances(meeting), organisation)
    _check_code(meeting, by, code)
    row.presence, row.represented_by = Presence.PRESENT, None
    row.save(update_fields=["presence", "represented_by"])
    return row


@action
def renew_room_code(*, meeting: Meeting, by) -> Meeting:
    """Another code in the room, or the first one; those who run it, during the session."""
    meeting = lock_meeting(meeting)
    permissions.check_can_renew_room_code(by, meeting)
    meeting.room_code = new_code()
    meeting.save(update_fields=["room_code"])
    return meeting


@action
def step_out(*, item: AgendaItem, organisation: Organisation, kind: StepOutKind, by) -> StepOut:
    """The unit takes no part in `item`; those who run the meeting and the unit's speakers, before it has voted."""
    item = lock_item(item)
    permissions.check_can_step_out(by, item, organisation)
    row, _is_new = StepOut.objects.update_or_create(
        item=item, organisation=organisation, defaults={"kind": StepOutKind(kind)}
    )
    return row


@action
def step_in(*, item: AgendaItem, organisation: Organisation, by) -> None:
    """The unit takes part in `item` again; the same people."""
    item = lock_item(item)
    permissions.check_can_step_in(by, item, organisation)
    stepped, _of_each = StepOut.objects.filter(item=item, organisation=organisation).delete()
    if not stepped:
        raise Conflict(
            _("%(organisation)s 没有回避或离席。请刷新页面后查看。") % {"organisation": organisation}
        )


def _attendances(meeting: Meeting) -> dict[int, Attendance]:
    rows = meeting.attendances.select_related("organisation").order_by("pk")
    known = {row.organisation_id: row for row in rows}
    for row in known.values():
        row.meeting = meeting
    return known


def _own_row(known: Mapping[int, Attendance], organisation: Organisation) -> Attendance:
    if organisation.pk not in known:
        raise BadInput(
            _("%(organisation)s 不在这次会议的名单上。请联系召集单位。") % {"organisation": organisation},
            field="organisation",
        )
    return known[organisation.pk]


def _read_presence(meeting: Meeting, row: Attendance, presence: Presence) -> Presence:
    presence = Presence(presence)
    if meeting.state == MeetingState.NOTICED and presence not in _BEFORE:
        raise BadInput(
            _("还没有开会，%(organisation)s 不能登记为“%(presence)s”。请在开会后登记。")
            % {"organisation": row.organisation, "presence": presence.label},
            field="rows",
        )
    return presence


def _check_as_seen(known: Mapping[int, Attendance], rows: Iterable[Line], seen: Mapping[int, Seen]) -> None:
    """Refuse to write over what somebody else, or the unit itself, registered since the page was made."""
    for organisation, *entered in rows:
        row = known.get(organisation)
        if row is None or organisation not in seen:
            continue
        stands = (row.presence, row.represented_by_id, row.attendee)
        if stands not in (seen[organisation], tuple(entered)):
            raise Conflict(
                _(
                    "%(organisation)s 刚刚已登记为“%(presence)s”，和您打开页面时不同。"
                    "请核对；仍要按您填的登记，请再保存一次。"
                )
                % {"organisation": row.organisation, "presence": row.get_presence_display()},
                field="rows",
            )


def _check_proxy(meeting: Meeting, row: Attendance, known: Mapping[int, Attendance]) -> None:
    """A represented unit has the vote, and so has its proxy, which is there or still expected."""
    if row.presence != Presence.REPRESENTED:
        return
    if not meeting.rules.proxies:
        raise BadInput(
            _("本联盟的议事规则不设委托，%(organisation)s 不能登记为委托。请登记为请假。")
            % {"organisation": row.organisation},
            field="represented_by",
        )
    proxy = known.get(row.represented_by_id or 0)
    is_there = proxy and proxy.presence in (
        (Presence.PRESENT,) if meeting.state != MeetingState.NOTICED else (Presence.DUE, Presence.PRESENT)
    )
    if not (row.has_vote and proxy and proxy.has_vote and proxy.pk != row.pk and is_there):
        raise BadInput(
            _("%(organisation)s 的受托单位要是另一个到会的成员单位。请重新选择，或登记为请假。")
            % {"organisation": row.organisation},
            field="represented_by",
        )


def _check_has_not_voted(meeting: Meeting, organisations: list[int]) -> None:
    ballot = (
        Ballot.objects.filter(organisation__in=organisations, motion__item__meeting=meeting)
        .exclude(motion__state=MotionState.WITHDRAWN)
        .select_related("organisation", "motion__item")
        .first()
    )
    if ballot:
        raise BadInput(
            _("%(organisation)s 已就“%(item)s”投票，不能登记为未到会。如提前离开，请在议题上登记离席。")
            % {"organisation": ballot.organisation, "item": ballot.motion.item},
            field="rows",
        )


def _check_code(meeting: Meeting, by, code: str) -> None:
    """Count first, so that many tries at once are no more than one after the other."""
    key = f"check-in:{meeting.pk}:{by.pk}"
    try:
        cache.add(key, 0, _REMEMBERED)
        tries = cache.incr(key)
    except (OSError, ValueError) as error:
        raise Conflict(_("现在无法核对到会码。请告诉会场的工作人员，由其登记。")) from error
    if tries > TRIES:
        raise NotPermitted(_("到会码已多次输错，不能再试。请告诉会场的工作人员，由其登记。"))
    if not constant_time_compare(code.strip(), meeting.room_code):
        raise WrongCode(_("到会码不对。请看会场大屏上的六位数字，重新输入。"), field="code")
    cache.delete(key)
