import hashlib

import pytest

from members.models import Notification
from members.states import Role
from projects import actions
from projects.exceptions import TextChanged
from projects.models import Agreement
from projects.states import AgreementState, Cause, ClaimState
from tests.factories.members import assign
from tests.factories.projects import make_agreement, make_claim, make_listing
from workflow.exceptions import InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def sign(agreement, by, text_hash=None):
    return actions.sign_agreement(agreement=agreement, by=by, text_hash=text_hash or agreement.text_hash)


def test_draft_agreement_hash_is_that_of_the_text(circle):
    agreement = make_agreement(circle)
    assert agreement.text_hash == hashlib.sha256(agreement.text.encode()).hexdigest()


def test_draft_agreement_free_words_stay_in_their_sentence(circle):
    agreement = make_agreement(circle, plan="第一行。\n\n十二、另加一条。")
    assert "六、实施办法：第一行。 十二、另加一条。\n" in agreement.text


def test_draft_agreement_unanswered(circle):
    with pytest.raises(InvalidTransition):
        actions.draft_agreement(claim=make_claim(circle), by=circle.staff)


def test_sign_agreement_by_both(circle):
    agreement = sign(make_agreement(circle), circle.liaison)
    assert agreement.state == AgreementState.DRAFT
    assert (agreement.party_a_signed_by, agreement.party_b_signed_by) == (circle.liaison, None)
    agreement = sign(agreement, circle.staff)
    assert agreement.state == AgreementState.SIGNED
    assert agreement.claims.get().state == ClaimState.AGREED
    told = Notification.objects.filter(kind="agreement_signed")
    assert {row.recipient for row in told} == {circle.liaison}


def test_sign_agreement_other_text(circle):
    agreement = make_agreement(circle)
    with pytest.raises(TextChanged, match="重新阅读"):
        sign(agreement, circle.liaison, "0" * 64)
    agreement.refresh_from_db()
    assert agreement.party_a_signed_at is None


def test_sign_agreement_wrong_person(circle):
    for person in (circle.other_liaison, circle.stranger):
        with pytest.raises(NotPermitted):
            sign(
                make_agreement(circle) if person == circle.other_liaison else Agreement.objects.get(),
                person,
            )


def test_sign_agreement_twice_by_one_person(circle):
    agreement = sign(make_agreement(circle), circle.liaison)
    with pytest.raises(NotPermitted, match="同一个人"):
        sign(agreement, circle.liaison)


def test_sign_agreement_for_both_sides_by_one_person(circle):
    assign(circle.liaison, Role.STAFF, circle.community)
    agreement = sign(make_agreement(circle), circle.liaison)
    with pytest.raises(NotPermitted, match="同一个人"):
        sign(agreement, circle.liaison)
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.DRAFT


def test_sign_agreement_side_already_signed_by_a_colleague(circle):
    agreement = sign(make_agreement(circle), circle.staff)
    with pytest.raises(InvalidTransition, match="周洁"):
        sign(agreement, circle.street_staff)


def test_sign_agreement_own_side_goes_first(circle):
    """Whoever may speak for both signs for the organisation that is the own one."""
    need = make_listing(circle)
    claim = make_claim(circle, need, organisation=circle.street, by=circle.street_staff)
    agreement = actions.accept_claim(claim=claim, by=circle.staff).agreements.get()
    agreement = sign(agreement, circle.street_staff)
    assert (agreement.party_a_signed_by, agreement.party_b_signed_by) == (circle.street_staff, None)


def test_sign_agreement_cancelled(circle):
    agreement = make_agreement(circle)
    actions.withdraw_claim(claim=agreement.claims.get(), by=circle.liaison, cause=Cause.BUDGET)
    with pytest.raises(InvalidTransition):
        sign(agreement, circle.liaison)
