"""How work is reported, confirmed and rated."""

from datetime import date

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import SpecialDay
from projects import notifications, permissions, rules
from projects.exceptions import QuantityDiffers
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
    delivery = Delivery.objects.create(
        claim=claim,
        quantity=quantity,
        done_on=done_on,
        report=_read("report", report),
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
    """Reported → accepted for all that was reported, with a rating. The requester.

    `quantity` is what the requester counts: another number than the reported one raises
    `QuantityDiffers`, since that needs words (`dispute_delivery`). With the last of the claimed quantity
    the claim becomes delivered (办结). Tells the doer.
    """
    claim, delivery = locked_with_claim(delivery)
    permissions.check_can_accept_delivery(by, delivery)
    if quantity is not None and quantity != delivery.quantity:
        raise QuantityDiffers(
            _("报告的数量是 %(reported)s，您填的是 %(counted)s。数量不一致时请提出异议，写明情况。")
            % {"reported": delivery.quantity, "counted": quantity},
            field="quantity",
        )
    set_rating(delivery, rating, remark)
    acknowledge(delivery, DeliveryState.ACCEPTED, by, quantity=delivery.quantity)
    close_delivered(claim)
    notifications.delivery_accepted(delivery, claim, by=by)
    return delivery


@action
def return_delivery(*, delivery: Delivery, by, remark: str) -> Delivery:
    """Reported → returned; `remark` says what is missing. The requester. Tells the doer, who reports anew."""
    claim, delivery = locked_with_claim(delivery)
    permissions.check_can_return_delivery(by, delivery)
    delivery.remark = _read("remark", remark, required=True)
    acknowledge(delivery, DeliveryState.RETURNED, by)
    notifications.delivery_returned(delivery, claim, by=by)
    return delivery


@action
def rate_delivery(*, delivery: Delivery, by, rating: Rating, remark: str = "") -> Delivery:
    """The rating of a delivery that was settled without one. The requester, once. Tells the doer."""
    claim, delivery = locked_with_claim(delivery)
    permissions.check_can_rate_delivery(by, delivery)
    set_rating(delivery, rating, remark)
    delivery.save(update_fields=["rating", "remark"])
    notifications.delivery_rated(delivery, claim, by=by)
    return delivery


@action
def answer_rating(*, delivery: Delivery, by, answer: str) -> Delivery:
    """The doer's line beside the requester's rating, once. Tells the requester."""
    claim, delivery = locked_with_claim(delivery)
    permissions.check_can_answer_rating(by, delivery)
    delivery.answer = _read("answer", answer, required=True)
    delivery.answered_at, delivery.answered_by = timezone.now(), by
    delivery.save(update_fields=["answer", "answered_at", "answered_by"])
    notifications.rating_answered(delivery, claim, by=by)
    return delivery


def accepted_quantity(claim: Claim) -> int:
    """How much of `claim` the requester has confirmed."""
    return claim.deliveries.accepted().aggregate(total=Sum("accepted_quantity"))["total"] or 0


def _locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).with_parties().get(pk=claim.pk)


def locked_with_claim(delivery: Delivery) -> tuple[Claim, Delivery]:
    """Both rows, locked in the order of the room."""
    claim = _locked(Claim(pk=delivery.claim_id))
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    delivery.claim = claim
    return claim, delivery


def acknowledge(
    delivery: Delivery, state: DeliveryState, confirmed_by, *, quantity: int | None = None
) -> None:
    """The requester's last word on a locked delivery: accepted for `quantity`, or returned without one."""
    delivery.state = move(DELIVERY_MOVES, delivery.state, state)
    delivery.accepted_quantity = quantity
    delivery.acknowledged_at, delivery.acknowledged_by = timezone.now(), confirmed_by
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


def close_delivered(claim: Claim) -> None:
    """Agreed → delivered (办结) once all of the locked claim is confirmed."""
    if accepted_quantity(claim) >= claim.quantity:
        claim.state = move(CLAIM_MOVES, claim.state, ClaimState.DELIVERED)
        claim.save(update_fields=["state"])


def set_rating(delivery: Delivery, rating: Rating, remark: str) -> None:
    """Put the requester's word and line on a locked delivery; raises `BadInput`."""
    if rating not in Rating.values:
        raise BadInput(_("请选择评议：很好、较好、一般或较差。"), field="rating")
    delivery.rating, delivery.remark = Rating(rating), _read("remark", remark)


def _read(name: str, text: str, *, required: bool = False) -> str:
    column = Delivery._meta.get_field(name)
    return read_words(
        text, field=name, label=str(column.verbose_name), most=column.max_length, required=required
    )
