"""Pages of alliances: which there are, who belongs to one, and the forms of those who run it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliances import permissions
from alliances.actions import admit_member, change_alliance, end_alliance, found_alliance
from alliances.filters import AllianceFilter, MembershipFilter
from alliances.forms import OFFERED, AdmitForm, AllianceForm, EndAllianceForm, FoundForm
from alliances.models import Alliance, Membership
from members.models import Organisation
from members.reports import history
from members.states import Level, Role
from workflow.exceptions import NotPermitted
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, show_form

TERMS = ("name", "purpose", "answer_days", "sign_days", "acknowledge_days")


@require_safe
def alliance_list(request: HttpRequest) -> HttpResponse:
    """The alliances within sight, open or ended."""
    filters = AllianceFilter(
        request.GET, Alliance.objects.visible_to(request.user).select_related("host").with_members()
    )
    return render(
        request,
        "alliances/alliance_list.html",
        {
            "filter": filters,
            "page": Keyset(filters.qs, request.GET),
            "may_found": hosts_for(request.user).exists(),
        },
    )


@require_safe
def alliance_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One alliance: its rules, its members with contacts, its history."""
    alliance = _find(request, pk)
    members = Membership.objects.visible_to(request.user).filter(alliance=alliance)
    filters = MembershipFilter(request.GET, members.select_related("organisation__kind"))
    page = Keyset(filters.qs, request.GET)
    for membership in page:
        membership.alliance = alliance  # its permission checks ask for the host: one object, no query
        membership.may_change_contact = allowed(
            permissions.check_can_change_contact, request.user, membership
        ).ok
        membership.may_end = allowed(permissions.check_can_end_membership, request.user, membership).ok
        membership.may_set_contact = (
            membership.organisation.level == Level.UNIT
            and allowed(permissions.check_can_set_committee_contact, request.user, membership).ok
        )
    return render(
        request,
        "alliances/alliance_detail.html",
        {
            "alliance": alliance,
            "filter": filters,
            "page": page,
            "own": _own_with_contact(request, alliance),
            "manages": request.user.manages(alliance.host),
            # A district's alliance has no street whose page would show its lists.
            "street": alliance.is_open and alliance.host.ancestor_at(Level.STREET),
            "change": allowed(permissions.check_can_change_alliance, request.user, alliance),
            "history": history(alliance) if request.user.manages(alliance.host) else [],
        },
    )


@require_http_methods(["GET", "POST"])
def alliance_new(request: HttpRequest) -> HttpResponse:
    """The form of a new alliance."""
    hosts = hosts_for(request.user)
    if not hosts.exists():
        raise NotPermitted(_("只有街道和区的工作人员可以成立联盟。请联系您所在街道的党建办。"))
    initial = {name: Alliance._meta.get_field(name).get_default() for name in TERMS}
    initial |= {"host": request.user.organisation, "started_on": timezone.localdate()}
    form = FoundForm(request.POST or None, hosts=hosts, initial=initial)
    if request.method == "POST" and form.is_valid():
        alliance = attempt(form, lambda: found_alliance(by=request.user, **form.cleaned_data))
        if alliance:
            messages.success(request, _("联盟已成立。下一步：接纳成员单位。"))
            return redirect(alliance)
    return show_form(request, form, "alliances/alliance_new.html", {})


@require_http_methods(["GET", "POST"])
def alliance_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that changes name, purpose and working days."""
    alliance = _find(request, pk)
    permissions.check_can_change_alliance(request.user, alliance)
    form = AllianceForm(request.POST or None, initial={name: getattr(alliance, name) for name in TERMS})
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: change_alliance(alliance=alliance, by=request.user, **form.cleaned_data)):
            messages.success(request, _("联盟设置已保存。已经定下的期限不变，新的认领按新期限算。"))
            return redirect(alliance)
    return show_form(request, form, "alliances/alliance_change.html", {"alliance": alliance})


@require_http_methods(["GET", "POST"])
def alliance_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that ends the alliance with a reason."""
    alliance = _find(request, pk)
    permissions.check_can_end_alliance(request.user, alliance)
    form = EndAllianceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: end_alliance(alliance=alliance, by=request.user, **form.cleaned_data)):
            messages.success(request, _("联盟已终止，成员单位已收到通知。"))
            return redirect(alliance)
    members = alliance.memberships.current().count()
    return show_form(
        request, form, "alliances/alliance_end.html", {"alliance": alliance, "members": members}
    )


@require_http_methods(["GET", "POST"])
def alliance_admit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that admits a member; `?q=` narrows the organisations that it offers."""
    alliance = _find(request, pk)
    permissions.check_can_admit_member(request.user, alliance)
    organisations = Organisation.objects.visible_to(request.user).open()
    query = request.GET.get("q", "").strip()
    candidates = list(_candidates(alliance, organisations, query)[: OFFERED + 1])
    form = AdmitForm(request.POST or None, organisations=organisations, candidates=candidates[:OFFERED])
    if request.method == "POST" and form.is_valid():
        membership = attempt(
            form, lambda: admit_member(alliance=alliance, by=request.user, **form.cleaned_data)
        )
        if membership:
            messages.success(request, _("%(name)s 已加入联盟。") % {"name": membership.organisation})
            return redirect(alliance)
    context = {
        "alliance": alliance,
        "query": query,
        "found": len(candidates),
        "offered": OFFERED,
    }
    return show_form(request, form, "alliances/alliance_admit.html", context)


def hosts_for(user):
    """Open organisations in whose name `user` may found an alliance: from the district down to the community."""
    roles = (Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF)
    rows = Organisation.objects.open().filter(user.within("path", *roles))
    return rows.exclude(kind__level__in=[Level.GRID, Level.UNIT])


def _find(request: HttpRequest, pk: int) -> Alliance:
    return find(Alliance.objects.select_related("host__kind"), request.user, pk=pk)


def _own_with_contact(request: HttpRequest, alliance: Alliance) -> list[Membership]:
    """The person's own units in the alliance that have a fixed contact on the host's side."""
    own = request.user.acting("organisation__path", "organisation__kind__level")
    rows = alliance.memberships.current().filter(own).exclude(committee_contact="")
    return list(rows.exclude(organisation=alliance.host).select_related("organisation")[:5])


def _candidates(alliance: Alliance, organisations, query: str):
    """Organisations that are not in the alliance, those beneath the host first."""
    members = alliance.memberships.current().values("organisation")
    rows = organisations.exclude(pk__in=members)
    if query:
        return rows.search(query).order_by("sort_key", "pk")
    return rows.under(alliance.host).order_by("sort_key", "pk")
