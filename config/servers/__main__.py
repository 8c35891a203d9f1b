"""The verbs of `./run`, inside its virtual environment."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable

from config.servers.checks import check, fix
from config.servers.demo import demo
from config.servers.environment import MANAGE, for_demo, prepare, throw_away_folder, wanted_names
from config.servers.keeper import Wanted, servers
from config.servers.options import read
from config.servers.processes import ServerError
from config.servers.suite import test


def manage(options: argparse.Namespace) -> int:
    """One Django command on the demo's data; the folder's servers are shared with a running demo."""
    data = prepare(options.data)
    with servers(data, Wanted(wanted_names())) as line:
        return _in_foreground([*MANAGE, *options.rest], for_demo(data, line.addresses))


def bench(options: argparse.Namespace) -> int:
    """The measurements, on servers of their own with the demo's durable settings."""
    with (
        throw_away_folder("alliance-bench-") as data,
        servers(data, Wanted(wanted_names(), throw_away=True)) as line,
    ):
        return _in_foreground(
            [sys.executable, "-m", "bench", *options.rest], for_demo(data, line.addresses)
        )


def _in_foreground(command: list[str], environment: dict[str, str]) -> int:
    """Runs `command` at the terminal. Ctrl-C is the command's to answer; we wait for its end."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(
            command, env=environment, preexec_fn=lambda: signal.signal(signal.SIGINT, before)
        )
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


VERBS: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": demo,
    "test": test,
    "check": lambda options: check(),
    "fix": lambda options: fix(),
    "bench": bench,
    "manage": manage,
}

if __name__ == "__main__":
    chosen = read(sys.argv[1:])
    try:
        sys.exit(VERBS[chosen.verb](chosen))
    except ServerError as error:
        sys.exit(f"run: {error}")
