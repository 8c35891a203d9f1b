"""How several units claim together, and how a claim is passed on to another unit.

Locks as in queue.py, a share after its claim. Who takes part is fixed when the claim is made; a partner
confirms its share or stays out of it.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Organisation, SpecialDay
from projects import notifications, permissions, rules
from projects.actions import claims, queue, taking
from projects.actions.agreements import leave_agreements
from projects.models import Claim, Share, Slot
from projects.states import CLAIM_MOVES, NAMED_CAUSES, SHARE_MOVES, Cause, ClaimState, ShareState
from workflow.actions import action, owe
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_reason
from workflow.workdays import end_of

#: Working days in which the other units confirm: one to be told, one to ask at home, one to answer. The
#: owner's own days begin only afterwards, so that a joint claim keeps nobody waiting much longer than one
#: unit's would.
HOLD_DAYS = 3
#: As many as the form asks for at once; more agree at a meeting.
MOST_UNITS = 5


@action
def claim_together(
    *,
    slot: Slot,
    organisation: Organisation,
    by,
    shares: Sequence[tuple[Organisation, int]],
    plan: str = "",
    is_overlap_known: bool = False,
) -> Claim:
    """One held claim of `slot` by several units; the sum of `shares` is taken at once.

    `shares` names each unit once with its quantity, the lead unit `organisation` among them. Who acts for
    the lead unit; its own share is confirmed, the partners are told and have until the end of the
    `HOLD_DAYS`th working day. Raises as `claim_listing`, `BadInput` at `shares`.
    """
    slot = taking.slots().get(pk=slot.pk)
    partners = [unit for unit, _quantity in shares if unit.pk != organisation.pk]
    permissions.check_can_claim_together(by, slot, organisation, partners)
    _check_shares(organisation, shares)
    listing, due = slot.listing, _last_day()
    claim = Claim(
        slot=slot,
        organisation=organisation,
        quantity=rules.check_part(
            sum(quantity for _unit, quantity in shares),
            total=slot.quantity,
            measure=listing.measure,
            is_divisible=listing.is_divisible,
        ),
        plan=taking.read_plan(plan),
        state=ClaimState.HELD,
        expires_at=end_of(due),
        claimed_by=by,
    )
    claims.enter(claim, is_overlap_known=is_overlap_known)
    for share in Share.objects.bulk_create(
        Share(claim=claim, organisation=unit, quantity=quantity) for unit, quantity in shares
    ):
        if share.organisation_id == organisation.pk:
            _answer(share, ShareState.CONFIRMED, by)
        else:
            notifications.share_asked(share, claim, until=due, by=by)
    return claim


@action
def confirm_share(*, share: Share, by) -> Share:
    """Invited → confirmed. Who acts for the partner, in time. With the last one the claim goes to the owner."""
    _slots, claim, share = _locked(share)
    permissions.check_can_confirm_share(by, share)
    _answer(share, ShareState.CONFIRMED, by)
    notifications.share_confirmed(share, claim, by=by)
    _go_on_when_complete(claim, by)
    return share


@action
def decline_share(*, share: Share, by, reason: str) -> Share:
    """Invited → declined. Who acts for the partner, in time. Tells the lead unit why.

    The quantity of the share goes back to the slot, to whoever waits first, and the claim goes on without
    it. A listing that is claimed whole or not at all cannot go on: the claim lapses.
    """
    slots, claim, share = _locked(share)
    permissions.check_can_decline_share(by, share)
    share.reason = read_reason(reason)
    _answer(share, ShareState.DECLINED, by)
    notifications.share_declined(share, claim, by=by)
    claim.quantity -= share.quantity
    if claim.listing.is_divisible:
        claim.save(update_fields=["quantity"])
        queue.give_back(slots, claim, share.quantity)
        _go_on_when_complete(claim, by)
    else:
        claim.state, claim.expires_at = move(CLAIM_MOVES, claim.state, ClaimState.LAPSED), None
        claim.cause = Cause.UNCONFIRMED
        claim.reason = _("%(organisation)s 不参加") % {"organisation": share.organisation}
        claim.save(update_fields=["quantity", "state", "expires_at", "cause", "reason"])
        queue.give_back(slots, claim, claim.quantity + share.quantity)
        notifications.claim_lapsed(claim)
    return share


@action
def pass_claim(*, claim: Claim, by, to: Organisation, cause: Cause, reason: str = "") -> Claim:
    """Held, requested or accepted → withdrawn; in its place a held claim of `to` over the same quantity.

    The claimant, while nobody waits for the slot. `cause` is one of the six of the short list, `reason` a
    line beside it. The quantity is never free in between; a drafted agreement is left. `to` confirms or
    withdraws until the end of the `HOLD_DAYS`th working day. Tells `to` and the owner. Returns the new
    claim.
    """
    _slots, claim = claims.locked_with_slots(claim)
    permissions.check_can_pass_claim(by, claim)
    permissions.check_can_be_passed_to(claim, to)
    if cause not in NAMED_CAUSES:
        raise BadInput(_("请选择转交的原因。"), field="cause")
    claim.cause = Cause(cause)
    if reason:
        claim.reason = read_reason(reason)
    claim.state, claim.expires_at = move(CLAIM_MOVES, claim.state, ClaimState.WITHDRAWN), None
    claim.save(update_fields=["state", "expires_at", "cause", "reason"])
    leave_agreements(claim)
    due = _last_day()
    successor = Claim.objects.create(
        slot=claim.slot,
        organisation=to,
        quantity=claim.quantity,
        plan=claim.plan,
        state=ClaimState.HELD,
        expires_at=end_of(due),
        claimed_by=by,
        passed_from=claim,
        occupies=claim.occupies,
        during=claim.during,
    )
    notifications.claim_passed(successor, until=due, by=by)
    return successor


def _check_shares(lead: Organisation, shares: Sequence[tuple[Organisation, int]]) -> None:
    units = [unit.pk for unit, _quantity in shares]
    if len(set(units)) != len(units):
        raise BadInput(_("同一个单位写了两次。请把它的数量合在一行里。"), field="shares")
    if lead.pk not in units or not 2 <= len(units) <= MOST_UNITS:
        raise BadInput(
            _("共同认领要有 2 到 %(most)s 个单位，认领单位自己也算一个。请补上或减少单位。")
            % {"most": MOST_UNITS},
            field="shares",
        )
    for _unit, quantity in shares:
        rules.check_quantity(quantity, field="shares")


def _last_day() -> date:
    return SpecialDay.objects.calendar().add(timezone.localdate(), HOLD_DAYS)


def _locked(share: Share) -> tuple[list[Slot], Claim, Share]:
    """The share behind its claim and slots. A claim past its hold is refused and yet settled, as the clock would."""
    slots, claim = claims.locked_with_slots(Claim(pk=share.claim_id))
    if claim.is_past_hold():
        owe(partial(queue.settle_slot, slot=claim.slot, by=None))
    share = Share.objects.select_for_update(of=("self",)).with_organisation().get(pk=share.pk)
    share.claim = claim
    return slots, claim, share


def _answer(share: Share, state: ShareState, by) -> None:
    share.state = move(SHARE_MOVES, share.state, state)
    share.answered_at, share.answered_by = timezone.now(), by
    share.save(update_fields=["state", "reason", "answered_at", "answered_by"])


def _go_on_when_complete(claim: Claim, by) -> None:
    """Hand the claim to the owner once no share is open."""
    if not claim.shares.open().exists():
        claims.submit(claim, by)
        notifications.shares_complete(claim, by=by)
