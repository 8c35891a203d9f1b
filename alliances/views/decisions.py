"""Pages of what comes of an item: its conclusion, minority opinions, and the numbered decisions."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from alliances import actions, permissions
from alliances.filters import DecisionFilter
from alliances.forms.votes import ConcludeForm, OpinionChangeForm, OpinionForm
from alliances.models import AgendaItem, Alliance, Decision, Opinion
from alliances.permissions.duties import check_can_add_duty
from alliances.reports.duties import on_page
from alliances.reports.outcomes import options_for
from alliances.reports.votes import vote_of
from alliances.states import DECIDING_OUTCOMES, MeetingState, StepOutKind
from alliances.views.votes import find_item
from members.models import Organisation
from members.reports import history
from members.states import Level
from workflow.exceptions import NotPermitted
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, show_form


@require_http_methods(["GET", "POST"])
def item_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that gives an item its outcome; only what is legal now is offered, the rest with the reason."""
    item = find_item(request, pk)
    permissions.check_can_conclude_item(request.user, item)
    options = options_for(item)
    motion = permissions.standing_motion(item)
    organisations = Organisation.objects.visible_to(request.user).open()
    form = ConcludeForm(
        request.POST or None,
        options=options,
        organisations=organisations,
        candidates=_takers(item, organisations),
        decisions=Decision.objects.filter(alliance=item.alliance, superseded_by=None).select_related(
            "item"
        ),
        initial={"outcome": next((one.outcome for one in options if one.is_open), None)},
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: actions.conclude_item(item=item, by=request.user, **form.cleaned_data))
        if done:
            if done.outcome in DECIDING_OUTCOMES:
                words = _("已作出%(number)s决议，成员单位已收到通知。下一步：写明议定事项。")
                messages.success(request, words % {"number": done.decision.number})
                return redirect(done.decision)
            messages.success(request, _("结论已记入会议。"))
            return redirect(done.meeting)
    context = {
        "item": item,
        "closed_options": [option for option in options if not option.is_open],
        "vote": vote_of(motion) if motion else None,
    }
    return show_form(request, form, "alliances/item_conclude.html", context)


@require_http_methods(["GET", "POST"])
def item_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a minority opinion; a unit that has one is led to it."""
    item = find_item(request, pk)
    organisations = _sayers(request, item)
    own = [one.pk for one in organisations]
    if len(own) == 1 and (given := item.opinions.filter(organisation__in=own).first()):
        return redirect("opinion-change", given.pk)
    form = OpinionForm(
        request.POST or None,
        organisations=organisations,
        initial={"organisation": own[0] if len(own) == 1 else None},
    )
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: actions.record_opinion(item=item, by=request.user, **form.cleaned_data)):
            messages.success(request, _("少数意见已记录，随决议印发。"))
            return redirect(item.meeting)
    return show_form(request, form, "alliances/item_opinion.html", {"item": item})


@require_http_methods(["GET", "POST"])
def opinion_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for another wording of a minority opinion; with what was changed before."""
    rows = Opinion.objects.select_related(
        "organisation__kind", "item__meeting__alliance__host__kind", "item__meeting__convener__kind"
    )
    opinion = find(rows, request.user, pk=pk)
    permissions.check_can_revise_opinion(request.user, opinion)
    form = OpinionChangeForm(request.POST or None, initial={"text": opinion.text})
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: actions.revise_opinion(opinion=opinion, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("少数意见已修改，原文留在改动记录里。"))
            return redirect(opinion.item.meeting)
    context = {"opinion": opinion, "history": history(opinion)}
    return show_form(request, form, "alliances/opinion_change.html", context)


@require_GET
def decision_list(request: HttpRequest) -> HttpResponse:
    """The decisions within sight."""
    rows = Decision.objects.visible_to(request.user).select_related(
        "alliance", "item__meeting", "superseded_by"
    )
    found = DecisionFilter(request.GET, rows, request=request)
    is_valid = found.is_valid()
    return render(
        request,
        "alliances/decision_list.html",
        {
            "form": found.form,
            "page": Keyset(found.qs if is_valid else rows.none(), request.GET),
            "alliances": list(Alliance.objects.visible_to(request.user)),
            "years": _years(request.user),
        },
        status=200 if is_valid else 400,
    )


@require_GET
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: its text, the vote behind it, minority opinions, duties, what it replaced and what replaced it."""
    rows = Decision.objects.select_related(
        "alliance__host__kind",
        "item__meeting__kind",
        "item__meeting__convener__kind",
        "item__meeting__alliance__host__kind",
        "item__proposer__kind",
        "supersedes",
        "superseded_by",
    )
    decision = find(rows, request.user, pk=pk)
    motion = permissions.standing_motion(decision.item)
    return render(
        request,
        "alliances/decision_detail.html",
        {
            "decision": decision,
            "item": decision.item,
            "vote": vote_of(motion) if motion else None,
            "superseded_by": getattr(decision, "superseded_by", None),
            "duties": on_page(
                decision.duties.select_related("lead__kind")
                .prefetch_related("partners__organisation__kind")
                .order_by("pk")
            ),
            "may_add_duty": allowed(check_can_add_duty, request.user, decision),
            "opinions": list(decision.item.opinions.select_related("organisation__kind").order_by("pk")),
            "history": history(decision) if permissions.runs(request.user, decision.item.meeting) else [],
        },
    )


def _years(user) -> list[int]:
    years = Decision.objects.visible_to(user).order_by("-year").values_list("year", flat=True).distinct()
    return list(years)


def _sayers(request: HttpRequest, item: AgendaItem):
    """Members of the day for which the reader may record an opinion on `item`; 403 when there are none."""
    user, meeting = request.user, item.meeting
    if meeting is None or meeting.state not in (*permissions.OPINION_STATES, MeetingState.CLOSED):
        raise NotPermitted(_("会议开始后才能记少数意见。请在会议进行时或会后填写。"))
    members = meeting.alliance.memberships.current(meeting.held_on)
    rows = Organisation.objects.filter(pk__in=members.values("organisation"))
    if not permissions.runs(user, meeting):
        rows = rows.filter(user.acting("path", "kind__level"))
    rows = rows.exclude(pk__in=item.step_outs.filter(kind=StepOutKind.RECUSED).values("organisation"))
    first = rows.first()
    if first is None:
        raise NotPermitted(_("您不能代任何单位记这条议题的少数意见。请联系本单位的联络员或会议记录人。"))
    permissions.check_can_record_opinion(user, item, first)
    return rows


def _takers(item: AgendaItem, organisations):
    """Whom a matter is usually referred to: the levels above the host, the three, its communities, the members."""
    host = item.meeting.alliance.host
    members = item.meeting.alliance.memberships.current().values("organisation")
    above = [host.path[:length] for length in range(host.steplen, len(host.path) + 1, host.steplen)]
    near = organisations.under(host).exclude(kind__level__in=[Level.UNIT, Level.GRID])
    return organisations.filter(Q(path__in=above) | Q(pk__in=near.values("pk")) | Q(pk__in=members))
