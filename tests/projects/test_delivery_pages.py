import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import Notification
from members.states import Role
from projects import actions
from projects.models import Delivery, Dispute
from projects.reports.work import work_for
from projects.states import DeliveryState
from projects.tasks import remind_due
from tests.factories.members import assign, make_person
from tests.factories.projects import make_delivery
from tests.projects.test_views import page, post

pytestmark = pytest.mark.django_db


def disputed(circle):
    return actions.dispute_delivery(
        delivery=make_delivery(circle), by=circle.staff, counted=1, statement="只来了一个"
    )


def titles(user):
    return [work.title for work in work_for(user) if not work.waits]


def test_another_count_leads_on_to_the_words_without_losing_them(circle, as_):
    delivery = make_delivery(circle)
    client = as_(circle.staff)
    html = post(
        client, "delivery-accept", delivery.pk, quantity="1", rating="fair", remark="少了一个", status=400
    )
    assert "报告的数量是 2，您填的是 1" in html
    form = html[html.index(reverse("delivery-dispute", args=[delivery.pk])) :]
    assert 'value="1"' in form
    assert "少了一个" in form
    post(client, "delivery-dispute", delivery.pk, counted="1", statement="少了一个")
    assert Dispute.objects.get().requester_statement == "少了一个"


def test_who_had_a_part_in_a_dispute_is_not_asked_to_decide_it(circle):
    one, outsider = disputed(circle), make_person(Role.STREET_ADMIN, circle.street, name="李处理")
    assign(circle.liaison, Role.STAFF, circle.street)
    actions.state_side(dispute=one, by=circle.liaison, statement="两个都到了")
    liaison = type(circle.liaison).objects.get(pk=circle.liaison.pk)
    assert "认定交付数量：夜间停车位" not in titles(liaison)
    # Staff of the street speak for its community as well, and that comes first.
    assert titles(outsider) == ["答复交付说明：夜间停车位"]


def test_dispute_goes_from_hand_to_hand_until_both_agree(circle, as_):
    one = disputed(circle)
    assert titles(circle.liaison) == ["说明交付情况：夜间停车位"]
    assert titles(circle.staff) == []
    assert "去看双方说明" in page(as_(circle.liaison), "claim-detail", one.delivery.claim_id)
    post(as_(circle.liaison), "delivery-state", one.delivery_id, statement="两个都到了")
    assert titles(circle.liaison) == []
    assert "答复交付说明：夜间停车位" in titles(circle.staff)
    html = page(as_(circle.staff), "delivery-detail", one.delivery_id)
    assert "只来了一个" in html
    assert "两个都到了" in html
    post(as_(circle.staff), "delivery-agree-provider", one.delivery_id, rating="good", remark="")
    html = page(as_(circle.liaison), "delivery-detail", one.delivery_id)
    for words in ("需求方同意提供方的数量", "只来了一个", "两个都到了", "较好"):
        assert words in html
    post(as_(circle.liaison), "delivery-answer", one.delivery_id, answer="以后附签收单")
    assert "以后附签收单" in page(as_(circle.staff), "delivery-detail", one.delivery_id)
    assert "以后附签收单" in page(as_(circle.staff), "claim-detail", one.delivery.claim_id)


def test_provider_agrees_and_the_requester_rates_afterwards(circle, as_):
    one = disputed(circle)
    post(as_(circle.liaison), "delivery-agree-requester", one.delivery_id, statement="另一个改天来")
    post(as_(circle.staff), "delivery-rate", one.delivery_id, rating="fair", remark="")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.accepted_quantity, delivery.rating) == (
        DeliveryState.ACCEPTED,
        1,
        "fair",
    )


def test_host_decides_what_the_two_cannot(circle, as_):
    one = disputed(circle)
    actions.state_side(dispute=one, by=circle.liaison, statement="两个都到了")
    decider = make_person(Role.STREET_ADMIN, circle.street, name="李处理")
    assert "认定交付数量" in page(as_(decider), "delivery-detail", one.delivery_id)
    assert "夜间停车位" in page(as_(decider), "dispute-list")
    post(as_(decider), "delivery-decide", one.delivery_id, quantity="3", decision="看了单子", status=400)
    post(as_(decider), "delivery-decide", one.delivery_id, quantity="2", decision="看了签收单")
    assert "看了签收单" in page(as_(circle.liaison), "delivery-detail", one.delivery_id)
    assert "没有未处理的异议" in page(as_(decider), "dispute-list")


def test_acts_of_a_dispute_are_nowhere_without_one(circle, as_):
    delivery = make_delivery(circle)
    page(as_(circle.stranger), "delivery-detail", delivery.pk, status=404)
    for verb in ("state", "agree-requester"):
        post(as_(circle.liaison), f"delivery-{verb}", delivery.pk, statement="说明", status=404)
    assert "数量异议" not in page(as_(circle.staff), "delivery-detail", delivery.pk)


def test_delivery_page_offers_nothing_to_the_other_side(circle, as_):
    delivery = make_delivery(circle)
    html = page(as_(circle.liaison), "delivery-detail", delivery.pk)
    assert "现在不用您办" in html
    post(as_(circle.liaison), "delivery-accept", delivery.pk, quantity="2", rating="good", status=403)


def test_clock_reminds_the_doer_then_the_host(circle):
    one = disputed(circle)
    Dispute.objects.update(settle_by=timezone.localdate())
    remind_due()
    reminders = Notification.objects.filter(kind="dispute_unsettled", row_id=one.pk)
    assert {row.recipient for row in reminders} == {circle.liaison}
    actions.state_side(dispute=one, by=circle.liaison, statement="两个都到了")
    remind_due()
    remind_due()
    assert {row.recipient for row in reminders.all()} == {circle.liaison, circle.street_staff}
    assert reminders.all().count() == 2
