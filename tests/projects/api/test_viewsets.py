"""The API of the line: 401, 403, 404, wrong state, bad input, success."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from projects import actions
from projects.api import serializers
from projects.api.viewsets import (
    AgreementViewSet,
    CategoryViewSet,
    ClaimViewSet,
    DeliveryViewSet,
    ListingViewSet,
)
from projects.models import Category, Claim, Listing
from tests.factories.projects import (
    make_accepted_claim,
    make_agreed_claim,
    make_agreement,
    make_claim,
    make_delivery,
    make_listing,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_():
    """A client of the API, signed in as somebody."""

    def sign_in(user):
        client = APIClient()
        client.force_login(user)
        return client

    return sign_in


def post(client, path, status, **body):
    response = client.post(f"/api/{path}/", body, format="json")
    assert response.status_code == status, response.content.decode()
    return response.json()


@pytest.mark.parametrize("path", ["listings", "categories", "claims", "agreements", "deliveries"])
def test_lists_need_a_sign_in(circle, path):
    assert APIClient().get(f"/api/{path}/").status_code in (401, 403)


def test_missing_row_and_broken_body_are_said_in_chinese(circle, as_):
    client = as_(circle.staff)
    assert "请检查地址里的编号" in client.get("/api/listings/0/").json()["detail"]
    broken = client.post("/api/listings/", data="{", content_type="application/json")
    assert (broken.status_code, "JSON" in broken.json()["detail"]) == (400, True)
    assert "parse error" not in broken.json()["detail"]


@pytest.mark.parametrize(
    ("viewset", "serializer"),
    [
        (ListingViewSet, serializers.ListingRowSerializer),
        (CategoryViewSet, serializers.CategorySerializer),
        (ClaimViewSet, serializers.ClaimRowSerializer),
        (AgreementViewSet, serializers.AgreementRowSerializer),
        (DeliveryViewSet, serializers.DeliverySerializer),
    ],
)
def test_columns_are_those_of_the_serializer(viewset, serializer):
    assert tuple(viewset.columns) == serializer.Meta.fields


@pytest.mark.parametrize(
    ("path", "number"),
    [("listings", 1), ("categories", 24), ("claims", 1), ("agreements", 1), ("deliveries", 1)],
)
def test_lists_and_single_rows_within_sight(circle, as_, path, number):
    make_delivery(circle)
    rows = as_(circle.liaison).get(f"/api/{path}/").json()["results"]
    assert len(rows) == number
    single = as_(circle.liaison).get(f"/api/{path}/{rows[0]['id']}/").json()
    assert {name: single[name] for name in rows[0] if not name.endswith("_at")}.keys() <= rows[0].keys()
    if path != "categories":
        assert as_(circle.stranger).get(f"/api/{path}/").json()["results"] == []
        assert as_(circle.stranger).get(f"/api/{path}/{rows[0]['id']}/").status_code == 404


def test_list_is_one_query_at_any_length(circle, as_, django_assert_max_num_queries):
    for _ in range(20):
        make_listing(circle)
    client = as_(circle.liaison)
    with django_assert_max_num_queries(4):
        assert len(client.get("/api/listings/").json()["results"]) == 20


def test_list_filter_unknown_value(circle, as_):
    response = as_(circle.liaison).get("/api/listings/?state=lost")
    assert response.status_code == 400
    assert "state" in response.json()


def listing_body(circle, **fields):
    return {
        "alliance": circle.alliance.pk,
        "organisation": circle.community.pk,
        "direction": "need",
        "category": Category.objects.get(code="parking").pk,
        "title": "夜间停车位",
        "slots": [{"quantity": 5}],
        **fields,
    }


def test_listing_create_change_publish_withdraw(circle, as_):
    client = as_(circle.staff)
    made = post(client, "listings", 201, **listing_body(circle))
    assert (made["state"], made["slots"][0]["left"], made["total"]) == ("draft", 5, 5)
    path = f"listings/{made['id']}"
    changed = post(client, f"{path}/change", 200, title="新标题", slots=[{"quantity": 7}])
    assert (changed["title"], changed["total"]) == ("新标题", 7)
    assert post(client, f"{path}/publish", 200)["state"] == "published"
    assert "detail" in post(client, f"{path}/publish", 409)
    assert "detail" in post(client, f"{path}/change", 409, title="再改")
    assert "reason" in post(client, f"{path}/withdraw", 400)
    assert post(client, f"{path}/withdraw", 200, reason="需求变化")["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"alliance": 0}, "alliance"),
        ({"slots": [{"quantity": 0}]}, "slots"),
        ({"slots": [{"quantity": 1}, {"quantity": 2}]}, "slots"),
        ({"direction": "gift"}, "direction"),
    ],
)
def test_listing_create_bad_input(circle, as_, fields, field):
    assert field in post(as_(circle.staff), "listings", 400, **listing_body(circle, **fields))
    assert not Listing.objects.exists()


def test_listing_create_for_another(circle, as_):
    post(as_(circle.liaison), "listings", 403, **listing_body(circle))


@pytest.mark.parametrize("verb", ["settle", "shelve"])
def test_listing_settle_and_shelve(circle, as_, verb):
    listing = make_listing(circle)
    post(as_(circle.liaison), f"listings/{listing.pk}/{verb}", 403, reason="已办")
    post(as_(circle.stranger), f"listings/{listing.pk}/{verb}", 404, reason="已办")
    post(as_(circle.staff), f"listings/{listing.pk}/{verb}", 200, reason="已办")


def claim_body(listing, organisation, **fields):
    return {"slot": listing.slots.first().pk, "organisation": organisation.pk, "quantity": 2, **fields}


def test_listing_claim(circle, as_):
    listing = make_listing(circle, quantity=3)
    made = post(
        as_(circle.liaison), f"listings/{listing.pk}/claim", 201, **claim_body(listing, circle.unit)
    )
    assert (made["state"], made["listing"], made["quantity"]) == ("requested", listing.pk, 2)
    full = claim_body(listing, circle.other_unit)
    said = post(as_(circle.other_liaison), f"listings/{listing.pk}/claim", 409, **full)
    assert "只剩 1 项" in said["quantity"][0] or "只剩 1 个" in said["quantity"][0]


def test_listing_claim_refused(circle, as_):
    listing, other = make_listing(circle), make_listing(circle)
    path = f"listings/{listing.pk}/claim"
    post(as_(circle.staff), path, 403, **claim_body(listing, circle.community))
    post(as_(circle.stranger), path, 404, **claim_body(listing, circle.unit))
    assert "slot" in post(as_(circle.liaison), path, 400, **claim_body(other, circle.unit))
    assert "quantity" in post(
        as_(circle.liaison), path, 400, **claim_body(listing, circle.unit, quantity=0)
    )
    assert not Claim.objects.exists()


def test_claim_repeated_with_one_key_is_one(circle, as_):
    listing = make_listing(circle)
    client = as_(circle.liaison)
    answers = [
        client.post(
            f"/api/listings/{listing.pk}/claim/",
            claim_body(listing, circle.unit),
            format="json",
            headers={"idempotency-key": "eins"},
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Claim.objects.count() == 1


def test_claim_accept(circle, as_):
    claim = make_claim(circle)
    post(as_(circle.liaison), f"claims/{claim.pk}/accept", 403)
    post(as_(circle.other_liaison), f"claims/{claim.pk}/accept", 404)
    assert post(as_(circle.staff), f"claims/{claim.pk}/accept", 200)["state"] == "accepted"
    assert "detail" in post(as_(circle.staff), f"claims/{claim.pk}/accept", 409)


@pytest.mark.parametrize(
    ("make", "person", "verb", "field", "word", "state"),
    [
        (make_claim, "staff", "decline", "reason", "场地", "declined"),
        (make_accepted_claim, "liaison", "withdraw", "cause", "venue", "withdrawn"),
        (make_agreed_claim, "staff", "revoke", "reason", "场地", "revoked"),
    ],
)
def test_claim_exits(circle, as_, make, person, verb, field, word, state):
    claim = make(circle)
    client = as_(getattr(circle, person))
    assert field in post(client, f"claims/{claim.pk}/{verb}", 400)
    assert post(client, f"claims/{claim.pk}/{verb}", 200, **{field: word})["state"] == state
    post(client, f"claims/{claim.pk}/{verb}", 409, **{field: word})


def test_agreement_sign(circle, as_):
    agreement = make_agreement(circle)
    path = f"agreements/{agreement.pk}/sign"
    assert "text_hash" in post(as_(circle.liaison), path, 400, text_hash="kurz")
    assert "text_hash" in post(as_(circle.liaison), path, 409, text_hash="0" * 64)
    assert post(as_(circle.liaison), path, 200, text_hash=agreement.text_hash)["state"] == "draft"
    post(as_(circle.liaison), path, 403, text_hash=agreement.text_hash)
    post(as_(circle.other_liaison), path, 404, text_hash=agreement.text_hash)
    signed = post(as_(circle.staff), path, 200, text_hash=agreement.text_hash)
    assert (signed["state"], "甲方" in signed["text"]) == ("signed", True)


def test_claim_report_and_delivery_accept(circle, as_):
    claim = make_agreed_claim(circle, quantity=2)
    today = timezone.localdate().isoformat()
    path = f"claims/{claim.pk}/report"
    assert "quantity" in post(as_(circle.liaison), path, 400, quantity=9, done_on=today)
    post(as_(circle.staff), path, 403, quantity=2, done_on=today)
    made = post(as_(circle.liaison), path, 201, quantity=2, done_on=today)
    post(as_(circle.liaison), path, 409, quantity=1, done_on=today)
    path = f"deliveries/{made['id']}/accept"
    assert "rating" in post(as_(circle.staff), path, 400)
    post(as_(circle.liaison), path, 403, rating="good")
    post(as_(circle.stranger), path, 404, rating="good")
    accepted = post(as_(circle.staff), path, 200, rating="good")
    assert (accepted["state"], accepted["accepted_quantity"]) == ("accepted", 2)
    post(as_(circle.staff), path, 409, rating="good")
    claim.refresh_from_db()
    assert claim.state == "delivered"


def test_delivery_return(circle, as_):
    delivery = make_delivery(circle)
    path = f"deliveries/{delivery.pk}/return"
    assert "remark" in post(as_(circle.staff), path, 400)
    assert post(as_(circle.staff), path, 200, remark="数量不对")["state"] == "returned"


def test_acted_rows_stay_readable(circle, as_):
    claim = actions.decline_claim(claim=make_claim(circle), by=circle.staff, reason="场地")
    assert as_(circle.staff).get(f"/api/claims/{claim.pk}/?view=mine").status_code == 200
