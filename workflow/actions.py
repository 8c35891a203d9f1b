"""What every action shares: one transaction, and the actor's name for the history triggers."""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction

from workflow.exceptions import Refusal

P = ParamSpec("P")
R = TypeVar("R")
logger = logging.getLogger(__name__)

#: Identifies the web request, task run or command that causes a change; set at the door.
request_id: ContextVar[str] = ContextVar("request_id", default="")
_nested: ContextVar[bool] = ContextVar("nested_action", default=False)
_debts: ContextVar[list[Callable[[], object]] | None] = ContextVar("debts", default=None)


#: What `attribute` does, as columns of a SELECT: for a statement that is an action by itself.
SIGN = """
    set_config('app.user_id', %(signed_by)s, true), set_config('app.request_id', %(signed_in)s, true),
    set_config('app.reason', %(signed_why)s, true)
"""


def signature(by, reason: str = "") -> dict[str, str]:
    """The values of `SIGN`. `by` is a user or None for the clock."""
    return {
        "signed_by": str(by.pk) if by else "",
        "signed_in": request_id.get(),
        "signed_why": reason,
    }


def attribute(*, by, reason: str = "") -> None:
    """Tell the history triggers who acts, in which request and why, until the transaction ends.

    `by` is a user or None for the clock. Must run inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user_id', %s, true), set_config('app.request_id', %s, true),"
            " set_config('app.reason', %s, true)",
            list(signature(by, reason).values()),
        )


@contextmanager
def by_the_rules() -> Iterator[None]:
    """Around changes that follow from the rules alone: the history names neither the actor nor his reason.

    What a person's act sets free goes to others, who have nothing to do with his reason.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.user_id', true), current_setting('app.reason', true),"
            " set_config('app.user_id', '', true), set_config('app.reason', '', true)"
        )
        user, reason, *_now = cursor.fetchone()
    yield
    # An error ends the transaction, and with it the signature.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user_id', %s, true), set_config('app.reason', %s, true)",
            [user or "", reason or ""],
        )


def owe(act: Callable[[], object]) -> None:
    """`act()` is done all the same once the refusal that follows has undone the present transaction.

    For what was due anyway and came to light by an act that was refused; in a transaction of its own.
    """
    debts = _debts.get()
    if debts is not None:
        debts.append(act)


@contextmanager
def paying() -> Iterator[None]:
    """Around the outermost transaction: what was owed inside is done after it. Within another one it waits for that."""
    if _debts.get() is not None or connection.in_atomic_block:
        yield
        return
    debts: list[Callable[[], object]] = []
    token = _debts.set(debts)
    try:
        yield
    finally:
        _debts.reset(token)
        for act in debts:
            try:
                act()
            except (DatabaseError, Refusal):
                # The clock finds it as well.
                logger.info("What was owed is left to the clock.", exc_info=True)


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
        with paying():
            token = _nested.set(True)
            try:
                with transaction.atomic():
                    attribute(by=kwargs["by"], reason=str(kwargs.get("reason") or ""))
                    return function(*args, **kwargs)
            finally:
                _nested.reset(token)

    return run
