"""What this room's API gives out and reads in."""

from projects.api.serializers.agreements import AgreementRowSerializer, AgreementSerializer, SignInput
from projects.api.serializers.attachments import AttachmentInput, AttachmentSerializer
from projects.api.serializers.claims import ClaimInput, ClaimSerializer, WithdrawInput
from projects.api.serializers.deliveries import AcceptInput, DeliverySerializer, RemarkInput, ReportInput
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
from projects.api.serializers.reasons import ReasonInput

__all__ = [
    "AcceptInput",
    "AgreementRowSerializer",
    "AgreementSerializer",
    "AttachmentInput",
    "AttachmentSerializer",
    "CategoryInput",
    "CategorySerializer",
    "ClaimInput",
    "ClaimSerializer",
    "DeliverySerializer",
    "FromDutyInput",
    "ListingChangeInput",
    "ListingInput",
    "ListingRowSerializer",
    "ListingSerializer",
    "ReasonInput",
    "RemarkInput",
    "ReportInput",
    "SignInput",
    "SlotInput",
    "SlotSerializer",
    "WithdrawInput",
]
