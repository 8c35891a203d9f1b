"""Pages of the rules of procedure: in force, one version, and the forms that set a new one."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliances import permissions
from alliances.actions import set_district_procedure, set_procedure
from alliances.forms import DistrictProcedureForm, ProcedureForm
from alliances.models import Alliance, DutyTerm, Procedure
from alliances.reports import procedure as report
from alliances.rules import RULES, Terms
from alliances.views.meetings import find_meeting
from members.models import Kind, Organisation
from members.states import Level
from workflow.exceptions import Conflict
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, read_id, show_form

#: Kinds that a quorum may ask for by name: bodies between the street and its units.
LEVELS = (Level.COMMITTEE, Level.COMMUNITY)


@require_safe
def alliance_procedure(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules in force with their sources, the duty units, and the versions, two of them compared."""
    alliance = _find_alliance(request, pk)
    versions = Procedure.objects.filter(alliance=alliance).select_related("alliance__host", "set_by")
    terms = DutyTerm.objects.filter(alliance=alliance).select_related("organisation")
    return render(
        request,
        "alliances/alliance_procedure.html",
        {
            "alliance": alliance,
            "district": Organisation.objects.get(path=alliance.host.district_path),
            # An ended alliance has versions, and no rules in force.
            "rules": report.in_force(alliance) if alliance.is_open else [],
            "page": Keyset(versions, request.GET),
            "terms": terms.order_by("-starts_on")[:20],
            "term": terms.current().first(),
            "today": timezone.localdate(),
            "change": allowed(permissions.check_can_set_procedure, request.user, alliance),
            "manages": request.user.manages(alliance.host),
            **_compared(request, versions),
        },
    )


@require_safe
def meeting_procedure(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules that one meeting goes by, frozen when it was called, and what was set otherwise since."""
    meeting = find_meeting(request, pk)
    current = Procedure.objects.terms_of(meeting.alliance) if meeting.alliance.is_open else meeting.rules
    context = {
        "meeting": meeting,
        "rules": report.sentences(meeting.rules),
        "differences": report.differences(meeting.rules, current),
    }
    return render(request, "alliances/meeting_procedure.html", context)


@require_http_methods(["GET", "POST"])
def procedure_set(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the alliance's own rules; those that the district keeps closed are shown, locked."""
    alliance = _find_alliance(request, pk)
    permissions.check_can_set_procedure(request.user, alliance)
    default, own = report.district_procedure(alliance), Procedure.objects.latest(alliance=alliance)
    terms = report.terms_by(default, own)
    form = ProcedureForm(
        request.POST or None,
        terms=terms,
        kinds=_kinds(alliance.host.district_path, terms),
        open_fields=default.open_fields if default else RULES,
        based_on=own.version if own else 0,
    )
    if request.method == "POST" and form.is_valid():
        made = _set(
            form,
            lambda: set_procedure(
                alliance=alliance,
                by=request.user,
                values=form.values(),
                reason=form.cleaned_data["reason"],
                based_on=form.cleaned_data["based_on"],
            ),
            lambda: Procedure.objects.latest(alliance=alliance),
        )
        if made:
            messages.success(
                request,
                _("议事规则第 %(version)s 版已生效，成员单位已收到通知。已经召集的会议仍按原规则。")
                % {"version": made.version},
            )
            return redirect("alliance-procedure", alliance.pk)
    context = {"alliance": alliance, "groups": form.groups(report.sentences(terms))}
    return show_form(request, form, "alliances/procedure_set.html", context)


@require_safe
def procedure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as it was set, and what it changed."""
    rows = Procedure.objects.select_related("alliance__host", "district", "set_by")
    procedure = find(rows, request.user, pk=pk)
    owner = {"alliance": procedure.alliance} if procedure.alliance else {"district": procedure.district}
    before = rows.filter(**owner, version=procedure.version - 1).first()
    below = report.beneath(procedure)
    return render(
        request,
        "alliances/procedure_detail.html",
        {
            "procedure": procedure,
            "rules": report.rules_of(below, procedure)
            if procedure.alliance
            else report.rules_of(procedure, None),
            "before": before,
            "differences": report.differences(
                report.frozen_terms(before) if before else report.terms_by(below, None),
                report.frozen_terms(procedure),
            ),
        },
    )


@require_safe
def district_procedure(request: HttpRequest, pk: int) -> HttpResponse:
    """The district's defaults: every rule, which of them alliances may set, and the versions."""
    district = _find_district(request, pk)
    versions = Procedure.objects.filter(district=district).select_related("set_by")
    newest = Procedure.objects.latest(district=district)
    return render(
        request,
        "alliances/district_procedure.html",
        {
            "district": district,
            "newest": newest,
            "rules": report.rules_of(newest, None),
            "page": Keyset(versions, request.GET),
            "change": allowed(permissions.check_can_set_district_procedure, request.user, district),
            **_compared(request, versions),
        },
    )


@require_http_methods(["GET", "POST"])
def district_procedure_set(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the district's defaults."""
    district = _find_district(request, pk)
    permissions.check_can_set_district_procedure(request.user, district)
    newest = Procedure.objects.latest(district=district)
    terms = report.terms_by(newest, None)
    form = DistrictProcedureForm(
        request.POST or None,
        terms=terms,
        kinds=_kinds(district.path, terms),
        open_fields=RULES,
        opened=newest.open_fields if newest else RULES,
        based_on=newest.version if newest else 0,
    )
    if request.method == "POST" and form.is_valid():
        made = _set(
            form,
            lambda: set_district_procedure(
                district=district,
                by=request.user,
                values=form.values(),
                open_fields=form.opened(),
                reason=form.cleaned_data["reason"],
                based_on=form.cleaned_data["based_on"],
            ),
            lambda: Procedure.objects.latest(district=district),
        )
        if made:
            messages.success(
                request,
                _("默认规则第 %(version)s 版已生效。已经召集的会议仍按原规则。")
                % {"version": made.version},
            )
            return redirect("district-procedure", district.pk)
    context = {"district": district, "groups": form.groups()}
    return show_form(request, form, "alliances/district_procedure_set.html", context)


def _find_alliance(request: HttpRequest, pk: int) -> Alliance:
    return find(Alliance.objects.select_related("host__kind"), request.user, pk=pk)


def _find_district(request: HttpRequest, pk: int) -> Organisation:
    return find(Organisation.objects.filter(depth=1), request.user, pk=pk)


def _kinds(district_path: str, terms: Terms) -> list[Kind]:
    """Kinds that stand in the district, and those that the rules name already."""
    named = {part.kind for part in terms.quorum_parts} | set(terms.contact_kinds)
    standing = Organisation.objects.open().filter(path__startswith=district_path, kind__level__in=LEVELS)
    found = Kind.objects.filter(Q(code__in=named) | Q(pk__in=standing.order_by().values("kind")))
    return list(found.order_by("pk"))


def _compared(request: HttpRequest, versions) -> dict:
    """The two versions that `?from=` and `?to=` name, and what they say otherwise."""
    keys = [read_id(request.GET.get(name)) for name in ("from", "to")]
    found = {row.pk: row for row in versions.filter(pk__in=[key for key in keys if key is not None])}
    if len(found) < 2:
        return {"compared": None}
    older, newer = sorted(found.values(), key=lambda row: row.version)
    return {
        "compared": (older, newer),
        "differences": report.differences(report.frozen_terms(older), report.frozen_terms(newer)),
    }


def _set(
    form: ProcedureForm, act: Callable[[], Procedure], newest: Callable[[], Procedure | None]
) -> Procedure | None:
    """What `act` made. A refusal stays in the form; after a newer version, the form goes on top of that one."""

    def watched() -> Procedure:
        try:
            return act()
        except Conflict:
            last, before = newest(), form.cleaned_data["based_on"]
            form.differences = _since(last, before)
            form.take_newest(last.version if last else 0)
            raise

    return attempt(form, watched)


def _since(last: Procedure | None, version: int | None) -> list[report.Difference]:
    """What the newest version says otherwise than the one on which somebody's form began."""
    if last is None:
        return []
    owner = {"alliance": last.alliance} if last.alliance else {"district": last.district}
    older = Procedure.objects.filter(**owner, version=version or 0).select_related("alliance__host").first()
    before = report.frozen_terms(older) if older else report.terms_by(report.beneath(last), None)
    return report.differences(before, report.frozen_terms(last))
