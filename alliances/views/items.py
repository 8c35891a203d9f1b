"""Pages of agenda items: the pool, a proposal, one item with its way, and every answer to it."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliances import actions, permissions
from alliances.exceptions import ItemChanged
from alliances.filters import ItemFilter
from alliances.forms import DiscussionForm, ProposeForm, ReturnForm, ReviseForm, StepOutForm
from alliances.models import AgendaItem, Alliance, Meeting, Membership
from alliances.reports.changes import last_change
from alliances.reports.stages import item_chip, item_stages
from alliances.reports.votes import prepare_items
from alliances.states import COMING_STATES, ItemState, MeetingState, Presence
from members.models import Organisation
from members.reports import history
from workflow.exceptions import BadInput, NotPermitted
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, read_id, sum_above


@require_GET
def item_list(request: HttpRequest) -> HttpResponse:
    """The items within sight: who proposed what, and what became of it."""
    asked = request.GET.copy()
    asked.setdefault("view", ItemFilter.WAITING)
    rows = AgendaItem.objects.visible_to(request.user).select_related(
        "proposer__kind", "meeting", "alliance"
    )
    found = ItemFilter(asked, rows, request=request)
    is_valid = found.is_valid()
    page = Keyset(found.qs if is_valid else rows.none(), request.GET)
    for item in page:
        item.chip = item_chip(item)
    return render(
        request,
        "alliances/item_list.html",
        {
            "form": found.form,
            "page": page,
            "view": asked["view"],
            "views": ItemFilter.VIEWS,
            "states": ItemState.choices,
            "chosen": found.form.cleaned_data.get("meeting") if is_valid else None,
            "alliances": list(Alliance.objects.visible_to(request.user)),
            "may_propose": request.user.is_acting and permissions.alliances_of(request.user).exists(),
        },
        status=200 if is_valid else 400,
    )


@require_http_methods(["GET", "POST"])
def item_propose(request: HttpRequest) -> HttpResponse:
    """The form of a new item; `?meeting=` or `?alliance=` says for which."""
    user = request.user
    proposers, alliances, meetings = _offers(user)
    if not proposers.exists():
        raise NotPermitted(_("议题由联盟的成员单位和主办组织提出。请联系本单位的联络员。"))
    meeting = meetings.filter(pk=read_id(request.GET.get("meeting")) or 0).first()
    alliance = (
        meeting.alliance
        if meeting
        else alliances.filter(pk=read_id(request.GET.get("alliance")) or 0).first()
    )
    alliance = alliance or alliances.first()
    own = (
        proposers.filter(Q(pk=alliance.host_id) | Q(memberships__alliance=alliance))
        if alliance
        else proposers
    )
    form = ProposeForm(
        request.POST or None,
        proposers=proposers,
        alliances=alliances,
        meetings=meetings,
        initial={"alliance": alliance, "meeting": meeting, "proposer": own.first()},
    )
    if request.method == "POST" and form.is_valid():
        item = attempt(form, lambda: actions.propose_item(by=user, **form.cleaned_data))
        if item:
            messages.success(request, _("议题已提出，等召集单位受理。受理或退回都会通知您。"))
            return redirect(item)
    return render(
        request,
        "alliances/item_propose.html",
        {"form": form, "meeting": meeting},
        status=400 if form.errors else 200,
    )


@require_GET
def item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: its words, where it comes from, how far it is, and what the reader may do."""
    return _page(request, find_item(request, pk))


@require_POST
def item_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the item for a meeting."""
    item = actions.accept_item(item=find_item(request, pk), by=request.user)
    if item.meeting and item.meeting.state not in (MeetingState.CALLED, MeetingState.CANCELLED):
        messages.success(request, _("已受理，提出单位会收到通知。议程已经排过，请在“编排议程”里列入。"))
    else:
        messages.success(request, _("已受理，提出单位会收到通知。排定议程时自动列入。"))
    return redirect(item)


@require_POST
def item_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the item back with a reason."""
    item = find_item(request, pk)
    form = ReturnForm(request.POST, auto_id="return_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.return_item(item=item, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已退回，提出单位会看到原因。"))
        return redirect(item)
    return _page(request, item, status=400, return_form=form, form=sum_above(form))


@require_POST
def item_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own item back."""
    item = actions.withdraw_item(item=find_item(request, pk), by=request.user)
    messages.success(request, _("议题已撤回。"))
    return redirect(item)


@require_http_methods(["GET", "POST"])
def item_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """New words for the item; when somebody else was faster, both versions side by side."""
    item = find_item(request, pk)
    permissions.check_can_revise_item(request.user, item)
    initial = {"title": item.title, "body": item.body, "version": item.version}
    form = ReviseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.revise_item(item=item, by=request.user, **values)
        except ItemChanged:
            return _conflict(
                request, find_item(request, pk), {"title": values["title"], "body": values["body"]}
            )
        except BadInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))
        else:
            messages.success(request, _("议题已保存。"))
            return redirect(item)
    context = {"form": form, "item": item}
    return render(request, "alliances/item_revise.html", context, status=400 if form.errors else 200)


@require_POST
def item_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was said."""
    item = find_item(request, pk)
    form = DiscussionForm(request.POST, auto_id="note_%s")
    if form.is_valid():
        values = form.cleaned_data
        try:
            actions.note_discussion(item=item, by=request.user, **values)
        except ItemChanged:
            return _conflict(request, find_item(request, pk), {"text": values["text"]})
        except BadInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))
        else:
            messages.success(request, _("讨论要点已保存。"))
            return redirect(item)
    return _page(request, item, status=400, note_form=form, form=sum_above(form))


@require_POST
def item_stepout(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit at the meeting takes no part in the item."""
    item = find_item(request, pk)
    form = StepOutForm(request.POST, organisations=_there(item), auto_id="out_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.step_out(item=item, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已登记。"))
        return redirect(item)
    return _page(request, item, status=400, out_form=form, form=sum_above(form))


@require_POST
def item_stepin(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit takes part again."""
    item = find_item(request, pk)
    organisation = find(
        Organisation.objects.all(), request.user, pk=read_id(request.POST.get("organisation")) or 0
    )
    actions.step_in(item=item, organisation=organisation, by=request.user)
    messages.success(request, _("已取消登记，%(unit)s 参加这一项。") % {"unit": organisation})
    return redirect(item)


def find_item(request: HttpRequest, pk: int) -> AgendaItem:
    """The item within sight, with what every check asks for."""
    rows = AgendaItem.objects.select_related(
        "alliance__host__kind",
        "meeting__alliance__host__kind",
        "meeting__convener__kind",
        "meeting__kind",
        "proposer__kind",
        "proposed_by",
        "referred_to__kind",
        "source_item__meeting",
        "source_duty",
    )
    return find(rows, request.user, pk=pk)


def _page(request: HttpRequest, item: AgendaItem, *, status: int = 200, **bound: Any) -> HttpResponse:
    user, meeting = request.user, item.meeting
    change = last_change(item, "state") if item.state != ItemState.PROPOSED else None
    is_exit = item.state in (ItemState.ACCEPTED, ItemState.RETURNED, ItemState.WITHDRAWN)
    is_runner = permissions.runs_item(user, item)
    outs = list(item.step_outs.select_related("organisation__kind"))
    for out in outs:
        out.may_undo = allowed(permissions.check_can_step_in, user, item, out.organisation)
    if meeting is not None:
        prepare_items([item], user, meeting)
    is_session = meeting is not None and meeting.state == MeetingState.IN_SESSION
    context = {
        "item": item,
        "meeting": meeting,
        "chip": item_chip(item),
        "stages": item_stages(item, answered_at=change.at if change and is_exit else None),
        "runs": is_runner,
        "may_accept": allowed(permissions.check_can_accept_item, user, item),
        "may_return": allowed(permissions.check_can_return_item, user, item),
        "may_withdraw": allowed(permissions.check_can_withdraw_item, user, item),
        "may_revise": allowed(permissions.check_can_revise_item, user, item),
        "may_note": allowed(permissions.check_can_note_discussion, user, item),
        "return_form": ReturnForm(auto_id="return_%s"),
        "note_form": DiscussionForm(
            auto_id="note_%s", initial={"text": item.discussion, "version": item.version}
        ),
        "outs": outs,
        "followers": list(item.followers.select_related("meeting")),
        "history": history(item) if is_runner or user.acts_for(item.proposer) else [],
        **bound,
    }
    if is_session and item.state == ItemState.SCHEDULED:
        own = [one for one in _there(item) if is_runner or user.acts_for(one)]
        rows = Organisation.objects.filter(pk__in=[one.pk for one in own])
        if own:
            context.setdefault("out_form", StepOutForm(organisations=rows, auto_id="out_%s"))
    return render(request, "alliances/item_detail.html", context, status=status)


def _there(item: AgendaItem):
    """The units at the meeting, of which each may keep out of the item."""
    rows = item.meeting.attendances.voting() if item.meeting else []
    keys = [row.organisation_id for row in rows if row.presence in (Presence.PRESENT, Presence.REPRESENTED)]
    return Organisation.objects.filter(pk__in=keys)


def _offers(user):
    """In whose name, in which alliances and for which meetings `user` may propose, as querysets."""
    alliances = permissions.alliances_of(user)
    own = Organisation.objects.acted_for_by(user)
    members = Membership.objects.current().filter(organisation__in=own, alliance__in=alliances)
    hosts = [one.host_id for one in alliances if user.manages(one.host)]
    mine = alliances.filter(Q(pk__in=members.values("alliance")) | Q(host__in=hosts)).order_by("pk")
    proposers = Organisation.objects.open().filter(
        Q(pk__in=members.values("organisation")) | Q(pk__in=hosts)
    )
    meetings = (
        Meeting.objects.filter(alliance__in=mine, state__in=COMING_STATES)
        .select_related("alliance__host__kind")
        .order_by("starts_at", "pk")
    )
    return proposers, mine, meetings


def _conflict(request: HttpRequest, item: AgendaItem, mine: dict[str, str]) -> HttpResponse:
    """Their words and mine for each field that differs; the newest version number goes along."""
    columns = {"title": "title", "body": "body", "text": "discussion"}
    fields = [
        {
            "name": name,
            "label": AgendaItem._meta.get_field(columns[name]).verbose_name,
            "theirs": getattr(item, columns[name]),
            "mine": words,
        }
        for name, words in mine.items()
    ]
    context = {
        "item": item,
        "fields": fields,
        "differs": [one for one in fields if one["theirs"] != one["mine"]],
        "same": [one for one in fields if one["theirs"] == one["mine"]],
        "change": last_change(item, "version"),
        "is_note": "text" in mine,
    }
    return render(request, "alliances/item_conflict.html", context, status=409)
