"""Forms about the duty unit of an alliance: a new term, an early end, a term called off."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances import permissions
from alliances.actions import cancel_duty_term, end_duty_term, set_duty_term
from alliances.forms import CancelTermForm, EndTermForm, TermForm
from alliances.models import Alliance, DutyTerm, Procedure
from members.models import Organisation
from workflow.views import attempt, find, show_form


@require_http_methods(["GET", "POST"])
def term_set(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a term; it begins, unless told otherwise, on the day after the last one."""
    alliance = find(Alliance.objects.select_related("host__kind"), request.user, pk=pk)
    permissions.check_can_set_duty_term(request.user, alliance)
    terms = Procedure.objects.terms_of(alliance)
    last = (
        DutyTerm.objects.filter(alliance=alliance)
        .select_related("organisation")
        .order_by("-ends_on")
        .first()
    )
    today = timezone.localdate()
    form = TermForm(
        request.POST or None,
        members=_members(alliance),
        months=terms.term_months,
        initial={"starts_on": max(today, last.ends_on + timedelta(days=1)) if last else today},
    )
    if request.method == "POST" and form.is_valid():
        term = attempt(form, lambda: set_duty_term(alliance=alliance, by=request.user, **form.cleaned_data))
        if term:
            messages.success(
                request, _("轮值单位已定为%(organisation)s。") % {"organisation": term.organisation}
            )
            return redirect("alliance-procedure", alliance.pk)
    context = {"alliance": alliance, "last": last, "by_host": terms.convener == "host"}
    return show_form(request, form, "alliances/term_set.html", context)


@require_http_methods(["GET", "POST"])
def dutyterm_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that ends a running term early."""
    term = _find(request, pk)
    permissions.check_can_end_duty_term(request.user, term)
    form = EndTermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: end_duty_term(term=term, by=request.user, **form.cleaned_data)):
            messages.success(request, _("已登记结束，该单位已收到通知。"))
            return redirect("alliance-procedure", term.alliance_id)
    return show_form(request, form, "alliances/dutyterm_end.html", {"term": term})


@require_http_methods(["GET", "POST"])
def dutyterm_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that calls off a term before it begins."""
    term = _find(request, pk)
    permissions.check_can_cancel_duty_term(request.user, term)
    form = CancelTermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: cancel_duty_term(term=term, by=request.user, **form.cleaned_data))
        if not form.errors:
            messages.success(request, _("这一任已撤销，该单位已收到通知。"))
            return redirect("alliance-procedure", term.alliance_id)
    return show_form(request, form, "alliances/dutyterm_cancel.html", {"term": term})


def _find(request: HttpRequest, pk: int) -> DutyTerm:
    rows = DutyTerm.objects.select_related("alliance__host__kind", "organisation__kind")
    return find(rows, request.user, pk=pk)


def _members(alliance: Alliance):
    """Members of today or of a day to come, in the order of their names."""
    today = timezone.localdate()
    rows = alliance.memberships.exclude(ends_on__lt=today).values("organisation")
    return Organisation.objects.filter(pk__in=rows).order_by("sort_key", "pk")
