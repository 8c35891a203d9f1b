"""Rules, pictures, categories and next periods through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from members.models import Organisation
from members.states import Role
from projects import actions
from projects.models import Attachment, Category, Listing
from projects.states import ListingState
from tests.factories.members import make_person
from tests.factories.projects import make_listing, make_photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(db):
    def sign_in(user):
        browser = APIClient()
        browser.force_authenticate(user)
        return browser

    return sign_in


def rule(**fields):
    today = timezone.localdate()
    values = {
        "pattern": "monthly",
        "month_day": 26,
        "from_time": "09:30",
        "until_time": "11:00",
        "first_on": today.isoformat(),
        "last_on": (today + timedelta(days=200)).isoformat(),
        "on_holiday": "keep",
        "quantity": 3,
    }
    return values | fields


def draft(circle, browser, **fields):
    values = {
        "alliance": circle.alliance.pk,
        "organisation": circle.community.pk,
        "direction": "need",
        "category": Category.objects.get(code="health").pk,
        "title": "义诊",
        "measure": "场",
    }
    return browser.post("/api/listings/", values | fields, format="json")


def test_create_with_a_rule(circle, as_):
    response = draft(circle, as_(circle.staff), rule=rule(), claim_mode="instant", is_divisible=False)
    assert response.status_code == 201
    found = response.json()
    assert found["recurrence"]["words"] == "每月26日 09:30–11:00，法定节假日照常"
    assert 6 <= len(found["slots"]) <= 7
    assert {slot["quantity"] for slot in found["slots"]} == {3}
    assert (found["claim_mode"], found["is_divisible"]) == ("instant", False)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"until_time": "09:00"}, "until_time"),
        ({"month_day": None}, "month_day"),
        ({"pattern": "weekly"}, "weekdays"),
        ({"last_on": "2020-01-01"}, "last_on"),
    ],
)
def test_create_with_a_rule_that_cannot_be(circle, as_, fields, field):
    response = draft(circle, as_(circle.staff), rule=rule(**fields))
    assert response.status_code == 400
    assert field in response.json()
    assert not Listing.objects.exists()


def test_change_takes_another_rule_and_its_end(circle, as_):
    browser = as_(circle.staff)
    pk = draft(circle, browser, rule=rule()).json()["id"]
    weekly = rule(pattern="weekly", weekdays=[2, 4], on_holiday="skip")
    found = browser.post(f"/api/listings/{pk}/change/", {"rule": weekly}, format="json").json()
    assert found["recurrence"]["weekdays"] == [2, 4]
    assert found["valid_until"] == weekly["last_on"]


def test_attachments_go_up_are_listed_and_come_off(circle, as_):
    listing = make_listing(circle, is_published=False)
    browser = as_(circle.staff)
    address = f"/api/listings/{listing.pk}/attachments/"
    response = browser.post(address, {"picture": make_photograph(), "caption": "正门"}, format="multipart")
    assert response.status_code == 201
    found = response.json()
    assert (found["position"], found["caption"], found["width"]) == (1, "正门", 60)
    assert browser.get(f"/api/listings/{listing.pk}/").json()["attachments"] == [found]
    assert browser.get("/api/attachments/").json()["results"] == [found]
    assert as_(circle.liaison).get("/api/attachments/").json()["results"] == []
    assert as_(circle.liaison).post(f"/api/attachments/{found['id']}/remove/").status_code == 404
    assert (
        browser.post(address, {"picture": make_photograph("a.png")}, format="multipart").status_code == 400
    )
    assert browser.post(f"/api/attachments/{found['id']}/remove/").status_code == 204
    assert not Attachment.objects.exists()


def test_categories_are_added_by_the_district(circle, as_):
    district = Organisation.objects.get(path=circle.street.district_path)
    values = {"code": "night-care", "name": "夜间照护", "parent": Category.objects.get(code="services").pk}
    assert as_(circle.street_staff).post("/api/categories/", values, format="json").status_code == 403
    browser = as_(make_person(Role.DISTRICT_ADMIN, district))
    assert browser.post("/api/categories/", values, format="json").status_code == 201
    assert browser.post("/api/categories/", values, format="json").status_code == 400


def test_roll_over_twice_is_one_period(circle, as_):
    listing = make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction="resource",
        is_standing=True,
        valid_until=timezone.localdate(),
    )
    browser = as_(circle.liaison)
    first, second = (browser.post(f"/api/listings/{listing.pk}/roll-over/").json() for _run in range(2))
    assert first["id"] == second["id"]
    assert (first["continues"], first["state"]) == (listing.pk, ListingState.PUBLISHED)
    assert browser.get(f"/api/listings/{listing.pk}/").json()["continued_by"] == first["id"]
    assert as_(circle.staff).post(f"/api/listings/{listing.pk}/roll-over/").status_code == 403


def test_exit_reason_is_read_back(circle, as_):
    listing = make_listing(circle)
    actions.shelve_listing(listing=listing, by=circle.staff, reason="楼道太窄")
    assert as_(circle.liaison).get(f"/api/listings/{listing.pk}/").json()["exit_reason"] == "楼道太窄"
