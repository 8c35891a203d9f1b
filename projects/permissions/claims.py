"""Who may do what with a claim, and in which state of it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Organisation
from projects.models import Claim, Slot
from projects.permissions.parties import check_acts_for, check_belongs
from projects.states import (
    CLAIM_MOVES,
    ClaimState,
    DeliveryState,
    ListingState,
    ShareState,
)
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move


def check_can_claim_listing(by, slot: Slot, organisation: Organisation) -> None:
    """Who acts for another organisation of the same alliance, while the listing is published and in time."""
    listing = slot.listing
    check_acts_for(by, organisation)
    if organisation.pk == listing.organisation_id:
        raise NotPermitted(_("这是贵单位自己发布的条目，不能认领。请由联盟中的其他单位认领。"))
    check_belongs(listing.alliance, organisation)
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
    """The owner of the listing, while the claim is unanswered and its time not over."""
    check_acts_for(by, claim.listing.organisation)
    if claim.state == ClaimState.HELD:
        raise InvalidTransition(_("这条认领还在等认领方确认，不用答复。确认以后系统会通知您。"))
    check_move(CLAIM_MOVES, claim.state, ClaimState.ACCEPTED)
    if claim.is_past_hold():
        raise InvalidTransition(
            _("答复期限已过，这条认领已失效，数量先让给候补的单位。请联系对方，如还需要请其重新认领。")
        )


def check_can_confirm_hold(by, claim: Claim) -> None:
    """The claimant, while it is held, in time, and everybody who shares it has confirmed."""
    check_acts_for(by, claim.organisation)
    if claim.state != ClaimState.HELD:
        raise InvalidTransition(
            _("这条认领当前为“%(state)s”，不用确认。请看页面上的进展。")
            % {"state": claim.get_state_display()}
        )
    if claim.is_past_hold():
        raise InvalidTransition(_("暂留已到期，数量已让给下一个候补单位。如还需要，请重新认领或加入候补。"))
    if claim.shares.filter(state=ShareState.INVITED).exists():
        raise InvalidTransition(_("还有单位没有确认分担。等各单位都确认后，系统会自动交给发布方。"))


def check_can_join_queue(by, slot: Slot, organisation: Organisation) -> None:
    """Who may claim may wait."""
    check_can_claim_listing(by, slot, organisation)


def check_can_prioritise_claim(by, claim: Claim) -> None:
    """The owner of the listing, while the claim waits."""
    check_acts_for(by, claim.listing.organisation)
    if claim.state != ClaimState.WAITING:
        raise InvalidTransition(
            _("这条认领当前为“%(state)s”，不在候补中，不用设优先。请看候补名单。")
            % {"state": claim.get_state_display()}
        )


def check_can_decline_claim(by, claim: Claim) -> None:
    """The owner of the listing, while the claim is unanswered."""
    check_acts_for(by, claim.listing.organisation)
    check_move(CLAIM_MOVES, claim.state, ClaimState.DECLINED)


def check_can_withdraw_claim(by, claim: Claim) -> None:
    """The claimant, until both sides have signed."""
    check_acts_for(by, claim.organisation)
    if claim.state == ClaimState.AGREED:
        raise InvalidTransition(_("协议已签署，认领方不能再撤回。请与对方商量，由发布单位撤销。"))
    check_move(CLAIM_MOVES, claim.state, ClaimState.WITHDRAWN)


def check_can_revoke_claim(by, claim: Claim) -> None:
    """The owner of the listing, once accepted and as long as nothing was delivered."""
    check_acts_for(by, claim.listing.organisation)
    if claim.state == ClaimState.REQUESTED:
        raise InvalidTransition(_("这条认领还没有答复，不用撤销。请选择“退回”。"))
    check_move(CLAIM_MOVES, claim.state, ClaimState.REVOKED)
    if claim.deliveries.exclude(state=DeliveryState.RETURNED).exists():
        raise InvalidTransition(_("已有交付报告，不能撤销。请先退回待确认的交付；已确认的部分请继续办结。"))
