"""Pages of structure templates and kinds: structure as data that a person enters."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import permissions
from members.actions import structures
from members.forms import KindForm, RuleForm, StructureForm
from members.models import Kind, Organisation, StructureTemplate
from members.reports import history
from workflow.exceptions import NotPermitted
from workflow.moves import allowed
from workflow.views import attempt, find, read_id


@require_safe
def structure_list(request: HttpRequest) -> HttpResponse:
    """Shipped structures and the district's, with the kinds they are made of."""
    templates = StructureTemplate.objects.visible_to(request.user).select_related("owner")
    return render(
        request,
        "members/structure_list.html",
        {
            "templates": templates.annotate(size=Count("rules")),
            "kinds": Kind.objects.visible_to(request.user).select_related("owner"),
            "may_draft": _districts(request).exists(),
        },
    )


@require_safe
def structure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its rules as a table, and for its keepers the form of one more rule."""
    template = _find(request, pk)
    return _detail(request, template, RuleForm(kinds=_kinds(template)))


@require_http_methods(["GET", "POST"])
def structure_new(request: HttpRequest) -> HttpResponse:
    """The form of a draft; `?copy=` begins with the rules of that template and its name."""
    districts = _districts_or_refuse(request)
    templates = StructureTemplate.objects.visible_to(request.user).select_related("owner")
    source = templates.filter(pk=read_id(request.GET.get("copy"))).first()
    initial = {"name": source.name, "note": source.note, "copy_of": source.pk} if source else {}
    form = StructureForm(
        request.POST or None,
        districts=districts,
        templates=templates,
        initial={"district": districts.first(), **initial},
    )
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: structures.draft_structure(by=request.user, **form.cleaned_data))
        if made:
            messages.success(request, _("已起草“%(structure)s”。下一步：添加规则。") % {"structure": made})
            return redirect(made)
    return render(request, "members/structure_new.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def structure_add_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """One more rule in a draft."""
    template = _find(request, pk)
    form = RuleForm(request.POST, kinds=_kinds(template))
    if form.is_valid():
        rule = attempt(
            form, lambda: structures.add_rule(template=template, by=request.user, **form.cleaned_data)
        )
        if rule:
            messages.success(request, _("已添加规则：%(rule)s。") % {"rule": rule})
            return redirect(template)
    else:
        permissions.check_can_change_structure(request.user, template)
    return _detail(request, template, form)


@require_POST
def structure_remove_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule named by the button leaves the draft."""
    template = _find(request, pk)
    rule = get_object_or_404(template.rules, pk=read_id(request.POST.get("rule")))
    structures.remove_rule(rule=rule, by=request.user)
    messages.success(request, _("已移除规则：%(rule)s。") % {"rule": rule})
    return redirect(template)


@require_POST
def structure_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft → published."""
    template = structures.publish_structure(template=_find(request, pk), by=request.user)
    messages.success(request, _("“%(structure)s”已发布，可以在组织页面上采用。") % {"structure": template})
    return redirect(template)


@require_http_methods(["GET", "POST"])
def kind_new(request: HttpRequest) -> HttpResponse:
    """The form of a local kind."""
    districts = _districts_or_refuse(request)
    form = KindForm(request.POST or None, districts=districts, initial={"district": districts.first()})
    if request.method == "POST" and form.is_valid():
        kind = attempt(form, lambda: structures.add_kind(by=request.user, **form.cleaned_data))
        if kind:
            messages.success(request, _("已新增类型“%(kind)s”，可以写进本区的架构。") % {"kind": kind})
            return redirect("structure-list")
    return render(request, "members/kind_new.html", {"form": form}, status=400 if form.errors else 200)


def _detail(request: HttpRequest, template: StructureTemplate, form: RuleForm) -> HttpResponse:
    rules = list(template.rules.select_related("parent_kind", "kind"))
    verdict = allowed(permissions.check_can_change_structure, request.user, template)
    return render(
        request,
        "members/structure_detail.html",
        {
            "template": template,
            "rules": rules,
            "form": form,
            "may_change": verdict,
            "may_publish": allowed(permissions.check_can_publish_structure, request.user, template),
            "may_draft": _districts(request).exists(),
            "used_by": Organisation.objects.visible_to(request.user).filter(structure=template),
            "history": history(template, *rules) if template.owner else [],
        },
        status=400 if form.errors else 200,
    )


def _find(request: HttpRequest, pk: int) -> StructureTemplate:
    return find(StructureTemplate.objects.select_related("owner__kind"), request.user, pk=pk)


def _kinds(template: StructureTemplate):
    return Kind.objects.usable_in(template.owner)


def _districts(request: HttpRequest):
    return Organisation.objects.open().districts_of(request.user)


def _districts_or_refuse(request: HttpRequest):
    districts = _districts(request)
    if not districts.exists():
        raise NotPermitted(_("组织架构和组织类型由区级管理员维护。"))
    return districts
