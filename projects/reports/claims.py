"""A claim with what hangs on it, loaded for a page in three queries whatever its length."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects

from projects.models import Agreement, AgreementClaim, Claim, Delivery, Share
from projects.states import OPEN_DELIVERY_STATES, PAST_AGREEMENT_STATES, AgreementState


@dataclass
class ClaimRow:
    """One claim, all its agreements and deliveries, newest first."""

    claim: Claim
    agreements: list[Agreement] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def agreement(self) -> Agreement | None:
        """The agreement that stands: what is signed goes before the draft that is to replace it."""
        standing = [one for one in self.agreements if one.state not in PAST_AGREEMENT_STATES]
        return min(standing, key=lambda one: one.state != AgreementState.SIGNED, default=None)

    @property
    def waiting(self) -> Delivery | None:
        """The delivery that waits for its acknowledgement, or for the end of its dispute."""
        return next((one for one in self.deliveries if one.state in OPEN_DELIVERY_STATES), None)


def on_page(claims: list[Claim]) -> list[ClaimRow]:
    """`claims` in their order, each with its shares, agreements and deliveries."""
    prefetch_related_objects(claims, Prefetch("shares", Share.objects.with_organisation().order_by("pk")))
    agreements, deliveries = defaultdict(list), defaultdict(list)
    lines = AgreementClaim.objects.filter(claim__in=claims).select_related(
        "agreement__party_a__kind",
        "agreement__party_b__kind",
        "agreement__party_a_signed_by",
        "agreement__party_b_signed_by",
    )
    for line in lines.order_by("-agreement"):
        # To this claim its own day matters, not the last of all items.
        line.agreement.deliver_by = line.deliver_by
        agreements[line.claim_id].append(line.agreement)
    rows = Delivery.objects.filter(claim__in=claims).select_related(
        "reported_by", "acknowledged_by", "dispute"
    )
    by_id = {claim.pk: claim for claim in claims}
    for delivery in rows.order_by("-pk"):
        delivery.claim = by_id[delivery.claim_id]
        deliveries[delivery.claim_id].append(delivery)
    return [ClaimRow(claim, agreements[claim.pk], deliveries[claim.pk]) for claim in claims]
