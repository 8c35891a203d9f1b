"""A resident's answers on their way from screen to screen; nothing of them is kept between two posts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments import rules
from assessments.states import Scale


class AnswerForm(forms.Form):
    """The code, one choice for each question, a remark, and whether a helper typed."""

    code = forms.CharField(
        label=_("测评码"),
        max_length=40,
        error_messages={"max_length": _("这个码太长了。请对照纸条再输一遍。")},
    )
    remark = forms.CharField(label=_("意见"), max_length=rules.MAX_REMARK, required=False)
    is_assisted = forms.BooleanField(label=_("由家人代填"), required=False)

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for number, _question in enumerate(questions, start=1):
            self.fields[f"q{number}"] = forms.TypedChoiceField(
                label=_("第 %(number)s 题") % {"number": number},
                choices=Scale.choices,
                coerce=lambda value: Scale(int(value)),
                empty_value=None,
                required=False,
            )

    @property
    def choices(self) -> list[Scale | None]:
        """The choices in the order of the questions, after validation."""
        return [self.cleaned_data.get(f"q{number}") for number in range(1, len(self.questions) + 1)]
