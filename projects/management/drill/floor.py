"""The yardstick beside a drill: the thinnest Django that takes one of a quantity, rushed by as many clients.

It has no sign-in, no scope, no history and no messages; what the product does more is the distance between
the two rates. The yardstick belongs to the benchmark and is not part of every installation.
"""

import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.core.management import CommandError
from django.db import connection

from projects.management.drill import serving
from projects.management.drill.visitors import LONGEST, Visitor

APPLICATION = "bench.floor.app:application"


def is_here() -> bool:
    """Whether this installation brings the yardstick along."""
    return importlib.util.find_spec("bench") is not None


def rate(*, clients: int, attempts: int, accepted: int) -> float:
    """Attempts per second at the yardstick, of which as many are accepted as the product has accepted.

    Its tables stand beside those of the drill in the scratch database. Raises `CommandError` when its
    answers are not what they must be: a yardstick that fails is fast.
    """
    environment = {**os.environ, **_libpq()}
    subprocess.run([sys.executable, "-m", "bench.floor"], env=environment, check=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE floor_item SET capacity = %s WHERE id = 1", [accepted])
    with serving.serving(APPLICATION, environment, door="/hello") as port:
        answers, seconds = _rush(port, clients=clients, attempts=attempts)
    if answers != Counter({200: accepted, 409: attempts - accepted}):
        raise CommandError(f"The yardstick did not answer as it must: {dict(answers)}.")
    return attempts / seconds


def _rush(port: int, *, clients: int, attempts: int) -> tuple[Counter, float]:
    """The statuses and the seconds of `attempts`, dealt out to `clients` that begin together."""
    start = threading.Barrier(clients + 1)

    def claim(first: int) -> Counter:
        visitor = Visitor(port)
        start.wait(LONGEST)
        turns = range(first, attempts, clients)
        return Counter(visitor.post("/claim_cond", {"item": 1, "unit": 1 + turn % 2500}) for turn in turns)

    with ThreadPoolExecutor(clients) as pool:
        waiting = [pool.submit(claim, first) for first in range(clients)]
        start.wait(LONGEST)
        began = time.monotonic()
        answers = sum((one.result() for one in waiting), Counter())
    return answers, time.monotonic() - began


def _libpq() -> dict[str, str]:
    """Where the scratch database is, in the words of libpq."""
    settings = connection.settings_dict
    words = {
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    return {name: word for name, word in words.items() if word}
