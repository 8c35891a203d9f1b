"""How lists of this room are narrowed, on pages and in the API alike."""

from alliances.filters.alliances import (
    AllianceFilter,
    MembershipFilter,
)

__all__ = [
    "AllianceFilter",
    "MembershipFilter",
]
