"""What an official document is made of: plain, frozen values, top to bottom.

All text is data: markup, braces and a leading "=" are printed as they stand; control characters fall
out. A line break divides paragraphs of text and quotations, breaks the line in a title or a table's
cell, and is a space everywhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4. The writer numbers it: 一、 （一） 1. （1）."""

    level: Literal[1, 2, 3, 4]
    text: str

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3, 4):
            raise ValueError(f"An official document has headings of level 1 to 4, not {self.level}.")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text, the first line two characters in."""

    text: str


@dataclass(frozen=True, slots=True)
class People:
    """Who was there (出席), excused (请假), absent (缺席), or sat in (列席). Without names it says 无.

    Without a label the names go on beneath those of the block before, on a line of their own.
    """

    label: str
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table. Its first row repeats on every page; no row is cut by a page's end.

    `widths` are shares of the text's width, one for each column. Raises `ValueError` when a row or
    the widths do not fit the columns.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    title: str = ""

    def __post_init__(self) -> None:
        if not self.columns or any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("Every row of a table needs one cell for each column.")
        if len(self.widths) != len(self.columns) or any(width <= 0 for width in self.widths):
            raise ValueError("A table needs one width above zero for each column.")


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wants said beside the text, such as a minority opinion: indented, in another face."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Issuer above date at the right, the date four characters in. Stays with the block before it."""

    issuer: str
    date: str


Block = Heading | Paragraph | People | Table | Quote | Signature


@dataclass(frozen=True, slots=True)
class Document:
    """One document. Every part of the head may be empty; with all of them empty there is no red rule.

    `header` stands in red ("××××纪要"), `number` beneath it ("〔2026〕3号"), `issuer` and `date_words`
    at both ends of the line above the red rule.
    """

    title: str
    blocks: Sequence[Block]
    header: str = ""
    number: str = ""
    issuer: str = ""
    date_words: str = ""
