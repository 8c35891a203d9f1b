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
