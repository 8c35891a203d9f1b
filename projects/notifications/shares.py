"""What is told about a joint claim and about a claim that is passed on."""

from django.utils.translation import gettext_lazy as _

from members.models import User
from members.notifications import register
from projects.models import Claim, Share
from projects.notifications.telling import tell, tell_claimants

SHARE_ASKED = register(
    "share_asked",
    _("%(organisation)s 邀请贵单位一起认领“%(listing)s”，分担 %(quantity)s。请在 %(until)s 前确认。"),
)
SHARE_CONFIRMED = register("share_confirmed", _("%(organisation)s 确认分担“%(listing)s”的 %(quantity)s。"))
SHARE_DECLINED = register(
    "share_declined", _("%(organisation)s 不参加“%(listing)s”的共同认领。原因：%(reason)s")
)
SHARES_COMPLETE = register(
    "shares_complete", _("“%(listing)s”的共同认领已由各单位确认，交给发布方（%(quantity)s）。")
)
CLAIM_PASSED = register(
    "claim_passed",
    _("%(organisation)s 把“%(listing)s”的认领（%(quantity)s）转交给贵单位。请在 %(until)s 前确认。"),
)
CLAIM_PASSED_ON = register(
    "claim_passed_on",
    _("%(organisation)s 办不了“%(listing)s”的认领，已转交 %(successor)s，等其确认。原因：%(reason)s"),
)


def share_asked(share: Share, claim: Claim, *, until, by: User) -> None:
    """Tells the partner until which day to confirm."""
    tell(
        SHARE_ASKED,
        share,
        claim,
        share.organisation,
        by,
        organisation=claim.organisation,
        amount=share.quantity,
        until=until,
    )


def share_confirmed(share: Share, claim: Claim, *, by: User) -> None:
    """Tells the lead unit."""
    tell(
        SHARE_CONFIRMED,
        share,
        claim,
        claim.organisation,
        by,
        organisation=share.organisation,
        amount=share.quantity,
    )


def share_declined(share: Share, claim: Claim, *, by: User) -> None:
    """Tells the lead unit, with the reason."""
    tell(
        SHARE_DECLINED,
        share,
        claim,
        claim.organisation,
        by,
        organisation=share.organisation,
        amount=share.quantity,
        reason=share.reason,
    )


def shares_complete(claim: Claim, *, by: User) -> None:
    """Tells every unit that takes part that the claim now lies with the owner."""
    tell_claimants(SHARES_COMPLETE, claim, claim, by)


def claim_passed(claim: Claim, *, until, by: User) -> None:
    """Tells the unit that gets the claim, and the owner who it came from and why."""
    source = claim.passed_from
    tell(CLAIM_PASSED, claim, claim, claim.organisation, by, organisation=source.organisation, until=until)
    tell(
        CLAIM_PASSED_ON,
        claim,
        claim,
        claim.listing.organisation,
        by,
        organisation=source.organisation,
        successor=claim.organisation,
        reason=source.exit_words,
    )
