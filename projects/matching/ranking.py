"""In which order candidates are proposed: a weighted sum of what can be said in words, never of who an owner is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from projects.matching import aspects
from projects.matching.likeness import Rarity, Traits, likeness, traits_of
from projects.matching.listings import Cause, Past, Refusal, Side

#: What each aspect adds at most; docs/explanation/matching.md gives the reasons and what was measured.
WEIGHTS = {
    "text": 1.0,
    "category": 0.15,
    "audience": 0.15,
    "place": 0.12,
    "time": 0.12,
    "quantity": 0.08,
    "past": 0.08,
}
#: What an earlier "does not suit us" takes off a candidate of which the same can be said.
REFUSED = 0.3
#: With less of likeness than this a candidate says something else; only of the same category is it worth a look.
LEAST_LIKENESS = 0.06


@dataclass(frozen=True)
class Match:
    """A candidate with its aspects, each between 0 and 1, and what the reasons are made of."""

    this: Side
    other: Side
    score: float
    aspects: Mapping[str, float]
    meeting: aspects.Meeting
    traits: tuple[Traits, Traits] = field(repr=False)
    rarity: Rarity = field(repr=False)
    past: Past | None = None
    refusals: Sequence[Refusal] = ()

    @property
    def says_alike(self) -> bool:
        return self.aspects["text"] >= LEAST_LIKENESS


def rank(
    this: Side,
    others: Sequence[Side],
    *,
    refusals: Sequence[Refusal] = (),
) -> list[Match]:
    """The candidates worth a look, the best first; equal ones in the order of the newest.

    `refusals` are what the owner of `this` said of others before.
    """
    own = _traits(this)
    traits = {other.pk: _traits(other) for other in others}
    rarity = Rarity(traits.values())
    found = []
    for other in others:
        match = _compare(this, other, own, traits[other.pk], rarity)
        if match.says_alike or match.aspects["category"] == 1:
            found.append(_with_refusals(match, refusals))
    return sorted(found, key=_best_first)


def weigh_past(matches: Sequence[Match], past: Mapping[int, Past]) -> list[Match]:
    """The candidates in their order after what was done before has been weighed; `past` by the candidate's owner.

    Apart from `rank`, because only the first of many candidates are worth the look into the past.
    """
    weighed = []
    for match in matches:
        if known := past.get(match.other.owner):
            gain = WEIGHTS["past"] * aspects.past(known)
            match = replace(match, score=match.score + gain, past=known)
        weighed.append(match)
    return sorted(weighed, key=_best_first)


def _best_first(match: Match) -> tuple[float, int]:
    return -match.score, -match.other.pk


def _traits(side: Side) -> Traits:
    return traits_of(side.title, f"{side.details} {side.audience} {side.owner_name}", side.audience)


def _compare(this: Side, other: Side, own: Traits, its: Traits, rarity: Rarity) -> Match:
    meeting = aspects.meeting(this, other)
    values = {
        "text": likeness(own, its, rarity),
        "category": aspects.category(this.category, other.category),
        "audience": aspects.audience(own.groups, its.groups),
        "place": aspects.place(this, other),
        "time": meeting.share,
        "quantity": meeting.coverage,
    }
    score = sum(WEIGHTS[name] * value for name, value in values.items())
    return Match(this, other, score, values, meeting, (own, its), rarity)


def _with_refusals(match: Match, refusals: Sequence[Refusal]) -> Match:
    """The candidate sinks once for each cause that holds for it too."""
    held = {}
    for refusal in refusals:
        if refusal.cause not in held and _holds(match, refusal):
            held[refusal.cause] = refusal
    if not held:
        return match
    return replace(match, score=match.score - REFUSED * len(held), refusals=tuple(held.values()))


def _holds(match: Match, refusal: Refusal) -> bool:
    """Whether what was said of another candidate can be said of this one."""
    if refusal.cause == Cause.PLACE:
        return aspects.place(refusal.other, match.other) == 1
    if refusal.cause == Cause.TIME:
        return match.meeting.is_apart
    if refusal.cause == Cause.QUANTITY:
        return match.meeting.is_short
    if refusal.cause == Cause.CONTENT:
        alike = likeness(_traits(refusal.other), match.traits[1], match.rarity)
        return alike >= 0.3
    return False
