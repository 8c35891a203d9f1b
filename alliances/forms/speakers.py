"""For which of one's own units a word is given."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Organisation


class SpeakerForm(forms.Form):
    """The word of one of `organisations`; with a single one there is no choice, and nothing is asked.

    A page that was open while somebody else acted may still send a unit that has no word any more: that is
    told of the whole form, since there is no field left to put it right.
    """

    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none())
    #: What is said then: cause and remedy.
    too_late = _("这个单位现在不用再填写，多半是已经有人办过。请看页面上的最新情况。")

    def __init__(self, *args, organisations: Sequence[Organisation], **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
        field.initial = organisations[0].pk if len(organisations) == 1 else None
        if len(organisations) == 1:
            field.widget = forms.HiddenInput()

    def clean(self):
        values = super().clean()
        if any(error.code == "invalid_choice" for error in self.errors.as_data().get("organisation", ())):
            del self.errors["organisation"]
            raise forms.ValidationError(self.too_late)
        return values
