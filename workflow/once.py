"""What a post that is to be done once carries, and how a view does the plain case of its work before the rest."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from django.http import HttpResponse

V = TypeVar("V", bound=Callable)


@dataclass
class Once:
    """Whose post it is, under which key, and what path and body come to. `request.once`, or None without a key.

    `work` holds the transaction in which key and work are written together; `replay` is the row of the key.
    """

    user_id: int
    key: str
    digest: bytes
    replay: object = None
    work: ExitStack = field(default_factory=ExitStack)


def at_once(act: Callable[..., HttpResponse | None]) -> Callable[[V], V]:
    """Decorator of a view whose plain case `act` does before it, in one statement that keeps `request.once` as well.

    `act` takes what the view takes and gives the answer, or None where nothing was done; then the view runs.
    """

    def mark(view: V) -> V:
        view.at_once = act  # type: ignore[attr-defined]
        return view

    return mark
