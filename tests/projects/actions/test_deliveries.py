from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import Notification
from members.states import Role
from projects import actions
from projects.reports import ledger_faults
from projects.states import ClaimState, DeliveryState
from tests.factories.members import assign
from tests.factories.projects import make_accepted_claim, make_agreed_claim, make_delivery
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def report(claim, by, quantity=1, **fields):
    return actions.report_delivery(
        claim=claim, by=by, **{"quantity": quantity, "done_on": timezone.localdate(), **fields}
    )


def test_accept_delivery_in_parts(circle):
    claim = make_agreed_claim(circle, quantity=3)
    first = report(claim, circle.liaison, 1)
    first = actions.accept_delivery(
        delivery=first, by=circle.staff, quantity=1, rating="good", remark="再来"
    )
    assert (first.state, first.accepted_quantity, first.rating) == (DeliveryState.ACCEPTED, 1, "good")
    claim.refresh_from_db()
    assert claim.state == ClaimState.AGREED
    second = report(claim, circle.liaison, 2)
    actions.accept_delivery(delivery=second, by=circle.staff, rating="excellent")
    claim.refresh_from_db()
    assert claim.state == ClaimState.DELIVERED
    assert Notification.objects.filter(kind="delivery_accepted", recipient=circle.liaison).count() == 2
    assert ledger_faults() == []


def test_report_delivery_tells_the_requester(circle):
    delivery = make_delivery(circle)
    told = Notification.objects.get(kind="delivery_reported")
    assert (told.recipient, told.row_id, told.params["quantity"]) == (circle.staff, delivery.pk, "2 个")


def test_report_delivery_wrong_person(circle):
    with pytest.raises(NotPermitted):
        report(make_agreed_claim(circle), circle.staff)


def test_report_delivery_before_signing(circle):
    with pytest.raises(InvalidTransition, match="签约"):
        report(make_accepted_claim(circle), circle.liaison)


def test_report_delivery_second_while_one_waits(circle):
    delivery = make_delivery(circle, quantity=3, delivered=1)
    with pytest.raises(InvalidTransition, match="还没有确认"):
        report(delivery.claim, circle.liaison)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"quantity": 3}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"done_on": timezone.localdate() + timedelta(days=2)}, "done_on"),
        ({"report": "长" * 301}, "report"),
    ],
)
def test_report_delivery_bad_input(circle, fields, field):
    with pytest.raises(BadInput) as refusal:
        report(make_agreed_claim(circle, quantity=2), circle.liaison, **fields)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"rating": "superb"}, "rating"), ({"remark": "长" * 201}, "remark")],
)
def test_accept_delivery_bad_input_changes_nothing(circle, fields, field):
    delivery = make_delivery(circle)
    with pytest.raises(BadInput) as refusal:
        actions.accept_delivery(delivery=delivery, by=circle.staff, **{"rating": "good", **fields})
    assert refusal.value.field == field
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.REPORTED


def test_accept_delivery_wrong_person(circle):
    with pytest.raises(NotPermitted):
        actions.accept_delivery(delivery=make_delivery(circle), by=circle.liaison, rating="good")


def test_accept_delivery_by_who_reported_it(circle):
    delivery = make_delivery(circle)
    assign(circle.liaison, Role.STAFF, circle.community)
    with pytest.raises(NotPermitted, match="您报告的"):
        actions.accept_delivery(delivery=delivery, by=circle.liaison, rating="good")


def test_accept_delivery_second_caller(circle):
    delivery = make_delivery(circle)
    actions.accept_delivery(delivery=delivery, by=circle.staff, rating="good")
    with pytest.raises(InvalidTransition):
        actions.accept_delivery(delivery=delivery, by=circle.street_staff, rating="poor")


def test_return_delivery_lets_it_be_reported_anew(circle):
    delivery = actions.return_delivery(delivery=make_delivery(circle), by=circle.staff, remark="数量不对")
    assert delivery.state == DeliveryState.RETURNED
    assert Notification.objects.get(kind="delivery_returned").params["reason"] == "数量不对"
    assert report(delivery.claim, circle.liaison, 2).pk != delivery.pk


def test_return_delivery_without_reason(circle):
    with pytest.raises(BadInput) as refusal:
        actions.return_delivery(delivery=make_delivery(circle), by=circle.staff, remark="")
    assert refusal.value.field == "remark"
