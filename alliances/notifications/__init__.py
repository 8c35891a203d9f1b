"""Which event of this room tells whom."""

from alliances.notifications.alliances import (
    ALLIANCE_ENDED,
    MEMBER_ADMITTED,
    MEMBERSHIP_ENDED,
    alliance_ended,
    member_admitted,
    membership_ended,
)

__all__ = [
    "ALLIANCE_ENDED",
    "MEMBERSHIP_ENDED",
    "MEMBER_ADMITTED",
    "alliance_ended",
    "member_admitted",
    "membership_ended",
]
