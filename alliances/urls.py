"""Addresses of this room."""

from django.urls import path

from alliances.views import alliances, memberships

urlpatterns = [
    path("alliances/", alliances.alliance_list, name="alliance-list"),
    path("alliances/new/", alliances.alliance_new, name="alliance-new"),
    path("alliances/<int:pk>/", alliances.alliance_detail, name="alliance-detail"),
    path("alliances/<int:pk>/change/", alliances.alliance_change, name="alliance-change"),
    path("alliances/<int:pk>/end/", alliances.alliance_end, name="alliance-end"),
    path("alliances/<int:pk>/admit/", alliances.alliance_admit, name="alliance-admit"),
    path("memberships/<int:pk>/contact/", memberships.membership_contact, name="membership-contact"),
    path("memberships/<int:pk>/end/", memberships.membership_end, name="membership-end"),
]
