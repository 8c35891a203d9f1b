"""Who may draft and sign an agreement, and in which state of it."""

from django.utils.translation import gettext as _

from projects.models import Agreement, Claim
from projects.permissions.parties import check_acts_for
from projects.states import (
    AGREEMENT_MOVES,
    AgreementState,
    ClaimMode,
    ClaimState,
)
from workflow.exceptions import Conflict, InvalidTransition, NotPermitted
from workflow.moves import check_move


def check_can_draft_agreement(by, claim: Claim) -> None:
    """The owner of the listing, once the claim is accepted; whoever claims or confirms where nobody has to answer."""
    if claim.listing.claim_mode != ClaimMode.INSTANT:
        check_acts_for(by, claim.listing.organisation)
    if claim.state != ClaimState.ACCEPTED:
        raise InvalidTransition(_("只有已对接的认领可以起草协议。请先答复认领。"))


def check_can_sign_agreement(by, agreement: Agreement) -> None:
    """A person who acts for a side that has not signed, and who has not signed for the other one."""
    side_to_sign(by, agreement)
    check_move(AGREEMENT_MOVES, agreement.state, AgreementState.SIGNED)


def check_can_change_draft(by, agreement: Agreement) -> None:
    """Either side, while it is a draft that nobody has signed."""
    _check_party(by, agreement)
    if agreement.state != AgreementState.DRAFT:
        raise InvalidTransition(
            _("协议当前为“%(state)s”，正文不能再改。需要变更的，请另订新版本。")
            % {"state": agreement.get_state_display()}
        )
    signer = agreement.party_a_signed_by or agreement.party_b_signed_by
    if signer:
        raise InvalidTransition(
            _("%(name)s 已签署，正文不能再改。请先由签署的一方撤回签署，改好后双方重新签署。")
            % {"name": signer}
        )


def check_can_add_claim(by, agreement: Agreement, claim: Claim, source: Agreement) -> None:
    """Either side, while nobody has signed this draft nor `source`, under which the claim stands now."""
    check_can_change_draft(by, agreement)
    check_can_change_draft(by, source)
    if claim.state != ClaimState.ACCEPTED:
        raise InvalidTransition(_("只有已对接、还没有签约的认领可以并入协议。请先答复认领。"))
    if {claim.provider.pk, claim.requester.pk} != {agreement.party_a_id, agreement.party_b_id}:
        raise NotPermitted(_("这条认领不是协议双方之间的。请选择同样两个单位之间的认领。"))
    if source.alliance_id != agreement.alliance_id:
        raise NotPermitted(_("这条认领在另一个联盟里。请各订各的协议。"))


def check_can_take_claim_out(by, agreement: Agreement, claim: Claim) -> None:
    """Either side, while nobody has signed; not the only item, nor one that the version before already holds."""
    check_can_change_draft(by, agreement)
    items = {one.claim_id: one.claim for one in agreement.lines.select_related("claim")}
    if claim.pk not in items:
        raise InvalidTransition(_("这条认领已经不在本协议里。请刷新页面。"))
    if items[claim.pk].state != ClaimState.ACCEPTED:
        raise InvalidTransition(_("这一项已经签约，新版本里不能去掉。确实办不了的，请由发布单位撤销认领。"))
    if len(items) == 1:
        raise InvalidTransition(_("本协议只有这一项，不用移出。不办的，请撤回或撤销认领。"))


def check_can_draft_new_version(by, agreement: Agreement) -> None:
    """Either side of a signed agreement, while no other version waits for signatures."""
    _check_party(by, agreement)
    if agreement.state != AgreementState.SIGNED:
        raise InvalidTransition(
            _("协议当前为“%(state)s”，不能另订新版本。请打开双方已签署、正在执行的那一版。")
            % {"state": agreement.get_state_display()}
        )
    if agreement.replacements.unsigned().exists():
        raise Conflict(_("新版本已经拟好，正在等双方签署。请打开新版本，直接修改或签署。"))


def check_can_drop_version(by, agreement: Agreement) -> None:
    """Either side, while the new version is a draft."""
    _check_party(by, agreement)
    if agreement.replaces_id is None:
        raise InvalidTransition(_("这是第一版，不能放弃。不办的，请撤回或撤销认领。"))
    check_move(AGREEMENT_MOVES, agreement.state, AgreementState.CANCELLED)
    if agreement.state != AgreementState.DRAFT:
        raise InvalidTransition(_("这一版双方已经签署，不能放弃。需要变更的，请另订新版本。"))


def check_can_review_agreement(by, agreement: Agreement) -> None:
    """Either side, while it is in force."""
    _check_party(by, agreement)
    if agreement.state != AgreementState.SIGNED:
        raise InvalidTransition(
            _("协议当前为“%(state)s”，不用回顾。请打开正在执行的那一版。")
            % {"state": agreement.get_state_display()}
        )


def side_to_withdraw(by, agreement: Agreement) -> str:
    """`party_a` or `party_b`: the only side that has signed, for which `by` acts. Raises like `side_to_sign`."""
    sides = _sides(by, agreement)
    if agreement.state != AgreementState.DRAFT:
        raise InvalidTransition(
            _("协议当前为“%(state)s”，签署不能撤回。需要变更的，请另订新版本。")
            % {"state": agreement.get_state_display()}
        )
    signed = [side for side in sides if getattr(agreement, f"{side}_signed_at")]
    if not signed:
        raise InvalidTransition(_("贵方还没有签署，不用撤回。请看页面上的下一步。"))
    return signed[0]


def _check_party(by, agreement: Agreement) -> None:
    _sides(by, agreement)


def _sides(by, agreement: Agreement) -> list[str]:
    """The sides for which `by` acts; raises `NotPermitted` when there is none."""
    sides = [side for side in ("party_a", "party_b") if by and by.acts_for(getattr(agreement, side))]
    if not sides:
        raise NotPermitted(
            _("只有 %(party_a)s 和 %(party_b)s 的人员可以这样做。请由双方联络员办理。")
            % {"party_a": agreement.party_a, "party_b": agreement.party_b}
        )
    return sides


def side_to_sign(by, agreement: Agreement) -> str:
    """`party_a` or `party_b`: the side for which `by` may put a name now.

    One's own organisation goes before one that is only beneath it. Raises `NotPermitted` for a person
    of neither side or one whose name already stands there, `InvalidTransition` when the side has signed.
    """
    sides = _sides(by, agreement)
    if by.pk in (agreement.party_a_signed_by_id, agreement.party_b_signed_by_id):
        raise NotPermitted(_("您已签署本协议。同一个人不能代表双方签署，请由对方的人员签署。"))
    open_sides = [side for side in sides if getattr(agreement, f"{side}_signed_at") is None]
    if not open_sides:
        signer = getattr(agreement, f"{sides[0]}_signed_by")
        raise InvalidTransition(_("贵方已由 %(name)s 签署，不必再签。请等待对方签署。") % {"name": signer})
    own = {grant.organisation_id for grant in by.grants}
    return min(open_sides, key=lambda side: getattr(agreement, f"{side}_id") not in own)
