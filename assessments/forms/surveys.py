"""What staff fill in to open a survey, deal codes and end it early."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments import rules
from assessments.states import SurveyGrade
from members.models import Organisation
from workflow.forms import DateField, WholeNumberField


class OpenSurveyForm(forms.Form):
    """`organisations`: in whose name the person may ask; None when a delivery decides that."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("由谁发起"), empty_label=_("请选择")
    )
    title = forms.CharField(
        label=_("标题"),
        max_length=80,
        help_text=_("居民打开页面最先看到的一句，例如“2026年下半年满意度测评”。"),
    )
    about = forms.CharField(
        label=_("做了什么"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一两句话，让居民知道问的是哪件事。不写个人姓名。"),
    )
    questions = forms.CharField(
        label=_("问题"),
        # What residents are asked is in their language, whatever the language of the desk.
        widget=forms.Textarea(attrs={"rows": 6, "lang": "zh-hans"}),
        help_text=_(
            "每行一个，最多 8 个，都用“非常满意”到“不了解”回答。第 1 题是总满意率，必答。发起后不能再改。"
        ),
    )
    grade = forms.ChoiceField(
        label=_("测评级别"),
        choices=SurveyGrade.choices,
        initial=SurveyGrade.CODED,
        widget=forms.RadioSelect,
        help_text=_(
            "抽样：码只发给抽中的住户，结果带误差范围。凭码：码发给参加的人，结果注明不能代表全体居民。"
        ),
    )
    closes_on = DateField(
        label=_("截止日期"), help_text=_("当天 24:00 截止，过后不能再填。例如 2026-12-01。")
    )

    def __init__(self, *args, organisations=None, **kwargs):
        super().__init__(*args, **kwargs)
        if organisations is None:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].queryset = organisations

    def clean_questions(self):
        """The lines as a list."""
        return self.cleaned_data["questions"].splitlines()


class IssueCodesForm(forms.Form):
    """How many slips to print. `dealt_before` carries what the page showed, against a second press."""

    count = WholeNumberField(
        label=_("发多少份"),
        min_value=1,
        max_value=rules.MAX_CODES_AT_ONCE,
        help_text=_("一户一份，一次最多 1000 份。发出的份数就是回收率的分母，请按实际需要填写。"),
    )
    dealt_before = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class CloseSurveyForm(forms.Form):
    """Ending a survey before its last day takes a reason."""

    reason = forms.CharField(
        label=_("提前结束的原因"),
        max_length=200,
        help_text=_("会记入改动记录。结束后立即启封，不能再填，也不能撤回。"),
    )

    def __init__(self, *args, is_early: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_early:
            del self.fields["reason"]
