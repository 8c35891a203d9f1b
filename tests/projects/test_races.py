"""What happens when many act at once; the broken twin shows that the check can fail."""

import threading
from collections import Counter
from functools import partial
from uuid import uuid4

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliances.actions import end_alliance
from members.actions.organisations import close_organisation
from members.models import Organisation
from members.states import Role
from projects import actions
from projects.actions import taking
from projects.exceptions import ListingHasClaims, SlotFull
from projects.models import Claim, Slot
from projects.reports import find_faults
from projects.states import AgreementState, Cause, ClaimState, ListingState
from tests.factories.members import make_person
from tests.factories.projects import (
    assert_ledger_adds_up,
    make_accepted_claim,
    make_agreement,
    make_circle,
    make_claim,
    make_listing,
)
from tests.projects.crowd import claimants, without_check
from tests.together import at_once
from workflow.exceptions import Refusal
from workflow.workdays import end_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_claim_listing_forty_on_five_places():
    circle = make_circle()
    slot = make_listing(circle, quantity=5).slots.get()
    claim = partial(actions.claim_listing, slot=slot, quantity=1)
    results = at_once(*(partial(claim, organisation=unit, by=by) for unit, by in claimants(circle, 40)))
    assert Counter(type(one) for one in results) == {Claim: 5, SlotFull: 35}
    slot.refresh_from_db()
    assert (slot.taken, slot.claims.live().count()) == (5, 5)
    assert_ledger_adds_up()


def test_claim_listing_broken_twin_oversells():
    """Look, then take, without the condition and without the CHECK: the same check fails."""
    circle = make_circle()
    slot = make_listing(circle, quantity=1).slots.get()
    looked = threading.Barrier(8)

    def claim(unit, by):
        seen = Slot.objects.get(pk=slot.pk)
        looked.wait(timeout=30)
        if seen.left < 1:
            raise SlotFull("full")
        Slot.objects.filter(pk=slot.pk).update(taken=F("taken") + 1)
        due = timezone.localdate()
        return Claim.objects.create(
            slot=slot, organisation=unit, quantity=1, answer_due=due, expires_at=end_of(due), claimed_by=by
        )

    with without_check():
        at_once(*(partial(claim, unit, by) for unit, by in claimants(circle, 8)))
        slot.refresh_from_db()
        assert slot.taken == slot.claims.live().count() == 8 > slot.quantity
        assert [fault.kind for fault in find_faults()] == ["over"]
    assert_ledger_adds_up()


def test_claim_listing_same_form_ten_times_is_one_claim():
    circle = make_circle()
    listing = make_listing(circle, quantity=50)
    browser = Client()
    browser.force_login(circle.liaison)
    session = browser.cookies["sessionid"].value
    data = {
        "slot": listing.slots.get().pk,
        "organisation": circle.unit.pk,
        "quantity": 3,
        "plan": "",
        "form_token": uuid4().hex,
    }

    def post():
        client = Client()
        client.cookies["sessionid"] = session
        return client.post(reverse("listing-claim", args=[listing.pk]), data)

    answers = at_once(*[post] * 10)
    claim = Claim.objects.get()
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, claim.get_absolute_url())}
    assert listing.slots.get().taken == 3
    assert_ledger_adds_up()


def test_withdraw_listing_while_it_is_claimed():
    """Either the listing goes and nobody holds it, or somebody holds it and it stays."""
    circle = make_circle()
    people = list(claimants(circle, 6))
    for _ in range(5):
        listing = make_listing(circle, quantity=50)
        slot = listing.slots.get()
        claim = partial(actions.claim_listing, slot=slot, quantity=1)
        results = at_once(
            *(partial(claim, organisation=unit, by=by) for unit, by in people),
            partial(actions.withdraw_listing, listing=listing, by=circle.staff, reason="需求变化"),
        )
        listing.refresh_from_db()
        is_withdrawn = listing.state == ListingState.WITHDRAWN
        assert is_withdrawn == (not slot.claims.exists())
        assert is_withdrawn != isinstance(results[-1], ListingHasClaims)
    assert_ledger_adds_up()


def test_exits_at_once_give_back_once():
    circle = make_circle()
    for _ in range(5):
        claim = make_claim(circle, make_listing(circle))
        at_once(
            partial(actions.decline_claim, claim=claim, by=circle.staff, reason="场地"),
            partial(actions.withdraw_claim, claim=claim, by=circle.liaison, cause=Cause.BUDGET),
            partial(actions.accept_claim, claim=claim, by=circle.street_staff),
        )
        claim.refresh_from_db()
        assert claim.state in (ClaimState.DECLINED, ClaimState.WITHDRAWN, ClaimState.ACCEPTED)
    assert_ledger_adds_up()


def signed_by(agreement, by):
    return partial(actions.sign_agreement, agreement=agreement, by=by, text_hash=agreement.text_hash)


def test_sign_agreement_by_both_at_once():
    circle = make_circle()
    agreement = make_agreement(circle)
    at_once(signed_by(agreement, circle.staff), signed_by(agreement, circle.liaison))
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.SIGNED
    assert agreement.claims.get().state == ClaimState.AGREED
    assert_ledger_adds_up()


def test_sign_agreement_while_the_claim_is_withdrawn():
    circle = make_circle()
    for _ in range(5):
        claim = make_accepted_claim(circle, make_listing(circle))
        agreement = claim.agreements.get()
        signed_by(agreement, circle.staff)()
        at_once(
            signed_by(agreement, circle.liaison),
            partial(actions.withdraw_claim, claim=claim, by=circle.liaison, cause=Cause.BUDGET),
        )
    assert_ledger_adds_up()


def end_after_the_look(circle, monkeypatch, end):
    """A claim whose permission was asked before `end` happens, and whose statement runs after it."""
    slot = make_listing(circle).slots.get()
    take = taking.take

    def end_and_take(claim):
        assert not isinstance(at_once(end)[0], Refusal)
        return take(claim)

    monkeypatch.setattr(taking, "take", end_and_take)
    return partial(
        actions.claim_listing, slot=slot, organisation=circle.unit, quantity=1, by=circle.liaison
    )


def ends(circle):
    district = make_person(Role.DISTRICT_ADMIN, Organisation.objects.get_root(circle.street))
    today = timezone.localdate()
    return [
        partial(end_alliance, alliance=circle.alliance, by=circle.street_staff, reason="合并"),
        partial(close_organisation, organisation=circle.unit, by=district, reason="搬迁", closed_on=today),
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_claim_listing_after_the_alliance_or_the_claimant_ended(monkeypatch, which):
    circle = make_circle()
    claim = end_after_the_look(circle, monkeypatch, ends(circle)[which])
    with pytest.raises(Refusal, match="已终止"):
        claim()
    assert not Claim.objects.exists()
    assert_ledger_adds_up()


@pytest.mark.parametrize("which", [0, 1])
def test_claim_listing_twin_without_the_conditions_claims_from_an_ended_one(monkeypatch, which):
    circle = make_circle()
    claim = end_after_the_look(circle, monkeypatch, ends(circle)[which])
    lines = taking._TAKE.splitlines()
    monkeypatch.setattr(
        taking,
        "_TAKE",
        "\n".join(line for line in lines if "JOIN alli" not in line and "JOIN mem" not in line),
    )
    taken = claim()
    assert [(fault.kind, fault.pk) for fault in find_faults()] == [("orphan", taken.pk)]
