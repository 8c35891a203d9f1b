"""One line of 今天要办: what a person has to do, why, until when, and the one button that leads there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Work:
    """`title` and `why` are translated sentences, `act` the word on the button, `url` where it leads.

    `waits` marks work that lies with somebody else: shown apart, without urgency.
    """

    title: str
    why: str
    url: str
    act: str
    due: date | None = None
    waits: bool = False


def in_order(works: Iterable[Work]) -> list[Work]:
    """Own work first, nearest date first, undated last."""
    return sorted(works, key=lambda work: (work.waits, work.due or date.max, work.title))


@dataclass(frozen=True)
class Figure:
    """A number that is a door: what it counts, where its list is. `value` None: 尚无足够数据."""

    label: str
    value: int | None
    url: str
    note: str = ""
