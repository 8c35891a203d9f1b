import pytest
from rest_framework.test import APIClient

from projects.models import Claim
from tests.factories.projects import make_claim, make_listing

pytestmark = pytest.mark.django_db


def post(user, path, status, **body):
    client = APIClient()
    client.force_login(user)
    response = client.post(f"/api/{path}/", body, format="json")
    assert response.status_code == status, response.content.decode()
    return response.json()


def claim_together(circle):
    listing = make_listing(circle, quantity=5)
    return post(
        circle.liaison,
        f"listings/{listing.pk}/claim",
        201,
        slot=listing.slots.get().pk,
        organisation=circle.unit.pk,
        quantity=2,
        shares=[{"organisation": circle.other_unit.pk, "quantity": 3}],
    )


def test_claim_together_and_confirm_share(circle):
    claim = claim_together(circle)
    assert (claim["state"], claim["quantity"]) == ("held", 5)
    share = Claim.objects.get().shares.get(organisation=circle.other_unit)
    post(circle.stranger, f"shares/{share.pk}/confirm", 404)
    post(circle.liaison, f"shares/{share.pk}/confirm", 403)
    assert post(circle.other_liaison, f"shares/{share.pk}/confirm", 200)["state"] == "confirmed"
    post(circle.other_liaison, f"shares/{share.pk}/confirm", 409)
    assert Claim.objects.get().state == "requested"


def test_decline_share_with_a_reason(circle):
    claim_together(circle)
    share = Claim.objects.get().shares.get(organisation=circle.other_unit)
    post(circle.other_liaison, f"shares/{share.pk}/decline", 400)
    answer = post(circle.other_liaison, f"shares/{share.pk}/decline", 200, reason="人手不够")
    assert (answer["state"], answer["reason"]) == ("declined", "人手不够")


def test_pass_claim_answers_with_the_new_one(circle):
    claim = make_claim(circle)
    post(circle.liaison, f"claims/{claim.pk}/pass", 400, to=circle.other_unit.pk, cause="none")
    answer = post(circle.liaison, f"claims/{claim.pk}/pass", 201, to=circle.other_unit.pk, cause="staff")
    assert (answer["state"], answer["organisation"]) == ("held", circle.other_unit.pk)


def read(user, path, status=200, **query):
    client = APIClient()
    client.force_login(user)
    response = client.get(f"/api/{path}/", query)
    assert response.status_code == status, response.content.decode()
    return response.json()


def test_shares_of_one_claim(circle):
    first, second = claim_together(circle), claim_together(circle)
    rows = read(circle.liaison, "shares", claim=second["id"])["results"]
    assert {(row["claim"], row["organisation"], row["quantity"]) for row in rows} == {
        (second["id"], circle.unit.pk, 2),
        (second["id"], circle.other_unit.pk, 3),
    }
    [row] = read(circle.liaison, "shares", claim=first["id"], state="invited")["results"]
    assert (row["claim"], row["organisation"]) == (first["id"], circle.other_unit.pk)
    assert read(circle.stranger, "shares", claim=first["id"])["results"] == []
    assert read(circle.liaison, "shares", claim=10**12)["results"] == []
    read(circle.liaison, "shares", 400, claim="x")
    read(circle.liaison, "shares", 400, state="lost")


def test_single_claim_shows_its_shares_and_the_list_costs_nothing_for_them(
    circle, django_assert_max_num_queries
):
    claim = claim_together(circle)
    make_claim(circle)
    assert {share["organisation"] for share in claim["shares"]} == {circle.unit.pk, circle.other_unit.pk}
    client = APIClient()
    client.force_login(circle.other_liaison)
    shares = client.get(f"/api/claims/{claim['id']}/").json()["shares"]
    assert [(one["organisation_name"], one["state"]) for one in shares] == [
        ("梧桐医院", "confirmed"),
        ("梧桐中学", "invited"),
    ]
    with django_assert_max_num_queries(4):
        [row] = client.get("/api/claims/").json()["results"]
    assert "shares" not in row


def test_single_claim_of_one_unit_has_no_shares(circle):
    claim = make_claim(circle)
    assert read(circle.liaison, f"claims/{claim.pk}")["shares"] == []
