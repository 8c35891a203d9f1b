"""What this room's API gives out and reads in."""

from projects.api.serializers.agreements import (
    AgreementClaimInput,
    AgreementRowSerializer,
    AgreementSerializer,
    DropVersionInput,
    NewVersionInput,
    ReviewInput,
    SignInput,
    TermInput,
)
from projects.api.serializers.attachments import (
    AttachmentInput,
    AttachmentSerializer,
)
from projects.api.serializers.claims import (
    ClaimInput,
    ClaimSerializer,
    PriorityInput,
    WithdrawInput,
)
from projects.api.serializers.deliveries import (
    AcceptInput,
    AgreeInput,
    AnswerInput,
    DecisionInput,
    DeliverySerializer,
    DisputeInput,
    DisputeSerializer,
    RatingInput,
    RemarkInput,
    ReportInput,
    StatementInput,
)
from projects.api.serializers.listings import (
    CategoryInput,
    CategorySerializer,
    FromDutyInput,
    ListingChangeInput,
    ListingInput,
    ListingRowSerializer,
    ListingSerializer,
    SlotInput,
    SlotSerializer,
)
from projects.api.serializers.reasons import (
    ReasonInput,
)

__all__ = [
    "AcceptInput",
    "AgreeInput",
    "AgreementClaimInput",
    "AgreementRowSerializer",
    "AgreementSerializer",
    "AnswerInput",
    "AttachmentInput",
    "AttachmentSerializer",
    "CategoryInput",
    "CategorySerializer",
    "ClaimInput",
    "ClaimSerializer",
    "DecisionInput",
    "DeliverySerializer",
    "DisputeInput",
    "DisputeSerializer",
    "DropVersionInput",
    "FromDutyInput",
    "ListingChangeInput",
    "ListingInput",
    "ListingRowSerializer",
    "ListingSerializer",
    "NewVersionInput",
    "PriorityInput",
    "RatingInput",
    "ReasonInput",
    "RemarkInput",
    "ReportInput",
    "ReviewInput",
    "SignInput",
    "SlotInput",
    "SlotSerializer",
    "StatementInput",
    "TermInput",
    "WithdrawInput",
]
