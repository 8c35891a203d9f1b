from projects.actions.agreements import (
    draft_agreement,
    sign_agreement,
)
from projects.actions.attachments import (
    add_attachment,
    remove_attachment,
)
from projects.actions.categories import (
    add_category,
)
from projects.actions.claims import (
    accept_claim,
    claim_listing,
    decline_claim,
    revoke_claim,
    withdraw_claim,
)
from projects.actions.deliveries import (
    accept_delivery,
    answer_rating,
    rate_delivery,
    report_delivery,
    return_delivery,
)
from projects.actions.disputes import (
    agree_with_provider,
    agree_with_requester,
    decide_dispute,
    dispute_delivery,
    state_side,
)
from projects.actions.duties import (
    draft_listing_from_duty,
)
from projects.actions.imports import (
    import_listing,
)
from projects.actions.listings import (
    change_listing,
    draft_listing,
    expire_listings,
    publish_listing,
    settle_listing,
    shelve_listing,
    withdraw_listing,
)
from projects.actions.matching import (
    dismiss_match,
    restore_match,
)
from projects.actions.rollovers import (
    roll_over_listing,
)
from projects.actions.shares import (
    claim_together,
    confirm_share,
    decline_share,
    pass_claim,
)

__all__ = [
    "accept_claim",
    "accept_delivery",
    "add_attachment",
    "add_category",
    "agree_with_provider",
    "agree_with_requester",
    "answer_rating",
    "change_listing",
    "claim_listing",
    "claim_together",
    "confirm_share",
    "decide_dispute",
    "decline_claim",
    "decline_share",
    "dismiss_match",
    "dispute_delivery",
    "draft_agreement",
    "draft_listing",
    "draft_listing_from_duty",
    "expire_listings",
    "import_listing",
    "pass_claim",
    "publish_listing",
    "rate_delivery",
    "remove_attachment",
    "report_delivery",
    "restore_match",
    "return_delivery",
    "revoke_claim",
    "roll_over_listing",
    "settle_listing",
    "shelve_listing",
    "sign_agreement",
    "state_side",
    "withdraw_claim",
    "withdraw_listing",
]
