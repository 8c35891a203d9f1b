"""What is told about a delivery."""

from django.utils.translation import gettext_lazy as _

from members.models import User
from members.notifications import register
from projects.models import Claim, Delivery, Dispute
from projects.notifications.telling import tell

DELIVERY_REPORTED = register(
    "delivery_reported", _("%(organisation)s 报告“%(listing)s”已交付 %(quantity)s，请确认和评议。")
)
DELIVERY_ACCEPTED = register(
    "delivery_accepted", _("%(organisation)s 确认了“%(listing)s”的交付（%(quantity)s）。")
)
DELIVERY_RETURNED = register(
    "delivery_returned", _("%(organisation)s 退回了“%(listing)s”的交付报告。原因：%(reason)s")
)
DELIVERY_RATED = register("delivery_rated", _("%(organisation)s 评议了“%(listing)s”的交付，请查看。"))
RATING_ANSWERED = register("rating_answered", _("%(organisation)s 回应了对“%(listing)s”的评议：%(answer)s"))
DELIVERY_DISPUTED = register(
    "delivery_disputed", _("%(organisation)s 对“%(listing)s”的交付数量有异议，请写明情况。")
)
SIDE_STATED = register("side_stated", _("%(organisation)s 说明了“%(listing)s”的交付情况，请查看。"))
DISPUTE_SETTLED = register("dispute_settled", _("“%(listing)s”的交付异议已处理，认定 %(quantity)s。"))


def delivery_reported(delivery: Delivery, claim: Claim, *, by: User) -> None:
    """Tells the requester."""
    tell(
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
    tell(
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
    tell(
        DELIVERY_RETURNED,
        delivery,
        claim,
        claim.provider,
        by,
        organisation=claim.requester,
        reason=delivery.remark,
    )


def delivery_rated(delivery: Delivery, claim: Claim, *, by: User) -> None:
    """Tells the doer."""
    tell(DELIVERY_RATED, delivery, claim, claim.provider, by, organisation=claim.requester)


def rating_answered(delivery: Delivery, claim: Claim, *, by: User) -> None:
    """Tells the requester."""
    tell(
        RATING_ANSWERED,
        delivery,
        claim,
        claim.requester,
        by,
        organisation=claim.provider,
        answer=delivery.answer,
    )


def delivery_disputed(dispute: Dispute, claim: Claim, *, by: User) -> None:
    """Tells the doer."""
    tell(DELIVERY_DISPUTED, dispute.delivery, claim, claim.provider, by, organisation=claim.requester)


def side_stated(dispute: Dispute, claim: Claim, *, by: User) -> None:
    """Tells the requester."""
    tell(SIDE_STATED, dispute.delivery, claim, claim.requester, by, organisation=claim.provider)


def dispute_settled(dispute: Dispute, claim: Claim, *, by: User) -> None:
    """Tells both sides."""
    for side in (claim.provider, claim.requester):
        tell(DISPUTE_SETTLED, dispute.delivery, claim, side, by, amount=dispute.settled_quantity)
