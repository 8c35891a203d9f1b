"""The staff's pages about surveys: list, open, deal codes, poster, close, result."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from assessments import rules
from assessments.actions.surveys import close_survey, issue_codes, open_survey
from assessments.filters.surveys import SurveyFilter
from assessments.forms.surveys import CloseSurveyForm, IssueCodesForm, OpenSurveyForm
from assessments.models import Remark, Survey
from assessments.permissions import surveys as permissions
from assessments.reports import residents
from assessments.reports import surveys as reports
from members.reports import history
from projects.models import Delivery
from workflow.exceptions import NotPermitted
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, read_id


def resident_address(request: HttpRequest, survey: Survey) -> str:
    """What is typed and what the QR code holds: the whole address, without a code."""
    return request.build_absolute_uri(reverse("resident-start", args=[survey.public_id]))


@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """Surveys within sight; participation only in fives while they are open."""
    rows = reports.with_participation(
        Survey.objects.visible_to(request.user).select_related("organisation__kind")
    )
    found = SurveyFilter(request.GET, queryset=rows)
    page = Keyset(found.qs, request.GET)
    for survey in page:
        survey.chip = reports.chip(survey)
    return render(
        request,
        "assessments/survey_list.html",
        {"page": page, "filter": found, "may_open": reports.askers(request.user).exists()},
    )


@require_http_methods(["GET", "POST"])
def survey_new(request: HttpRequest) -> HttpResponse:
    """The form that opens a survey about `?delivery=` or about a community or street."""
    delivery = _asked_delivery(request)
    organisations = None
    if delivery is None:
        organisations = reports.askers(request.user)
        if not organisations.exists():
            raise NotPermitted(_("居民满意度测评由社区或街道的工作人员发起。请联系所在社区。"))
    else:
        permissions.check_can_open_survey(request.user, delivery.claim.requester)
        existing = Survey.objects.visible_to(request.user).filter(delivery=delivery).first()
        if existing:
            return redirect(existing)
    form = OpenSurveyForm(
        request.POST or None, organisations=organisations, initial=_proposal(request, delivery)
    )
    if request.method == "POST" and form.is_valid():
        survey = attempt(form, lambda: open_survey(by=request.user, delivery=delivery, **form.cleaned_data))
        if survey:
            messages.success(request, _("测评已开始。接下来发测评码，打印出来给居民。"))
            return redirect(survey)
    return render(
        request,
        "assessments/survey_new.html",
        {"form": form, "delivery": delivery},
        status=400 if form.errors else 200,
    )


def _asked_delivery(request: HttpRequest) -> Delivery | None:
    asked = request.GET.get("delivery", "")
    if not asked:
        return None
    rows = Delivery.objects.select_related(
        "claim__organisation__kind", "claim__slot__listing__organisation__kind"
    )
    return find(rows, request.user, pk=read_id(asked))


def _proposal(request: HttpRequest, delivery: Delivery | None) -> dict:
    """What the form proposes; everything in it may be changed."""
    initial: dict = {
        "closes_on": timezone.localdate() + timedelta(days=rules.DAYS_OPEN),
        "questions": "\n".join(rules.DELIVERY_QUESTIONS if delivery else rules.COMMUNITY_QUESTIONS),
    }
    if delivery:
        initial["title"] = _("%(listing)s：办得怎么样") % {"listing": delivery.claim.listing.title[:60]}
        initial["about"] = delivery.report
    else:
        offered = list(reports.askers(request.user)[:2])
        initial["organisation"] = offered[0].pk if len(offered) == 1 else request.GET.get("organisation")
    return initial


def _find(request: HttpRequest, pk: int) -> Survey:
    rows = reports.with_participation(Survey.objects.select_related("organisation__kind", "delivery"))
    return find(rows, request.user, pk=pk)


@require_safe
def survey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The survey: how many took part while it is open, what they said once it is closed."""
    survey = _find(request, pk)
    return render(request, "assessments/survey_detail.html", _detail(request, survey))


def _detail(request: HttpRequest, survey: Survey) -> dict:
    outcome = reports.result(survey) if survey.closed_at else None
    is_early = survey.closes_on >= timezone.localdate()
    return {
        "survey": survey,
        "chip": reports.chip(survey),
        "address": resident_address(request, survey),
        "result": outcome,
        "remarks": _remarks(survey) if outcome and outcome.shows_remarks else [],
        "may_issue": allowed(permissions.check_can_issue_codes, request.user, survey),
        "may_close": allowed(permissions.check_can_close_survey, request.user, survey),
        "is_staff_here": request.user.manages(survey.organisation),
        "issue_form": IssueCodesForm(initial={"count": 50, "dealt_before": survey.codes_issued}),
        "close_form": CloseSurveyForm(is_early=is_early),
        "is_early": is_early,
        "history": history(survey),
    }


def _remarks(survey: Survey) -> list[str]:
    # By the text itself: any other order could be compared with another list.
    return list(Remark.objects.filter(survey=survey).order_by("text").values_list("text", flat=True))


@require_http_methods(["POST"])
@never_cache
def survey_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Deal codes and show their slips, this once: they are stored nowhere and cannot be shown again."""
    survey = _find(request, pk)
    permissions.check_is_not_kept(request.headers.get("Idempotency-Key") or request.POST.get("form_token"))
    form = IssueCodesForm(request.POST)
    codes = None
    if form.is_valid():
        codes = attempt(form, lambda: issue_codes(survey=survey, by=request.user, **form.cleaned_data))
    if codes is None:
        # A second press is refused with what was dealt by now; whoever still wants more can say so at once.
        form.data = {**form.data.dict(), "dealt_before": survey.codes_issued}
        context = {**_detail(request, survey), "issue_form": form, "form": form}
        return render(request, "assessments/survey_detail.html", context, status=400)
    address = resident_address(request, survey)
    slips = [{"code": code, "link": f"{address}#{code.replace('-', '')}"} for code in codes]
    return render(
        request, "assessments/survey_codes.html", {"survey": survey, "slips": slips, "address": address}
    )


@require_safe
def survey_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The A4 poster, with the survey's address and no code."""
    survey = _find(request, pk)
    face = residents.face(survey.public_id)
    return render(
        request,
        "assessments/survey_poster.html",
        {"survey": survey, "face": face, "address": resident_address(request, survey)},
    )


@require_http_methods(["POST"])
def survey_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the survey: open the envelopes, or destroy too few of them unread."""
    survey = _find(request, pk)
    is_early = survey.closes_on >= timezone.localdate()
    form = CloseSurveyForm(request.POST, is_early=is_early)
    if form.is_valid() and attempt(
        form,
        lambda: close_survey(survey=survey, by=request.user, reason=form.cleaned_data.get("reason", "")),
    ):
        messages.success(request, _("测评已结束，结果在下面。"))
        return redirect(survey)
    context = {**_detail(request, survey), "close_form": form, "form": form}
    return render(request, "assessments/survey_detail.html", context, status=400)
