"""In which bytes receipts and reports leave the house: canonical JSON with its check value, and a tidy CSV."""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

CHUNK = 64 * 1024
BOM = "\ufeff"
#: A cell that begins with one of these is a formula to a spreadsheet; see OWASP, CSV injection.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def canonical_chunks(data: Mapping[str, Any]) -> Iterator[bytes]:
    """The canonical JSON of `data` (sorted keys, UTF-8, no spaces) in pieces of about 64 kB.

    `data` holds text, whole numbers, booleans, null, lists and dictionaries; amounts are text, since a
    float would not read the same everywhere.
    """
    encoder = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    pieces: list[str] = []
    length = 0
    for piece in encoder.iterencode(data):
        pieces.append(piece)
        length += len(piece)
        if length >= CHUNK:
            yield "".join(pieces).encode()
            pieces, length = [], 0
    yield "".join(pieces).encode()


def check_value(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal: what `sha256sum` prints for the downloaded file."""
    digest = hashlib.sha256()
    for chunk in canonical_chunks(data):
        digest.update(chunk)
    return digest.hexdigest()


def safe_cell(value: Any) -> str:
    """`value` as text that no spreadsheet takes for a formula; a leading apostrophe marks what was defused."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


class _Echo:
    """A file that hands every written row straight back."""

    def write(self, text: str) -> str:
        return text


def csv_chunks(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """UTF-8 with a byte-order mark, so that WPS and Excel read Chinese; one row at a time."""
    writer = csv.writer(_Echo())
    yield BOM.encode() + writer.writerow([safe_cell(cell) for cell in header]).encode()
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row]).encode()
