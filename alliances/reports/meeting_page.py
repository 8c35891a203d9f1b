"""What a meeting's page says beside its records: the clock of the agenda, who must act next, what is asked of a unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances import permissions
from alliances.models import AgendaItem, Attendance, Meeting, MeetingKind
from alliances.reports.minutes import Panel
from alliances.rules import Terms, deadlines
from alliances.states import ItemState, MeetingState, Presence
from members.models import Organisation
from workflow.moves import allowed
from workflow.stages import Stage
from workflow.templatetags.workflow import cn_day, cn_time
from workflow.workdays import Calendar


@dataclass(frozen=True)
class Step:
    """The next act on a meeting: the word, until when."""

    act: str
    due: date | None = None


@dataclass(frozen=True)
class Button:
    """One way on from the page: a link, or an act when `post`. `why`: a sentence beside it."""

    label: str
    url: str
    post: bool = False
    why: str = ""


@dataclass(frozen=True)
class Ask:
    """What the meeting asks of a unit. `when` stands where there is no day."""

    title: str
    url: str
    act: str
    why: str = ""
    due: date | None = None
    when: str = ""
    primary: bool = False


def next_step(meeting: Meeting) -> Step | None:
    """What the list says is to be done next; `confirm_by` is read when the row carries it."""
    return {
        MeetingState.CALLED: Step(_("提议题"), meeting.closes_on),
        MeetingState.PLANNED: Step(_("发会议通知"), meeting.notice_on),
        MeetingState.NOTICED: Step(_("开会"), meeting.held_on),
        MeetingState.IN_SESSION: Step(_("逐项审议")),
        MeetingState.HELD: Step(_("印发纪要"), meeting.minutes_on),
        MeetingState.CONFIRMING: Step(_("各单位确认纪要"), getattr(meeting, "confirm_by", None)),
    }.get(MeetingState(meeting.state))


def days_of(kind: MeetingKind, terms: Terms, day: date, calendar: Calendar) -> list[Stage]:
    """The days that the rules give a meeting of `kind` on `day`; those already past are done."""
    today = timezone.localdate()
    call_on, close_on, notice_on = deadlines(terms, day)
    minutes_on = calendar.add(day, terms.minutes_days)
    days = [
        *([(_("开始征集议题"), call_on), (_("议题截止"), close_on)] if kind.has_call else []),
        (_("最迟发会议通知"), notice_on),
        (_("开会"), day),
        (_("最迟印发纪要"), minutes_on),
        (_("最迟确认纪要"), calendar.add(minutes_on, terms.confirm_days)),
    ]
    return [
        Stage(label, "done" if on < today else "now" if on == today else "todo", note=cn_day(on))
        for label, on in days
    ]


def links_for(user, meeting: Meeting) -> list[Button]:
    """Where those who run the meeting go on from its page, as far as its state lets them."""
    ways = [
        (permissions.check_can_save_agenda, _("编排议程"), "meeting-agenda"),
        (permissions.check_can_set_attendance, _("登记到会"), "meeting-attendance"),
        (permissions.check_can_renew_room_code, _("会场大屏（到会码）"), "meeting-room"),
        (permissions.check_can_invite_observer, _("列席单位"), "meeting-invite"),
        (permissions.check_can_set_people, _("主持人、记录人、会议概况"), "meeting-people"),
        (permissions.check_can_reschedule_meeting, _("改期或换地点"), "meeting-reschedule"),
        (permissions.check_can_cancel_meeting, _("取消会议"), "meeting-cancel"),
    ]
    return [
        Button(label, reverse(name, args=[meeting.pk]))
        for check, label, name in ways
        if allowed(check, user, meeting)
    ]


def set_clock(meeting: Meeting, items: Iterable[AgendaItem]) -> datetime:
    """Give each of `items` `begins` and `ends` from the start of the meeting on; the end of the last."""
    moment = meeting.starts_at
    for item in items:
        item.begins = moment
        moment += timedelta(minutes=item.duration)
        item.ends = moment
    return moment


def time_words(meeting: Meeting, end: datetime) -> str:
    """How the agenda's end lies to the planned one; empty when it fits to the minute."""
    over = round((end - meeting.ends_at).total_seconds() / 60)
    words = {"end": cn_time(end), "planned": cn_time(meeting.ends_at), "count": abs(over)}
    if over > 0:
        return (
            ngettext(
                "排到 %(end)s，比预计散会 %(planned)s 晚 %(count)s 分钟。请缩短时长、移出议题或改散会时间。",
                "排到 %(end)s，比预计散会 %(planned)s 晚 %(count)s 分钟。请缩短时长、移出议题或改散会时间。",
                over,
            )
            % words
        )
    if over < 0:
        return (
            ngettext(
                "排到 %(end)s，比预计散会 %(planned)s 早 %(count)s 分钟。",
                "排到 %(end)s，比预计散会 %(planned)s 早 %(count)s 分钟。",
                -over,
            )
            % words
        )
    return _("排到 %(end)s，正好到预计散会的时间。") % words


def step_for(
    meeting: Meeting, items: Sequence[AgendaItem], minutes: Panel, *, waiting: int, left: int
) -> Button | None:
    """The one next act of those who run the meeting. `waiting`: items to answer; `left`: units not yet taken."""

    def link(label, name, why=""):
        return Button(label, reverse(name, args=[meeting.pk]), why=why)

    state = meeting.state
    if state == MeetingState.CALLED:
        is_closed = meeting.closes_on is None or meeting.closes_on < timezone.localdate()
        if waiting and not is_closed:
            address = f"{reverse('item-list')}?view=all&state=proposed&alliance={meeting.alliance_id}"
            return Button(_("受理议题"), address)
        why = ""
        if not is_closed and meeting.closes_on:
            why = _("征集到 %(day)s 截止。现在排定议程，征集随即结束，各单位不能再提议题。") % {
                "day": cn_day(meeting.closes_on)
            }
        return Button(_("排定议程"), reverse("meeting-plan", args=[meeting.pk]), post=True, why=why)
    if state == MeetingState.PLANNED:
        return link(_("预览并发通知"), "meeting-notice") if items else link(_("编排议程"), "meeting-agenda")
    if state == MeetingState.NOTICED:
        if meeting.held_on > timezone.localdate():
            return link(_("编排议程"), "meeting-agenda", _("通知已发，到会议当天可以开会。"))
        return link(_("开会"), "meeting-open")
    if state == MeetingState.IN_SESSION:
        # Units that nobody registered hold up neither the agenda once it runs nor the end: then they are absent.
        has_begun = any(one.state == ItemState.CONCLUDED for one in items)
        if left and not has_begun:
            return link(_("登记到会"), "meeting-attendance")
        item = next((one for one in items if one.state == ItemState.SCHEDULED), None)
        if item:
            number = items.index(item) + 1
            return Button(_("审议第 %(number)s 项") % {"number": number}, f"#item-{item.pk}")
        words = ngettext(
            "还有 %(count)s 个应到单位没有登记到会，散会后记为缺席。",
            "还有 %(count)s 个应到单位没有登记到会，散会后记为缺席。",
            left,
        )
        why = words % {"count": left} if left else ""
        return Button(_("散会"), reverse("meeting-end", args=[meeting.pk]), post=True, why=why)
    if state == MeetingState.HELD:
        return link(_("拟写会议纪要"), "minutes-draft")
    if state == MeetingState.CONFIRMING and minutes.minutes:
        label = _("归档") if minutes.close.ok else _("看各单位确认情况")
        return Button(label, minutes.minutes.get_absolute_url())
    return None


def waits_for(meeting: Meeting) -> str:
    """Who must act, for a reader who cannot; empty when nobody must."""
    step, who = next_step(meeting), {"convener": meeting.convener}
    if step is None or meeting.state == MeetingState.CONFIRMING:
        return ""
    if meeting.state == MeetingState.CALLED:
        return _("正在征集议题，各成员单位都可以提。")
    if meeting.state == MeetingState.NOTICED:
        return _("会议通知已发出。")
    if meeting.state == MeetingState.IN_SESSION:
        return _("正在开会。")
    return _("在等 %(convener)s：%(act)s") % {**who, "act": step.act}


def asks_of(
    user,
    meeting: Meeting,
    items: Sequence[AgendaItem],
    minutes: Panel,
    own: Sequence[Organisation],
    rows: Sequence[Attendance],
) -> list[Ask]:
    """What the meeting asks now of the units `own` that `user` speaks for; the most pressing first, filled.

    `items` as `prepare_items` leaves them. Somebody who speaks for several units is asked once for all.
    """
    asks = [*_ballots(items), *_confirmations(minutes)]
    due = [row for row in rows if any(row.organisation_id == one.pk for one in own)]
    late = [row.organisation for row in due if row.presence in (Presence.DUE, Presence.EXCUSED)]
    late = [one for one in late if allowed(permissions.check_can_check_in, user, meeting, one)]
    if late:
        asks.append(
            Ask(
                title=_("%(units)s 签到") % {"units": _names(late)},
                why=_("输入会场屏幕上的六位到会码。"),
                when=_("现在"),
                url=reverse("meeting-checkin", args=[meeting.pk]),
                act=_("签到"),
            )
        )
    due = [
        row for row in due if allowed(permissions.check_can_excuse_unit, user, meeting, row.organisation)
    ]
    if due:
        asks.append(_excuse(meeting, due))
    if (
        own
        and meeting.state == MeetingState.CALLED
        and allowed(permissions.check_can_propose_item, user, meeting.alliance, own[0], meeting)
    ):
        asks.append(
            Ask(
                title=_("%(units)s 提议题") % {"units": _names(own)},
                why=_("会议要定什么，请在截止前提出来。"),
                due=meeting.closes_on,
                url=f"{reverse('item-propose')}?meeting={meeting.pk}",
                act=_("提议题"),
            )
        )
    return [replace(ask, primary=place == 0) for place, ask in enumerate(asks)]


def _names(units: Sequence[Organisation]) -> str:
    if len(units) == 1:
        return str(units[0])
    return ngettext("%(count)s 个单位", "%(count)s 个单位", len(units)) % {"count": len(units)}


def _ballots(items: Iterable[AgendaItem]) -> list[Ask]:
    return [
        Ask(
            title=_("表决：%(item)s") % {"item": item.title},
            why=_("%(unit)s 还没有表决。") % {"unit": place.organisation},
            when=_("现在"),
            url=item.vote.motion.get_absolute_url(),
            act=_("去表决"),
        )
        for item in items
        if item.vote
        for place in item.vote.own
        if not place.seat.value
    ]


def _confirmations(minutes: Panel) -> list[Ask]:
    if not (minutes.is_open and minutes.minutes):
        return []
    return [
        Ask(
            title=_("%(unit)s 确认会议纪要") % {"unit": unit},
            why=_("到期没有提出异议的，视为无异议。"),
            due=minutes.minutes.confirm_by,
            url=minutes.minutes.get_absolute_url(),
            act=_("看纪要并确认"),
        )
        for unit in minutes.own
    ]


def _excuse(meeting: Meeting, rows: Sequence[Attendance]) -> Ask:
    """Whether the units come: the question, or what was said and how to change it."""
    url = reverse("meeting-excuse", args=[meeting.pk])
    if any(row.presence == Presence.DUE for row in rows):
        units = [row.organisation for row in rows if row.presence == Presence.DUE]
        return Ask(
            title=_("%(units)s 来不来") % {"units": _names(units)},
            why=_("来的话不用办。来不了，请在开会前请假。"),
            due=meeting.held_on,
            url=url,
            act=_("请假"),
        )
    said = {"units": _names([row.organisation for row in rows]), "what": rows[0].get_presence_display()}
    return Ask(
        title=_("%(units)s 已登记%(what)s") % said,
        why=_("情况有变，要来的话直接到会，在会场签到。"),
        due=meeting.held_on,
        url=url,
        act=_("看登记"),
    )
