"""What the ranking knows of a need, of a resource, and of what was done and said between their owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Window:
    """How much of one slot is free in [starts_at, ends_at), or at any time when both are None."""

    starts_at: datetime | None
    ends_at: datetime | None
    free: int
    slot: int = 0

    @property
    def is_any_time(self) -> bool:
        return self.starts_at is None


@dataclass(frozen=True)
class Side:
    """One listing. `area` is the name of the community its owner belongs to, `details` all words but the title."""

    pk: int
    is_need: bool
    title: str
    category: str
    category_name: str = ""
    audience: str = ""
    place: str = ""
    area: str = ""
    details: str = ""
    measure: str = ""
    owner: int = 0
    owner_name: str = ""
    windows: Sequence[Window] = ()

    @property
    def free(self) -> int:
        return sum(window.free for window in self.windows)


@dataclass(frozen=True)
class Past:
    """Deliveries that were confirmed: `together` between both owners, else by the other one in this category."""

    times: int
    rating: str
    is_together: bool


class Cause(StrEnum):
    """The causes of a dismissal from which something follows for other candidates."""

    CONTENT = "content"
    PLACE = "place"
    TIME = "time"
    QUANTITY = "quantity"


@dataclass(frozen=True)
class Refusal:
    """What the organisation said of another candidate earlier: the cause, in its words, and which one it was."""

    cause: str
    label: str
    other: Side
