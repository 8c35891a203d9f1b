"""Pages on which a need or a resource is written: a new one, a copy, another wording of a draft."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances.models import Alliance, Membership
from members.models import Organisation, SpecialDay
from projects import actions, permissions
from projects.forms.listings import ListingForm, SlotFormSet
from projects.forms.recurrence import initial_of
from projects.models import Listing, Recurrence
from projects.recurrence import walk
from projects.reports.dates import Dates, dates_of
from projects.states import Direction
from workflow.exceptions import NotPermitted
from workflow.views import attempt, find, read_id

#: Columns that the form asks for under their own names.
ASKED = (
    "title", "measure", "audience", "place", "done_means", "note", "claim_mode", "is_divisible", "occupies",
    "overlap", "is_standing",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def listing_new(request: HttpRequest) -> HttpResponse:
    """A new need or resource; `?copy=` starts from another listing."""
    organisations, alliances = may_write_for(request.user)
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
        direction=Direction(direction),
        initial=initial,
        organisations=organisations if len(organisations) > 1 else None,
        alliances=alliances if len(alliances) > 1 else None,
    )
    formset = SlotFormSet(request.POST or None, initial=slots, prefix="slots")
    context = {"direction": Direction(direction)}
    if request.method == "POST" and _is_valid(form, formset):
        if _is_preview(request):
            return _form(request, form, formset, context | {"preview": _preview(form, formset)})

        def act() -> Listing:
            terms = {"organisation": organisations[0], "alliance": alliances[0], **form.told(formset)}
            with transaction.atomic():
                listing = actions.draft_listing(by=request.user, direction=Direction(direction), **terms)
                return _publish_if_asked(request, listing)

        if listing := attempt(form, act):
            return redirect(listing)
    return _form(request, form, formset, context)


@require_http_methods(["GET", "POST"])
def listing_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording or other slots of a draft."""
    listing = _find(request, pk)
    permissions.check_can_change_listing(request.user, listing)
    rule = Recurrence.objects.filter(listing=listing).first()
    slots = [
        {"quantity": slot.quantity, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
        for slot in listing.slots.all()
    ]
    if rule:
        slots = [{"quantity": rule.quantity}]
    form = ListingForm(
        request.POST or None,
        direction=Direction(listing.direction),
        initial=_initial(listing) | initial_of(rule) | {"valid_until": listing.valid_until},
    )
    formset = SlotFormSet(request.POST or None, initial=slots, prefix="slots")
    context = {"direction": Direction(listing.direction), "listing": listing}
    if request.method == "POST" and _is_valid(form, formset):
        if _is_preview(request):
            return _form(request, form, formset, context | {"preview": _preview(form, formset)})

        def act() -> Listing:
            with transaction.atomic():
                changed = actions.change_listing(listing=listing, by=request.user, **form.told(formset))
                return _publish_if_asked(request, changed)

        if attempt(form, act):
            return redirect(listing)
    return _form(request, form, formset, context)


def _find(request: HttpRequest, pk: int | None) -> Listing:
    return find(Listing.objects.with_parties(), request.user, pk=pk)


def may_write_for(user) -> tuple:
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
    initial = {name: getattr(listing, name) for name in ASKED}
    return initial | {
        "category": listing.category_id,
        "organisation": listing.organisation_id,
        "alliance": listing.alliance_id,
    }


def _is_valid(form: ListingForm, formset: SlotFormSet) -> bool:
    """Both, and together; with the errors of the slots in the summary on top as well."""
    are_valid = form.is_valid(), formset.is_valid()
    for sentence in formset.sentences():
        form.add_error(None, sentence)
    if all(are_valid) and form.cleaned_data["pattern"] and formset.has_times():
        form.add_error(
            "pattern", _("已选每周或每月，就不要再填“从”“到”和别的时段。请清空它们，或者选“不重复”。")
        )
    return form.is_valid()


def _is_preview(request: HttpRequest) -> bool:
    return request.POST.get("then") == "preview"


def _preview(form: ListingForm, formset: SlotFormSet) -> Dates | None:
    """The days of the rule as they would be saved now; None, with the form's error, when there are none."""
    rule = form.rule_with(formset)
    if rule is None:
        form.add_error("pattern", _("没有选“每周”或“每月”，没有日期可看。请先选一个。"))
        return None
    found = attempt(form, lambda: walk(rule, SpecialDay.objects.calendar()))
    return found and dates_of(rule, found)


def _publish_if_asked(request: HttpRequest, listing: Listing) -> Listing:
    if request.POST.get("then") != "publish":
        messages.success(request, _("草稿已保存。发布以后其他单位才能看到。"))
        return listing
    listing = actions.publish_listing(listing=listing, by=request.user)
    messages.success(request, _("已发布，联盟各单位的联络员会收到通知。"))
    return listing


def _form(request: HttpRequest, form: ListingForm, formset: SlotFormSet, context: dict) -> HttpResponse:
    # Looking at dates does nothing that a repeated post could do twice.
    request.leaves_no_trace = _is_preview(request)
    return render(
        request,
        "projects/listing_form.html",
        {"form": form, "formset": formset, "groups": form.groups(), **context},
        status=400 if form.errors else 200,
    )
