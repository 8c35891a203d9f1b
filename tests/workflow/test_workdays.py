"""Working days: public holidays, adjusted weekends, the years nobody has announced yet."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from workflow.workdays import Calendar

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 31))


def test_calendar_national_day_is_no_workday():
    assert Calendar().add(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_calendar_adjusted_saturday_is_worked():
    assert Calendar().is_workday(date(2026, 2, 14))


def test_calendar_year_without_announcement_falls_back_and_says_so():
    calendar = Calendar()
    assert calendar.is_workday(date(2027, 6, 4))
    assert not calendar.is_workday(date(2027, 6, 5))
    assert calendar.is_guess(date(2027, 6, 4))
    assert not calendar.is_guess(date(2026, 6, 4))


def test_calendar_deadline_crosses_the_new_year():
    assert Calendar().add(date(2026, 12, 29), 5) > date(2027, 1, 1)


def test_calendar_staff_rows_win():
    calendar = Calendar({date(2027, 6, 5): True, date(2027, 6, 4): False})
    assert calendar.is_workday(date(2027, 6, 5))
    assert not calendar.is_workday(date(2027, 6, 4))
    assert not calendar.is_guess(date(2027, 6, 4))


@given(DAYS, st.integers(min_value=1, max_value=40))
def test_calendar_add_and_count_agree(day, count):
    calendar = Calendar()
    end = calendar.add(day, count)
    assert calendar.is_workday(end)
    assert calendar.workdays_between(day, end) == count
    assert calendar.workdays_between(end, day) == -count
