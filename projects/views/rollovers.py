"""The one question about a standing resource: does it go on in the next period?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members.models import SpecialDay
from projects import actions, permissions
from projects.models import Listing
from projects.recurrence import walk
from projects.reports.dates import dates_of
from workflow.exceptions import BadInput, InvalidTransition
from workflow.moves import allowed
from workflow.views import find


@require_http_methods(["GET", "POST"])
def listing_roll_over(request: HttpRequest, pk: int) -> HttpResponse:
    """What the next period would be, with one button; posted: publish it."""
    rows = Listing.objects.with_parties().select_related("recurrence", "continues")
    listing = find(rows, request.user, pk=pk)
    if request.method == "POST":
        later = actions.roll_over_listing(listing=listing, by=request.user)
        messages.success(request, _("下一期已发布，联盟各单位的联络员会收到通知。"))
        return redirect(later)
    if there := Listing.objects.visible_to(request.user).filter(continues=listing).first():
        return redirect(there)
    if not listing.is_standing:
        raise InvalidTransition(_("这一条没有登记为长期提供。请复制为新的一条再发布。"))
    period, dates = listing.next_period(), None
    if period.rule:
        try:
            dates = dates_of(period.rule, walk(period.rule, SpecialDay.objects.calendar()))
        except BadInput as refused:
            raise InvalidTransition(refused.sentence) from refused
    return render(
        request,
        "projects/listing_roll_over.html",
        {
            "listing": listing,
            "period": period,
            "dates": dates,
            "quantity": sum(slot.quantity for slot in listing.slots.all()),
            "may_roll_over": allowed(permissions.check_can_roll_over_listing, request.user, listing),
        },
    )
