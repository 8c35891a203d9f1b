from projects.actions.agreements import draft_agreement, sign_agreement
from projects.actions.claims import accept_claim, claim_listing, decline_claim, revoke_claim, withdraw_claim
from projects.actions.deliveries import accept_delivery, report_delivery, return_delivery
from projects.actions.duties import draft_listing_from_duty
from projects.actions.imports import import_listing
from projects.actions.listings import (
    change_listing,
    draft_listing,
    expire_listings,
    publish_listing,
    settle_listing,
    shelve_listing,
    withdraw_listing,
)
from projects.actions.matching import dismiss_match, restore_match

__all__ = [
    "accept_claim",
    "accept_delivery",
    "change_listing",
    "claim_listing",
    "decline_claim",
    "dismiss_match",
    "draft_agreement",
    "draft_listing",
    "draft_listing_from_duty",
    "expire_listings",
    "import_listing",
    "publish_listing",
    "report_delivery",
    "restore_match",
    "return_delivery",
    "revoke_claim",
    "settle_listing",
    "shelve_listing",
    "sign_agreement",
    "withdraw_claim",
    "withdraw_listing",
]
