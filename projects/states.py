"""Every state and legal move of listings, claims, agreements and deliveries."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    NEED = "need", _("需求")
    RESOURCE = "resource", _("资源")


class ListingState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已过期")
    SETTLED = "settled", _("直接办结")
    INFEASIBLE = "infeasible", _("暂不具备条件")


LISTING_MOVES = {
    ListingState.DRAFT: {ListingState.PUBLISHED, ListingState.WITHDRAWN},
    ListingState.PUBLISHED: {
        ListingState.WITHDRAWN,
        ListingState.EXPIRED,
        ListingState.SETTLED,
        ListingState.INFEASIBLE,
    },
    ListingState.WITHDRAWN: {ListingState.PUBLISHED},
    ListingState.EXPIRED: {ListingState.PUBLISHED},
    ListingState.SETTLED: set(),
    ListingState.INFEASIBLE: {ListingState.PUBLISHED},
}
#: Written or on the list: of these a duty has one per organisation.
LIVE_LISTING_STATES = (ListingState.DRAFT, ListingState.PUBLISHED)


class ClaimState(models.TextChoices):
    REQUESTED = "requested", _("待答复")
    ACCEPTED = "accepted", _("已对接")
    AGREED = "agreed", _("已签约")
    DELIVERED = "delivered", _("已办结")
    DECLINED = "declined", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
    REVOKED = "revoked", _("已撤销")
    LAPSED = "lapsed", _("认领失效")


CLAIM_MOVES = {
    ClaimState.REQUESTED: {
        ClaimState.ACCEPTED,
        ClaimState.DECLINED,
        ClaimState.WITHDRAWN,
        ClaimState.REVOKED,
        ClaimState.LAPSED,
    },
    ClaimState.ACCEPTED: {ClaimState.AGREED, ClaimState.WITHDRAWN, ClaimState.REVOKED},
    ClaimState.AGREED: {ClaimState.DELIVERED, ClaimState.REVOKED},
    ClaimState.DELIVERED: set(),
    ClaimState.DECLINED: set(),
    ClaimState.WITHDRAWN: set(),
    ClaimState.REVOKED: set(),
    ClaimState.LAPSED: set(),
}
#: A claim in one of these holds its quantity; in every other state the quantity is back in the slot.
LIVE_CLAIM_STATES = (
    ClaimState.REQUESTED,
    ClaimState.ACCEPTED,
    ClaimState.AGREED,
    ClaimState.DELIVERED,
)
#: A claim in one of these still asks something of somebody.
OPEN_CLAIM_STATES = (ClaimState.REQUESTED, ClaimState.ACCEPTED, ClaimState.AGREED)


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("待签约")
    SIGNED = "signed", _("已签约")
    CANCELLED = "cancelled", _("已终止")


AGREEMENT_MOVES = {
    AgreementState.DRAFT: {AgreementState.SIGNED, AgreementState.CANCELLED},
    AgreementState.SIGNED: {AgreementState.CANCELLED},
    AgreementState.CANCELLED: set(),
}


class DeliveryState(models.TextChoices):
    REPORTED = "reported", _("待确认")
    ACCEPTED = "accepted", _("已确认")
    RETURNED = "returned", _("已退回")


DELIVERY_MOVES = {
    DeliveryState.REPORTED: {DeliveryState.ACCEPTED, DeliveryState.RETURNED},
    DeliveryState.ACCEPTED: set(),
    DeliveryState.RETURNED: set(),
}


class Rating(models.TextChoices):
    """评议: the requester's word on the doer, in four words; of work, never of a person."""

    EXCELLENT = "excellent", _("很好")
    GOOD = "good", _("较好")
    FAIR = "fair", pgettext_lazy("评议", "一般")
    POOR = "poor", _("较差")
