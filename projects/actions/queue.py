"""How a slot is kept in order: holds that are over lapse, and what is free goes to the first who waits.

Lock order: slots by their id → listing in share → venue → claim → agreement → delivery. Whatever frees a
quantity gives it to the queue in the same transaction; see docs/adr/0013-who-comes-next.md.
"""

from datetime import datetime
from functools import partial

from django.db import connection
from django.db.models import Exists, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Organisation, SpecialDay
from projects import notifications, permissions, rules, turns
from projects.actions import taking
from projects.models import Claim, Slot, Turn
from projects.states import (
    CLAIM_MOVES,
    UNANSWERED_CLAIM_STATES,
    Cause,
    ClaimState,
    Overlap,
    TurnOutcome,
)
from workflow.actions import action, by_the_rules, owe
from workflow.exceptions import BadInput, Conflict
from workflow.moves import move
from workflow.text import read_reason
from workflow.workdays import end_of

#: Working days that an offered place is kept: one to be told and to ask at home, one to answer. The others wait meanwhile.
HOLD_DAYS = 2
#: The highest priority that an owner may give.
MOST_PRIORITY = 9


@action
def join_queue(*, slot: Slot, organisation: Organisation, quantity: int, by, plan: str = "") -> Claim:
    """A waiting claim (候补) of `organisation` on a slot that has too little left for it; holds nothing.

    Who may claim. Raises `Conflict` when there is enough to claim at once or the organisation has something
    running on this slot, `NotPermitted`, `InvalidTransition`, `BadInput`.
    """
    slots = lock_slots(taking.slots().get(pk=slot.pk))
    settle(slots)
    slot = slots[0]
    _hold_listing(slot)
    permissions.check_can_join_queue(by, slot, organisation)
    listing = slot.listing
    rules.check_part(
        quantity, total=slot.quantity, measure=listing.measure, is_divisible=listing.is_divisible
    )
    rules.check_quantity(quantity, most=slot.quantity)
    if slot.left >= quantity:
        raise Conflict(
            _("该时段还剩 %(left)s %(measure)s，不用候补。请直接认领。")
            % {"left": slot.left, "measure": listing.measure},
            field="quantity",
        )
    if Claim.objects.filter(
        slot=slot, organisation=organisation, state__in=UNANSWERED_CLAIM_STATES
    ).exists():
        raise Conflict(
            _("%(organisation)s 对该时段已有一条认领或候补在办。请到“认领”里看那一条，或先撤回它。")
            % {"organisation": organisation}
        )
    return Claim.objects.create(
        slot=slot,
        organisation=organisation,
        quantity=quantity,
        plan=taking.read_plan(plan),
        state=ClaimState.WAITING,
        waited_since=timezone.now(),
        claimed_by=by,
        **occupation(slot),
    )


@action
def prioritise_claim(*, claim: Claim, by, priority: int, reason: str = "") -> Claim:
    """Puts a waiting claim before others: 0 (none) to 9. The owner of the listing; everybody in the queue reads why."""
    claim = Claim.objects.select_for_update(of=("self",)).with_parties().get(pk=claim.pk)
    permissions.check_can_prioritise_claim(by, claim)
    if not 0 <= priority <= MOST_PRIORITY:
        raise BadInput(
            _("优先级要在 0 到 %(most)s 之间，0 表示不优先。") % {"most": MOST_PRIORITY}, field="priority"
        )
    most = Claim._meta.get_field("priority_reason").max_length
    claim.priority, claim.priority_reason = priority, read_reason(reason, most=most) if priority else ""
    claim.save(update_fields=["priority", "priority_reason"])
    notifications.claim_prioritised(claim, by=by)
    return claim


@action
def settle_slot(*, slot: Slot, by: None) -> None:
    """Lapses what is past its hold on `slot`, and offers what is free to those who wait. The clock, or the next claimant."""
    settle(lock_slots(taking.slots().get(pk=slot.pk)))


def lock_slots(slot: Slot) -> list[Slot]:
    """`slot` first, then those whose queue waits for the same venue or team; all locked in the order of their ids."""
    pks = [slot.pk, *turns.waiting_beside(slot)]
    rows = list(
        taking.slots().select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk")
    )
    return sorted(rows, key=lambda one: one.pk != slot.pk)


def settle(slots: list[Slot]) -> None:
    """Lapse what is past its hold on locked `slots`, then serve their queues."""
    # After the locks: whoever waited for them is judged by the moment at which he got them.
    now = timezone.now()
    for slot in slots:
        _lapse(slot, now)
    for slot in slots:
        promote(slot)


def give_back(slots: list[Slot], claim: Claim, quantity: int) -> None:
    """Return `quantity` of `claim` to its slot and serve whoever waits. `slots` as `lock_slots` gave them."""
    _free(slots[0], quantity)
    for slot in slots:
        promote(slot)


def promote(slot: Slot) -> None:
    """Offer what is left of a locked slot to those who wait, in order; who does not fit is passed over, with the reason.

    An offer holds its quantity until the end of the second working day. Both are kept as turns.
    """
    if not slot.claims.waiting().exists():
        return
    _hold_listing(slot)
    _lock_venue(slot)
    ranked = turns.rank([slot.pk])
    if any(one.is_gone for one in ranked):
        end_waiting(slot.claims.waiting())
        return
    found, offered, left = [], [], slot.left
    for one in ranked:
        why = one.hindrance(left)
        if why is None:
            outcome = TurnOutcome.OFFERED
            offered.append(one)
        elif left and not one.was_told(why, left):
            outcome = TurnOutcome.SKIPPED
        else:
            continue
        found.append(
            Turn(
                claim_id=one.claim,
                outcome=outcome,
                place=one.place,
                left=left,
                wins=one.wins,
                why=why or "",
            )
        )
        left -= one.quantity if why is None else 0
    if not found:
        return
    with by_the_rules():
        if offered:
            _hold(slot, [one.claim for one in offered], slot.left - left)
        Turn.objects.bulk_create(found)


def occupation(slot: Slot) -> dict:
    """What a claim on `slot` takes of a venue or a team, where the listing forbids to take it twice."""
    listing = slot.listing
    if listing.overlap != Overlap.FORBID or slot.starts_at is None:
        return {"occupies": "", "during": None}
    during = (slot.starts_at, slot.ends_at)
    return {"occupies": f"{listing.organisation_id}:{listing.occupies}", "during": during}


def end_waiting(waiting: QuerySet[Claim]) -> None:
    """Waiting → lapsed, since there is nothing to wait for any more. The listing is held by the caller. Tells them."""
    claims = list(waiting.select_for_update(of=("self",)).with_parties().order_by("pk"))
    _lapse_claims(claims, Cause.LISTING_GONE)


def take_in_turn(claim: Claim) -> int:
    """Take the quantity under the lock of the slot, after those to whom it belongs; the id of the claim.

    Raises `SlotFull` or `VenueTaken`; what was settled on the way then stays, though the claim is refused.
    """
    if not claim.occupies and not _may_yield(claim):
        raise taking.explain_shortage(claim)
    slots = lock_slots(claim.slot)
    settle(slots)
    claim.slot = slots[0]
    _lock_venue(claim.slot)
    check_overlap(claim.slot, is_known=True)
    pk = taking.take(claim, is_settled=True)
    if pk is None:
        owe(partial(settle_slot, slot=claim.slot, by=None))
        raise taking.explain_shortage(claim)
    return pk


def _may_yield(claim: Claim) -> bool:
    """Whether the slot is worth its lock: something on it is past its hold, or there is enough left after all."""
    over = Claim.objects.past_hold().filter(slot=claim.slot_id)
    enough = Q(quantity__gte=F("taken") + claim.quantity)
    return Slot.objects.filter(enough | Exists(over), pk=claim.slot_id).exists()


def check_overlap(slot: Slot, *, is_known: bool) -> None:
    """Raise `VenueTaken` or, unless it `is_known`, `OverlapWarning` when the venue or team is taken at that time."""
    listing = slot.listing
    if listing.overlap == Overlap.ALLOW or (listing.overlap == Overlap.WARN and is_known):
        return
    other = turns.overlapping(slot).with_parties().order_by("slot__starts_at", "pk").first()
    if other is None:
        return
    if other.is_past_hold():
        owe(partial(settle_slot, slot=other.slot, by=None))
    raise taking.overlap_refusal(slot, other)


def _lock_venue(slot: Slot) -> None:
    """Two slots of one venue or team are given out one after the other: the constraint alone would let both wait
    for each other."""
    venue = occupation(slot)["occupies"]
    if venue:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [venue])


def _hold_listing(slot: Slot) -> None:
    """Hold the listing in share: it cannot leave the list before this transaction ends, and what left it is seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM projects_listing WHERE id = %s FOR SHARE", [slot.listing_id])
    slot.listing.refresh_from_db(fields=["state", "valid_until"])


def _lapse(slot: Slot, now: datetime) -> None:
    """Held and requested claims whose time is over → lapsed; their quantity is free. Tells all who should know."""
    rows = slot.claims.past_hold(now).select_for_update(of=("self",)).with_parties().order_by("pk")
    claims = list(rows)
    if not claims:
        return
    for cause, state in ((Cause.UNCONFIRMED, ClaimState.HELD), (Cause.UNANSWERED, ClaimState.REQUESTED)):
        with by_the_rules():
            _lapse_claims([claim for claim in claims if claim.state == state], cause)
    _free(slot, sum(claim.quantity for claim in claims))


def _lapse_claims(claims: list[Claim], cause: Cause) -> None:
    if not claims:
        return
    for claim in claims:
        claim.state, claim.cause = move(CLAIM_MOVES, claim.state, ClaimState.LAPSED), cause
        claim.expires_at = None
    Claim.objects.bulk_update(claims, ["state", "cause", "expires_at"])
    for claim in claims:
        notifications.claim_lapsed(claim)


def _free(slot: Slot, quantity: int) -> None:
    Slot.objects.filter(pk=slot.pk).update(taken=F("taken") - quantity)
    slot.taken -= quantity


def _hold(slot: Slot, pks: list[int], quantity: int) -> None:
    """Waiting → held for all of `pks`, `quantity` together."""
    day = SpecialDay.objects.calendar().add(timezone.localdate(), HOLD_DAYS)
    until = min(filter(None, (end_of(day), slot.ends_at)))
    claims = list(
        Claim.objects.select_for_update(of=("self",)).filter(pk__in=pks).with_parties().order_by("pk")
    )
    for claim in claims:
        claim.state, claim.expires_at = move(CLAIM_MOVES, claim.state, ClaimState.HELD), until
    Claim.objects.bulk_update(claims, ["state", "expires_at"])
    Slot.objects.filter(pk=slot.pk).update(taken=F("taken") + quantity)
    slot.taken += quantity
    for claim in claims:
        notifications.claim_offered(claim)
