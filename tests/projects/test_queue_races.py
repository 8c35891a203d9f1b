"""The queue when many act at once, and when nobody has rung the clock for days."""

import threading
from collections import Counter
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from projects import actions
from projects.actions import queue, taking
from projects.exceptions import SlotFull, VenueTaken
from projects.models import Claim, Slot
from projects.states import Cause, ClaimState, Overlap
from tests.factories.projects import (
    assert_ledger_adds_up,
    make_circle,
    make_claim,
    make_listing,
    make_waiting_claim,
)
from tests.projects.actions.test_claim_terms import make_hall
from tests.projects.crowd import claimants
from tests.together import at_once, what_became_of
from workflow.exceptions import InvalidTransition

pytestmark = pytest.mark.django_db(transaction=True)


def run_out(claim):
    Claim.objects.filter(pk=claim.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def stale():
    """Worker and beat are dead: a hold is over, one unit waits, and a newcomer comes by."""
    circle = make_circle()
    claim = make_claim(circle, make_listing(circle, quantity=2), quantity=2)
    waiting = make_waiting_claim(circle, claim, quantity=2)
    run_out(claim)
    [(unit, by)] = claimants(circle, 1)
    return circle, claim, waiting, unit, by


def check_the_first_has_it(claim, waiting):
    waiting.refresh_from_db()
    claim.refresh_from_db()
    assert (waiting.state, claim.state) == (ClaimState.HELD, ClaimState.LAPSED)
    assert not Claim.objects.exclude(pk__in=[claim.pk, waiting.pk]).exists()
    assert_ledger_adds_up()


def test_newcomer_through_the_page_finds_the_first_in_the_queue_served(stale):
    _circle, claim, waiting, unit, by = stale
    browser = Client()
    browser.force_login(by)
    listing = claim.listing
    data = {
        "slot": claim.slot_id,
        "organisation": unit.pk,
        "quantity": 1,
        "plan": "",
        "form_token": uuid4().hex,
    }
    page = browser.post(reverse("listing-claim", args=[listing.pk]), data)
    assert page.status_code in (400, 409)
    assert "该时段已被认领完" in page.content.decode()
    check_the_first_has_it(claim, waiting)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "the-same"}])
def test_newcomer_through_the_api_finds_the_first_in_the_queue_served(stale, headers):
    _circle, claim, waiting, unit, by = stale
    client = APIClient()
    client.force_login(by)
    body = {"slot": claim.slot_id, "organisation": unit.pk, "quantity": 1}
    answer = client.post(f"/api/listings/{claim.listing.pk}/claim/", body, format="json", headers=headers)
    assert answer.status_code == 409
    check_the_first_has_it(claim, waiting)


def test_newcomer_through_the_action_finds_the_first_in_the_queue_served(stale):
    _circle, claim, waiting, unit, by = stale
    with pytest.raises(SlotFull):
        actions.claim_listing(slot=claim.slot, organisation=unit, quantity=1, by=by)
    check_the_first_has_it(claim, waiting)


def test_late_answer_and_late_confirmation_give_the_place_to_the_next(stale):
    circle, claim, waiting, unit, by = stale
    last = actions.join_queue(slot=claim.slot, organisation=unit, quantity=2, by=by)
    # Joining has settled the slot already: the first one holds it now.
    run_out(waiting)
    with pytest.raises(InvalidTransition, match="暂留已到期"):
        actions.confirm_hold(claim=waiting, by=circle.other_liaison)
    waiting.refresh_from_db()
    last.refresh_from_db()
    assert (waiting.state, last.state) == (ClaimState.LAPSED, ClaimState.HELD)
    actions.confirm_hold(claim=last, by=by)
    run_out(last)
    with pytest.raises(InvalidTransition, match="答复期限已过"):
        actions.accept_claim(claim=last, by=circle.staff)
    last.refresh_from_db()
    assert (last.state, last.cause) == (ClaimState.LAPSED, Cause.UNANSWERED)
    assert_ledger_adds_up()


def test_newcomers_while_the_holder_leaves_come_after_the_queue():
    circle = make_circle()
    people = list(claimants(circle, 6))
    for _ in range(3):
        claim = make_claim(circle, make_listing(circle, quantity=1), quantity=1)
        waiting = make_waiting_claim(circle, claim)
        take = partial(actions.claim_listing, slot=claim.slot, quantity=1)
        results = at_once(
            partial(actions.withdraw_claim, claim=claim, by=circle.liaison, cause=Cause.STAFF),
            *(partial(take, organisation=unit, by=by) for unit, by in people),
        )
        assert Counter(type(one) for one in results[1:]) == {SlotFull: len(people)}
        waiting.refresh_from_db()
        assert waiting.state == ClaimState.HELD
    assert_ledger_adds_up()


def test_twin_that_does_not_look_for_the_queue_serves_the_newcomer(monkeypatch):
    circle = make_circle()
    listing = make_listing(circle, quantity=5)
    held = make_claim(circle, listing, quantity=3)
    waiting = make_waiting_claim(circle, held, quantity=4)
    run_out(held)
    [(unit, by)] = claimants(circle, 1)
    line = next(line for line in taking._TAKE.splitlines() if "is_settled" in line)
    rest = next(line for line in taking._TAKE.splitlines() if "w.state = 'waiting'" in line)
    monkeypatch.setattr(taking, "_TAKE", taking._TAKE.replace(f"{line}\n{rest}\n", ""))
    assert actions.claim_listing(slot=held.slot, organisation=unit, quantity=2, by=by).pk
    waiting.refresh_from_db()
    assert waiting.state == ClaimState.WAITING


def test_confirm_and_lapse_at_once_is_one_of_them():
    circle = make_circle()
    for _ in range(3):
        claim = make_claim(circle, make_listing(circle, quantity=1), quantity=1)
        waiting = make_waiting_claim(circle, claim)
        actions.withdraw_claim(claim=claim, by=circle.liaison, cause=Cause.STAFF)
        Claim.objects.filter(pk=waiting.pk).update(expires_at=timezone.now() + timedelta(milliseconds=40))
        at_once(
            partial(actions.confirm_hold, claim=waiting, by=circle.other_liaison),
            *[partial(actions.settle_slot, slot=waiting.slot, by=None)] * 3,
        )
    assert_ledger_adds_up()


@contextmanager
def without_exclusion():
    name = "claim_venue_once_at_a_time"
    constraint = next(one for one in Claim._meta.constraints if one.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Claim, constraint)
    try:
        yield
    finally:
        Claim.objects.all().delete()
        Slot.objects.update(taken=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(Claim, constraint)


@pytest.mark.parametrize(
    ("has_lock", "has_constraint", "venues"),
    [
        pytest.param(True, True, 1, id="as-shipped"),
        pytest.param(False, True, 1, id="without-look-and-lock"),
        pytest.param(False, False, 2, id="without-constraint-too"),
    ],
)
def test_one_hall_at_two_overlapping_times(monkeypatch, has_lock, has_constraint, venues):
    circle = make_circle()
    listing = make_hall(circle, Overlap.FORBID, (1, 3), (2, 4), quantity=9)
    people = list(claimants(circle, 8))
    if not has_lock:
        monkeypatch.setattr(queue, "_lock_venue", lambda slot: None)
        monkeypatch.setattr(queue, "check_overlap", lambda slot, is_known: None)
    slots = list(listing.slots.all()) * 4
    with nullcontext() if has_constraint else without_exclusion():
        results = at_once(
            *(
                partial(actions.claim_listing, slot=slot, organisation=unit, quantity=1, by=by)
                for slot, (unit, by) in zip(slots, people, strict=True)
            )
        )
        assert {type(one) for one in results} <= {Claim, VenueTaken}
        assert len(set(Claim.objects.live().values_list("slot", flat=True))) == venues
    assert_ledger_adds_up()


def waiting_for_one_hall(circle):
    """Two slots of one hall at overlapping times, somebody waiting for each, both free."""
    early, late = make_hall(circle, Overlap.FORBID, (1, 3), (2, 4)).slots.all()
    for slot, unit, by in (
        (early, circle.community, circle.staff),
        (late, circle.street, circle.street_staff),
    ):
        Claim.objects.create(
            slot=slot,
            organisation=unit,
            quantity=1,
            state=ClaimState.WAITING,
            waited_since=timezone.now(),
            claimed_by=by,
            **queue.occupation(slot),
        )
    return [partial(actions.settle_slot, slot=slot, by=None) for slot in (early, late)]


def test_two_queues_for_one_hall_are_served_one_after_the_other():
    for number in (1, 2):
        assert what_became_of(*waiting_for_one_hall(make_circle())) == ["done", "done"]
        assert Claim.objects.filter(state=ClaimState.HELD).count() == number
    assert_ledger_adds_up()


def test_twin_that_locks_its_own_slot_first_deadlocks(monkeypatch):
    circle = make_circle()
    acts = waiting_for_one_hall(circle)
    own = threading.Barrier(2)
    rows = queue.lock_slots

    def own_first(slot):
        Slot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
        own.wait(timeout=30)
        return rows(slot)

    monkeypatch.setattr(queue, "lock_slots", own_first)
    assert what_became_of(*acts) == ["OperationalError", "done"]
