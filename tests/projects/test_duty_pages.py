"""The needs of a duty: as a fragment on its page, as a page of their own, from the button to the form, by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from alliances.models import Duty
from alliances.states import DutyState
from projects import actions
from projects.models import Listing
from tests.factories.duties import make_case
from tests.factories.meetings import make_duty

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def w():
    return make_case()


def address(w, name="duty-listings"):
    return reverse(name, args=[w.duty.pk])


def test_duty_listings_fragment_for_anonymous_stranger_and_owner(w, as_, client):
    assert client.get(address(w), headers=HTMX).status_code == 302
    assert as_(w.stranger).get(address(w), headers=HTMX).status_code == 404
    text = as_(w.liaison).get(address(w), headers=HTMX).content.decode()
    assert "<html" not in text
    assert "由这件事项提出需求" in text
    assert address(w, "duty-draft-listing") in text


def test_duty_listings_is_a_whole_page_without_a_script(w, as_):
    text = as_(w.liaison).get(address(w)).content.decode()
    assert "<html" in text
    assert address(w, "duty-draft-listing") in text


def test_duty_page_leads_to_its_listings_with_and_without_a_script(w, as_):
    text = as_(w.liaison).get(w.duty.get_absolute_url()).content.decode()
    assert f'hx-get="{address(w)}"' in text
    assert f'href="{address(w)}"' in text


def test_duty_listings_offer_the_button_to_those_who_may(w, as_):
    for reader in (w.liaison2, w.auditor, w.district_admin):
        assert "duty-draft" not in (text := as_(reader).get(address(w)).content.decode())
        assert "<form method" not in text.split("<main")[1]
    assert address(w, "duty-draft-listing") in as_(w.staff).get(address(w)).content.decode()
    actions.draft_listing_from_duty(duty=w.duty, by=w.liaison)
    text = as_(w.liaison).get(address(w)).content.decode()
    assert "请直接修改或发布那一条" in text
    assert address(w, "duty-draft-listing") not in text


def test_duty_listings_show_a_draft_to_its_owner_alone(w, as_):
    listing = actions.draft_listing_from_duty(duty=w.duty, by=w.liaison)
    assert listing.get_absolute_url() in as_(w.liaison).get(address(w)).content.decode()
    assert listing.get_absolute_url() not in as_(w.liaison2).get(address(w)).content.decode()
    actions.publish_listing(listing=listing, by=w.liaison)
    assert listing.get_absolute_url() in as_(w.liaison2).get(address(w)).content.decode()


def test_duty_listings_cost_the_same_at_any_number(w, as_):
    client = as_(w.liaison)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(address(w))
        return len(queries)

    def add():
        listing = actions.draft_listing_from_duty(duty=w.duty, by=w.liaison)
        actions.withdraw_listing(listing=listing, by=w.liaison, reason="x")

    add()
    one = cost()
    for _number in range(10):
        add()
    assert cost() == one


def test_duty_draft_listing_lands_on_the_form(w, as_):
    client = as_(w.liaison)
    response = client.post(address(w, "duty-draft-listing"))
    listing = Listing.objects.get()
    assert response["Location"] == reverse("listing-change", args=[listing.pk])
    text = client.get(response["Location"]).content.decode()
    assert 'value="车库夜间开放"' in text
    assert "不用重填" in text
    assert as_(w.stranger).post(address(w, "duty-draft-listing")).status_code == 404
    assert as_(w.liaison2).post(address(w, "duty-draft-listing")).status_code == 403
    assert as_(w.liaison).get(address(w, "duty-draft-listing")).status_code == 405


def test_listing_page_leads_back_to_duty_and_decision(w, as_):
    listing = actions.draft_listing_from_duty(duty=w.duty, by=w.liaison)
    text = as_(w.liaison).get(listing.get_absolute_url()).content.decode()
    assert f'href="{w.duty.get_absolute_url()}"' in text
    assert f'href="{w.decision.get_absolute_url()}"' in text


def test_listing_page_of_a_unit_that_left_names_no_duty(w, as_):
    listing = actions.draft_listing_from_duty(duty=w.duty, by=w.liaison)
    w.alliance.memberships.filter(organisation=w.unit).delete()
    response = as_(w.liaison).get(listing.get_absolute_url())
    assert response.status_code == 200
    assert w.duty.get_absolute_url() not in response.content.decode()


def test_api_draft_from_duty(w):
    client = APIClient()
    path = "/api/listings/draft-from-duty/"
    assert client.post(path, {"duty": w.duty.pk}).status_code in (401, 403)
    for person, status in ((w.stranger, 400), (w.liaison2, 403), (w.liaison, 201), (w.liaison, 409)):
        client.force_login(person)
        response = client.post(path, {"duty": w.duty.pk}, format="json")
        assert response.status_code == status, response.content.decode()
    listing = Listing.objects.get()
    body = client.get(f"/api/listings/{listing.pk}/").json()
    assert (body["duty"], body["title"]) == (w.duty.pk, "车库夜间开放")
    done = make_duty(w.alliance, lead=w.unit, state=DutyState.DONE)
    assert client.post(path, {"duty": done.pk}, format="json").status_code == 409
    assert client.post(path, {}, format="json").json()["duty"]
    assert Duty.objects.get(pk=w.duty.pk).listings.get() == listing
