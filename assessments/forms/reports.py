"""The shape of HTML input about a report."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.templatetags.workflow import cn_date


class CorrectForm(forms.Form):
    """A new version of a report: over which run, and why."""

    run = forms.ModelChoiceField(label=gettext_lazy("用哪一次计分"), queryset=None, empty_label=None)
    reason = forms.CharField(
        label=gettext_lazy("更正原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, runs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = runs
        self.fields["run"].label_from_instance = lambda run: (
            _("第 %(number)s 次，%(day)s")
            % {
                "number": run.number,
                "day": cn_date(run.computed_at),
            }
        )
        self.fields["reason"].seen_by = _("印在新版本上，区里看得到")
