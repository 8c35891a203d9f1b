"""The queue as each reader may see it, on the day's work and through the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from members.states import Role
from projects import actions
from projects.reports import queue, work_for
from projects.states import Cause, ClaimState
from tests.factories.alliances import make_membership
from tests.factories.members import make_organisation, make_person
from tests.factories.projects import make_claim, make_listing, make_waiting_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(circle):
    return make_claim(circle, make_listing(circle, quantity=2), quantity=2)


def another(circle):
    unit = make_organisation(parent=circle.street)
    make_membership(alliance=circle.alliance, organisation=unit)
    return {"organisation": unit, "by": make_person(Role.LIAISON, unit)}


def test_queue_of_owner_and_host_see_everybody_a_unit_itself_alone(circle, full):
    first = make_waiting_claim(circle, full, quantity=2)
    third = another(circle)
    second = make_waiting_claim(circle, full, **third)
    for person in (circle.staff, circle.street_staff):
        seen = queue.queue_of(full.slot, person)
        assert [(one.claim.pk, one.place) for one in seen.places] == [(first.pk, 1), (second.pk, 2)]
        assert seen.is_whole
    own = queue.queue_of(full.slot, third["by"])
    assert [(one.claim.pk, one.place) for one in own.places] == [(second.pk, 2)]
    assert (own.count, own.is_whole) == (2, False)
    for person in (circle.liaison, circle.stranger):
        assert (queue.queue_of(full.slot, person).places, own.count) == ((), 2)


def test_queue_of_says_why(circle, full):
    waiting = make_waiting_claim(circle, full, quantity=2)
    actions.prioritise_claim(claim=waiting, by=circle.staff, priority=3, reason="台风期间安置")
    (place,) = queue.queue_of(full.slot, circle.other_liaison).places
    assert place.reasons[0] == "优先（3 级）：台风期间安置"
    assert place.reasons[1] == "近 180 天在本联盟认领成功 0 次"
    assert place.reasons[2].endswith("起候补")
    assert queue.priorities(full.slot) == ["台风期间安置"]


def test_turns_in_words(circle):
    listing = make_listing(circle, quantity=3)
    large = make_claim(circle, listing, quantity=2)
    small = make_claim(circle, listing, quantity=1, **another(circle))
    waiting = make_waiting_claim(circle, large, quantity=2)
    actions.decline_claim(claim=small, by=circle.staff, reason="场地")
    (place,) = queue.queue_of(large.slot, circle.other_liaison).places
    assert [queue.turn_words(turn) for turn in place.turns] == [
        "排第 1 位，当时剩余 1，没有轮到：剩余数量不够。"
    ]
    actions.decline_claim(claim=large, by=circle.staff, reason="场地")
    assert queue.turn_words(waiting.turns.last()) == "排第 1 位，当时剩余 3，已轮到并留出。"


def test_queue_of_costs_the_same_however_many_wait(circle, full):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            queue.queue_of(full.slot, circle.staff)
        return len(queries)

    make_waiting_claim(circle, full)
    few = cost()
    for _ in range(6):
        make_waiting_claim(circle, full, **another(circle))
    assert cost() == few


def test_a_hold_is_the_claimants_work_of_the_day(circle, full):
    waiting = make_waiting_claim(circle, full)
    assert not [one for one in work_for(circle.other_liaison) if "确认认领" in one.title]
    actions.withdraw_claim(claim=full, by=circle.liaison, cause=Cause.STAFF)
    waiting.refresh_from_db()
    (work,) = [one for one in work_for(circle.other_liaison) if "确认认领" in one.title]
    assert (work.due, work.waits) == (waiting.held_until, False)
    assert not [one for one in work_for(circle.staff) if "确认认领" in one.title]


def test_api_wait_prioritise_confirm(circle, full):
    def post(user, path, status, **body):
        client = APIClient()
        client.force_login(user)
        answer = client.post(f"/api/{path}/", body, format="json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    listing, body = full.listing, {"slot": full.slot_id, "organisation": circle.other_unit.pk}
    wait = f"listings/{listing.pk}/wait"
    assert "organisation" in post(circle.other_liaison, wait, 400, slot=full.slot_id)
    elsewhere = make_listing(circle).slots.get()
    post(circle.other_liaison, wait, 400, **{**body, "slot": elsewhere.pk, "quantity": 1})
    made = post(circle.other_liaison, wait, 201, **body, quantity=1)
    assert (made["state"], made["expires_at"], made["priority"]) == ("waiting", None, 0)
    post(circle.other_liaison, wait, 409, **body, quantity=1)
    path = f"claims/{made['id']}"
    post(circle.other_liaison, f"{path}/prioritise", 403, priority=1, reason="急")
    assert post(circle.staff, f"{path}/prioritise", 200, priority=1, reason="急")["priority"] == 1
    post(circle.other_liaison, f"{path}/confirm", 409)
    actions.withdraw_claim(claim=full, by=circle.liaison, cause=Cause.STAFF)
    assert post(circle.other_liaison, f"{path}/confirm", 200)["state"] == ClaimState.REQUESTED
    post(circle.stranger, f"{path}/confirm", 404)
