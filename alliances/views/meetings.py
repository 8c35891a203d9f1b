"""Pages of meetings: the list, the call, the meeting itself, and its way from notice to the end of the session."""

from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliances import actions, permissions
from alliances.documents.calendar import calendar_file
from alliances.filters import MeetingFilter
from alliances.forms import CancelForm, PeopleForm, RescheduleForm
from alliances.models import AgendaItem, Alliance, DutyTerm, Meeting, MeetingKind
from alliances.reports import duties as duty_reports
from alliances.reports import minutes as minutes_reports
from alliances.reports.attendance import roll_of
from alliances.reports.meeting_page import (
    asks_of,
    links_for,
    next_step,
    set_clock,
    step_for,
    time_words,
    waits_for,
)
from alliances.reports.procedure import quorum_words
from alliances.reports.stages import item_chip, meeting_chip, meeting_stages
from alliances.reports.votes import prepare_items
from alliances.states import OPEN_DUTY_STATES, ItemState, MeetingState
from members.models import Assignment
from members.reports import history
from members.states import ACTING_ROLES
from workflow.calendar_file import CONTENT_TYPE
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, show_form


@require_GET
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings within sight, by what is still to come of them."""
    user = request.user
    asked, own = request.GET.copy(), list(permissions.alliances_of(user))
    # Those who look after an alliance call its meetings from day to day.
    is_manager = any(user.manages(one.host) for one in own)
    asked.setdefault("view", MeetingFilter.COMING)
    rows = (
        Meeting.objects.visible_to(user)
        .select_related("alliance", "kind", "convener__kind")
        .annotate(confirm_by=Max("minutes__confirm_by"))
    )
    found = MeetingFilter(asked, rows, request=request)
    is_valid = found.is_valid()
    page = Keyset(found.qs if is_valid else rows.none(), request.GET)
    if asked["view"] == MeetingFilter.COMING:
        page.items.sort(key=lambda meeting: (meeting.starts_at, meeting.pk))
    for meeting in page:
        meeting.chip, meeting.step = meeting_chip(meeting), next_step(meeting)
    return render(
        request,
        "alliances/meeting_list.html",
        {
            "form": found.form,
            "page": page,
            "view": asked["view"],
            "views": MeetingFilter.VIEWS,
            "states": MeetingState.choices,
            "kinds": list(MeetingKind.objects.visible_to(user)),
            "alliances": list(Alliance.objects.visible_to(user)),
            # A member may call the kinds that its rules leave to members; to propose is its usual way.
            "may_call": bool(own),
            "may_propose": bool(own) and not is_manager,
        },
        status=200 if is_valid else 400,
    )


@require_GET
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one meeting: who came, the agenda with its results, what is asked of the reader now."""
    user, meeting = request.user, find_meeting(request, pk)
    is_runner = permissions.runs(user, meeting)
    received = list(
        meeting.items.select_related("proposer__kind", "referred_to__kind")
        .prefetch_related("step_outs__organisation__kind")
        .order_by("position", "pk")
    )
    items = [one for one in received if one.state in (ItemState.SCHEDULED, ItemState.CONCLUDED)]
    prepare_items(items, user, meeting)
    for item in items:
        item.alliance = meeting.alliance  # the checks ask for it: one object, no query
        item.chip, item.outs = item_chip(item), item.step_outs.all()
        item.may_note = is_runner and allowed(permissions.check_can_note_discussion, user, item).ok
    roll = roll_of(meeting)
    waiting = 0
    if is_runner and not meeting.opened_at and meeting.state != MeetingState.CANCELLED:
        waiting = (
            AgendaItem.objects.filter(alliance=meeting.alliance, state=ItemState.PROPOSED)
            .filter(Q(meeting=meeting) | Q(meeting=None))
            .count()
        )
    duties = duty_reports.of_meeting(meeting, user)
    minutes = minutes_reports.of_meeting(meeting, user)
    # Those who run it have their own next step; a unit's asks would drown it.
    own = [] if is_runner else list(permissions.own_members(user, meeting.alliance))
    context = {
        "meeting": meeting,
        "chip": meeting_chip(meeting),
        "items": items,
        "agenda_end": set_clock(meeting, items) if items else None,
        "received": len(received),
        "waiting": waiting,
        "roll": roll,
        "quorum_rule": quorum_words(meeting.rules),
        "runs": is_runner,
        "stages": meeting_stages(
            meeting,
            items=received,
            units=roll.total.due,
            confirm_by=minutes.minutes and minutes.minutes.confirm_by,
            duties=len(duties),
            done=sum(one.state not in OPEN_DUTY_STATES for one in duties),
        ),
        "duties": duties,
        "minutes": minutes,
        "duty_unit": _duty_unit(meeting),
        "asks": asks_of(user, meeting, items, minutes, own, roll.total.rows) if own else [],
    }
    if is_runner:
        left = roll.left if meeting.state == MeetingState.IN_SESSION else 0
        context |= {
            "step": step_for(meeting, items, minutes, waiting=waiting, left=left),
            "may_edit_agenda": allowed(permissions.check_can_save_agenda, user, meeting).ok,
            "links": links_for(user, meeting),
            "history": history(meeting),
        }
    else:
        context["waits"] = waits_for(meeting)
    return render(request, "alliances/meeting_detail.html", context)


@require_POST
def meeting_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the items and put them in order."""
    meeting = actions.plan_agenda(meeting=find_meeting(request, pk), by=request.user)
    messages.success(request, _("议题已截止，议程已排好。下一步：核对次序和时长，再发通知。"))
    return redirect("meeting-agenda", meeting.pk)


@require_http_methods(["GET", "POST"])
def meeting_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What the notice says and whom it reaches; sending it is one button. Later: the notice that was sent."""
    meeting = find_meeting(request, pk)
    if request.method == "POST":
        meeting = actions.give_notice(meeting=meeting, by=request.user)
        messages.success(request, _("会议通知已发出，各单位可以请假、加到日历。"))
        return redirect(meeting)
    if not meeting.noticed_at:
        permissions.check_runs(request.user, meeting)
    items = list(meeting.items.on_agenda().select_related("proposer__kind"))
    end = set_clock(meeting, items)
    if meeting.noticed_at:
        units = [
            row.organisation for row in meeting.attendances.select_related("organisation__kind").voting()
        ]
    else:
        members = meeting.alliance.memberships.current(meeting.held_on)
        units = [row.organisation for row in members.select_related("organisation__kind")]
    held = set(
        Assignment.objects.current()
        .filter(organisation__in=units, role__in=ACTING_ROLES, user__is_active=True)
        .values_list("organisation", flat=True)
    )
    context = {
        "meeting": meeting,
        "items": items,
        "words": time_words(meeting, end) if items else "",
        "is_over": end > meeting.ends_at,
        "units": sorted(units, key=lambda one: one.path),
        "unreached": [one for one in units if one.pk not in held],
        "quorum_rule": quorum_words(meeting.rules),
        "notice": allowed(permissions.check_can_give_notice, request.user, meeting),
        "runs": permissions.runs(request.user, meeting),
    }
    return render(request, "alliances/meeting_notice.html", context)


@require_http_methods(["GET", "POST"])
def meeting_reschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for another time or place."""
    meeting = find_meeting(request, pk)
    permissions.check_can_reschedule_meeting(request.user, meeting)
    form = RescheduleForm(request.POST or None, initial=RescheduleForm.initial_of(meeting))
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: actions.reschedule_meeting(meeting=meeting, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("已改期，各成员单位会收到通知；日历文件也已更新。"))
            return redirect(meeting)
    return show_form(request, form, "alliances/meeting_reschedule.html", {"meeting": meeting})


@require_http_methods(["GET", "POST"])
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that calls the meeting off, with a reason."""
    meeting = find_meeting(request, pk)
    permissions.check_can_cancel_meeting(request.user, meeting)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: actions.cancel_meeting(meeting=meeting, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("会议已取消，各成员单位会收到通知。议题留到下一次会议。"))
            return redirect(meeting)
    return show_form(request, form, "alliances/meeting_cancel.html", {"meeting": meeting})


@require_http_methods(["GET", "POST"])
def meeting_people(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for chair, recorder and the opening of the minutes."""
    meeting = find_meeting(request, pk)
    permissions.check_can_set_people(request.user, meeting)
    initial = {name: getattr(meeting, name) for name in PeopleForm.base_fields}
    form = PeopleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: actions.set_people(meeting=meeting, by=request.user, **form.cleaned_data)):
            messages.success(request, _("会议信息已保存。"))
            return redirect(meeting)
    return show_form(request, form, "alliances/meeting_people.html", {"meeting": meeting})


@require_http_methods(["GET", "POST"])
def meeting_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the session, with or without a code in the room."""
    meeting = find_meeting(request, pk)
    if request.method == "POST":
        with_code = request.POST.get("room_code") == "yes"
        actions.open_session(meeting=meeting, by=request.user, room_code=with_code)
        messages.success(request, _("已开会。") if with_code else _("已开会。下一步：登记到会。"))
        return redirect("meeting-room" if with_code else "meeting-attendance", meeting.pk)
    permissions.check_can_open_session(request.user, meeting)
    return render(request, "alliances/meeting_open.html", {"meeting": meeting, "roll": roll_of(meeting)})


@require_POST
def meeting_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the session."""
    meeting = actions.end_session(meeting=find_meeting(request, pk), by=request.user)
    messages.success(request, _("已散会。下一步：拟写会议纪要。"))
    return redirect(meeting)


@require_GET
def meeting_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting as a calendar file; a later one replaces it, a cancelled one takes it out."""
    meeting = find_meeting(request, pk)
    content = calendar_file(meeting, url=request.build_absolute_uri(meeting.get_absolute_url()))
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="meeting-{meeting.pk}.ics"'},
    )


def find_meeting(request: HttpRequest, pk: int) -> Meeting:
    """The meeting within sight, with what every check asks for."""
    rows = Meeting.objects.select_related("alliance__host__kind", "kind", "convener__kind")
    return find(rows, request.user, pk=pk)


def _duty_unit(meeting: Meeting):
    """The unit whose term of duty the day of the meeting falls in."""
    terms = DutyTerm.objects.current(meeting.held_on).filter(alliance=meeting.alliance)
    term = terms.select_related("organisation__kind").first()
    return term and term.organisation
