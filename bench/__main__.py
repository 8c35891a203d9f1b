"""`./run bench`: measures the product beside the floor and prints ratios; fails when a goal is missed."""

import argparse
import contextlib
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from bench import databases
from bench.compare import BenchError, Result

#: Name → function (Bench) -> list[Result], and what it measures. Imported only once Django is set up.
MEASURES = {
    "same": ("bench.lists.same", "the floor against itself: how quiet the machine is"),
    "claim": ("bench.claims.measure", "the full claim POST beside the bare claim (G1)"),
    "list": ("bench.lists.pages", "an HTML list, a deep page of it, its statements (G13)"),
    "api": ("bench.lists.api", "the same list as JSON beside a serializer for each object (G14)"),
    "scope": (
        "bench.scope.measure",
        "the gate to rows beside the bare path range and a recursive walk (G15)",
    ),
    "survey": ("bench.surveys.measure", "a resident's first page and the post of the answers (G4, G5)"),
    "reminders": (
        "bench.jobs.reminders",
        "reminders of many due claims beside a bare INSERT … SELECT (G16)",
    ),
    "scores": ("bench.jobs.scores", "scores of 2,500 units beside bare aggregations (G7)"),
    "matching": (
        "bench.matching.measure",
        "the partner among the first three beside category alone, and growth with the data",
    ),
    # Last, since it writes the listings of all others anew.
    "search": (
        "bench.search.measure",
        "search beside a scan on 100,000 listings, and how it and the list grow with them (G9)",
    ),
}


def main() -> int:
    options = _options()
    if options.list:
        for name, (_function, words) in MEASURES.items():
            print(f"{name:<12} {words}")
        return 0
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        sys.exit("bench: DATABASE_URL is missing. Use ./run bench, which starts a server, or name one.")
    with (
        tempfile.TemporaryDirectory(prefix="bench-survey-keys-") as keys,
        databases.fresh(url, "_bench") as product,
        databases.fresh(url, "_bench_floor") as floor,
    ):
        # Before Django reads its settings: everything below works on the fresh database alone.
        os.environ.update(DATABASE_URL=product, SURVEY_KEY_DIR=keys, DEBUG="0")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
        with _both(options, product, floor) as bench:
            results, failures = _measure(options.only or list(MEASURES), bench)
    return _conclude(options, results, failures)


def _measure(names: list[str], bench) -> tuple[list[Result], list[str]]:
    """Told as they come: the results, and a sentence for each measurement that cannot be trusted."""
    from django.utils.module_loading import import_string

    results, failures = [], []
    for name in names:
        try:
            found = import_string(MEASURES[name][0])(bench)
        except BenchError as error:
            failures.append(f"{name}: {error}")
            print(f"{name} could not be measured: {error}", flush=True)
            continue
        results += found
        for result in found:
            _tell(result)
    return results, failures


@contextlib.contextmanager
def _both(options, product: str, floor: str):
    """Data in both databases and a server on each."""
    import django

    django.setup()
    from django.db import connection

    from bench import data
    from bench.load import Bench
    from bench.servers import serving

    began = time.monotonic()
    data.fill(data.Size.of(options.scale))
    databases.fill_floor(floor)
    print(f"filled in {time.monotonic() - began:.0f} s; {_machine()}", flush=True)
    try:
        with (
            serving("config.wsgi:application") as product_port,
            serving("bench.floor.app:application", **databases.for_libpq(floor)) as floor_port,
        ):
            yield Bench(product_port, floor_port, options.rounds, options.seconds)
    finally:
        connection.close()


def _machine() -> str:
    """What a ratio depends on; told beside it, never instead of it."""
    import django
    from django.db import connection

    server = ".".join(str(number) for number in divmod(connection.pg_version, 10000))
    busy = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, Django {django.__version__}, "
        f"PostgreSQL {server}, load before {busy:.1f}"
    )


def _tell(result: Result) -> None:
    print(result.line(), flush=True)
    for note in result.notes:
        print(f"      {note}", flush=True)


def _conclude(options, results: list[Result], failures: list[str]) -> int:
    if options.json:
        rows = [result.as_row() for result in results]
        options.json.write_text(
            json.dumps({"results": rows, "failures": failures}, ensure_ascii=False, indent=1)
        )
    missed = [result for result in results if not result.is_met]
    print(
        f"{len(results)} ratios, {len(missed)} goals missed, {len(failures)} measurements failed. "
        "Ratios hold within this run only."
    )
    return 1 if missed or failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run bench", description=__doc__)
    parser.add_argument("--list", action="store_true", help="say what can be measured, and stop")
    parser.add_argument("--only", nargs="+", choices=MEASURES, metavar="NAME", help="these measures only")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of each ratio (default: 5)")
    parser.add_argument(
        "--seconds", type=float, default=3, help="length of each half of a pair (default: 3)"
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=1,
        help="1: 30,000 listings and 60,000 claims, like the floor (default: 1)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured to FILE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
