"""What is told about an agreement."""

from django.utils.translation import gettext_lazy as _

from members.models import User
from members.notifications import register
from projects.models import Agreement, Claim
from projects.notifications.telling import tell

AGREEMENT_SIGNED = register("agreement_signed", _("“%(listing)s”的共建协议书已由双方签署，可以开始实施。"))


def agreement_signed(agreement: Agreement, claim: Claim, *, by: User) -> None:
    """Tells both sides, once both have signed; `claim` is the one that gives the title."""
    for side in (agreement.party_a, agreement.party_b):
        tell(AGREEMENT_SIGNED, agreement, claim, side, by)
