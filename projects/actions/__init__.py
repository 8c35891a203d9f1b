from projects.actions.agreements import (
    add_claim_to_agreement,
    change_draft,
    draft_agreement,
    sign_agreement,
    take_claim_out,
    withdraw_signature,
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
    confirm_hold,
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
from projects.actions.grouping import (
    draft_project_from_duty,
    group_listing,
    turn_into_project,
    ungroup_listing,
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
from projects.actions.projects import (
    add_partner,
    change_project,
    copy_project,
    draft_project,
    finish_project,
    propose_project,
    refuse_project,
    remove_partner,
    set_up_project,
    stop_project,
)
from projects.actions.queue import (
    join_queue,
    prioritise_claim,
    settle_slot,
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
from projects.actions.stages import (
    complete_stage,
    reopen_stage,
)
from projects.actions.versions import (
    draft_new_version,
    drop_version,
    review_agreement,
)

__all__ = [
    "accept_claim",
    "accept_delivery",
    "add_attachment",
    "add_category",
    "add_claim_to_agreement",
    "add_partner",
    "agree_with_provider",
    "agree_with_requester",
    "answer_rating",
    "change_draft",
    "change_listing",
    "change_project",
    "claim_listing",
    "claim_together",
    "complete_stage",
    "confirm_hold",
    "confirm_share",
    "copy_project",
    "decide_dispute",
    "decline_claim",
    "decline_share",
    "dismiss_match",
    "dispute_delivery",
    "draft_agreement",
    "draft_listing",
    "draft_listing_from_duty",
    "draft_new_version",
    "draft_project",
    "draft_project_from_duty",
    "drop_version",
    "expire_listings",
    "finish_project",
    "group_listing",
    "import_listing",
    "join_queue",
    "pass_claim",
    "prioritise_claim",
    "propose_project",
    "publish_listing",
    "rate_delivery",
    "refuse_project",
    "remove_attachment",
    "remove_partner",
    "reopen_stage",
    "report_delivery",
    "restore_match",
    "return_delivery",
    "review_agreement",
    "revoke_claim",
    "roll_over_listing",
    "set_up_project",
    "settle_listing",
    "settle_slot",
    "shelve_listing",
    "sign_agreement",
    "state_side",
    "stop_project",
    "take_claim_out",
    "turn_into_project",
    "ungroup_listing",
    "withdraw_claim",
    "withdraw_listing",
    "withdraw_signature",
]
