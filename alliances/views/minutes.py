"""Pages of minutes: the draft as it will be printed, each circulated version with its answers, and the Word file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliances import actions, documents, permissions
from alliances.forms.minutes import ConfirmForm, ReviseMinutesForm
from alliances.models import Minutes
from alliances.permissions.minutes import DRAFT_STATES
from alliances.reports.minutes import panel_of
from alliances.states import MeetingState
from alliances.views.meetings import find_meeting
from workflow.downloads import word_answer
from workflow.moves import Verdict, allowed
from workflow.views import attempt, find, show_form, sum_above


@require_safe
def minutes_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be printed now, and what is still missing; once the minutes are out, their newest version."""
    meeting = find_meeting(request, pk)
    permissions.check_runs(request.user, meeting)
    newest = meeting.minutes.newest()
    if newest and meeting.state not in DRAFT_STATES:
        return redirect(newest)
    permissions.check_can_draft_minutes(request.user, meeting)
    content = documents.content_of(meeting)
    gaps = documents.gaps(content)
    blocking = [gap.text for gap in gaps if gap.blocks]
    circulate = allowed(permissions.check_can_circulate_minutes, request.user, meeting)
    if circulate and blocking:
        circulate = Verdict(False, _("下面标明“必须补”的内容补齐后，才能印发。"))
    return render(
        request,
        "alliances/minutes_draft.html",
        {
            "meeting": meeting,
            "sheet": documents.page_of(content),
            "gaps": gaps,
            "circulate": circulate,
            "next_version": newest.version + 1 if newest else 1,
            "confirm_days": meeting.rules.confirm_days,
        },
    )


@require_safe
def minutes_draft_word(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a Word file that says so."""
    meeting = find_meeting(request, pk)
    permissions.check_can_draft_minutes(request.user, meeting)
    content = documents.content_of(meeting)
    return word_answer(documents.word_file(content, is_draft=True), f"{content['title']}（草稿）")


@require_POST
def minutes_circulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the draft and send it round."""
    minutes = actions.circulate_minutes(meeting=find_meeting(request, pk), by=request.user)
    messages.success(request, _("纪要已印发，到会单位会收到通知。"))
    return redirect(minutes)


@require_safe
def minutes_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, frozen, with what the units said to it."""
    return _page(request, _find(request, pk))


@require_safe
def minutes_word(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as a Word file."""
    minutes = _find(request, pk)
    return word_answer(documents.word_file(minutes.content), file_name(minutes))


@require_POST
def minutes_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The word of one unit."""
    minutes = _find(request, pk)
    panel = panel_of(minutes.meeting, minutes, request.user)
    form = ConfirmForm(request.POST, organisations=panel.own)
    if form.is_valid() and attempt(
        form, lambda: actions.confirm_minutes(minutes=minutes, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已答复，谢谢。"))
        return redirect(minutes)
    return _page(request, minutes, status=400, form=sum_above(form), confirm_form=form)


@require_http_methods(["GET", "POST"])
def minutes_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that takes the newest version back, with a reason."""
    meeting = find_meeting(request, pk)
    permissions.check_can_revise_minutes(request.user, meeting)
    form = ReviseMinutesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: actions.revise_minutes(meeting=meeting, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("纪要已退回修改。改好后请重新印发。"))
            return redirect("minutes-draft", meeting.pk)
    minutes = meeting.minutes.newest()
    return show_form(
        request, form, "alliances/minutes_revise.html", {"meeting": meeting, "minutes": minutes}
    )


@require_POST
def meeting_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the meeting; from here on its records stay as they are."""
    meeting = actions.close_meeting(meeting=find_meeting(request, pk), by=request.user)
    messages.success(request, _("会议已归档，纪要定稿。"))
    return redirect(meeting.minutes.newest())


def file_name(minutes: Minutes) -> str:
    """What a version is called on a disk: 〔2026〕3号第三季度党建联席会议纪要（第2稿）; filed, without the bracket."""
    content = minutes.content
    is_filed = minutes.meeting.state == MeetingState.CLOSED and minutes == minutes.meeting.minutes.newest()
    return f"{content['number']}{content['title']}" + ("" if is_filed else f"（第{minutes.version}稿）")


def _find(request: HttpRequest, pk: int) -> Minutes:
    rows = Minutes.objects.select_related(
        "meeting__alliance__host__kind", "meeting__convener__kind", "circulated_by"
    )
    return find(rows, request.user, pk=pk)


def _page(request: HttpRequest, minutes: Minutes, *, status: int = 200, **bound) -> HttpResponse:
    panel = panel_of(minutes.meeting, minutes, request.user)
    may_answer = panel.is_open and panel.own
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "panel": panel,
        "sheet": documents.page_of(minutes.content),
        "confirm_form": ConfirmForm(organisations=panel.own) if may_answer else None,
        # What was frozen is no longer what the records say: those who run it decide whether to revise.
        "is_outdated": panel.runs
        and panel.is_open
        and documents.content_of(minutes.meeting) != documents.without_words(minutes.content),
        **bound,
    }
    return render(request, "alliances/minutes_detail.html", context, status=status)
