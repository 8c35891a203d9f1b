"""Which alliances are to call their regular meeting, by the rhythm of their rules."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from alliances.models import Alliance, DutyTerm, Meeting, Procedure
from alliances.rules import Terms, next_month, overridden, read_terms
from alliances.states import COMING_STATES, MeetingState
from members.models import Organisation
from workflow.exceptions import BadInput


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
    for alliance, terms in _terms_of(alliances):
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


def _terms_of(alliances: list[Alliance]) -> list[tuple[Alliance, Terms]]:
    """The rules in force for each; two queries."""
    newest = Procedure.objects.order_by("district_id", "-version").distinct("district_id")
    defaults = {
        row.district.path: row
        for row in newest.filter(
            district__path__in={alliance.host.district_path for alliance in alliances}
        ).select_related("district")
        if row.district
    }
    own = {
        row.alliance_id: row
        for row in Procedure.objects.filter(alliance__in=[alliance.pk for alliance in alliances])
        .order_by("alliance_id", "-version")
        .distinct("alliance_id")
    }
    return [
        (alliance, _terms(defaults.get(alliance.host.district_path), own.get(alliance.pk)))
        for alliance in alliances
    ]


def _terms(default: Procedure | None, own: Procedure | None) -> Terms:
    terms = read_terms(default.values) if default else Terms()
    if own is None:
        return terms
    try:
        return overridden(terms, own.values, default.open_fields if default else list(terms.as_json()))
    except BadInput:
        # Values that no longer fit a newer default must not silence the reminders of all other alliances.
        return terms


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
