"""The pairs of the benchmark and the rows around them, read from `listings.csv` (see README.md beside it)."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from projects import rules
from projects.matching import Side, Window

FILE = Path(__file__).with_name("listings.csv")
TUNED, HELD_OUT = "tuned", "held out"
_CHINESE = re.compile(r"[一-鿿]+")


@dataclass(frozen=True)
class Pair:
    """A need and the resource that answers it."""

    half: str
    need: Side
    resource: Side

    @property
    def shares_no_word(self) -> bool:
        """No two neighbouring Chinese characters of one title stand in the other."""
        return not _pairs_of(self.need.title) & _pairs_of(self.resource.title)


@dataclass(frozen=True)
class Lists:
    """Everything that is on the lists at once, and which of it belongs together."""

    pairs: tuple[Pair, ...]
    needs: tuple[Side, ...]
    resources: tuple[Side, ...]

    def others(self, side: Side) -> tuple[Side, ...]:
        """All of the other direction: distractors and the partners of other pairs as well."""
        return self.resources if side.is_need else self.needs


@cache
def lists() -> Lists:
    """The file as listings; the number of a row is its key, and every row has an owner of its own."""
    sides, couples = [], dict[str, dict[bool, Side]]()
    halves = dict[str, str]()
    with FILE.open(newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            side = _side(number, row)
            sides.append(side)
            if row["pair"]:
                couples.setdefault(row["pair"], {})[side.is_need] = side
                halves[row["pair"]] = row["half"]
    return Lists(
        tuple(Pair(halves[key], couple[True], couple[False]) for key, couple in couples.items()),
        tuple(side for side in sides if side.is_need),
        tuple(side for side in sides if not side.is_need),
    )


def _side(number: int, row: dict[str, str]) -> Side:
    interval = rules.read_interval(row["window"]) if row["window"] else None
    starts_at, ends_at = interval or (None, None)
    return Side(
        pk=number,
        is_need=row["direction"] == "need",
        title=row["title"],
        category=row["category"],
        audience=row["audience"],
        place=row["place"],
        area=row["area"],
        details=row["done_means"],
        measure=row["measure"],
        owner=number,
        owner_name=row["owner"],
        windows=(Window(starts_at, ends_at, int(row["quantity"])),),
    )


def _pairs_of(title: str) -> set[str]:
    runs = _CHINESE.findall(title)
    return {run[start : start + 2] for run in runs for start in range(len(run) - 1)}
