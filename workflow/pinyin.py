"""How a Chinese name is sorted and found by its sound."""

from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin

MAX_VARIANTS = 8


def sort_key(name: str) -> str:
    """Full pinyin, words apart, lower case: 天宁街道 → "tian ning jie dao". ASCII stays as it is."""
    return " ".join(lazy_pinyin(name)).lower()[:255]


def search_key(name: str) -> str:
    """Name, full pinyin and initials in every reading of heteronyms, for search by any part.

    长安 is found by "ca", "za", "changan" and "zhangan"; at most `MAX_VARIANTS` readings are kept.
    """
    readings = pinyin(name, style=Style.NORMAL, heteronym=True)
    variants = list(islice(product(*readings), MAX_VARIANTS))
    words = [name, *("".join(v) for v in variants), *("".join(s[:1] for s in v) for v in variants)]
    return " ".join(dict.fromkeys(words)).lower()[:1000]
