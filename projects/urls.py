"""Addresses of listings, projects, claims, agreements, deliveries and their ledger."""

from django.urls import path

from projects.views import (
    agreements,
    attachments,
    balance,
    claims,
    deliveries,
    drafts,
    duties,
    ledger,
    listings,
    matching,
    plans,
    projects,
    public,
    rollovers,
    search,
)

urlpatterns = [
    path("search/", search.search, name="search"),
    path("listings/", listings.listing_list, name="listing-list"),
    path("listings/new/", drafts.listing_new, name="listing-new"),
    path("listings/<int:pk>/", listings.listing_detail, name="listing-detail"),
    path("listings/<int:pk>/change/", drafts.listing_change, name="listing-change"),
    path("listings/<int:pk>/roll-over/", rollovers.listing_roll_over, name="listing-roll-over"),
    path("listings/<int:pk>/attachments/", attachments.attachment_add, name="attachment-add"),
    path("attachments/<int:pk>/", attachments.attachment, name="attachment"),
    path("attachments/<int:pk>/remove/", attachments.attachment_remove, name="attachment-remove"),
    path("listings/<int:pk>/publish/", listings.listing_publish, name="listing-publish"),
    path("listings/<int:pk>/claim/", listings.listing_claim, name="listing-claim"),
    path("listings/<int:pk>/wait/", listings.listing_wait, name="listing-wait"),
    path("listings/<int:pk>/matches/", matching.listing_matches, name="listing-matches"),
    path("listings/<int:pk>/dismiss/", matching.listing_dismiss, name="listing-dismiss"),
    path("dismissals/<int:pk>/restore/", matching.dismissal_restore, name="dismissal-restore"),
    path("matching/", matching.match_list, name="match-list"),
    *(
        path(f"listings/<int:pk>/{verb}/", listings.listing_off, {"verb": verb}, name=f"listing-{verb}")
        for verb in listings.OFF
    ),
    path("duties/<int:pk>/listings/", duties.duty_listings, name="duty-listings"),
    path("duties/<int:pk>/draft-listing/", duties.duty_draft_listing, name="duty-draft-listing"),
    path("alliances/<int:pk>/balance/", balance.alliance_balance, name="alliance-balance"),
    path("duties/<int:pk>/projects/", plans.duty_projects, name="duty-projects"),
    path("duties/<int:pk>/draft-project/", plans.duty_draft_project, name="duty-draft-project"),
    path("projects/", projects.project_list, name="project-list"),
    path("projects/new/", plans.project_new, name="project-new"),
    path("projects/<int:pk>/", projects.project_detail, name="project-detail"),
    path("projects/<int:pk>/change/", plans.project_change, name="project-change"),
    path("projects/<int:pk>/propose/", projects.project_propose, name="project-propose"),
    path("projects/<int:pk>/set-up/", projects.project_set_up, name="project-set-up"),
    path("projects/<int:pk>/finish/", projects.project_finish, name="project-finish"),
    path("projects/<int:pk>/copy/", projects.project_copy, name="project-copy"),
    path("projects/<int:pk>/add-partner/", projects.project_add_partner, name="project-add-partner"),
    path(
        "projects/<int:pk>/remove-partner/", projects.project_remove_partner, name="project-remove-partner"
    ),
    path(
        "projects/<int:pk>/complete-stage/", projects.project_complete_stage, name="project-complete-stage"
    ),
    path("projects/<int:pk>/reopen-stage/", projects.project_reopen_stage, name="project-reopen-stage"),
    path("projects/<int:pk>/group/", projects.project_group, name="project-group"),
    path("projects/<int:pk>/ungroup/", projects.project_ungroup, name="project-ungroup"),
    *(
        path(f"projects/<int:pk>/{verb}/", projects.project_exit, {"verb": verb}, name=f"project-{verb}")
        for verb in projects.EXITS
    ),
    path("claims/", claims.claim_list, name="claim-list"),
    path("claims/<int:pk>/", claims.claim_detail, name="claim-detail"),
    path("claims/<int:pk>/accept/", claims.claim_accept, name="claim-accept"),
    path("claims/<int:pk>/confirm/", claims.claim_confirm, name="claim-confirm"),
    path("claims/<int:pk>/pass/", claims.claim_pass, name="claim-pass"),
    path("claims/<int:pk>/prioritise/", claims.claim_prioritise, name="claim-prioritise"),
    path("shares/<int:pk>/confirm/", claims.share_confirm, name="share-confirm"),
    path("shares/<int:pk>/decline/", claims.share_decline, name="share-decline"),
    path("claims/<int:pk>/report/", claims.claim_report, name="claim-report"),
    *(
        path(f"claims/<int:pk>/{verb}/", claims.claim_exit, {"verb": verb}, name=f"claim-{verb}")
        for verb in claims.EXITS
    ),
    path("deliveries/<int:pk>/", deliveries.delivery_detail, name="delivery-detail"),
    *(
        path(
            f"deliveries/<int:pk>/{verb}/", deliveries.delivery_act, {"verb": verb}, name=f"delivery-{verb}"
        )
        for verb in deliveries.ACTS
    ),
    path("disputes/", deliveries.dispute_list, name="dispute-list"),
    path("agreements/", agreements.agreement_list, name="agreement-list"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement-detail"),
    path("agreements/<int:pk>/sign/", agreements.agreement_sign, name="agreement-sign"),
    path(
        "agreements/<int:pk>/withdraw-signature/",
        agreements.agreement_withdraw_signature,
        name="agreement-withdraw-signature",
    ),
    path("agreements/<int:pk>/change/", agreements.agreement_change, name="agreement-change"),
    path("agreements/<int:pk>/add-claim/", agreements.agreement_add_claim, name="agreement-add-claim"),
    path(
        "agreements/<int:pk>/take-claim-out/",
        agreements.agreement_take_claim_out,
        name="agreement-take-claim-out",
    ),
    path(
        "agreements/<int:pk>/new-version/", agreements.agreement_new_version, name="agreement-new-version"
    ),
    path("agreements/<int:pk>/drop/", agreements.agreement_drop, name="agreement-drop"),
    path("agreements/<int:pk>/review/", agreements.agreement_review, name="agreement-review"),
    path("agreements/<int:pk>/word/", agreements.agreement_word, name="agreement-word"),
    path("ledger/", ledger.ledger_check, name="ledger-check"),
    path("streets/<int:pk>/open/", public.public_listings, name="public-listings"),
    path(
        "streets/<int:pk>/open/elder/",
        public.public_listings,
        {"elder": True},
        name="public-listings-elder",
    ),
    path("streets/<int:pk>/open/poster/", public.public_poster, name="public-listings-poster"),
]
