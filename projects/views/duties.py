"""What came of a duty on the lists: the needs drafted from it, shown on the duty's page and on their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliances.models import Duty
from projects import actions, permissions
from projects.models import Listing
from projects.reports.stages import listing_chip
from workflow.moves import Verdict, allowed
from workflow.views import find

#: Listings that the page of a duty shows; more than a few have never been seen.
SHOWN = 50


@require_GET
def duty_listings(request: HttpRequest, pk: int) -> HttpResponse:
    """The listings from one duty that the reader may see, and the button for a new one; a fragment for htmx."""
    duty = _find(request, pk)
    rows = Listing.objects.visible_to(request.user).filter(duty=duty).with_parties().with_amounts()
    listings = list(rows[:SHOWN])
    for listing in listings:
        listing.chip = listing_chip(listing, listing.total or 0, listing.taken or 0)
    template = "projects/_duty_listings.html" if request.htmx else "projects/duty_listings.html"
    may_draft = _may_draft(request.user, duty)
    return render(request, template, {"duty": duty, "listings": listings, "may_draft": may_draft})


@require_POST
def duty_draft_listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a need from the duty, and go on to where it is completed and published."""
    listing = actions.draft_listing_from_duty(duty=_find(request, pk), by=request.user)
    messages.success(request, _("已按议定事项拟好草稿，不用重填。补上数量后发布。"))
    return redirect("listing-change", pk=listing.pk)


def _find(request: HttpRequest, pk: int) -> Duty:
    return find(Duty.objects.with_parties(), request.user, pk=pk)


def _may_draft(user, duty: Duty) -> Verdict | None:
    """The verdict for whoever may ask in a unit's name; None for those who only read."""
    verdict = allowed(permissions.owner_from_duty, user, duty)
    if not verdict:
        return None
    verdict = allowed(permissions.check_can_draft_from_duty, user, duty)
    if not verdict:
        return verdict
    return allowed(permissions.check_has_no_other, duty, permissions.owner_from_duty(user, duty))
