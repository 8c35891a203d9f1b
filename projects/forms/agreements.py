"""Forms of an agreement: its terms, a new version, the review, and the signature."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Agreement
from workflow.forms import DateField


class SignForm(forms.Form):
    """The hash of the text that was read, and the word of whoever signs."""

    text_hash = forms.CharField(label=gettext_lazy("正文校验值"), max_length=64, widget=forms.HiddenInput)
    agree = forms.BooleanField(label=gettext_lazy("我已阅读全文，代表本单位签署"), required=False)

    def clean_agree(self):
        if not self.cleaned_data["agree"]:
            raise forms.ValidationError(_("请先勾选“我已阅读全文，代表本单位签署”。"), code="unread")
        return True


class TermForm(forms.Form):
    """What both add to the words that come from the claims."""

    term_from = DateField(
        label=gettext_lazy("协议起始"),
        required=False,
        help_text=gettext_lazy("例如 2026年12月1日。起止都不填，就到各项办结为止。"),
    )
    term_until = DateField(label=gettext_lazy("协议期满"), required=False)
    review_on = DateField(
        label=gettext_lazy("回顾日期"),
        required=False,
        help_text=gettext_lazy("到这一天，双方都会收到提醒，一起看看履行得怎么样。"),
    )
    extra = forms.CharField(
        label=gettext_lazy("补充约定"),
        required=False,
        max_length=Agreement._meta.get_field("extra").max_length,
        help_text=gettext_lazy("一行写一条，系统会编号。共建事项、数量和时间已经从认领里取来，不用再写。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class NewVersionForm(TermForm):
    """The terms of a new version, and why there is one."""

    reason = forms.CharField(
        label=gettext_lazy("变更原因"),
        max_length=Agreement._meta.get_field("change_reason").max_length,
        help_text=gettext_lazy("会写进新版本的正文。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["reason"]


class DropVersionForm(forms.Form):
    """Why a new version is given up."""

    reason = forms.CharField(
        label=gettext_lazy("放弃的原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReviewForm(forms.Form):
    """What was found when both looked back, and when they do so again."""

    note = forms.CharField(
        label=gettext_lazy("回顾情况"),
        max_length=Agreement._meta.get_field("review_note").max_length,
        help_text=gettext_lazy("一两句话：办得怎么样，还要改什么。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    review_on = DateField(
        label=gettext_lazy("下次回顾日期"), required=False, help_text=gettext_lazy("不再回顾的，不填。")
    )
