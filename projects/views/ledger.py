"""The page on which those who look after a host see whether the ledger of claims adds up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from projects import permissions
from projects.reports import read_ledger


@require_GET
def ledger_check(request: HttpRequest) -> HttpResponse:
    """Checked anew at each call, over the alliances that the person looks after."""
    alliances = permissions.alliances_of_ledger(request.user)
    return render(
        request,
        "projects/ledger_check.html",
        {"ledger": read_ledger(alliances), "alliance_count": len(alliances)},
    )
