"""How a rule such as 每月26日 09:30–11:00 becomes intervals, and how rules are said and read in words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.states import OnHoliday, Pattern
from workflow.exceptions import BadInput
from workflow.templatetags.workflow import cn_date, cn_day
from workflow.workdays import Calendar

MOST_SLOTS = 400
#: A rule is walked day by day: nobody plans further ahead, and a slip in the year must not cost minutes.
MOST_YEARS = 5
WEEKEND = frozenset({6, 7})
_ONE_DAY = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"
#: The hours that a word for a part of the day stands for (our default; a draft can be changed).
_PARTS = {
    "上午": (time(9), time(11, 30)),
    "下午": (time(14), time(17)),
    "晚上": (time(19), time(21)),
}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\s*(?:至|到|~|-|—|–)\s*(\d{1,2}):(\d{2})")
_MONTHLY = re.compile(r"^每个?月\s*的?\s*(\d{1,2})\s*[日号]")
_WEEKLY = re.compile(r"^(?:每个?)?(?:周|星期|礼拜)([周一二三四五六日天、,至到~-]+)(?!\s*[次场回期])")
_DAYS_WORDS = (
    (re.compile(r"^每天|^每日"), frozenset(range(1, 8))),
    (re.compile(r"^(?:每个?)?(?:周末|双休日)"), WEEKEND),
)
_HOLIDAY_WORDS = ((("顺延",), OnHoliday.MOVE), (("照常",), OnHoliday.KEEP))


@dataclass(frozen=True)
class Rule:
    """Every week on `weekdays` (ISO, Monday is 1) or every month on `month_day`, from one hour to another.

    From `first_on` up to and including `last_on`, in local time, never over midnight; `quantity` each time.
    """

    pattern: Pattern
    from_time: time
    until_time: time
    first_on: date
    last_on: date
    weekdays: frozenset[int] = frozenset()
    month_day: int | None = None
    on_holiday: OnHoliday = OnHoliday.SKIP
    quantity: int = 1


@dataclass
class Expansion:
    """The days of a rule in order, and what the calendar did to the others.

    `moved` has the holiday and the working day that stands for it; `skipped` the days left out for a
    holiday, `worked` the weekend days that are worked, `short` the first days of months that lack the day;
    `guessed` is the first day of a year whose holidays nobody has announced yet.
    """

    days: list[date] = field(default_factory=list)
    moved: list[tuple[date, date]] = field(default_factory=list)
    skipped: list[date] = field(default_factory=list)
    worked: list[date] = field(default_factory=list)
    short: list[date] = field(default_factory=list)
    guessed: date | None = None


def check_rule(rule: Rule) -> None:
    """Raise `BadInput` with the field unless the rule can be walked."""
    if rule.pattern == Pattern.WEEKLY and not (rule.weekdays and rule.weekdays <= set(range(1, 8))):
        raise BadInput(_("请选择每周哪几天。"), field="weekdays")
    if rule.pattern == Pattern.MONTHLY and rule.month_day not in range(1, 32):
        raise BadInput(_("请填写每月几号，1 到 31 之间。"), field="month_day")
    if rule.until_time <= rule.from_time:
        raise BadInput(
            _("结束时间要晚于开始时间，也不能跨过半夜十二点。跨夜的时间请写到 23:59，第二天的另登一条。"),
            field="until_time",
        )
    if rule.last_on < rule.first_on:
        raise BadInput(_("最后一天要不早于第一天。请改正其中一个。"), field="last_on")
    if rule.last_on.year - rule.first_on.year > MOST_YEARS:
        raise BadInput(
            _("一条规则最长写 %(years)s 年。请把最后一天改早一些。") % {"years": MOST_YEARS},
            field="last_on",
        )
    # A working day is no weekend morning, whatever it stands for.
    if rule.on_holiday == OnHoliday.MOVE and rule.weekdays & WEEKEND:
        raise BadInput(_("周末的时段不能顺延到工作日。请改选“停一次”或“照常”。"), field="on_holiday")


def walk(rule: Rule, calendar: Calendar) -> Expansion:
    """The days of `rule` by `calendar`; raises `BadInput` when there is none or more than `MOST_SLOTS`."""
    check_rule(rule)
    found = Expansion()
    days = set()
    for day in _days_of(rule, found.short):
        if found.guessed is None and calendar.is_guess(day):
            found.guessed = day
        if rule.pattern == Pattern.WEEKLY and day.isoweekday() in WEEKEND and calendar.is_workday(day):
            found.worked.append(day)
        elif rule.on_holiday == OnHoliday.KEEP or not calendar.is_public_holiday(day):
            days.add(day)
        elif rule.on_holiday == OnHoliday.MOVE and (to := calendar.add(day, 1)) <= rule.last_on:
            found.moved.append((day, to))
            days.add(to)
        else:
            found.skipped.append(day)
    found.days = sorted(days)
    if not found.days:
        raise BadInput(_("按这个规则一次也排不上。请把最后一天改晚一些，或者改选日子。"), field="last_on")
    if len(found.days) > MOST_SLOTS:
        words = {
            "count": len(found.days),
            "most": MOST_SLOTS,
            "day": cn_date(found.days[MOST_SLOTS - 1]),
        }
        raise BadInput(
            _(
                "按这个规则有 %(count)s 个时段，最多 %(most)s 个。请把最后一天改为 %(day)s 或更早，或者少选几天。"
            )
            % words,
            field="last_on",
        )
    return found


def slots_on(rule: Rule, days: list[date]) -> list[tuple[datetime, datetime, int]]:
    """The half-open intervals of `rule` on `days`, aware, in order, each with its quantity."""
    return [
        (
            timezone.make_aware(datetime.combine(day, rule.from_time)),
            timezone.make_aware(datetime.combine(day, rule.until_time)),
            rule.quantity,
        )
        for day in days
    ]


def next_period(rule: Rule) -> Rule:
    """The same rule for the time after it, as long as it was: whole months stay whole months."""
    first = rule.last_on + _ONE_DAY
    return replace(rule, first_on=first, last_on=shifted_end(rule.first_on, rule.last_on))


def shifted_end(first: date, last: date) -> date:
    """The last day of the period that follows `first`–`last` and is as long.

    A period of whole months (from one day of the month to the day before it) is followed by as many months;
    any other by as many days.
    """
    after = last + _ONE_DAY
    months = (after.year - first.year) * 12 + after.month - first.month
    if months and after.day == first.day:
        index = after.month - 1 + months
        year, month = after.year + index // 12, index % 12 + 1
        return date(year, month, min(after.day, _month_length(year, month))) - _ONE_DAY
    return last + (after - first)


# --- In words -------------------------------------------------------------------------------------
def in_words(rule: Rule) -> str:
    """每月26日 09:30–11:00，遇法定节假日顺延到下一个工作日; `read_rule` reads it back."""
    words = {"when": _days_in_words(rule), "hours": f"{rule.from_time:%H:%M}–{rule.until_time:%H:%M}"}
    if rule.on_holiday == OnHoliday.MOVE:
        return _("%(when)s %(hours)s，遇法定节假日顺延到下一个工作日") % words
    if rule.on_holiday == OnHoliday.KEEP:
        return _("%(when)s %(hours)s，法定节假日照常") % words
    return _("%(when)s %(hours)s，遇法定节假日停一次") % words


def remarks(rule: Rule, found: Expansion) -> list[str]:
    """What the reader of the dates should know: days moved, left out, missing, not announced yet."""
    lines = []
    for day, to in found.moved:
        lines.append(_("%(day)s是法定节假日，顺延到%(to)s。") % {"day": cn_day(day), "to": cn_day(to)})
    if found.skipped:
        days = _("、").join(cn_day(day) for day in found.skipped)
        lines.append(_("遇法定节假日停：%(days)s。") % {"days": days})
    if found.worked:
        days = _("、").join(cn_day(day) for day in found.worked)
        lines.append(_("调休上班，不算周末：%(days)s。") % {"days": days})
    if found.short:
        months = _("、").join(
            _("%(year)s年%(month)s月") % {"year": day.year, "month": day.month} for day in found.short
        )
        words = {"months": months, "day": rule.month_day}
        lines.append(_("没有 %(day)s 日的月份停一次：%(months)s。") % words)
    if found.guessed:
        lines.append(_("%(year)s 年的放假安排还没有录入，暂按平常日子排。") % {"year": found.guessed.year})
    return lines


def read_rule(text: str, *, first_on: date, last_on: date) -> Rule | None:
    """每月26日 9:30-11:00, 每周六日上午, 周末上午: a rule for the given period; anything else is None.

    上午, 下午 and 晚上 stand for the hours of `_PARTS`.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    hours, days = _read_hours(plain), _read_days(plain)
    if hours is None or days is None:
        return None
    on_holiday = next(
        (choice for words, choice in _HOLIDAY_WORDS if any(word in plain for word in words)), OnHoliday.SKIP
    )
    pattern, weekdays, month_day = days
    rule = Rule(pattern, *hours, first_on, last_on, weekdays, month_day, on_holiday)
    try:
        check_rule(rule)
    except BadInput:
        return None
    return rule


def _read_hours(plain: str) -> tuple[time, time] | None:
    if match := _CLOCK.search(plain):
        numbers = [int(part) for part in match.groups()]
        try:
            return time(*numbers[:2]), time(*numbers[2:])
        except ValueError:
            return None
    return next((hours for word, hours in _PARTS.items() if word in plain), None)


def _read_days(plain: str) -> tuple[Pattern, frozenset[int], int | None] | None:
    if match := _MONTHLY.match(plain):
        return Pattern.MONTHLY, frozenset(), int(match.group(1))
    for words, weekdays in _DAYS_WORDS:
        if words.match(plain):
            return Pattern.WEEKLY, weekdays, None
    if match := _WEEKLY.match(plain):
        weekdays = _read_weekdays(match.group(1).replace("天", "日").replace("周", ""))
        return (Pattern.WEEKLY, weekdays, None) if weekdays else None
    return None


def _read_weekdays(text: str) -> frozenset[int]:
    """六日, 六、周日 and 一至五, each name once."""
    if span := re.fullmatch(r"([一二三四五六日])[至到~-]([一二三四五六日])", text):
        first, last = (_WEEKDAYS.index(name) + 1 for name in span.groups())
        return frozenset(range(first, last + 1))
    return frozenset(_WEEKDAYS.index(name) + 1 for name in text if name in _WEEKDAYS)


def _days_in_words(rule: Rule) -> str:
    if rule.pattern == Pattern.MONTHLY:
        return _("每月%(day)s日") % {"day": rule.month_day}
    if len(rule.weekdays) == 7:
        return _("每天")
    if rule.weekdays == WEEKEND:
        return _("每周末")
    days = sorted(rule.weekdays)
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return _("每%(first)s至%(last)s") % {"first": weekday_name(days[0]), "last": weekday_name(days[-1])}
    return _("每%(days)s") % {"days": _("、").join(weekday_name(day) for day in days)}


def weekday_name(number: int) -> str:
    """周一 to 周日, from 1 on."""
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return names[number - 1]


# --- Days -----------------------------------------------------------------------------------------
def _days_of(rule: Rule, short: list[date]) -> Iterator[date]:
    """The days of the rule before the calendar is asked; months without the day go to `short`."""
    if rule.pattern == Pattern.WEEKLY:
        count = (rule.last_on - rule.first_on).days + 1
        days = (rule.first_on + timedelta(days=number) for number in range(count))
        yield from (day for day in days if day.isoweekday() in rule.weekdays)
        return
    month = rule.first_on.replace(day=1)
    while month <= rule.last_on:
        length = _month_length(month.year, month.month)
        if rule.month_day > length:
            if rule.first_on <= month.replace(day=length) <= rule.last_on:
                short.append(month)
        elif rule.first_on <= (day := month.replace(day=rule.month_day)) <= rule.last_on:
            yield day
        month = (month + timedelta(days=31)).replace(day=1)


def _month_length(year: int, month: int) -> int:
    return ((date(year, month, 28) + timedelta(days=4)).replace(day=1) - _ONE_DAY).day
