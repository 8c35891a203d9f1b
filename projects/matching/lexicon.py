"""The topics of `lexicon.txt`: which words of a text speak of the same thing."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("lexicon.txt")


class Lexicon(NamedTuple):
    """Word → the topics under which it stands; word → the groups of people it names; words that say nothing."""

    topics: dict[str, tuple[str, ...]]
    groups: dict[str, tuple[str, ...]]
    empty: re.Pattern
    longest: int


@cache
def lexicon() -> Lexicon:
    """The file, read once."""
    topics: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    empty: list[str] = []
    for line in _FILE.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("-"):
            empty += line[1:].split()
            continue
        name, words = line.lstrip("@").split(":", 1)
        table = groups if line.startswith("@") else topics
        for word in words.split():
            table.setdefault(word, []).append(name)
    # The longest first: 志愿者 goes before 志愿.
    pattern = re.compile("|".join(sorted(map(re.escape, empty), key=len, reverse=True)))
    return Lexicon(
        {word: tuple(names) for word, names in topics.items()},
        {word: tuple(names) for word, names in groups.items()},
        pattern,
        max(map(len, (*topics, *groups))),
    )


def found(text: str, table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Topic or group → the longest word of `text` that speaks of it."""
    longest = lexicon().longest
    names: dict[str, str] = {}
    for start in range(len(text) - 1):
        for end in range(start + 2, min(start + longest, len(text)) + 1):
            word = text[start:end]
            for name in table.get(word, ()):
                if len(word) > len(names.get(name, "")):
                    names[name] = word
    return names
