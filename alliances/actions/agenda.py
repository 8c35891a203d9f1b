"""What is talked about in which order, and what enters an agenda by itself."""

from collections.abc import Sequence
from datetime import date

from alliances.models import AgendaItem, Meeting
from workflow.actions import action


@action
def plan_agenda(*, meeting: Meeting, by) -> Meeting:
    """Called → planned: items are closed and put in order; those who run it, or the clock (`by` None) after the last day.

    First the results of the last meeting, then overdue duties, what was deferred, and the accepted items.
    Proposed ones that nobody answered stay waiting.
    """
    raise NotImplementedError


@action
def save_agenda(*, meeting: Meeting, by, version: int, items: Sequence[tuple[int, int]]) -> Meeting:
    """Order and minutes of every item on the agenda, as (item, duration); those who run it.

    Raises `AgendaChanged` when the agenda is no longer the one of `version`, or its items are others.
    """
    raise NotImplementedError


@action
def add_to_agenda(*, item: AgendaItem, meeting: Meeting, by) -> AgendaItem:
    """Accepted → scheduled, as the last item of `meeting`; those who run it, until the session ends."""
    raise NotImplementedError


@action
def take_off_agenda(*, item: AgendaItem, by) -> AgendaItem:
    """Scheduled → accepted, waiting for the next meeting; those who run it, unless it was put to the vote."""
    raise NotImplementedError


@action
def carry_overdue_duties(*, today: date, by=None) -> int:
    """Overdue duties become accepted items, on the next planned agenda or waiting; the number of new ones. The clock.

    Items of duties that are overdue no more, and wait, are withdrawn. Repeats are harmless.
    """
    raise NotImplementedError
