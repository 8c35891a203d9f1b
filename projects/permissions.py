"""Who may do what with listings, claims, agreements and deliveries, and in which state of them."""

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, Duty, Membership
from alliances.permissions.duties import runs_duty
from alliances.states import OPEN_DUTY_STATES
from members.models import Organisation
from members.states import Role
from projects.exceptions import AlreadyListed
from projects.models import Agreement, Claim, Delivery, Listing, Slot
from projects.states import (
    AGREEMENT_MOVES,
    CLAIM_MOVES,
    DELIVERY_MOVES,
    LISTING_MOVES,
    LIVE_LISTING_STATES,
    AgreementState,
    ClaimState,
    DeliveryState,
    ListingState,
)
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move


# --- Listings -------------------------------------------------------------------------------------
def check_can_draft_listing(by, alliance: Alliance, organisation: Organisation) -> None:
    """Who acts for the organisation, in an open alliance to which it belongs."""
    _check_acts_for(by, organisation)
    _check_belongs(alliance, organisation)


def check_can_draft_from_duty(by, duty: Duty) -> None:
    """Who acts for the lead unit, or runs the meeting and acts for its host, while the duty is unfinished."""
    _check_belongs(duty.decision.alliance, owner_from_duty(by, duty))
    if duty.state not in OPEN_DUTY_STATES:
        raise InvalidTransition(
            _("“%(duty)s”当前为“%(state)s”，不用再提需求。如有新的需求，请直接登记。")
            % {"duty": duty, "state": duty.get_state_display()}
        )


def owner_from_duty(by, duty: Duty) -> Organisation:
    """In whose name `by` asks for what a duty needs: the lead unit, else the host or convener of the meeting.

    The owner of a need is whoever acts on it: nobody writes a listing in another unit's name.
    """
    sides = [duty.lead]
    if runs_duty(by, duty):
        sides += [duty.decision.alliance.host, duty.decision.item.meeting.convener]
    for side in sides:
        if by.acts_for(side):
            return side
    raise NotPermitted(
        _("只有责任单位 %(lead)s 和召集单位的人员可以由事项提出需求。请联系他们。") % {"lead": duty.lead}
    )


def check_can_change_listing(by, listing: Listing) -> None:
    """The owner, while it is a draft."""
    _check_acts_for(by, listing.organisation)
    if listing.state != ListingState.DRAFT:
        raise InvalidTransition(_("只有草稿可以修改。已发布的条目请先撤回，再复制为新的草稿。"))


def check_can_publish_listing(by, listing: Listing) -> None:
    """The owner; a slot that is not over and a validity that is not past; an open alliance of its own."""
    _check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.PUBLISHED)
    _check_belongs(listing.alliance, listing.organisation)
    if listing.valid_until and listing.valid_until < timezone.localdate():
        raise InvalidTransition(
            _("有效期已过。请复制为新的草稿，填写新的有效期后再发布。"), field="valid_until"
        )
    now = timezone.now()
    if all(slot.is_over(now) for slot in listing.slots.all()):
        raise InvalidTransition(_("没有可认领的时段。请先填写数量和尚未结束的时间。"), field="slots")
    if listing.duty_id and listing.state != ListingState.DRAFT:
        check_has_no_other(listing.duty, listing.organisation)


def check_has_no_other(duty: Duty, organisation: Organisation) -> None:
    """Raise `AlreadyListed` while the organisation has a draft or a published listing from this duty."""
    other = Listing.objects.filter(
        duty=duty, organisation=organisation, state__in=LIVE_LISTING_STATES
    ).first()
    if other:
        raise AlreadyListed(
            _("%(organisation)s 已由这件事项提出需求“%(listing)s”（%(state)s）。请直接修改或发布那一条。")
            % {"organisation": organisation, "listing": other, "state": other.get_state_display()}
        )


def check_can_withdraw_listing(by, listing: Listing) -> None:
    """The owner, from draft or published."""
    _check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.WITHDRAWN)


def check_can_settle_listing(by, listing: Listing) -> None:
    """The owner, while it is published."""
    _check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.SETTLED)


def check_can_shelve_listing(by, listing: Listing) -> None:
    """The owner, while it is published."""
    _check_acts_for(by, listing.organisation)
    check_move(LISTING_MOVES, listing.state, ListingState.INFEASIBLE)


# --- Claims ---------------------------------------------------------------------------------------
def check_can_claim_listing(by, slot: Slot, organisation: Organisation) -> None:
    """Who acts for another organisation of the same alliance, while the listing is published and in time."""
    listing = slot.listing
    _check_acts_for(by, organisation)
    if organisation.pk == listing.organisation_id:
        raise NotPermitted(_("这是贵单位自己发布的条目，不能认领。请由联盟中的其他单位认领。"))
    _check_belongs(listing.alliance, organisation)
    check_is_claimable(slot)


def check_is_claimable(slot: Slot) -> None:
    """Raise `InvalidTransition` unless the listing is published and neither it nor the slot is past."""
    listing = slot.listing
    if listing.state != ListingState.PUBLISHED:
        raise InvalidTransition(
            _("该条目当前为“%(state)s”，不能认领。请选择清单中已发布的条目。")
            % {"state": listing.get_state_display()}
        )
    if listing.valid_until and listing.valid_until < timezone.localdate():
        raise InvalidTransition(_("该条目的有效期已过，不能认领。请联系发布单位重新发布。"))
    if slot.is_over():
        raise InvalidTransition(_("该时段已经结束，不能认领。请选择其他时段。"), field="slot")


def check_can_accept_claim(by, claim: Claim) -> None:
    """The owner of the listing, while the claim is unanswered."""
    _check_acts_for(by, claim.listing.organisation)
    check_move(CLAIM_MOVES, claim.state, ClaimState.ACCEPTED)


def check_can_decline_claim(by, claim: Claim) -> None:
    """The owner of the listing, while the claim is unanswered."""
    _check_acts_for(by, claim.listing.organisation)
    check_move(CLAIM_MOVES, claim.state, ClaimState.DECLINED)


def check_can_withdraw_claim(by, claim: Claim) -> None:
    """The claimant, until both sides have signed."""
    _check_acts_for(by, claim.organisation)
    if claim.state == ClaimState.AGREED:
        raise InvalidTransition(_("协议已签署，认领方不能再撤回。请与对方商量，由发布单位撤销。"))
    check_move(CLAIM_MOVES, claim.state, ClaimState.WITHDRAWN)


def check_can_revoke_claim(by, claim: Claim) -> None:
    """The owner of the listing, once accepted and as long as nothing was delivered."""
    _check_acts_for(by, claim.listing.organisation)
    if claim.state == ClaimState.REQUESTED:
        raise InvalidTransition(_("这条认领还没有答复，不用撤销。请选择“退回”。"))
    check_move(CLAIM_MOVES, claim.state, ClaimState.REVOKED)
    if claim.deliveries.exclude(state=DeliveryState.RETURNED).exists():
        raise InvalidTransition(_("已有交付报告，不能撤销。请先退回待确认的交付；已确认的部分请继续办结。"))


# --- Agreements -----------------------------------------------------------------------------------
def check_can_draft_agreement(by, claim: Claim) -> None:
    """The owner of the listing, once the claim is accepted."""
    _check_acts_for(by, claim.listing.organisation)
    if claim.state != ClaimState.ACCEPTED:
        raise InvalidTransition(_("只有已对接的认领可以起草协议。请先答复认领。"))


def check_can_sign_agreement(by, agreement: Agreement) -> None:
    """A person who acts for a side that has not signed, and who has not signed for the other one."""
    side_to_sign(by, agreement)
    check_move(AGREEMENT_MOVES, agreement.state, AgreementState.SIGNED)


def side_to_sign(by, agreement: Agreement) -> str:
    """`party_a` or `party_b`: the side for which `by` may put a name now.

    One's own organisation goes before one that is only beneath it. Raises `NotPermitted` for a person
    of neither side or one whose name already stands there, `InvalidTransition` when the side has signed.
    """
    sides = [side for side in ("party_a", "party_b") if by and by.acts_for(getattr(agreement, side))]
    if not sides:
        raise NotPermitted(
            _("只有 %(party_a)s 和 %(party_b)s 的人员可以签署。请由双方联络员签署。")
            % {"party_a": agreement.party_a, "party_b": agreement.party_b}
        )
    if by.pk in (agreement.party_a_signed_by_id, agreement.party_b_signed_by_id):
        raise NotPermitted(_("您已签署本协议。同一个人不能代表双方签署，请由对方的人员签署。"))
    open_sides = [side for side in sides if getattr(agreement, f"{side}_signed_at") is None]
    if not open_sides:
        signer = getattr(agreement, f"{sides[0]}_signed_by")
        raise InvalidTransition(_("贵方已由 %(name)s 签署，不必再签。请等待对方签署。") % {"name": signer})
    own = {grant.organisation_id for grant in by.grants}
    return min(open_sides, key=lambda side: getattr(agreement, f"{side}_id") not in own)


# --- Deliveries -----------------------------------------------------------------------------------
def check_can_report_delivery(by, claim: Claim) -> None:
    """The doer, once the agreement is signed, one report at a time."""
    _check_acts_for(by, claim.provider)
    if claim.state != ClaimState.AGREED:
        raise InvalidTransition(
            _("认领当前为“%(state)s”，不能报告交付。请在双方签约后、办结前报告。")
            % {"state": claim.get_state_display()}
        )
    if claim.deliveries.unacknowledged().exists():
        raise InvalidTransition(_("上一次交付还在等对方确认。请等对方答复后再报告下一次。"))


def check_can_accept_delivery(by, delivery: Delivery) -> None:
    """The requester, while it is unanswered; never the person who reported it."""
    _check_acts_for(by, delivery.claim.requester)
    if by.pk == delivery.reported_by_id:
        raise NotPermitted(_("这次交付是您报告的，不能由您确认。请由需求方的其他人员确认和评议。"))
    check_move(DELIVERY_MOVES, delivery.state, DeliveryState.ACCEPTED)


def check_can_return_delivery(by, delivery: Delivery) -> None:
    """The requester, while it is unanswered."""
    _check_acts_for(by, delivery.claim.requester)
    check_move(DELIVERY_MOVES, delivery.state, DeliveryState.RETURNED)


# --- The ledger -----------------------------------------------------------------------------------
def alliances_of_ledger(by) -> list[int]:
    """The ids of the alliances, open or ended, whose ledger `by` may check: those whose host he looks after.

    Raises `NotPermitted` when there is none.
    """
    looked_after = by.within("host__path", Role.DISTRICT_ADMIN, Role.STREET_ADMIN, Role.STAFF)
    alliances = list(Alliance.objects.filter(looked_after).order_by("pk").values_list("pk", flat=True))
    if not alliances:
        raise NotPermitted(_("只有主办联盟的组织的工作人员或上级管理员可以对账。请联系街道党建办。"))
    return alliances


# --- What several checks share --------------------------------------------------------------------
def _check_acts_for(by, organisation: Organisation) -> None:
    if by is None or not by.acts_for(organisation):
        raise NotPermitted(
            _("只有 %(organisation)s 的人员可以这样做。请由其联络员办理。") % {"organisation": organisation}
        )


def _check_belongs(alliance: Alliance, organisation: Organisation) -> None:
    if not alliance.is_open:
        raise InvalidTransition(
            _("%(alliance)s 已终止。请选择仍在运行的联盟。") % {"alliance": alliance}, field="alliance"
        )
    if organisation.closed_on:
        raise NotPermitted(_("%(organisation)s 已终止，不能再办理。") % {"organisation": organisation})
    if organisation.pk == alliance.host_id:
        return
    if not Membership.objects.current().filter(alliance=alliance, organisation=organisation).exists():
        raise NotPermitted(
            _("%(organisation)s 目前不是%(alliance)s的成员。请先联系主办组织加入联盟。")
            % {"organisation": organisation, "alliance": alliance}
        )
