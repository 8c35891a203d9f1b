"""Who may do what in this room, and in which state of it."""

from projects.permissions.agreements import (
    check_can_draft_agreement,
    check_can_sign_agreement,
    side_to_sign,
)
from projects.permissions.claims import (
    check_can_accept_claim,
    check_can_claim_listing,
    check_can_decline_claim,
    check_can_revoke_claim,
    check_can_withdraw_claim,
    check_is_claimable,
)
from projects.permissions.deliveries import (
    check_can_accept_delivery,
    check_can_agree_with_provider,
    check_can_agree_with_requester,
    check_can_answer_rating,
    check_can_decide_dispute,
    check_can_dispute_delivery,
    check_can_rate_delivery,
    check_can_report_delivery,
    check_can_return_delivery,
    check_can_state_side,
)
from projects.permissions.ledger import (
    alliances_of_ledger,
)
from projects.permissions.listings import (
    check_can_add_category,
    check_can_change_listing,
    check_can_draft_from_duty,
    check_can_draft_listing,
    check_can_publish_listing,
    check_can_roll_over_listing,
    check_can_settle_listing,
    check_can_shelve_listing,
    check_can_withdraw_listing,
    check_has_no_other,
    owner_from_duty,
)
from projects.permissions.matching import (
    check_can_dismiss_match,
)
from projects.permissions.shares import (
    check_can_be_passed_to,
    check_can_claim_together,
    check_can_confirm_share,
    check_can_decline_share,
    check_can_pass_claim,
    check_is_held,
)

__all__ = [
    "alliances_of_ledger",
    "check_can_accept_claim",
    "check_can_accept_delivery",
    "check_can_add_category",
    "check_can_agree_with_provider",
    "check_can_agree_with_requester",
    "check_can_answer_rating",
    "check_can_be_passed_to",
    "check_can_change_listing",
    "check_can_claim_listing",
    "check_can_claim_together",
    "check_can_confirm_share",
    "check_can_decide_dispute",
    "check_can_decline_claim",
    "check_can_decline_share",
    "check_can_dismiss_match",
    "check_can_dispute_delivery",
    "check_can_draft_agreement",
    "check_can_draft_from_duty",
    "check_can_draft_listing",
    "check_can_pass_claim",
    "check_can_publish_listing",
    "check_can_rate_delivery",
    "check_can_report_delivery",
    "check_can_return_delivery",
    "check_can_revoke_claim",
    "check_can_roll_over_listing",
    "check_can_settle_listing",
    "check_can_shelve_listing",
    "check_can_sign_agreement",
    "check_can_state_side",
    "check_can_withdraw_claim",
    "check_can_withdraw_listing",
    "check_has_no_other",
    "check_is_claimable",
    "check_is_held",
    "owner_from_duty",
    "side_to_sign",
]
