"""How two sides that count differently come to one quantity: both statements are kept, whoever is right.

Lock order: claim → delivery → dispute.
"""

from django.utils import timezone

from members.models import SpecialDay
from projects import notifications, permissions, rules
from projects.actions.deliveries import acknowledge, close_delivered, locked_with_claim, set_rating
from projects.models import Claim, Delivery, Dispute
from projects.states import DELIVERY_MOVES, DeliveryState, Outcome, Rating
from workflow.actions import action
from workflow.moves import move
from workflow.text import read_words


@action
def dispute_delivery(*, delivery: Delivery, by, counted: int, statement: str) -> Dispute:
    """Reported → disputed (异议): the requester counts `counted`, less than was reported, down to nothing.

    To be settled in the alliance's working days for acknowledging. Tells the doer. More than was reported
    is no dispute: the doer reports the rest.
    """
    claim, delivery = locked_with_claim(delivery)
    permissions.check_can_dispute_delivery(by, delivery)
    rules.check_counted(counted, reported=delivery.quantity)
    delivery.state = move(DELIVERY_MOVES, delivery.state, DeliveryState.DISPUTED)
    delivery.save(update_fields=["state"])
    days = claim.listing.alliance.acknowledge_days
    dispute = Dispute.objects.create(
        delivery=delivery,
        counted=counted,
        requester_statement=_read("requester_statement", statement, field="statement"),
        opened_by=by,
        settle_by=SpecialDay.objects.calendar().add(timezone.localdate(), days),
    )
    notifications.delivery_disputed(dispute, claim, by=by)
    return dispute


@action
def state_side(*, dispute: Dispute, by, statement: str) -> Dispute:
    """The doer's statement, once, beside that of the requester. Tells the requester."""
    claim, _delivery, dispute = _locked(dispute)
    permissions.check_can_state_side(by, dispute)
    _set_statement(dispute, by, statement)
    dispute.save(update_fields=["provider_statement", "stated_at", "stated_by"])
    notifications.side_stated(dispute, claim, by=by)
    return dispute


@action
def agree_with_requester(*, dispute: Dispute, by, statement: str = "") -> Dispute:
    """The doer takes the requester's count; with his statement when there is none yet. Tells the requester.

    The delivery is accepted for that count, confirmed by who counted, or returned when it is nothing.
    """
    claim, delivery, dispute = _locked(dispute)
    permissions.check_can_agree_with_requester(by, dispute)
    if not dispute.provider_statement:
        _set_statement(dispute, by, statement)
    _settle(
        dispute,
        claim,
        delivery,
        Outcome.PROVIDER_AGREED,
        dispute.counted,
        by,
        confirmed_by=dispute.opened_by,
    )
    notifications.dispute_settled(dispute, claim, by=by)
    return dispute


@action
def agree_with_provider(*, dispute: Dispute, by, rating: Rating, remark: str = "") -> Dispute:
    """The requester takes the reported quantity after the doer's statement, and rates. Tells the doer."""
    claim, delivery, dispute = _locked(dispute)
    permissions.check_can_agree_with_provider(by, dispute)
    set_rating(delivery, rating, remark)
    _settle(dispute, claim, delivery, Outcome.REQUESTER_AGREED, delivery.quantity, by, confirmed_by=by)
    notifications.dispute_settled(dispute, claim, by=by)
    return dispute


@action
def decide_dispute(*, dispute: Dispute, by, quantity: int, decision: str) -> Dispute:
    """Who looks after the alliance's host finds `quantity`, with his grounds; both statements stay.

    Once both sides have spoken, or after the date; never a person who reported, counted or stated.
    Tells both sides.
    """
    claim, delivery, dispute = _locked(dispute)
    permissions.check_can_decide_dispute(by, dispute)
    rules.check_settled(quantity, reported=delivery.quantity)
    dispute.decision = _read("decision", decision)
    _settle(dispute, claim, delivery, Outcome.DECIDED, quantity, by, confirmed_by=by)
    notifications.dispute_settled(dispute, claim, by=by)
    return dispute


def _locked(dispute: Dispute) -> tuple[Claim, Delivery, Dispute]:
    claim, delivery = locked_with_claim(Delivery.objects.get(pk=dispute.delivery_id))
    dispute = Dispute.objects.select_for_update(of=("self",)).select_related("opened_by").get(pk=dispute.pk)
    dispute.delivery = delivery
    return claim, delivery, dispute


def _set_statement(dispute: Dispute, by, statement: str) -> None:
    dispute.provider_statement = _read("provider_statement", statement, field="statement")
    dispute.stated_at, dispute.stated_by = timezone.now(), by


def _settle(
    dispute: Dispute, claim: Claim, delivery: Delivery, outcome: Outcome, quantity: int, by, *, confirmed_by
) -> None:
    dispute.outcome, dispute.settled_quantity = outcome, quantity
    dispute.settled_at, dispute.settled_by = timezone.now(), by
    dispute.save()
    if quantity:
        acknowledge(delivery, DeliveryState.ACCEPTED, confirmed_by, quantity=quantity)
        close_delivered(claim)
    else:
        # The words of whoever found nothing delivered: the doer reads them and reports anew.
        delivery.remark = (dispute.decision or dispute.requester_statement)[:200]
        acknowledge(delivery, DeliveryState.RETURNED, confirmed_by)


def _read(name: str, text: str, *, field: str | None = None) -> str:
    column = Dispute._meta.get_field(name)
    return read_words(
        text,
        field=field or name,
        label=str(column.verbose_name),
        most=column.max_length,
        required=True,
    )
