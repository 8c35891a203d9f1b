"""How a quantity of a slot is claimed, answered and given back.

Lock order in this room: slot → claim → agreement → delivery. Taking is one conditional statement; every
exit gives the quantity back in the same transaction.
"""

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Organisation, SpecialDay
from projects import notifications, permissions, rules
from projects.actions import taking
from projects.actions.agreements import cancel_agreements, draft_agreement
from projects.models import Claim, Slot
from projects.states import CLAIM_MOVES, NAMED_CAUSES, Cause, ClaimState
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_reason, read_words
from workflow.workdays import end_of


@action
def claim_listing(*, slot: Slot, organisation: Organisation, quantity: int, by, plan: str = "") -> Claim:
    """A claim of `quantity` of `slot` by `organisation`, to be answered in the alliance's working days.

    Who acts for another organisation of the alliance. Tells the owner. Raises `SlotFull` with what is
    left, `Conflict` when the organisation already waits for an answer on this slot, `NotPermitted`,
    `InvalidTransition`, `BadInput`.
    """
    slot = taking.slots().get(pk=slot.pk)
    permissions.check_can_claim_listing(by, slot, organisation)
    rules.check_quantity(quantity)
    column = Claim._meta.get_field("plan")
    plan = read_words(plan, field="plan", label=str(column.verbose_name), most=column.max_length)
    alliance = slot.listing.alliance
    due = SpecialDay.objects.calendar().add(timezone.localdate(), alliance.answer_days)
    claim = Claim(
        slot=slot,
        organisation=organisation,
        quantity=quantity,
        plan=plan,
        answer_due=due,
        expires_at=end_of(due),
        claimed_by=by,
    )
    claim.pk = taking.take(claim)
    claim._state.adding = False
    notifications.listing_claimed(claim, by=by)
    return claim


@action
def accept_claim(*, claim: Claim, by) -> Claim:
    """Requested → accepted (对接). The owner of the listing. Drafts the agreement and tells the claimant."""
    claim = _locked(claim)
    permissions.check_can_accept_claim(by, claim)
    _answer(claim, ClaimState.ACCEPTED, by)
    calendar = SpecialDay.objects.calendar()
    claim.sign_due = calendar.add(timezone.localdate(), claim.listing.alliance.sign_days)
    claim.save(update_fields=["state", "expires_at", "answered_at", "answered_by", "sign_due"])
    draft_agreement(claim=claim, by=by)
    notifications.claim_accepted(claim, by=by)
    return claim


@action
def decline_claim(*, claim: Claim, by, reason: str) -> Claim:
    """Requested → declined (退回). The owner of the listing. Gives the quantity back, tells the claimant."""
    claim = _locked_with_slot(claim)
    permissions.check_can_decline_claim(by, claim)
    claim.reason = read_reason(reason)
    _answer(claim, ClaimState.DECLINED, by)
    claim.save(update_fields=["state", "expires_at", "answered_at", "answered_by", "reason"])
    _give_back(claim)
    notifications.claim_declined(claim, by=by)
    return claim


@action
def withdraw_claim(*, claim: Claim, by, cause: Cause, reason: str = "") -> Claim:
    """Requested or accepted → withdrawn (撤回). The claimant, until both have signed.

    `cause` is one of the six of the short list, `reason` a line beside it. Gives the quantity back, cancels an unsigned agreement, tells the owner.
    """
    claim = _locked_with_slot(claim)
    permissions.check_can_withdraw_claim(by, claim)
    if cause not in NAMED_CAUSES:
        raise BadInput(_("请选择撤回的原因。"), field="cause")
    claim.cause = Cause(cause)
    if reason:
        claim.reason = read_reason(reason)
    _leave(claim, ClaimState.WITHDRAWN)
    notifications.claim_withdrawn(claim, by=by)
    return claim


@action
def revoke_claim(*, claim: Claim, by, reason: str) -> Claim:
    """Accepted or agreed → revoked (撤销). The owner of the listing, before anything was delivered.

    Gives the quantity back, cancels the agreement, signed or not, tells the claimant.
    """
    claim = _locked_with_slot(claim)
    permissions.check_can_revoke_claim(by, claim)
    claim.reason = read_reason(reason)
    _leave(claim, ClaimState.REVOKED)
    notifications.claim_revoked(claim, by=by)
    return claim


def _locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).with_parties().get(pk=claim.pk)


def _locked_with_slot(claim: Claim) -> Claim:
    Slot.objects.select_for_update(of=("self",)).get(claims=claim.pk)
    return _locked(claim)


def _answer(claim: Claim, state: ClaimState, by) -> None:
    claim.state = move(CLAIM_MOVES, claim.state, state)
    claim.answered_at, claim.answered_by, claim.expires_at = timezone.now(), by, None


def _leave(claim: Claim, state: ClaimState) -> None:
    claim.state = move(CLAIM_MOVES, claim.state, state)
    claim.expires_at = None
    claim.save(update_fields=["state", "expires_at", "reason", "cause"])
    cancel_agreements(claim)
    _give_back(claim)


def _give_back(claim: Claim) -> None:
    Slot.objects.filter(pk=claim.slot_id).update(taken=F("taken") - claim.quantity)
