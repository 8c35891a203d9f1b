from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members.models import Notification, SpecialDay
from members.notifications import sentence
from members.states import Role
from projects import actions
from projects.exceptions import SlotFull
from projects.models import Claim, Share
from projects.reports import ledger_faults
from projects.states import AgreementState, Cause, ClaimState, ShareState
from tests.factories.alliances import make_membership
from tests.factories.members import assign, make_organisation, make_person
from tests.factories.projects import make_accepted_claim, make_agreed_claim, make_claim, make_listing
from workflow.exceptions import BadInput, InvalidTransition, NotPermitted
from workflow.workdays import end_of

pytestmark = pytest.mark.django_db


def taken(claim):
    claim.slot.refresh_from_db()
    return claim.slot.taken


def make_third(circle):
    """Another unit of the alliance and its liaison."""
    unit = make_organisation(parent=circle.street, name="梧桐银行")
    make_membership(alliance=circle.alliance, organisation=unit)
    return unit, make_person(Role.LIAISON, unit, name="高远")


def claim_together(circle, listing=None, *, lead=3, partner=2, others=(), **fields):
    """The hospital claims with the school, and with `others`."""
    listing = listing or make_listing(circle, quantity=9)
    fields.setdefault("shares", [(circle.unit, lead), (circle.other_unit, partner), *others])
    return actions.claim_together(
        slot=listing.slots.get(), organisation=circle.unit, by=circle.liaison, **fields
    )


def share_of(claim, unit):
    return claim.shares.get(organisation=unit)


def let_expire(claim):
    Claim.objects.filter(pk=claim.pk).update(expires_at=timezone.now() - timedelta(minutes=1))


def told(kind):
    return {one.recipient for one in Notification.objects.filter(kind=kind)}


# --- Claiming together ----------------------------------------------------------------------------
def test_claim_together_holds_the_sum_and_asks_the_partners(circle):
    claim = claim_together(circle, plan="轮流开放")
    stored = Claim.objects.get(pk=claim.pk)
    assert (stored.state, stored.quantity, stored.plan) == (ClaimState.HELD, 5, "轮流开放")
    assert taken(claim) == 5
    due = SpecialDay.objects.calendar().add(timezone.localdate(), actions.shares.HOLD_DAYS)
    assert stored.expires_at == end_of(due)
    states = {share.organisation: (share.quantity, share.state) for share in claim.shares.all()}
    assert states == {
        circle.unit: (3, ShareState.CONFIRMED),
        circle.other_unit: (2, ShareState.INVITED),
    }
    assert told("share_asked") == {circle.other_liaison}
    assert not told("listing_claimed")
    assert ledger_faults() == []


def test_claim_together_is_seen_by_the_partner_who_is_no_party(circle):
    claim = claim_together(circle)
    assert claim in Claim.objects.visible_to(circle.other_liaison)
    assert set(Share.objects.visible_to(circle.other_liaison)) == set(claim.shares.all())
    assert not Share.objects.visible_to(circle.stranger).exists()


def test_claim_together_more_than_is_left_says_how_much(circle):
    with pytest.raises(SlotFull, match="只剩 4 个"):
        claim_together(circle, make_listing(circle, quantity=4))
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    "shares",
    [
        pytest.param(lambda c: [(c.unit, 3)], id="alone"),
        pytest.param(lambda c: [(c.other_unit, 3), (c.street, 2)], id="without-the-lead"),
        pytest.param(lambda c: [(c.unit, 1), (c.other_unit, 1), (c.other_unit, 1)], id="twice"),
        pytest.param(lambda c: [(c.unit, 3), (c.other_unit, 0)], id="nothing"),
        pytest.param(lambda c: [(c.unit, 3), (c.community, 1)], id="the-owner"),
    ],
)
def test_claim_together_bad_shares(circle, shares):
    with pytest.raises(BadInput) as refusal:
        claim_together(circle, shares=shares(circle))
    assert refusal.value.field == "shares"


def test_claim_together_with_no_member(circle):
    outsider = make_organisation(parent=circle.street, name="未入盟单位")
    with pytest.raises(NotPermitted, match="未入盟单位 目前不是"):
        claim_together(circle, shares=[(circle.unit, 1), (outsider, 1)])


def test_claim_together_wrong_person(circle):
    listing = make_listing(circle)
    with pytest.raises(NotPermitted):
        actions.claim_together(
            slot=listing.slots.get(),
            organisation=circle.unit,
            by=circle.other_liaison,
            shares=[(circle.unit, 1), (circle.other_unit, 1)],
        )


# --- Answering a share ----------------------------------------------------------------------------
def test_confirm_share_the_last_one_hands_the_claim_to_the_owner(circle):
    third, third_liaison = make_third(circle)
    claim = claim_together(circle, others=[(third, 4)])
    actions.confirm_share(share=share_of(claim, circle.other_unit), by=circle.other_liaison)
    claim.refresh_from_db()
    assert (claim.state, told("listing_claimed")) == (ClaimState.HELD, set())
    share = actions.confirm_share(share=share_of(claim, third), by=third_liaison)
    assert (share.state, share.answered_by) == (ShareState.CONFIRMED, third_liaison)
    claim.refresh_from_db()
    due = SpecialDay.objects.calendar().add(timezone.localdate(), circle.alliance.answer_days)
    assert (claim.state, claim.answer_due, claim.expires_at) == (ClaimState.REQUESTED, due, end_of(due))
    assert told("listing_claimed") == {circle.staff}
    assert told("shares_complete") == {circle.liaison, circle.other_liaison}
    assert ledger_faults() == []


def test_confirm_share_wrong_person(circle):
    share = share_of(claim_together(circle), circle.other_unit)
    for person in (circle.liaison, circle.staff):
        with pytest.raises(NotPermitted):
            actions.confirm_share(share=share, by=person)


def test_confirm_share_twice(circle):
    share = share_of(claim_together(circle), circle.other_unit)
    actions.confirm_share(share=share, by=circle.other_liaison)
    with pytest.raises(InvalidTransition, match="已确认"):
        actions.confirm_share(share=share, by=circle.other_liaison)


def test_confirm_share_past_its_time(circle):
    claim = claim_together(circle)
    let_expire(claim)
    with pytest.raises(InvalidTransition, match="到期"):
        actions.confirm_share(share=share_of(claim, circle.other_unit), by=circle.other_liaison)


def test_decline_share_gives_its_part_back_and_goes_on_without_it(circle):
    claim = claim_together(circle)
    share = actions.decline_share(
        share=share_of(claim, circle.other_unit), by=circle.other_liaison, reason="人手不够"
    )
    assert (share.state, share.reason) == (ShareState.DECLINED, "人手不够")
    claim.refresh_from_db()
    assert (claim.state, claim.quantity, taken(claim)) == (ClaimState.REQUESTED, 3, 3)
    assert told("share_declined") == {circle.liaison}
    assert claim.doers == [(circle.unit, 3)]
    assert ledger_faults() == []


def test_decline_share_while_another_is_open_keeps_the_hold(circle):
    third, _liaison = make_third(circle)
    claim = claim_together(circle, others=[(third, 4)])
    actions.decline_share(share=share_of(claim, third), by=_liaison, reason="人手不够")
    claim.refresh_from_db()
    assert (claim.state, claim.quantity, taken(claim)) == (ClaimState.HELD, 5, 5)


def test_decline_share_of_an_indivisible_listing_ends_the_claim(circle):
    listing = make_listing(circle, quantity=5, is_divisible=False)
    claim = claim_together(circle, listing)
    actions.decline_share(
        share=share_of(claim, circle.other_unit), by=circle.other_liaison, reason="人手不够"
    )
    claim.refresh_from_db()
    assert (claim.state, claim.cause, taken(claim)) == (ClaimState.LAPSED, Cause.UNCONFIRMED, 0)
    assert "梧桐中学 不参加" in claim.exit_words
    assert ledger_faults() == []


def test_decline_share_without_reason_changes_nothing(circle):
    claim = claim_together(circle)
    with pytest.raises(BadInput):
        actions.decline_share(share=share_of(claim, circle.other_unit), by=circle.other_liaison, reason="")
    assert taken(claim) == 5


# --- What the partners hear afterwards ------------------------------------------------------------
def make_confirmed(circle):
    """A joint claim of both units that waits for the owner."""
    claim = claim_together(circle)
    actions.confirm_share(share=share_of(claim, circle.other_unit), by=circle.other_liaison)
    return claim


def make_signed(circle):
    agreement = actions.accept_claim(claim=make_confirmed(circle), by=circle.staff).agreements.get()
    for person in (circle.liaison, circle.staff):
        actions.sign_agreement(agreement=agreement, by=person, text_hash=agreement.text_hash)
    return agreement


def test_acceptance_tells_the_partner_who_signs(circle):
    claim = make_confirmed(circle)
    actions.accept_claim(claim=claim, by=circle.staff)
    assert told("claim_accepted") == {circle.liaison}
    message = Notification.objects.get(kind="joint_claim_accepted")
    assert (message.recipient, message.url) == (circle.other_liaison, claim.get_absolute_url())
    assert sentence(message) == ("南园社区 接受了贵单位参加的“夜间停车位”共同认领，协议由 梧桐医院 签署。")


def test_declining_tells_all_units_but_who_stayed_out(circle):
    third, third_liaison = make_third(circle)
    claim = claim_together(circle, others=[(third, 4)])
    actions.decline_share(share=share_of(claim, third), by=third_liaison, reason="人手不够")
    actions.confirm_share(share=share_of(claim, circle.other_unit), by=circle.other_liaison)
    actions.decline_claim(claim=claim, by=circle.staff, reason="已有安排")
    assert told("claim_declined") == {circle.liaison, circle.other_liaison}


def test_signing_and_revoking_tell_all_units(circle):
    agreement = make_signed(circle)
    assert told("agreement_signed") == {circle.liaison, circle.other_liaison}
    actions.revoke_claim(claim=agreement.claims.get(), by=circle.staff, reason="活动取消")
    assert told("claim_revoked") == {circle.liaison, circle.other_liaison}


@pytest.mark.parametrize(
    ("make", "owners"), [(claim_together, False), (make_confirmed, True)], ids=["held", "requested"]
)
def test_withdrawing_tells_the_partner_and_the_owner_who_knows_of_it(circle, make, owners):
    actions.withdraw_claim(claim=make(circle), by=circle.liaison, cause=Cause.STAFF)
    assert told("claim_withdrawn") == {circle.other_liaison} | ({circle.staff} if owners else set())


def test_lapsing_tells_all_units(circle):
    claim = make_confirmed(circle)
    let_expire(claim)
    actions.settle_slot(slot=claim.slot, by=None)
    assert told("claim_lapsed") == {circle.liaison, circle.other_liaison}


def test_partner_who_does_not_answer_is_told_that_the_claim_lapsed(circle):
    claim = claim_together(circle)
    let_expire(claim)
    actions.settle_slot(slot=claim.slot, by=None)
    assert told("claim_lapsed") == {circle.liaison, circle.other_liaison}


def test_who_acts_for_both_units_is_told_once(circle):
    assign(circle.other_liaison, Role.LIAISON, circle.unit)
    agreement = make_signed(circle)
    actions.revoke_claim(claim=agreement.claims.get(), by=circle.staff, reason="活动取消")
    for kind in ("claim_accepted", "agreement_signed", "claim_revoked"):
        assert Notification.objects.filter(kind=kind, recipient=circle.other_liaison).count() == 1
    assert not told("joint_claim_accepted")


# --- The database holds the sum -------------------------------------------------------------------
@transaction.atomic
def commit(change):
    """What the end of a transaction would say to `change`."""
    change()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda claim: claim.shares.filter(quantity=2).update(quantity=1), id="a-share"),
        pytest.param(lambda claim: claim.shares.filter(quantity=2).delete(), id="a-share-gone"),
        pytest.param(lambda claim: Claim.objects.filter(pk=claim.pk).update(quantity=4), id="the-claim"),
    ],
)
def test_shares_always_add_up_to_the_claim(circle, change):
    claim = claim_together(circle)
    with pytest.raises(IntegrityError, match="add up"):
        commit(lambda: change(claim))


# --- Passing on -----------------------------------------------------------------------------------
def pass_claim(circle, claim, **fields):
    fields.setdefault("by", circle.liaison)
    fields.setdefault("to", circle.other_unit)
    fields.setdefault("cause", Cause.STAFF)
    return actions.pass_claim(claim=claim, **fields)


def test_pass_claim_keeps_the_quantity_for_the_other_unit(circle):
    claim = make_claim(circle, quantity=2, plan="负二层")
    successor = pass_claim(circle, claim, reason="年底抽不出人")
    claim.refresh_from_db()
    assert (claim.state, claim.cause, claim.reason) == (ClaimState.WITHDRAWN, Cause.STAFF, "年底抽不出人")
    assert (successor.state, successor.organisation, successor.quantity) == (
        ClaimState.HELD,
        circle.other_unit,
        2,
    )
    assert (successor.passed_from, successor.plan, taken(claim)) == (claim, "负二层", 2)
    assert told("claim_passed") == {circle.other_liaison}
    assert told("claim_passed_on") == {circle.staff}
    assert ledger_faults() == []


def test_pass_claim_after_acceptance_cancels_the_draft(circle):
    claim = make_accepted_claim(circle)
    pass_claim(circle, claim)
    assert claim.agreements.get().state == AgreementState.CANCELLED
    assert ledger_faults() == []


def test_pass_claim_after_signing(circle):
    with pytest.raises(InvalidTransition, match="已签署"):
        pass_claim(circle, make_agreed_claim(circle))


def test_pass_claim_wrong_person(circle):
    with pytest.raises(NotPermitted):
        pass_claim(circle, make_claim(circle), by=circle.staff)


def test_pass_claim_without_a_cause(circle):
    with pytest.raises(BadInput) as refusal:
        pass_claim(circle, make_claim(circle), cause="")
    assert refusal.value.field == "cause"


def test_pass_claim_to_the_owner_oneself_or_who_has_one(circle):
    claim = make_claim(circle, make_listing(circle, quantity=9))
    for to, words in ((circle.community, "发布单位"), (circle.unit, "本来就是")):
        with pytest.raises(BadInput, match=words):
            pass_claim(circle, claim, to=to)
    make_claim(circle, claim.listing, organisation=circle.other_unit, by=circle.other_liaison)
    with pytest.raises(BadInput, match="已有一条认领") as refusal:
        pass_claim(circle, claim)
    assert refusal.value.field == "to"


def test_pass_claim_to_no_member(circle):
    with pytest.raises(NotPermitted, match="不是.*成员"):
        pass_claim(
            circle, make_claim(circle), to=make_organisation(parent=circle.street, name="未入盟单位")
        )


def test_pass_claim_of_several_units(circle):
    with pytest.raises(InvalidTransition, match="共同认领不能转交"):
        pass_claim(circle, claim_together(circle), to=circle.street)


def test_pass_claim_while_somebody_waits(circle):
    claim = make_claim(circle, make_listing(circle, quantity=2))
    Claim.objects.create(
        slot=claim.slot,
        organisation=circle.street,
        quantity=1,
        state=ClaimState.WAITING,
        waited_since=timezone.now(),
        claimed_by=circle.street_staff,
    )
    with pytest.raises(InvalidTransition, match="候补"):
        pass_claim(circle, claim)
