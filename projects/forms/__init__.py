"""Forms of this room, by noun."""

from projects.forms.agreements import (
    DropVersionForm,
    NewVersionForm,
    ReviewForm,
    SignForm,
    TermForm,
)
from projects.forms.claims import (
    CAUSES,
    ClaimForm,
    ReasonForm,
    WithdrawForm,
)
from projects.forms.deliveries import (
    AcceptForm,
    AnswerForm,
    DecisionForm,
    DisputeForm,
    RatingForm,
    ReportForm,
    ReturnForm,
    StatementForm,
)
from projects.forms.listings import (
    AttachmentForm,
    ListingForm,
    OffForm,
    SlotForm,
    SlotForms,
    SlotFormSet,
)
from projects.forms.matching import (
    DismissForm,
)
from projects.forms.periods import (
    PeriodForm,
)

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "AttachmentForm",
    "CAUSES",
    "ClaimForm",
    "DecisionForm",
    "DismissForm",
    "DisputeForm",
    "DropVersionForm",
    "ListingForm",
    "NewVersionForm",
    "OffForm",
    "PeriodForm",
    "RatingForm",
    "ReasonForm",
    "ReportForm",
    "ReturnForm",
    "ReviewForm",
    "SignForm",
    "SlotForm",
    "SlotFormSet",
    "SlotForms",
    "StatementForm",
    "TermForm",
    "WithdrawForm",
]
