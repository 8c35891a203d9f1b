"""Pages of the tree: looking through it, one organisation, and the forms that change it."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import permissions
from members.actions import organisations, structures
from members.filters import OrganisationFilter
from members.forms import (
    AdoptForm,
    ChangeOrganisationForm,
    CloseOrganisationForm,
    NewOrganisationForm,
)
from members.models import Assignment, Kind, Organisation, StructureTemplate
from members.reports import history, with_place
from members.states import STREET_LEVELS, Level, Role
from workflow.moves import allowed
from workflow.views import attempt, find, read_id

#: Rows of one page of search results; whoever sees more narrows the search.
FOUND = 100
#: A district shows its streets and own units; a street all that stands in it.
LEVELS_OF_DISTRICT = 1


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """The tree beneath the person's street or district, or a flat list as soon as one searches."""
    found = OrganisationFilter(request.GET, Organisation.objects.visible_to(request.user), request=request)
    asked = [name for name in found.filters if request.GET.get(name)]
    top = _top(request)
    context = {"filter": found, "top": top, "way": _way_to(top) if top else []}
    if asked:
        rows = found.qs.order_by("sort_key", "pk")
        context["found"] = with_place(rows[: FOUND + 1])
        context["is_cut"] = len(context["found"]) > FOUND
        del context["found"][FOUND:]
    elif top:
        rows = Organisation.objects.under(top).select_related("kind")
        if top.level == Level.DISTRICT:
            rows = rows.filter(depth__lte=top.depth + LEVELS_OF_DISTRICT)
        context["tree"] = _tree(rows)
        context["add"] = allowed(permissions.check_can_add_organisation, request.user, top)
    return render(
        request,
        "members/organisation_list.html",
        context,
        status=400 if found.form.errors else 200,
    )


@require_safe
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: facts, place, people for those who look after it, and its history for its reach."""
    organisation = find(
        Organisation.objects.select_related("kind", "structure", "successor__kind"), request.user, pk=pk
    )
    user = request.user
    in_reach = any(grant.covers(organisation.path) for grant in user.grants)
    people = Assignment.objects.visible_to(user).filter(organisation=organisation)
    below = Organisation.objects.get_children(organisation).select_related("kind").order_by("path")
    return render(
        request,
        "members/organisation_detail.html",
        {
            "organisation": organisation,
            "way": _way_to(organisation),
            "structure": organisation.structure_beneath(),
            "below": below,
            "people": people.select_related("user").order_by("-starts_on", "-pk"),
            "may_add": allowed(permissions.check_can_add_organisation, user, organisation),
            "may_change": allowed(permissions.check_can_change_organisation, user, organisation),
            "may_close": allowed(permissions.check_can_close_organisation, user, organisation),
            "may_adopt": allowed(permissions.check_can_adopt_structure, user, organisation),
            "may_assign": allowed(permissions.check_can_assign_role, user, organisation),
            "in_reach": in_reach,
            "history": history(organisation) if in_reach else [],
        },
    )


@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """The form for a node beneath `?parent=`; without one, the tree is the place to choose it."""
    key = read_id(request.GET.get("parent") or request.POST.get("parent"))
    if key is None:
        if request.method == "POST":
            return render(request, "400.html", {"sentence": _("请先在组织树上选择上级。")}, status=400)
        messages.info(request, _("请先选择上级组织，再点“新增下级”。"))
        return redirect("organisation-list")
    parent = find(Organisation.objects, request.user, pk=key)
    permissions.check_can_add_organisation(request.user, parent)
    district = Organisation.objects.get_root(parent)
    structure = parent.structure_beneath()
    usable = Kind.objects.usable_in(district)
    fitting = usable.under(parent.kind, structure)
    if not permissions.administers(request.user, parent, Role.DISTRICT_ADMIN):
        fitting = fitting.filter(level__in=STREET_LEVELS)
    offered = list(fitting)
    form = NewOrganisationForm(
        request.POST or None,
        accepted=usable,
        offered=offered,
        initial={"kind": offered[0] if len(offered) == 1 else None},
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: organisations.add_organisation(parent=parent, by=request.user, **form.cleaned_data),
        )
        if made:
            messages.success(request, _("已新增“%(organisation)s”。") % {"organisation": made})
            return redirect(made)
    return _form(
        request,
        form,
        "members/organisation_new.html",
        {"parent": parent, "structure": structure, "offered": offered},
    )


@require_http_methods(["GET", "POST"])
def organisation_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a node's facts."""
    organisation = find(Organisation.objects, request.user, pk=pk)
    permissions.check_can_change_organisation(request.user, organisation)
    facts = {name: getattr(organisation, name) for name in ("name", "unit_type", "address")}
    form = ChangeOrganisationForm(request.POST or None, initial=facts)
    if organisation.level != Level.UNIT:
        del form.fields["unit_type"]
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: organisations.change_organisation(
                organisation=organisation, by=request.user, **form.cleaned_data
            ),
        )
        if changed:
            messages.success(request, _("已保存。"))
            return redirect(changed)
    return _form(request, form, "members/organisation_change.html", {"organisation": organisation})


@require_http_methods(["GET", "POST"])
def organisation_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that ends a node."""
    organisation = find(Organisation.objects, request.user, pk=pk)
    permissions.check_can_close_organisation(request.user, organisation)
    parent = Organisation.objects.get_parent(organisation)
    near = organisation.ancestor_at(Level.STREET) or parent
    successors = Organisation.objects.under(near).open().exclude(pk=organisation.pk)
    form = CloseOrganisationForm(
        request.POST or None,
        successors=successors.filter(kind__level=organisation.level).order_by("sort_key"),
    )
    if request.method == "POST" and form.is_valid():
        closed = attempt(
            form,
            lambda: organisations.close_organisation(
                organisation=organisation, by=request.user, **form.cleaned_data
            ),
        )
        if closed:
            messages.success(request, _("“%(organisation)s”已终止。") % {"organisation": closed})
            return redirect(closed)
    return _form(request, form, "members/organisation_close.html", {"organisation": organisation})


@require_http_methods(["GET", "POST"])
def organisation_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """The form by which a district puts an organisation under a structure."""
    organisation = find(Organisation.objects, request.user, pk=pk)
    permissions.check_can_adopt_structure(request.user, organisation)
    templates = StructureTemplate.objects.visible_to(request.user).published().select_related("owner")
    form = AdoptForm(
        request.POST or None, templates=templates, initial={"template": organisation.structure_id}
    )
    if request.method == "POST" and form.is_valid():
        adopted = attempt(
            form,
            lambda: structures.adopt_structure(
                organisation=organisation, by=request.user, **form.cleaned_data
            ),
        )
        if adopted:
            messages.success(
                request,
                _("“%(organisation)s”已采用“%(structure)s”。")
                % {"organisation": adopted, "structure": adopted.structure},
            )
            return redirect(adopted)
    return _form(request, form, "members/organisation_adopt.html", {"organisation": organisation})


def _form(request: HttpRequest, form, template: str, context: dict) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=400 if form.errors else 200)


def _top(request: HttpRequest) -> Organisation | None:
    """The node whose tree is shown: the one asked for, else the person's street, else their district."""
    asked = read_id(request.GET.get("under"))
    if asked is not None:
        return find(Organisation.objects, request.user, pk=asked)
    own = request.user.organisation
    return own and (own.ancestor_at(Level.STREET) or Organisation.objects.get_root(own))


def _way_to(organisation: Organisation) -> list[Organisation]:
    """The nodes from the root down to just above `organisation`."""
    return list(Organisation.objects.get_ancestors(organisation).order_by("depth"))


def _tree(rows: Iterable[Organisation]) -> Organisation:
    """The first of `rows` (in path order), each node carrying its children as `nodes`, sorted by sound."""
    seen: dict[str, Organisation] = {}
    first = None
    for node in rows:
        node.nodes = []
        seen[node.path] = node
        above = seen.get(node.path[: -node.steplen])
        if above is None:
            first = node
        else:
            above.nodes.append(node)
    for node in seen.values():
        node.nodes.sort(key=lambda one: (one.kind_id, one.sort_key))
    return first
