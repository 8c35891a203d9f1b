"""The questions by which somebody says that a time comes again every week or every month."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Recurrence
from projects.recurrence import Rule, weekday_name
from projects.states import OnHoliday, Pattern
from workflow.forms import ClockField, DateField, WholeNumberField


class RecurrenceFields(forms.Form):
    """A part of the listing's form; nothing chosen means that no time comes again."""

    pattern = forms.ChoiceField(
        label=gettext_lazy("多久一次"),
        required=False,
        choices=[("", gettext_lazy("不重复")), *Pattern.choices],
        widget=forms.RadioSelect,
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("每周哪几天"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("选了“每周”才填。周末指不上班的周六、周日，调休上班的不算。"),
    )
    month_day = WholeNumberField(
        label=gettext_lazy("每月几号"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=gettext_lazy("选了“每月”才填，例如 26。没有这一天的月份停一次。"),
    )
    from_time = ClockField(
        label=gettext_lazy("几点开始"), required=False, help_text=gettext_lazy("例如 9:30。")
    )
    until_time = ClockField(label=gettext_lazy("几点结束"), required=False)
    first_on = DateField(
        label=gettext_lazy("从哪天起"), required=False, help_text=gettext_lazy("不填就从今天起。")
    )
    last_on = DateField(
        label=gettext_lazy("到哪天为止"),
        required=False,
        help_text=gettext_lazy("例如 2027年6月30日。最多 400 个时段。"),
    )
    on_holiday = forms.ChoiceField(
        label=gettext_lazy("遇法定节假日"),
        required=False,
        choices=OnHoliday.choices,
        initial=OnHoliday.SKIP,
        widget=forms.RadioSelect,
    )

    RULE = (
        "pattern",
        "weekdays",
        "month_day",
        "from_time",
        "until_time",
        "first_on",
        "last_on",
        "on_holiday",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["weekdays"].choices = [(number, weekday_name(number)) for number in range(1, 8)]
        for name in ("pattern", "weekdays", "on_holiday"):
            self.fields[name].is_short = True
        for name in self.RULE:
            self.fields[name].is_conditional = True

    def clean(self):
        data = super().clean()
        pattern = data.get("pattern")
        if not pattern:
            return data
        day = "weekdays" if pattern == Pattern.WEEKLY else "month_day"
        for name in (day, "from_time", "until_time", "last_on"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(_("请填写这一项。"), code="required"))
        data["first_on"] = data.get("first_on") or timezone.localdate()
        if data["first_on"] < timezone.localdate() and "first_on" not in self.errors:
            self.add_error("first_on", _("开始的日期已经过了。请改成今天或以后，或者不填。"))
        return data

    def rule(self, quantity: int) -> Rule | None:
        """What was answered, once the form is valid; None when nothing comes again."""
        data = self.cleaned_data
        if not data["pattern"]:
            return None
        is_weekly = data["pattern"] == Pattern.WEEKLY
        return Rule(
            Pattern(data["pattern"]),
            data["from_time"],
            data["until_time"],
            data["first_on"],
            data["last_on"],
            weekdays=frozenset(data["weekdays"]) if is_weekly else frozenset(),
            month_day=None if is_weekly else data["month_day"],
            on_holiday=OnHoliday(data["on_holiday"] or OnHoliday.SKIP),
            quantity=quantity,
        )


def initial_of(recurrence: Recurrence | None) -> dict:
    """What stands in the fields of a draft that has a rule."""
    if recurrence is None:
        return {}
    return {name: getattr(recurrence, name) for name in RecurrenceFields.RULE}
