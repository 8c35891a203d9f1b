"""Who may claim together with others, answer for a share, and pass a claim on."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from members.models import Organisation
from projects.models import Claim, Share, Slot
from projects.permissions.claims import (
    check_can_claim_listing,
    check_can_withdraw_claim,
    check_is_claimable,
)
from projects.permissions.parties import check_acts_for, check_belongs
from projects.states import SHARE_MOVES, UNANSWERED_CLAIM_STATES, ClaimState, ShareState
from workflow.exceptions import BadInput, InvalidTransition
from workflow.moves import check_move


def check_can_claim_together(
    by, slot: Slot, organisation: Organisation, partners: Sequence[Organisation]
) -> None:
    """Who may claim for the lead unit; every partner another member or the host of the alliance, never the owner."""
    check_can_claim_listing(by, slot, organisation)
    for partner in partners:
        check_can_take_part(slot, partner, field="shares")


def check_can_take_part(slot: Slot, organisation: Organisation, *, field: str = "") -> None:
    """Raise `BadInput` at `field` for the owner, the refusal of `check_belongs` for who is not of the alliance."""
    if organisation.pk == slot.listing.organisation_id:
        raise BadInput(
            _("%(organisation)s 是这个条目的发布单位，不能参加认领。请选择联盟中的其他单位。")
            % {"organisation": organisation},
            field=field,
        )
    check_belongs(slot.listing.alliance, organisation)


def check_can_confirm_share(by, share: Share) -> None:
    """Who acts for the partner, while the share and the claim it belongs to are open."""
    _check_can_answer(by, share, ShareState.CONFIRMED)


def check_can_decline_share(by, share: Share) -> None:
    """Who acts for the partner, while the share and the claim it belongs to are open."""
    _check_can_answer(by, share, ShareState.DECLINED)


def _check_can_answer(by, share: Share, state: ShareState) -> None:
    check_acts_for(by, share.organisation)
    check_move(SHARE_MOVES, share.state, state)
    check_is_held(share.claim)


def check_is_held(claim: Claim) -> None:
    """Raise `InvalidTransition` unless the claim is held and its time is not over."""
    if claim.state != ClaimState.HELD:
        raise InvalidTransition(
            _("这条认领当前为“%(state)s”，不用再确认。请看页面上的进展。")
            % {"state": claim.get_state_display()}
        )
    if claim.is_past_hold():
        raise InvalidTransition(_("暂留已到期，数量已不再保留。如还需要，请重新认领。"))


def check_can_pass_claim(by, claim: Claim) -> None:
    """The claimant alone, while it may still withdraw and holds a quantity that nobody waits for.

    A joint claim stays with the units that joined it.
    """
    check_can_withdraw_claim(by, claim)
    if claim.state == ClaimState.WAITING:
        raise InvalidTransition(_("候补还没有轮到，没有数量可以转交。不再需要时请撤回。"))
    if claim.state == ClaimState.HELD:
        check_is_held(claim)
    if claim.shares.exists():
        raise InvalidTransition(_("共同认领不能转交给另一个单位。办不了的请撤回，再重新认领。"))
    check_is_claimable(claim.slot)
    if Claim.objects.waiting().filter(slot=claim.slot_id).exists():
        raise InvalidTransition(
            _(
                "已有单位在候补，数量应先让给候补的单位，不能转交。办不了的请撤回，系统会按次序通知候补单位。"
            )
        )


def check_can_be_passed_to(claim: Claim, organisation: Organisation) -> None:
    """Another member or the host of the alliance, not the owner, without an unanswered claim on the slot."""
    if organisation.pk == claim.organisation_id:
        raise BadInput(_("这条认领本来就是贵单位的。请选择另一个单位。"), field="to")
    check_can_take_part(claim.slot, organisation, field="to")
    others = Claim.objects.filter(
        slot=claim.slot_id, organisation=organisation, state__in=UNANSWERED_CLAIM_STATES
    )
    if others.exists():
        raise BadInput(
            _("%(organisation)s 对该时段已有一条认领在办。请选择另一个单位。")
            % {"organisation": organisation},
            field="to",
        )
