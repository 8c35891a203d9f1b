"""What the API reads and writes in this room."""

from alliances.api.serializers.alliances import (
    AdmitInput,
    AllianceSerializer,
    ChangeInput,
    ContactInput,
    EndAllianceInput,
    EndMembershipInput,
    FoundInput,
    MembershipSerializer,
)

__all__ = [
    "AdmitInput",
    "AllianceSerializer",
    "ChangeInput",
    "ContactInput",
    "EndAllianceInput",
    "EndMembershipInput",
    "FoundInput",
    "MembershipSerializer",
]
