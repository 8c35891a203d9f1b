"""Claiming together, waiting, confirming and passing on, as the pages do it."""

import pytest
from django.urls import reverse

from projects import actions
from projects.models import Claim
from projects.states import ClaimState, ShareState
from tests.factories.projects import make_claim, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    """The client, signed in as somebody."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def post(client, name, pk, status=302, **data):
    response = client.post(reverse(name, args=[pk]), data)
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def page(client, obj):
    return client.get(obj.get_absolute_url()).content.decode()


def asked(circle, listing, **data):
    return {
        "slot": listing.slots.get().pk,
        "organisation": circle.unit.pk,
        "quantity": 2,
        "plan": "",
        **data,
    }


def claim_with_school(circle, as_, **data):
    listing = make_listing(circle, quantity=5)
    partner = {"partner_1": circle.other_unit.pk, "part_1": "３"}
    post(as_(circle.liaison), "listing-claim", listing.pk, **asked(circle, listing, **partner, **data))
    return Claim.objects.get()


def test_claim_together_and_confirm(circle, as_):
    claim = claim_with_school(circle, as_)
    assert (claim.state, claim.quantity) == (ClaimState.HELD, 5)
    share = claim.shares.get(organisation=circle.other_unit)
    client = as_(circle.other_liaison)
    assert "保留到" in page(client, claim)
    assert "确认分担：夜间停车位" in client.get(reverse("home")).content.decode()
    post(client, "share-confirm", share.pk)
    claim.refresh_from_db()
    assert claim.state == ClaimState.REQUESTED
    assert "谁分担多少" in page(as_(circle.staff), claim)


def test_decline_share_needs_a_reason(circle, as_):
    share = claim_with_school(circle, as_).shares.get(organisation=circle.other_unit)
    client = as_(circle.other_liaison)
    assert "请填写“不参加的原因”" in post(client, "share-decline", share.pk, status=400, reason="")
    post(client, "share-decline", share.pk, reason="人手不够")
    share.refresh_from_db()
    assert share.state == ShareState.DECLINED


def test_claim_together_half_a_row_names_what_is_missing(circle, as_):
    listing = make_listing(circle, quantity=5)
    client = as_(circle.liaison)
    data = asked(circle, listing, partner_1=circle.other_unit.pk)
    assert "分担的数量" in post(client, "listing-claim", listing.pk, status=400, **data)
    assert not Claim.objects.exists()


def test_claim_more_than_is_left_offers_the_rest_and_a_place(circle, as_):
    claim = make_claim(circle, quantity=4, organisation=circle.other_unit, by=circle.other_liaison)
    client, listing = as_(circle.liaison), claim.listing
    html = post(client, "listing-claim", listing.pk, status=400, **asked(circle, listing))
    assert "先认领剩下的 1 个" in html
    assert "排第 1 位" in html
    post(client, "listing-wait", listing.pk, **asked(circle, listing))
    waiting = Claim.objects.waiting().get()
    assert "第 1 位" in page(client, waiting)


def test_claim_more_than_is_left_offers_the_rest_unless_it_is_enough_for_one_who_waits(circle, as_):
    claim = make_claim(circle, quantity=4, organisation=circle.other_unit, by=circle.other_liaison)
    client, listing = as_(circle.liaison), claim.listing
    waiting = actions.join_queue(
        slot=listing.slots.get(), organisation=circle.street, by=circle.street_staff, quantity=3
    )
    html = post(client, "listing-claim", listing.pk, status=400, **asked(circle, listing))
    assert "先认领剩下的 1 个" in html
    assert "已有 1 个单位在候补" in html
    Claim.objects.filter(pk=waiting.pk).update(quantity=1)
    assert "先认领剩下的" not in post(
        client, "listing-claim", listing.pk, status=400, **asked(circle, listing)
    )


def test_owner_puts_a_waiting_claim_first(circle, as_):
    claim = make_claim(circle, quantity=5, organisation=circle.other_unit, by=circle.other_liaison)
    post(as_(circle.liaison), "listing-wait", claim.listing.pk, **asked(circle, claim.listing))
    waiting = Claim.objects.waiting().get()
    post(as_(circle.staff), "claim-prioritise", waiting.pk, priority=3, reason="就近")
    assert "就近" in page(as_(circle.liaison), waiting)


def test_pass_claim_and_confirm(circle, as_):
    claim = make_claim(circle)
    client = as_(circle.liaison)
    assert "转交给另一个单位" in page(client, claim)
    post(client, "claim-pass", claim.pk, to=circle.other_unit.pk, cause="staff", reason="")
    successor = Claim.objects.get(passed_from=claim)
    client = as_(circle.other_liaison)
    assert "转交给贵单位" in page(client, successor)
    post(client, "claim-confirm", successor.pk)
    successor.refresh_from_db()
    assert successor.state == ClaimState.REQUESTED
