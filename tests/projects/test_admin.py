"""The registers: rows within sight, and acts that are the room's own."""

import pytest
from django.urls import reverse

from projects.models import Category, Claim, Listing
from projects.states import ClaimState, ListingState
from tests.factories.projects import make_claim, make_delivery, make_listing

pytestmark = pytest.mark.django_db

REGISTERS = ["category", "listing", "claim", "agreement", "delivery"]


@pytest.fixture
def admin_of(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def url(noun, page="changelist", *args):
    return reverse(f"admin:projects_{noun}_{page}", args=args)


@pytest.mark.parametrize("noun", REGISTERS)
def test_registers_show_rows_within_sight(circle, admin_of, noun):
    delivery = make_delivery(circle)
    rows = {
        "category": Category.objects.first(),
        "listing": delivery.claim.listing,
        "claim": delivery.claim,
        "agreement": delivery.claim.agreements.get(),
        "delivery": delivery,
    }
    one = url(noun, "change", rows[noun].pk)
    client = admin_of(circle.street_staff)
    assert one in client.get(url(noun)).content.decode()
    assert (
        client.get(url(noun) + "?q=%E5%81%9C%E8%BD%A6" if noun != "category" else url(noun)).status_code
        == 200
    )
    assert client.get(one).status_code == 200
    assert client.get(url(noun, "history", rows[noun].pk)).status_code == 200
    if noun != "category":
        stranger = admin_of(circle.stranger)
        assert one not in stranger.get(url(noun)).content.decode()
        assert stranger.get(one).status_code == 302


def test_listing_add_calls_the_action(circle, admin_of):
    data = {
        "alliance": circle.alliance.pk,
        "organisation": circle.community.pk,
        "direction": "need",
        "category": Category.objects.first().pk,
        "title": "后台登记",
        "measure": "个",
        "quantity": 4,
    }
    client = admin_of(circle.street_staff)
    assert client.get(url("listing", "add")).status_code == 200
    response = client.post(url("listing", "add"), data)
    assert response.status_code == 302, response.context["errors"]
    listing = Listing.objects.get()
    assert (listing.title, listing.state, listing.slots.get().quantity) == ("后台登记", "draft", 4)


def test_listing_add_refused_is_a_sentence(circle, admin_of):
    data = {
        "alliance": circle.alliance.pk,
        "organisation": circle.community.pk,
        "direction": "need",
        "category": Category.objects.first().pk,
        "title": "后台登记",
        "measure": "个",
        "quantity": 4,
        "starts_at": "2099-01-04 09:00",
    }
    response = admin_of(circle.street_staff).post(url("listing", "add"), data, follow=True)
    assert "请同时填写开始和结束时间" in response.content.decode()
    assert not Listing.objects.exists()


def test_listing_change_of_a_draft(circle, admin_of):
    listing = make_listing(circle, is_published=False)
    data = {"category": listing.category_id, "title": "后台改过", "measure": "个"}
    forms = {
        f"{rows}-{count}_FORMS": 0
        for rows in ("slots", "recurrence", "attachments")
        for count in ("TOTAL", "INITIAL")
    }
    assert (
        admin_of(circle.staff).post(url("listing", "change", listing.pk), data | forms).status_code == 302
    )
    listing.refresh_from_db()
    assert (listing.title, listing.slots.count()) == ("后台改过", 1)


def act(client, noun, name, *rows, **data):
    body = {"action": name, "_selected_action": [row.pk for row in rows], **data}
    return client.post(url(noun), body, follow=True).content.decode()


def test_listing_publish_chosen_says_what_was_skipped(circle, admin_of):
    drafts = [make_listing(circle, is_published=False) for _ in range(2)]
    published = make_listing(circle)
    html = act(admin_of(circle.street_staff), "listing", "publish_chosen", *drafts, published)
    assert "已办理 2 项" in html
    assert "不用再办" in html
    assert Listing.objects.filter(state=ListingState.PUBLISHED).count() == 3


def test_listing_withdraw_chosen_asks_for_a_reason(circle, admin_of):
    listing = make_listing(circle)
    client = admin_of(circle.street_staff)
    assert "原因" in act(client, "listing", "withdraw_chosen", listing)
    act(client, "listing", "withdraw_chosen", listing, confirmed="1", reason="需求变化")
    listing.refresh_from_db()
    assert listing.state == ListingState.WITHDRAWN


def test_claim_accept_and_decline_chosen(circle, admin_of):
    first, second = make_claim(circle, make_listing(circle)), make_claim(circle, make_listing(circle))
    client = admin_of(circle.street_staff)
    act(client, "claim", "accept_chosen", first)
    act(client, "claim", "decline_chosen", second, confirmed="1", reason="场地")
    states = dict(Claim.objects.values_list("pk", "state"))
    assert states == {first.pk: ClaimState.ACCEPTED, second.pk: ClaimState.DECLINED}


def test_state_is_never_writable(circle, admin_of):
    claim = make_claim(circle)
    admin_of(circle.street_staff).post(url("claim", "change", claim.pk), {"state": "delivered"})
    claim.refresh_from_db()
    assert claim.state == ClaimState.REQUESTED
