"""Pages on which a need or a resource is written: a new one, a copy, another wording of a draft."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances.models import Alliance, Membership
from members.models import Organisation
from projects import actions, permissions
from projects.forms import ListingForm, SlotFormSet
from projects.models import Listing
from projects.states import Direction
from workflow.exceptions import NotPermitted
from workflow.views import attempt, find, read_id

WORDS = ("title", "measure", "audience", "place", "done_means", "note")


@require_http_methods(["GET", "POST"])
def listing_new(request: HttpRequest) -> HttpResponse:
    """A new need or resource; `?copy=` starts from another listing."""
    organisations, alliances = _may_write_for(request.user)
    direction = request.GET.get("direction", Direction.NEED)
    initial, slots = {}, []
    if copied := request.GET.get("copy", ""):
        source = _find(request, read_id(copied))
        direction, initial = source.direction, _initial(source)
        slots = [{"quantity": slot.quantity} for slot in source.slots.all()[:1]]
    if direction not in Direction.values:
        direction = Direction.NEED
    own = request.user.organisation
    initial.setdefault("organisation", own.pk if own else None)
    form = ListingForm(
        request.POST or None,
        initial=initial,
        organisations=organisations if len(organisations) > 1 else None,
        alliances=alliances if len(alliances) > 1 else None,
    )
    formset = SlotFormSet(request.POST or None, initial=slots, prefix="slots")
    if request.method == "POST" and _is_valid(form, formset):

        def act() -> Listing:
            terms = {
                "organisation": organisations[0],
                "alliance": alliances[0],
                **form.cleaned_data,
                "slots": formset.terms(),
            }
            with transaction.atomic():
                listing = actions.draft_listing(by=request.user, direction=Direction(direction), **terms)
                return _publish_if_asked(request, listing)

        if listing := attempt(form, act):
            return redirect(listing)
    return _form(request, form, formset, {"direction": Direction(direction)})


@require_http_methods(["GET", "POST"])
def listing_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording or other slots of a draft."""
    listing = _find(request, pk)
    permissions.check_can_change_listing(request.user, listing)
    slots = [
        {"quantity": slot.quantity, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
        for slot in listing.slots.all()
    ]
    form = ListingForm(
        request.POST or None, initial=_initial(listing) | {"valid_until": listing.valid_until}
    )
    formset = SlotFormSet(request.POST or None, initial=slots, prefix="slots")
    if request.method == "POST" and _is_valid(form, formset):

        def act() -> Listing:
            with transaction.atomic():
                changed = actions.change_listing(
                    listing=listing, by=request.user, slots=formset.terms(), **form.cleaned_data
                )
                return _publish_if_asked(request, changed)

        if attempt(form, act):
            return redirect(listing)
    return _form(request, form, formset, {"direction": Direction(listing.direction), "listing": listing})


def _find(request: HttpRequest, pk: int | None) -> Listing:
    return find(Listing.objects.with_parties(), request.user, pk=pk)


def _may_write_for(user) -> tuple:
    """The organisations for which `user` may write, and the open alliances to which one of them belongs."""
    acted = Organisation.objects.acted_for_by(user)
    memberships = Membership.objects.current().filter(
        alliance__ended_on=None, organisation__in=acted.values("pk")
    )
    hosted = Alliance.objects.open().filter(host__in=acted.values("pk"))
    organisations = acted.filter(
        Q(pk__in=memberships.values("organisation")) | Q(pk__in=hosted.values("host"))
    )
    alliances = Alliance.objects.open().filter(
        Q(pk__in=memberships.values("alliance")) | Q(pk__in=hosted.values("pk"))
    )
    if not organisations or not alliances:
        raise NotPermitted(_("您代表的单位还没有加入联盟。请先联系街道，加入后再登记。"))
    return organisations, alliances


def _initial(listing: Listing) -> dict:
    initial = {name: getattr(listing, name) for name in WORDS}
    return initial | {
        "category": listing.category_id,
        "organisation": listing.organisation_id,
        "alliance": listing.alliance_id,
    }


def _is_valid(form: ListingForm, formset: SlotFormSet) -> bool:
    """Both, with the errors of the slots in the summary on top as well."""
    is_valid = form.is_valid()
    if formset.is_valid():
        return is_valid
    for sentence in formset.sentences():
        form.add_error(None, sentence)
    return False


def _publish_if_asked(request: HttpRequest, listing: Listing) -> Listing:
    if request.POST.get("then") != "publish":
        messages.success(request, _("草稿已保存。发布以后其他单位才能看到。"))
        return listing
    listing = actions.publish_listing(listing=listing, by=request.user)
    messages.success(request, _("已发布，联盟各单位的联络员会收到通知。"))
    return listing


def _form(request: HttpRequest, form: ListingForm, formset: SlotFormSet, context: dict) -> HttpResponse:
    return render(
        request,
        "projects/listing_form.html",
        {"form": form, "formset": formset, "groups": form.groups(), **context},
        status=400 if form.errors else 200,
    )
