"""Who may draft and sign an agreement, and in which state of it."""

from django.utils.translation import gettext as _

from projects.models import Agreement, Claim
from projects.permissions.parties import check_acts_for
from projects.states import (
    AGREEMENT_MOVES,
    AgreementState,
    ClaimState,
)
from workflow.exceptions import InvalidTransition, NotPermitted
from workflow.moves import check_move


def check_can_draft_agreement(by, claim: Claim) -> None:
    """The owner of the listing, once the claim is accepted."""
    check_acts_for(by, claim.listing.organisation)
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
