"""Which alliances are to call their regular meeting, by the rhythm of their rules."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from alliances.models import Alliance, DutyTerm, Meeting
from alliances.reports.procedure import terms_of_all
from alliances.rules import next_month
from alliances.states import COMING_STATES, MeetingState
from members.models import Organisation


@dataclass(frozen=True)
class Uncalled:
    """A regular meeting between `first_day` and `last_day` that nobody has called; its call opens on `call_on`."""

    alliance: Alliance
    convener: Organisation
    first_day: date
    last_day: date
    call_on: date


def uncalled(alliances: Iterable[Alliance], today: date) -> list[Uncalled]:
    """Those of `alliances` (open, with `host`) whose call is open by `today`, and that expect no regular meeting.

    Four queries, however many alliances.
    """
    alliances = list(alliances)
    last_days = _regular_meetings(alliances)
    duty_units = _duty_units(alliances, today)
    found = []
    rules = terms_of_all(alliances)
    for alliance in alliances:
        terms = rules[alliance.pk]
        last_start, coming = last_days.get(alliance.pk, (None, 0))
        if coming:
            continue
        last_day = timezone.localdate(last_start) if last_start else None
        first = next_month(terms, last_day, today)
        call_on = first - timedelta(days=terms.call_days)
        if call_on > today:
            continue
        convener = duty_units.get(alliance.pk) if terms.convener == "duty" else None
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        found.append(Uncalled(alliance, convener or alliance.host, first, end, call_on))
    return found


def _regular_meetings(alliances: list[Alliance]) -> dict:
    """By alliance: when the last regular meeting was, and how many are expected."""
    rows = (
        Meeting.objects.filter(alliance__in=[alliance.pk for alliance in alliances], kind__is_regular=True)
        .exclude(state=MeetingState.CANCELLED)
        .order_by()
        .values_list("alliance")
        .annotate(last=Max("starts_at"), coming=Count("pk", filter=Q(state__in=COMING_STATES)))
    )
    return {pk: (last, coming) for pk, last, coming in rows}


def _duty_units(alliances: list[Alliance], today: date) -> dict[int, Organisation]:
    terms = DutyTerm.objects.current(today).filter(alliance__in=[alliance.pk for alliance in alliances])
    return {term.alliance_id: term.organisation for term in terms.select_related("organisation")}
