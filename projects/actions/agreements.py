"""How the text of an agreement comes about and is signed by both sides."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from projects import notifications, permissions
from projects.documents import agreement_text, text_hash
from projects.exceptions import TextChanged
from projects.models import Agreement, AgreementClaim, Claim
from projects.states import AGREEMENT_MOVES, CLAIM_MOVES, AgreementState, ClaimState
from workflow.actions import action
from workflow.moves import move


@action
def draft_agreement(*, claim: Claim, by) -> Agreement:
    """The draft over one accepted claim, every word of it taken from the claim. Part of `accept_claim`."""
    permissions.check_can_draft_agreement(by, claim)
    deliver_by = claim.listing.valid_until
    if claim.slot.ends_at:
        # The end of an interval is not part of it: until midnight means the day before.
        deliver_by = timezone.localdate(claim.slot.ends_at - timedelta(microseconds=1))
    text = agreement_text(claim, sign_due=claim.sign_due, deliver_by=deliver_by)
    agreement = Agreement.objects.create(
        alliance=claim.listing.alliance,
        party_a=claim.provider,
        party_b=claim.requester,
        text=text,
        text_hash=text_hash(text),
        sign_due=claim.sign_due,
        deliver_by=deliver_by,
    )
    AgreementClaim.objects.create(agreement=agreement, claim=claim)
    return agreement


@action
def sign_agreement(*, agreement: Agreement, by, text_hash: str) -> Agreement:
    """Puts the name of `by` beside the text whose hash was read; with both names draft → signed.

    A person signs for one side only. With the second name the claims become agreed and both sides are
    told. Raises `TextChanged`, `NotPermitted`, `InvalidTransition`.
    """
    claims = list(
        Claim.objects.select_for_update(of=("self",))
        .with_parties()
        .filter(lines__agreement=agreement)
        .order_by("pk")
    )
    agreement = Agreement.objects.select_for_update(of=("self",)).with_parties().get(pk=agreement.pk)
    permissions.check_can_sign_agreement(by, agreement)
    if text_hash != agreement.text_hash:
        raise TextChanged(_("协议正文已有变化。请重新阅读现在的正文，再签署。"), field="text_hash")
    side = permissions.side_to_sign(by, agreement)
    setattr(agreement, f"{side}_signed_at", timezone.now())
    setattr(agreement, f"{side}_signed_by", by)
    if agreement.party_a_signed_at and agreement.party_b_signed_at:
        agreement.state = move(AGREEMENT_MOVES, agreement.state, AgreementState.SIGNED)
        for claim in claims:
            claim.state = move(CLAIM_MOVES, claim.state, ClaimState.AGREED)
            claim.save(update_fields=["state"])
        notifications.agreement_signed(agreement, claims[0], by=by)
    agreement.save(update_fields=["state", f"{side}_signed_at", f"{side}_signed_by"])
    return agreement


def cancel_agreements(claim: Claim) -> None:
    """The standing agreement of a claim that leaves → cancelled. The claim is locked by the caller."""
    rows = Agreement.objects.standing().filter(lines__claim=claim)
    for agreement in rows.select_for_update(of=("self",)).order_by("pk"):
        agreement.state = move(AGREEMENT_MOVES, agreement.state, AgreementState.CANCELLED)
        agreement.save(update_fields=["state"])
