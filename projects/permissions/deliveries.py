"""Who may report, confirm and return a delivery, and in which state of it."""

from django.utils.translation import gettext as _

from projects.models import Claim, Delivery
from projects.permissions.parties import check_acts_for
from projects.states import (
    DELIVERY_MOVES,
    ClaimState,
    DeliveryState,
)
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move


def check_can_report_delivery(by, claim: Claim) -> None:
    """The doer, once the agreement is signed, one report at a time."""
    check_acts_for(by, claim.provider)
    if claim.state != ClaimState.AGREED:
        raise InvalidTransition(
            _("认领当前为“%(state)s”，不能报告交付。请在双方签约后、办结前报告。")
            % {"state": claim.get_state_display()}
        )
    if claim.deliveries.unacknowledged().exists():
        raise InvalidTransition(_("上一次交付还在等对方确认。请等对方答复后再报告下一次。"))


def check_can_accept_delivery(by, delivery: Delivery) -> None:
    """The requester, while it is unanswered; never the person who reported it."""
    check_acts_for(by, delivery.claim.requester)
    if by.pk == delivery.reported_by_id:
        raise NotPermitted(_("这次交付是您报告的，不能由您确认。请由需求方的其他人员确认和评议。"))
    check_move(DELIVERY_MOVES, delivery.state, DeliveryState.ACCEPTED)


def check_can_return_delivery(by, delivery: Delivery) -> None:
    """The requester, while it is unanswered."""
    check_acts_for(by, delivery.claim.requester)
    check_move(DELIVERY_MOVES, delivery.state, DeliveryState.RETURNED)
