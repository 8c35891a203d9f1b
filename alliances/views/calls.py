"""The form that calls a meeting, with the days that the rules give it."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances import permissions
from alliances.actions import call_meeting
from alliances.actions.meetings import earliest_day
from alliances.forms import CallForm
from alliances.models import Alliance, MeetingKind, Procedure
from alliances.reports.meeting_page import days_of
from alliances.reports.procedure import sentences
from alliances.rules import Terms
from members.models import SpecialDay
from workflow.exceptions import NotPermitted
from workflow.forms import read_date
from workflow.views import attempt, find, read_id

#: The rules that somebody who picks a day wants to see.
_SHOWN = ("rhythm", "convener", "quorum_numerator")


@require_http_methods(["GET", "POST"])
def meeting_call(request: HttpRequest) -> HttpResponse:
    """The form of a new meeting; `?alliance=` chooses for whom, `?day=` and `?kind=` which days are shown."""
    user = request.user
    alliances = list(permissions.alliances_of(user))
    alliance = _alliance(request, alliances)
    permissions.check_can_call_meeting(user, alliance)
    is_runner = permissions.runs_alliance(user, alliance)
    kinds = MeetingKind.objects.usable_in(alliance)
    if not is_runner:
        kinds = kinds.filter(members_may_call=True)
    terms = Procedure.objects.terms_of(alliance)
    convener = (
        permissions.convener_of(alliance) if is_runner else permissions.own_members(user, alliance).first()
    )
    calendar = SpecialDay.objects.calendar()
    # The form begins with a day on which people work; any other may be typed.
    earliest = calendar.add(earliest_day(terms, has_call=True) - timedelta(days=1), 1)
    form = CallForm(request.POST or None, kinds=kinds, initial=_initial(alliance, kinds.first(), earliest))
    if request.method == "POST" and form.is_valid() and request.POST.get("then") != "days":
        meeting = attempt(form, lambda: call_meeting(alliance=alliance, by=user, **form.cleaned_data))
        if meeting:
            messages.success(request, _("会议已召集，各成员单位会收到通知。"))
            return redirect(meeting)
    kind, day = _asked(request, form, kinds, earliest)
    context = {
        "form": form,
        "alliance": alliance,
        "alliances": alliances,
        "convener": convener,
        "no_duty_unit": is_runner and terms.convener == "duty" and convener == alliance.host,
        "days": days_of(kind, terms, day, calendar) if kind else [],
        "earliest": earliest_day(terms, has_call=kind.has_call) if kind else None,
        "rules": _rules(terms),
    }
    return render(request, "alliances/meeting_call.html", context, status=400 if form.errors else 200)


def _alliance(request: HttpRequest, alliances: list[Alliance]) -> Alliance:
    """The one that was asked for, or the first that the person runs."""
    asked = read_id(request.GET.get("alliance"))
    if asked:
        return find(Alliance.objects.select_related("host__kind"), request.user, pk=asked)
    if not alliances:
        raise NotPermitted(_("您还不在任何联盟里，不能召集会议。请联系您所在街道的党建办。"))
    return next((one for one in alliances if request.user.manages(one.host)), alliances[0])


def _initial(alliance: Alliance, kind: MeetingKind | None, day: date) -> dict:
    """What the last meeting had is not asked again; the name follows the quarter."""
    last = alliance.meetings.order_by("-id").first()
    quarters = (_("第一季度"), _("第二季度"), _("第三季度"), _("第四季度"))
    words = {"year": day.year, "quarter": quarters[(day.month - 1) // 3], "kind": kind}
    title = _("%(year)s年%(quarter)s%(kind)s") % words if kind and kind.is_regular else ""
    return {
        "kind": kind,
        # The quarter may have its meeting already; then the next one is named by hand.
        "title": "" if alliance.meetings.unfinished().filter(title=title).exists() else title,
        "day": day,
        "begins": "14:30",
        "ends": "16:30",
        "place": last.place if last else "",
        "chair": last.chair if last else "",
        "recorder": last.recorder if last else "",
    }


def _asked(request: HttpRequest, form: CallForm, kinds, earliest: date) -> tuple[MeetingKind | None, date]:
    """For which kind and day the rules are read: what is typed, or what the form begins with."""
    typed = request.POST if request.method == "POST" else request.GET
    kind = kinds.filter(pk=read_id(typed.get("kind")) or 0).first() or kinds.first()
    try:
        return kind, read_date(typed.get("day", ""))
    except ValueError:
        return kind, earliest


def _rules(terms: Terms) -> list:
    return [line for line in sentences(terms) if line.field in _SHOWN]
