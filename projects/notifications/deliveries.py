"""What is told about a delivery."""

from django.utils.translation import gettext_lazy as _

from members.models import User
from members.notifications import register
from projects.models import Claim, Delivery
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
