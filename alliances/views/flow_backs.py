"""How many duties flowed back to the street and the communities, and which ones."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alliances.filters.duties import FlowBackFilter
from alliances.models import Alliance, FlowBack
from alliances.reports.duties import flow_back_counts
from workflow.views import Keyset


@require_GET
def flowback_list(request: HttpRequest) -> HttpResponse:
    """The flow-backs within sight, counted per alliance and quarter, and row by row with their reasons."""
    rows = FlowBack.objects.visible_to(request.user)
    found = FlowBackFilter(
        request.GET,
        rows.select_related("organisation", "to", "duty__decision__alliance"),
        request=request,
    )
    is_valid = found.is_valid()
    chosen = found.form.cleaned_data.get("alliance") if is_valid else None
    counted = rows.filter(duty__decision__alliance=chosen) if chosen else rows
    return render(
        request,
        "alliances/flowback_list.html",
        {
            "filter": found,
            "form": found.form,
            "page": Keyset(found.qs if is_valid else rows.none(), request.GET),
            "counts": flow_back_counts(counted),
            "quarter": request.GET.get("quarter", ""),
            "alliances": list(Alliance.objects.visible_to(request.user)),
        },
        status=200 if is_valid else 400,
    )
