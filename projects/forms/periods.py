"""The form that asks for a period."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from projects.reports.periods import Period


class PeriodForm(forms.Form):
    """A year from `since` on, and one of its quarters or all of it; nothing chosen means this year."""

    year = forms.TypedChoiceField(label=gettext_lazy("年份"), coerce=int, empty_value=None, required=False)
    quarter = forms.TypedChoiceField(
        label=gettext_lazy("季度"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[
            ("", gettext_lazy("全年")),
            (1, gettext_lazy("第一季度")),
            (2, gettext_lazy("第二季度")),
            (3, gettext_lazy("第三季度")),
            (4, gettext_lazy("第四季度")),
        ],
    )

    def __init__(self, data, *, since: int):
        super().__init__(data)
        self.this_year = timezone.localdate().year
        years = range(max(self.this_year, since), since - 1, -1)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["year"].initial = self.this_year

    def period(self) -> Period:
        """What was chosen, once the form is valid."""
        return Period(self.cleaned_data["year"] or self.this_year, self.cleaned_data["quarter"])
