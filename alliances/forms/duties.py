"""The shape of what is typed about duties; what the values may be, the actions say."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.forms.speakers import SpeakerForm
from alliances.models import Duty, DutyReport
from alliances.states import AppealKind
from members.models import Organisation
from workflow.forms import DateField


class _Units(forms.ModelChoiceField):
    """A choice among `units`, which are read once for all forms of the page."""

    def __init__(self, *, label, **kwargs):
        super().__init__(
            label=label, queryset=Organisation.objects.none(), empty_label=_("请选择"), **kwargs
        )

    def offer(self, units: Sequence[Organisation]) -> None:
        self.queryset = Organisation.objects.filter(pk__in=[one.pk for one in units])
        self.widget.choices = [("", self.empty_label), *((one.pk, str(one)) for one in units)]


def _reason(label=None, *, most: int = 500) -> forms.CharField:
    return forms.CharField(
        label=label or _("原因"), max_length=most, widget=forms.Textarea(attrs={"rows": 3})
    )


def _seen_by_alliance(form: forms.Form, name: str) -> None:
    form.fields[name].seen_by = _("联盟各单位看得到")  # type: ignore[attr-defined]  # read by the template


class UnitsForm(forms.Form):
    """A form that may ask for units; `units` are those offered."""

    def __init__(self, *args, units: Sequence[Organisation] = (), **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, _Units):
                field.offer(units)
        if "reason" in self.fields:
            _seen_by_alliance(self, "reason")


class DutyForm(UnitsForm):
    """A new duty under a decision."""

    title = forms.CharField(
        label=_("事项"),
        max_length=Duty._meta.get_field("title").max_length,
        help_text=_("一件事一条，例如“车库夜间向居民开放”。"),
    )
    lead = _Units(label=_("责任单位"))
    done_means = forms.CharField(
        label=_("办结标准"),
        max_length=Duty._meta.get_field("done_means").max_length,
        help_text=_("写清怎样算办完，例如“60 个车位每晚开放，连续 30 天”。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_on = DateField(label=_("时限"), help_text=_("例如 2026年12月31日。"))
    review_on = DateField(
        label=_("回访日期"), required=False, help_text=_("办结后哪一天再看一次效果。不早于时限。")
    )
    partner_1 = _Units(label=_("配合单位"), required=False)
    partner_2 = _Units(label=_("配合单位"), required=False)
    partner_3 = _Units(label=_("配合单位"), required=False)
    partner_4 = _Units(
        label=_("配合单位"), required=False, help_text=_("还有别的单位时，设立以后由责任单位请求协助。")
    )

    def clean(self):
        """`partners` from the four boxes: a box for each of sixty members would be a page of its own."""
        values = super().clean()
        chosen = [values.pop(f"partner_{number}", None) for number in range(1, 5)]
        values["partners"] = [one for one in chosen if one]
        return values


class ReportForm(SpeakerForm):
    """What one of `organisations` says of the work; `may_finish`: the lead unit is among them."""

    organisation = forms.ModelChoiceField(
        label=_("报告单位"), queryset=Organisation.objects.none(), empty_label=None
    )
    text = forms.CharField(
        label=_("进展"),
        max_length=DutyReport._meta.get_field("text").max_length,
        help_text=_("一两句话：做了什么，还差什么。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_final = forms.BooleanField(
        label=_("已经办结"), required=False, help_text=_("勾选后请召集单位核对销号。")
    )

    too_late = _("这个单位现在不用报告进展，事项已改由其他单位办理或已办结。请看页面上的最新情况。")

    def __init__(self, *args, organisations: Sequence[Organisation], may_finish: bool, **kwargs):
        super().__init__(*args, organisations=organisations, **kwargs)
        if organisations:
            self.fields["organisation"].initial = organisations[0].pk
        if not may_finish:
            del self.fields["is_final"]
        _seen_by_alliance(self, "text")


class FinishForm(forms.Form):
    """A word on the tick, if there is one."""

    note = forms.CharField(
        label=_("销号说明"),
        max_length=Duty._meta.get_field("close_note").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(UnitsForm):
    reason = _reason(most=200)


class ExtendForm(UnitsForm):
    due_on = DateField(label=_("新的时限"), help_text=_("例如 2026年12月31日。"))
    reason = _reason(most=200)


class ReassignForm(UnitsForm):
    lead = _Units(label=_("新的责任单位"))
    reason = _reason()


class HandBackForm(UnitsForm):
    """`units` are the host and the communities of the alliance."""

    to = _Units(label=_("退回给"))
    reason = _reason()


class HelpForm(UnitsForm):
    kind = forms.CharField(widget=forms.HiddenInput, initial=AppealKind.HELP.value, required=False)
    addressee = _Units(label=_("请谁协助"))
    reason = _reason(_("需要什么协助"))


class TransferForm(UnitsForm):
    kind = forms.CharField(widget=forms.HiddenInput, initial=AppealKind.TRANSFER.value, required=False)
    new_lead = _Units(label=_("建议转交给"))
    reason = _reason()


class EscalateForm(UnitsForm):
    kind = forms.CharField(widget=forms.HiddenInput, initial=AppealKind.ESCALATION.value, required=False)
    reason = _reason(_("需要区里协调什么"))


class AnswerForm(forms.Form):
    """The answer to a request, with words either way."""

    granted = forms.TypedChoiceField(
        label=_("是否同意"),
        choices=[("yes", _("同意")), ("no", _("不同意"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("答复"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _seen_by_alliance(self, "answer")
