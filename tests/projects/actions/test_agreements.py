import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from members.models import Notification
from members.states import Role
from projects import actions
from projects.exceptions import TextChanged
from projects.models import Agreement, AgreementClaim, Claim, Share
from projects.states import AgreementState, Cause, ClaimState, Direction, ShareState
from tests.factories.members import assign
from tests.factories.projects import (
    assert_ledger_adds_up,
    make_accepted_claim,
    make_agreed_claim,
    make_agreement,
    make_claim,
    make_listing,
)
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


def sign(agreement, by, text_hash=None):
    return actions.sign_agreement(agreement=agreement, by=by, text_hash=text_hash or agreement.text_hash)


def make_way_back(circle, **fields):
    """An accepted claim of the unit on a resource of the community: the other direction between the same two."""
    fields.setdefault("title", "会议室")
    resource = make_listing(circle, direction=Direction.RESOURCE, measure="间", **fields)
    return make_accepted_claim(circle, resource, quantity=1)


def make_two_way(circle):
    """One draft over a claim in each direction."""
    agreement = make_agreement(circle)
    claim = make_way_back(circle)
    return actions.add_claim_to_agreement(agreement=agreement, claim=claim, by=circle.staff)


def test_draft_agreement_hash_is_that_of_the_text(circle):
    agreement = make_agreement(circle)
    assert agreement.text_hash == hashlib.sha256(agreement.text.encode()).hexdigest()


def test_draft_agreement_names_what_the_claim_says(circle):
    day = timezone.localdate() + timedelta(days=40)
    listing = make_listing(
        circle,
        place="南园社区广场",
        audience="夜间回家的居民",
        done_means="车位开放满一年",
        valid_until=day,
    )
    agreement = make_accepted_claim(circle, listing, plan="每晚八点开放").agreements.get()
    for words in (
        "甲方：梧桐医院\n甲方联系人：联系人1\n乙方：南园社区\n",
        "一、甲方提供\n（一）夜间停车位（停车）\n1.来源：乙方于",
        "数量：2个。",
        "地点：南园社区广场。",
        "服务对象：夜间回家的居民。",
        "实施办法：每晚八点开放。",
        "办结标准：车位开放满一年。",
        f"完成期限：{day.year}年{day.month}月{day.day}日。",
    ):
        assert words in agreement.text
    assert "乙方提供" not in agreement.text
    assert "共同承担" not in agreement.text
    assert agreement.deliver_by == agreement.lines.get().deliver_by == day


def test_draft_agreement_names_the_parts_of_a_joint_claim(circle):
    claim = make_claim(circle, quantity=3)
    for organisation, quantity in ((circle.unit, 1), (circle.other_unit, 2)):
        Share.objects.create(
            claim=claim,
            organisation=organisation,
            quantity=quantity,
            state=ShareState.CONFIRMED,
            answered_at=timezone.now(),
            answered_by=circle.liaison,
        )
    agreement = actions.accept_claim(claim=claim, by=circle.staff).agreements.get()
    assert "9.共同承担：梧桐医院1个、梧桐中学2个。" in agreement.text
    assert agreement in Agreement.objects.visible_to(circle.other_liaison)


def test_draft_agreement_free_words_stay_in_their_sentence(circle):
    agreement = make_agreement(circle, plan="第一行。\n\n十二、另加一条。")
    assert "6.实施办法：第一行。 十二、另加一条。\n" in agreement.text


def test_draft_agreement_reads_alike_in_every_language(circle):
    with translation.override("en"):
        english = make_agreement(circle).text
    listing = make_listing(circle)
    chinese = make_accepted_claim(circle, listing).agreements.get().text
    assert english == chinese


def test_draft_agreement_unanswered(circle):
    with pytest.raises(InvalidTransition):
        actions.draft_agreement(claim=make_claim(circle), by=circle.staff)


def test_add_claim_to_agreement_of_the_other_direction(circle):
    agreement = make_agreement(circle)
    claim = make_way_back(circle)
    own = claim.agreements.get()
    before = agreement.text_hash
    agreement = actions.add_claim_to_agreement(agreement=agreement, claim=claim, by=circle.staff)
    assert "一、甲方提供\n（一）夜间停车位（停车）\n" in agreement.text
    assert "二、乙方提供\n（一）会议室（停车）\n1.来源：乙方于" in agreement.text
    assert "三、交付和评议\n" in agreement.text
    assert agreement.text.split("\n\n")[-1].splitlines()[2:] == [
        "1｜梧桐医院｜南园社区｜夜间停车位｜2个｜时间不限｜另行商定",
        "2｜南园社区｜梧桐医院｜会议室｜1间｜时间不限｜另行商定",
    ]
    assert agreement.text_hash != before
    own.refresh_from_db()
    assert own.state == AgreementState.CANCELLED
    assert {row.recipient for row in Notification.objects.filter(kind="agreement_changed")} == {
        circle.liaison
    }
    assert_ledger_adds_up()


def test_add_claim_to_agreement_signed_by_one(circle):
    agreement = sign(make_agreement(circle), circle.liaison)
    with pytest.raises(InvalidTransition, match="撤回签署"):
        actions.add_claim_to_agreement(agreement=agreement, claim=make_way_back(circle), by=circle.staff)


def test_add_claim_to_agreement_of_others(circle):
    agreement = make_agreement(circle)
    other = make_claim(
        circle, make_listing(circle), organisation=circle.other_unit, by=circle.other_liaison
    )
    other = actions.accept_claim(claim=other, by=circle.staff)
    with pytest.raises(NotPermitted, match="协议双方"):
        actions.add_claim_to_agreement(agreement=agreement, claim=other, by=circle.staff)
    with pytest.raises(IntegrityError, match="not one between the parties"), transaction.atomic():
        AgreementClaim.objects.create(agreement=agreement, claim=other)


def test_add_claim_to_agreement_already_in_it(circle):
    agreement = make_agreement(circle)
    with pytest.raises(TextChanged):
        actions.add_claim_to_agreement(agreement=agreement, claim=agreement.claims.get(), by=circle.staff)


def test_take_claim_out_has_a_draft_of_its_own(circle):
    agreement = make_two_way(circle)
    claim = agreement.claims.get(slot__listing__title="会议室")
    draft = actions.take_claim_out(agreement=agreement, claim=claim, by=circle.liaison)
    agreement.refresh_from_db()
    assert "会议室" not in agreement.text
    assert (draft.party_a, draft.party_b) == (circle.community, circle.unit)
    assert "会议室" in draft.text
    assert_ledger_adds_up()


def test_take_claim_out_only_item(circle):
    agreement = make_agreement(circle)
    with pytest.raises(InvalidTransition, match="只有这一项"):
        actions.take_claim_out(agreement=agreement, claim=agreement.claims.get(), by=circle.staff)


def test_change_draft_is_in_the_text(circle):
    agreement = make_agreement(circle)
    today = timezone.localdate()
    last, review = today + timedelta(days=365), today + timedelta(days=180)
    agreement = actions.change_draft(
        agreement=agreement,
        by=circle.liaison,
        term_from=today,
        term_until=last,
        review_on=review,
        extra="遇检查提前一天告知。\n\n  一、钥匙由物业保管；",
    )
    assert f"月{today.day}日起，至{last.year}年{last.month}月{last.day}日止。" in agreement.text
    assert f"在{review.year}年{review.month}月{review.day}日前共同回顾" in agreement.text
    assert "补充约定\n1.遇检查提前一天告知。\n2.一、钥匙由物业保管。\n" in agreement.text
    assert agreement.text_hash == hashlib.sha256(agreement.text.encode()).hexdigest()
    assert {row.recipient for row in Notification.objects.filter(kind="agreement_changed")} == {
        circle.staff
    }


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"term_from": 0}, "term_until"),
        ({"term_until": 9}, "term_from"),
        ({"term_from": 9, "term_until": 8}, "term_until"),
        ({"term_from": -9, "term_until": -8}, "term_until"),
        ({"review_on": -1}, "review_on"),
        ({"term_from": 0, "term_until": 8, "review_on": 9}, "review_on"),
        ({"review_on": 4000}, "review_on"),
        ({"term_from": 0, "term_until": 4000}, "term_until"),
    ],
)
def test_change_draft_days_that_make_no_term(circle, days, field):
    today = timezone.localdate()
    values = {name: today + timedelta(days=count) for name, count in days.items()}
    with pytest.raises(BadInput) as caught:
        actions.change_draft(agreement=make_agreement(circle), by=circle.staff, **values)
    assert caught.value.field == field


def test_change_draft_after_a_signature(circle):
    agreement = sign(make_agreement(circle), circle.liaison)
    with pytest.raises(InvalidTransition, match="陈嘉"):
        actions.change_draft(agreement=agreement, by=circle.staff, extra="另加一条")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(extra="另加一条")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        agreement.lines.all().delete()


def test_change_draft_wrong_person(circle):
    for person in (circle.other_liaison, circle.stranger):
        with pytest.raises(NotPermitted):
            actions.change_draft(agreement=make_agreement(circle), by=person, extra="另加一条")


def test_sign_agreement_by_both(circle):
    agreement = sign(make_agreement(circle), circle.liaison)
    assert agreement.state == AgreementState.DRAFT
    assert (agreement.party_a_signed_by, agreement.party_b_signed_by) == (circle.liaison, None)
    agreement = sign(agreement, circle.staff)
    assert agreement.state == AgreementState.SIGNED
    assert agreement.claims.get().state == ClaimState.AGREED
    told = Notification.objects.filter(kind="agreement_signed")
    assert {row.recipient for row in told} == {circle.liaison}


def test_sign_agreement_over_both_directions(circle):
    agreement = make_two_way(circle)
    for person in (circle.liaison, circle.staff):
        agreement = sign(agreement, person)
    assert set(agreement.claims.values_list("state", flat=True)) == {ClaimState.AGREED}
    assert_ledger_adds_up()


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


def test_withdraw_signature_opens_the_text_again(circle):
    agreement = sign(make_agreement(circle), circle.liaison)
    agreement = actions.withdraw_signature(agreement=agreement, by=circle.liaison)
    assert (agreement.party_a_signed_at, agreement.party_a_signed_by) == (None, None)
    changed = actions.change_draft(agreement=agreement, by=circle.staff, extra="另加一条")
    assert "双方约定：另加一条。" in changed.text


def test_withdraw_signature_of_the_other_side(circle):
    agreement = sign(make_agreement(circle), circle.liaison)
    with pytest.raises(InvalidTransition, match="还没有签署"):
        actions.withdraw_signature(agreement=agreement, by=circle.staff)


def test_withdraw_signature_in_force(circle):
    agreement = make_agreed_claim(circle).agreements.get()
    with pytest.raises(InvalidTransition, match="新版本"):
        actions.withdraw_signature(agreement=agreement, by=circle.liaison)


def test_leave_agreements_draft_goes_on_with_the_rest_to_be_signed_anew(circle):
    agreement = sign(make_two_way(circle), circle.liaison)
    room = agreement.claims.get(slot__listing__title="会议室")
    actions.withdraw_claim(claim=room, by=circle.liaison, cause=Cause.BUDGET)
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.DRAFT
    assert agreement.party_a_signed_at is None
    assert "会议室" not in agreement.text
    assert agreement.text_hash == hashlib.sha256(agreement.text.encode()).hexdigest()
    assert Notification.objects.get(kind="agreement_void").recipient == circle.liaison
    assert_ledger_adds_up()
    parking = agreement.claims.get()
    actions.withdraw_claim(claim=parking, by=circle.liaison, cause=Cause.BUDGET)
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.CANCELLED
    assert_ledger_adds_up()


def test_leave_agreements_signed_stays_for_the_others(circle):
    agreement = make_two_way(circle)
    for person in (circle.liaison, circle.staff):
        agreement = sign(agreement, person)
    text = agreement.text
    for claim in Claim.objects.filter(lines__agreement=agreement).order_by("pk"):
        agreement.refresh_from_db()
        assert (agreement.state, agreement.text) == (AgreementState.SIGNED, text)
        actions.revoke_claim(claim=claim, by=circle.staff, reason="场地改建")
        assert_ledger_adds_up()
    agreement.refresh_from_db()
    assert (agreement.state, agreement.text) == (AgreementState.CANCELLED, text)
