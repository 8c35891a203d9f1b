from datetime import timedelta

import pytest
from django.utils import timezone

from members.models import Notification
from projects import actions
from projects.documents import compare
from projects.models import Agreement
from projects.states import AgreementState, ClaimState
from tests.factories.projects import assert_ledger_adds_up, make_agreed_claim, make_agreement
from tests.projects.actions.test_agreements import make_way_back, sign
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(circle) -> Agreement:
    return make_agreed_claim(circle).agreements.get()


def renew(agreement, by, **fields):
    fields.setdefault("extra", "另加一条")
    return actions.draft_new_version(agreement=agreement, by=by, reason="车位增加", **fields)


def test_draft_new_version_leaves_the_signed_one_in_force(circle, signed):
    version = renew(signed, circle.liaison)
    signed.refresh_from_db()
    assert (signed.state, version.state, version.version) == (
        AgreementState.SIGNED,
        AgreementState.DRAFT,
        2,
    )
    assert "本协议为第2版，" in version.text
    assert "变更原因：车位增加。" in version.text
    assert Notification.objects.get(kind="version_drafted").recipient == circle.staff
    assert_ledger_adds_up()


def test_draft_new_version_signed_by_both_replaces_the_old_one(circle, signed):
    version = renew(signed, circle.liaison)
    for person in (circle.staff, circle.liaison):
        version = sign(version, person)
    signed.refresh_from_db()
    assert (signed.state, version.state) == (AgreementState.REPLACED, AgreementState.SIGNED)
    assert version.claims.get().state == ClaimState.AGREED
    assert_ledger_adds_up()


def test_draft_new_version_with_another_claim(circle, signed):
    version = renew(signed, circle.liaison)
    version = actions.add_claim_to_agreement(
        agreement=version, claim=make_way_back(circle), by=circle.staff
    )
    assert_ledger_adds_up()
    for person in (circle.staff, circle.liaison):
        version = sign(version, person)
    assert list(version.claims.values_list("state", flat=True)) == [ClaimState.AGREED] * 2
    assert_ledger_adds_up()


def test_draft_new_version_twice(circle, signed):
    renew(signed, circle.liaison)
    with pytest.raises(Conflict, match="已经拟好"):
        renew(signed, circle.staff)


def test_draft_new_version_of_a_draft(circle):
    with pytest.raises(InvalidTransition, match="待签约"):
        renew(make_agreement(circle), circle.staff)


def test_draft_new_version_without_reason(circle, signed):
    with pytest.raises(BadInput):
        actions.draft_new_version(agreement=signed, by=circle.staff, reason=" ")


def test_draft_new_version_by_a_stranger(circle, signed):
    with pytest.raises(NotPermitted):
        renew(signed, circle.other_liaison)


def test_take_claim_out_of_a_new_version_signed_item_stays(circle, signed):
    version = actions.add_claim_to_agreement(
        agreement=renew(signed, circle.liaison), claim=make_way_back(circle), by=circle.staff
    )
    with pytest.raises(InvalidTransition, match="已经签约"):
        actions.take_claim_out(agreement=version, claim=signed.claims.get(), by=circle.staff)


def test_drop_version_keeps_the_old_one_and_frees_what_was_to_come_in(circle, signed):
    room = make_way_back(circle)
    version = actions.add_claim_to_agreement(
        agreement=renew(signed, circle.liaison), claim=room, by=circle.staff
    )
    actions.drop_version(agreement=version, by=circle.staff, reason="不再增加")
    signed.refresh_from_db()
    assert signed.state == AgreementState.SIGNED
    assert room.agreements.get(state=AgreementState.DRAFT).version == 1
    assert "不再增加" in Notification.objects.get(kind="version_dropped").params["reason"]
    assert_ledger_adds_up()
    assert renew(signed, circle.staff).version == 2


def test_drop_version_first_one(circle):
    with pytest.raises(InvalidTransition, match="第一版"):
        actions.drop_version(agreement=make_agreement(circle), by=circle.staff, reason="不办了")


def test_leave_agreements_new_version_loses_what_is_revoked(circle, signed):
    version = actions.add_claim_to_agreement(
        agreement=renew(signed, circle.liaison), claim=make_way_back(circle), by=circle.staff
    )
    actions.revoke_claim(claim=signed.claims.get(), by=circle.staff, reason="场地改建")
    signed.refresh_from_db()
    assert signed.state == AgreementState.CANCELLED
    assert_ledger_adds_up()
    version.refresh_from_db()
    assert "夜间停车位" not in version.text
    for person in (circle.staff, circle.liaison):
        version = sign(version, person)
    assert version.state == AgreementState.SIGNED
    assert_ledger_adds_up()


def test_review_agreement_moves_the_day_and_leaves_the_text(circle, signed):
    text, later = signed.text, timezone.localdate() + timedelta(days=90)
    agreement = actions.review_agreement(
        agreement=signed, by=circle.staff, note="车位够用，标识要换。", review_on=later
    )
    assert (agreement.review_on, agreement.reviewed_by, agreement.text) == (later, circle.staff, text)
    assert "标识要换" in Notification.objects.get(kind="agreement_reviewed").params["note"]


@pytest.mark.parametrize("fields", [{"note": " "}, {"note": "好", "review_on": timezone.localdate()}])
def test_review_agreement_bad_input(circle, signed, fields):
    with pytest.raises(BadInput):
        actions.review_agreement(agreement=signed, by=circle.staff, **fields)


def test_review_agreement_draft(circle):
    with pytest.raises(InvalidTransition):
        actions.review_agreement(agreement=make_agreement(circle), by=circle.staff, note="好")


def test_compare_tells_lines_and_not_their_numbers(circle, signed):
    changes = compare(signed.text, renew(signed, circle.liaison).text)
    now = [line for one in changes for line in one.after]
    assert "双方约定：另加一条。" in now
    assert not [line for one in changes for line in (*one.before, *one.after) if "不再修改正文" in line]
