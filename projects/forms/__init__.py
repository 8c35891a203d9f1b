"""Forms of this room, by noun."""

from projects.forms.agreements import SignForm
from projects.forms.claims import CAUSES, ClaimForm, ReasonForm, WithdrawForm
from projects.forms.deliveries import AcceptForm, ReportForm, ReturnForm
from projects.forms.listings import ListingForm, OffForm, SlotForm, SlotForms, SlotFormSet
from projects.forms.periods import PeriodForm

__all__ = [
    "AcceptForm",
    "CAUSES",
    "ClaimForm",
    "ListingForm",
    "OffForm",
    "PeriodForm",
    "ReasonForm",
    "ReportForm",
    "ReturnForm",
    "SignForm",
    "SlotForm",
    "SlotFormSet",
    "SlotForms",
    "WithdrawForm",
]
