"""The balance of an alliance: what each unit gave and got, who started how much, how long needs wait."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alliances.models import Alliance
from projects.forms import PeriodForm
from projects.reports.balance import ENOUGH, balance_of, sees_all_lines
from projects.reports.periods import Period
from workflow.views import find


@require_safe
def alliance_balance(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines within sight and the sums of the alliance, for a year or a quarter; this year by default."""
    alliance = find(Alliance.objects.select_related("host"), request.user, pk=pk)
    form = PeriodForm(request.GET, since=alliance.started_on.year)
    period = form.period() if form.is_valid() else Period(timezone.localdate().year)
    return render(
        request,
        "projects/alliance_balance.html",
        {
            "alliance": alliance,
            "form": form,
            "period": period,
            "balance": balance_of(alliance, period, request.user),
            "sees_all": sees_all_lines(request.user, alliance),
            "enough": ENOUGH,
        },
        status=200 if form.is_valid() else 400,
    )
