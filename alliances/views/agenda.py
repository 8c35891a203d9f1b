"""The agenda being put in order: places, minutes, the running clock, and two people at it at once."""

import unicodedata
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliances import actions, permissions
from alliances.exceptions import AgendaChanged
from alliances.models import AgendaItem, Meeting
from alliances.reports.changes import last_change
from alliances.reports.meeting_page import set_clock, time_words
from alliances.states import ItemSource, ItemState
from alliances.views.meetings import find_meeting
from workflow.exceptions import BadInput
from workflow.moves import allowed
from workflow.views import find, read_id


@dataclass
class Line:
    """One item of the agenda in both versions; a place of 0: not in that version."""

    item: AgendaItem
    theirs: int = 0
    their_minutes: int = 0
    mine: int = 0
    my_minutes: int = 0

    @property
    def is_same(self) -> bool:
        return (self.theirs, self.their_minutes) == (self.mine, self.my_minutes)


@require_http_methods(["GET", "POST"])
def meeting_agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Order and minutes of the items. `move` in a post shows another order without saving it."""
    meeting = find_meeting(request, pk)
    permissions.check_can_save_agenda(request.user, meeting)
    if request.method != "POST":
        return _page(request, meeting, _items(meeting), meeting.agenda_version)
    version = read_id(request.POST.get("version")) or 0
    items = _posted(request, meeting)
    if request.POST.get("move") is not None:
        return _page(request, meeting, _moved(request, items), version, is_saved=False)
    order, errors = _typed(request, items)
    if errors:
        return _page(request, meeting, order, version, is_saved=False, errors=errors)
    try:
        actions.save_agenda(
            meeting=meeting,
            by=request.user,
            version=version,
            items=[(one.pk, one.duration) for one in order],
        )
    except AgendaChanged:
        return _conflict(request, find_meeting(request, pk), order)
    except BadInput as refusal:
        return _page(request, meeting, order, version, is_saved=False, errors=[str(refusal.sentence)])
    messages.success(request, _("议程已保存。"))
    return redirect("meeting-agenda", meeting.pk)


@require_POST
def item_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an accepted item on the agenda of the meeting in `meeting`."""
    item = _find_item(request, pk)
    meeting = find_meeting(request, read_id(request.POST.get("meeting")) or 0)
    actions.add_to_agenda(item=item, meeting=meeting, by=request.user)
    messages.success(request, _("已列入议程，排在最后。"))
    return redirect("meeting-agenda", meeting.pk)


@require_POST
def item_unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item off the agenda; it waits for the next meeting."""
    item = _find_item(request, pk)
    meeting = item.meeting_id
    actions.take_off_agenda(item=item, by=request.user)
    messages.success(request, _("已移出议程，议题留到下一次会议。"))
    return redirect("meeting-agenda", meeting)


def _items(meeting: Meeting) -> list[AgendaItem]:
    items = list(meeting.items.on_agenda().select_related("proposer__kind"))
    for item in items:
        item.meeting = meeting
    return items


def _posted(request: HttpRequest, meeting: Meeting) -> list[AgendaItem]:
    """The items that the form speaks of, also one that somebody took off the agenda in the meantime."""
    keys = [pk for pk in map(read_id, request.POST.getlist("item")) if pk]
    rows = AgendaItem.objects.filter(alliance=meeting.alliance, pk__in=keys)
    return list(
        rows.select_related("proposer__kind", "meeting__alliance__host__kind", "meeting__convener__kind")
    )


def _find_item(request: HttpRequest, pk: int) -> AgendaItem:
    rows = AgendaItem.objects.select_related(
        "alliance__host__kind", "meeting__alliance__host__kind", "meeting__convener__kind", "proposer__kind"
    )
    return find(rows, request.user, pk=pk)


def _typed(request: HttpRequest, items: list[AgendaItem]) -> tuple[list[AgendaItem], list[str]]:
    """The items in the typed order with the typed minutes, and what could not be read.

    The order of the hidden `item` fields is that of the page. A place that was changed goes before the item
    that had it, or behind it when the item moved down: what a person expects who types a new number.
    """
    by_pk = {one.pk: one for one in items}
    shown = [by_pk.pop(pk) for pk in map(read_id, request.POST.getlist("item")) if pk in by_pk]
    ranked, errors = [], []
    for index, item in enumerate(shown, 1):
        place = _number(request.POST.get(f"place-{item.pk}", str(index)))
        minutes = _number(request.POST.get(f"minutes-{item.pk}", str(item.duration)))
        if not place:
            errors.append(_("“%(item)s”的次序要填整数，例如 2。") % {"item": item.title})
        if not minutes or minutes > 480:
            errors.append(_("“%(item)s”的时长要填 1 到 480 之间的整数。") % {"item": item.title})
        else:
            item.duration = minutes
        place = place or index
        ranked.append((place, (place > index) - (place < index), index, item))
    return [item for *_rank, item in sorted(ranked, key=lambda one: one[:3])], errors


def _moved(request: HttpRequest, items: list[AgendaItem]) -> list[AgendaItem]:
    """The typed order with one item a place up or down, as `move` says: up-12, down-12, or nothing."""
    order, _errors = _typed(request, items)
    way, _dash, pk = request.POST["move"].partition("-")
    index = next((place for place, one in enumerate(order) if one.pk == read_id(pk)), None)
    if index is not None:
        target = index + (1 if way == "down" else -1)
        if 0 <= target < len(order):
            order[index], order[target] = order[target], order[index]
    return order


def _number(text: str) -> int:
    """A small whole number as people type it; 0 for anything else."""
    text = unicodedata.normalize("NFKC", text).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _page(
    request: HttpRequest,
    meeting: Meeting,
    items: list[AgendaItem],
    version: int,
    *,
    is_saved: bool = True,
    errors: list[str] | None = None,
) -> HttpResponse:
    end = set_clock(meeting, items)
    fixed = [one for one in items if one.source == ItemSource.LAST_RESULTS]
    for place, item in enumerate(items):
        item.is_first = place == len(fixed)
        item.may_take_off = allowed(permissions.check_can_take_off_agenda, request.user, item)
    pool = AgendaItem.objects.filter(alliance=meeting.alliance, state=ItemState.ACCEPTED)
    context = {
        "meeting": meeting,
        "items": items,
        "version": version,
        "is_saved": is_saved,
        "errors": errors or [],
        "words": time_words(meeting, end) if items else "",
        "is_over": end > meeting.ends_at,
        "pool": list(pool.select_related("proposer__kind", "meeting").order_by("pk")[:100]),
    }
    return render(request, "alliances/agenda_form.html", context, status=400 if errors else 200)


def _conflict(request: HttpRequest, meeting: Meeting, mine: list[AgendaItem]) -> HttpResponse:
    """Both versions side by side; what can be sent again is mine, on top of the items that are there now."""
    theirs = _items(meeting)
    there = {one.pk for one in theirs}
    lines = {one.pk: Line(one, place, one.duration) for place, one in enumerate(theirs, 1)}
    typed = {one.pk: one.duration for one in mine}
    for place, one in enumerate(mine, 1):
        line = lines.setdefault(one.pk, Line(one))
        line.mine, line.my_minutes = place, one.duration
    merged = [one for one in mine if one.pk in there] + [one for one in theirs if one.pk not in typed]
    context = {
        "meeting": meeting,
        "lines": list(lines.values()),
        "merged": [(one.pk, typed.get(one.pk, one.duration)) for one in merged],
        "added": [one for one in theirs if one.pk not in typed],
        "gone": [one for one in mine if one.pk not in there],
        "change": last_change(meeting, "agenda_version"),
    }
    return render(request, "alliances/agenda_conflict.html", context, status=409)
