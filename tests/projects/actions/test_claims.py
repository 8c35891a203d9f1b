from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import Change, Notification, SpecialDay
from members.states import Role
from projects import actions
from projects.exceptions import SlotFull
from projects.models import Agreement, Claim
from projects.reports import ledger_faults
from projects.states import AgreementState, Cause, ClaimState
from tests.factories.members import make_organisation, make_person
from tests.factories.projects import (
    make_accepted_claim,
    make_agreed_claim,
    make_claim,
    make_delivery,
    make_listing,
)
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def taken(claim):
    claim.slot.refresh_from_db()
    return claim.slot.taken


def test_claim_listing_takes_and_tells_the_owner(circle):
    claim = make_claim(circle, quantity=2, plan="负二层")
    stored = Claim.objects.get(pk=claim.pk)
    assert (stored.state, stored.quantity, stored.plan) == (ClaimState.REQUESTED, 2, "负二层")
    assert taken(claim) == 2
    due = SpecialDay.objects.calendar().add(timezone.localdate(), circle.alliance.answer_days)
    assert stored.answer_due == due
    told = Notification.objects.get(kind="listing_claimed")
    assert (told.recipient, told.row_id) == (circle.staff, claim.pk)
    change = Change.objects.get(table_name="projects_claim", row_id=claim.pk)
    assert change.user_id == circle.liaison.pk
    assert ledger_faults() == []


def test_claim_listing_resource_by_a_community(circle):
    resource = make_listing(circle, organisation=circle.unit, by=circle.liaison, direction="resource")
    claim = make_claim(circle, resource, organisation=circle.community, by=circle.staff)
    assert (claim.provider, claim.requester) == (circle.unit, circle.community)


def test_claim_listing_by_the_host(circle):
    assert make_claim(circle, organisation=circle.street, by=circle.street_staff).pk


def test_claim_listing_more_than_is_left_says_how_much(circle):
    listing = make_listing(circle, quantity=5)
    make_claim(circle, listing, quantity=3)
    with pytest.raises(SlotFull, match="只剩 2 个"):
        make_claim(circle, listing, quantity=3, organisation=circle.other_unit, by=circle.other_liaison)
    assert listing.slots.get().taken == 3


def test_claim_listing_sold_out(circle):
    listing = make_listing(circle, quantity=2)
    make_claim(circle, listing, quantity=2)
    with pytest.raises(SlotFull, match="认领完"):
        make_claim(circle, listing, quantity=1, organisation=circle.other_unit, by=circle.other_liaison)


def test_claim_listing_again_before_the_answer_takes_nothing(circle):
    claim = make_claim(circle)
    with pytest.raises(Conflict, match="等答复"):
        make_claim(circle, claim.listing)
    assert taken(claim) == 2


def test_claim_listing_own(circle):
    listing = make_listing(circle)
    with pytest.raises(NotPermitted, match="自己发布"):
        make_claim(circle, listing, organisation=circle.community, by=circle.staff)


def test_claim_listing_wrong_person(circle):
    with pytest.raises(NotPermitted):
        make_claim(circle, by=circle.staff)


def test_claim_listing_by_no_member(circle):
    outsider = make_organisation(parent=circle.street, name="未入盟单位")
    with pytest.raises(NotPermitted, match="不是.*成员"):
        make_claim(circle, organisation=outsider, by=make_person(Role.LIAISON, outsider))


def test_claim_listing_draft(circle):
    with pytest.raises(InvalidTransition, match="草稿"):
        make_claim(circle, make_listing(circle, is_published=False))


def test_claim_listing_past_its_validity(circle):
    listing = make_listing(circle)
    listing.valid_until = timezone.localdate() - timedelta(days=1)
    listing.save()
    with pytest.raises(InvalidTransition, match="有效期"):
        make_claim(circle, listing)


def test_claim_listing_slot_over(circle):
    listing = make_listing(circle)
    slot = listing.slots.get()
    slot.starts_at, slot.ends_at = timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1)
    slot.save()
    with pytest.raises(InvalidTransition, match="已经结束"):
        make_claim(circle, listing)


@pytest.mark.parametrize(
    ("fields", "field"), [({"quantity": 0}, "quantity"), ({"plan": "长" * 301}, "plan")]
)
def test_claim_listing_bad_input(circle, fields, field):
    with pytest.raises(BadInput) as refusal:
        make_claim(circle, **fields)
    assert refusal.value.field == field


def test_accept_claim_drafts_the_agreement(circle):
    claim = make_accepted_claim(circle, plan="负二层西区")
    assert (claim.state, claim.answered_by) == (ClaimState.ACCEPTED, circle.staff)
    agreement = claim.agreements.get()
    assert (agreement.party_a, agreement.party_b) == (circle.unit, circle.community)
    for words in ("梧桐医院", "南园社区", "夜间停车位", "2个", "负二层西区"):
        assert words in agreement.text
    assert Notification.objects.filter(kind="claim_accepted", recipient=circle.liaison).exists()
    assert ledger_faults() == []


def test_accept_claim_wrong_person(circle):
    with pytest.raises(NotPermitted):
        actions.accept_claim(claim=make_claim(circle), by=circle.liaison)


def test_accept_claim_second_caller(circle):
    claim = make_accepted_claim(circle)
    with pytest.raises(InvalidTransition):
        actions.accept_claim(claim=claim, by=circle.street_staff)
    assert Agreement.objects.count() == 1


def test_decline_claim_gives_the_quantity_back(circle):
    claim = actions.decline_claim(claim=make_claim(circle), by=circle.staff, reason="场地：已有安排")
    assert (claim.state, taken(claim)) == (ClaimState.DECLINED, 0)
    told = Notification.objects.get(kind="claim_declined")
    assert (told.recipient, told.params["reason"]) == (circle.liaison, "场地：已有安排")
    assert make_claim(circle, claim.listing).pk != claim.pk


def test_decline_claim_without_reason_changes_nothing(circle):
    claim = make_claim(circle)
    with pytest.raises(BadInput):
        actions.decline_claim(claim=claim, by=circle.staff, reason="")
    claim.refresh_from_db()
    assert (claim.state, taken(claim)) == (ClaimState.REQUESTED, 2)


def test_withdraw_claim_after_acceptance_cancels_the_draft(circle):
    claim = make_accepted_claim(circle)
    claim = actions.withdraw_claim(claim=claim, by=circle.liaison, cause=Cause.BUDGET)
    assert (claim.state, taken(claim)) == (ClaimState.WITHDRAWN, 0)
    assert claim.agreements.get().state == AgreementState.CANCELLED
    assert Notification.objects.filter(kind="claim_withdrawn", recipient=circle.staff).exists()
    assert ledger_faults() == []


def test_withdraw_claim_after_signing(circle):
    with pytest.raises(InvalidTransition, match="已签署"):
        actions.withdraw_claim(claim=make_agreed_claim(circle), by=circle.liaison, cause=Cause.BUDGET)


def test_withdraw_claim_wrong_person(circle):
    with pytest.raises(NotPermitted):
        actions.withdraw_claim(claim=make_claim(circle), by=circle.staff, cause=Cause.BUDGET)


def test_revoke_claim_after_signing_cancels_the_agreement(circle):
    claim = actions.revoke_claim(claim=make_agreed_claim(circle), by=circle.staff, reason="不可抗力")
    assert (claim.state, taken(claim)) == (ClaimState.REVOKED, 0)
    assert claim.agreements.get().state == AgreementState.CANCELLED
    assert Notification.objects.filter(kind="claim_revoked", recipient=circle.liaison).exists()
    assert ledger_faults() == []


def test_revoke_claim_unanswered(circle):
    with pytest.raises(InvalidTransition, match="退回"):
        actions.revoke_claim(claim=make_claim(circle), by=circle.staff, reason="场地")


def test_revoke_claim_after_a_report(circle):
    delivery = make_delivery(circle)
    with pytest.raises(InvalidTransition, match="交付"):
        actions.revoke_claim(claim=delivery.claim, by=circle.staff, reason="场地")


def test_exit_rolls_back_whole(circle, monkeypatch):
    claim = make_accepted_claim(circle)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("projects.notifications.claim_withdrawn", fail)
    with pytest.raises(RuntimeError):
        actions.withdraw_claim(claim=claim, by=circle.liaison, cause=Cause.BUDGET)
    claim.refresh_from_db()
    assert (claim.state, taken(claim)) == (ClaimState.ACCEPTED, 2)
    assert claim.agreements.get().state == AgreementState.DRAFT
