"""The registers of this room in the web admin."""

from projects.admin.agreements import (
    AgreementAdmin,
    ClaimInline,
)
from projects.admin.asking import (
    AskingAdmin,
    RowsInline,
)
from projects.admin.claims import (
    AgreementLineInline,
    ClaimAdmin,
    DeliveryInline,
    TurnInline,
)
from projects.admin.deliveries import (
    DeliveryAdmin,
    DisputeAdmin,
)
from projects.admin.listings import (
    WORDS,
    CategoryAdmin,
    ListingAdmin,
    ListingAdminForm,
    SlotInline,
)
from projects.admin.matching import (
    DismissalAdmin,
)
from projects.admin.projects import (
    PartnerInline,
    ProjectAdmin,
    StageInline,
)

__all__ = [
    "AgreementAdmin",
    "AgreementLineInline",
    "AskingAdmin",
    "CategoryAdmin",
    "ClaimAdmin",
    "ClaimInline",
    "DeliveryAdmin",
    "DeliveryInline",
    "DismissalAdmin",
    "DisputeAdmin",
    "ListingAdmin",
    "ListingAdminForm",
    "PartnerInline",
    "ProjectAdmin",
    "RowsInline",
    "SlotInline",
    "StageInline",
    "TurnInline",
    "WORDS",
]
