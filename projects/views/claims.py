"""Pages of claims: who waits for whom, and the work page of one claim from the answer to the rating."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from alliances.models import Membership
from members.reports import history
from members.states import Level
from projects import actions, permissions
from projects.filters import ClaimFilter
from projects.forms import (
    AcceptForm,
    DeclineShareForm,
    PassForm,
    PriorityForm,
    ReasonForm,
    ReportForm,
    WithdrawForm,
)
from projects.models import Claim, Delivery, Share
from projects.reports.claims import on_page
from projects.reports.queue import priorities, queue_of, turn_words
from projects.reports.stages import (
    agreement_chip,
    claim_chip,
    claim_stages,
    delivery_chip,
    next_step,
    share_chip,
)
from projects.states import UNANSWERED_CLAIM_STATES, ClaimState, DeliveryState, ShareState
from projects.views.claim_forms import eligible, said_of
from workflow.moves import allowed
from workflow.views import Keyset, attempt, find, sum_above

#: Ways out of a claim: the check, the action, what is said afterwards.
EXITS = {
    "decline": (
        permissions.check_can_decline_claim,
        actions.decline_claim,
        gettext_lazy("已退回，数量已回到清单。"),
    ),
    "withdraw": (
        permissions.check_can_withdraw_claim,
        actions.withdraw_claim,
        gettext_lazy("已撤回，数量已回到清单。"),
    ),
    "revoke": (
        permissions.check_can_revoke_claim,
        actions.revoke_claim,
        gettext_lazy("已撤销，数量已回到清单。"),
    ),
}


@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """The claims within sight, by who must act next."""
    asked = request.GET.copy()
    asked.setdefault("view", ClaimFilter.MINE)
    rows = Claim.objects.visible_to(request.user).with_parties()
    found = ClaimFilter(asked, rows, request=request)
    is_valid = found.is_valid()
    page = Keyset(found.qs if is_valid else rows.none(), request.GET)
    for row in on_page(page.items):
        row.claim.chip, row.claim.step = (
            claim_chip(row.claim),
            next_step(row.claim, row.agreement, row.waiting),
        )
        row.claim.stages = claim_stages(row.claim, row.agreement, row.deliveries, row.claim.step)
    return render(
        request,
        "projects/claim_list.html",
        {
            "filter": found,
            "form": found.form,
            "page": page,
            "view": asked["view"],
            "views": ClaimFilter.VIEWS,
            "states": ClaimState.choices,
        },
        status=200 if is_valid else 400,
    )


@require_GET
def claim_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The work page of one claim."""
    return claim_page(request, _find(request, pk))


@require_POST
def claim_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the claim; the agreement is drafted at once."""
    claim = actions.accept_claim(claim=_find(request, pk), by=request.user)
    messages.success(request, _("已接受认领，协议书已拟好。下一步：双方签署。"))
    return redirect(claim)


@require_POST
def claim_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what is held for the claimant."""
    claim = actions.confirm_hold(claim=_find(request, pk), by=request.user)
    messages.success(request, said_of(claim))
    return redirect(claim)


@require_POST
def claim_pass(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the claim on to another unit, with a cause of the short list."""
    claim = _find(request, pk)
    form = PassForm(request.POST, auto_id="pass_%s", units=_successors(claim))
    if form.is_valid() and attempt(
        form, lambda: actions.pass_claim(claim=claim, by=request.user, **form.cleaned_data)
    ):
        to = form.cleaned_data["to"]
        messages.success(request, _("已转交，数量为 %(unit)s 留着，等其确认。") % {"unit": to})
        return redirect(claim)
    return claim_page(request, claim, status=400, pass_form=form, form=sum_above(form))


@require_POST
def claim_prioritise(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a waiting claim before others, or no longer."""
    claim = _find(request, pk)
    form = PriorityForm(request.POST, auto_id="prioritise_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.prioritise_claim(claim=claim, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已记下，候补的单位都看得到原因。"))
        return redirect(claim)
    return claim_page(request, claim, status=400, priority_form=form, form=sum_above(form))


@require_POST
def share_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm one's own share of a joint claim."""
    share = actions.confirm_share(share=_find_share(request, pk), by=request.user)
    messages.success(request, _("已确认分担。"))
    return redirect(share)


@require_POST
def share_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no part in a joint claim, with the reason."""
    share = _find_share(request, pk)
    form = DeclineShareForm(request.POST, auto_id="share_%s")
    if form.is_valid() and attempt(
        form, lambda: actions.decline_share(share=share, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已记下贵单位不参加，其他单位会收到通知。"))
        return redirect(share)
    claim = _find(request, share.claim_id)
    return claim_page(request, claim, status=400, share_form=form, form=sum_above(form))


@require_POST
def claim_exit(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Decline, withdraw or revoke with a reason."""
    claim = _find(request, pk)
    _check, act, words = EXITS[verb]
    form = _exit_form(verb, request.POST)
    if form.is_valid() and attempt(form, lambda: act(claim=claim, by=request.user, **form.told())):
        messages.success(request, words)
        return redirect(claim)
    return claim_page(request, claim, status=400, exit_forms={verb: form}, form=sum_above(form))


@require_POST
def claim_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report what was done."""
    claim = _find(request, pk)
    form = ReportForm(request.POST, left=_left(claim))
    if form.is_valid() and attempt(
        form, lambda: actions.report_delivery(claim=claim, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("已报告，等对方确认和评议。"))
        return redirect(claim)
    return claim_page(request, claim, status=400, report_form=form, form=sum_above(form))


def _find(request: HttpRequest, pk: int) -> Claim:
    return find(
        Claim.objects.with_parties().select_related("claimed_by", "answered_by"), request.user, pk=pk
    )


def _find_share(request: HttpRequest, pk: int) -> Share:
    rows = Share.objects.with_organisation().select_related("claim__slot__listing")
    return find(rows, request.user, pk=pk)


def _successors(claim: Claim):
    """To whom the claim may be passed on."""
    return eligible(claim.listing).exclude(pk=claim.organisation_id)


def _left(claim: Claim) -> int:
    return claim.quantity - actions.deliveries.accepted_quantity(claim)


def claim_page(
    request: HttpRequest, claim: Claim, *, status: int = 200, exit_forms=None, **bound
) -> HttpResponse:
    """The page of one claim; `bound` are forms that were sent with errors."""
    user = request.user
    row = on_page([claim])[0]
    agreement, waiting = row.agreement, row.waiting
    accepted = sum(one.accepted_quantity for one in row.deliveries if one.state == DeliveryState.ACCEPTED)
    step = next_step(claim, agreement, waiting)
    for one in row.deliveries:
        one.chip = delivery_chip(one)
    for share in claim.shares.all():
        share.chip = share_chip(share)
    if agreement:
        agreement.chip = agreement_chip(agreement)
    context = {
        "claim": claim,
        "listing": claim.listing,
        "agreement": agreement,
        "deliveries": row.deliveries,
        "waiting": waiting,
        "left": claim.quantity - accepted,
        "chip": claim_chip(claim),
        "step": step,
        "stages": claim_stages(claim, agreement, row.deliveries, step),
        "is_owner": user.acts_for(claim.listing.organisation),
        "contacts": _contacts(user, claim),
        # Surveys belong to the room above, which decides again behind the link.
        "may_survey": claim.requester.level != Level.UNIT and user.manages(claim.requester),
        "history": history(claim, *claim.shares.all(), *row.agreements, *row.deliveries),
        "shares": list(claim.shares.all()),
        **_queue(claim, user),
        "exits": [
            {"verb": verb, "form": (exit_forms or {}).get(verb) or _exit_form(verb)}
            for verb, (check, _act, _words) in EXITS.items()
            if allowed(check, user, claim)
        ],
        **bound,
    }
    if allowed(permissions.check_can_pass_claim, user, claim):
        context.setdefault("pass_form", PassForm(auto_id="pass_%s", units=_successors(claim)))
    context |= _turn_in_queue(user, claim, context) or _turn(user, claim, agreement, waiting, context)
    return render(request, "projects/claim_detail.html", context, status=status)


def _exit_form(verb: str, data=None) -> ReasonForm | WithdrawForm:
    form = WithdrawForm if verb == "withdraw" else ReasonForm
    return form(data, auto_id=f"{verb}_%s")


def _queue(claim: Claim, user) -> dict:
    """Who waits beside a waiting claim, as the reader may see it."""
    if claim.state != ClaimState.WAITING:
        return {}
    queue = queue_of(claim.slot, user)
    for place in queue.places:
        for turn in place.turns:
            turn.words = turn_words(turn)
    return {"queue": queue, "priorities": priorities(claim.slot)}


def _turn_in_queue(user, claim: Claim, context: dict) -> dict:
    """The next act of `user` before the claim comes to its owner, and what the owner of a queue may do."""
    share = next(
        (
            one
            for one in context["shares"]
            if one.state == ShareState.INVITED and user.acts_for(one.organisation)
        ),
        None,
    )
    if claim.state == ClaimState.HELD and share:
        share.claim = claim
        verdict = allowed(permissions.check_can_confirm_share, user, share)
        form = context.get("share_form") or DeclineShareForm(auto_id="share_%s")
        return {"turn": "share", "share": share, "verdict": verdict, "share_form": form}
    if claim.state == ClaimState.HELD and user.acts_for(claim.organisation):
        is_asked = any(one.state == ShareState.INVITED for one in context["shares"])
        verdict = allowed(permissions.check_can_confirm_hold, user, claim)
        return {} if is_asked else {"turn": "confirm", "verdict": verdict}
    if claim.state == ClaimState.WAITING and context["is_owner"]:
        initial = {"priority": claim.priority, "reason": claim.priority_reason}
        form = context.get("priority_form") or PriorityForm(initial=initial, auto_id="prioritise_%s")
        verdict = allowed(permissions.check_can_prioritise_claim, user, claim)
        return {"turn": "prioritise", "verdict": verdict, "priority_form": form}
    return {}


def _turn(user, claim: Claim, agreement, waiting: Delivery | None, context: dict) -> dict:
    """The one next act that is `user`'s own, with its form: what the card in the middle offers."""
    if claim.state == ClaimState.REQUESTED and context["is_owner"]:
        return {"turn": "answer", "verdict": allowed(permissions.check_can_accept_claim, user, claim)}
    if claim.state == ClaimState.ACCEPTED and agreement:
        verdict = allowed(permissions.check_can_sign_agreement, user, agreement)
        is_party = user.acts_for(agreement.party_a) or user.acts_for(agreement.party_b)
        return {"turn": "sign", "verdict": verdict} if is_party else {}
    if waiting and waiting.state == DeliveryState.DISPUTED:
        is_party = user.acts_for(claim.provider) or user.acts_for(claim.requester)
        return {"turn": "settle"} if is_party or user.manages(claim.listing.alliance.host) else {}
    if claim.state == ClaimState.AGREED and waiting and user.acts_for(claim.requester):
        return {
            "turn": "accept",
            "verdict": allowed(permissions.check_can_accept_delivery, user, waiting),
            "accept_form": AcceptForm(initial={"quantity": waiting.quantity}, auto_id="accept_%s"),
        }
    if claim.state == ClaimState.AGREED and not waiting and user.acts_for(claim.provider):
        return {
            "turn": "report",
            "verdict": allowed(permissions.check_can_report_delivery, user, claim),
            "report_form": context.get("report_form") or ReportForm(left=context["left"]),
        }
    return {}


def _contacts(user, claim: Claim) -> list[Membership]:
    """The contacts of the sides that are not the reader's own, once the claim is accepted: before that nobody calls anybody."""
    if claim.state in (*UNANSWERED_CLAIM_STATES, ClaimState.DECLINED, ClaimState.LAPSED):
        return []
    partners = [one.organisation for one in claim.standing_shares]
    parties = tuple(
        {one.pk: one for one in (claim.organisation, claim.listing.organisation, *partners)}.values()
    )
    sides = [one for one in parties if not user.acts_for(one)] or parties
    rows = Membership.objects.visible_to(user).current().filter(alliance=claim.listing.alliance_id)
    return list(
        rows.filter(organisation__in=sides).exclude(contact_phone="").select_related("organisation")
    )
