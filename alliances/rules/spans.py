"""Spans of days with both ends included; an open end is None."""

from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date | None]
DAY = timedelta(days=1)


def uncovered(span: Span, taken: Iterable[Span]) -> list[Span]:
    """The parts of `span`, in order, that no span of `taken` covers."""
    begin, end = span
    free: list[Span] = []
    for first, last in sorted(taken, key=lambda one: one[0]):
        if last is not None and last < begin:
            continue
        if end is not None and first > end:
            break
        if begin < first:
            free.append((begin, first - DAY))
        if last is None:
            return free
        begin = last + DAY
    if end is None or begin <= end:
        free.append((begin, end))
    return free
