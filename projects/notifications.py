"""Which event of this room tells whom, and which deadlines are called to mind."""

from django.utils.translation import gettext_lazy as _

from alliances.models import Membership
from members.models import Assignment, Organisation, User
from members.notifications import Deadline, notify, register, speakers
from members.states import Role
from projects.models import Agreement, Claim, Delivery, Listing

LISTING_PUBLISHED = register("listing_published", _("%(organisation)s 发布了“%(listing)s”，可以认领。"))
LISTING_CLAIMED = register(
    "listing_claimed", _("%(organisation)s 认领了“%(listing)s”（%(quantity)s），请答复。")
)
CLAIM_ACCEPTED = register("claim_accepted", _("%(organisation)s 接受了对“%(listing)s”的认领，请签署协议。"))
CLAIM_DECLINED = register(
    "claim_declined", _("%(organisation)s 退回了对“%(listing)s”的认领。原因：%(reason)s")
)
CLAIM_WITHDRAWN = register(
    "claim_withdrawn", _("%(organisation)s 撤回了对“%(listing)s”的认领。原因：%(reason)s")
)
CLAIM_REVOKED = register(
    "claim_revoked", _("%(organisation)s 撤销了对“%(listing)s”的认领。原因：%(reason)s")
)
AGREEMENT_SIGNED = register("agreement_signed", _("“%(listing)s”的共建协议书已由双方签署，可以开始实施。"))
DELIVERY_REPORTED = register(
    "delivery_reported", _("%(organisation)s 报告“%(listing)s”已交付 %(quantity)s，请确认和评议。")
)
DELIVERY_ACCEPTED = register(
    "delivery_accepted", _("%(organisation)s 确认了“%(listing)s”的交付（%(quantity)s）。")
)
DELIVERY_RETURNED = register(
    "delivery_returned", _("%(organisation)s 退回了“%(listing)s”的交付报告。原因：%(reason)s")
)
CLAIM_UNANSWERED = register("claim_unanswered", _("对“%(title)s”的认领快到答复期限了，请尽快答复。"))
AGREEMENT_UNSIGNED = register(
    "agreement_unsigned", _("“%(title)s”的共建协议书快到签约期限了，请尽快签署。")
)
DELIVERY_UNACKNOWLEDGED = register(
    "delivery_unacknowledged", _("“%(title)s”的交付快到确认期限了，请尽快确认和评议。")
)


def listing_published(listing: Listing) -> None:
    """Tells the liaisons of the alliance's other members: one query and one insert, however many."""
    members = Membership.objects.current().filter(alliance=listing.alliance_id)
    others = members.exclude(organisation=listing.organisation_id).values("organisation")
    posts = Assignment.objects.current().filter(role=Role.LIAISON, organisation__in=others)
    liaisons = User.objects.filter(is_active=True, pk__in=posts.values("user"))
    notify(LISTING_PUBLISHED, listing, liaisons, organisation=listing.organisation, listing=listing)


def listing_claimed(claim: Claim, *, by: User) -> None:
    """Tells the owner."""
    _tell(LISTING_CLAIMED, claim, claim, claim.listing.organisation, by, organisation=claim.organisation)


def claim_accepted(claim: Claim, *, by: User) -> None:
    """Tells the claimant."""
    _tell(CLAIM_ACCEPTED, claim, claim, claim.organisation, by, organisation=claim.listing.organisation)


def claim_declined(claim: Claim, *, by: User) -> None:
    """Tells the claimant."""
    owner = claim.listing.organisation
    _tell(CLAIM_DECLINED, claim, claim, claim.organisation, by, organisation=owner, reason=claim.reason)


def claim_withdrawn(claim: Claim, *, by: User) -> None:
    """Tells the owner."""
    owner = claim.listing.organisation
    _tell(
        CLAIM_WITHDRAWN, claim, claim, owner, by, organisation=claim.organisation, reason=claim.exit_words
    )


def claim_revoked(claim: Claim, *, by: User) -> None:
    """Tells the claimant."""
    owner = claim.listing.organisation
    _tell(CLAIM_REVOKED, claim, claim, claim.organisation, by, organisation=owner, reason=claim.reason)


def agreement_signed(agreement: Agreement, claim: Claim, *, by: User) -> None:
    """Tells both sides, once both have signed; `claim` is the one that gives the title."""
    for side in (agreement.party_a, agreement.party_b):
        _tell(AGREEMENT_SIGNED, agreement, claim, side, by)


def delivery_reported(delivery: Delivery, claim: Claim, *, by: User) -> None:
    """Tells the requester."""
    _tell(
        DELIVERY_REPORTED,
        delivery,
        claim,
        claim.requester,
        by,
        organisation=claim.provider,
        amount=delivery.quantity,
    )


def delivery_accepted(delivery: Delivery, claim: Claim, *, by: User) -> None:
    """Tells the doer."""
    _tell(
        DELIVERY_ACCEPTED,
        delivery,
        claim,
        claim.provider,
        by,
        organisation=claim.requester,
        amount=delivery.accepted_quantity,
    )


def delivery_returned(delivery: Delivery, claim: Claim, *, by: User) -> None:
    """Tells the doer."""
    _tell(
        DELIVERY_RETURNED,
        delivery,
        claim,
        claim.provider,
        by,
        organisation=claim.requester,
        reason=delivery.remark,
    )


def _tell(
    kind: str,
    obj,
    claim: Claim,
    organisation: Organisation,
    by: User,
    /,
    *,
    amount: int | None = None,
    **params: object,
) -> None:
    """Tell the speakers of `organisation`, but not the person who acted; `amount` is that of the claim by default."""
    others = [user for user in speakers(organisation) if user.pk != by.pk]
    quantity = f"{amount or claim.quantity} {claim.listing.measure}"
    notify(kind, obj, others, listing=claim.listing, quantity=quantity, **params)


# --- Deadlines ------------------------------------------------------------------------------------
DEADLINES = {
    CLAIM_UNANSWERED: Deadline(
        Claim,
        "claim-detail",
        """
        SELECT c.id AS row_id, c.id AS page_id, c.answer_due AS due, o.path, l.title
          FROM projects_claim c
          JOIN projects_slot s ON s.id = c.slot_id
          JOIN projects_listing l ON l.id = s.listing_id
          JOIN members_organisation o ON o.id = l.organisation_id
         WHERE c.state = 'requested' AND c.answer_due <= %(until)s
        """,
    ),
    AGREEMENT_UNSIGNED: Deadline(
        Agreement,
        "agreement-detail",
        """
        SELECT a.id AS row_id, a.id AS page_id, a.sign_due AS due, o.path, t.title
          FROM projects_agreement a
          JOIN members_organisation o
            ON (o.id = a.party_a_id AND a.party_a_signed_at IS NULL)
            OR (o.id = a.party_b_id AND a.party_b_signed_at IS NULL)
          CROSS JOIN LATERAL (
            SELECT l.title FROM projects_agreementclaim ac
              JOIN projects_claim c ON c.id = ac.claim_id
              JOIN projects_slot s ON s.id = c.slot_id
              JOIN projects_listing l ON l.id = s.listing_id
             WHERE ac.agreement_id = a.id ORDER BY ac.id LIMIT 1
          ) t
         WHERE a.state = 'draft' AND a.sign_due <= %(until)s
        """,
    ),
    DELIVERY_UNACKNOWLEDGED: Deadline(
        Delivery,
        "claim-detail",
        """
        SELECT d.id AS row_id, c.id AS page_id, d.acknowledge_due AS due, o.path, l.title
          FROM projects_delivery d
          JOIN projects_claim c ON c.id = d.claim_id
          JOIN projects_slot s ON s.id = c.slot_id
          JOIN projects_listing l ON l.id = s.listing_id
          JOIN members_organisation o
            ON o.id = CASE l.direction WHEN 'need' THEN l.organisation_id ELSE c.organisation_id END
         WHERE d.state = 'reported' AND d.acknowledge_due <= %(until)s
        """,
    ),
}
