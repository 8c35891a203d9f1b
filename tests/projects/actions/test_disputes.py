from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members.models import Notification
from members.states import Role
from projects import actions
from projects.exceptions import QuantityDiffers
from projects.models import Claim, Delivery, Dispute
from projects.states import ClaimState, DeliveryState, Outcome
from tests.factories.members import assign, make_person
from tests.factories.projects import assert_ledger_adds_up, make_delivery
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def dispute(circle, *, counted=1, statement="只来了一个", **fields):
    delivery = make_delivery(circle, **fields)
    return actions.dispute_delivery(
        delivery=delivery, by=circle.staff, counted=counted, statement=statement
    )


def state(circle, dispute, statement="两个都到了，有签收单"):
    return actions.state_side(dispute=dispute, by=circle.liaison, statement=statement)


def another_staff(circle):
    return make_person(Role.STREET_ADMIN, circle.street, name="李处理")


def test_accept_delivery_with_another_count_asks_for_words(circle):
    delivery = make_delivery(circle)
    with pytest.raises(QuantityDiffers, match="提出异议") as caught:
        actions.accept_delivery(delivery=delivery, by=circle.staff, rating="good", quantity=1)
    assert caught.value.field == "quantity"
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.REPORTED


def test_dispute_delivery_has_a_date_and_tells_the_doer(circle):
    one = dispute(circle)
    one.delivery.refresh_from_db()
    assert (one.delivery.state, one.counted) == (DeliveryState.DISPUTED, 1)
    assert one.settle_by > timezone.localdate()
    assert Notification.objects.get(kind="delivery_disputed").recipient == circle.liaison
    assert_ledger_adds_up()


@pytest.mark.parametrize("counted", [-1, 2, 3])
def test_dispute_delivery_counts_less(circle, counted):
    with pytest.raises(BadInput) as caught:
        dispute(circle, counted=counted)
    assert caught.value.field == "counted"


def test_dispute_delivery_needs_words(circle):
    with pytest.raises(BadInput) as caught:
        dispute(circle, statement=" ")
    assert caught.value.field == "statement"


def test_dispute_delivery_wrong_person(circle):
    delivery = make_delivery(circle)
    with pytest.raises(NotPermitted):
        actions.dispute_delivery(delivery=delivery, by=circle.liaison, counted=0, statement="没有")
    assign(circle.liaison, Role.STAFF, circle.community)
    with pytest.raises(NotPermitted, match="您报告的"):
        actions.dispute_delivery(delivery=delivery, by=circle.liaison, counted=0, statement="没有")


def test_disputed_delivery_is_neither_accepted_nor_followed_by_another(circle):
    one = dispute(circle, quantity=3)
    with pytest.raises(InvalidTransition, match="异议处理完"):
        actions.report_delivery(
            claim=one.delivery.claim, by=circle.liaison, quantity=1, done_on=timezone.localdate()
        )


def test_agree_with_requester_accepts_the_count_and_keeps_both_statements(circle):
    one = actions.agree_with_requester(dispute=dispute(circle), by=circle.liaison, statement="另一个改天来")
    one.refresh_from_db()
    delivery = Delivery.objects.get()
    assert (one.outcome, one.settled_quantity) == (Outcome.PROVIDER_AGREED, 1)
    assert (one.requester_statement, one.provider_statement) == ("只来了一个", "另一个改天来")
    assert (delivery.state, delivery.accepted_quantity) == (DeliveryState.ACCEPTED, 1)
    assert delivery.acknowledged_by == circle.staff
    assert Claim.objects.get().state == ClaimState.AGREED
    assert_ledger_adds_up()


def test_agree_with_requester_on_nothing_returns_the_report(circle):
    one = dispute(circle, counted=0, statement="没有人来")
    actions.agree_with_requester(dispute=one, by=circle.liaison, statement="确实没去")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.remark) == (DeliveryState.RETURNED, "没有人来")
    assert_ledger_adds_up()


def test_agree_with_requester_keeps_what_was_stated_before(circle):
    one = state(circle, dispute(circle))
    one = actions.agree_with_requester(dispute=one, by=circle.liaison)
    assert one.provider_statement == "两个都到了，有签收单"


def test_agree_with_provider_accepts_all_with_a_rating(circle):
    one = state(circle, dispute(circle))
    actions.agree_with_provider(dispute=one, by=circle.staff, rating="good")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.accepted_quantity, delivery.rating) == ("accepted", 2, "good")
    assert Claim.objects.get().state == ClaimState.DELIVERED
    assert_ledger_adds_up()


def test_agree_with_provider_before_the_statement(circle):
    with pytest.raises(InvalidTransition, match="还没有说明"):
        actions.agree_with_provider(dispute=dispute(circle), by=circle.staff, rating="good")


def test_one_person_never_speaks_for_both_sides(circle):
    one = dispute(circle)
    assign(circle.staff, Role.LIAISON, circle.unit)
    for act in (actions.state_side, actions.agree_with_requester):
        with pytest.raises(NotPermitted, match="不能再代表提供方"):
            act(dispute=one, by=circle.staff, statement="确实只到了一个")
    speaker = make_person(Role.LIAISON, circle.unit, name="赵两边")
    assign(speaker, Role.STAFF, circle.community)
    one = actions.state_side(dispute=one, by=speaker, statement="两个都到了")
    with pytest.raises(NotPermitted, match="不能再代表需求方"):
        actions.agree_with_provider(dispute=one, by=speaker, rating="good")
    actions.agree_with_provider(dispute=one, by=circle.staff, rating="good")


def test_decide_dispute_by_who_had_no_part_in_it(circle):
    one = state(circle, dispute(circle))
    for person in (circle.liaison, circle.staff):
        with pytest.raises(NotPermitted):
            actions.decide_dispute(dispute=one, by=person, quantity=2, decision="看了签收单")
    one = actions.decide_dispute(
        dispute=one, by=another_staff(circle), quantity=2, decision="看了签收单，两个都到了"
    )
    assert (one.outcome, one.settled_quantity) == (Outcome.DECIDED, 2)
    assert Notification.objects.filter(kind="dispute_settled").count() == 2
    assert_ledger_adds_up()


def test_decide_dispute_never_by_the_person_who_counted(circle):
    delivery = make_delivery(circle)
    one = actions.dispute_delivery(delivery=delivery, by=circle.street_staff, counted=0, statement="没有")
    with pytest.raises(NotPermitted, match="参与过"):
        actions.decide_dispute(dispute=one, by=circle.street_staff, quantity=1, decision="一半")


def test_decide_dispute_waits_for_the_statement_until_the_date(circle):
    one, decider = dispute(circle), another_staff(circle)
    with pytest.raises(InvalidTransition, match="期限"):
        actions.decide_dispute(dispute=one, by=decider, quantity=1, decision="对方没有回音")
    Dispute.objects.update(settle_by=timezone.localdate() - timedelta(days=1))
    one = actions.decide_dispute(dispute=one, by=decider, quantity=1, decision="对方没有回音")
    assert one.outcome == Outcome.DECIDED


def test_settled_dispute_is_over(circle):
    one = actions.agree_with_requester(dispute=dispute(circle), by=circle.liaison, statement="是的")
    for act in (
        partial(actions.state_side, by=circle.liaison, statement="再说一句"),
        partial(actions.agree_with_requester, by=circle.liaison),
        partial(actions.agree_with_provider, by=circle.staff, rating="good"),
        partial(actions.decide_dispute, by=another_staff(circle), quantity=2, decision="改判"),
    ):
        with pytest.raises(InvalidTransition):
            act(dispute=one)


def test_rating_comes_after_a_settlement_once_and_is_answered_once(circle):
    actions.agree_with_requester(dispute=dispute(circle), by=circle.liaison, statement="是的")
    delivery = Delivery.objects.get()
    with pytest.raises(InvalidTransition, match="还没有评议"):
        actions.answer_rating(delivery=delivery, by=circle.liaison, answer="谢谢")
    delivery = actions.rate_delivery(delivery=delivery, by=circle.staff, rating="fair", remark="少了一个")
    with pytest.raises(InvalidTransition, match="第一次"):
        actions.rate_delivery(delivery=delivery, by=circle.staff, rating="good")
    with pytest.raises(NotPermitted):
        actions.answer_rating(delivery=delivery, by=circle.staff, answer="谢谢")
    delivery = actions.answer_rating(delivery=delivery, by=circle.liaison, answer="下周补上")
    assert (delivery.answer, delivery.answered_by) == ("下周补上", circle.liaison)
    with pytest.raises(InvalidTransition, match="第一次"):
        actions.answer_rating(delivery=delivery, by=circle.liaison, answer="再说")


@pytest.mark.parametrize(
    "words",
    ["requester_statement = 'x'", "provider_statement = 'x'", "counted = 0", None],
)
def test_statements_are_kept_by_the_database(circle, words):
    one = state(circle, dispute(circle))
    sql = f"UPDATE projects_dispute SET {words}" if words else "DELETE FROM projects_dispute"
    with pytest.raises(IntegrityError, match="statements are kept"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} WHERE id = %s", [one.pk])


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ("stated_by_id = opened_by_id", "dispute_two_speakers"),
        (
            "outcome = 'provider_agreed', settled_quantity = 1, settled_at = now(), settled_by_id = opened_by_id",
            "dispute_settled_by_another",
        ),
        (
            "outcome = 'decided', decision = 'x', settled_quantity = 1, settled_at = now(), settled_by_id = stated_by_id",
            "dispute_settled_by_another",
        ),
    ],
)
def test_database_keeps_the_sides_of_a_dispute_apart(circle, values, name):
    one = state(circle, dispute(circle))
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_dispute SET {values} WHERE id = %s", [one.pk])
