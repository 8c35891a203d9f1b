"""What a ratio is: base and target measured by turns in one run, and the median of the pairs set against a goal."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field


class BenchError(Exception):
    """A measurement cannot be trusted; the text says why."""


@dataclass(frozen=True)
class Goal:
    """What target/base has to reach. Without a bound the ratio is only told.

    Rates (answers per second) have `at_least`, durations have `at_most`.
    """

    number: str
    words: str
    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, ratio: float) -> bool:
        return (self.at_least is None or ratio >= self.at_least) and (
            self.at_most is None or ratio <= self.at_most
        )

    @property
    def bound(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"


@dataclass(frozen=True)
class Result:
    """The pairs of one goal. `notes` are further lines for the reader, `rows` for the file."""

    goal: Goal
    base: tuple[float, ...]
    target: tuple[float, ...]
    unit: str
    notes: tuple[str, ...] = ()
    rows: dict = field(default_factory=dict)

    @property
    def ratios(self) -> tuple[float, ...]:
        return tuple(target / base for base, target in zip(self.base, self.target, strict=True))

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def is_met(self) -> bool:
        return self.goal.is_met(self.ratio)

    @property
    def verdict(self) -> str:
        if not self.goal.bound:
            return "told"
        return "met" if self.is_met else "MISSED"

    def line(self) -> str:
        """One line: goal, median, spread, bound, verdict."""
        low, high = min(self.ratios), max(self.ratios)
        return (
            f"{self.goal.number:<5} {self.goal.words:<66} {self.ratio:6.2f}  "
            f"({low:.2f} to {high:.2f}, {len(self.ratios)} pairs)  {self.goal.bound:<8} {self.verdict}"
        )

    def as_row(self) -> dict:
        return {
            "goal": self.goal.number,
            "words": self.goal.words,
            "ratio": round(self.ratio, 3),
            "lowest": round(min(self.ratios), 3),
            "highest": round(max(self.ratios), 3),
            "pairs": len(self.ratios),
            "bound": self.goal.bound,
            "verdict": self.verdict,
            "unit": self.unit,
            "base": [round(value, 6) for value in self.base],
            "target": [round(value, 6) for value in self.target],
            "notes": list(self.notes),
            **self.rows,
        }


def by_turns(
    base: Callable[[], float], target: Callable[[], float], rounds: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Both measured once to warm up, then `rounds` times: A B, B A, A B, …; the values of each.

    Neighbours on the machine slow both sides of a pair; the flip of the order cancels a drift.
    """
    base(), target()
    pairs = []
    for number in range(rounds):
        if number % 2:
            second, first = target(), base()
        else:
            first, second = base(), target()
        pairs.append((first, second))
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)
