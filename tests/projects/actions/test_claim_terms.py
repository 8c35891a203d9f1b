"""What a listing may ask of whoever claims it: at once, all of it, nothing else at that time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import Notification
from projects import actions, turns
from projects.exceptions import OverlapWarning, SlotFull, VenueTaken
from projects.models import Claim, Slot
from projects.reports.claims import on_page
from projects.reports.stages import claim_stages, next_step
from projects.states import Cause, ClaimMode, ClaimState, Overlap
from tests.factories.projects import (
    assert_ledger_adds_up,
    make_claim,
    make_listing,
    make_waiting_claim,
)
from workflow.exceptions import BadInput

pytestmark = pytest.mark.django_db


def other(circle):
    return {"organisation": circle.other_unit, "by": circle.other_liaison}


def make_hall(circle, overlap, *hours, quantity=1, occupies="音乐厅"):
    """A resource of the unit: the hall, from hour to hour of the day after tomorrow."""
    day = (timezone.now() + timedelta(days=2)).replace(hour=1, minute=0, second=0, microsecond=0)
    slots = [(day + timedelta(hours=a), day + timedelta(hours=b), quantity) for a, b in hours]
    return make_listing(
        circle,
        organisation=circle.unit,
        by=circle.liaison,
        direction="resource",
        title="音乐厅",
        measure="场",
        slots=slots,
        overlap=overlap,
        occupies=occupies,
    )


def take(circle, slot, **fields):
    claim = {"quantity": 1, "organisation": circle.community, "by": circle.staff, **fields}
    return actions.claim_listing(slot=slot, **claim)


def test_instant_listing_is_matched_without_an_answer(circle):
    listing = make_listing(circle, claim_mode=ClaimMode.INSTANT)
    claim = Claim.objects.with_parties().get(pk=make_claim(circle, listing).pk)
    assert (claim.state, claim.answer_due, claim.expires_at) == (ClaimState.ACCEPTED, None, None)
    assert (claim.answered_at, claim.answered_by) == (None, None)
    assert claim.sign_due > timezone.localdate()
    agreement = claim.agreements.get()
    assert agreement.sign_due == claim.sign_due
    told = Notification.objects.get(kind="listing_taken")
    assert told.recipient == circle.staff
    row = on_page([claim])[0]
    stages = claim_stages(claim, row.agreement, [], next_step(claim, row.agreement, None))
    assert [stage.state for stage in stages[:3]] == ["done", "done", "now"]
    assert_ledger_adds_up()


def test_instant_listing_offered_from_the_queue_is_matched_by_the_confirmation(circle):
    listing = make_listing(circle, quantity=2, claim_mode=ClaimMode.INSTANT)
    first = make_claim(circle, listing, quantity=2)
    waiting = make_waiting_claim(circle, first, quantity=2)
    actions.withdraw_claim(claim=first, by=circle.liaison, cause=Cause.STAFF)
    claim = actions.confirm_hold(claim=waiting, by=circle.other_liaison)
    assert claim.state == ClaimState.ACCEPTED
    assert claim.agreements.exists()
    assert turns.rank([claim.slot_id]) == []
    assert_ledger_adds_up()


def test_undivided_listing_is_claimed_whole(circle):
    listing = make_listing(circle, quantity=5, is_divisible=False)
    with pytest.raises(BadInput, match="整份认领.*改为 5 个"):
        make_claim(circle, listing, quantity=4)
    claim = make_claim(circle, listing, quantity=5)
    with pytest.raises(SlotFull, match="加入候补"):
        make_claim(circle, listing, quantity=5, **other(circle))
    with pytest.raises(BadInput, match="整份认领"):
        make_waiting_claim(circle, claim, quantity=1)


def test_forbidden_overlap_names_the_other_time_and_what_to_do(circle):
    early, late = make_hall(circle, Overlap.FORBID, (1, 3), (2, 4)).slots.all()
    claim = take(circle, early)
    stored = Claim.objects.get(pk=claim.pk)
    assert stored.occupies == f"{circle.unit.pk}:音乐厅"
    assert (stored.during.lower, stored.during.upper) == (early.starts_at, early.ends_at)
    with pytest.raises(VenueTaken, match="“音乐厅”在.*时间重叠，不能再认领。请选择其他时段") as refusal:
        take(circle, late, organisation=circle.street, by=circle.street_staff)
    assert refusal.value.field == "slot"
    assert Slot.objects.get(pk=late.pk).taken == 0


def test_forbidden_overlap_holds_across_listings_of_one_owner_only(circle):
    mine = make_hall(circle, Overlap.FORBID, (1, 3)).slots.get()
    same = make_hall(circle, Overlap.FORBID, (2, 4)).slots.get()
    room = make_hall(circle, Overlap.FORBID, (2, 4), occupies="排练厅").slots.get()
    take(circle, mine)
    with pytest.raises(VenueTaken):
        take(circle, same)
    assert take(circle, room).pk


def test_back_to_back_slots_do_not_overlap(circle):
    for overlap in (Overlap.FORBID, Overlap.WARN):
        first, second = make_hall(circle, overlap, (1, 2), (2, 3), occupies=overlap.value).slots.all()
        take(circle, first)
        assert take(circle, second).pk


def test_one_slot_is_shared_though_overlap_is_forbidden(circle):
    slot = make_hall(circle, Overlap.FORBID, (1, 3), quantity=2).slots.get()
    take(circle, slot)
    assert take(circle, slot, organisation=circle.street, by=circle.street_staff).pk


def test_venue_is_free_again_when_the_claim_leaves(circle):
    early, late = make_hall(circle, Overlap.FORBID, (1, 3), (2, 4)).slots.all()
    claim = take(circle, early)
    actions.withdraw_claim(claim=claim, by=circle.staff, cause=Cause.CHANGED)
    assert take(circle, late).pk


def test_warned_overlap_wants_a_deliberate_yes(circle):
    early, late = make_hall(circle, Overlap.WARN, (1, 3), (2, 4)).slots.all()
    assert take(circle, early).occupies == ""
    with pytest.raises(OverlapWarning, match="请勾选“已知时间重叠”") as refusal:
        take(circle, late)
    assert refusal.value.field == "is_overlap_known"
    assert take(circle, late, is_overlap_known=True).pk


def test_a_forbidden_overlap_cannot_be_waved_through(circle):
    early, late = make_hall(circle, Overlap.FORBID, (1, 3), (2, 4)).slots.all()
    take(circle, early)
    with pytest.raises(VenueTaken):
        take(circle, late, is_overlap_known=True)


def test_allowed_overlap_and_any_time_are_never_compared(circle):
    early, late = make_hall(circle, Overlap.ALLOW, (1, 3), (2, 4)).slots.all()
    take(circle, early)
    assert take(circle, late).occupies == ""
    listing = make_listing(circle, overlap=Overlap.FORBID, occupies="志愿队")
    assert make_claim(circle, listing).during is None


def test_queue_of_one_slot_moves_when_the_venue_is_freed_by_another(circle):
    """The hall is taken through a listing that only warns; the queue of the one that forbids waits for it."""
    warned = make_hall(circle, Overlap.WARN, (1, 3)).slots.get()
    forbidden = make_hall(circle, Overlap.FORBID, (2, 4)).slots.get()
    first = take(circle, forbidden)
    waiting = actions.join_queue(
        slot=forbidden, organisation=circle.street, quantity=1, by=circle.street_staff
    )
    busy = take(
        circle, warned, is_overlap_known=True, organisation=circle.other_unit, by=circle.other_liaison
    )
    actions.withdraw_claim(claim=first, by=circle.staff, cause=Cause.CHANGED)
    assert waiting.turns.get().why == "overlap"
    actions.withdraw_claim(claim=busy, by=circle.other_liaison, cause=Cause.CHANGED)
    waiting.refresh_from_db()
    assert waiting.state == ClaimState.HELD
    assert_ledger_adds_up()
