"""What a new version of a text says otherwise, line by line."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from projects.documents.wording import ANNEX

_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.)")


@dataclass(frozen=True)
class Difference:
    """Lines that stood there before and those that stand there now; either may be empty."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def compare(before: str, after: str) -> list[Difference]:
    """Where `after` differs from `before`, top to bottom.

    A line that only got another number is the same line. The annex says nothing that is not in the text.
    """
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(
        None, [key for key, _line in old], [key for key, _line in new], autojunk=False
    )
    return [
        Difference(
            tuple(line for _key, line in old[first:last]), tuple(line for _key, line in new[start:end])
        )
        for tag, first, last, start, end in matcher.get_opcodes()
        if tag != "equal"
    ]


def _lines(text: str) -> list[tuple[str, str]]:
    body = text.split(f"\n\n{ANNEX}\n")[0]
    return [(_NUMBER.sub("", line), line) for line in body.splitlines() if line]
