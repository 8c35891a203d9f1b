"""Addresses of listings, claims, agreements, deliveries and their ledger."""

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
    path("claims/", claims.claim_list, name="claim-list"),
    path("claims/<int:pk>/", claims.claim_detail, name="claim-detail"),
    path("claims/<int:pk>/accept/", claims.claim_accept, name="claim-accept"),
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
