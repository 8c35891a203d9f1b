"""The shape of this room's HTML input; what the values may be, the actions say."""

from alliances.forms.alliances import (
    OFFERED,
    AdmitForm,
    AllianceForm,
    ContactForm,
    EndAllianceForm,
    EndMembershipForm,
    FoundForm,
)

__all__ = [
    "AdmitForm",
    "AllianceForm",
    "ContactForm",
    "EndAllianceForm",
    "EndMembershipForm",
    "FoundForm",
    "OFFERED",
]
