"""Form fields that read what people type: dates, moments and numbers in every common Chinese form."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from workflow.search import check_query

_DATE = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$|^(\d{4})(\d{2})(\d{2})$"
)
_TIME = re.compile(r"^(\d{1,2})[:时点](\d{1,2})?分?$")
#: Years that people mean. 0026 is a slip, and moments of the year 1 fall out of the database in UTC.
_YEARS = range(1900, 3000)
_RELATIVE = {"昨天": -1, "今天": 0, "明天": 1, "后天": 2, "yesterday": -1, "today": 0, "tomorrow": 1}


class Renderer(TemplatesSetting):
    """Forms in the product's own look, from templates/forms/."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


def read_date(text: str) -> date:
    """2026-11-21, 2026/11/21, 2026.11.21, 20261121, 2026年11月21日, full-width digits, 今天, 明天.

    Raises `ValueError` on anything else, 2026年2月30日 and years far away included.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text.lower() in _RELATIVE:
        return timezone.localdate() + timedelta(days=_RELATIVE[text.lower()])
    match = _DATE.match(text)
    if not match:
        raise ValueError(text)
    year, month, day = (int(part) for part in match.groups() if part is not None)
    if year not in _YEARS:
        raise ValueError(text)
    return date(year, month, day)


def read_moment(text: str) -> datetime:
    """A date as in `read_date`, then a time as 9:30, 9时30分 or 9点; returned aware, local time."""
    text = unicodedata.normalize("NFKC", text).strip().replace("T", " ")
    parts = re.match(r"^(.*?[日号]|\S+)\s*(\d{1,2}[:时点].*)$", text)
    if not parts:
        raise ValueError(text)
    clock = _TIME.match(parts.group(2).strip()[:5] if ":" in parts.group(2) else parts.group(2).strip())
    if not clock:
        raise ValueError(text)
    moment = datetime.combine(
        read_date(parts.group(1)), time(int(clock.group(1)), int(clock.group(2) or 0))
    )
    return timezone.make_aware(moment)


class DateField(forms.DateField):
    """A date; see `read_date` for the accepted forms."""

    default_error_messages = {"invalid": _("日期无法识别。请按 2026年11月21日 或 2026-11-21 填写。")}

    def to_python(self, value):
        if isinstance(value, str) and value.strip():
            try:
                return read_date(value)
            except ValueError as error:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)

    def prepare_value(self, value):
        """A day that stands in the field already is written as the hint beside it writes days."""
        if not isinstance(value, date):
            return value
        is_chinese = (get_language() or "").startswith("zh")
        return f"{value.year}年{value.month}月{value.day}日" if is_chinese else value.isoformat()


class MomentField(forms.DateTimeField):
    """A date with a time; see `read_moment` for the accepted forms."""

    default_error_messages = {"invalid": _("时间无法识别。请按 2026-11-21 09:30 填写。")}

    def to_python(self, value):
        if isinstance(value, str) and value.strip():
            try:
                return read_moment(value)
            except ValueError as error:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)


class ClockField(forms.TimeField):
    """A time of day: 9:30, 0930, 9时30分 or 9点, full-width characters read."""

    default_error_messages = {"invalid": _("时间无法识别。请按 09:30 填写。")}

    widget = forms.TimeInput(format="%H:%M", attrs={"class": "short"})

    def to_python(self, value):
        if isinstance(value, str) and value.strip():
            text = unicodedata.normalize("NFKC", value).strip()
            clock = _TIME.match(text) or re.match(r"^(\d{2})(\d{2})$", text)
            try:
                return time(int(clock.group(1)), int(clock.group(2) or 0))
            except (AttributeError, ValueError) as error:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)


class WholeNumberField(forms.IntegerField):
    """A whole number; full-width digits and thousands commas are read.

    The control is a text line with the number keypad: a browser's own number control refuses full-width
    digits and changes the value under a scrolling wheel.
    """

    widget = forms.TextInput

    def widget_attrs(self, widget):
        return {"inputmode": "numeric", "class": "short"}

    default_error_messages = {"invalid": _("请填写整数，例如 50。")}

    def to_python(self, value):
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").strip()
        return super().to_python(value)


class QueryForm(forms.Form):
    """What a search is asked for; see workflow/search.py."""

    q = forms.CharField(
        label=_("字词"),
        required=False,
        validators=[check_query],
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


def sentences(field: forms.BoundField) -> list[str]:
    """The field's errors, each a sentence with the field's name and the remedy.

    Summary and field show the same words. Django's own messages name neither, and its Chinese is rough.
    """
    return [_sentence(field, error) for error in field.errors.as_data()]


def _sentence(field: forms.BoundField, error: forms.ValidationError) -> str:
    params = error.params or {}
    words = {
        "field": field.label,
        "label": field.label,
        "most": params.get("limit_value"),
        "least": params.get("limit_value"),
        "length": params.get("show_value"),
    }
    if error.code == "required":
        is_choice = isinstance(field.field, forms.ChoiceField)
        return (gettext("请选择“%(field)s”") if is_choice else gettext("请填写“%(field)s”")) % words
    if error.code == "max_length":
        return gettext("“%(label)s”有 %(length)s 个字，最多 %(most)s 个。请写短一些。") % words
    if error.code == "min_value":
        return gettext("“%(label)s”最少是 %(least)s。请改成 %(least)s 或更大的数。") % words
    if error.code == "max_value":
        return gettext("“%(label)s”最多是 %(most)s。请改成 %(most)s 或更小的数。") % words
    if error.code == "invalid_choice":
        return gettext("“%(label)s”里没有这一项。请从现在列出的选项中重新选择。") % words
    if error.code == "null_characters_not_allowed":
        return gettext("“%(label)s”里有不能保存的控制字符。请删去后重新填写。") % words
    message = " ".join(error.messages)
    if str(field.label) in message:
        return message
    return gettext("%(field)s：%(message)s") % {"field": field.label, "message": message}
