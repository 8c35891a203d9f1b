"""How rows are found by any part of a word, in Chinese too (docs/adr/0012-search-by-single-characters-and-pairs.md).

Two functions of the database do the reading (members/migrations/0006_search_functions.py): `search_text` writes
compatibility characters in the usual way and Latin letters small; `search_grams` gives each character of that text
and each pair of neighbours. An index on the grams leads to the rows, the text itself decides.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.lookups import DataContains
from django.core.exceptions import ValidationError
from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

#: More is a paragraph, not words to look for.
MOST_CHARACTERS = 60
MOST_WORDS = 8
#: Between two columns stands what no word contains, so that nothing is found across them.
BETWEEN = " || E'\\n' || "
#: Characters on either side of what was found in a long text.
AROUND = 18


def check_query(query: str) -> None:
    """A form's validator: raises `ValidationError` when the query is longer than a search reads."""
    if len(query) > MOST_CHARACTERS or len(words_of(query)) > MOST_WORDS:
        raise ValidationError(
            _("最多搜 %(characters)s 个字、%(words)s 个词。请只留最要紧的几个词。")
            % {"characters": MOST_CHARACTERS, "words": MOST_WORDS}
        )


def words_of(query: str) -> list[str]:
    """The words of a query, each once: spelt as `search_text` does, cut at blanks of any width.

    One more than a form allows is enough: the longest address must not become a statement of a thousand parts.
    """
    return list(dict.fromkeys(_spelt(query.replace("\0", " ")).split()))[: MOST_WORDS + 1]


def grams(*columns: str) -> Func:
    """The expression to be indexed for a search over `columns`, text columns without nulls."""
    # Arguments in the order of the alphabet, as a migration writes them: Django tells expressions apart by it.
    return Func(*columns, arg_joiner=BETWEEN, function="search_grams", output_field=ArrayField(TextField()))


def shows(word: str, *columns: str) -> Q:
    """The condition that `word`, one of `words_of`, is part of one of `columns`: reads each row's text."""
    text = Func(*columns, function="search_text", arg_joiner=BETWEEN, output_field=TextField())
    # "Not equal" and not "greater": the planner takes that for nearly certain and guesses from the grams alone.
    return ~Q(Exact(StrIndex(text, Value(word)), 0))


def holds(word: str, *columns: str) -> Q:
    """The same condition by the index on `grams(*columns)`.

    The text comes first: where a word is so frequent that the database walks the newest rows without the
    index, taking rows apart that do not show the word would cost more than all the rest.
    """
    parts = Func(Value(word), function="search_grams", output_field=ArrayField(TextField()))
    return shows(word, *columns) & Q(DataContains(grams(*columns), parts))


@dataclass(frozen=True)
class Piece:
    """A stretch of a text that was found, or one between two of them."""

    text: str
    is_found: bool = False


def mark(text: str, words: Iterable[str]) -> list[Piece]:
    """`text` cut where one of `words` stands in it; the pieces together are `text` again."""
    spelt, places = _spell_by_character(text)
    is_found = [False] * len(text)
    for word in words:
        start = spelt.find(word)
        while start >= 0:
            first, last = places[start], places[start + len(word) - 1]
            is_found[first : last + 1] = [True] * (last + 1 - first)
            start = spelt.find(word, start + 1)
    pieces: list[Piece] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or is_found[at] != is_found[begin]:
            pieces.append(Piece(text[begin:at], is_found[begin]))
            begin = at
    return pieces


def excerpt(texts: Iterable[str], words: Iterable[str]) -> list[Piece]:
    """The first of `texts` in which a word stands, marked and cut to its surroundings; nothing without one."""
    words = list(words)
    for text in texts:
        pieces = mark(text, words)
        place = next((at for at, piece in enumerate(pieces) if piece.is_found), None)
        if place is None:
            continue
        before = "".join(piece.text for piece in pieces[:place])
        after = "".join(piece.text for piece in pieces[place + 1 :])
        left = before if len(before) <= AROUND else "…" + before[-AROUND:]
        right = after if len(after) <= AROUND else after[:AROUND] + "…"
        return [Piece(left), pieces[place], *mark(right, words)]
    return []


def _spelt(text: str) -> str:
    """`text` as `search_text` writes it. Only A to Z become small: what else would depends on the database's locale."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(chr(ord(one) + 32) if "A" <= one <= "Z" else one for one in text)


def _spell_by_character(text: str) -> tuple[str, list[int]]:
    """`text` spelt, and for each character of that the place in `text` from which it came."""
    spelt = [_spelt(one) for one in text]
    return "".join(spelt), [at for at, some in enumerate(spelt) for _one in some]
