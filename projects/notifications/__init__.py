"""Which event of this room tells whom, and which deadlines are called to mind."""

from projects.notifications.agreements import AGREEMENT_SIGNED, agreement_signed
from projects.notifications.claims import (
    CLAIM_ACCEPTED,
    CLAIM_DECLINED,
    CLAIM_REVOKED,
    CLAIM_WITHDRAWN,
    LISTING_CLAIMED,
    claim_accepted,
    claim_declined,
    claim_revoked,
    claim_withdrawn,
    listing_claimed,
)
from projects.notifications.deadlines import (
    AGREEMENT_UNSIGNED,
    CLAIM_UNANSWERED,
    DEADLINES,
    DELIVERY_UNACKNOWLEDGED,
)
from projects.notifications.deliveries import (
    DELIVERY_ACCEPTED,
    DELIVERY_REPORTED,
    DELIVERY_RETURNED,
    delivery_accepted,
    delivery_reported,
    delivery_returned,
)
from projects.notifications.listings import LISTING_PUBLISHED, listing_published

__all__ = [
    "AGREEMENT_SIGNED",
    "AGREEMENT_UNSIGNED",
    "CLAIM_ACCEPTED",
    "CLAIM_DECLINED",
    "CLAIM_REVOKED",
    "CLAIM_UNANSWERED",
    "CLAIM_WITHDRAWN",
    "DEADLINES",
    "DELIVERY_ACCEPTED",
    "DELIVERY_REPORTED",
    "DELIVERY_RETURNED",
    "DELIVERY_UNACKNOWLEDGED",
    "LISTING_CLAIMED",
    "LISTING_PUBLISHED",
    "agreement_signed",
    "claim_accepted",
    "claim_declined",
    "claim_revoked",
    "claim_withdrawn",
    "delivery_accepted",
    "delivery_reported",
    "delivery_returned",
    "listing_claimed",
    "listing_published",
]
