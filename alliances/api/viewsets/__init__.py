"""The API of this room: reads within sight, acts as named posts."""

from alliances.api.viewsets.alliances import (
    AllianceViewSet,
    MembershipViewSet,
)

__all__ = [
    "AllianceViewSet",
    "MembershipViewSet",
]
