"""Why a proposal does not suit."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Dismissal
from projects.models.dismissal import DismissalCause


class DismissForm(forms.Form):
    """A cause to choose, a line to add; `other` is the listing that was proposed."""

    other = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)
    cause = forms.ChoiceField(
        label=gettext_lazy("为什么不适合"), choices=DismissalCause.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("补充说明"),
        required=False,
        max_length=Dismissal._meta.get_field("words").max_length,
        help_text=gettext_lazy("选“其他原因”时请写一句。"),
    )

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = others
        self.fields["words"].seen_by = _("本单位和街道看得到，对方看不到")
