"""How a quantity of a slot is taken and its claim written in one statement, and why nothing was."""

from django.db import connection
from django.utils.translation import gettext as _

from members.models import Organisation
from projects import permissions
from projects.exceptions import OverlapWarning, SlotFull, VenueTaken
from projects.models import Claim, Slot
from projects.states import UNANSWERED_CLAIM_STATES, Overlap
from workflow.exceptions import Conflict
from workflow.templatetags.workflow import cn_period
from workflow.text import read_words

# The guard stands in the first step: a refusal takes no lock. The listing is held in share, so that it
# cannot be withdrawn between the look and the claim. Alliance and claimant are looked at without a lock:
# every claim of an alliance would queue for one row; what ends while the statement itself runs is let in.
# A repeated claim leaves the last step empty, and so does a venue or a team that is taken at that time.
# What is left of a slot for which somebody waits is given out under its lock (actions/queue.py) alone.
STEPS = """
    slot AS (
        UPDATE projects_slot SET taken = taken + %(quantity)s
         WHERE id = %(slot)s AND taken + %(quantity)s <= quantity
           AND (%(is_settled)s OR NOT EXISTS (
                SELECT 1 FROM projects_claim w WHERE w.slot_id = %(slot)s AND w.state = 'waiting'))
        RETURNING id, listing_id
    ), listing AS (
        SELECT l.id FROM projects_listing l JOIN slot ON slot.listing_id = l.id
          JOIN alliances_alliance a ON a.id = l.alliance_id AND a.ended_on IS NULL
          JOIN members_organisation o ON o.id = %(organisation)s AND o.closed_on IS NULL
         WHERE l.state = 'published' FOR SHARE OF l
    ), claim AS (
        INSERT INTO projects_claim
               (slot_id, organisation_id, quantity, plan, state, answer_due, expires_at, claimed_at,
                claimed_by_id, sign_due, occupies, during, passed_from_id, reason)
        SELECT slot.id, %(organisation)s, %(quantity)s, %(plan)s, %(state)s, %(answer_due)s, %(expires_at)s,
               %(now)s, %(by)s, %(sign_due)s, %(occupies)s, %(during)s::tstzrange, %(passed_from)s, ''
          FROM slot, listing
        ON CONFLICT DO NOTHING RETURNING id
    )
"""
_TAKE = f"WITH {STEPS} SELECT (SELECT id FROM slot), (SELECT id FROM listing), (SELECT id FROM claim)"  # noqa: S608


def slots():
    """Slots, loaded with what the rules of claiming ask for."""
    return Slot.objects.select_related(
        "listing__organisation__kind", "listing__alliance", "listing__category"
    )


def take(claim: Claim, *, is_settled: bool = False) -> int | None:
    """Take the quantity and write `claim` as it stands, in one statement; its id.

    None, with no lock held, when the slot has too little left or somebody waits for it. `is_settled` says that
    the caller holds the slot and has served its queue. Raises the sentence of whatever else stands against it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values(claim, is_settled=is_settled))
        slot_id, listing_id, claim_id = cursor.fetchone()
    if claim_id is not None:
        claim.slot.taken += claim.quantity
    elif slot_id is not None:
        # Raising rolls the taken quantity back.
        _explain(claim, is_open=listing_id is not None)
    return claim_id


def values(claim: Claim, *, is_settled: bool) -> dict[str, object]:
    """What `STEPS` ask for: the columns of `claim` as it stands."""
    return {
        "slot": claim.slot_id,
        "organisation": claim.organisation_id,
        "quantity": claim.quantity,
        "plan": claim.plan,
        "state": claim.state,
        "answer_due": claim.answer_due,
        "expires_at": claim.expires_at,
        "now": claim.claimed_at,
        "by": claim.claimed_by_id,
        "sign_due": claim.sign_due,
        "occupies": claim.occupies,
        "during": claim.during,
        "passed_from": claim.passed_from_id,
        "is_settled": is_settled,
    }


def explain_shortage(claim: Claim) -> SlotFull:
    """Why there is too little for `claim`, from the rows as they stand now; what else stands against it is raised."""
    slot = _check_again(claim)
    waiting = slot.claims.waiting().count()
    words = {"left": slot.left, "measure": slot.listing.measure, "waiting": waiting}
    if slot.left <= 0:
        if waiting:
            return SlotFull(
                _("该时段已被认领完，已有 %(waiting)s 个单位候补。可以加入候补，或选择其他时段、其他条目。")
                % words,
                field="quantity",
            )
        return SlotFull(_("该时段已被认领完。可以加入候补，或选择其他时段、其他条目。"), field="quantity")
    if not slot.listing.is_divisible:
        return SlotFull(
            _("该时段已有单位认领，而这个条目要整份认领。可以加入候补，或选择其他时段。"), field="quantity"
        )
    return SlotFull(
        _("该时段只剩 %(left)s %(measure)s。请把数量改为 %(left)s 以内，或者加入候补。") % words,
        field="quantity",
    )


def overlap_refusal(slot: Slot, other: Claim) -> VenueTaken | OverlapWarning:
    """The sentence that names the time at which `other` has the venue or team of `slot` already."""
    if other.is_past_hold():
        return VenueTaken(_("占用同一时间的那条认领刚刚到期，系统已收回。请再提交一次。"), field="slot")
    words = {
        "venue": slot.listing.occupies,
        "period": cn_period(other.slot.starts_at, other.slot.ends_at),
    }
    if slot.listing.overlap == Overlap.FORBID:
        return VenueTaken(
            _(
                "“%(venue)s”在%(period)s已有认领，时间重叠，不能再认领。请选择其他时段，或与发布单位商量调整时间。"
            )
            % words,
            field="slot",
        )
    return OverlapWarning(
        _(
            "“%(venue)s”在%(period)s已有认领，时间重叠。确实可以同时进行的，请勾选“已知时间重叠”后再提交；否则请选择其他时段。"
        )
        % words,
        field="is_overlap_known",
    )


def read_plan(plan: str) -> str:
    """How the claimant means to do it; raises `BadInput` when too long."""
    column = Claim._meta.get_field("plan")
    return read_words(plan, field="plan", label=str(column.verbose_name), most=column.max_length)


def _explain(claim: Claim, *, is_open: bool) -> None:
    """Say why the quantity was there and yet nothing was claimed, from the rows as they stand now."""
    if not is_open:
        _check_again(claim)
        raise Conflict(_("这个条目刚刚有变化。请刷新页面，核对后再认领。"))
    unanswered = Claim.objects.filter(
        slot=claim.slot_id, organisation=claim.organisation_id, state__in=UNANSWERED_CLAIM_STATES
    ).first()
    if unanswered:
        raise Conflict(
            _(
                "%(organisation)s 对该时段已有一条认领（%(state)s）在等答复或确认。请先办完那一条，或先撤回后重新认领。"
            )
            % {"organisation": claim.organisation, "state": unanswered.get_state_display()}
        )
    raise VenueTaken(
        _("“%(venue)s”在这个时间刚刚被别的认领占用。请刷新页面，选择其他时段。")
        % {"venue": claim.slot.listing.occupies},
        field="slot",
    )


def _check_again(claim: Claim) -> Slot:
    """The slot as it stands; the permission is asked as before the statement, now with what has ended since."""
    slot = slots().get(pk=claim.slot_id)
    claimant = Organisation.objects.get(pk=claim.organisation_id)
    permissions.check_can_claim_listing(claim.claimed_by, slot, claimant)
    return slot
