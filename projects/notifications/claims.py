"""What is told about a claim."""

from django.utils.translation import gettext_lazy as _

from members.models import User
from members.notifications import register
from projects.models import Claim
from projects.notifications.telling import plain_words, tell, tell_claimants, tell_partners
from projects.states import Cause, Direction
from workflow.templatetags.workflow import cn_until

LISTING_CLAIMED = register(
    "listing_claimed", _("%(organisation)s 认领了“%(listing)s”（%(quantity)s），请答复。")
)
CLAIM_ACCEPTED = register("claim_accepted", _("%(organisation)s 接受了对“%(listing)s”的认领，请签署协议。"))
# The claimant signs for all.
JOINT_CLAIM_ACCEPTED = register(
    "joint_claim_accepted",
    _("%(organisation)s 接受了贵单位参加的“%(listing)s”共同认领，协议由 %(claimant)s 签署。"),
)
CLAIM_DECLINED = register(
    "claim_declined", _("%(organisation)s 退回了对“%(listing)s”的认领。原因：%(reason)s")
)
CLAIM_WITHDRAWN = register(
    "claim_withdrawn", _("%(organisation)s 撤回了对“%(listing)s”的认领。原因：%(reason)s")
)
CLAIM_REVOKED = register(
    "claim_revoked", _("%(organisation)s 撤销了对“%(listing)s”的认领。原因：%(reason)s")
)


LISTING_TAKEN = register(
    "listing_taken",
    _("%(organisation)s 认领了“%(listing)s”（%(quantity)s），按“认领即对接”已对接，请签署协议。"),
)
CLAIM_OFFERED = register(
    "claim_offered",
    _("“%(listing)s”轮到贵单位了，已留出 %(quantity)s。请在 %(until)s 前确认，过时让给下一个单位。"),
)
CLAIM_PRIORITISED = register(
    "claim_prioritised", _("%(organisation)s 调整了贵单位在“%(listing)s”候补中的优先级。原因：%(reason)s")
)
CLAIM_LAPSED = register(
    "claim_lapsed", _("贵单位对“%(listing)s”（%(quantity)s）的认领已失效：%(reason)s。")
)
CLAIM_LAPSED_AT_OWNER = register(
    "claim_lapsed_at_owner",
    _("%(organisation)s 对“%(listing)s”（%(quantity)s）的认领已失效：%(reason)s。数量已让出。"),
)
NEED_UNANSWERED = register(
    "need_unanswered",
    _(
        "%(owner)s 没有按期答复 %(organisation)s 对“%(listing)s”的认领，认领已失效。请联系双方，看需求怎样办。"
    ),
)


def listing_claimed(claim: Claim, *, by: User) -> None:
    """Tells the owner."""
    tell(LISTING_CLAIMED, claim, claim, claim.listing.organisation, by, organisation=claim.organisation)


def claimed_words(claim: Claim) -> dict[str, str]:
    """The params of `LISTING_CLAIMED`, for the statement that writes claim and message at once."""
    return plain_words(claim, organisation=claim.organisation)


def listing_taken(claim: Claim, *, by: User) -> None:
    """Tells the owner that it is matched already."""
    tell(LISTING_TAKEN, claim, claim, claim.listing.organisation, by, organisation=claim.organisation)


def claim_offered(claim: Claim) -> None:
    """Tells the claimant what is kept for it, and until when."""
    until = cn_until(claim.expires_at)
    tell(CLAIM_OFFERED, claim, claim, claim.organisation, None, until=until)


def claim_prioritised(claim: Claim, *, by: User) -> None:
    """Tells the claimant."""
    owner, reason = claim.listing.organisation, claim.priority_reason or _("不再优先")
    tell(CLAIM_PRIORITISED, claim, claim, claim.organisation, by, organisation=owner, reason=reason)


def claim_lapsed(claim: Claim) -> None:
    """Tells all who claim; the owner too, once it had come before him; and the host of a need that nobody answered."""
    listing, reason = claim.listing, claim.get_cause_display()
    tell_claimants(CLAIM_LAPSED, claim, claim, None, reason=reason)
    if claim.cause == Cause.LISTING_GONE:
        return
    words = {"organisation": claim.organisation, "reason": reason}
    tell(CLAIM_LAPSED_AT_OWNER, claim, claim, listing.organisation, None, **words)
    if claim.cause == Cause.UNANSWERED and listing.direction == Direction.NEED:
        host, owner = listing.alliance.host, listing.organisation
        tell(NEED_UNANSWERED, claim, claim, host, None, owner=owner, organisation=claim.organisation)


def claim_accepted(claim: Claim, *, by: User) -> None:
    """Tells the claimant, and who shares the claim with it."""
    owner = claim.listing.organisation
    tell(CLAIM_ACCEPTED, claim, claim, claim.organisation, by, organisation=owner)
    words = {"organisation": owner, "claimant": claim.organisation}
    tell_partners(JOINT_CLAIM_ACCEPTED, claim, claim, by, **words)


def claim_declined(claim: Claim, *, by: User) -> None:
    """Tells all who claim."""
    owner = claim.listing.organisation
    tell_claimants(CLAIM_DECLINED, claim, claim, by, organisation=owner, reason=claim.reason)


def claim_withdrawn(claim: Claim, *, by: User) -> None:
    """Tells the owner."""
    owner = claim.listing.organisation
    tell(CLAIM_WITHDRAWN, claim, claim, owner, by, organisation=claim.organisation, reason=claim.exit_words)


def joint_claim_withdrawn(claim: Claim, *, by: User) -> None:
    """Tells who shares the claim, whether or not it had come before the owner."""
    words = {"organisation": claim.organisation, "reason": claim.exit_words}
    tell_partners(CLAIM_WITHDRAWN, claim, claim, by, **words)


def claim_revoked(claim: Claim, *, by: User) -> None:
    """Tells all who claim."""
    owner = claim.listing.organisation
    tell_claimants(CLAIM_REVOKED, claim, claim, by, organisation=owner, reason=claim.reason)
