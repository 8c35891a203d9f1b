"""What is talked about in which order, and what enters an agenda by itself."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alliances import permissions
from alliances.exceptions import AgendaChanged
from alliances.models import AgendaItem, Duty, Meeting, StepOut
from alliances.states import (
    ITEM_MOVES,
    MEETING_MOVES,
    OPEN_DUTY_STATES,
    DutyState,
    ItemSource,
    ItemState,
    MeetingState,
)
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.templatetags.workflow import cn_date

#: Minutes that one item may take.
DURATIONS = range(1, 481)
#: In which order items enter an agenda by themselves.
_ORDER = (ItemSource.LAST_RESULTS, ItemSource.OVERDUE_DUTY, ItemSource.DEFERRED)


def lock_meeting(meeting: Meeting) -> Meeting:
    """The row of `meeting`, locked until the act is done, with what its checks ask for."""
    rows = Meeting.objects.select_for_update(of=("self",))
    return rows.select_related("alliance__host__kind", "convener__kind", "kind").get(pk=meeting.pk)


def lock_item(item: AgendaItem) -> AgendaItem:
    """The row of `item` and that of its meeting, locked until the act is done: the meeting first, as everywhere."""
    meeting_id = AgendaItem.objects.values_list("meeting", flat=True).get(pk=item.pk)
    meeting = lock_meeting(Meeting(pk=meeting_id)) if meeting_id else None
    rows = AgendaItem.objects.select_for_update(of=("self",))
    row = rows.select_related("alliance__host__kind", "proposer__kind").get(pk=item.pk)
    if row.meeting_id != meeting_id:
        raise AgendaChanged(_("议题刚刚换了会议。请刷新页面，核对后再办。"))
    row.meeting = meeting
    return row


@action
def plan_agenda(*, meeting: Meeting, by) -> Meeting:
    """Called → planned: items are closed and put in order; those who run it, or the clock (`by` None) after the last day.

    First the results of the last meeting, then overdue duties, what was deferred, and the accepted items;
    a meeting that does not decide takes only its own. Proposed ones that nobody answered stay waiting.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_plan_agenda(by, meeting)
    meeting.state = move(MEETING_MOVES, meeting.state, MeetingState.PLANNED)
    meeting.save(update_fields=["state"])
    waiting = Q(meeting=meeting)
    if meeting.kind.decides:
        today = timezone.localdate()
        carry_overdue(today, alliance=meeting.alliance_id)
        _withdraw_stale(today, alliance=meeting.alliance_id)
        waiting |= Q(meeting=None)
    open_with_results(meeting)
    rows = AgendaItem.objects.select_for_update(of=("self",)).filter(
        waiting, alliance=meeting.alliance, state=ItemState.ACCEPTED
    )
    # By number, so that two meetings planned at once lock what waits for either in one order.
    rows = rows.order_by("pk")
    _schedule(meeting, sorted(rows, key=_place))
    return meeting


@action
def save_agenda(*, meeting: Meeting, by, version: int, items: Sequence[tuple[int, int]]) -> Meeting:
    """Order and minutes of every item on the agenda, as (item, duration); those who run it.

    The results of the last meeting stay first. Raises `AgendaChanged` when the agenda is no longer the one
    of `version`, or its items are others; `BadInput`.
    """
    meeting = lock_meeting(meeting)
    permissions.check_can_save_agenda(by, meeting)
    rows = {
        row.pk: row for row in AgendaItem.objects.select_for_update().filter(meeting=meeting).on_agenda()
    }
    if version != meeting.agenda_version or sorted(rows) != sorted(pk for pk, _duration in items):
        raise AgendaChanged(_("议程已被别人改动，您的排序没有保存。请对照两个版本后再提交。"))
    for position, (pk, duration) in enumerate(items, 1):
        if duration not in DURATIONS:
            raise BadInput(
                _("时长要在 %(least)s 到 %(most)s 分钟之间。请改成这个范围内的整数。")
                % {"least": DURATIONS[0], "most": DURATIONS[-1]},
                field="items",
            )
        row = rows[pk]
        if row.source == ItemSource.LAST_RESULTS and position != 1:
            raise BadInput(_("每次会议先通报上次议定事项。请把它排在第一项。"), field="items")
        row.position, row.duration = position, duration
    AgendaItem.objects.bulk_update(rows.values(), ["position", "duration"])
    _count_version(meeting)
    return meeting


@action
def add_to_agenda(*, item: AgendaItem, meeting: Meeting, by) -> AgendaItem:
    """Accepted → scheduled, as the last item of `meeting`; those who run it, until the session ends."""
    meeting = lock_meeting(meeting)
    rows = AgendaItem.objects.select_for_update(of=("self",))
    item = rows.select_related("alliance__host__kind", "meeting__convener__kind").get(pk=item.pk)
    if item.alliance_id != meeting.alliance_id:
        raise BadInput(_("议题和会议不属于同一个联盟。请选择本联盟的会议。"), field="meeting")
    permissions.check_can_add_to_agenda(by, item, meeting)
    _schedule(meeting, [item])
    return item


@action
def take_off_agenda(*, item: AgendaItem, by) -> AgendaItem:
    """Scheduled → accepted, waiting for the next meeting; those who run it, unless it was put to the vote."""
    item = lock_item(item)
    meeting = item.meeting
    permissions.check_can_take_off_agenda(by, item)
    _release(item)
    StepOut.objects.filter(item=item).delete()
    if meeting:
        _count_version(meeting)
    return item


@action
def carry_overdue_duties(*, today: date, by=None) -> None:
    """Overdue duties become accepted items, on the next planned agenda of their alliance or waiting for one. The clock.

    Waiting items of duties that are overdue no more are withdrawn. Repeats, and runs at once, are harmless.
    """
    carry_overdue(today)
    waiting = _overdue_waiting(today).filter(alliance=OuterRef("alliance"))
    planned = (
        Meeting.objects.filter(
            Exists(waiting), state=MeetingState.PLANNED, kind__decides=True, alliance__ended_on=None
        )
        .order_by("alliance_id", "starts_at", "pk")
        .distinct("alliance_id")
    )
    # Meetings are locked before items, as in every act.
    for meeting in list(planned):
        _add_overdue(meeting, today)
    _withdraw_stale(today)


def carry_overdue(today: date, alliance: int | None = None) -> None:
    """An accepted item for each overdue duty without a live one; the unique constraint makes repeats harmless."""
    live = AgendaItem.objects.filter(
        source_duty=OuterRef("pk"),
        state__in=[ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.SCHEDULED],
    )
    # Said at a meeting that is not over: it comes up again only after it.
    said = AgendaItem.objects.filter(
        source=ItemSource.OVERDUE_DUTY,
        source_duty=OuterRef("pk"),
        state=ItemState.CONCLUDED,
        meeting__state=MeetingState.IN_SESSION,
    )
    duties = Duty.objects.overdue(today).filter(
        ~Exists(live), ~Exists(said), decision__alliance__ended_on=None
    )
    if alliance is not None:
        duties = duties.filter(decision__alliance=alliance)
    duties = duties.select_related("decision__alliance", "lead").order_by("pk")
    with translation.override("zh-hans"):
        rows = [
            AgendaItem(
                alliance=duty.decision.alliance,
                proposer_id=duty.decision.alliance.host_id,
                title=_("逾期事项：%(duty)s") % {"duty": duty.title[:70]},
                body=_("责任单位：%(lead)s；时限：%(day)s；办结标准：%(means)s")
                % {"lead": duty.lead, "day": cn_date(duty.due_on), "means": duty.done_means},
                source=ItemSource.OVERDUE_DUTY,
                source_note=str(duty.decision),
                source_duty=duty,
                state=ItemState.ACCEPTED,
            )
            for duty in duties
        ]
    AgendaItem.objects.bulk_create(rows, ignore_conflicts=True)


def open_with_results(meeting: Meeting) -> None:
    """Puts the results of the last meeting first on the agenda, or brings their words up to date."""
    last = (
        Meeting.objects.filter(alliance=meeting.alliance, starts_at__lt=meeting.starts_at)
        .over()
        .filter(items__decision__duties__isnull=False)
        .order_by("-starts_at", "-pk")
        .first()
    )
    row = AgendaItem.objects.filter(meeting=meeting, source=ItemSource.LAST_RESULTS).on_agenda().first()
    if last is None or (row and row.state != ItemState.SCHEDULED):
        return
    with translation.override("zh-hans"):
        body = _results(last)
        if row:
            row.body = body
            row.save(update_fields=["body"])
            return
        AgendaItem.objects.create(
            alliance=meeting.alliance,
            meeting=meeting,
            proposer_id=meeting.alliance.host_id,
            title=_("通报上次议定事项"),
            body=body,
            source=ItemSource.LAST_RESULTS,
            source_note=last.title,
            state=ItemState.SCHEDULED,
            position=0,
        )
    _count_version(meeting)


def release_items(meeting: Meeting) -> None:
    """Every item of a meeting that will not be waits for the next one; results of the last are made anew there."""
    rows = AgendaItem.objects.select_for_update(of=("self",)).filter(meeting=meeting)
    for item in rows:
        if item.state == ItemState.SCHEDULED:
            _release(item)
            if item.source == ItemSource.LAST_RESULTS:
                item.state = move(ITEM_MOVES, item.state, ItemState.WITHDRAWN)
                item.save(update_fields=["state"])
        elif item.state in (ItemState.PROPOSED, ItemState.ACCEPTED):
            item.meeting = None
            item.save(update_fields=["meeting"])


def _place(item: AgendaItem) -> tuple[int, int]:
    """The carried ones in their order, then the others as they were proposed."""
    source = ItemSource(item.source)
    return (_ORDER.index(source) if source in _ORDER else len(_ORDER), item.pk)


def _schedule(meeting: Meeting, items: Iterable[AgendaItem]) -> None:
    """Accepted → scheduled, after what is on the agenda of the locked `meeting`."""
    last = AgendaItem.objects.filter(meeting=meeting).on_agenda().aggregate(last=Max("position"))["last"]
    for position, item in enumerate(items, (last or 0) + 1):
        item.state = move(ITEM_MOVES, item.state, ItemState.SCHEDULED)
        item.meeting, item.position = meeting, position
        item.save(update_fields=["state", "meeting", "position"])
    _count_version(meeting)


def _release(item: AgendaItem) -> None:
    item.state = move(ITEM_MOVES, item.state, ItemState.ACCEPTED)
    item.meeting = item.position = None
    item.save(update_fields=["state", "meeting", "position"])


def _count_version(meeting: Meeting) -> None:
    meeting.agenda_version += 1
    meeting.save(update_fields=["agenda_version"])


def _overdue_waiting(today: date):
    return AgendaItem.objects.filter(
        meeting=None,
        source=ItemSource.OVERDUE_DUTY,
        state=ItemState.ACCEPTED,
        source_duty__state=DutyState.ONGOING,
        source_duty__due_on__lt=today,
    )


def _add_overdue(meeting: Meeting, today: date) -> None:
    meeting = lock_meeting(meeting)
    if meeting.state != MeetingState.PLANNED:
        return
    rows = _overdue_waiting(today).filter(alliance=meeting.alliance).select_for_update(of=("self",))
    items = sorted(rows, key=_place)
    if items:
        _schedule(meeting, items)


def _withdraw_stale(today: date, alliance: int | None = None) -> None:
    """Waiting items whose duty was finished, dropped or given more time."""
    rows = (
        AgendaItem.objects.select_for_update(of=("self",))
        .filter(source=ItemSource.OVERDUE_DUTY, state=ItemState.ACCEPTED)
        .filter(~Q(source_duty__state=DutyState.ONGOING) | Q(source_duty__due_on__gte=today))
        .order_by("pk")
    )
    for item in rows.filter(alliance=alliance) if alliance else rows:
        item.state = move(ITEM_MOVES, item.state, ItemState.WITHDRAWN)
        item.save(update_fields=["state"])


def _results(last: Meeting) -> str:
    """What became of the duties of `last`, and how many older ones are open, in one sentence each."""
    today = timezone.localdate()
    duties = Duty.objects.filter(decision__item__meeting=last)
    counts = duties.aggregate(
        count=Count("pk"),
        done=Count("pk", filter=Q(state=DutyState.DONE)),
        dropped=Count("pk", filter=Q(state=DutyState.DROPPED)),
        overdue=Count("pk", filter=Q(state=DutyState.ONGOING, due_on__lt=today)),
    )
    older = Duty.objects.filter(decision__alliance=last.alliance_id, state__in=OPEN_DUTY_STATES).exclude(
        decision__item__meeting=last
    )
    counts["ongoing"] = counts["count"] - counts["done"] - counts["dropped"]
    words = (
        _(
            "%(count)s 项议定事项：%(done)s 项已销号，%(ongoing)s 项未办结（其中逾期 %(overdue)s 项），"
            "%(dropped)s 项终止。"
        )
        % counts
    )
    left = older.count()
    return words + (_("更早的议定事项还有 %(count)s 项未办结。") % {"count": left} if left else "")
