"""Pages that merge organisations: the questions, what will happen, and the name typed as a yes."""

from collections import Counter
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances.actions import merge_organisations, reorganise
from alliances.actions.merge import Merger
from alliances.forms import OFFERED
from alliances.forms.merge import MergeForm, ReorganiseForm, TemplateForm, TwoStepForm
from members import permissions
from members.actions.structures import Rules
from members.models import Kind, Organisation, StructureTemplate
from workflow.actions import rehearse
from workflow.views import attempt, find


@require_http_methods(["GET", "POST"])
def organisation_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """The form by which one organisation goes into another; `?q=` narrows what it offers."""
    organisation = find(Organisation.objects, request.user, pk=pk)
    permissions.check_can_merge_organisation(request.user, organisation)
    query = request.GET.get("q", "").strip()
    candidates = list(_candidates(request, organisation, query)[: OFFERED + 1])
    form = MergeForm(
        request.POST or None,
        organisation=organisation,
        successors=Organisation.objects.visible_to(request.user).open(),
        candidates=candidates[:OFFERED],
    )

    def act() -> list[Merger]:
        values = {name: form.cleaned_data[name] for name in ("into", "day", "reason")}
        return merge_organisations(organisations=[organisation], by=request.user, **values)

    page = "alliances/organisation_merge.html"
    context = {"organisation": organisation, "query": query, "found": len(candidates), "offered": OFFERED}
    return _in_two_steps(request, form, act, page, context)


@require_http_methods(["GET", "POST"])
def organisation_reorganise(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that puts an organisation under `?template=` and merges what has no place in it."""
    organisation = find(Organisation.objects.select_related("structure"), request.user, pk=pk)
    permissions.check_can_adopt_structure(request.user, organisation)
    templates = StructureTemplate.objects.visible_to(request.user).published().select_related("owner")
    choice = TemplateForm(
        {"template": request.GET["template"]} if request.GET.get("template") else None,
        templates=templates.exclude(pk=organisation.structure_id),
    )
    page, context = (
        "alliances/organisation_reorganise.html",
        {"organisation": organisation, "choice": choice},
    )
    if not choice.is_valid():
        return render(request, page, context, status=400 if choice.errors else 200)
    template = choice.cleaned_data["template"]
    kinds = list(Kind.objects.under(organisation.kind, template))
    children = list(Organisation.objects.get_children(organisation).open().order_by("path"))
    misfits = [child for child in children if child.kind not in kinds]
    form = ReorganiseForm(
        request.POST or None,
        organisation=organisation,
        misfits=misfits,
        fitting=[child for child in children if child.kind in kinds],
        kinds=_with_room(kinds, organisation, template, children),
    )

    def act() -> list[Merger]:
        values = {name: form.cleaned_data[name] for name in ("day", "reason")}
        return reorganise(
            organisation=organisation, template=template, merges=form.merges(), by=request.user, **values
        )

    return _in_two_steps(request, form, act, page, {**context, "template": template, "misfits": misfits})


def _in_two_steps(
    request: HttpRequest, form: TwoStepForm, act: Callable[[], list[Merger]], page: str, context: dict
) -> HttpResponse:
    """The questions, or what the answers would do, or, with the name typed, the act."""
    context = {"form": form, **context}
    if request.method == "POST" and form.is_valid():
        if form.is_confirmed():
            done = attempt(form, act)
            if done:
                messages.success(request, _("已合并，原组织的成员关系和历史都保留，有关人员已收到通知。"))
                return redirect(done[0].successor)
        else:
            # The act itself, undone: what the page announces is what will happen.
            mergers = attempt(form, lambda: rehearse(act))
            if mergers:
                form.ask_for_the_name()
                context["mergers"] = mergers
                status = 400 if form.errors else 200
                return render(request, "alliances/organisation_merge_preview.html", context, status=status)
    form.ask_again()
    return render(request, page, context, status=400 if form.errors else 200)


def _with_room(
    kinds: list[Kind], organisation: Organisation, template: StructureTemplate, children: list[Organisation]
) -> list[Kind]:
    """Those of `kinds` of which `template` allows one more beneath `organisation`."""
    rules, present = Rules(template), Counter(child.kind_id for child in children)
    limits = {kind: rules.limit(organisation, kind) for kind in kinds}
    return [kind for kind, limit in limits.items() if limit is None or present[kind.pk] < limit]


def _candidates(request: HttpRequest, organisation: Organisation, query: str):
    """Open organisations of the level that the person looks after, those with the same parent by themselves."""
    rows = Organisation.objects.open().administered_by(request.user)
    rows = rows.filter(kind__level=organisation.level, path__startswith=organisation.district_path)
    rows = rows.exclude(path__startswith=organisation.path).order_by("sort_key", "pk")
    if query:
        return rows.search(query)
    beside = Organisation.objects.get_parent(organisation).path
    return rows.filter(path__startswith=beside, depth=organisation.depth)
