"""The shape of what is said to minutes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.forms.speakers import SpeakerForm
from alliances.states import MinutesVerdict
from members.models import Organisation


class ConfirmForm(SpeakerForm):
    """The word of one unit; `organisations` are those that the person speaks for and that have not answered."""

    organisation = forms.ModelChoiceField(
        label=_("以哪个单位的名义"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )
    verdict = forms.ChoiceField(
        label=_("对这一稿纪要"), choices=MinutesVerdict.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("异议内容"),
        required=False,
        max_length=500,
        help_text=_("有异议才填写：哪一处不对，应当怎样写。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    too_late = _("这个单位对这一稿已经答复过，每个单位答复一次。如需更正，请联系召集单位。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].seen_by = _("本联盟的成员单位和主办组织看得到，不公开")


class ReviseMinutesForm(forms.Form):
    reason = forms.CharField(
        label=_("退回修改的原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("请过确认的单位看得到")
