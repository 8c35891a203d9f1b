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
    DeclineShareForm,
    PassForm,
    PriorityForm,
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
from projects.forms.projects import (
    CompleteStageForm,
    FinishProjectForm,
    GroupForm,
    PartnerForm,
    ProjectForm,
    StageForm,
    StageForms,
    StageFormSet,
)

__all__ = [
    "AcceptForm",
    "AnswerForm",
    "AttachmentForm",
    "CAUSES",
    "ClaimForm",
    "CompleteStageForm",
    "DecisionForm",
    "DeclineShareForm",
    "DismissForm",
    "DisputeForm",
    "DropVersionForm",
    "FinishProjectForm",
    "GroupForm",
    "ListingForm",
    "NewVersionForm",
    "OffForm",
    "PartnerForm",
    "PassForm",
    "PeriodForm",
    "PriorityForm",
    "ProjectForm",
    "RatingForm",
    "ReasonForm",
    "ReportForm",
    "ReturnForm",
    "ReviewForm",
    "SignForm",
    "SlotForm",
    "SlotFormSet",
    "SlotForms",
    "StageForm",
    "StageFormSet",
    "StageForms",
    "StatementForm",
    "TermForm",
    "WithdrawForm",
]
