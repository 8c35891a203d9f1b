"""One test, three runs: the statement holds the quantity, the CHECK holds it alone, and without both it is oversold."""

from contextlib import nullcontext
from functools import partial

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from projects import actions
from projects.actions import taking
from projects.exceptions import SlotFull
from projects.reports import find_faults
from tests.factories.projects import assert_ledger_adds_up, make_circle, make_listing
from tests.projects.crowd import claimants, without_check
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PLACES, CLAIMANTS = 5, 16
GUARD = " AND taken + %(quantity)s <= quantity"


@pytest.mark.parametrize(
    ("has_guard", "has_check", "refused_with", "sold", "faults"),
    [
        pytest.param(True, True, {SlotFull}, PLACES, [], id="as-shipped"),
        pytest.param(False, True, {IntegrityError}, PLACES, [], id="without-guard"),
        pytest.param(False, False, set(), CLAIMANTS, ["over"], id="without-guard-and-check"),
    ],
)
def test_claim_listing_oversells_only_without_guard_and_check(
    monkeypatch, has_guard, has_check, refused_with, sold, faults
):
    circle = make_circle()
    slot = make_listing(circle, quantity=PLACES).slots.get()
    claim = partial(actions.claim_listing, slot=slot, quantity=1)
    people = list(claimants(circle, CLAIMANTS))
    assert taking._TAKE.count(GUARD) == 1
    if not has_guard:
        monkeypatch.setattr(taking, "_TAKE", taking._TAKE.replace(GUARD, ""))
    with nullcontext() if has_check else without_check():
        results = at_once(
            *(partial(claim, organisation=unit, by=by) for unit, by in people),
            refusals=(SlotFull, IntegrityError),
        )
        refusals = [one for one in results if isinstance(one, Exception)]
        assert {type(one) for one in refusals} == refused_with
        assert len(refusals) == CLAIMANTS - sold
        if refused_with == {IntegrityError}:
            assert all("slot_taken_within_quantity" in str(one) for one in refusals)
        slot.refresh_from_db()
        assert slot.taken == slot.claims.live().aggregate(sold=Sum("quantity"))["sold"] == sold
        assert [fault.kind for fault in find_faults()] == faults
    assert_ledger_adds_up()
