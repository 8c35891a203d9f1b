"""The page of one delivery: the report, the word of the requester, and what happens when both count differently."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from members.reports import history
from members.states import Level
from projects import actions, permissions
from projects.forms import (
    AcceptForm,
    AnswerForm,
    DecisionForm,
    DisputeForm,
    RatingForm,
    ReturnForm,
    StatementForm,
)
from projects.models import Delivery, Dispute
from projects.reports.stages import delivery_chip
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, sum_above


@dataclass(frozen=True)
class Act:
    """One thing to do on the page: who may, the form, what happens, the words on the button and afterwards."""

    check: Callable[..., None]
    form: type[Form]
    act: Callable[..., Any]
    label: Any
    said: Any
    #: Whether the check and the action are about the dispute rather than the delivery.
    is_of_dispute: bool = False


ACTS = {
    "accept": Act(
        permissions.check_can_accept_delivery,
        AcceptForm,
        actions.accept_delivery,
        gettext_lazy("确认交付"),
        gettext_lazy("已确认并评议。"),
    ),
    "return": Act(
        permissions.check_can_return_delivery,
        ReturnForm,
        actions.return_delivery,
        gettext_lazy("退回这次交付"),
        gettext_lazy("已退回，对方会收到通知。"),
    ),
    "dispute": Act(
        permissions.check_can_dispute_delivery,
        DisputeForm,
        actions.dispute_delivery,
        gettext_lazy("数量对不上，提出异议"),
        gettext_lazy("异议已提出，等对方说明情况。"),
    ),
    "agree-requester": Act(
        permissions.check_can_agree_with_requester,
        StatementForm,
        actions.agree_with_requester,
        gettext_lazy("同意需求方的数量"),
        gettext_lazy("异议已处理，双方的说明都已保留。"),
        is_of_dispute=True,
    ),
    "state": Act(
        permissions.check_can_state_side,
        StatementForm,
        actions.state_side,
        gettext_lazy("不同意，说明情况"),
        gettext_lazy("已说明，等对方答复或召集方认定。"),
        is_of_dispute=True,
    ),
    "agree-provider": Act(
        permissions.check_can_agree_with_provider,
        RatingForm,
        actions.agree_with_provider,
        gettext_lazy("同意报告的数量并评议"),
        gettext_lazy("异议已处理，双方的说明都已保留。"),
        is_of_dispute=True,
    ),
    "decide": Act(
        permissions.check_can_decide_dispute,
        DecisionForm,
        actions.decide_dispute,
        gettext_lazy("认定交付数量"),
        gettext_lazy("已认定，双方会收到通知。"),
        is_of_dispute=True,
    ),
    "rate": Act(
        permissions.check_can_rate_delivery,
        RatingForm,
        actions.rate_delivery,
        gettext_lazy("评议这次交付"),
        gettext_lazy("已评议。"),
    ),
    "answer": Act(
        permissions.check_can_answer_rating,
        AnswerForm,
        actions.answer_rating,
        gettext_lazy("回应评议"),
        gettext_lazy("已回应。"),
    ),
}


@require_GET
def delivery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A delivery with both statements, its rating and its answer."""
    return _page(request, _find(request, pk))


@require_POST
def delivery_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of `ACTS` on a delivery or its dispute."""
    delivery = _find(request, pk)
    one = ACTS[verb]
    form = one.form(request.POST, auto_id=f"{verb}_%s")
    initial: dict[str, object] = {}
    if form.is_valid():
        told = dict(form.cleaned_data)
        target = {"dispute": _dispute(delivery)} if one.is_of_dispute else {"delivery": delivery}
        if attempt(form, lambda: one.act(**target, by=request.user, **told)):
            messages.success(request, one.said)
            return redirect(delivery)
        if verb == "accept":
            # Another count wants words: the number and the line go on to that form, nothing is typed twice.
            initial = {"counted": told["quantity"], "statement": told["remark"]}
    return _page(request, delivery, status=400, bound={verb: form}, initial=initial)


@require_GET
def dispute_list(request: HttpRequest) -> HttpResponse:
    """The open disputes within sight, the newest first."""
    rows = Dispute.objects.visible_to(request.user).open().with_parties()
    page = Keyset(rows, request.GET)
    return render(request, "projects/dispute_list.html", {"page": page})


def _find(request: HttpRequest, pk: int) -> Delivery:
    rows = Delivery.objects.with_parties().select_related(
        "answered_by", "dispute__opened_by", "dispute__stated_by", "dispute__settled_by"
    )
    return find(rows, request.user, pk=pk)


def _dispute(delivery: Delivery) -> Dispute:
    """The dispute of a delivery; a delivery without one is a 404 like a missing one."""
    try:
        dispute = delivery.dispute
    except Dispute.DoesNotExist as missing:
        raise Http404 from missing
    dispute.delivery = delivery
    return dispute


def _page(
    request: HttpRequest, delivery: Delivery, *, status: int = 200, bound=None, initial=None
) -> HttpResponse:
    user, claim = request.user, delivery.claim
    dispute = getattr(delivery, "dispute", None)
    if dispute:
        dispute.delivery = delivery
    offered = []
    for verb, one in ACTS.items():
        if one.is_of_dispute and not dispute:
            continue
        form = (bound or {}).get(verb)
        if form or allowed(one.check, user, dispute if one.is_of_dispute else delivery):
            offered.append(
                {
                    "verb": verb,
                    "label": one.label,
                    "form": form or _empty(verb, delivery, dispute, initial or {}),
                    "is_open": bool(form) or (verb == "dispute" and bool(initial)),
                }
            )
    context = {
        "delivery": delivery,
        "dispute": dispute,
        "claim": claim,
        "listing": claim.listing,
        "chip": delivery_chip(delivery),
        "acts": offered,
        # Surveys belong to the room above, which decides again behind the link.
        "may_survey": claim.requester.level != Level.UNIT and user.manages(claim.requester),
        "history": history(delivery, *([dispute] if dispute else [])),
    }
    if bound:
        context["form"] = sum_above(next(iter(bound.values())))
    return render(request, "projects/delivery_detail.html", context, status=status)


def _empty(verb: str, delivery: Delivery, dispute: Dispute | None, initial: dict) -> Form:
    """The form of an act as it is first shown: with the numbers that stand."""
    if verb == "accept":
        initial = {"quantity": delivery.quantity}
    elif verb == "decide" and dispute:
        initial = {"quantity": dispute.counted}
    elif verb == "agree-requester" and dispute and dispute.provider_statement:
        # Said once; the form keeps the words in sight and sends them along.
        initial = {"statement": dispute.provider_statement}
    return ACTS[verb].form(initial=initial, auto_id=f"{verb}_%s")
