"""What a unit's records are worth under a scheme: facts in, receipt out. Plain Python, no Django.

A measure names the fields of `Facts` that it reads and is given nothing else, so a changed record can
only move the lines that say they use it. Every amount is a `Decimal` of two places.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
#: Record ids that a line keeps for its links; the count is always the whole one.
IDS_KEPT = 100
#: Below this many ratings an average says little, and the line says so.
FEW_RATINGS = 5
#: What a requester's word is worth, in percent of the full points.
RATING_WORTH = {"excellent": 100, "good": 80, "fair": 60, "poor": 30}
#: A grade is named only when at least this share of the scheme's points rests on records.
GRADED_FROM = Decimal("0.5")


@dataclass(frozen=True)
class Records:
    """How many records, and the ids of the first `IDS_KEPT` of them in ascending order."""

    count: int = 0
    ids: tuple[int, ...] = ()

    def __add__(self, other: "Records") -> "Records":
        if not (self.count and other.count):
            return other if other.count else self
        return Records(self.count + other.count, tuple(sorted({*self.ids, *other.ids})[:IDS_KEPT]))


NONE = Records()


@dataclass(frozen=True)
class Facts:
    """One organisation in one period. `quarters` are the whole quarters in which it was a member.

    `deliveries` and `ratings` count accepted deliveries by (quarter, category) and by rating.
    """

    quarters: frozenset[str] = frozenset()
    deliveries: Mapping[tuple[str, str], Records] = field(default_factory=dict)
    ratings: Mapping[str, Records] = field(default_factory=dict)
    claims: Records = NONE
    agreed: Records = NONE
    due: Records = NONE
    finished: Records = NONE
    on_time: Records = NONE
    slots: Records = NONE
    used_slots: Records = NONE
    meetings: Records = NONE
    attended: Records = NONE
    duties: Records = NONE
    kept_duties: Records = NONE
    proposals: Records = NONE
    adopted: Records = NONE


@dataclass(frozen=True)
class Indicator:
    """One line of a scheme as values."""

    position: int
    title: str
    measure: str
    points: int
    params: Mapping[str, Any] = field(default_factory=dict)
    title_en: str = ""


@dataclass(frozen=True)
class Found:
    """What a measure saw: the share of the full points (0 to 1), the numbers of its sentence, its records.

    `share` None: there are no records to judge. `sentence` names the words, when not the measure's own.
    """

    share: Decimal | None
    numbers: Mapping[str, Any]
    records: Records = NONE
    sentence: str = ""


@dataclass(frozen=True)
class Param:
    """A number (from `least` to `most`) or, when `is_codes`, a list of category codes."""

    name: str
    least: int = 1
    most: int = 100
    is_codes: bool = False


@dataclass(frozen=True)
class Measure:
    """`kind` says which table the records of a line are in."""

    code: str
    reads: tuple[str, ...]
    kind: str
    params: tuple[Param, ...]
    judge: Callable[..., Found]


class WrongParam(ValueError):
    """A measure or one of its params is unknown, missing or out of range; `name` says which."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Line:
    """One indicator judged. Without records it holds no points and none are possible."""

    indicator: Indicator
    points: Decimal
    possible: Decimal
    sentence: str
    numbers: Mapping[str, Any]
    kind: str
    records: Records
    has_records: bool

    def as_json(self) -> dict[str, Any]:
        """Plain values, amounts as text, so that the frozen form reads the same everywhere."""
        return {
            "position": self.indicator.position,
            "title": self.indicator.title,
            "title_en": self.indicator.title_en,
            "measure": self.indicator.measure,
            "full": self.indicator.points,
            "params": dict(self.indicator.params),
            "points": str(self.points),
            "possible": str(self.possible),
            "has_records": self.has_records,
            "sentence": self.sentence,
            "numbers": dict(self.numbers),
            "kind": self.kind,
            "record_count": self.records.count,
            "record_ids": list(self.records.ids),
        }


@dataclass(frozen=True)
class Receipt:
    """All lines of one organisation, in the scheme's order."""

    lines: tuple[Line, ...]

    @property
    def points(self) -> Decimal:
        return sum((line.points for line in self.lines), ZERO)

    @property
    def possible(self) -> Decimal:
        return sum((line.possible for line in self.lines), ZERO)


# --- Measures -------------------------------------------------------------------------------------
def _active_quarters(
    quarters: frozenset[str], deliveries: Mapping[tuple[str, str], Records], points: int, *, minus: int
) -> Found:
    """Full points, less `minus` for each whole quarter without an accepted delivery."""
    records = sum(deliveries.values(), NONE)
    active = quarters & {quarter for (quarter, _), found in deliveries.items() if found.count}
    empty = len(quarters) - len(active)
    numbers = {"quarters": len(quarters), "active": len(active), "empty": empty, "minus": minus}
    if not quarters:
        return Found(None, numbers, records, "no_quarters")
    if not records.count:
        return Found(None, numbers)
    return Found(max(Decimal(0), 1 - Decimal(minus * empty) / points), numbers, records)


def _deliveries_in_categories(
    deliveries: Mapping[tuple[str, str], Records], points: int, *, categories: Sequence[str], target: int
) -> Found:
    """The share of a target number of accepted deliveries in the named categories."""
    chosen = [found for (_, category), found in deliveries.items() if category in set(categories)]
    return _counted(sum(chosen, NONE), sum(chosen, NONE), target)


def _agreed_claims(claims: Records, agreed: Records, points: int, *, target: int) -> Found:
    """Claims that reached an agreement, up to a target, so that many small ones do not inflate the line."""
    return _counted(agreed, claims, target)


def _adopted_proposals(proposals: Records, adopted: Records, points: int, *, target: int) -> Found:
    """Proposals that the joint meeting adopted, up to a target."""
    return _counted(adopted, proposals, target)


def _requester_rating(ratings: Mapping[str, Records], points: int) -> Found:
    """The average of the requesters' words; the number of ratings stands beside it."""
    records = sum(ratings.values(), NONE)
    counts = {f"{word}": ratings[word].count if word in ratings else 0 for word in RATING_WORTH}
    numbers: dict[str, Any] = {"n": records.count, **counts}
    if not records.count:
        return Found(None, numbers)
    total = sum(RATING_WORTH[word] * count for word, count in counts.items())
    share = Decimal(total) / (100 * records.count)
    numbers["average"] = str((share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))
    return Found(share, numbers, records, "requester_rating_few" if records.count < FEW_RATINGS else "")


def _share(whole: Records, part: Records, points: int) -> Found:
    """Part of a whole: finished of due, used of opened, attended of expected."""
    numbers = {"part": part.count, "whole": whole.count}
    if not whole.count:
        return Found(None, numbers)
    return Found(min(Decimal(1), Decimal(part.count) / whole.count), numbers, whole)


def _counted(counted: Records, seen: Records, target: int) -> Found:
    most = min(counted.count, target)
    numbers = {"count": counted.count, "seen": seen.count, "target": target, "counted": most}
    if not seen.count:
        return Found(None, numbers)
    return Found(Decimal(most) / target, numbers, seen)


TARGET = Param("target")
MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure("attendance", ("meetings", "attended"), "meeting", (), _share),
        Measure(
            "active_quarters", ("quarters", "deliveries"), "delivery", (Param("minus"),), _active_quarters
        ),
        Measure(
            "deliveries_in_categories",
            ("deliveries",),
            "delivery",
            (Param("categories", is_codes=True), TARGET),
            _deliveries_in_categories,
        ),
        Measure("agreed_claims", ("claims", "agreed"), "claim", (TARGET,), _agreed_claims),
        Measure("delivered_share", ("due", "finished"), "claim", (), _share),
        Measure("delivered_on_time", ("due", "on_time"), "claim", (), _share),
        Measure("requester_rating", ("ratings",), "delivery", (), _requester_rating),
        Measure("resources_used", ("slots", "used_slots"), "slot", (), _share),
        Measure("duties_on_time", ("duties", "kept_duties"), "duty", (), _share),
        Measure("adopted_proposals", ("proposals", "adopted"), "proposal", (TARGET,), _adopted_proposals),
    )
}


def read_params(measure: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The params of `measure` out of `given`, checked, the rest dropped. Raises `WrongParam`."""
    if measure not in MEASURES:
        raise WrongParam("measure")
    read: dict[str, Any] = {}
    for param in MEASURES[measure].params:
        value = given.get(param.name)
        if param.is_codes:
            if not isinstance(value, Sequence) or isinstance(value, str) or not value:
                raise WrongParam(param.name)
            read[param.name] = sorted({str(code) for code in value})
        else:
            if (
                isinstance(value, bool)
                or not isinstance(value, int)
                or not param.least <= value <= param.most
            ):
                raise WrongParam(param.name)
            read[param.name] = value
    return read


def judge(indicator: Indicator, facts: Facts) -> Line:
    """One line: what the measure of `indicator` finds in the facts that it declares."""
    measure = MEASURES[indicator.measure]
    found = measure.judge(
        *(getattr(facts, name) for name in measure.reads), indicator.points, **indicator.params
    )
    has_records = found.share is not None
    share = found.share or Decimal(0)
    return Line(
        indicator=indicator,
        points=(share * indicator.points).quantize(CENT, ROUND_HALF_UP),
        possible=Decimal(indicator.points if has_records else 0).quantize(CENT),
        sentence=found.sentence or (measure.code if has_records else "no_records"),
        numbers={**found.numbers, "points": indicator.points},
        kind=measure.kind,
        records=found.records,
        has_records=has_records,
    )


def score(indicators: Iterable[Indicator], facts: Facts) -> Receipt:
    """The receipt of one organisation; the order in which indicators come makes no difference."""
    return Receipt(tuple(judge(one, facts) for one in sorted(indicators, key=lambda one: one.position)))


def grade(
    bands: Sequence[Mapping[str, Any]], points: Decimal, possible: Decimal, full: int
) -> Mapping[str, Any] | None:
    """The band (from, name, name_en) of points as a share of the possible ones, or None.

    None when less than half of the scheme rests on records: a grade would say more than they do.
    """
    if not possible or possible < full * GRADED_FROM:
        return None
    share = points * 100 / possible
    reached = [band for band in bands if share >= band["from"]]
    return max(reached, key=lambda band: band["from"], default=None)


# --- Quarters -------------------------------------------------------------------------------------
ONE_DAY = dt.timedelta(days=1)


def first_day_of_quarter(day: dt.date) -> dt.date:
    """1 October 2026 for 21 November 2026."""
    return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)


def quarter_before(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the quarter that ended last before `day`."""
    last = first_day_of_quarter(day) - ONE_DAY
    return first_day_of_quarter(last), last


def whole_quarters(starts_on: dt.date, ends_on: dt.date) -> list[tuple[str, dt.date]]:
    """Name (2026Q4) and first day of every quarter that lies wholly in the period, both days included."""
    found = []
    first = first_day_of_quarter(starts_on)
    while first <= ends_on:
        following = first_day_of_quarter(first + dt.timedelta(days=95))
        if first >= starts_on and following - ONE_DAY <= ends_on:
            found.append((f"{first.year}Q{(first.month + 2) // 3}", first))
        first = following
    return found
