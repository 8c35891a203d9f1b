"""How often a listing's partner is among the first three: ours, category alone, text alone."""

from collections.abc import Callable, Iterable, Mapping

from bench.compare import Goal, Result
from bench.load import Bench
from bench.matching.pairs import HELD_OUT, TUNED, Lists, Pair, lists
from projects.matching import Side, rank
from projects.matching.likeness import Rarity, Traits, likeness, traits_of

FIRST = 3
#: The scores of all candidates for one listing, by their keys; who is left out is never proposed.
Scores = Mapping[int, float]


def measure(bench: Bench) -> list[Result]:
    """The share of partners among the first three, on both halves and on pairs without a common word."""
    return [
        _result("pairs of the tuned half", lambda pair: pair.half == TUNED),
        _result("held-out pairs", lambda pair: pair.half == HELD_OUT, at_least=1.3),
        _result(
            "held-out pairs without a common word",
            lambda pair: pair.half == HELD_OUT and pair.shares_no_word,
            at_least=1.2,
        ),
    ]


def ours(side: Side, others: Iterable[Side]) -> Scores:
    return {match.other.pk: match.score for match in rank(side, tuple(others))}


def by_category(side: Side, others: Iterable[Side]) -> Scores:
    return {other.pk: float(other.category == side.category) for other in others}


def by_text(side: Side, others: Iterable[Side]) -> Scores:
    """Pairs of characters and topics, nothing else."""
    return _by_likeness(side, others, lambda traits: traits)


def by_characters(side: Side, others: Iterable[Side]) -> Scores:
    """Pairs of characters without the lexicon."""
    return _by_likeness(side, others, lambda traits: Traits(traits.pairs, {}, {}, {}))


ORDERS = {
    "ours": ours,
    "category alone": by_category,
    "text alone": by_text,
    "characters alone": by_characters,
}


def hit_share(pairs: Iterable[Pair], order: Callable[[Side, Iterable[Side]], Scores], all_: Lists) -> float:
    """The share of partners among the first three, asked from both sides; ties count by their chance."""
    hits = []
    for pair in pairs:
        for side, partner in ((pair.need, pair.resource), (pair.resource, pair.need)):
            hits.append(_chance(order(side, all_.others(side)), partner.pk))
    return sum(hits) / len(hits)


def _chance(scores: Scores, partner: int) -> float:
    """How probably `partner` is among the first, when equal scores are shuffled."""
    if partner not in scores:
        return 0.0
    own = scores[partner]
    better = sum(score > own for score in scores.values())
    equal = sum(score == own for score in scores.values())
    return min(1.0, max(0.0, (FIRST - better) / equal))


def _by_likeness(side: Side, others: Iterable[Side], only: Callable[[Traits], Traits]) -> Scores:
    traits = {other.pk: only(traits_of(other.title)) for other in others}
    rarity, own = Rarity(traits.values()), only(traits_of(side.title))
    return {key: likeness(own, its, rarity) for key, its in traits.items()}


def _result(words: str, which: Callable[[Pair], bool], at_least: float | None = None) -> Result:
    everything = lists()
    pairs = [pair for pair in everything.pairs if which(pair)]
    shares = {name: hit_share(pairs, order, everything) for name, order in ORDERS.items()}
    bare = sum(pair.shares_no_word for pair in pairs)
    lengths = f"{len(everything.needs)} needs and {len(everything.resources)} resources on the lists"
    return Result(
        Goal("MATCH", f"partner among the first {FIRST}, ours / category: {words}", at_least=at_least),
        base=(shares["category alone"],),
        target=(shares["ours"],),
        unit="share",
        notes=(
            ", ".join(f"{name} {share:.0%}" for name, share in shares.items()),
            f"{len(pairs)} pairs, {bare} of them without a common word; {lengths}",
        ),
    )
