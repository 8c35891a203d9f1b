"""Search beside a scan that reads every text, on 100,000 listings; and how page and search grow from 6,250 to them."""

import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.db.models import Q, QuerySet

from bench import data, databases
from bench.compare import BenchError, Goal, Result
from bench.load import Bench, Plan, Visit
from bench.servers import serving
from bench.words import words
from members.states import Level
from projects.models import Listing, Slot
from workflow.search import words_of

LISTINGS, STEP = 100_000, 16
#: What is asked → the longest that it may take beside the scan. Frequent words are found by walking the newest
#: rows, as the scan does: there the search is only told.
QUERIES: dict[str, tuple[str, float | None]] = {
    "two characters": ("轮椅", 0.5),
    "one character": ("码", 0.5),
    "three words": ("轮椅 预约 松柏", 0.5),
    "no hit": ("量子", 0.2),
    "a unit's name and a word": ("第7小学 义诊", 0.5),
    "a frequent word": ("停车", None),
    "a frequent character": ("人", None),
}
PAGES = {
    "search page, frequent word": "/search/?q=" + quote("停车"),
    "search page, no hit": "/search/?q=" + quote("量子"),
    "list with a query": "/listings/?q=" + quote("停车"),
    "list page": "/listings/?direction=need",
}
#: A copy has no slot of its own yet, and the list says of each row how much of it there is.
SLOTS = """
    INSERT INTO projects_slot (listing_id, quantity, taken)
    SELECT id, 10, 0 FROM projects_listing l
     WHERE NOT EXISTS (SELECT FROM projects_slot s WHERE s.listing_id = l.id)
"""
TEXTS = ("title", "audience", "place", "note", "done_means")


def measure(bench: Bench) -> list[Result]:
    """As the staff of a street, which sees about one listing of a hundred."""
    with databases.fresh(os.environ["DATABASE_URL"], "_small") as small:
        small_cookies = _fill_elsewhere(small, LISTINGS // STEP)
        cookies = fill(LISTINGS)
        staff = data.speaker(data.first(Level.STREET))
        rows = Listing.objects.visible_to(staff)
        found = [
            _beside_scan(bench, rows, words, query, bound) for words, (query, bound) in QUERIES.items()
        ]
        with serving("config.wsgi:application", DATABASE_URL=small) as port:
            return found + [
                _growth(bench, words, Visit(path), port, small_cookies, cookies)
                for words, path in PAGES.items()
            ]


def fill(count: int) -> str:
    """Bring the database to `count` listings with words as people write them; the cookies of a street's staff.

    More rows are copies of those there, in any order, so that each street keeps its share among old and new.
    """
    # The product's limit for one statement is meant for requests.
    data.run("SET statement_timeout = 0")
    with data.without_triggers(Listing), without_index():
        columns = ", ".join(field.column for field in Listing._meta.local_concrete_fields[1:])
        missing = count - Listing.objects.count()
        while missing > 0:
            missing -= data.run(
                f"INSERT INTO projects_listing ({columns})"
                f" SELECT {columns} FROM projects_listing ORDER BY random() LIMIT {missing}"
            )
        with data.without_triggers(Slot):
            data.run(SLOTS)
        _write()
        data.run("VACUUM FULL projects_listing")
    data.tidy()
    data.run("RESET statement_timeout")
    return data.sign_in(data.speaker(data.first(Level.STREET))).cookies


def _write() -> None:
    """Give every listing its words."""
    names = ", ".join(TEXTS)
    data.run(f"CREATE TEMP TABLE said AS SELECT id, {names} FROM projects_listing LIMIT 0")
    numbers = list(Listing.objects.order_by("pk").values_list("pk", flat=True))
    with data.connection.cursor() as cursor, cursor.copy(f"COPY said (id, {names}) FROM STDIN") as rows:
        for number in numbers:
            said = words(number)
            rows.write_row((number, *(getattr(said, name) for name in TEXTS)))
    changes = ", ".join(f"{name} = said.{name}" for name in TEXTS)
    data.run(f"UPDATE projects_listing l SET {changes} FROM said WHERE said.id = l.id")
    data.run("DROP TABLE said")


@contextmanager
def without_index() -> Iterator[None]:
    """Rows change while the index on their words is away; it is built anew at the end."""
    with data.connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'listing_words'")
        (definition,) = cursor.fetchone()
    data.run("DROP INDEX listing_words")
    yield
    data.run(definition)


def _fill_elsewhere(url: str, count: int) -> str:
    """The same in the empty database at `url`, by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.small", str(count)],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchError(f"The small database could not be filled: {done.stderr[-500:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _beside_scan(bench: Bench, rows: QuerySet, words: str, query: str, bound: float | None) -> Result:
    """The first page and the capped count, as the list asks for both."""

    def asked(narrowed: QuerySet) -> tuple[list, int]:
        page = list(narrowed.order_by("-pk").values_list("pk", "title")[:51])
        return page, narrowed.order_by().values("pk")[:1001].count()

    taken: list[float] = []

    def product() -> None:
        began = time.perf_counter()
        asked(rows.search(query))
        taken.append(time.perf_counter() - began)

    if (answer := asked(rows.search(query))) != asked(_scan(rows, query)):
        raise BenchError(f"Search and scan differ on {query}")
    plan = rows.search(query).order_by("-pk").values_list("pk", "title")[:51].explain()
    way = "by the index on grams" if "listing_words" in plan else "by walking the newest rows"
    goal = Goal("search", f"{words}, {query} / LIKE scan within the same sight", at_most=bound)
    result = bench.times(goal, lambda: asked(_scan(rows, query)), product)
    return _noted(
        result,
        f"{answer[1]} rows in sight, {way}; {_percentiles(taken)}",
        f"the scan took {statistics.median(result.base) * 1000:.0f} ms",
    )


def _scan(rows: QuerySet, query: str) -> QuerySet:
    """What there would be without an index: LIKE on each column, the owner's name joined."""
    for word in words_of(query):
        columns = ("title", "place", "audience", "note", "done_means", "organisation__search_key")
        condition = Q()
        for column in columns:
            condition |= Q(**{f"{column}__contains": word})
        rows = rows.filter(condition)
    return rows


def _growth(bench: Bench, words: str, visit: Visit, port: int, small: str, large: str) -> Result:
    goal = Goal(
        "G9",
        f"{words}: rate at {LISTINGS:,} / at {LISTINGS // STEP:,} listings",
        # An exponent of 0.1 over sixteen times the rows.
        at_least=round(STEP**-0.1, 3),
    )
    result = bench.rates(
        goal, Plan(port, [visit], people=[small]), Plan(bench.product, [visit], people=[large])
    )
    return _noted(result, f"exponent {-math.log(result.ratio) / math.log(STEP):.2f}")


def _noted(result: Result, *notes: str) -> Result:
    return Result(
        result.goal, result.base, result.target, result.unit, (*notes, *result.notes), result.rows
    )


def _percentiles(taken: list[float]) -> str:
    cuts = statistics.quantiles(taken, n=20)
    return f"p50 {cuts[9] * 1000:.1f} ms, p95 {cuts[18] * 1000:.1f} ms"
