"""Shares that are answered at once; the twin without the lock of the claim shows that the check can fail."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects import actions
from projects.models import Claim, Share
from projects.states import Cause, ClaimState, ShareState
from tests.factories.projects import assert_ledger_adds_up, make_circle, make_claim, make_listing
from tests.projects.crowd import claimants
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def make_joint(circle, people, *, quantity=1):
    """A joint claim of the hospital with all of `people`."""
    listing = make_listing(circle, quantity=50)
    shares = [(circle.unit, 1), *((unit, quantity) for unit, _by in people)]
    return actions.claim_together(
        slot=listing.slots.get(), organisation=circle.unit, by=circle.liaison, shares=shares
    )


def assert_shares_add_up(claim):
    claim.refresh_from_db()
    assert sum(quantity for _unit, quantity in claim.claimants) == claim.quantity


def test_shares_confirmed_and_declined_at_once_go_on_once():
    circle = make_circle()
    people = list(claimants(circle, 4))
    claim = make_joint(circle, people)
    acts = []
    for number, (unit, by) in enumerate(people):
        share = claim.shares.get(organisation=unit)
        acts.append(
            partial(actions.decline_share, share=share, by=by, reason="人手不够")
            if number % 2
            else partial(actions.confirm_share, share=share, by=by)
        )
    assert all(isinstance(one, Share) for one in at_once(*acts))
    assert_shares_add_up(claim)
    assert (claim.state, claim.quantity, claim.slot.taken) == (ClaimState.REQUESTED, 3, 3)
    assert_ledger_adds_up()


def test_share_broken_twin_that_does_not_lock_is_stopped_by_the_database():
    """Look, count down what was seen, write: one of two is lost, and the end of its transaction refuses it."""
    circle = make_circle()
    people = list(claimants(circle, 2))
    claim = make_joint(circle, people)
    seen = Claim.objects.get(pk=claim.pk).quantity

    @transaction.atomic
    def decline(unit, by):
        Share.objects.filter(claim=claim, organisation=unit).update(
            state=ShareState.DECLINED, reason="x", answered_at=timezone.now(), answered_by=by
        )
        Claim.objects.filter(pk=claim.pk).update(quantity=seen - 1)

    results = at_once(*(partial(decline, unit, by) for unit, by in people), refusals=(IntegrityError,))
    assert [type(one) for one in results if one] == [IntegrityError]
    assert_shares_add_up(claim)


def test_pass_claim_while_it_is_withdrawn_happens_one_way():
    circle = make_circle()
    for _ in range(3):
        claim = make_claim(circle, make_listing(circle))
        at_once(
            partial(
                actions.pass_claim, claim=claim, by=circle.liaison, to=circle.other_unit, cause=Cause.STAFF
            ),
            partial(actions.withdraw_claim, claim=claim, by=circle.liaison, cause=Cause.BUDGET),
        )
        claim.refresh_from_db()
        is_passed = Claim.objects.filter(passed_from=claim).exists()
        assert (claim.cause, claim.slot.taken) == ((Cause.STAFF, 2) if is_passed else (Cause.BUDGET, 0))
    assert_ledger_adds_up()
