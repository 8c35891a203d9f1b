"""How a quantity of a slot is taken and its claim written in one statement, and why nothing was."""

from django.db import connection
from django.utils.translation import gettext as _

from members.models import Organisation
from projects import permissions
from projects.exceptions import SlotFull
from projects.models import Claim, Slot
from workflow.exceptions import Conflict

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
        SELECT slot.id, %(organisation)s, %(quantity)s, %(plan)s, %(state)s, %(answer_due)s, %(expires_at)s,
               %(now)s, %(by)s, ''
          FROM slot, listing
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT (SELECT id FROM slot), (SELECT id FROM listing), (SELECT id FROM claim)
"""


def slots():
    """Slots, loaded with what the rules of claiming ask for."""
    return Slot.objects.select_related(
        "listing__organisation__kind", "listing__alliance", "listing__category"
    )


def take(claim: Claim) -> int:
    """Take the quantity and write the claim in one statement; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "slot": claim.slot_id,
                "organisation": claim.organisation_id,
                "quantity": claim.quantity,
                "plan": claim.plan,
                "state": claim.state,
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
    slot = slots().get(pk=claim.slot_id)
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
