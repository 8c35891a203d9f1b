"""The shape of HTML input about a computation."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import scoring
from assessments.models import Scheme
from workflow.forms import DateField
from workflow.templatetags.workflow import cn_date

QUARTER, YEAR, OTHER = "quarter", "year", "other"


def presets(today: dt.date) -> dict[str, tuple[dt.date, dt.date]]:
    """The last quarter that is over, and this year until today."""
    return {QUARTER: scoring.quarter_before(today), YEAR: (today.replace(month=1, day=1), today)}


class ComputeForm(forms.Form):
    """Alliance, period (a preset or two days) and, where it is not the adopted one, the scheme."""

    alliance = forms.ModelChoiceField(
        label=gettext_lazy("联盟"), queryset=None, empty_label=gettext_lazy("请选择")
    )
    period = forms.ChoiceField(label=gettext_lazy("哪一期"), widget=forms.RadioSelect, initial=QUARTER)
    starts_on = DateField(
        label=gettext_lazy("起始日期"),
        required=False,
        help_text=gettext_lazy("选“另定日期”时填，例如 2026年4月1日。"),
    )
    ends_on = DateField(
        label=gettext_lazy("截止日期"),
        required=False,
        help_text=gettext_lazy("选“另定日期”时填，这一天也算在内。"),
    )
    scheme = forms.ModelChoiceField(
        label=gettext_lazy("考核方案"),
        queryset=Scheme.objects.none(),
        required=False,
        empty_label=gettext_lazy("截止日期当天采用的方案"),
    )

    def __init__(self, *args, alliances, schemes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alliance"].queryset = alliances
        self.fields["scheme"].queryset = schemes
        self._presets = presets(timezone.localdate())
        words = {
            QUARTER: _("上一季度（%(start)s 至 %(end)s）"),
            YEAR: _("今年到今天（%(start)s 至 %(end)s）"),
        }
        self.fields["period"].choices = [
            *(
                (name, words[name] % {"start": cn_date(start), "end": cn_date(end)})
                for name, (start, end) in self._presets.items()
            ),
            (OTHER, _("另定日期")),
        ]

    def clean(self):
        values = super().clean()
        period = values.pop("period", OTHER)
        if period in self._presets:
            values["starts_on"], values["ends_on"] = self._presets[period]
            return values
        for name in ("starts_on", "ends_on"):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(_("请填写这个日期，或选上面的一期。")))
        return values
