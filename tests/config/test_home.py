"""Everybody's first page offers what the person may do, and nothing that ends in a refusal."""

import pytest
from django.urls import reverse

from members.states import Role
from tests.factories.members import make_person
from tests.factories.projects import make_circle

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["home", "listing-list"])
def test_home_and_lists_offer_a_reader_nothing_to_register(client, name):
    circle = make_circle()
    reader = make_person(Role.AUDITOR, circle.street)
    for person, offered in ((circle.liaison, True), (reader, False)):
        client.force_login(person)
        response = client.get(reverse(name))
        assert response.status_code == 200
        assert (reverse("listing-new") in response.content.decode()) is offered
