"""Which days are working days: the State Council's calendar, corrected by the staff's own rows."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar
from django.utils import timezone

#: The years that the packaged calendar knows; outside them Monday to Friday is a guess and says so.
KNOWN_YEARS = range(min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year + 1)


@cache
def _is_workday(day: date) -> bool:
    # Kept, since the package takes longer over one day than a statement over a row.
    return chinese_calendar.is_workday(day) if day.year in KNOWN_YEARS else day.weekday() < 5


class Calendar:
    """Working days in mainland China.

    `special` maps a date to whether it is worked; such rows win over the packaged calendar, which
    covers `KNOWN_YEARS`. A later year without rows falls back to Monday to Friday (`is_guess`).
    """

    def __init__(self, special: Mapping[date, bool] | None = None):
        self.special = special or {}

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked, adjusted weekends (调休) included."""
        if day in self.special:
            return self.special[day]
        return _is_workday(day)

    def is_public_holiday(self, day: date) -> bool:
        """Whether `day` is free for more than being a Saturday or Sunday: announced, or declared by the staff."""
        if day in self.special:
            return not self.special[day]
        return day in chinese_calendar.holidays

    def is_guess(self, day: date) -> bool:
        """Whether the answer for `day` is only Monday to Friday."""
        return day.year not in KNOWN_YEARS and day not in self.special

    def add(self, day: date, count: int) -> date:
        """The working day `count` working days after `day` (before, when negative)."""
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before."""
        if end < start:
            return -self.workdays_between(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def end_of(day: date) -> datetime:
    """The moment at which `day` is over, in the local time zone: until it, everything of that day is in time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
