"""Two sides act on one agreement at once; the broken twins show that the checks can fail."""

from functools import partial

import pytest
from django.utils import timezone

from projects import actions
from projects.documents import text_hash
from projects.models import Agreement, AgreementClaim, Claim
from projects.reports import find_faults
from projects.states import AgreementState, ClaimState
from tests.factories.projects import (
    assert_ledger_adds_up,
    make_agreed_claim,
    make_agreement,
    make_circle,
    make_listing,
)
from tests.projects.actions.test_agreements import make_way_back
from tests.together import at_once, what_became_of

pytestmark = pytest.mark.django_db(transaction=True)


def signed_by(agreement, by):
    return partial(actions.sign_agreement, agreement=agreement, by=by, text_hash=agreement.text_hash)


def test_sign_agreement_while_the_draft_is_changed():
    """Whoever signs has signed what stands there."""
    circle = make_circle()
    for _ in range(5):
        agreement = make_agreement(circle, listing=make_listing(circle))
        at_once(
            signed_by(agreement, circle.liaison),
            partial(actions.change_draft, agreement=agreement, by=circle.staff, extra="另加一条"),
        )
        agreement.refresh_from_db()
        is_signed, is_changed = agreement.party_a_signed_at is not None, "另加一条" in agreement.text
        assert is_signed != is_changed
        assert text_hash(agreement.text) == agreement.text_hash
    assert_ledger_adds_up()


def test_sign_agreement_twin_without_the_lock_signs_what_it_never_read():
    """Look, then write: the name lands beside a text that was changed in between."""
    circle = make_circle()
    agreement = make_agreement(circle)
    seen = Agreement.objects.get(pk=agreement.pk)
    actions.change_draft(agreement=agreement, by=circle.staff, extra="另加一条")
    Agreement.objects.filter(pk=seen.pk).update(
        party_a_signed_at=timezone.now(), party_a_signed_by=circle.liaison
    )
    agreement.refresh_from_db()
    assert (agreement.party_a_signed_at is not None) == ("另加一条" in agreement.text)


def test_add_claim_to_two_agreements_at_once():
    circle = make_circle()
    for _ in range(5):
        drafts = [make_agreement(circle, listing=make_listing(circle)) for _ in range(2)]
        claim = make_way_back(circle)
        results = what_became_of(
            *(
                partial(actions.add_claim_to_agreement, agreement=draft, claim=claim, by=circle.staff)
                for draft in drafts
            )
        )
        assert "done" in results
        standing = AgreementClaim.objects.filter(claim=claim, agreement__state=AgreementState.DRAFT)
        assert standing.count() == 1
        assert "OperationalError" not in results
    assert_ledger_adds_up()


def test_new_version_while_the_claim_is_revoked():
    circle = make_circle()
    for _ in range(5):
        claim = make_agreed_claim(circle, make_listing(circle))
        agreement = claim.agreements.get()
        at_once(
            partial(actions.draft_new_version, agreement=agreement, by=circle.liaison, reason="改期"),
            partial(actions.revoke_claim, claim=claim, by=circle.staff, reason="场地改建"),
        )
        assert not Agreement.objects.standing().filter(lines__claim=claim).exists()
    assert_ledger_adds_up()


def test_new_version_twin_that_forgets_the_claims_binds_nobody():
    """The twin revokes without a look at the agreements: the check sees a text over nothing."""
    circle = make_circle()
    claim = make_agreed_claim(circle)
    agreement = claim.agreements.get()
    version = actions.draft_new_version(agreement=agreement, by=circle.liaison, reason="改期")
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.REVOKED, reason="场地改建")
    kinds = {(fault.kind, fault.pk) for fault in find_faults()}
    assert {("stray", agreement.pk), ("stray", version.pk), ("agreement", claim.pk)} <= kinds


def test_new_version_by_both_sides_at_once_is_one():
    circle = make_circle()
    agreement = make_agreed_claim(circle).agreements.get()
    results = what_became_of(
        *(
            partial(actions.draft_new_version, agreement=agreement, by=by, reason="改期")
            for by in (circle.liaison, circle.staff)
        )
    )
    assert results == ["Conflict", "done"]
    assert_ledger_adds_up()


def test_new_version_signed_by_both_at_once_replaces_once():
    circle = make_circle()
    agreement = make_agreed_claim(circle).agreements.get()
    version = actions.draft_new_version(agreement=agreement, by=circle.liaison, reason="改期")
    assert (
        what_became_of(signed_by(version, circle.staff), signed_by(version, circle.liaison)) == ["done"] * 2
    )
    agreement.refresh_from_db()
    version.refresh_from_db()
    assert (agreement.state, version.state) == (AgreementState.REPLACED, AgreementState.SIGNED)
    assert_ledger_adds_up()
