"""What every action shares: one transaction, and the actor's name for the history triggers."""

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

#: Identifies the web request, task run or command that causes a change; set at the door.
request_id: ContextVar[str] = ContextVar("request_id", default="")
_nested: ContextVar[bool] = ContextVar("nested_action", default=False)


def attribute(*, by, reason: str = "") -> None:
    """Tell the history triggers who acts, in which request and why, until the transaction ends.

    `by` is a user or None for the clock. Must run inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user_id', %s, true), set_config('app.request_id', %s, true),"
            " set_config('app.reason', %s, true)",
            [str(by.pk) if by else "", request_id.get(), reason],
        )


def rehearse(act: Callable[[], R]) -> R:
    """What `act()` would return or raise, for a page that shows it beforehand; nothing of it stays."""
    with transaction.atomic():
        done = act()
        transaction.set_rollback(True)
    return done


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` whole or not at all, its changes signed by `by` with `reason`, when it has one.

    An action called by another action belongs to the outer one's transaction and signature.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _nested.get():
            return function(*args, **kwargs)
        token = _nested.set(True)
        try:
            with transaction.atomic():
                attribute(by=kwargs["by"], reason=str(kwargs.get("reason") or ""))
                return function(*args, **kwargs)
        finally:
            _nested.reset(token)

    return run
