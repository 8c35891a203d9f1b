"""How all tests run: the checks, everything on embedded servers, then the `server` tests on given ones."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from config.servers.checks import failed_checks
from config.servers.environment import ROOT, throw_away_folder
from config.servers.keeper import ADDRESSES, Wanted, servers

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = "no Chromium was found (set CHROMIUM, or install the package `chromium`)"
NO_DRIVER = "Playwright's driver does not start here (on Debian, install the package `libatomic1`)"


def test(options: argparse.Namespace) -> int:
    """Returns 0 when every check and every test passed.

    Without a browser the other tests run and the last line says so; under CI it is an error instead.
    """
    began = time.monotonic()
    browser = find_browser()
    gap = browser_gap(browser)
    if gap and os.environ.get("CI", "").lower() in ("1", "true"):
        print(f"run: CI runs the browser tests too, but {gap}.", file=sys.stderr)
        return 1
    bad_checks = failed_checks()
    print(f"checks took {time.monotonic() - began:.0f} s", flush=True)

    given = {name: os.environ[name] for name in ADDRESSES if os.environ.get(name)}
    total: Counter[str] = Counter()
    with (
        throw_away_folder("alliance-test-") as data,
        servers(data, Wanted(ADDRESSES, durable=False, throw_away=True)) as line,
    ):
        every = ["-m", "not browser"] if gap else []
        code = _pytest([*every, *options.rest], line.addresses, browser, data / "results.xml", total)
        if len(given) == len(ADDRESSES):
            print("the tests marked `server` on the servers given:", flush=True)
            some = ["-m", "server and not browser" if gap else "server"]
            code = _pytest([*some, *options.rest], given, browser, data / "results.xml", total) or code
    if bad_checks:
        print(f"failed checks: {', '.join(bad_checks)}")
    print(summary(total, time.monotonic() - began) + (f"; browser tests left out: {gap}" if gap else ""))
    return code or (1 if bad_checks else 0)


def find_browser() -> str | None:
    """The Chromium that the browser tests drive."""
    named = os.environ.get("CHROMIUM")
    return (
        named if named and Path(named).exists() else next(filter(None, map(shutil.which, BROWSERS)), None)
    )


def browser_gap(browser: str | None) -> str | None:
    """Why the browser tests cannot run here; None when they can."""
    if browser is None:
        return NO_BROWSER
    driver = [sys.executable, "-m", "playwright", "--version"]
    return None if subprocess.run(driver, capture_output=True).returncode == 0 else NO_DRIVER


def summary(total: Counter[str], seconds: float) -> str:
    """One line over all runs, in pytest's words."""
    counts = [
        f"{total[word]} {word}"
        for word in ("failed", "passed", "skipped", "error")
        if total[word] or word == "passed"
    ]
    return f"{', '.join(counts)} in {seconds:.2f}s ({int(seconds) // 60}:{int(seconds) % 60:02d})"


def _pytest(
    arguments: list[str], addresses: dict[str, str], browser: str | None, results: Path, total: Counter[str]
) -> int:
    """Runs pytest on the servers at `addresses`, adds to `total`, returns its exit code."""
    environment = {**os.environ, **addresses, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    if browser:
        environment["CHROMIUM"] = browser
    results.unlink(missing_ok=True)
    code = subprocess.run(
        [sys.executable, "-m", "pytest", f"--junitxml={results}", *arguments], cwd=ROOT, env=environment
    ).returncode
    if results.exists():
        # Written by our own pytest a moment ago.
        for suite in ElementTree.parse(results).iter("testsuite"):  # noqa: S314
            tests, *others = (
                int(suite.get(word, 0)) for word in ("tests", "failures", "errors", "skipped")
            )
            total.update(dict(zip(("failed", "error", "skipped"), others, strict=True)))
            total["passed"] += tests - sum(others)
    # 5: nothing was selected, which is no fault of the code.
    return 0 if code == 5 else code
