"""Who may report, confirm, return, dispute and rate a delivery, and in which state of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Claim, Delivery, Dispute
from projects.permissions.parties import check_acts_for
from projects.states import (
    DELIVERY_MOVES,
    ClaimState,
    DeliveryState,
)
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move
from workflow.templatetags.workflow import cn_date


def check_can_report_delivery(by, claim: Claim) -> None:
    """The doer, once the agreement is signed, one report at a time."""
    check_acts_for(by, claim.provider)
    if claim.state != ClaimState.AGREED:
        raise InvalidTransition(
            _("认领当前为“%(state)s”，不能报告交付。请在双方签约后、办结前报告。")
            % {"state": claim.get_state_display()}
        )
    if claim.deliveries.unsettled().exists():
        raise InvalidTransition(_("上一次交付还没有确认。请等对方确认、异议处理完以后再报告下一次。"))


def check_can_accept_delivery(by, delivery: Delivery) -> None:
    """The requester, while it is unanswered; never the person who reported it."""
    _check_counts(by, delivery)
    check_move(DELIVERY_MOVES, delivery.state, DeliveryState.ACCEPTED)


def check_can_return_delivery(by, delivery: Delivery) -> None:
    """The requester, while it is unanswered."""
    check_acts_for(by, delivery.claim.requester)
    check_move(DELIVERY_MOVES, delivery.state, DeliveryState.RETURNED)


def check_can_dispute_delivery(by, delivery: Delivery) -> None:
    """The requester, while it is unanswered; never the person who reported it."""
    _check_counts(by, delivery)
    check_move(DELIVERY_MOVES, delivery.state, DeliveryState.DISPUTED)


def check_can_rate_delivery(by, delivery: Delivery) -> None:
    """The requester, once, when a quantity was settled without a rating."""
    _check_counts(by, delivery)
    if delivery.state != DeliveryState.ACCEPTED:
        raise InvalidTransition(_("这次交付还没有确认，不能评议。请先确认交付数量。"))
    if delivery.rating:
        raise InvalidTransition(_("这次交付已经评议过了，评议以第一次为准。"))


def check_can_answer_rating(by, delivery: Delivery) -> None:
    """The doer, once, when there is a rating."""
    check_acts_for(by, delivery.claim.provider)
    if not delivery.rating:
        raise InvalidTransition(_("对方还没有评议。评议以后才能回应。"))
    if delivery.answer:
        raise InvalidTransition(_("已经回应过了，回应以第一次为准。"))


def check_can_state_side(by, dispute: Dispute) -> None:
    """The doer, once, while the dispute is open; never the person who counted."""
    _check_answers(by, dispute)
    _check_open(dispute)
    if dispute.provider_statement:
        raise InvalidTransition(_("贵方已经说明过情况，说明以第一次为准。可以同意对方的数量，或等待处理。"))


def check_can_agree_with_requester(by, dispute: Dispute) -> None:
    """The doer, while the dispute is open; never the person who counted."""
    _check_answers(by, dispute)
    _check_open(dispute)


def check_can_agree_with_provider(by, dispute: Dispute) -> None:
    """The requester, while the dispute is open and the doer has spoken; never who reported or spoke for the doer."""
    _check_counts(by, dispute.delivery)
    if by.pk == dispute.stated_by_id:
        raise NotPermitted(_("您已代表提供方说明情况，不能再代表需求方。请由需求方的其他人员办理。"))
    _check_open(dispute)
    if not dispute.provider_statement:
        raise InvalidTransition(_("提供方还没有说明情况。请等对方说明后再决定。"))


def check_can_decide_dispute(by, dispute: Dispute) -> None:
    """Who looks after the alliance's host, once both have spoken or the date has passed.

    Street staff speak for the communities beneath them; so it is the persons who are kept apart: whoever
    reported, counted or stated does not decide.
    """
    delivery = dispute.delivery
    host = delivery.claim.listing.alliance.host
    if not by.manages(host):
        raise NotPermitted(_("只有 %(host)s 的工作人员可以认定。请联系他们处理。") % {"host": host})
    if by.pk in (delivery.reported_by_id, dispute.opened_by_id, dispute.stated_by_id):
        raise NotPermitted(_("您参与过这次交付的报告、确认或说明，不能由您认定。请由其他工作人员处理。"))
    _check_open(dispute)
    if not dispute.provider_statement and dispute.settle_by >= timezone.localdate():
        raise InvalidTransition(
            _("提供方还没有说明情况，期限是 %(day)s。请等对方说明，或在期限过后处理。")
            % {"day": cn_date(dispute.settle_by)}
        )


def _check_counts(by, delivery: Delivery) -> None:
    check_acts_for(by, delivery.claim.requester)
    if by.pk == delivery.reported_by_id:
        raise NotPermitted(_("这次交付是您报告的，不能由您确认。请由需求方的其他人员确认和评议。"))


def _check_answers(by, dispute: Dispute) -> None:
    """Who acts for the doer; street staff speak for several communities, but one person never for both sides."""
    check_acts_for(by, dispute.delivery.claim.provider)
    if by.pk == dispute.opened_by_id:
        raise NotPermitted(_("异议是您代表需求方提出的，不能再代表提供方。请由提供方的其他人员办理。"))


def _check_open(dispute: Dispute) -> None:
    if dispute.outcome:
        raise InvalidTransition(
            _("异议已处理：%(outcome)s。不用再办。") % {"outcome": dispute.get_outcome_display()}
        )
