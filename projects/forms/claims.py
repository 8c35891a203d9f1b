"""Forms of a claim."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.actions.shares import MOST_UNITS
from projects.models import Claim
from projects.states import NAMED_CAUSE_CHOICES, NAMED_CAUSES
from workflow.forms import WholeNumberField

#: Why a claim or a listing ends, as words: the causes that a claimant may name, and any other.
CAUSES = [(words, words) for words in (*(one.label for one in NAMED_CAUSES), gettext_lazy("其他"))]


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
    """How much of which slot, for whom, how, and with whom.

    A listing that is claimed whole asks for no quantity. `partners` are the units that may take part; each
    row beneath the form names one and its quantity, beside the claimant's own.
    """

    field_order = ("slot", "organisation", "quantity", "plan", "is_overlap_known")
    PARTNERS = MOST_UNITS - 1
    #: What an action says of all shares stands at the first row.
    shown_at = {"shares": "partner_1"}

    slot = forms.ModelChoiceField(
        label=gettext_lazy("时段"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    organisation = forms.ModelChoiceField(label=gettext_lazy("认领单位"), queryset=None, empty_label=None)
    is_overlap_known = forms.BooleanField(label=gettext_lazy("已知时间重叠，仍要认领"), required=False)

    def __init__(self, *args, slots, organisations, partners, is_divisible, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].queryset = slots
        self.fields["organisation"].queryset = organisations
        self.fields["plan"].seen_by = _("对方和街道看得到，不公开")
        self.is_divisible = is_divisible
        self.fields["quantity"].required = is_divisible
        for number in range(1, self.PARTNERS + 1):
            self.fields[f"partner_{number}"] = forms.ModelChoiceField(
                label=_("第 %(number)s 个单位") % {"number": number},
                queryset=partners,
                required=False,
                empty_label=_("不选"),
            )
            self.fields[f"part_{number}"] = WholeNumberField(
                label=_("分担数量"), min_value=1, max_value=100_000, required=False
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The partner and its quantity, row by row."""
        return [(self[f"partner_{n}"], self[f"part_{n}"]) for n in range(1, self.PARTNERS + 1)]

    @property
    def has_partners(self) -> bool:
        return any(field.value() or field.errors for row in self.rows for field in row)

    def clean(self):
        data = super().clean()
        data["shares"] = []
        for number in range(1, self.PARTNERS + 1):
            partner, part = data.pop(f"partner_{number}", None), data.pop(f"part_{number}", None)
            if partner and part:
                data["shares"].append((partner, part))
            elif partner and f"part_{number}" not in self.errors:
                self.add_error(f"part_{number}", _("请填写这个单位分担的数量。"))
            elif part and f"partner_{number}" not in self.errors:
                self.add_error(f"partner_{number}", _("请选择由哪个单位分担，或删去这个数量。"))
        if not self.is_divisible and data.get("slot"):
            # The whole of it: what the partners leave is the claimant's own.
            data["quantity"] = data["slot"].quantity - sum(part for _unit, part in data["shares"])
        return data


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
        choices=[("", gettext_lazy("请选择")), *NAMED_CAUSE_CHOICES],
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


class PassForm(WithdrawForm):
    """To which unit a claim is passed on, and why."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("转交给"), queryset=None, empty_label=gettext_lazy("请选择")
    )
    field_order = ("to", "cause", "reason")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = units


class DeclineShareForm(forms.Form):
    """Why a unit takes no part in a joint claim."""

    reason = forms.CharField(label=gettext_lazy("不参加的原因"), max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("一起认领的单位和发布方看得到")


class PriorityForm(forms.Form):
    """How far a waiting claim goes before others, and why."""

    priority = WholeNumberField(
        label=gettext_lazy("优先级"),
        min_value=0,
        max_value=9,
        help_text=gettext_lazy("0 表示不优先，数字大的排在前面，最大 9。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("优先的原因"),
        required=False,
        max_length=Claim._meta.get_field("priority_reason").max_length,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("候补的单位都看得到")
