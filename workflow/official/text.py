"""How a text is made fit for print, measured and counted the Chinese way."""

import unicodedata

_DIGITS = "〇一二三四五六七八九"


def clean(text: str) -> str:
    """`text` without what no XML file can hold; every kind of line break becomes a newline, a tab a space."""
    text = "\n".join(text.splitlines()).replace("\t", " ")
    return "".join(c for c in text if c == "\n" or not _is_unprintable(c))


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff"


def paragraphs(text: str) -> list[str]:
    """The lines of `text` that have anything on them."""
    return [line for part in clean(text).split("\n") if (line := part.strip())]


def one_line(text: str) -> str:
    """`text` with its line breaks as spaces."""
    return " ".join(paragraphs(text))


def width(text: str) -> float:
    """How many full characters `text` is wide; a Latin letter or digit is half of one."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese figures: 21 → 二十一. Beyond that the digits stay."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def heading_number(level: int, count: int) -> str:
    """The number before the `count`-th heading of its level (GB/T 9704-2012, 7.3.3)."""
    if level == 1:
        return f"{chinese_number(count)}、"
    if level == 2:
        return f"（{chinese_number(count)}）"
    return f"{count}." if level == 3 else f"（{count}）"
