"""With Redis away people sign in, publish and claim as usual, and nothing is lost."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from members.models import Notification
from projects.models import Claim, Listing
from tests.factories.members import PASSWORD
from tests.flows.line import make_people, publish_need

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def redis_away(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOBODY}}
    settings.REDIS_URL = settings.CELERY_BROKER_URL = NOBODY
    with pytest.raises(Exception, match="refused"):
        caches["default"].set("probe", 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_away")
def test_redis_away_sign_in_and_claim(client):
    people = make_people()
    need = publish_need(people)
    answer = client.post(
        reverse("login"), {"username": people.liaison.username, "password": PASSWORD}, follow=True
    )
    assert answer.status_code == 200
    assert answer.context["user"] == people.liaison

    slot = need.slots.get()
    claimed = client.post(
        reverse("listing-claim", args=[need.pk]),
        {"slot": slot.pk, "organisation": people.unit.pk, "quantity": 2, "plan": ""},
        follow=True,
    )
    assert claimed.status_code == 200
    claim = Claim.objects.get()
    assert (claim.quantity, Listing.objects.get().slots.get().taken) == (2, 2)
    assert Notification.objects.filter(recipient=people.community_staff, row_id=claim.pk).count() == 1

    client.post(reverse("logout"))
    assert client.get(reverse("home")).status_code == 302
