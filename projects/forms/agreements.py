"""The form that signs an agreement."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SignForm(forms.Form):
    """The hash of the text that was read, and the word of whoever signs."""

    text_hash = forms.CharField(label=gettext_lazy("正文校验值"), max_length=64, widget=forms.HiddenInput)
    agree = forms.BooleanField(label=gettext_lazy("我已阅读全文，代表本单位签署"), required=False)

    def clean_agree(self):
        if not self.cleaned_data["agree"]:
            raise forms.ValidationError(_("请先勾选“我已阅读全文，代表本单位签署”。"), code="unread")
        return True
