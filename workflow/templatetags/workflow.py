"""How every page writes a date, a deadline, a number, a state, an icon and a form control."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import segno
from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from workflow.forms import sentences
from workflow.workdays import Calendar

register = template.Library()

ONE_DAY = dt.timedelta(days=1)


def _is_english() -> bool:
    """Whether the page is English. Date patterns are formats, so they stay out of the catalogue."""
    return (get_language() or "").startswith("en")


def _date(day: dt.date, *, year: bool = True, weekday: bool = False) -> str:
    """A day in the page's language. Django's Chinese short weekday is 星期六; people write 周六."""
    if _is_english():
        name = f" ({dateformat.format(day, 'D')})" if weekday else ""
        return dateformat.format(day, "j F Y" if year else "j F") + name
    name = f"（周{'一二三四五六日'[day.weekday()]}）" if weekday else ""
    return dateformat.format(day, "Y年n月j日" if year else "n月j日") + name


def _local(value: dt.date) -> dt.date:
    """An aware moment in the time zone of the page; a plain date or naive moment as it is."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _day(value: dt.date) -> dt.date:
    """The calendar day on which `value` falls for the reader."""
    value = _local(value)
    return value.date() if isinstance(value, dt.datetime) else value


# --- Dates ----------------------------------------------------------------------------------------
@register.filter
def cn_date(value: dt.date | None) -> str:
    """2026年11月21日, or 21 November 2026; nothing for nothing."""
    return _date(_day(value)) if value else ""


@register.filter
def cn_datetime(value: dt.date | None) -> str:
    """2026年11月21日（周六）14:05, or 21 November 2026 (Sat) 14:05."""
    if not value:
        return ""
    gap = " " if _is_english() else ""
    return f"{_date(_day(value), weekday=True)}{gap}{cn_time(value)}"


@register.filter
def cn_day(value: dt.date | None) -> str:
    """11月21日（周六）: for a line that is read this year. Another year is written out."""
    if not value:
        return ""
    day = _day(value)
    return _date(day, year=day.year != timezone.localdate().year, weekday=True)


@register.filter
def cn_time(value: dt.date | None) -> str:
    """14:05, on the reader's clock."""
    return dateformat.format(_local(value), "H:i") if value else ""


@register.filter
def cn_until(value: dt.datetime | None) -> str:
    """11月25日（周三）24:00: the end of a hold; midnight is read as the end of the day before it."""
    if not value:
        return ""
    last = _local(value)
    gap = " " if _is_english() else ""
    if _is_midnight(last):
        return f"{cn_day(_day(last) - ONE_DAY)}{gap}24:00"
    return f"{cn_day(value)}{gap}{cn_time(value)}"


@register.filter
def cn_period(start: Any, end: Any = None) -> str:
    """The words for a slot's half-open interval, given as start and end or as one database range.

    Without both ends: any time. Midnight to midnight is read as whole days, so the last day is the
    one before the end.
    """
    if hasattr(start, "lower") and hasattr(start, "upper"):
        start, end = start.lower, start.upper
    if start is None and end is None:
        return _("时间不限")
    if end is None:
        return _("%(start)s 起") % {"start": _moment(start)}
    if start is None:
        return _("%(end)s 前") % {"end": _moment(end)}
    first, last = _local(start), _local(end)
    if _is_midnight(first) and _is_midnight(last):
        last_day = _day(last) - ONE_DAY if isinstance(last, dt.datetime) else _day(last)
        if last_day <= _day(first):
            return cn_date(first)
        return _("%(start)s 至 %(end)s") % {"start": cn_date(first), "end": cn_date(last_day)}
    if _day(first) == _day(last):
        return f"{cn_datetime(start)}–{cn_time(end)}"
    return _("%(start)s 至 %(end)s") % {"start": cn_datetime(start), "end": cn_datetime(end)}


def _is_midnight(value: dt.date) -> bool:
    return not isinstance(value, dt.datetime) or value.time() == dt.time.min


def _moment(value: dt.date) -> str:
    return cn_date(value) if _is_midnight(_local(value)) else cn_datetime(value)


# --- Deadlines ------------------------------------------------------------------------------------
@register.filter
def due_words(due: dt.date | None) -> str:
    """How far off a deadline is, in working days: 剩 3 个工作日, 今天到期, 已逾期 2 个工作日."""
    if not due:
        return ""
    today, day = timezone.localdate(), _day(due)
    if day == today:
        return _("今天到期")
    if day > today:
        left = Calendar().workdays_between(today, day)
        if not left:
            return _("剩不到 1 个工作日")
        return ngettext("剩 %(days)s 个工作日", "剩 %(days)s 个工作日", left) % {"days": left}
    late = Calendar().workdays_between(day, today)
    if not late:
        return _("已逾期")
    return ngettext("已逾期 %(days)s 个工作日", "已逾期 %(days)s 个工作日", late) % {"days": late}


@register.filter
def due_tone(due: dt.date | None) -> str:
    """The class that goes with `due_words`: late, soon (today or the next working day) or nothing."""
    if not due:
        return ""
    today, day = timezone.localdate(), _day(due)
    if day < today:
        return "late"
    return "soon" if Calendar().workdays_between(today, day) <= 1 else ""


# --- Numbers --------------------------------------------------------------------------------------
@register.filter
def num(value: Decimal | float | None, places: int | None = None) -> str:
    """1,234.50: thousands apart, as many decimals as asked for or as the value has; 尚无数据 without one."""
    if value is None or value == "":
        return _("尚无数据")
    return f"{value:,}" if places is None else f"{value:,.{int(places)}f}"


@register.filter
def money(value: Decimal | float | None) -> str:
    """An amount with its unit: 1,234.50 元."""
    return _("%(amount)s 元") % {"amount": num(value, 2)} if value not in (None, "") else num(None)


# --- Marks ----------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str) -> SafeString:
    """One drawing of static/img/icons.svg. It never stands alone: a word goes beside it."""
    return format_html(
        '<svg class="i" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.inclusion_tag("components/chip.html")
def chip(state: object) -> dict[str, object]:
    """A state as shape, word and tint; `state` carries tone (go, ok, warn, bad, mute), icon and label."""
    return {"state": state}


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """`text` as a QR code drawn in the page, dark on white in every theme; `label` is read aloud."""
    code = segno.make(str(text), error="m", micro=False)
    drawing = code.svg_inline(
        scale=4, border=4, dark="#18262b", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    # Only the matrix of dark and light squares comes from `text`; no character of it reaches the page.
    opening = format_html('<svg role="img" aria-label="{}" ', label or _("二维码"))
    return mark_safe(opening + drawing.removeprefix("<svg "))  # noqa: S308


# --- Forms ----------------------------------------------------------------------------------------
@register.simple_tag
def form_token() -> SafeString:
    """A fresh request key: the same form sent twice is then answered once and acted on once."""
    return format_html('<input type="hidden" name="form_token" value="{}">', uuid4().hex)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's own widget in the page's dress; Django adds aria-invalid and the described-by ids."""
    if field.widget_type in {"radioselect", "checkboxselectmultiple", "checkbox"}:
        return field.as_widget()
    classes = [field.field.widget.attrs.get("class", ""), "input"]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


register.filter(sentences)


@register.filter
def anchor(field: BoundField) -> str:
    """The id that a link in the error summary jumps to: the control, or the first of a group."""
    return field.id_for_label or f"{field.auto_id}_0"
