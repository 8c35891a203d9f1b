"""Two hundred random pairs of acts on a few slots: nobody meets a deadlock, and the ledger adds up."""

import random
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from projects import actions
from projects.models import Agreement, Claim, Listing, Share, Slot, Turn
from projects.states import AgreementState, Cause, ClaimState, Overlap, TurnOutcome
from tests.factories.projects import assert_ledger_adds_up, make_circle, make_listing
from tests.projects.actions.test_claim_terms import make_hall
from tests.projects.crowd import claimants
from tests.together import at_once
from workflow.exceptions import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS, AT_ONCE = 200, 4


class Bustle:
    """A circle whose people do whatever comes into their heads, mostly at the wrong moment."""

    def __init__(self):
        self.dice = random.Random("deadlock")
        self.circle = circle = make_circle()
        self.units = [*claimants(circle, 3), (circle.other_unit, circle.other_liaison)]
        need = make_listing(circle, quantity=3)
        early, late = (make_hall(circle, Overlap.FORBID, hours, quantity=2) for hours in ((1, 3), (2, 4)))
        self.owners = {need.pk: circle.staff, early.pk: circle.liaison, late.pk: circle.liaison}
        self.slots = list(Slot.objects.select_related("listing").order_by("pk"))
        self.people = {unit.pk: by for unit, by in self.units}

    def acts(self, number):
        return [self.dice.choice(self.KINDS)(self) for _ in range(number)]

    def claim(self):
        unit, by = self.dice.choice(self.units)
        amount = self.dice.randint(1, 3)
        return partial(
            actions.claim_listing,
            slot=self.dice.choice(self.slots),
            organisation=unit,
            quantity=amount,
            by=by,
        )

    def join(self):
        unit, by = self.dice.choice(self.units)
        return partial(
            actions.join_queue, slot=self.dice.choice(self.slots), organisation=unit, quantity=1, by=by
        )

    def settle(self):
        held = Claim.objects.filter(state__in=[ClaimState.HELD, ClaimState.REQUESTED]).order_by("pk")
        over = [pk for pk in held.values_list("pk", flat=True) if self.dice.random() < 0.3]
        Claim.objects.filter(pk__in=over).update(expires_at=timezone.now() - timedelta(seconds=1))
        return partial(actions.settle_slot, slot=self.dice.choice(self.slots), by=None)

    def of_claim(self, act, states, *, is_owner, **fields):
        claims = list(Claim.objects.filter(state__in=states).select_related("slot__listing").order_by("pk"))
        if not claims:
            return self.claim()
        claim = self.dice.choice(claims)
        by = self.owners[claim.slot.listing_id] if is_owner else self.people[claim.organisation_id]
        return partial(act, claim=claim, by=by, **fields)

    def claim_together(self):
        (unit, by), (partner, _) = self.dice.sample(self.units, 2)
        slot = self.dice.choice(self.slots)
        shares = [(unit, 1), (partner, 1)]
        return partial(actions.claim_together, slot=slot, organisation=unit, shares=shares, by=by)

    def answer_share(self):
        shares = list(Share.objects.open().with_organisation().order_by("pk"))
        if not shares:
            return self.claim_together()
        share = self.dice.choice(shares)
        act = partial(actions.confirm_share, share=share, by=self.people[share.organisation_id])
        if self.dice.random() < 0.5:
            act = partial(actions.decline_share, *act.args, **act.keywords, reason="人手")
        return act

    def pass_on(self):
        states = [ClaimState.HELD, ClaimState.REQUESTED, ClaimState.ACCEPTED]
        to, _ = self.dice.choice(self.units)
        return self.of_claim(actions.pass_claim, states, is_owner=False, to=to, cause=Cause.STAFF)

    def accept(self):
        return self.of_claim(actions.accept_claim, [ClaimState.REQUESTED], is_owner=True)

    def decline(self):
        return self.of_claim(actions.decline_claim, [ClaimState.REQUESTED], is_owner=True, reason="场地")

    def withdraw(self):
        states = [ClaimState.WAITING, ClaimState.HELD, ClaimState.REQUESTED, ClaimState.ACCEPTED]
        return self.of_claim(actions.withdraw_claim, states, is_owner=False, cause=Cause.STAFF)

    def revoke(self):
        states = [ClaimState.ACCEPTED, ClaimState.AGREED]
        return self.of_claim(actions.revoke_claim, states, is_owner=True, reason="场地")

    def confirm(self):
        return self.of_claim(actions.confirm_hold, [ClaimState.HELD], is_owner=False)

    def prioritise(self):
        act = partial(actions.prioritise_claim, priority=self.dice.randint(0, 2), reason="急")
        return self.of_claim(act, [ClaimState.WAITING], is_owner=True)

    def report(self):
        act = partial(actions.report_delivery, quantity=1, done_on=timezone.localdate())
        return self.of_claim(act, [ClaimState.AGREED], is_owner=self.dice.random() < 0.5)

    def sign(self):
        drafts = list(Agreement.objects.filter(state=AgreementState.DRAFT).order_by("pk"))
        if not drafts:
            return self.accept()
        agreement = self.dice.choice(drafts)
        people = [*self.people.values(), self.circle.liaison, self.circle.staff]
        sides = [by for by in people if by.acts_for(agreement.party_a) or by.acts_for(agreement.party_b)]
        by, text_hash = self.dice.choice(sides), agreement.text_hash
        return partial(actions.sign_agreement, agreement=agreement, by=by, text_hash=text_hash)

    def put_on_or_take_off(self):
        listing = self.dice.choice(list(Listing.objects.order_by("pk")))
        by = self.owners[listing.pk]
        if self.dice.random() < 0.5:
            return partial(actions.publish_listing, listing=listing, by=by)
        return partial(actions.withdraw_listing, listing=listing, by=by, reason="需求变化")

    def expire(self):
        return partial(actions.expire_listings, today=timezone.localdate(), by=None)

    KINDS = (
        [claim] * 6 + [join] * 4 + [withdraw] * 4 + [accept, decline, confirm, settle] * 2
        + [claim_together, answer_share, answer_share, pass_on, pass_on]
        + [revoke, sign, sign, report, prioritise, put_on_or_take_off, put_on_or_take_off, expire]
    )  # fmt: skip


def test_two_hundred_random_pairs_meet_no_deadlock():
    bustle, found = Bustle(), Counter()
    for round_ in range(PAIRS // AT_ONCE):
        # Anything but a refusal with its sentence is raised here: a deadlock, a lock that was never given.
        for result in at_once(*bustle.acts(2 * AT_ONCE)):
            found["refused" if isinstance(result, Refusal) else "done"] += 1
        if round_ % 10 == 9:
            assert_ledger_adds_up()
    assert found["done"] > PAIRS / 4, found
    assert Turn.objects.filter(outcome=TurnOutcome.OFFERED).exists()
