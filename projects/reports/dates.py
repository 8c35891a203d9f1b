"""The days of a rule as pages show them: in words, how many, the next ones, and what the calendar did."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from projects.models import Recurrence, Slot
from projects.recurrence import Expansion, Rule, in_words, remarks

NEXT = 3


@dataclass(frozen=True)
class Dates:
    """`next` are the first of the days that are not over."""

    words: str
    all: list[date]
    next: list[date]
    remarks: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.all)


def dates_of(rule: Rule, found: Expansion) -> Dates:
    """Of a rule that is not saved yet."""
    return Dates(in_words(rule), found.days, _next(found.days), remarks(rule, found))


def dates_of_listing(recurrence: Recurrence, slots: list[Slot]) -> Dates:
    """Of a saved rule: the slots tell, whatever the calendar says by now."""
    days = [timezone.localdate(slot.starts_at) for slot in slots if slot.starts_at]
    return Dates(in_words(recurrence.rule), days, _next(days))


def _next(days: list[date]) -> list[date]:
    today = timezone.localdate()
    return [day for day in days if day >= today][:NEXT]
