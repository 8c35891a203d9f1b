"""How a quantity of a slot is claimed, answered and given back.

Lock order in this room: slot → listing in share → venue → claim → agreement → delivery. Taking is one
conditional statement; every exit gives the quantity back, and on to whoever waits, in the same transaction.
"""

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Organisation, SpecialDay
from projects import notifications, permissions, rules
from projects.actions import queue, taking
from projects.actions.agreements import draft_agreement, leave_agreements
from projects.models import Claim, Slot
from projects.states import CLAIM_MOVES, LIVE_CLAIM_STATES, NAMED_CAUSES, Cause, ClaimMode, ClaimState
from workflow.actions import action, owe
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_reason
from workflow.workdays import Calendar, end_of


@action
def claim_listing(
    *,
    slot: Slot,
    organisation: Organisation,
    quantity: int,
    by,
    plan: str = "",
    is_overlap_known: bool = False,
) -> Claim:
    """A claim of `quantity` of `slot` by `organisation`, to be answered in the alliance's working days.

    Where the listing says so it is accepted at once, without anybody's answer, and its agreement drafted. Who
    acts for another organisation of the alliance. Tells the owner. Raises `SlotFull` with what is left when
    nothing can be had before those who wait, `VenueTaken` when the venue or team is taken at that time,
    `OverlapWarning` when that is only warned of and not `is_overlap_known`, `Conflict` when the organisation
    already has something unanswered on this slot, `NotPermitted`, `InvalidTransition`, `BadInput`.
    """
    slot = taking.slots().get(pk=slot.pk)
    permissions.check_can_claim_listing(by, slot, organisation)
    listing = slot.listing
    rules.check_part(
        quantity, total=slot.quantity, measure=listing.measure, is_divisible=listing.is_divisible
    )
    plan = taking.read_plan(plan)
    claim = Claim(slot=slot, organisation=organisation, quantity=quantity, plan=plan, claimed_by=by)
    claim.state = set_course(claim)
    enter(claim, is_overlap_known=is_overlap_known)
    _tell_of_course(claim, by)
    return claim


def enter(claim: Claim, *, is_overlap_known: bool = False) -> None:
    """Take the quantity of a new `claim` and write it as it stands. Part of every act that claims.

    Whoever waits for the slot comes first: then it is taken under the lock of the slot.
    """
    queue.check_overlap(claim.slot, is_known=is_overlap_known)
    for name, value in queue.occupation(claim.slot).items():
        setattr(claim, name, value)
    claim.pk = None if claim.occupies else taking.take(claim)
    if claim.pk is None:
        claim.pk = queue.take_in_turn(claim)
    claim._state.adding = False


@action
def confirm_hold(*, claim: Claim, by) -> Claim:
    """Held → requested, or accepted where the listing is claimed without an answer. The claimant, in time.

    Past its time it is refused, lapses, and the next in the queue is offered the place.
    """
    _slots, claim = locked_with_slots(claim)
    _owe_if_over(claim)
    permissions.check_can_confirm_hold(by, claim)
    submit(claim, by)
    return claim


def submit(claim: Claim, by) -> None:
    """A held claim, locked by the caller, goes to the owner for an answer, or is accepted at once. Tells the owner."""
    claim.state = move(CLAIM_MOVES, claim.state, set_course(claim))
    claim.save(update_fields=["state", "answer_due", "expires_at", "sign_due"])
    _tell_of_course(claim, by)


@action
def accept_claim(*, claim: Claim, by) -> Claim:
    """Requested → accepted (对接). The owner of the listing, in time. Drafts the agreement and tells the claimant.

    Past its time it is refused and lapses: its quantity belongs to whoever waits.
    """
    claim = _locked(claim)
    _owe_if_over(claim)
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
    slots, claim = locked_with_slots(claim)
    permissions.check_can_decline_claim(by, claim)
    claim.reason = read_reason(reason)
    _answer(claim, ClaimState.DECLINED, by)
    claim.save(update_fields=["state", "expires_at", "answered_at", "answered_by", "reason"])
    queue.give_back(slots, claim, claim.quantity)
    notifications.claim_declined(claim, by=by)
    return claim


@action
def withdraw_claim(*, claim: Claim, by, cause: Cause, reason: str = "") -> Claim:
    """Waiting, held, requested or accepted → withdrawn (撤回). The claimant, until both have signed.

    `cause` is one of the six of the short list, `reason` a line beside it. Gives the quantity back, cancels an
    unsigned agreement, tells the owner unless it had not come before him yet, and the partners of a joint one.
    """
    slots, claim = locked_with_slots(claim)
    permissions.check_can_withdraw_claim(by, claim)
    if cause not in NAMED_CAUSES:
        raise BadInput(_("请选择撤回的原因。"), field="cause")
    claim.cause = Cause(cause)
    if reason:
        claim.reason = read_reason(reason)
    is_known = claim.state not in (ClaimState.WAITING, ClaimState.HELD) or claim.passed_from_id
    _leave(slots, claim, ClaimState.WITHDRAWN)
    if is_known:
        notifications.claim_withdrawn(claim, by=by)
    notifications.joint_claim_withdrawn(claim, by=by)
    return claim


@action
def revoke_claim(*, claim: Claim, by, reason: str) -> Claim:
    """Accepted or agreed → revoked (撤销). The owner of the listing, before anything was delivered.

    Gives the quantity back, cancels the agreement, signed or not, tells the claimant.
    """
    slots, claim = locked_with_slots(claim)
    permissions.check_can_revoke_claim(by, claim)
    claim.reason = read_reason(reason)
    _leave(slots, claim, ClaimState.REVOKED)
    notifications.claim_revoked(claim, by=by)
    return claim


def _locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).with_parties().get(pk=claim.pk)


def locked_with_slots(claim: Claim) -> tuple[list[Slot], Claim]:
    """The claim behind its slot, and behind those whose queue its venue may serve, as `queue.lock_slots` gives them."""
    slots = queue.lock_slots(taking.slots().get(claims=claim.pk))
    claim = _locked(claim)
    claim.slot = slots[0]
    return slots, claim


def _owe_if_over(claim: Claim) -> None:
    """A claim past its hold is refused and yet settled, as the clock would have done."""
    if claim.is_past_hold():
        owe(partial(queue.settle_slot, slot=claim.slot, by=None))


def set_course(claim: Claim, calendar: Calendar | None = None) -> ClaimState:
    """The state in which a claim comes before the owner, its days set on `claim`: to be answered, or accepted at once.

    Nobody answered the latter: `answered_at` stays empty.
    """
    alliance, today = claim.listing.alliance, timezone.localdate()
    calendar = calendar or SpecialDay.objects.calendar()
    if claim.listing.claim_mode == ClaimMode.INSTANT:
        claim.answer_due, claim.expires_at = None, None
        claim.sign_due = calendar.add(today, alliance.sign_days)
        return ClaimState.ACCEPTED
    claim.answer_due = calendar.add(today, alliance.answer_days)
    claim.expires_at = end_of(claim.answer_due)
    return ClaimState.REQUESTED


def _tell_of_course(claim: Claim, by) -> None:
    if claim.state == ClaimState.ACCEPTED:
        draft_agreement(claim=claim, by=by)
        notifications.listing_taken(claim, by=by)
    else:
        notifications.listing_claimed(claim, by=by)


def _answer(claim: Claim, state: ClaimState, by) -> None:
    claim.state = move(CLAIM_MOVES, claim.state, state)
    claim.answered_at, claim.answered_by, claim.expires_at = timezone.now(), by, None


def _leave(slots: list[Slot], claim: Claim, state: ClaimState) -> None:
    holds = claim.state in LIVE_CLAIM_STATES
    claim.state = move(CLAIM_MOVES, claim.state, state)
    claim.expires_at = None
    claim.save(update_fields=["state", "expires_at", "reason", "cause"])
    leave_agreements(claim)
    if holds:
        queue.give_back(slots, claim, claim.quantity)
