"""What is told about a claim."""

from django.utils.translation import gettext_lazy as _

from members.models import User
from members.notifications import register
from projects.models import Claim
from projects.notifications.telling import tell

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


def listing_claimed(claim: Claim, *, by: User) -> None:
    """Tells the owner."""
    tell(LISTING_CLAIMED, claim, claim, claim.listing.organisation, by, organisation=claim.organisation)


def claim_accepted(claim: Claim, *, by: User) -> None:
    """Tells the claimant."""
    tell(CLAIM_ACCEPTED, claim, claim, claim.organisation, by, organisation=claim.listing.organisation)


def claim_declined(claim: Claim, *, by: User) -> None:
    """Tells the claimant."""
    owner = claim.listing.organisation
    tell(CLAIM_DECLINED, claim, claim, claim.organisation, by, organisation=owner, reason=claim.reason)


def claim_withdrawn(claim: Claim, *, by: User) -> None:
    """Tells the owner."""
    owner = claim.listing.organisation
    tell(CLAIM_WITHDRAWN, claim, claim, owner, by, organisation=claim.organisation, reason=claim.exit_words)


def claim_revoked(claim: Claim, *, by: User) -> None:
    """Tells the claimant."""
    owner = claim.listing.organisation
    tell(CLAIM_REVOKED, claim, claim, claim.organisation, by, organisation=owner, reason=claim.reason)
