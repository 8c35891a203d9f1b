"""The API of matching: 404, 403, bad input, success."""

import pytest
from rest_framework.test import APIClient

from projects.models import Dismissal
from projects.models.dismissal import DismissalCause
from projects.states import Direction
from tests.factories.projects import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(circle):
    """A need of the community and a resource of the unit."""
    resource = make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction=Direction.RESOURCE,
        title="地下车库错时开放",
        quantity=8,
    )
    return make_listing(circle, quantity=3), resource


def ask(user, method, listing, verb, status, **body):
    client = APIClient()
    client.force_login(user)
    response = getattr(client, method)(f"/api/listings/{listing.pk}/{verb}/", body, format="json")
    assert response.status_code == status, response.content.decode()
    return response.json() if response.content else None


def test_matches_come_with_reasons_and_without_a_score(circle, pair):
    need, resource = pair
    (found,) = ask(circle.staff, "get", need, "matches", 200)
    assert (found["listing"], found["title"], found["free"]) == (resource.pk, resource.title, 8)
    assert found["organisation_name"] == "梧桐医院"
    assert {"aspect": "quantity", "words": "数量够：要 3 个，空余 8 个", "is_gap": False} in found[
        "reasons"
    ]
    assert found["claim"] is None
    assert "score" not in found


def test_matches_of_another_street_are_missing(circle, pair):
    need, resource = pair
    ask(circle.stranger, "get", need, "matches", 404)
    ask(circle.stranger, "post", need, "dismiss-match", 404, other=resource.pk, cause="place")


def test_dismiss_match_is_the_owners_alone(circle, pair):
    need, resource = pair
    ask(circle.liaison, "post", need, "dismiss-match", 403, other=resource.pk, cause="place")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"other": 0}, "other"), ({"cause": "tired"}, "cause"), ({"cause": DismissalCause.OTHER}, "words")],
)
def test_dismiss_match_refuses_bad_input(circle, pair, body, field):
    need, resource = pair
    body = {"other": resource.pk, "cause": DismissalCause.PLACE, **body}
    assert field in str(ask(circle.staff, "post", need, "dismiss-match", 400, **body))


def test_dismiss_match_and_restore(circle, pair):
    need, resource = pair
    said = ask(circle.staff, "post", need, "dismiss-match", 201, other=resource.pk, cause="place")
    assert (said["listing"], said["other"], said["cause"]) == (need.pk, resource.pk, "place")
    assert ask(circle.staff, "get", need, "matches", 200) == []
    ask(circle.liaison, "post", need, "restore-match", 404, other=resource.pk)
    ask(circle.staff, "post", need, "restore-match", 204, other=resource.pk)
    assert not Dismissal.objects.exists()
    ask(circle.staff, "post", need, "restore-match", 404, other=resource.pk)
