"""Pages of schemes: which there are, how each line is computed, and the forms of those who write them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.actions.schemes import (
    FULL,
    add_indicator,
    adopt_scheme,
    change_indicator,
    change_scheme,
    draft_scheme,
    publish_scheme,
    remove_indicator,
)
from assessments.filters.schemes import SchemeFilter
from assessments.forms.schemes import AdoptForm, DraftForm, IndicatorForm, SchemeForm
from assessments.models import Adoption, Indicator, Scheme
from assessments.permissions import schemes as permissions
from assessments.reports.reach import alliances_for, owners_for
from assessments.reports.receipts import grade_words, note_words, with_rules
from members.reports import history
from workflow.exceptions import NotPermitted
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, read_id

#: Alliances that a scheme's page names; the count is the whole one.
USERS_SHOWN = 50


@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Shipped schemes and those of one's own district."""
    found = SchemeFilter(request.GET, Scheme.objects.visible_to(request.user).select_related("owner"))
    return render(
        request,
        "assessments/scheme_list.html",
        {
            "filter": found,
            "page": Keyset(found.qs, request.GET),
            "may_draft": owners_for(request.user).exists(),
        },
    )


@require_safe
def scheme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme: every line's formula in words, its grades, who uses it, its history."""
    scheme = find(Scheme.objects.select_related("owner"), request.user, pk=pk)
    lines = with_rules(scheme.indicators.all())
    adoptions = Adoption.objects.visible_to(request.user).current().filter(scheme=scheme)
    is_owner = scheme.owner is not None and request.user.manages(scheme.owner)
    return render(
        request,
        "assessments/scheme_detail.html",
        {
            "scheme": scheme,
            "lines": lines,
            "note": note_words(scheme),
            "total": sum(line.points for line in lines),
            "full": FULL,
            "grades": [
                {"from": grade["from"], "name": grade_words(grade)}
                for grade in sorted(scheme.grades, key=lambda grade: -grade["from"])
            ],
            "adoptions": adoptions.select_related("alliance")[:USERS_SHOWN],
            "users": adoptions.count(),
            "is_owner": is_owner,
            "change": allowed(permissions.check_can_change_scheme, request.user, scheme),
            "publish": allowed(permissions.check_can_publish_scheme, request.user, scheme),
            "may_draft": owners_for(request.user).exists(),
            "may_adopt": alliances_for(request.user).exists(),
            "history": history(scheme) if is_owner else [],
        },
    )


@require_http_methods(["GET", "POST"])
def scheme_new(request: HttpRequest) -> HttpResponse:
    """The form of a new draft; `?scheme=` offers one to copy."""
    owners, schemes = owners_for(request.user), Scheme.objects.visible_to(request.user)
    if not owners.exists():
        raise NotPermitted(_("考核方案由区或街道制定。请联系所在街道党建办。"))
    source = schemes.filter(pk=read_id(request.GET.get("scheme"))).first()
    initial = {"owner": owners.first(), "scheme": source, "name": source.name if source else ""}
    form = DraftForm(request.POST or None, owners=owners, schemes=schemes, initial=initial)
    if request.method == "POST" and form.is_valid():
        draft = attempt(form, lambda: draft_scheme(by=request.user, **form.cleaned_data))
        if draft:
            messages.success(request, _("草稿已建立。请核对各行，合计 100 分后发布。"))
            return redirect(draft)
    return _form(request, form, "assessments/scheme_new.html", {})


@require_http_methods(["GET", "POST"])
def scheme_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a draft's name, note and grades."""
    scheme = find(Scheme.objects.select_related("owner"), request.user, pk=pk)
    permissions.check_can_change_scheme(request.user, scheme)
    initial = {"name": scheme.name, "name_en": scheme.name_en, "note": scheme.note}
    form = SchemeForm(request.POST or None, grades=scheme.grades, initial=initial)
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: change_scheme(scheme=scheme, by=request.user, **form.cleaned_data)):
            messages.success(request, _("已保存。"))
            return redirect(scheme)
    return _form(request, form, "assessments/scheme_change.html", {"scheme": scheme})


@require_POST
def scheme_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft → published."""
    scheme = publish_scheme(scheme=find(Scheme.objects, request.user, pk=pk), by=request.user)
    messages.success(request, _("方案已发布，不能再改。下一步：让联盟采用它。"))
    return redirect(scheme)


@require_http_methods(["GET", "POST"])
def scheme_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that has an alliance assessed by the scheme."""
    scheme = find(Scheme.objects, request.user, pk=pk)
    alliances = alliances_for(request.user)
    if not alliances.exists():
        raise NotPermitted(_("联盟采用哪个方案，由主办组织的工作人员定。请联系他们。"))
    initial = {"starts_on": timezone.localdate(), "alliance": alliances.first()}
    form = AdoptForm(request.POST or None, alliances=alliances, initial=initial)
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: adopt_scheme(scheme=scheme, by=request.user, **form.cleaned_data)):
            messages.success(request, _("已定下采用日期。每季度结束后自动计分。"))
            return redirect(scheme)
    return _form(request, form, "assessments/scheme_adopt.html", {"scheme": scheme})


@require_http_methods(["GET", "POST"])
def indicator_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a new line of a draft."""
    scheme = find(Scheme.objects.select_related("owner"), request.user, pk=pk)
    permissions.check_can_change_scheme(request.user, scheme)
    form = IndicatorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: add_indicator(scheme=scheme, by=request.user, **form.values)):
            messages.success(request, _("已加上这一行。"))
            return redirect(scheme)
    return _form(request, form, "assessments/scheme_line.html", {"scheme": scheme})


@require_http_methods(["GET", "POST"])
def indicator_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a line of a draft."""
    indicator = _line(request, pk)
    permissions.check_can_change_scheme(request.user, indicator.scheme)
    names = ("title", "title_en", "points", "measure")
    initial = {**indicator.params, **{name: getattr(indicator, name) for name in names}}
    form = IndicatorForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: change_indicator(indicator=indicator, by=request.user, **form.values)):
            messages.success(request, _("已保存。"))
            return redirect(indicator.scheme)
    context = {"scheme": indicator.scheme, "indicator": indicator}
    return _form(request, form, "assessments/scheme_line.html", context)


@require_POST
def indicator_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A line of a draft goes."""
    scheme = remove_indicator(indicator=_line(request, pk), by=request.user)
    messages.success(request, _("已删去这一行。"))
    return redirect(scheme)


def _line(request: HttpRequest, pk: int) -> Indicator:
    schemes = Scheme.objects.visible_to(request.user)
    return get_object_or_404(Indicator.objects.select_related("scheme__owner"), pk=pk, scheme__in=schemes)


def _form(request: HttpRequest, form, template: str, context: dict) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=400 if form.errors else 200)
