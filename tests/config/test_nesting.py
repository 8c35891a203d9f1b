"""A body that is not worth reading gets a sentence."""

import pytest
from django.urls import reverse

from tests.factories.world import make_world


@pytest.mark.django_db
def test_api_brackets_without_end_are_refused(client):
    client.force_login(make_world().home.staff)
    answer = client.post(reverse("api-listings-list"), "[" * 100_000, content_type="application/json")
    assert answer.status_code == 400
    assert "JSON" in answer.json()["detail"]
