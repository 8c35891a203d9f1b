"""How pages say where a thing stands: a chip for its state, a line of stages for its way."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Chip:
    """A state as tint, shape and word."""

    tone: str
    icon: str
    label: str


@dataclass(frozen=True)
class Stage:
    """One station of a stage line; `state` is done, now or todo."""

    label: str
    state: str = "todo"
    at: datetime | None = None
    note: str = ""
