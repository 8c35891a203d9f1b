"""Pages of matching: a need and what may answer it side by side, and the same for all needs of one's own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from projects import actions
from projects.forms.matching import DismissForm
from projects.models import Dismissal, Listing
from projects.reports.matching import Proposal, best_for, best_for_each
from projects.states import Direction
from workflow.views import Keyset, attempt, find, sum_above

#: Listings on one page of the overview: each brings up to two hundred candidates to be ranked.
ROWS = 8


@require_GET
def listing_matches(request: HttpRequest, pk: int) -> HttpResponse:
    """One listing, and beside it the best of the other list with the reasons."""
    return _page(request, _find(request, pk))


@require_POST
def listing_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a proposal does not suit, and why."""
    listing = _find(request, pk)
    form = _form(request.user, data=request.POST)
    if form.is_valid() and attempt(
        form,
        lambda: actions.dismiss_match(listing=listing, by=request.user, **form.cleaned_data),
    ):
        messages.success(request, _("已记下，不再推荐这一条；原因会用来排后面的推荐。可以在下面恢复。"))
        return redirect("listing-matches", pk)
    return _page(request, listing, status=400, form=sum_above(form))


@require_POST
def dismissal_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was said of a proposal."""
    rows = Dismissal.objects.select_related("listing__organisation__kind")
    dismissal = find(rows, request.user, pk=pk)
    actions.restore_match(dismissal=dismissal, by=request.user)
    messages.success(request, _("已恢复，合适时会再推荐。"))
    return redirect("listing-matches", dismissal.listing_id)


@require_GET
def match_list(request: HttpRequest) -> HttpResponse:
    """What is open of one's own reach, each row beside its best candidates."""
    asked = request.GET.get("direction")
    direction = Direction(asked) if asked in Direction.values else Direction.NEED
    rows = (
        Listing.objects.visible_to(request.user)
        .filter(request.user.within("organisation__path"), direction=direction)
        .claimable()
        .with_parties()
        .with_amounts()
    )
    page = Keyset(rows, request.GET, size=ROWS)
    for listing in page:
        listing.left = listing.total - listing.taken
    best = best_for_each(page.items, request.user)
    return render(
        request,
        "projects/match_list.html",
        {
            "page": page,
            "rows": [
                (listing, _with_addresses(request.user, listing, best[listing.pk])) for listing in page
            ],
            "direction": direction,
            "tabs": [(Direction.NEED, _("给需求找资源")), (Direction.RESOURCE, _("给资源找需求"))],
        },
    )


def _find(request: HttpRequest, pk: int) -> Listing:
    return find(Listing.objects.with_parties(), request.user, pk=pk)


def _form(user, **kwargs) -> DismissForm:
    return DismissForm(others=Listing.objects.visible_to(user), **kwargs)


def _page(
    request: HttpRequest, listing: Listing, *, form: DismissForm | None = None, status: int = 200
) -> HttpResponse:
    user = request.user
    is_owner = user.acts_for(listing.organisation)
    proposals = _with_addresses(user, listing, best_for(listing, user))
    sent_for = form.data.get("other") if form else None
    for proposal in proposals:
        pk = proposal["listing"].pk
        if is_owner:
            proposal["form"] = (
                form if sent_for == str(pk) else _form(user, auto_id=f"on{pk}_%s", initial={"other": pk})
            )
    slots = list(listing.slots.ahead())
    return render(
        request,
        "projects/listing_matches.html",
        {
            "listing": listing,
            "slots": slots[:3],
            "more_slots": len(slots) - 3,
            "left": sum(slot.left for slot in slots),
            "proposals": proposals,
            "is_owner": is_owner,
            "dismissals": Dismissal.objects.visible_to(user)
            .filter(listing=listing)
            .select_related("other__organisation__kind"),
            "form": form,
        },
        status=status,
    )


def _with_addresses(user, listing: Listing, proposals: list[Proposal]) -> list[dict]:
    """Each proposal with the address of the claim form, filled in, for those who may claim as the owner."""
    may_claim = user.acts_for(listing.organisation)
    return [
        {
            "listing": one.listing,
            "free": one.free,
            "reasons": one.reasons,
            "claim": one.claim,
            "claim_url": _claim_url(listing, one) if may_claim and not one.claim else "",
        }
        for one in proposals
    ]


def _claim_url(listing: Listing, proposal: Proposal) -> str:
    query = QueryDict(mutable=True)
    query.update({"organisation": listing.organisation_id, "quantity": proposal.quantity})
    if proposal.slot:
        query["slot"] = proposal.slot
    address = reverse("listing-detail", args=[proposal.listing.pk])
    return f"{address}?{query.urlencode()}#claim"
