"""Who may do what in this room, and in which state of it."""

from alliances.permissions.alliances import (
    check_can_admit_member,
    check_can_change_alliance,
    check_can_change_contact,
    check_can_end_alliance,
    check_can_end_membership,
    check_can_found_alliance,
)

__all__ = [
    "check_can_admit_member",
    "check_can_change_alliance",
    "check_can_change_contact",
    "check_can_end_alliance",
    "check_can_end_membership",
    "check_can_found_alliance",
]
