"""The queue of a slot: who may join, who comes next and why, offers that end, and what the clock does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliances.models import Alliance, Membership
from members.models import Change, Notification, SpecialDay
from members.states import Role
from projects import actions, turns
from projects.exceptions import SlotFull
from projects.models import Claim, Listing, Slot, Turn
from projects.reports import find_faults
from projects.states import Cause, ClaimState, SkipReason, TurnOutcome
from projects.tasks import lapse_claims
from tests.factories.alliances import make_membership
from tests.factories.members import make_organisation, make_person
from tests.factories.projects import (
    assert_ledger_adds_up,
    make_accepted_claim,
    make_claim,
    make_listing,
    make_waiting_claim,
)
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted
from workflow.workdays import end_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(circle):
    """A claim of the unit over all of a slot of two."""
    return make_claim(circle, make_listing(circle, quantity=2), quantity=2)


def another(circle):
    """One more member unit and its liaison."""
    unit = make_organisation(parent=circle.street)
    make_membership(alliance=circle.alliance, organisation=unit)
    return {"organisation": unit, "by": make_person(Role.LIAISON, unit)}


def other(circle):
    return {"organisation": circle.other_unit, "by": circle.other_liaison}


def let_go(circle, claim):
    actions.withdraw_claim(claim=claim, by=circle.liaison, cause=Cause.STAFF)


def run_out(claim):
    Claim.objects.filter(pk=claim.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def state_of(claim):
    return Claim.objects.get(pk=claim.pk).state


def test_join_queue_holds_nothing(circle, full):
    claim = make_waiting_claim(circle, full, quantity=2, plan="下月也可以")
    stored = Claim.objects.get(pk=claim.pk)
    assert (stored.state, stored.plan, stored.expires_at) == (ClaimState.WAITING, "下月也可以", None)
    assert stored.waited_since is not None
    assert full.listing.slots.get().taken == 2
    assert not Notification.objects.filter(table_name="projects_claim", row_id=claim.pk).exists()
    assert_ledger_adds_up()


def test_join_queue_while_enough_is_left_says_to_claim(circle, full):
    slot = make_listing(circle, quantity=3).slots.get()
    with pytest.raises(Conflict, match="还剩 3 个，不用候补。请直接认领"):
        actions.join_queue(slot=slot, quantity=3, **other(circle))


def test_join_queue_twice_or_beside_an_own_claim(circle, full):
    make_waiting_claim(circle, full, **other(circle))
    for fields in (other(circle), {"organisation": circle.unit, "by": circle.liaison}):
        with pytest.raises(Conflict, match="已有一条认领或候补"):
            make_waiting_claim(circle, full, **fields)


@pytest.mark.parametrize("quantity", [0, 3])
def test_join_queue_for_what_can_never_be_free(circle, full, quantity):
    with pytest.raises(BadInput):
        make_waiting_claim(circle, full, quantity=quantity, **other(circle))


def test_join_queue_wrong_person_or_own_listing(circle, full):
    with pytest.raises(NotPermitted):
        make_waiting_claim(circle, full, organisation=circle.other_unit, by=circle.liaison)
    with pytest.raises(NotPermitted, match="自己发布"):
        make_waiting_claim(circle, full, organisation=circle.community, by=circle.staff)


def exits(circle):
    return {
        "decline": lambda claim: actions.decline_claim(claim=claim, by=circle.staff, reason="场地"),
        "withdraw": lambda claim: let_go(circle, claim),
        "revoke": lambda claim: actions.revoke_claim(
            claim=actions.accept_claim(claim=claim, by=circle.staff), by=circle.staff, reason="场地"
        ),
        "lapse": lambda claim: (run_out(claim), lapse_claims()),
    }


@pytest.mark.parametrize("exit", ["decline", "withdraw", "revoke", "lapse"])
def test_every_exit_offers_the_place_to_the_first_who_waits(circle, full, exit):
    first = make_waiting_claim(circle, full, quantity=2, **other(circle))
    second = make_waiting_claim(circle, full, quantity=1, **another(circle))
    exits(circle)[exit](full)
    first.refresh_from_db()
    day = SpecialDay.objects.calendar().add(timezone.localdate(), actions.queue.HOLD_DAYS)
    assert (first.state, first.expires_at) == (ClaimState.HELD, end_of(day))
    assert state_of(second) == ClaimState.WAITING
    turn = first.turns.get()
    assert (turn.outcome, turn.place, turn.left, turn.wins) == (TurnOutcome.OFFERED, 1, 2, 0)
    told = Notification.objects.get(kind="claim_offered")
    assert (told.recipient, told.params["quantity"]) == (circle.other_liaison, "2 个")
    assert told.params["until"]
    assert_ledger_adds_up()


def test_exit_that_fails_promotes_nobody(circle, full, monkeypatch):
    waiting = make_waiting_claim(circle, full, **other(circle))

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("projects.notifications.claim_withdrawn", fail)
    with pytest.raises(RuntimeError):
        let_go(circle, full)
    assert (state_of(waiting), state_of(full)) == (ClaimState.WAITING, ClaimState.REQUESTED)
    assert not Turn.objects.exists()
    assert_ledger_adds_up()


def test_promotion_that_fails_keeps_the_place_with_its_holder(circle, full, monkeypatch):
    waiting = make_waiting_claim(circle, full, **other(circle))
    monkeypatch.setattr("projects.notifications.claim_offered", lambda claim: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        let_go(circle, full)
    assert (state_of(waiting), state_of(full)) == (ClaimState.WAITING, ClaimState.REQUESTED)


def test_who_does_not_fit_is_passed_over_with_the_reason_once(circle):
    listing = make_listing(circle, quantity=5)
    large = make_accepted_claim(circle, listing, quantity=4)
    small = make_claim(circle, listing, quantity=1, **another(circle))
    wants_much = make_waiting_claim(circle, large, quantity=5, **other(circle))
    wants_little = make_waiting_claim(circle, large, quantity=1, **another(circle))
    actions.decline_claim(claim=small, by=circle.staff, reason="场地")
    skipped = wants_much.turns.get()
    assert (skipped.outcome, skipped.why, skipped.left) == (TurnOutcome.SKIPPED, SkipReason.SHORT, 1)
    assert state_of(wants_little) == ClaimState.HELD
    # The same again is no news; more left is.
    actions.settle_slot(slot=listing.slots.get(), by=None)
    assert wants_much.turns.count() == 1
    actions.revoke_claim(claim=large, by=circle.staff, reason="场地")
    assert list(wants_much.turns.values_list("left", flat=True)) == [1, 4]
    actions.withdraw_claim(claim=wants_little, by=wants_little.claimed_by, cause=Cause.STAFF)
    assert state_of(wants_much) == ClaimState.HELD
    assert_ledger_adds_up()


def test_a_unit_that_left_the_alliance_is_passed_over(circle, full):
    gone = make_waiting_claim(circle, full, **other(circle))
    stays = make_waiting_claim(circle, full, **another(circle))
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(organisation=circle.other_unit).update(starts_on=yesterday, ends_on=yesterday)
    let_go(circle, full)
    assert gone.turns.get().why == SkipReason.LEFT
    assert (state_of(gone), state_of(stays)) == (ClaimState.WAITING, ClaimState.HELD)
    assert_ledger_adds_up()


def places(slot):
    return [one.claim for one in turns.rank([slot.pk])]


def test_rank_priority_then_fewer_wins_then_time(circle, full):
    winner, patient, late = (make_waiting_claim(circle, full, **another(circle)) for _ in range(3))
    urgent = make_waiting_claim(circle, full, **other(circle))
    actions.prioritise_claim(claim=urgent, by=circle.staff, priority=1, reason="台风期间安置")
    won = make_claim(
        circle, make_listing(circle), organisation=winner.organisation, by=winner.claimed_by, quantity=1
    )
    actions.accept_claim(claim=won, by=circle.staff)
    assert places(full.slot) == [urgent.pk, patient.pk, late.pk, winner.pk]
    # Half a year later it is forgotten; what came to nothing never counted.
    Claim.objects.filter(pk=won.pk).update(answered_at=timezone.now() - turns.RECENT)
    assert places(full.slot) == [urgent.pk, winner.pk, patient.pk, late.pk]
    Claim.objects.filter(pk=won.pk).update(answered_at=timezone.now())
    actions.revoke_claim(claim=won, by=circle.staff, reason="场地")
    assert places(full.slot) == [urgent.pk, winner.pk, patient.pk, late.pk]


def test_rank_counts_wins_of_the_same_alliance_only(circle, full):
    waiting = make_waiting_claim(circle, full, **other(circle))
    won = make_accepted_claim(circle, make_listing(circle), quantity=1, **other(circle))
    assert turns.rank([full.slot.pk])[0].wins == 1
    elsewhere = Alliance.objects.create(name="别的联盟", host=circle.street)
    Listing.objects.filter(pk=won.listing.pk).update(alliance=elsewhere)
    assert [(one.claim, one.wins) for one in turns.rank([full.slot.pk])] == [(waiting.pk, 0)]


def test_prioritise_claim_only_the_owner_with_a_reason_while_it_waits(circle, full):
    waiting = make_waiting_claim(circle, full, **other(circle))
    with pytest.raises(NotPermitted):
        actions.prioritise_claim(claim=waiting, by=circle.other_liaison, priority=1, reason="急")
    with pytest.raises(BadInput):
        actions.prioritise_claim(claim=waiting, by=circle.staff, priority=1, reason="")
    with pytest.raises(BadInput):
        actions.prioritise_claim(claim=waiting, by=circle.staff, priority=10, reason="急")
    with pytest.raises(InvalidTransition, match="不在候补中"):
        actions.prioritise_claim(claim=full, by=circle.staff, priority=1, reason="急")
    claim = actions.prioritise_claim(claim=waiting, by=circle.staff, priority=2, reason="台风期间安置")
    assert (claim.priority, claim.priority_reason) == (2, "台风期间安置")
    assert Notification.objects.filter(kind="claim_prioritised", recipient=circle.other_liaison).exists()
    assert actions.prioritise_claim(claim=waiting, by=circle.staff, priority=0).priority_reason == ""


def test_confirm_hold_goes_to_the_owner(circle, full):
    waiting = make_waiting_claim(circle, full, **other(circle))
    let_go(circle, full)
    with pytest.raises(NotPermitted):
        actions.confirm_hold(claim=waiting, by=circle.liaison)
    claim = actions.confirm_hold(claim=waiting, by=circle.other_liaison)
    due = SpecialDay.objects.calendar().add(timezone.localdate(), circle.alliance.answer_days)
    assert (claim.state, claim.answer_due, claim.expires_at) == (ClaimState.REQUESTED, due, end_of(due))
    assert Notification.objects.filter(kind="listing_claimed", row_id=claim.pk).exists()
    with pytest.raises(InvalidTransition, match="不用确认"):
        actions.confirm_hold(claim=waiting, by=circle.other_liaison)
    assert_ledger_adds_up()


def test_leaving_the_queue_does_not_bother_the_owner(circle, full):
    first = make_waiting_claim(circle, full, **other(circle))
    second = make_waiting_claim(circle, full, **another(circle))
    actions.withdraw_claim(claim=first, by=circle.other_liaison, cause=Cause.STAFF)
    assert full.listing.slots.get().taken == 2
    let_go(circle, full)
    assert state_of(second) == ClaimState.HELD
    Notification.objects.all().delete()
    actions.withdraw_claim(claim=second, by=second.claimed_by, cause=Cause.STAFF)
    assert not Notification.objects.exists()
    assert full.listing.slots.get().taken == 0
    assert_ledger_adds_up()


def test_lapse_claims_unanswered_tells_claimant_owner_and_host(circle, full):
    run_out(full)
    lapse_claims()
    lapse_claims()
    full.refresh_from_db()
    assert (full.state, full.cause, full.expires_at) == (ClaimState.LAPSED, Cause.UNANSWERED, None)
    assert full.listing.slots.get().taken == 0
    told = {(row.kind, row.recipient) for row in Notification.objects.filter(row_id=full.pk)}
    assert {
        ("claim_lapsed", circle.liaison),
        ("claim_lapsed_at_owner", circle.staff),
        ("need_unanswered", circle.street_staff),
    } <= told
    assert_ledger_adds_up()


def test_lapse_claims_unconfirmed_goes_to_the_next(circle, full):
    first = make_waiting_claim(circle, full, quantity=2, **other(circle))
    second = make_waiting_claim(circle, full, quantity=2, **another(circle))
    let_go(circle, full)
    run_out(first)
    lapse_claims()
    first.refresh_from_db()
    assert (first.state, first.cause) == (ClaimState.LAPSED, Cause.UNCONFIRMED)
    assert state_of(second) == ClaimState.HELD
    assert not Notification.objects.filter(kind="need_unanswered").exists()
    assert_ledger_adds_up()


def test_lapse_claims_before_the_time_does_nothing(circle, full):
    lapse_claims()
    assert state_of(full) == ClaimState.REQUESTED


def test_lapse_claims_serves_a_unit_that_came_back(circle, full):
    waiting = make_waiting_claim(circle, full, **other(circle))
    past = timezone.localdate() - timedelta(days=1)
    memberships = Membership.objects.filter(organisation=circle.other_unit)
    memberships.update(starts_on=past, ends_on=past)
    let_go(circle, full)
    memberships.update(ends_on=None)
    assert [fault.kind for fault in find_faults()] == ["queue"]
    lapse_claims()
    assert state_of(waiting) == ClaimState.HELD
    assert_ledger_adds_up()


def test_accept_claim_past_its_time_is_refused(circle, full):
    run_out(full)
    with pytest.raises(InvalidTransition, match="答复期限已过"):
        actions.accept_claim(claim=full, by=circle.staff)


@pytest.mark.parametrize("act", ["withdraw_listing", "settle_listing", "shelve_listing"])
def test_a_listing_that_leaves_ends_its_queue(circle, full, act):
    waiting = make_waiting_claim(circle, full, **other(circle))
    Slot.objects.update(taken=0)
    Claim.objects.filter(pk=full.pk).update(state="declined", reason="场地", expires_at=None)
    getattr(actions, act)(listing=full.listing, by=circle.staff, reason="需求变化")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.cause) == (ClaimState.LAPSED, Cause.LISTING_GONE)
    assert Notification.objects.filter(kind="claim_lapsed", recipient=circle.other_liaison).exists()
    assert_ledger_adds_up()


def test_expire_listings_ends_the_queue_and_leaves_claims_their_course(circle, full):
    waiting = make_waiting_claim(circle, full, **other(circle))
    Listing.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert actions.expire_listings(today=timezone.localdate(), by=None) == 1
    assert (state_of(waiting), state_of(full)) == (ClaimState.LAPSED, ClaimState.REQUESTED)


def test_lapse_claims_ends_the_queue_of_a_slot_that_is_over(circle, full):
    waiting = make_waiting_claim(circle, full, **other(circle))
    now = timezone.now()
    Slot.objects.update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    lapse_claims()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.cause) == (ClaimState.LAPSED, Cause.LISTING_GONE)
    assert not Turn.objects.exists()


def test_an_offer_never_outlives_the_slot(circle):
    now = timezone.now()
    ends_at = now + timedelta(hours=3)
    claim = make_claim(
        circle, make_listing(circle, slots=[(now + timedelta(hours=2), ends_at, 1)]), quantity=1
    )
    waiting = make_waiting_claim(circle, claim, **other(circle))
    let_go(circle, claim)
    waiting.refresh_from_db()
    assert waiting.expires_at == ends_at


def test_newcomer_gets_what_nobody_who_waits_can_use(circle):
    listing = make_listing(circle, quantity=3)
    make_claim(circle, listing, quantity=1)
    slot = listing.slots.get()
    waiting = actions.join_queue(slot=slot, quantity=3, **other(circle))
    newcomer = make_claim(circle, listing, quantity=1, **another(circle))
    assert (newcomer.state, state_of(waiting)) == (ClaimState.REQUESTED, ClaimState.WAITING)
    assert waiting.turns.get().why == SkipReason.SHORT
    assert_ledger_adds_up()


def test_newcomer_comes_after_whoever_a_lapsed_hold_belongs_to(circle):
    """Two of five are left, three more by right: the queue's first wants four, so a newcomer may have one at most."""
    listing = make_listing(circle, quantity=5)
    held = make_claim(circle, listing, quantity=3)
    waiting = actions.join_queue(slot=listing.slots.get(), quantity=4, **other(circle))
    run_out(held)
    newcomer = another(circle)
    with pytest.raises(SlotFull, match="只剩 1 个"):
        make_claim(circle, listing, quantity=2, **newcomer)
    assert make_claim(circle, listing, quantity=1, **newcomer).state == ClaimState.REQUESTED
    assert state_of(waiting) == ClaimState.HELD
    assert_ledger_adds_up()


def test_full_slot_offers_the_waiting_list(circle, full):
    make_waiting_claim(circle, full, **other(circle))
    with pytest.raises(SlotFull, match="已有 1 个单位候补。可以加入候补"):
        make_claim(circle, full.listing, quantity=1, **another(circle))


def test_promotion_costs_the_same_however_many_wait(circle):
    def cost(number):
        claim = make_claim(circle, make_listing(circle, quantity=2), quantity=2)
        for _ in range(number):
            make_waiting_claim(circle, claim, quantity=2, **another(circle))
        with CaptureQueriesContext(connection) as queries:
            let_go(circle, claim)
        return len(queries)

    cost(1)
    assert cost(2) == cost(12)


def test_offer_bears_neither_the_name_nor_the_reason_of_who_let_go(circle, full):
    waiting = make_waiting_claim(circle, full, quantity=2)
    actions.withdraw_claim(claim=full, by=circle.liaison, cause=Cause.STAFF, reason="人手不够")
    left = Change.objects.filter(table_name="projects_claim", row_id=full.pk).latest("id")
    offered = Change.objects.filter(table_name="projects_claim", row_id=waiting.pk).latest("id")
    assert (left.user_id, left.reason) == (circle.liaison.pk, "人手不够")
    assert (offered.after["state"], offered.user_id, offered.reason) == ("held", None, "")
