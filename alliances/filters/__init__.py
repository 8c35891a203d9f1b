"""How lists of this room are narrowed, on pages and in the API alike."""

from alliances.filters.alliances import (
    AllianceFilter,
    MembershipFilter,
)
from alliances.filters.meetings import ItemFilter, MeetingFilter
from alliances.filters.votes import DecisionFilter, MotionFilter

__all__ = [
    "AllianceFilter",
    "DecisionFilter",
    "ItemFilter",
    "MeetingFilter",
    "MembershipFilter",
    "MotionFilter",
]
