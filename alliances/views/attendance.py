"""Who is there: the sheet of all units, the code in the room and on the phone, excuses, observers, stepping out."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliances import actions, permissions
from alliances.forms import OFFERED, CheckInForm, ExcuseForm, ObserverForm
from alliances.models import Attendance, Meeting
from alliances.reports.attendance import Roll, roll_of
from alliances.states import MeetingState, Presence
from alliances.views.meetings import find_meeting
from members.models import Organisation
from workflow.exceptions import Conflict, NotPermitted, Refusal
from workflow.moves import allowed
from workflow.views import attempt, find, read_id, show_form

#: What may be said at once of all units that nobody has registered yet.
_REST = (Presence.PRESENT, Presence.ABSENT)


@dataclass
class Row:
    """One unit of the sheet as it is typed, or as it stands."""

    attendance: Attendance
    presence: str
    proxy: int | None
    attendee: str
    #: How the unit stood when the page was made; what still stands so is not written again.
    seen: str

    @property
    def says(self) -> tuple[Presence, int | None, str]:
        return Presence(self.presence), self.proxy, self.attendee


@require_http_methods(["GET", "POST"])
def meeting_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of all units; those who run the meeting tick it on one page."""
    meeting = find_meeting(request, pk)
    may_set = allowed(permissions.check_can_set_attendance, request.user, meeting)
    roll = roll_of(meeting)
    if request.method != "POST":
        return _sheet(request, meeting, roll, may_set)
    typed = {row.organisation_id: _typed(request, row) for row in roll.total.rows}
    entries = [(key, *one.says) for key, one in typed.items()]
    seen = {key: _read_seen(one.seen) for key, one in typed.items() if one.seen}
    try:
        actions.set_attendance(meeting=meeting, by=request.user, rows=entries, seen=seen)
    except NotPermitted:
        raise
    except Refusal as refusal:
        roll = roll_of(meeting)
        changed = {key: one for key, one in typed.items() if seen.get(key) != one.says}
        if isinstance(refusal, Conflict):
            # Told of it, whoever saves once more means it.
            for row in roll.total.rows:
                if row.organisation_id in changed:
                    changed[row.organisation_id].seen = _standing(row).seen
        return _sheet(request, meeting, roll, may_set, typed=changed, error=str(refusal.sentence))
    messages.success(request, _("到会情况已保存。"))
    return redirect(meeting if request.POST.get("then") == "meeting" else "meeting-attendance", meeting.pk)


@require_http_methods(["GET", "POST"])
def meeting_excuse(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit says that it cannot come, or who stands for it."""
    meeting = find_meeting(request, pk)
    own = _own(request, meeting)
    permissions.check_can_excuse_unit(request.user, meeting, own[0])
    others = [
        row.organisation
        for row in meeting.attendances.voting().select_related("organisation__kind")
        # Nobody stands for itself; who speaks for several units is told so by the act.
        if [row.organisation] != own
    ]
    form = ExcuseForm(
        request.POST or None,
        organisations=_as_rows(own),
        others=_as_rows(others) if meeting.rules.proxies else Organisation.objects.none(),
        initial={"organisation": own[0]},
    )
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: actions.excuse_unit(meeting=meeting, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("已登记，召集单位会收到通知。要来的话，直接到会签到。"))
            return redirect(meeting)
    return show_form(request, form, "alliances/meeting_excuse.html", {"meeting": meeting, "own": own})


@require_http_methods(["GET", "POST"])
def meeting_checkin(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's liaison types the code that is shown in the room."""
    meeting = find_meeting(request, pk)
    own = _own(request, meeting)
    permissions.check_can_check_in(request.user, meeting, own[0])
    if request.method == "GET" and _are_there(meeting, own):
        messages.info(request, _("已经签到，不用再签。"))
        return redirect(meeting)
    form = CheckInForm(request.POST or None, organisations=_as_rows(own), initial={"organisation": own[0]})
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: actions.check_in(meeting=meeting, by=request.user, **form.cleaned_data))
        if row:
            # A kept answer would tell when the unit came.
            request.leaves_no_trace = True
            messages.success(request, _("%(unit)s 已签到。") % {"unit": row.organisation})
            return redirect(meeting)
    return show_form(request, form, "alliances/meeting_checkin.html", {"meeting": meeting, "own": own})


@require_GET
def meeting_room(request: HttpRequest, pk: int) -> HttpResponse:
    """For the screen in the room: the code, the way to the page where it is typed, how many units are there."""
    meeting = find_meeting(request, pk)
    permissions.check_can_renew_room_code(request.user, meeting)
    code = meeting.room_code
    context = {
        "meeting": meeting,
        "roll": roll_of(meeting),
        "code": f"{code[:3]} {code[3:]}" if code else "",
        "address": request.build_absolute_uri(reverse("meeting-checkin", args=[meeting.pk])),
    }
    return render(request, "alliances/meeting_room.html", context)


@require_POST
def meeting_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Another code in the room, or the first one."""
    meeting = actions.renew_room_code(meeting=find_meeting(request, pk), by=request.user)
    return redirect("meeting-room", meeting.pk)


@require_http_methods(["GET", "POST"])
def meeting_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Who attends without a vote; `?q=` narrows the organisations that the form offers."""
    meeting = find_meeting(request, pk)
    permissions.check_can_invite_observer(request.user, meeting)
    query = request.GET.get("q", "").strip()
    taken = meeting.attendances.values("organisation")
    organisations = Organisation.objects.visible_to(request.user).open()
    candidates = organisations.exclude(pk__in=taken)
    if query:
        candidates = candidates.search(query)
    else:
        members = meeting.alliance.memberships.current(meeting.held_on).values("organisation")
        candidates = candidates.under(meeting.alliance.host).exclude(pk__in=members)
    offered = list(candidates.order_by("sort_key", "pk")[: OFFERED + 1])
    form = ObserverForm(request.POST or None, organisations=organisations, candidates=offered[:OFFERED])
    if request.method == "POST" and form.is_valid():
        row = attempt(
            form, lambda: actions.invite_observer(meeting=meeting, by=request.user, **form.cleaned_data)
        )
        if row:
            messages.success(request, _("已邀请 %(unit)s 列席。") % {"unit": row.organisation})
            return redirect("meeting-invite", meeting.pk)
    context = {
        "meeting": meeting,
        "query": query,
        "found": len(offered),
        "offered": OFFERED,
        "observers": list(meeting.attendances.filter(has_vote=False).select_related("organisation__kind")),
    }
    return show_form(request, form, "alliances/meeting_invite.html", context)


@require_POST
def meeting_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation does not attend without a vote after all."""
    meeting = find_meeting(request, pk)
    organisation = find(
        Organisation.objects.all(), request.user, pk=read_id(request.POST.get("organisation")) or 0
    )
    actions.drop_observer(meeting=meeting, organisation=organisation, by=request.user)
    messages.success(request, _("%(unit)s 不再列席。") % {"unit": organisation})
    return redirect("meeting-invite", meeting.pk)


def _own(request: HttpRequest, meeting: Meeting) -> list[Organisation]:
    """The units at the table in whose name the person may speak; without one the page is not theirs."""
    due = {
        row.organisation_id: row.organisation
        for row in meeting.attendances.voting().select_related("organisation__kind")
    }
    own = [one for one in due.values() if request.user.acts_for(one)]
    if not own:
        raise NotPermitted(_("这一页给应到单位的联络员用。您的单位不在应到名单里，请联系召集单位。"))
    return own


def _are_there(meeting: Meeting, organisations: list[Organisation]) -> bool:
    rows = meeting.attendances.voting().filter(organisation__in=organisations)
    return not rows.exclude(presence=Presence.PRESENT).exists()


def _as_rows(organisations: list[Organisation]):
    return Organisation.objects.filter(pk__in=[one.pk for one in organisations])


def _typed(request: HttpRequest, row: Attendance) -> Row:
    key = row.organisation_id
    presence = request.POST.get(f"presence-{key}", row.presence)
    if presence not in Presence.values:
        presence = row.presence
    if presence == row.presence == Presence.DUE and request.POST.get("rest") in _REST:
        presence = request.POST["rest"]
    proxy = read_id(request.POST.get(f"proxy-{key}")) if presence == Presence.REPRESENTED else None
    attendee = request.POST.get(f"attendee-{key}", row.attendee).strip()
    return Row(row, presence, proxy, attendee, request.POST.get(f"seen-{key}", ""))


def _standing(row: Attendance) -> Row:
    proxy = row.represented_by_id
    return Row(row, row.presence, proxy, row.attendee, f"{row.presence}:{proxy or ''}:{row.attendee}")


def _read_seen(text: str) -> tuple[Presence, int | None, str]:
    presence, proxy, attendee = (*text.split(":", 2), "", "")[:3]
    known = Presence(presence) if presence in Presence.values else Presence.DUE
    return known, read_id(proxy), attendee


def _sheet(
    request: HttpRequest, meeting: Meeting, roll: Roll, may_set, *, typed=None, error: str = ""
) -> HttpResponse:
    """The sheet with every unit as it stands, or as it was typed when that was refused."""
    for part in roll.parts:
        part.lines = [(typed or {}).get(row.organisation_id) or _standing(row) for row in part.rows]
    context = {
        "meeting": meeting,
        "roll": roll,
        "may_set": may_set,
        "choices": _choices(meeting, roll),
        "rest": [(one.value, one.label) for one in _REST],
        "units": [row.organisation for row in roll.total.rows] if roll.terms.proxies else [],
        "error": error,
        "is_session": meeting.state == MeetingState.IN_SESSION,
    }
    return render(request, "alliances/meeting_attendance.html", context, status=400 if error else 200)


def _choices(meeting: Meeting, roll: Roll) -> list[tuple[str, str]]:
    """What may be ticked: nobody is present before the session, and nobody represented without a rule for it."""
    hidden = set()
    if meeting.state == MeetingState.NOTICED:
        hidden |= {Presence.PRESENT, Presence.ABSENT}
    if meeting.state == MeetingState.HELD:
        hidden.add(Presence.DUE)
    if not roll.terms.proxies:
        hidden.add(Presence.REPRESENTED)
    return [
        (one.value, _("未登记") if one == Presence.DUE else str(one.label))
        for one in Presence
        if one not in hidden
    ]
