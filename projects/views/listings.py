"""Pages of needs and resources: the lists, one listing with its claim form, publishing and taking off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from alliances.models import Alliance, Duty, Membership
from members.reports import history
from projects import actions, permissions
from projects.filters import ListingFilter
from projects.forms import OffForm
from projects.forms.listings import AttachmentForm
from projects.models import Category, Claim, Listing, Project
from projects.reports.dates import dates_of_listing
from projects.reports.stages import claim_chip, listing_chip, listing_stages
from projects.states import Direction, ListingState
from projects.views import at_once as plain
from projects.views import claim_forms
from projects.views.claim_forms import claim_card
from workflow.moves import allowed
from workflow.once import at_once
from workflow.views import Keyset, attempt, find, sum_above

#: Acts that take a listing off the list: the check, the action, what is said afterwards.
OFF = {
    "withdraw": (
        permissions.check_can_withdraw_listing,
        actions.withdraw_listing,
        gettext_lazy("已撤回。"),
    ),
    "settle": (
        permissions.check_can_settle_listing,
        actions.settle_listing,
        gettext_lazy("已记为直接办结。"),
    ),
    "shelve": (
        permissions.check_can_shelve_listing,
        actions.shelve_listing,
        gettext_lazy("已记为暂不具备条件。"),
    ),
    "turn-into-project": (
        permissions.check_can_turn_into_project,
        actions.turn_into_project,
        gettext_lazy("已转为项目草稿，文字都带过去了。请到项目里补上阶段，再提交立项。"),
    ),
}


@require_GET
def listing_list(request: HttpRequest) -> HttpResponse:
    """Needs and resources within sight; the address holds the whole filter."""
    rows = Listing.objects.visible_to(request.user).with_parties().with_amounts()
    found = ListingFilter(request.GET, rows, request=request)
    is_valid = found.is_valid()
    page = Keyset(found.qs if is_valid else rows.none(), request.GET)
    for listing in page:
        listing.chip = listing_chip(listing, listing.total or 0, listing.taken or 0)
        listing.left = (listing.total or 0) - (listing.taken or 0)
    alliances = list(Alliance.objects.visible_to(request.user))
    chosen = found.form.cleaned_data.get("alliance") if is_valid else None
    named = chosen or (alliances[0] if len(alliances) == 1 else None)
    direction = request.GET.get("direction", "")
    tabs = [
        (Direction.NEED.value, named.needs_name if named else _("需求清单")),
        (Direction.RESOURCE.value, named.resources_name if named else _("资源清单")),
    ]
    return render(
        request,
        "projects/listing_list.html",
        {
            "filter": found,
            "form": found.form,
            "page": page,
            "tabs": tabs,
            "heading": dict(tabs).get(direction, _("需求与资源")),
            "direction": direction if direction in Direction.values else "",
            "view": request.GET.get("view") or ListingFilter.ALL,
            "views": ListingFilter.VIEWS,
            "alliances": alliances,
            "categories": Category.objects.grouped(),
            "states": ListingState.choices,
        },
        status=200 if is_valid else 400,
    )


@require_GET
def listing_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One listing: what, for whom, when, how much is left; its claims; the form to claim it."""
    return listing_page(request, _find(request, pk))


@require_POST
def listing_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the listing on the list."""
    listing = actions.publish_listing(listing=_find(request, pk), by=request.user)
    messages.success(request, _("已发布，联盟各单位的联络员会收到通知。"))
    return redirect(listing)


@require_POST
def listing_off(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Withdraw, settle or shelve with a reason."""
    listing = _find(request, pk)
    _check, act, words = OFF[verb]
    form = off_form(verb, request.POST)
    if form.is_valid() and attempt(
        form, lambda: act(listing=listing, by=request.user, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, words)
        return redirect(listing)
    return listing_page(request, listing, status=400, off_forms={verb: form}, form=sum_above(form))


def _claim_at_once(request: HttpRequest, pk: int) -> HttpResponse | None:
    return plain.claim(request, pk) if claim_forms.is_alone(request.POST) else None


@require_POST
@at_once(_claim_at_once)
def listing_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim a quantity of one slot, alone or with others; where too little is left, offer what can be had."""
    listing = _find(request, pk)
    form = claim_forms.bound_form(request.user, listing, request.POST)
    short = None
    if form.is_valid():
        asked = dict(form.cleaned_data)
        if claim := attempt(form, lambda: claim_forms.claim_with(form, request.user)):
            messages.success(request, claim_forms.said_of(claim))
            return redirect(claim)
        short = claim_forms.instead(asked, is_divisible=listing.is_divisible)
    return listing_page(request, listing, status=400, claim_form=form, form=sum_above(form), short=short)


@require_POST
def listing_wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Join the waiting list of one slot."""
    listing = _find(request, pk)
    form = claim_forms.bound_form(request.user, listing, request.POST)
    if form.is_valid() and (claim := attempt(form, lambda: claim_forms.wait_with(form, request.user))):
        messages.success(request, _("已加入候补。轮到时会通知贵单位，并留出数量等您确认。"))
        return redirect(claim)
    return listing_page(request, listing, status=400, claim_form=form, form=sum_above(form))


def _find(request: HttpRequest, pk: int) -> Listing:
    rows = Listing.objects.with_parties().select_related("recurrence", "continues")
    return find(rows, request.user, pk=pk)


def listing_page(
    request: HttpRequest, listing: Listing, *, status: int = 200, off_forms=None, **bound
) -> HttpResponse:
    """The page of one listing; `bound` are forms that were sent with errors."""
    user = request.user
    slots = list(listing.slots.all())
    total, taken = sum(slot.quantity for slot in slots), sum(slot.taken for slot in slots)
    for slot in slots:
        slot.listing = listing  # the checks ask for it: one object, no query
    claims = list(Claim.objects.visible_to(user).filter(slot__listing=listing).with_parties()[:100])
    for claim in claims:
        claim.chip = claim_chip(claim)
    is_owner = user.acts_for(listing.organisation)
    context = {
        "listing": listing,
        "slots": slots,
        "total": total,
        "left": total - taken,
        "taken": taken,
        "chip": listing_chip(listing, total, taken),
        "stages": listing_stages(listing, total, taken, claims),
        "claims": claims,
        "is_owner": is_owner,
        "contact": Membership.objects.visible_to(user)
        .current()
        .filter(alliance=listing.alliance_id, organisation=listing.organisation_id)
        .exclude(contact_phone="")
        .first(),
        # Whoever sees the listing need not see the alliance's duties any more.
        "duty": listing.duty_id
        and Duty.objects.visible_to(user).with_parties().filter(pk=listing.duty_id).first(),
        "dates": dates_of_listing(listing.recurrence, slots) if hasattr(listing, "recurrence") else None,
        "pictures": list(listing.attachments.defer("content")),
        "continued_by": Listing.objects.visible_to(user).filter(continues=listing).first(),
        # A draft is seen by its own side only.
        "project": listing.project_id
        and Project.objects.visible_to(user).filter(pk=listing.project_id).first(),
        **claim_card(user, listing, slots, request.GET),
        **bound,
    }
    if is_owner:
        context["may_change"] = allowed(permissions.check_can_change_listing, user, listing)
        context["may_publish"] = allowed(permissions.check_can_publish_listing, user, listing)
        context["may_roll_over"] = allowed(permissions.check_can_roll_over_listing, user, listing)
        context.setdefault("attachment_form", AttachmentForm())
        context["off"] = [
            {"verb": verb, "form": (off_forms or {}).get(verb, off_form(verb))}
            for verb, (check, _act, _words) in OFF.items()
            if allowed(check, user, listing)
        ]
    if is_owner or user.manages(listing.alliance.host):
        context["history"] = history(listing)
    return render(request, "projects/listing_detail.html", context, status=status)


def off_form(verb: str, data=None) -> OffForm:
    """The question for the reason of `verb`, which says who will read the answer."""
    form = OffForm(data, auto_id=f"{verb}_%s")
    if verb == "withdraw":
        form.fields["reason"].seen_by = _("联盟成员看得到，不公开")
    else:
        form.fields["reason"].help_text = _("请不要写居民的姓名、电话和门牌。")
        form.fields["reason"].seen_by = _("会显示在街道公开页上，谁都能看")
    return form
