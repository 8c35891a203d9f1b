"""Addresses of listings, claims, agreements, deliveries and their ledger."""

from django.urls import path

from projects.views import agreements, balance, claims, drafts, duties, ledger, listings, public, search

urlpatterns = [
    path("search/", search.search, name="search"),
    path("listings/", listings.listing_list, name="listing-list"),
    path("listings/new/", drafts.listing_new, name="listing-new"),
    path("listings/<int:pk>/", listings.listing_detail, name="listing-detail"),
    path("listings/<int:pk>/change/", drafts.listing_change, name="listing-change"),
    path("listings/<int:pk>/publish/", listings.listing_publish, name="listing-publish"),
    path("listings/<int:pk>/claim/", listings.listing_claim, name="listing-claim"),
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
    path("deliveries/<int:pk>/accept/", claims.delivery_accept, name="delivery-accept"),
    path("deliveries/<int:pk>/return/", claims.delivery_return, name="delivery-return"),
    path("agreements/", agreements.agreement_list, name="agreement-list"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement-detail"),
    path("agreements/<int:pk>/sign/", agreements.agreement_sign, name="agreement-sign"),
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
