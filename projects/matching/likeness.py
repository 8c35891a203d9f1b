"""How alike two Chinese texts are: the pairs of characters and the topics they share, the rarer the more."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from projects.matching.lexicon import found, lexicon

#: A shared topic says more than a shared pair of characters; the details say less than the title.
TOPIC = 2.0
DETAIL = 0.35
_RUNS = re.compile(r"[一-鿿]+|[a-z0-9]+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Traits:
    """Pairs of characters and topics of one listing → how strongly; topic → the word that speaks of it."""

    pairs: Mapping[str, float]
    topics: Mapping[str, float]
    words: Mapping[str, str]
    groups: Mapping[str, str]

    @property
    def features(self) -> dict[str, float]:
        return {**self.pairs, **{_topic(name): weight for name, weight in self.topics.items()}}


@lru_cache(maxsize=4096)
def traits_of(title: str, details: str = "", audience: str = "") -> Traits:
    """What the words of a listing say."""
    title, details, audience = plain(title), plain(details), plain(audience)
    pairs, topics, words = dict[str, float](), dict[str, float](), dict[str, str]()
    for text, weight in ((title, 1.0), (details, DETAIL)):
        for pair in pairs_of(text):
            pairs[pair] = max(weight, pairs.get(pair, 0))
        for name, word in found(text, lexicon().topics).items():
            topics[name] = max(weight * TOPIC, topics.get(name, 0))
            words.setdefault(name, word)
    groups = found(audience, lexicon().groups) or found(title, lexicon().groups)
    return Traits(pairs, topics, words, groups)


def plain(text: str) -> str:
    """Full-width characters as plain ones, Latin letters small."""
    return unicodedata.normalize("NFKC", text).lower()


def pairs_of(text: str) -> set[str]:
    """Neighbouring characters of plain text, without words that say nothing and without numbers."""
    pairs = set()
    for run in _RUNS.findall(lexicon().empty.sub(" ", text)):
        if run[0].isascii():
            pairs |= {run} - set(_NUMBER.findall(run))
        else:
            pairs |= {run[start : start + 2] for start in range(len(run) - 1)}
    return pairs


class Rarity:
    """How much a feature says: all of it when nobody else has it, nothing when everybody has."""

    def __init__(self, crowd: Iterable[Traits]) -> None:
        self.counts: Counter[str] = Counter()
        self.size = 0
        for traits in crowd:
            self.size += 1
            self.counts.update(traits.features.keys())

    def of(self, feature: str) -> float:
        """Between 0 and 1."""
        return math.log((self.size + 2) / (self.counts[feature] + 1)) / math.log(self.size + 2)


def likeness(one: Traits, other: Traits, rarity: Rarity) -> float:
    """Between 0 and 1: the cosine of both, each feature weighed by its rarity."""
    left, right = _weighed(one, rarity), _weighed(other, rarity)
    product = sum(weight * right[feature] for feature, weight in left.items() if feature in right)
    return product / (_length(left) * _length(right)) if product else 0.0


def shared_topics(one: Traits, other: Traits, rarity: Rarity) -> list[tuple[str, str]]:
    """The word of each side for what both speak of, the most telling topic first; each pair of words once."""
    both = one.topics.keys() & other.topics.keys()
    ordered = sorted(
        both,
        key=lambda name: (-one.topics[name] * other.topics[name] * rarity.of(_topic(name)), name),
    )
    return list(dict.fromkeys((one.words[name], other.words[name]) for name in ordered))


def shared_words(one: str, other: str) -> str:
    """The longest run of characters that both titles hold, without words that say nothing; at least two."""
    empty = lexicon().empty
    left, right = empty.sub(" ", plain(one)), empty.sub(" ", plain(other))
    best = ""
    for start in range(len(left)):
        end = start + max(len(best) + 1, 2)
        while end <= len(left) and " " not in left[start:end] and left[start:end] in right:
            best, end = left[start:end], end + 1
    return best


def words_alike(title: str) -> set[str]:
    """Every word by which a title shows that it has something in common with this one."""
    topics, text = lexicon().topics, plain(title)
    names = set(found(text, topics))
    return pairs_of(text) | {word for word, under in topics.items() if names.intersection(under)}


def _topic(name: str) -> str:
    # Kept apart from a pair of characters of the same spelling.
    return f"#{name}"


def _weighed(traits: Traits, rarity: Rarity) -> dict[str, float]:
    return {feature: weight * rarity.of(feature) for feature, weight in traits.features.items()}


def _length(weights: dict[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))
