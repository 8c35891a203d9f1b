"""Where a listing or a claim stands, and who must act next, as the pages and the day's work say it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from members.models import Organisation
from projects.models import Agreement, Claim, Delivery, Listing, Share
from projects.states import (
    OPEN_DELIVERY_STATES,
    UNANSWERED_CLAIM_STATES,
    WON_CLAIM_STATES,
    AgreementState,
    ClaimMode,
    ClaimState,
    DeliveryState,
    ListingState,
    ShareState,
)
from workflow.stages import Chip, Stage


@dataclass(frozen=True)
class Step:
    """What happens next to a claim: who must act, the verb, until when."""

    who: tuple[Organisation, ...]
    act: str
    due: date | None = None


_LISTING_LOOKS = {
    ListingState.DRAFT: ("", "pen"),
    ListingState.PUBLISHED: ("go", "circle"),
    ListingState.WITHDRAWN: ("", "return"),
    ListingState.EXPIRED: ("", "clock"),
    ListingState.SETTLED: ("ok", "check"),
    ListingState.INFEASIBLE: ("", "minus"),
    ListingState.PROJECT: ("ok", "document"),
}
_CLAIM_LOOKS = {
    ClaimState.WAITING: ("", "clock"),
    ClaimState.HELD: ("warn", "clock"),
    ClaimState.REQUESTED: ("warn", "clock"),
    ClaimState.ACCEPTED: ("go", "link"),
    ClaimState.AGREED: ("go", "document"),
    ClaimState.DELIVERED: ("ok", "check"),
    ClaimState.DECLINED: ("bad", "return"),
    ClaimState.WITHDRAWN: ("", "return"),
    ClaimState.REVOKED: ("bad", "cross"),
    ClaimState.LAPSED: ("", "clock"),
}
_AGREEMENT_LOOKS = {
    AgreementState.DRAFT: ("warn", "clock"),
    AgreementState.SIGNED: ("ok", "check"),
    AgreementState.REPLACED: ("", "return"),
    AgreementState.CANCELLED: ("bad", "cross"),
}
_SHARE_LOOKS = {
    ShareState.INVITED: ("warn", "clock"),
    ShareState.CONFIRMED: ("ok", "check"),
    ShareState.DECLINED: ("", "minus"),
}
_DELIVERY_LOOKS = {
    DeliveryState.REPORTED: ("warn", "clock"),
    DeliveryState.ACCEPTED: ("ok", "check"),
    DeliveryState.DISPUTED: ("bad", "clock"),
    DeliveryState.RETURNED: ("bad", "return"),
}


def listing_chip(listing: Listing, total: int, taken: int) -> Chip:
    """The state, and how much of a published listing is taken."""
    if listing.state == ListingState.PUBLISHED and taken:
        words = {"taken": taken, "total": total}
        if taken < total:
            return Chip("go", "target", _("部分认领 %(taken)s/%(total)s") % words)
        return Chip("ok", "check", _("已认领满 %(taken)s/%(total)s") % words)
    return Chip(*_LISTING_LOOKS[ListingState(listing.state)], listing.get_state_display())


def claim_chip(claim: Claim) -> Chip:
    return Chip(*_CLAIM_LOOKS[ClaimState(claim.state)], claim.get_state_display())


def agreement_chip(agreement: Agreement) -> Chip:
    return Chip(*_AGREEMENT_LOOKS[AgreementState(agreement.state)], agreement.get_state_display())


def share_chip(share: Share) -> Chip:
    return Chip(*_SHARE_LOOKS[ShareState(share.state)], share.get_state_display())


def delivery_chip(delivery: Delivery) -> Chip:
    return Chip(*_DELIVERY_LOOKS[DeliveryState(delivery.state)], delivery.get_state_display())


def next_step(claim: Claim, agreement: Agreement | None, delivery: Delivery | None) -> Step | None:
    """Who must do what until when; None when nothing is left to do.

    `agreement` is the one that stands, `delivery` the one that waits for an answer or is disputed.
    """
    if claim.state == ClaimState.HELD:
        asked = [one.organisation for one in claim.standing_shares if one.state == ShareState.INVITED]
        if asked:
            return Step(tuple(asked), _("确认分担"), claim.held_until)
        return Step((claim.organisation,), _("确认认领"), claim.held_until)
    if claim.state == ClaimState.REQUESTED:
        return Step((claim.listing.organisation,), _("答复认领"), claim.answer_due)
    if claim.state == ClaimState.ACCEPTED and agreement:
        sides = (
            (agreement.party_a_signed_at, agreement.party_a),
            (
                agreement.party_b_signed_at,
                agreement.party_b,
            ),
        )
        return Step(tuple(side for signed, side in sides if not signed), _("签署协议"), agreement.sign_due)
    if delivery and delivery.state == DeliveryState.DISPUTED:
        sides = (claim.provider, claim.requester)
        return Step(sides, _("商定交付数量"), delivery.dispute.settle_by)
    if claim.state == ClaimState.AGREED and delivery:
        return Step((claim.requester,), _("确认交付并评议"), delivery.acknowledge_due)
    if claim.state == ClaimState.AGREED:
        return Step((claim.provider,), _("报告交付"), agreement.deliver_by if agreement else None)
    return None


def claim_stages(
    claim: Claim, agreement: Agreement | None, deliveries: list[Delivery], step: Step | None
) -> list[Stage]:
    """认领 → 对接 → 签约 → 交付 → 评议, each with its date; an exit stands in the place of what it cut off."""
    accepted = [one for one in deliveries if one.state == DeliveryState.ACCEPTED]
    waiting = any(one.state in OPEN_DELIVERY_STATES for one in deliveries)
    signed_at = None
    if agreement and agreement.state == AgreementState.SIGNED:
        signed_at = max(agreement.party_a_signed_at, agreement.party_b_signed_at)
    # Where nobody has to answer, the claim itself was the match.
    matched_at = claim.answered_at or (claim.claimed_at if claim.state in WON_CLAIM_STATES else None)
    answered = claim.state not in (*UNANSWERED_CLAIM_STATES, ClaimState.DECLINED, ClaimState.LAPSED)
    is_done = claim.state == ClaimState.DELIVERED
    is_waiting = claim.state == ClaimState.WAITING
    reached = [
        (_("认领"), claim.claimed_at, not is_waiting),
        (_("对接"), matched_at, answered and matched_at is not None),
        (_("签约"), signed_at, signed_at is not None),
        (_("交付"), deliveries[0].reported_at if deliveries else None, is_done or waiting),
        (_("评议"), accepted[0].acknowledged_at if accepted else None, is_done),
    ]
    before = _before(claim)
    stages = [*before, *(Stage(label, "done", at) for label, at, is_reached in reached if is_reached)]
    rest = [label for label, _at, is_reached in reached if not is_reached]
    if is_waiting:
        return [*before, *(Stage(label) for label in rest)]
    if step and rest:
        who = _("、").join(str(one) for one in step.who)
        note = _("等 %(who)s %(act)s") % {"who": who, "act": step.act}
        return [*stages, Stage(rest[0], "now", note=note), *(Stage(label) for label in rest[1:])]
    if not is_done:
        # The moment of an exit stands in the history; the line says that it ended here, and why.
        return [*stages, Stage(claim.get_state_display(), "now", note=claim.exit_words)]
    return stages


def _before(claim: Claim) -> list[Stage]:
    """How it came to the claimant: by waiting, or from another unit."""
    if claim.state == ClaimState.WAITING:
        return [
            Stage(
                _("候补"),
                "now",
                claim.waited_since,
                _("轮到时留出数量，等 %(who)s 确认") % {"who": claim.organisation},
            )
        ]
    if claim.waited_since:
        return [Stage(_("候补"), "done", claim.waited_since)]
    if claim.passed_from_id:
        source = claim.passed_from.organisation
        return [Stage(_("%(who)s 转交") % {"who": source}, "done", claim.claimed_at)]
    return []


def listing_stages(listing: Listing, total: int, taken: int, claims: list[Claim]) -> list[Stage]:
    """From publication over the first answer to done, for everybody who sees the listing.

    `claims` are those within the reader's sight.
    """
    if listing.state == ListingState.DRAFT:
        return [Stage(_("写好草稿"), "done", listing.created_at), Stage(_("发布"), "now"), Stage(_("认领"))]
    left = {"left": total - taken, "measure": listing.measure}
    stages = [Stage(_("已发布"), "done", listing.published_at)] if listing.published_at else []
    for claim in sorted(claims, key=lambda one: one.pk)[:5]:
        words = {"who": claim.organisation, "quantity": claim.quantity, "measure": listing.measure}
        stages.append(
            Stage(
                _("%(who)s 认领 %(quantity)s %(measure)s") % words,
                "done",
                claim.claimed_at,
                claim.get_state_display(),
            )
        )
    if listing.state != ListingState.PUBLISHED:
        return [*stages, Stage(listing.get_state_display(), "now", note=listing.exit_reason)]
    if total > taken:
        note = _("认领后 %(days)s 个工作日内答复") % {"days": listing.alliance.answer_days}
        if listing.claim_mode == ClaimMode.INSTANT:
            note = _("认领后马上对接，不用等答复")
        stages.append(Stage(_("等人认领，还剩 %(left)s %(measure)s") % left, "now", note=note))
    return [*stages, Stage(_("对接、签约")), Stage(_("实施")), Stage(_("确认交付并评议"))]
