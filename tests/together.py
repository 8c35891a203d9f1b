"""Acts that start together, each in a thread with a connection of its own, as requests of several people do."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import IntegrityError, OperationalError, connection

from workflow.exceptions import Refusal

#: A sentence, or what the database says for itself where no action guards it: a constraint, a deadlock.
REFUSALS = (Refusal, IntegrityError, OperationalError)


def at_once(*acts: Callable, refusals: tuple[type[Exception], ...] = (Refusal,)) -> list:
    """What each of `acts` returned or was refused with, in their order; any other error is raised."""
    start = threading.Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return act()
        except refusals as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def what_became_of(*acts: Callable) -> list[str]:
    """What became of `acts`, in alphabetical order: done, or the name of the refusal, the database's included."""
    found = at_once(*acts, refusals=REFUSALS)
    return sorted(type(one).__name__ if isinstance(one, Exception) else "done" for one in found)
