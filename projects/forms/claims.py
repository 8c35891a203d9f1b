"""Forms of a claim."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Claim
from projects.states import NAMED_CAUSES
from workflow.forms import WholeNumberField

#: Why a claim ends without being done: the causes that practice names.
CAUSES = [
    (cause, cause)
    for cause in (
        gettext_lazy("经费"),
        gettext_lazy("人员"),
        gettext_lazy("场地"),
        gettext_lazy("需求变化"),
        gettext_lazy("联系不上"),
        gettext_lazy("不可抗力"),
        gettext_lazy("其他"),
    )
]


class TermsForm(forms.Form):
    """How much is claimed, and how it will be done: what can be read without asking the database."""

    quantity = WholeNumberField(label=gettext_lazy("认领数量"), min_value=1, max_value=100_000)
    plan = forms.CharField(
        label=gettext_lazy("怎么做"),
        required=False,
        max_length=Claim._meta.get_field("plan").max_length,
        help_text=gettext_lazy("一两句就够，会写进协议，例如“负二层，凭社区登记的车号进出”。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ClaimForm(TermsForm):
    """How much of which slot, for whom, and how."""

    field_order = ("slot", "organisation", "quantity", "plan")

    slot = forms.ModelChoiceField(
        label=gettext_lazy("时段"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    organisation = forms.ModelChoiceField(label=gettext_lazy("认领单位"), queryset=None, empty_label=None)

    def __init__(self, *args, slots, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].queryset = slots
        self.fields["organisation"].queryset = organisations
        self.fields["plan"].seen_by = _("对方和街道看得到，不公开")


class ReasonForm(forms.Form):
    """Why a claim or a listing ends: a cause to choose, a sentence to add."""

    cause = forms.ChoiceField(label=gettext_lazy("原因"), choices=[("", gettext_lazy("请选择")), *CAUSES])
    detail = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=180, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["detail"].seen_by = _("对方看得到")

    def told(self) -> dict[str, str]:
        """What the action is told: cause and detail as the one sentence that the other side reads."""
        cause, detail = self.cleaned_data["cause"], self.cleaned_data["detail"].strip()
        return {"reason": f"{cause}：{detail}" if detail else str(cause)}


class WithdrawForm(forms.Form):
    """Why a claim is taken back: one cause of the short list, a line beside it."""

    cause = forms.ChoiceField(
        label=gettext_lazy("原因"),
        choices=[("", gettext_lazy("请选择")), *((one.value, one.label) for one in NAMED_CAUSES)],
    )
    reason = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("对方看得到")

    def told(self) -> dict[str, str]:
        """What the action is told."""
        return self.cleaned_data
