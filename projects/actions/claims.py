"""How a quantity of a slot is claimed, answered and given back.

Lock order in this room: slot → claim → agreement → delivery. Taking is one conditional statement; every
exit gives the quantity back in the same transaction.
"""

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Organisation, SpecialDay
from projects import notifications, permissions, rules
from projects.actions.agreements import cancel_agreements, draft_agreement
from projects.exceptions import SlotFull
from projects.models import Claim, Slot
from projects.states import CLAIM_MOVES, NAMED_CAUSES, Cause, ClaimState
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict
from workflow.moves import move
from workflow.text import read_reason, read_words
from workflow.workdays import end_of

# The guard stands in the first step: a refusal takes no lock. The listing is held in share, so that it
# cannot be withdrawn between the look and the claim. Alliance and claimant are looked at without a lock:
# every claim of an alliance would queue for one row; what ends while the statement itself runs is let in.
# A repeated claim leaves the last step empty.
_TAKE = """
    WITH slot AS (
        UPDATE projects_slot SET taken = taken + %(quantity)s
         WHERE id = %(slot)s AND taken + %(quantity)s <= quantity
        RETURNING id, listing_id
    ), listing AS (
        SELECT l.id FROM projects_listing l JOIN slot ON slot.listing_id = l.id
          JOIN alliances_alliance a ON a.id = l.alliance_id AND a.ended_on IS NULL
          JOIN members_organisation o ON o.id = %(organisation)s AND o.closed_on IS NULL
         WHERE l.state = 'published' FOR SHARE OF l
    ), claim AS (
        INSERT INTO projects_claim
               (slot_id, organisation_id, quantity, plan, state, answer_due, expires_at, claimed_at,
                claimed_by_id, reason)
        SELECT slot.id, %(organisation)s, %(quantity)s, %(plan)s, 'requested', %(answer_due)s, %(expires_at)s,
               %(now)s, %(by)s, ''
          FROM slot, listing
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT (SELECT id FROM slot), (SELECT id FROM listing), (SELECT id FROM claim)
"""


@action
def claim_listing(*, slot: Slot, organisation: Organisation, quantity: int, by, plan: str = "") -> Claim:
    """A claim of `quantity` of `slot` by `organisation`, to be answered in the alliance's working days.

    Who acts for another organisation of the alliance. Tells the owner. Raises `SlotFull` with what is
    left, `Conflict` when the organisation already waits for an answer on this slot, `NotPermitted`,
    `InvalidTransition`, `BadInput`.
    """
    slot = _slots().get(pk=slot.pk)
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
    claim.pk = _take(claim)
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


def _slots():
    return Slot.objects.select_related(
        "listing__organisation__kind", "listing__alliance", "listing__category"
    )


def _take(claim: Claim) -> int:
    """Take the quantity and write the claim in one statement; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "slot": claim.slot_id,
                "organisation": claim.organisation_id,
                "quantity": claim.quantity,
                "plan": claim.plan,
                "answer_due": claim.answer_due,
                "expires_at": claim.expires_at,
                "now": claim.claimed_at,
                "by": claim.claimed_by_id,
            },
        )
        slot_id, listing_id, claim_id = cursor.fetchone()
    if claim_id is None:
        # Raising rolls the taken quantity back.
        _explain(claim, is_taken=slot_id is not None, is_open=listing_id is not None)
    claim.slot.taken += claim.quantity
    return claim_id


def _explain(claim: Claim, *, is_taken: bool, is_open: bool) -> None:
    """Say why nothing was claimed, from the rows as they stand now."""
    slot = _slots().get(pk=claim.slot_id)
    if is_taken and is_open:
        raise Conflict(
            _("%(organisation)s 对该时段已有一条认领在等答复。请等对方答复，或先撤回后重新认领。")
            % {"organisation": claim.organisation}
        )
    # As before the statement, now with what somebody else has ended since.
    claimant = Organisation.objects.get(pk=claim.organisation_id)
    permissions.check_can_claim_listing(claim.claimed_by, slot, claimant)
    if slot.left <= 0:
        raise SlotFull(_("该时段已被认领完。请选择其他时段或其他条目。"), field="quantity")
    raise SlotFull(
        _("该时段只剩 %(left)s %(measure)s。请把数量改为 %(left)s 以内。")
        % {"left": slot.left, "measure": slot.listing.measure},
        field="quantity",
    )


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
