"""Where a meeting or an agenda item stands, as every page says it: tint, shape and word, and the line of stages."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import AgendaItem, Meeting
from alliances.states import ItemOutcome, ItemSource, ItemState, MeetingState
from workflow.stages import Chip, Stage
from workflow.templatetags.workflow import cn_date, cn_day

_MEETING_LOOKS = {
    MeetingState.CALLED: ("go", "flag"),
    MeetingState.PLANNED: ("go", "tasks"),
    MeetingState.NOTICED: ("go", "bell"),
    MeetingState.IN_SESSION: ("warn", "people"),
    MeetingState.HELD: ("warn", "pen"),
    MeetingState.CONFIRMING: ("warn", "clock"),
    MeetingState.CLOSED: ("ok", "check"),
    MeetingState.CANCELLED: ("", "cross"),
}
_ITEM_LOOKS = {
    ItemState.PROPOSED: ("warn", "clock"),
    ItemState.ACCEPTED: ("go", "check"),
    ItemState.RETURNED: ("bad", "return"),
    ItemState.WITHDRAWN: ("", "return"),
    ItemState.SCHEDULED: ("go", "calendar"),
    ItemState.CONCLUDED: ("ok", "check"),
}
_OUTCOME_LOOKS = {
    ItemOutcome.CONSENSUS: ("ok", "check"),
    ItemOutcome.CARRIED: ("ok", "check"),
    ItemOutcome.REJECTED: ("bad", "cross"),
    ItemOutcome.DEFERRED: ("warn", "clock"),
    ItemOutcome.REFERRED: ("go", "next"),
    ItemOutcome.NOTED: ("ok", "check"),
}
#: How far along the line each state is: index of the station that is now; see `meeting_stages`.
_REACHED = {
    MeetingState.CALLED: 0,
    MeetingState.PLANNED: 1,
    MeetingState.NOTICED: 2,
    MeetingState.IN_SESSION: 2,
    MeetingState.HELD: 3,
    MeetingState.CONFIRMING: 3,
    MeetingState.CLOSED: 4,
}


def meeting_chip(meeting: Meeting) -> Chip:
    return Chip(*_MEETING_LOOKS[MeetingState(meeting.state)], meeting.get_state_display())


def item_chip(item: AgendaItem) -> Chip:
    """The outcome of a concluded item, the state of any other."""
    if item.outcome:
        return Chip(*_OUTCOME_LOOKS[ItemOutcome(item.outcome)], item.get_outcome_display())
    return Chip(*_ITEM_LOOKS[ItemState(item.state)], item.get_state_display())


def meeting_stages(
    meeting: Meeting,
    *,
    items: Iterable[AgendaItem],
    units: int,
    confirm_by: date | None = None,
    duties: int = 0,
    done: int = 0,
) -> list[Stage]:
    """征集议题 → 发通知 → 开会 → 纪要确认 → 议定事项办理, each with its day.

    `items`: all that were proposed for this meeting; `units`: how many the notice went to; `confirm_by`: of
    minutes that go round; `duties` and `done`: what came of it. A cancelled meeting ends where it was.
    """
    items = [one for one in items if one.source not in (ItemSource.LAST_RESULTS, ItemSource.OVERDUE_DUTY)]
    listed = sum(one.state in (ItemState.SCHEDULED, ItemState.CONCLUDED) for one in items)
    words = {"all": len(items), "listed": listed}
    call = _("收 %(all)s 条，列入 %(listed)s 条") % words if items else ""
    if meeting.closes_on:
        span = _("%(day)s截止") % {"day": cn_day(meeting.closes_on)}
        call = _("%(first)s，%(second)s") % {"first": span, "second": call} if call else span
    stations = [
        (_("征集议题") if meeting.closes_on else _("排定议程"), None, call),
        (_("发通知"), *_notice(meeting, units)),
        (_("开会"), None, cn_day(meeting.starts_at)),
        (_("纪要确认"), None, _minutes(meeting, confirm_by)),
        (_("议定事项办理"), None, _duties(duties, done)),
    ]
    if meeting.state == MeetingState.CANCELLED:
        reached = 2 if meeting.noticed_at else 0
        ended = Stage(_("已取消"), "now", None, meeting.cancel_reason)
        return [*(Stage(label, "done", at, note) for label, at, note in stations[:reached]), ended]
    now = _REACHED[MeetingState(meeting.state)]
    if now == 4 and duties == done:
        now = 5
    return [
        Stage(label, "done" if place < now else "now" if place == now else "todo", at, note)
        for place, (label, at, note) in enumerate(stations)
    ]


def _notice(meeting: Meeting, units: int) -> tuple[datetime | None, str]:
    if not meeting.noticed_at:
        return None, _("最迟 %(day)s") % {"day": cn_day(meeting.notice_on)}
    sent = ngettext("%(count)s 个单位送达", "%(count)s 个单位送达", units) % {"count": units}
    return None, _("%(first)s，%(second)s") % {"first": cn_day(meeting.noticed_at), "second": sent}


def _minutes(meeting: Meeting, confirm_by: date | None) -> str:
    if meeting.closed_at:
        return cn_day(meeting.closed_at)
    if meeting.state == MeetingState.CONFIRMING and confirm_by:
        return _("%(day)s前确认") % {"day": cn_day(confirm_by)}
    return _("最迟 %(day)s 印发") % {"day": cn_day(meeting.minutes_on)} if meeting.minutes_on else ""


def _duties(duties: int, done: int) -> str:
    if not duties:
        return ""
    return ngettext("%(all)s 件中 %(done)s 件办结", "%(all)s 件中 %(done)s 件办结", duties) % {
        "all": duties,
        "done": done,
    }


def item_stages(item: AgendaItem, *, answered_at: datetime | None = None) -> list[Stage]:
    """提出 → 受理 → 列入议程 → 审议; an exit stands in the place of what it cut off. `answered_at`: taken or returned."""
    first = Stage(_("提出"), "done", item.proposed_at, _by(item))
    if item.state == ItemState.RETURNED:
        return [first, Stage(_("已退回"), "now", answered_at, item.return_reason)]
    if item.state == ItemState.WITHDRAWN:
        return [first, Stage(_("已撤回"), "now", answered_at)]
    now = (ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.SCHEDULED, ItemState.CONCLUDED).index(
        ItemState(item.state)
    ) + 1
    meeting = item.meeting
    on = ""
    if meeting:
        on = _("%(meeting)s，%(day)s") % {"meeting": meeting.title, "day": _day(meeting)}
    stations = [
        (_("受理"), answered_at, ""),
        (_("列入议程"), None, on if now >= 3 else ""),
        (_("审议"), item.concluded_at, item.get_outcome_display()),
    ]
    return [
        first,
        *(
            Stage(label, "done" if place < now else "now" if place == now else "todo", at, note)
            for place, (label, at, note) in enumerate(stations, 1)
        ),
    ]


def _by(item: AgendaItem) -> str:
    return str(item.proposer) if item.proposed_by_id else _("系统带入")


def _day(meeting: Meeting) -> str:
    day: date = meeting.held_on
    return cn_date(day)
