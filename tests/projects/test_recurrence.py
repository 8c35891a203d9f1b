"""Rules become intervals as the calendar allows, and words become rules and words again."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st

from projects import recurrence
from projects.recurrence import MOST_SLOTS, WEEKEND, Rule
from projects.states import OnHoliday, Pattern
from workflow.exceptions import BadInput
from workflow.workdays import Calendar

MONTHLY = Rule(Pattern.MONTHLY, time(9, 30), time(11), date(2026, 1, 1), date(2026, 12, 31), month_day=26)
WEEKENDS = Rule(
    Pattern.WEEKLY, time(9), time(11, 30), date(2026, 1, 1), date(2026, 3, 31), weekdays=WEEKEND
)
HOURS = st.tuples(st.times(), st.times()).map(
    lambda pair: sorted(hour.replace(second=0, microsecond=0) for hour in pair)
)
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@st.composite
def rules(draw):
    """Any rule that can be walked."""
    from_time, until_time = draw(HOURS)
    assume(from_time < until_time)
    first_on = draw(DAYS)
    period = {"first_on": first_on, "last_on": first_on + timedelta(days=draw(st.integers(0, 800)))}
    if draw(st.booleans()):
        days = {"month_day": draw(st.integers(1, 31))}
        pattern, choices = Pattern.MONTHLY, OnHoliday.values
    else:
        days = {"weekdays": draw(st.frozensets(st.integers(1, 7), min_size=1))}
        pattern = Pattern.WEEKLY
        choices = [OnHoliday.SKIP, OnHoliday.KEEP] if days["weekdays"] & WEEKEND else OnHoliday.values
    on_holiday = OnHoliday(draw(st.sampled_from(choices)))
    return Rule(pattern, from_time, until_time, on_holiday=on_holiday, **period, **days)


def walked(rule):
    """The expansion, where the rule has one."""
    try:
        return recurrence.walk(rule, Calendar())
    except BadInput:
        assume(False)


def refusal(rule, calendar=None):
    with pytest.raises(BadInput) as refused:
        recurrence.walk(rule, calendar or Calendar())
    return refused.value


# --- Days -----------------------------------------------------------------------------------------
def test_walk_monthly_day_that_is_a_public_holiday_is_left_out():
    found = recurrence.walk(MONTHLY, Calendar())
    # 26 September 2026 is Mid-Autumn; the other eleven stand, weekends included.
    assert [day.month for day in found.days] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
    assert found.skipped == [date(2026, 9, 26)]


def test_walk_monthly_holiday_moves_to_the_next_working_day():
    found = recurrence.walk(replace(MONTHLY, on_holiday=OnHoliday.MOVE), Calendar())
    assert found.moved == [(date(2026, 9, 26), date(2026, 9, 28))]
    assert date(2026, 9, 28) in found.days
    assert len(found.days) == 12


def test_walk_holiday_is_kept_when_told_so():
    found = recurrence.walk(replace(MONTHLY, on_holiday=OnHoliday.KEEP), Calendar())
    assert [day.day for day in found.days] == [26] * 12


def test_walk_moved_past_the_last_day_is_left_out():
    rule = replace(MONTHLY, on_holiday=OnHoliday.MOVE, last_on=date(2026, 9, 27))
    assert recurrence.walk(rule, Calendar()).skipped == [date(2026, 9, 26)]


def test_walk_moved_onto_a_day_of_the_rule_counts_once():
    rule = Rule(
        Pattern.WEEKLY, time(9), time(10), date(2026, 6, 15), date(2026, 6, 26),
        weekdays=frozenset({1, 5}), on_holiday=OnHoliday.MOVE,
    )  # fmt: skip
    # Friday 19 June is the dragon boat festival; its next working day is Monday the 22nd, already there.
    days = recurrence.walk(rule, Calendar()).days
    assert days == [date(2026, 6, 15), date(2026, 6, 22), date(2026, 6, 26)]


def test_walk_worked_saturday_is_no_weekend_morning():
    found = recurrence.walk(WEEKENDS, Calendar())
    assert found.worked == [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)]
    assert not set(found.worked) & set(found.days)
    # In the spring festival there is none either.
    assert date(2026, 2, 21) in found.skipped


def test_walk_worked_saturday_is_left_out_though_holidays_are_kept():
    found = recurrence.walk(replace(WEEKENDS, on_holiday=OnHoliday.KEEP), Calendar())
    assert date(2026, 2, 21) in found.days
    assert date(2026, 2, 14) not in found.days


def test_walk_days_declared_by_the_staff_count():
    calendar = Calendar({date(2027, 3, 26): False, date(2027, 3, 27): True})
    spring = {"first_on": date(2027, 3, 1), "last_on": date(2027, 3, 31)}
    assert refusal(replace(MONTHLY, **spring), calendar).field == "last_on"
    assert date(2027, 3, 27) not in recurrence.walk(replace(WEEKENDS, **spring), calendar).days


@pytest.mark.parametrize(
    ("month_day", "year", "expected", "short"),
    [
        (31, 2026, 7, [2, 4, 6, 9, 11]),
        (30, 2026, 11, [2]),
        (29, 2026, 11, [2]),
        (29, 2028, 12, []),
    ],
)
def test_walk_day_that_a_month_lacks_is_left_out_and_said(month_day, year, expected, short):
    rule = replace(
        MONTHLY,
        month_day=month_day,
        on_holiday=OnHoliday.KEEP,
        first_on=date(year, 1, 1),
        last_on=date(year, 12, 31),
    )
    found = recurrence.walk(rule, Calendar())
    assert len(found.days) == expected
    assert [month.month for month in found.short] == short
    assert any("停一次" in line for line in recurrence.remarks(rule, found)) == bool(short)


def test_walk_says_when_holidays_are_not_announced():
    rule = replace(MONTHLY, first_on=date(2026, 12, 1), last_on=date(2027, 2, 28))
    found = recurrence.walk(rule, Calendar())
    assert "2027 年的放假安排还没有录入" in recurrence.remarks(rule, found)[0]


# --- Refusals -------------------------------------------------------------------------------------
def test_walk_too_many_says_how_many_and_the_day_that_would_do():
    daily = replace(
        WEEKENDS,
        weekdays=frozenset(range(1, 8)),
        on_holiday=OnHoliday.KEEP,
        first_on=date(2027, 1, 1),
        last_on=date(2028, 12, 31),
    )
    calendar = Calendar({date(2027, 1, 1) + timedelta(days=n): False for n in range(731)})
    refused = refusal(daily, calendar)
    assert refused.field == "last_on"
    assert "有 731 个时段，最多 400 个" in refused.sentence
    assert "2028年2月4日" in refused.sentence
    assert len(recurrence.walk(replace(daily, last_on=date(2028, 2, 4)), calendar).days) == MOST_SLOTS


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until_time": time(9, 30)}, "until_time"),
        ({"from_time": time(22), "until_time": time(6)}, "until_time"),
        ({"last_on": date(2025, 12, 31)}, "last_on"),
        ({"last_on": date(2060, 12, 31)}, "last_on"),
        ({"month_day": None}, "month_day"),
        ({"month_day": 32}, "month_day"),
        ({"pattern": Pattern.WEEKLY}, "weekdays"),
        ({"pattern": Pattern.WEEKLY, "weekdays": frozenset({8})}, "weekdays"),
        (
            {"pattern": Pattern.WEEKLY, "weekdays": WEEKEND, "on_holiday": OnHoliday.MOVE},
            "on_holiday",
        ),
        ({"first_on": date(2026, 1, 27), "last_on": date(2026, 2, 20)}, "last_on"),
    ],
)
def test_walk_refuses_a_rule_that_cannot_be(change, field):
    assert refusal(replace(MONTHLY, **change)).field == field


def test_walk_over_midnight_says_what_to_write():
    assert "23:59" in refusal(replace(MONTHLY, from_time=time(19), until_time=time(7, 30))).sentence


# --- Properties -----------------------------------------------------------------------------------
@given(rules())
def test_slots_are_in_order_apart_and_in_the_period(rule):
    found = walked(rule)
    slots = recurrence.slots_on(replace(rule, quantity=3), found.days)
    assert 1 <= len(slots) == len(found.days) <= MOST_SLOTS
    assert {quantity for _start, _end, quantity in slots} == {3}
    pairs = [(start, end) for start, end, _quantity in slots]
    assert all(start < end for start, end in pairs)
    assert all(one[1] <= two[0] for one, two in zip(pairs, pairs[1:], strict=False))
    for start, end in pairs:
        start, end = timezone.localtime(start), timezone.localtime(end)
        assert (start.time(), end.time()) == (rule.from_time, rule.until_time)
        assert start.date() == end.date()
        assert rule.first_on <= start.date() <= rule.last_on


@given(rules())
def test_days_follow_the_calendar(rule):
    found, calendar = walked(rule), Calendar()
    moved = {to for _day, to in found.moved}
    for day in found.days:
        if day in moved:
            assert calendar.is_workday(day)
            continue
        assert day.day == rule.month_day or day.isoweekday() in rule.weekdays
        assert rule.on_holiday == OnHoliday.KEEP or not calendar.is_public_holiday(day)
        if rule.pattern == Pattern.WEEKLY and day.isoweekday() in WEEKEND:
            assert not calendar.is_workday(day)


@given(rules())
def test_words_read_back_as_the_rule(rule):
    period = {"first_on": rule.first_on, "last_on": rule.last_on}
    assert recurrence.read_rule(recurrence.in_words(rule), **period) == rule


@given(rules())
def test_next_period_follows_at_once_and_says_the_same(rule):
    later = recurrence.next_period(rule)
    assert later.first_on == rule.last_on + timedelta(days=1)
    assert later.last_on >= later.first_on
    assert recurrence.in_words(later) == recurrence.in_words(rule)


# --- Words ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (MONTHLY, "每月26日 09:30–11:00，遇法定节假日停一次"),
        (
            replace(MONTHLY, on_holiday=OnHoliday.MOVE),
            "每月26日 09:30–11:00，遇法定节假日顺延到下一个工作日",
        ),
        (WEEKENDS, "每周末 09:00–11:30，遇法定节假日停一次"),
        (replace(WEEKENDS, weekdays=frozenset({2, 4})), "每周二、周四 09:00–11:30，遇法定节假日停一次"),
        (
            replace(WEEKENDS, weekdays=frozenset({1, 2, 3, 4, 5}), on_holiday=OnHoliday.KEEP),
            "每周一至周五 09:00–11:30，法定节假日照常",
        ),
        (replace(WEEKENDS, weekdays=frozenset(range(1, 8))), "每天 09:00–11:30，遇法定节假日停一次"),
    ],
)
def test_in_words(rule, words):
    assert recurrence.in_words(rule) == words


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [
        ("每月26日9:30-11:00", 26, (time(9, 30), time(11))),
        ("每个月的5号 14:00—16:00", 5, (time(14), time(16))),
        ("每周六日上午", {6, 7}, (time(9), time(11, 30))),
        ("每周六、周日 8:00-11:00", {6, 7}, (time(8), time(11))),
        ("周末上午", {6, 7}, (time(9), time(11, 30))),
        ("双休日下午", {6, 7}, (time(14), time(17))),
        ("每周一至周五晚上", {1, 2, 3, 4, 5}, (time(19), time(21))),
        ("每星期天下午", {7}, (time(14), time(17))),
        ("每天９：００～１０：００", {1, 2, 3, 4, 5, 6, 7}, (time(9), time(10))),
    ],
)
def test_read_rule_of_real_rows(text, days, hours):
    rule = recurrence.read_rule(text, first_on=date(2026, 12, 1), last_on=date(2027, 5, 31))
    assert (rule.from_time, rule.until_time) == hours
    assert (rule.month_day if rule.pattern == Pattern.MONTHLY else set(rule.weekdays)) == days


@pytest.mark.parametrize(
    "text",
    ["每月1次", "每周一次上午", "每月26日", "暑假", "周末", "2027-01-04 9:30-11:00", "每月32日上午", "每月26日25:00-26:00",
     "每天19:00-7:30", ""],
)  # fmt: skip
def test_read_rule_leaves_the_rest_alone(text):
    assert recurrence.read_rule(text, first_on=date(2026, 12, 1), last_on=date(2027, 5, 31)) is None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), date(2027, 12, 31)),
        (date(2026, 1, 15), date(2026, 4, 14), date(2026, 7, 14)),
        (date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 31)),
        (date(2026, 1, 1), date(2026, 1, 10), date(2026, 1, 20)),
        (date(2028, 2, 29), date(2029, 2, 27), date(2030, 2, 27)),
    ],
)
def test_shifted_end_keeps_whole_months_whole(first, last, expected):
    assert recurrence.shifted_end(first, last) == expected
