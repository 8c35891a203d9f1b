from projects.models.agreement import Agreement, AgreementClaim
from projects.models.attachment import Attachment
from projects.models.claim import Claim, Share, Turn
from projects.models.delivery import Delivery, Dispute
from projects.models.dismissal import Dismissal
from projects.models.listing import Category, Listing, Slot
from projects.models.project import Project, ProjectPartner, ProjectStage
from projects.models.recurrence import Recurrence

__all__ = [
    "Agreement",
    "AgreementClaim",
    "Attachment",
    "Category",
    "Claim",
    "Delivery",
    "Dismissal",
    "Dispute",
    "Listing",
    "Project",
    "ProjectPartner",
    "ProjectStage",
    "Recurrence",
    "Share",
    "Slot",
    "Turn",
]
