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


def canonical_json(data: Mapping[str, Any]) -> bytes:
    """The canonical JSON of `data`: sorted keys, UTF-8, no spaces.

    `data` holds text, whole numbers, booleans, null, lists and dictionaries; amounts are text, since a
    float would not read the same everywhere.
    """
    # In one piece: the encoder that hands out pieces is written in Python and ten times slower.
    return json.dumps(
        data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def canonical_chunks(data: Mapping[str, Any]) -> Iterator[bytes]:
    """The canonical JSON in pieces of 64 kB, for a response that streams."""
    body = canonical_json(data)
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]


def check_value(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal: what `sha256sum` prints for the downloaded file."""
    return hashlib.sha256(canonical_json(data)).hexdigest()


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
