"""How work is reported, confirmed and rated."""

from datetime import date

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import SpecialDay
from projects import notifications, permissions, rules
from projects.models import Claim, Delivery
from projects.states import CLAIM_MOVES, DELIVERY_MOVES, ClaimState, DeliveryState, Rating
from workflow.actions import action
from workflow.exceptions import BadInput
from workflow.moves import move
from workflow.text import read_words


@action
def report_delivery(*, claim: Claim, by, quantity: int, done_on: date, report: str = "") -> Delivery:
    """A report of `quantity` done on `done_on`, to be acknowledged in the alliance's working days.

    The doer, after signing; part of the claim or all that is left of it. Tells the requester.
    """
    claim = _locked(claim)
    permissions.check_can_report_delivery(by, claim)
    rules.check_quantity(quantity, most=claim.quantity - accepted_quantity(claim))
    if done_on > timezone.localdate():
        raise BadInput(_("完成日期不能晚于今天。请在办完以后报告。"), field="done_on")
    column = Delivery._meta.get_field("report")
    delivery = Delivery.objects.create(
        claim=claim,
        quantity=quantity,
        done_on=done_on,
        report=read_words(report, field="report", label=str(column.verbose_name), most=column.max_length),
        acknowledge_due=SpecialDay.objects.calendar().add(
            timezone.localdate(), claim.listing.alliance.acknowledge_days
        ),
        reported_by=by,
    )
    notifications.delivery_reported(delivery, claim, by=by)
    return delivery


@action
def accept_delivery(
    *, delivery: Delivery, by, rating: Rating, quantity: int | None = None, remark: str = ""
) -> Delivery:
    """Reported → accepted for `quantity`, all of it by default, with a rating. The requester.

    With the last of the claimed quantity the claim becomes delivered (办结). Tells the doer.
    """
    claim, delivery = _locked_with_claim(delivery)
    permissions.check_can_accept_delivery(by, delivery)
    if rating not in Rating.values:
        raise BadInput(_("请选择评议：很好、较好、一般或较差。"), field="rating")
    quantity = delivery.quantity if quantity is None else quantity
    delivery.accepted_quantity = rules.check_quantity(quantity, most=delivery.quantity)
    delivery.rating = Rating(rating)
    _acknowledge(delivery, DeliveryState.ACCEPTED, by, remark, is_remark_required=False)
    if accepted_quantity(claim) >= claim.quantity:
        claim.state = move(CLAIM_MOVES, claim.state, ClaimState.DELIVERED)
        claim.save(update_fields=["state"])
    notifications.delivery_accepted(delivery, claim, by=by)
    return delivery


@action
def return_delivery(*, delivery: Delivery, by, remark: str) -> Delivery:
    """Reported → returned; `remark` says what is missing. The requester. Tells the doer, who reports anew."""
    claim, delivery = _locked_with_claim(delivery)
    permissions.check_can_return_delivery(by, delivery)
    _acknowledge(delivery, DeliveryState.RETURNED, by, remark, is_remark_required=True)
    notifications.delivery_returned(delivery, claim, by=by)
    return delivery


def accepted_quantity(claim: Claim) -> int:
    """How much of `claim` the requester has confirmed."""
    return claim.deliveries.accepted().aggregate(total=Sum("accepted_quantity"))["total"] or 0


def _locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).with_parties().get(pk=claim.pk)


def _locked_with_claim(delivery: Delivery) -> tuple[Claim, Delivery]:
    claim = _locked(Claim(pk=delivery.claim_id))
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    delivery.claim = claim
    return claim, delivery


def _acknowledge(
    delivery: Delivery, state: DeliveryState, by, remark: str, *, is_remark_required: bool
) -> None:
    column = Delivery._meta.get_field("remark")
    delivery.remark = read_words(
        remark,
        field="remark",
        label=str(column.verbose_name),
        most=column.max_length,
        required=is_remark_required,
    )
    delivery.state = move(DELIVERY_MOVES, delivery.state, state)
    delivery.acknowledged_at, delivery.acknowledged_by = timezone.now(), by
    delivery.save(
        update_fields=[
            "state",
            "accepted_quantity",
            "rating",
            "remark",
            "acknowledged_at",
            "acknowledged_by",
        ]
    )
