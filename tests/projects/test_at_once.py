"""The claim form in one statement: the same traces as the long way, once for each key, and never beside a rule."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import Change, Notification, Replay
from members.states import Role
from projects import actions
from projects.actions import at_once
from projects.models import Claim, Listing
from projects.states import ClaimMode, Overlap
from tests.factories.members import make_organisation, make_person
from tests.factories.projects import assert_ledger_adds_up, make_circle, make_listing
from workflow import middleware
from workflow.once import Once

RACERS = 10


def post(client, slot, organisation, **values):
    form = {
        "slot": slot.pk,
        "organisation": organisation.pk,
        "quantity": 1,
        "plan": "",
        "form_token": "one",
    }
    return client.post(reverse("listing-claim", args=[slot.listing_id]), {**form, **values})


@pytest.fixture
def circle(db):
    return make_circle()


@pytest.fixture
def slot(circle):
    return make_listing(circle, quantity=5).slots.get()


def traces(claim):
    """What a claim leaves behind, without numbers and moments of its own."""
    columns = {
        field.attname: getattr(claim, field.attname)
        for field in Claim._meta.concrete_fields
        if field.name not in ("id", "slot", "claimed_at")
    }
    messages = Notification.objects.about(claim).order_by("recipient")
    changes = Change.objects.filter(table_name="projects_claim", row_id=claim.pk)
    return (
        columns,
        [(one.kind, one.recipient_id, one.params, one.url == claim.get_absolute_url()) for one in messages],
        [(one.operation, one.user_id, one.reason) for one in changes],
    )


def test_claim_at_once_leaves_what_the_long_way_leaves(circle, client):
    client.force_login(circle.liaison)
    short, long = (make_listing(circle, quantity=5, title="夜间停车位").slots.get() for _number in range(2))
    answer = post(client, short, circle.unit, quantity=2, plan="凭车号进出")
    claim = short.claims.get()
    assert answer.status_code == 302
    assert answer["Location"] == claim.get_absolute_url()
    other = actions.claim_listing(
        slot=long, organisation=circle.unit, quantity=2, plan="凭车号进出", by=circle.liaison
    )
    other.refresh_from_db()
    assert traces(claim) == traces(other)
    assert Notification.objects.about(claim).exists()
    acts = Change.objects.about(claim) | Change.objects.about(short).filter(operation="update")
    assert [one.request for one in acts] == [answer["X-Request-ID"]] * 2
    short.refresh_from_db()
    assert short.taken == 2
    assert_ledger_adds_up()


def test_claim_at_once_is_three_statements(circle, slot, client):
    client.force_login(circle.liaison)
    post(client, make_listing(circle).slots.get(), circle.unit, form_token="another")
    with CaptureQueriesContext(connection) as queries:
        post(client, slot, circle.unit)
    assert slot.claims.count() == 1
    words = [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert words == ["SELECT", "SELECT", "WITH"]


@pytest.mark.parametrize("case", ["mode", "overlap", "full", "draft", "stranger", "owner", "number"])
def test_claim_at_once_leaves_the_rest_to_the_long_way(circle, slot, case):
    by, organisation, listing = circle.liaison, circle.unit.pk, slot.listing_id
    if case == "mode":
        Listing.objects.update(claim_mode=ClaimMode.INSTANT)
    if case == "overlap":
        Listing.objects.update(overlap=Overlap.WARN, occupies="礼堂")
    if case == "draft":
        Listing.objects.update(state="draft")
    if case == "stranger":
        by = make_person(Role.LIAISON, make_organisation(parent=circle.street))
    if case == "owner":
        organisation = slot.listing.organisation_id
    if case == "number":
        listing = make_listing(circle).pk
    done = at_once.claim_at_once(
        slot=slot.pk,
        listing=listing,
        organisation=organisation,
        quantity=6 if case == "full" else 1,
        by=by,
        once=Once(by.pk, "key", b"digest"),
    )
    assert done is None
    assert not Claim.objects.exists()
    assert not Replay.objects.exists()


@pytest.mark.parametrize("case", ["taken", "again"])
def test_claim_at_once_that_finds_less_than_it_saw_leaves_nothing(circle, slot, monkeypatch, case):
    look = at_once._look

    def look_and_lose(*args):
        seen = look(*args)
        if case == "taken":
            type(slot).objects.update(taken=5)
        else:
            actions.claim_listing(slot=slot, organisation=circle.unit, quantity=1, by=circle.liaison)
        return seen

    monkeypatch.setattr(at_once, "_look", look_and_lose)
    done = at_once.claim_at_once(
        slot=slot.pk,
        listing=slot.listing_id,
        organisation=circle.unit.pk,
        quantity=1,
        by=circle.liaison,
        once=Once(circle.liaison.pk, "key", b"digest"),
    )
    assert done is None
    assert not Replay.objects.exists()
    slot.refresh_from_db()
    assert slot.taken == (5 if case == "taken" else 1)


def test_whoever_may_claim_sees_the_listing(circle, slot):
    """The short way does not ask for sight: it follows from the permission."""
    for by in (circle.liaison, circle.staff, circle.street_staff):
        for organisation in (circle.unit, circle.street):
            claim = at_once.claim_at_once(
                slot=slot.pk,
                listing=slot.listing_id,
                organisation=organisation.pk,
                quantity=1,
                by=by,
                once=Once(by.pk, f"key {organisation.pk}", b"digest"),
            )
            assert claim is None or Listing.objects.visible_to(by).filter(pk=slot.listing_id).exists()
    assert Claim.objects.exists()


def test_the_same_form_again_shows_the_same_page_and_another_body_is_refused(circle, slot, client):
    client.force_login(circle.liaison)
    first, again = post(client, slot, circle.unit), post(client, slot, circle.unit)
    assert (first.status_code, again.status_code) == (302, 302)
    assert again["Location"] == first["Location"]
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert post(client, slot, circle.unit, quantity=2).status_code == 422
    assert post(client, slot, circle.unit, quantity="").status_code == 422
    assert slot.claims.count() == 1
    assert_ledger_adds_up()


def race(circle, slot):
    clients = [Client() for _number in range(RACERS)]
    for client in clients:
        client.force_login(circle.liaison)
    start, answers = threading.Barrier(RACERS), []

    def send(client):
        try:
            start.wait()
            answers.append(post(client, slot, circle.unit))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("quantity", [1, 5])
def test_ten_at_once_claim_once_and_see_the_same_page(quantity):
    circle = make_circle()
    slot = make_listing(circle, quantity=quantity).slots.get()
    answers = race(circle, slot)
    claim = Claim.objects.get()
    assert [answer.status_code for answer in answers] == [302] * RACERS
    assert {answer["Location"] for answer in answers} == {claim.get_absolute_url()}
    assert Replay.objects.count() == 1
    assert_ledger_adds_up()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_twin_without_keys_hears_of_refusals(monkeypatch):
    monkeypatch.setattr(middleware, "_once", lambda request: None)
    circle = make_circle()
    answers = race(circle, make_listing(circle, quantity=1).slots.get())
    assert sorted({answer.status_code for answer in answers}) == [302, 400]
