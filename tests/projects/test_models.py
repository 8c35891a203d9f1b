"""Each wall of the database, met by one row that breaks it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.models import AgreementClaim, Claim, Delivery, Listing, Slot
from tests.factories.projects import (
    make_accepted_claim,
    make_agreement,
    make_claim,
    make_delivery,
    make_listing,
)

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"direction": "gift"}, "listing_direction_known"),
        ({"state": "lost"}, "listing_state_known"),
        ({"published_by": None}, "listing_published_paired"),
        ({"published_at": None, "published_by": None}, "listing_published_has_moment"),
        ({"title": ""}, "listing_has_title"),
    ],
)
def test_listing_constraints(circle, values, name):
    listing = make_listing(circle)
    with refused(name):
        Listing.objects.filter(pk=listing.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"quantity": 0}, "slot_quantity_sensible"),
        ({"quantity": 100_001}, "slot_quantity_sensible"),
        ({"taken": 6}, "slot_taken_within_quantity"),
        ({"starts_at": timezone.now()}, "slot_interval_in_order"),
    ],
)
def test_slot_constraints(circle, values, name):
    listing = make_listing(circle, quantity=5)
    with refused(name):
        Slot.objects.filter(listing=listing).update(**values)


def test_slot_interval_once(circle):
    listing = make_listing(circle)
    with refused("slot_interval_once"):
        Slot.objects.create(listing=listing, quantity=1)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"quantity": 0}, "claim_quantity_positive"),
        ({"state": "lost", "expires_at": None}, "claim_state_known"),
        ({"answered_at": timezone.now()}, "claim_answered_paired"),
        ({"state": "declined", "expires_at": None}, "claim_exit_has_reason"),
        ({"state": "withdrawn", "expires_at": None}, "claim_cause_of_exit"),
        ({"state": "withdrawn", "cause": "unanswered", "expires_at": None}, "claim_cause_of_exit"),
        ({"cause": "budget"}, "claim_cause_of_exit"),
        ({"expires_at": None}, "claim_hold_expires"),
        ({"answer_due": None}, "claim_requested_has_answer_due"),
        ({"state": "waiting", "expires_at": None}, "claim_waiting_since"),
        ({"priority": 1}, "claim_priority_has_reason"),
        ({"occupies": "1:活动室"}, "claim_occupies_some_time"),
    ],
)
def test_claim_constraints(circle, values, name):
    claim = make_claim(circle)
    with refused(name):
        Claim.objects.filter(pk=claim.pk).update(**values)


def test_claim_one_unanswered_per_slot(circle):
    claim = make_claim(circle)
    with refused("claim_one_unanswered_per_slot"):
        Claim.objects.create(
            slot=claim.slot,
            organisation=claim.organisation,
            quantity=1,
            answer_due=claim.answer_due,
            expires_at=claim.expires_at,
            claimed_by=circle.liaison,
        )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "lost"}, "agreement_state_known"),
        ({"party_b": "party_a"}, "agreement_between_two"),
        ({"party_a_signed_at": "now"}, "agreement_party_a_signature_paired"),
        ({"party_b_signed_at": "now"}, "agreement_party_b_signature_paired"),
        ({"state": "signed"}, "agreement_signed_by_both"),
        ({"text_hash": "X" * 64}, "agreement_hash_form"),
    ],
)
def test_agreement_constraints(circle, change, name):
    agreement = make_agreement(circle)
    words = {"now": timezone.now(), "party_a": agreement.party_a}
    with refused(name):
        type(agreement).objects.filter(pk=agreement.pk).update(
            **{field: words.get(value, value) for field, value in change.items()}
        )


def test_agreement_two_signers(circle):
    agreement = make_agreement(circle)
    now = timezone.now()
    with refused("agreement_two_signers"):
        type(agreement).objects.filter(pk=agreement.pk).update(
            party_a_signed_at=now,
            party_a_signed_by=circle.liaison,
            party_b_signed_at=now,
            party_b_signed_by=circle.liaison,
        )


def test_agreement_signed_text_is_frozen(circle):
    agreement = make_agreement(circle)
    rows = type(agreement).objects.filter(pk=agreement.pk)
    rows.update(text="还没签，可以改")
    rows.update(party_a_signed_at=timezone.now(), party_a_signed_by=circle.liaison)
    with refused("frozen"):
        rows.update(text="签了再改")


def test_claim_stands_under_one_agreement(circle):
    claim = make_accepted_claim(circle)
    first = claim.agreements.get()
    fields = {
        name: getattr(first, name)
        for name in ("alliance", "party_a", "party_b", "text", "text_hash", "sign_due")
    }
    second = type(first).objects.create(**fields)
    with refused("another agreement"), transaction.atomic():
        AgreementClaim.objects.create(agreement=second, claim=claim)
    type(first).objects.filter(pk=first.pk).update(state="cancelled")
    assert AgreementClaim.objects.create(agreement=second, claim=claim).pk


def test_agreement_claim_once(circle):
    line = make_agreement(circle).lines.get()
    type(line.agreement).objects.update(state="cancelled")
    with refused("agreement_claim_once"):
        AgreementClaim.objects.create(agreement=line.agreement, claim=line.claim)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"quantity": 0}, "delivery_quantity_positive"),
        ({"acknowledged_at": timezone.now()}, "delivery_acknowledged_paired"),
        ({"accepted_quantity": 3}, "delivery_accepted_within_reported"),
        ({"rating": "superb"}, "delivery_rating_known"),
    ],
)
def test_delivery_constraints(circle, values, name):
    delivery = make_delivery(circle)
    with refused(name):
        Delivery.objects.filter(pk=delivery.pk).update(**values)


@pytest.mark.parametrize(
    ("state", "by", "name"),
    [
        ("accepted", "staff", "delivery_accepted_has_quantity"),
        ("returned", "staff", "delivery_return_has_reason"),
        ("lost", "staff", "delivery_state_known"),
    ],
)
def test_delivery_acknowledgement_constraints(circle, state, by, name):
    delivery = make_delivery(circle)
    with refused(name):
        Delivery.objects.filter(pk=delivery.pk).update(
            state=state, acknowledged_at=timezone.now(), acknowledged_by=getattr(circle, by)
        )


def test_delivery_accepted_by_another(circle):
    delivery = make_delivery(circle)
    with refused("delivery_accepted_by_another"):
        Delivery.objects.filter(pk=delivery.pk).update(
            state="accepted",
            accepted_quantity=2,
            acknowledged_at=timezone.now(),
            acknowledged_by=circle.liaison,
        )


def test_delivery_one_unacknowledged_per_claim(circle):
    delivery = make_delivery(circle)
    delivery.pk = None
    with refused("delivery_one_unacknowledged_per_claim"):
        delivery.save(force_insert=True)
