"""Pages of votes: opening one, voting on the phone, typing hands and papers at the desk, and the frozen tally."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliances import actions, permissions
from alliances.forms.votes import (
    BallotForm,
    HandsForm,
    MotionOpenForm,
    PaperCountForm,
    RecountForm,
    WithdrawMotionForm,
)
from alliances.models import AgendaItem, Ballot, Motion
from alliances.reports.seats import missing_words, places_of, quorum_of
from alliances.reports.tallies import is_reproducible, units_of
from alliances.reports.votes import own_places, vote_of
from alliances.rules.votes import count_quorum
from alliances.states import BallotValue, MotionForm, MotionState
from members.reports import history
from workflow.moves import allowed
from workflow.views import attempt, find, show_form, sum_above


@require_http_methods(["GET", "POST"])
def motion_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that puts an item to the vote."""
    item = find_item(request, pk)
    permissions.check_can_open_motion(request.user, item)
    question = {"text": _("是否同意：%(title)s") % {"title": item.title}}
    form = MotionOpenForm(request.POST or None, initial=question)
    if request.method == "POST" and form.is_valid():
        motion = attempt(form, lambda: actions.open_motion(item=item, by=request.user, **form.cleaned_data))
        if motion:
            messages.success(request, _("表决已开始。"))
            return redirect(motion)
    context = {"item": item, "missing": missing_words(quorum_of(item)), "terms": item.meeting.rules}
    return show_form(request, form, "alliances/motion_open.html", context)


@require_GET
def motion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One vote: the ballot for a unit, who has voted for the recorder, the tally once it is counted."""
    return _page(request, _find(request, pk))


@require_http_methods(["GET", "POST"])
def motion_cast(request: HttpRequest, pk: int) -> HttpResponse:
    """核对 before a ballot counts, since it cannot be changed; sending it is one button."""
    motion = _find(request, pk)
    if request.method == "GET" and not request.GET:
        return redirect(motion)
    places = places_of(motion.item)
    if not permissions.runs(request.user, motion.item.meeting):
        places = own_places(request.user, places)
    form = BallotForm(request.POST if request.method == "POST" else request.GET, places=places)
    if form.is_valid():
        values = form.cleaned_data
        place = next(one for one in places if one.organisation.pk == values["organisation"].pk)
        if request.method == "POST":
            ballot = attempt(form, lambda: actions.cast_ballot(motion=motion, by=request.user, **values))
            if ballot:
                words = {"organisation": ballot.organisation, "value": ballot.get_value_display()}
                messages.success(request, _("已记录：%(organisation)s %(value)s。") % words)
                return redirect(motion)
        elif place.speaker and not place.seat.value and motion.state == MotionState.OPEN:
            context = {"motion": motion, "seat": place, "value": values["value"]}
            context["label"] = BallotValue(values["value"]).label
            return render(request, "alliances/motion_cast.html", context)
        else:
            return redirect(motion)
    return _page(request, motion, status=400, form=sum_above(form))


@require_http_methods(["GET", "POST"])
def motion_hands(request: HttpRequest, pk: int) -> HttpResponse:
    """All units that are there on one page: the recorder types their hands, reads them over, and confirms."""
    motion = _find(request, pk)
    places = places_of(motion.item)
    permissions.check_runs(request.user, motion.item.meeting)
    if motion.state != MotionState.OPEN or motion.form != MotionForm.OPEN:
        return redirect(motion)
    waiting = [place for place in places if place.speaker and not place.seat.value]
    voted = [place for place in places if place.seat.value]
    form = HandsForm(request.POST or None, places=waiting, voted=voted)
    context = {"motion": motion, "voted": voted}
    if request.method == "POST" and "edit" not in request.POST and form.is_valid():
        values = form.cleaned_data["values"]
        if "confirmed" not in request.POST:
            pairs = [(unit, BallotValue(value).label) for unit, value in values.items()]
            left = len(waiting) - len(values)
            return render(
                request,
                "alliances/motion_hands_check.html",
                {**context, "pairs": pairs, "left": left, "form": form},
            )
        cast = attempt(form, lambda: actions.cast_ballots(motion=motion, values=values, by=request.user))
        if cast:
            _tell_of_hands(request, len(cast), context["voted"])
            return redirect(motion)
    return show_form(request, form, "alliances/motion_hands.html", context)


@require_POST
def motion_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the vote and count it."""
    motion = actions.close_motion(motion=_find(request, pk), by=request.user)
    messages.success(request, _("表决已结束，结果已固定。下一步：按结果作结论。"))
    return redirect(motion)


@require_http_methods(["GET", "POST"])
def motion_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that ends a vote without a count."""
    motion = _find(request, pk)
    permissions.check_can_withdraw_motion(request.user, motion)
    form = WithdrawMotionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: actions.withdraw_motion(motion=motion, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("表决已撤销，已投的票不计。"))
            return redirect(motion.item.meeting)
    return show_form(request, form, "alliances/motion_withdraw.html", {"motion": motion})


@require_http_methods(["GET", "POST"])
def motion_count(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for the totals of a vote on paper."""
    motion = _find(request, pk)
    permissions.check_can_count_paper_vote(request.user, motion)
    form = PaperCountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if attempt(
            form, lambda: actions.count_paper_vote(motion=motion, by=request.user, **form.cleaned_data)
        ):
            messages.success(request, _("票数已录入。下一步：请另一人核对纸质票后复核。"))
            return redirect(motion)
    present = sum(place.seat.is_present for place in places_of(motion.item))
    return show_form(request, form, "alliances/motion_count.html", {"motion": motion, "present": present})


@require_http_methods(["GET", "POST"])
def motion_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The totals, large, before the second person; one button makes them the result."""
    motion = _find(request, pk)
    if request.method == "POST":
        motion = actions.confirm_paper_vote(motion=motion, by=request.user)
        messages.success(request, _("票数已复核，结果已固定。"))
        return redirect(motion)
    permissions.check_can_confirm_paper_vote(request.user, motion)
    return _confirm_page(request, motion, RecountForm())


@require_POST
def motion_recount(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the totals back to be counted anew."""
    motion = _find(request, pk)
    permissions.check_can_return_paper_count(request.user, motion)
    form = RecountForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: actions.return_paper_count(motion=motion, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已退回重新计票。"))
        return redirect(motion)
    return _confirm_page(request, motion, form)


def find_item(request: HttpRequest, pk: int) -> AgendaItem:
    """The item within sight, with all that its checks ask for."""
    rows = AgendaItem.objects.select_related(
        "alliance",
        "proposer__kind",
        "meeting__kind",
        "meeting__alliance__host__kind",
        "meeting__convener__kind",
    )
    return find(rows, request.user, pk=pk)


def _find(request: HttpRequest, pk: int) -> Motion:
    rows = Motion.objects.select_related(
        "item__meeting__kind",
        "item__meeting__alliance__host__kind",
        "item__meeting__convener__kind",
        "item__proposer__kind",
        "opened_by",
        "counted_by",
        "closed_by",
        "tally",
    )
    return find(rows, request.user, pk=pk)


def _page(request: HttpRequest, motion: Motion, *, status: int = 200, **bound) -> HttpResponse:
    user, item = request.user, motion.item
    vote = vote_of(motion)
    is_running = permissions.runs(user, item.meeting)
    context = {
        "motion": motion,
        "item": item,
        "vote": vote,
        "runs": is_running,
        "values": BallotValue.choices,
        "may_conclude": allowed(permissions.check_can_conclude_item, user, item),
        "history": history(motion),
    }
    if vote.tally:
        context |= {
            "units": units_of(vote.tally),
            "is_reproducible": is_reproducible(vote.tally),
            "opinions": list(item.opinions.select_related("organisation__kind").order_by("pk")),
        }
    elif motion.state != MotionState.WITHDRAWN:
        context |= _running_context(user, motion, is_running)
    return render(request, "alliances/motion_detail.html", {**context, **bound}, status=status)


def _running_context(user, motion: Motion, is_running: bool) -> dict:
    """What the page of a vote that runs shows: one's own places; who has voted, for the recorder alone."""
    places = places_of(motion.item)
    own = own_places(user, places)
    if is_running and len(own) > 1:
        # A street speaks for its communities, too: the hands take them all on one page.
        own = []
    context = {
        "own": own if motion.form == MotionForm.OPEN else [],
        "recorded": _recorded(motion, [place.organisation.pk for place in own]),
        "missing_own": [
            place for place in places if not place.speaker and user.acts_for(place.organisation)
        ],
        "confirm": allowed(permissions.check_can_confirm_paper_vote, user, motion),
    }
    if is_running:
        seated = [place for place in places if place.speaker]
        context |= {
            "voted": [place for place in seated if place.seat.value],
            "waiting": [place for place in seated if not place.seat.value],
            "absent": [place for place in places if not place.speaker],
            "missing": missing_words(count_quorum([one.seat for one in places], motion.item.meeting.rules)),
            "close": allowed(permissions.check_can_close_motion, user, motion),
            "withdraw": allowed(permissions.check_can_withdraw_motion, user, motion),
        }
    return context


def _recorded(motion: Motion, units: list[int]) -> list[Ballot]:
    """The ballots of these units, for those who speak for them."""
    return list(
        motion.ballots.filter(organisation__in=units)
        .select_related("organisation__kind", "cast_by")
        .order_by("organisation__path")
    )


def _confirm_page(request: HttpRequest, motion: Motion, form) -> HttpResponse:
    present = sum(place.seat.is_present for place in places_of(motion.item))
    totals = motion.totals or {}
    rows = [
        (_("赞成"), totals.get("favour")),
        (_("反对"), totals.get("against")),
        (_("弃权"), totals.get("abstain")),
        (_("废票和空白票"), totals.get("not_voting")),
    ]
    confirm = allowed(permissions.check_can_confirm_paper_vote, request.user, motion)
    context = {
        "motion": motion,
        "rows": rows,
        "sum": sum(totals.values()),
        "present": present,
        "confirm": confirm,
    }
    return show_form(request, form, "alliances/motion_confirm.html", context)


def _tell_of_hands(request: HttpRequest, count: int, voted: list) -> None:
    words = ngettext("已登记 %(count)s 个单位的意见。", "已登记 %(count)s 个单位的意见。", count)
    messages.success(request, words % {"count": count})
    own = [str(place.organisation) for place in voted if f"unit_{place.organisation.pk}" in request.POST]
    if own:
        words = _("%(units)s 在此期间已自行投票，以它们自己的一票为准。")
        messages.warning(request, words % {"units": _("、").join(own)})
