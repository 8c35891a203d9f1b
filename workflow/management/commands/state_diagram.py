"""Draws every table of states and moves, so that the page about them cannot lag behind the code."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import TextChoices
from django.utils.translation import override

Moves = Mapping[TextChoices, set[TextChoices]]
PAGE = "docs/reference/states.md"
HEAD = """\
# States and moves

Every state that an object can have, with the word that the interface shows, and every legal move. Only actions move an
object, through `workflow.moves.move`; any other move is refused with a sentence.

Written by `./run manage state_diagram --write` from the `*_MOVES` tables in each room's `states.py`. Do not edit by hand.
"""


class Command(BaseCommand):
    requires_system_checks = ()  # only tables in code are read
    help = f"Prints the diagrams of all states; --write puts them into {PAGE}, --check fails when that page is stale."

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--write", action="store_true", help=f"write {PAGE}")
        choice.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")

    def handle(self, *args, write: bool, check: bool, **options):
        drawn, path = page(), settings.BASE_DIR / PAGE
        if check:
            if not path.exists() or path.read_text() != drawn:
                raise CommandError(f"{PAGE} is stale. Run ./run manage state_diagram --write.")
            self.stdout.write(f"{PAGE} is up to date.")
        elif write:
            path.write_text(drawn)
        else:
            self.stdout.write(drawn, ending="")


def page() -> str:
    """The whole page: for each table a heading, a diagram and the words of its states."""
    with override(settings.LANGUAGE_CODE):
        return "\n".join([HEAD, *(_section(*found) for found in tables())])


def tables() -> Iterator[tuple[str, str, Moves]]:
    """Room, noun and table of each `<NOUN>_MOVES`, rooms in the order of INSTALLED_APPS."""
    for room in apps.get_app_configs():
        if find_spec(f"{room.name}.states") is None:
            continue
        for name, value in vars(import_module(f"{room.name}.states")).items():
            if name.endswith("_MOVES"):
                yield room.name, name.removesuffix("_MOVES").capitalize(), value


def _section(room: str, noun: str, moves: Moves) -> str:
    # The first member of the enumeration is the state in which an object begins.
    states = list(type(next(iter(moves))))
    arrows = [f"    [*] --> {states[0].value}"]
    for state in states:
        # In the order of the enumeration: a set has none.
        targets = [target for target in states if target in moves[state]]
        arrows += [f"    {state.value} --> {target.value}" for target in targets]
        arrows += [] if targets else [f"    {state.value} --> [*]"]
    names = [f"    {state.value}: {state.value} {state.label}" for state in states]
    rows = [f"| `{state.name}` | `{state.value}` | {state.label} |" for state in states]
    return "\n".join(
        [
            f"## {noun} (`{room}.states.{type(states[0]).__name__}`)",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *names,
            *arrows,
            "```",
            "",
            "| In code | In the database | In the interface |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
