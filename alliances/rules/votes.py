"""Who is enough to decide, and what passes: quorum and majority by whole numbers, from attendance and ballots.

A result can be stored with its inputs; `recount` comes to the same result from them. Only units entitled to
vote in the matter are counted: one without a vote, or one that keeps out of it (回避), is no seat.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from alliances.rules.procedure import Part, Terms, read_terms

BALLOTS = ("for", "against", "abstain", "not_voting")
#: What is typed from the papers of a secret vote (票决); "not_voting": invalid (废票) or left blank.
PAPERS = ("favour", "against", "abstain", "not_voting")
#: The way of counting, stored with the inputs: a later way leaves old results checkable.
WAY = 1
#: The rules that a count reads, and nothing else of the procedure.
_COUNTED = ("quorum_numerator", "quorum_denominator", "quorum_strict", "quorum_parts", "majority", "base")
_SHARES = {"two_thirds": (2, 3), "three_quarters": (3, 4)}


class WrongTotals(ValueError):
    """The typed totals of a paper vote cannot be; `name` says which, empty when together they are too many."""

    def __init__(self, name: str = ""):
        super().__init__(name or "more papers than units present")
        self.name = name


@dataclass(frozen=True)
class Seat:
    """One entitled unit. `kinds`: codes of its kind and of the kinds above it. `value`: its ballot, if any.

    `ValueError` for an unknown value, and for the ballot of a unit that is not there.
    """

    unit: int
    kinds: frozenset[str]
    is_present: bool
    value: str | None = None

    def __post_init__(self) -> None:
        if self.value is not None and self.value not in BALLOTS:
            raise ValueError(f"unit {self.unit}: no such ballot: {self.value!r}")
        if self.value is not None and not self.is_present:
            raise ValueError(f"unit {self.unit}: a ballot, but not present")


@dataclass(frozen=True)
class Missing:
    """A part of the quorum that is not there."""

    kind: str
    least: int
    present: int


@dataclass(frozen=True)
class Quorum:
    """`needed`: fewest units present that satisfy the share; `short`: how many of them are still to come."""

    entitled: int
    present: int
    needed: int
    short: int
    missing: tuple[Missing, ...]
    is_met: bool

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "missing": [asdict(part) for part in self.missing]}


@dataclass(frozen=True)
class Count:
    """The result of a vote. `base`: what the majority is of; `needed`: fewest votes in favour that pass.

    entitled = present + absent, and present = favour + against + abstain + not_voting.
    """

    entitled: int
    present: int
    favour: int
    against: int
    abstain: int
    not_voting: int
    absent: int
    base: int
    needed: int
    quorum: Quorum
    is_passed: bool

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "quorum": self.quorum.as_json()}


def count_quorum(seats: Iterable[Seat], terms: Terms) -> Quorum:
    """Whether enough units are present, in all and of each organisation that the rules name.

    Nobody entitled: not met. A part stays missing when no unit of its kind is entitled at all: the remedy is
    to change the rules, not to skip them. `ValueError` when a unit has two seats.
    """
    seats = _once(seats)
    present = sum(seat.is_present for seat in seats)
    return _quorum(len(seats), present, present_of(seats, terms), terms)


def unreachable(seats: Iterable[Seat], terms: Terms) -> tuple[Part, ...]:
    """Parts of the quorum that would be missing even with every unit there: the rules ask for what nobody is."""
    kinds = [seat.kinds for seat in seats]
    return tuple(part for part in terms.quorum_parts if sum(part.kind in one for one in kinds) < part.least)


def count_votes(seats: Iterable[Seat], terms: Terms) -> Count:
    """An open vote (表决). A unit that is present without a ballot counts as not voting.

    The base "cast" is every ballot for, against or abstaining: 弃权 is a vote cast and raises what is
    needed, 未投票 is not. A simple majority is more than half of the base, the others at least their share.
    At least one vote in favour is always needed, so nothing passes on an empty base; nor without a quorum.
    """
    seats = _once(seats)
    favour, against, abstain = (
        sum(seat.value == value for seat in seats) for value in ("for", "against", "abstain")
    )
    return _count(count_quorum(seats, terms), favour, against, abstain, terms)


def count_paper(
    totals: Mapping[str, int],
    entitled: int,
    present: int,
    terms: Terms,
    *,
    of_kind: Mapping[str, int] | None = None,
) -> Count:
    """A secret vote on paper (票决), of which only the totals of `PAPERS` are known; rules as for an open vote.

    The papers may be fewer than the units present: who hands none in counts as not voting.
    `of_kind`: units present of each kind that the quorum names, as `present_of` counts them; a kind left out
    counts as nobody. Raises `WrongTotals`; `ValueError` when the other numbers cannot be.
    """
    for name in (*PAPERS, *totals):
        number = totals.get(name)
        if name not in PAPERS or type(number) is not int or number < 0:
            raise WrongTotals(name)
    if sum(totals.values()) > present:
        raise WrongTotals
    quorum = _quorum(entitled, present, of_kind or {}, terms)
    return _count(quorum, totals["favour"], totals["against"], totals["abstain"], terms)


def present_of(seats: Iterable[Seat], terms: Terms) -> dict[str, int]:
    """Units present of each kind that the quorum names."""
    there = [seat.kinds for seat in seats if seat.is_present]
    return {part.kind: sum(part.kind in kinds for kinds in there) for part in terms.quorum_parts}


def inputs(seats: Iterable[Seat], terms: Terms) -> dict[str, Any]:
    """All that a quorum or an open vote is counted from, as JSON; the order of the seats leaves no trace."""
    rows = [
        {
            "unit": seat.unit,
            "kinds": sorted(seat.kinds),
            "is_present": seat.is_present,
            "value": seat.value,
        }
        for seat in sorted(_once(seats), key=lambda seat: seat.unit)
    ]
    return {"way": WAY, "terms": _counted(terms), "seats": rows}


def paper_inputs(
    totals: Mapping[str, int],
    entitled: int,
    present: int,
    terms: Terms,
    *,
    of_kind: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """All that `count_paper` counts from, as JSON: totals only, no unit."""
    return {
        "way": WAY,
        "terms": _counted(terms),
        "totals": dict(totals),
        "entitled": entitled,
        "present": present,
        "of_kind": dict(of_kind or {}),
    }


def recount(stored: Mapping[str, Any]) -> Count:
    """The result of a vote, open or on paper, once more from its stored inputs."""
    terms = _read_way(stored)
    if "seats" in stored:
        return count_votes(_read_seats(stored), terms)
    return count_paper(
        stored["totals"], stored["entitled"], stored["present"], terms, of_kind=stored["of_kind"]
    )


def recount_quorum(stored: Mapping[str, Any]) -> Quorum:
    """The quorum once more from the stored inputs of its seats."""
    return count_quorum(_read_seats(stored), _read_way(stored))


def _once(seats: Iterable[Seat]) -> Collection[Seat]:
    seats = tuple(seats)
    if len({seat.unit for seat in seats}) < len(seats):
        raise ValueError("a unit has two seats")
    return seats


def _quorum(entitled: int, present: int, of_kind: Mapping[str, int], terms: Terms) -> Quorum:
    if not 0 <= present <= entitled:
        raise ValueError(f"{present} present of {entitled} entitled")
    if not all(0 <= count <= present for count in of_kind.values()):
        raise ValueError("more units present of a kind than in all")
    over, under = terms.quorum_numerator, terms.quorum_denominator
    needed = _more_than(entitled, over, under) if terms.quorum_strict else _at_least(entitled, over, under)
    missing = tuple(
        Missing(part.kind, part.least, of_kind.get(part.kind, 0))
        for part in terms.quorum_parts
        if of_kind.get(part.kind, 0) < part.least
    )
    short = max(0, needed - present)
    return Quorum(
        entitled=entitled,
        present=present,
        needed=needed,
        short=short,
        missing=missing,
        is_met=not short and not missing,
    )


def _count(quorum: Quorum, favour: int, against: int, abstain: int, terms: Terms) -> Count:
    cast = favour + against + abstain
    base = {"cast": cast, "present": quorum.present, "entitled": quorum.entitled}[terms.base]
    needed = (
        _more_than(base, 1, 2) if terms.majority == "simple" else _at_least(base, *_SHARES[terms.majority])
    )
    return Count(
        entitled=quorum.entitled,
        present=quorum.present,
        favour=favour,
        against=against,
        abstain=abstain,
        not_voting=quorum.present - cast,
        absent=quorum.entitled - quorum.present,
        base=base,
        needed=needed,
        quorum=quorum,
        is_passed=quorum.is_met and favour >= needed,
    )


def _more_than(whole: int, over: int, under: int) -> int:
    return whole * over // under + 1


def _at_least(whole: int, over: int, under: int) -> int:
    """Rounded up; one of nothing, so that no share of nobody is ever reached."""
    return max(1, -(-whole * over // under))


def _counted(terms: Terms) -> dict[str, Any]:
    values = terms.as_json()
    return {name: values[name] for name in _COUNTED}


def _read_way(stored: Mapping[str, Any]) -> Terms:
    if stored["way"] != WAY:
        raise ValueError(f"counted in another way: {stored['way']!r}")
    return read_terms(stored["terms"])


def _read_seats(stored: Mapping[str, Any]) -> list[Seat]:
    return [Seat(**{**row, "kinds": frozenset(row["kinds"])}) for row in stored["seats"]]
