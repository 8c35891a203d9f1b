"""Pages of runs and scores: computing a period, all units of a run, and one unit's receipt."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import documents
from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.filters.scores import RunFilter, ScoreFilter
from assessments.forms.scores import ComputeForm
from assessments.models import Report, Scheme, Score, ScoreRun
from assessments.permissions import reports as report_permissions
from assessments.reports import receipts
from assessments.reports.reach import alliances_for
from workflow.exceptions import NotPermitted
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """The computations within sight, newest first."""
    rows = ScoreRun.objects.visible_to(request.user).select_related(
        "alliance__host", "scheme", "computed_by"
    )
    found = RunFilter(request.GET, rows)
    return render(
        request,
        "assessments/scorerun_list.html",
        {
            "filter": found,
            "page": Keyset(found.qs, request.GET),
            "may_compute": alliances_for(request.user).exists(),
        },
    )


@require_http_methods(["GET", "POST"])
def run_new(request: HttpRequest) -> HttpResponse:
    """The form that computes a period."""
    alliances = alliances_for(request.user).select_related("host__kind")
    if not alliances.exists():
        raise NotPermitted(_("只有主办联盟的组织的工作人员可以计分。请联系街道党建办。"))
    schemes = Scheme.objects.visible_to(request.user).published()
    initial = {"alliance": alliances.first()}
    form = ComputeForm(request.POST or None, alliances=alliances, schemes=schemes, initial=initial)
    if request.method == "POST" and form.is_valid():
        run = attempt(form, lambda: compute_score(by=request.user, **form.cleaned_data))
        if run:
            messages.success(request, _("已算好。请逐个单位核对，再发布报告。"))
            return redirect(run)
    return render(
        request, "assessments/scorerun_new.html", {"form": form}, status=400 if form.errors else 200
    )


@require_safe
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """All units of a run by pinyin: points of possible ones, and the lines without records in words."""
    run = find(
        ScoreRun.objects.select_related("alliance__host__kind", "scheme", "computed_by"),
        request.user,
        pk=pk,
    )
    scores = list(
        Score.objects.visible_to(request.user)
        .filter(run=run)
        .select_related("organisation")
        .order_by("organisation__sort_key", "organisation_id")
    )
    for score in scores:
        score.grade = receipts.grade_words(score.receipt.get("grade"))
        empty = [line for line in score.receipt["lines"] if not line["has_records"]]
        score.without = receipts.listed(receipts.title_of(line) for line in empty)
    reports = Report.objects.visible_to(request.user).filter(
        alliance=run.alliance, run__starts_on=run.starts_on, run__ends_on=run.ends_on
    )
    return render(
        request,
        "assessments/scorerun_detail.html",
        {
            "run": run,
            "scores": scores,
            "with_records": sum(1 for score in scores if score.possible),
            "reports": reports.order_by("-version"),
            "publish": allowed(report_permissions.check_can_publish_report, request.user, run),
        },
    )


@require_POST
def run_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The run becomes the period's report."""
    report = publish_report(run=find(ScoreRun.objects, request.user, pk=pk), by=request.user)
    messages.success(request, _("报告已发布并冻结，区里已收到通知。"))
    return redirect(report)


@require_safe
def score_list(request: HttpRequest) -> HttpResponse:
    """A unit's own scores, newest first; the staff's view of all of them."""
    rows = Score.objects.visible_to(request.user).select_related(
        "organisation", "run__alliance", "run__scheme"
    )
    found = ScoreFilter(request.GET, rows)
    page = Keyset(found.qs, request.GET)
    for score in page:
        score.grade = receipts.grade_words(score.receipt.get("grade"))
    return render(request, "assessments/score_list.html", {"filter": found, "page": page})


@require_safe
def score_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt: every point with the records that it comes from."""
    score = _score(request, pk)
    rows = receipts.rows(score.receipt["lines"], request.user)
    return render(
        request,
        "assessments/score_detail.html",
        {
            "score": score,
            "rows": rows,
            "grade": receipts.grade_words(score.receipt.get("grade")),
            "sum": " + ".join(row.points for row in rows if row.has_records),
            "without": [row for row in rows if not row.has_records],
            "left_out": sum(row.full for row in rows if not row.has_records),
            "file_name": _file_name(score),
            "sees_run": request.user.manages(score.run.alliance.host),
        },
    )


@require_safe
def score_data(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The receipt's canonical JSON, whose SHA-256 is its check value."""
    score = _score(request, pk)
    return StreamingHttpResponse(
        documents.canonical_chunks(score.receipt),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(score)}"'},
    )


def _score(request: HttpRequest, pk: int) -> Score:
    rows = Score.objects.select_related("organisation", "run__alliance__host__kind", "run__scheme")
    return find(rows, request.user, pk=pk)


def _file_name(score: Score) -> str:
    return f"score-{score.pk}.json"
