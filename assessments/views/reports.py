"""Pages of reports: the list that the district reads, the frozen sheet, its downloads and its correction."""

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import documents
from assessments.actions.reports import publish_report
from assessments.filters.reports import ReportFilter
from assessments.forms.reports import CorrectForm
from assessments.models import Report, ScoreRun
from assessments.permissions import reports as permissions
from assessments.reports import districts, sheets
from members.actions.notifications import mark_read_about
from members.models import Notification
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports within sight, newest first."""
    rows = Report.objects.visible_to(request.user).select_related("organisation", "run", "replaced_by")
    found = ReportFilter(request.GET, rows.defer("data"))
    return render(
        request, "assessments/report_list.html", {"filter": found, "page": Keyset(found.qs, request.GET)}
    )


@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen report as a sheet: everything on it comes from its data."""
    report = _report(request, pk)
    if Notification.objects.visible_to(request.user).about(report).unread().exists():
        mark_read_about(obj=report, by=request.user)
    return render(
        request,
        "assessments/report_detail.html",
        {
            "report": report,
            "data": report.data,
            "sheet": sheets.sheet(report.data),
            "starts_on": date.fromisoformat(report.data["period"]["starts_on"]),
            "ends_on": date.fromisoformat(report.data["period"]["ends_on"]),
            "data_until": datetime.fromisoformat(report.data["data_until"]),
            "file_name": _file_name(report, "json"),
            "address": request.build_absolute_uri(report.get_absolute_url()),
            "replaced_by": Report.objects.filter(replaces=report).defer("data").first(),
            "correct": allowed(permissions.check_can_correct_report, request.user, report),
            "may_publish": allowed(permissions.check_can_publish_report, request.user, report.run),
        },
    )


@require_safe
def report_json(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The canonical bytes, whose SHA-256 is the check value."""
    report = _report(request, pk)
    return _download(report, documents.canonical_chunks(report.data), "application/json", "json")


@require_safe
def report_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """One tidy table: a row for each unit and line."""
    report = _report(request, pk)
    rows = documents.csv_chunks(districts.csv_header(), districts.csv_rows(report))
    return _download(report, rows, "text/csv; charset=utf-8", "csv")


@require_http_methods(["GET", "POST"])
def report_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a new version: over which run of the same period, and why."""
    report = _report(request, pk)
    permissions.check_can_correct_report(request.user, report)
    runs = ScoreRun.objects.visible_to(request.user).filter(
        alliance=report.alliance, starts_on=report.run.starts_on, ends_on=report.run.ends_on
    )
    form = CorrectForm(request.POST or None, runs=runs, initial={"run": runs.first()})
    if request.method == "POST" and form.is_valid():
        newer = attempt(form, lambda: publish_report(by=request.user, replaces=report, **form.cleaned_data))
        if newer:
            messages.success(request, _("更正版本已发布，原版本仍可查阅。"))
            return redirect(newer)
    return render(
        request,
        "assessments/report_correct.html",
        {"form": form, "report": report},
        status=400 if form.errors else 200,
    )


def _report(request: HttpRequest, pk: int) -> Report:
    rows = Report.objects.select_related(
        "organisation", "run__alliance__host__kind", "published_by", "replaces"
    )
    return find(rows, request.user, pk=pk)


def _download(report: Report, chunks, content_type: str, ending: str) -> StreamingHttpResponse:
    name = _file_name(report, ending)
    return StreamingHttpResponse(
        chunks,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _file_name(report: Report, ending: str) -> str:
    return f"report-{report.year}-{report.serial}-v{report.version}.{ending}"
