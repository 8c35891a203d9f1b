"""What `./run` understands. Standard library alone: it is read before anything is installed."""

import argparse
from pathlib import Path


def read(words: list[str]) -> argparse.Namespace:
    """What the command line `words` asks for; exits with a sentence on a mistake, with help on --help.

    `test`, `bench` and `manage` pass on everything after their own options, as `rest`. argparse cannot:
    it would refuse a first passed-on word that begins with a dash.
    """
    own = len(words)
    if words[:1] in (["test"], ["bench"], ["manage"]):
        own = 1
        while words[own : own + 1] in (["-h"], ["--help"]) or (
            words[0] == "manage" and _is_data(words, own)
        ):
            own += 2 if words[own] == "--data" else 1
    options = parser().parse_args(words[:own])
    rest = words[own:]
    options.rest = rest[1:] if rest[:1] == ["--"] else rest
    return options


def _is_data(words: list[str], place: int) -> bool:
    return place < len(words) and words[place].partition("=")[0] == "--data"


def parser() -> argparse.ArgumentParser:
    """The one description of all verbs."""
    top = argparse.ArgumentParser(
        prog="run",
        description="Runs and tests the platform. Installs what it needs into .venv first.",
        epilog="Without DATABASE_URL and REDIS_URL a verb starts its own servers; with them it uses those.",
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")

    demo = verbs.add_parser("demo", help="serve the demo until Ctrl-C", description=(
        "Serves web, worker and clock with demo data until Ctrl-C, and prints the address and the logins. "
        "The data folder is kept between runs."
    ))  # fmt: skip
    _add_data(demo)
    demo.add_argument(
        "--port", type=_port, help="port of the web page (default: 8000, or the next free one)"
    )
    demo.add_argument(
        "--scale", choices=("small", "street"), default="small", help="how much demo data (default: small)"
    )
    demo.add_argument("--reset", action="store_true", help="delete the data folder's content first")

    test = verbs.add_parser("test", help="run the checks, then all tests", description=(
        "Runs `check`, then every test on servers of its own. Where DATABASE_URL and REDIS_URL are set, the "
        "tests marked `server` run again on those."
    ))  # fmt: skip
    test.add_argument("rest", nargs="*", metavar="ARGS", help="passed to pytest, e.g. -k claim")

    verbs.add_parser("check", help="style, types, imports, migrations, catalogues", description=(
        "Runs every check and prints one line for each; fails when one failed."
    ))  # fmt: skip
    verbs.add_parser("fix", help="repair what `check` can repair", description=(
        "Formats Python and templates, applies safe fixes and brings the catalogues up to date."
    ))  # fmt: skip

    bench = verbs.add_parser("bench", help="measure pages, actions and jobs", description=(
        "Measures beside the floor in one run and prints ratios."
    ))  # fmt: skip
    bench.add_argument("rest", nargs="*", metavar="ARGS", help="passed to the benchmark")

    manage = verbs.add_parser("manage", help="run a Django command", description=(
        "Runs a Django command on the demo's data, beside a running demo or alone."
    ))  # fmt: skip
    _add_data(manage)
    manage.add_argument("rest", nargs="*", metavar="COMMAND", help="passed to manage.py")
    return top


def needs_tools(verb: str) -> bool:
    """Whether `verb` needs the development tools beside the product itself."""
    return verb in ("test", "check", "fix", "bench")


def _add_data(verb: argparse.ArgumentParser) -> None:
    root = Path(__file__).resolve().parents[2]
    verb.add_argument(
        "--data",
        type=Path,
        default=root / ".data",
        metavar="DIR",
        help="the folder of databases, secrets and logs (default: .data in the checkout)",
    )


def _port(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535, e.g. 8080")
