"""How a Chinese name is sorted and found by its sound."""

from pypinyin import Style, lazy_pinyin, pinyin


def sort_key(name: str) -> str:
    """Full pinyin, words apart, lower case: 天宁街道 → "tian ning jie dao". ASCII stays as it is."""
    return " ".join(lazy_pinyin(name)).lower()[:255]


def search_key(name: str) -> str:
    """Name, full pinyin and initials, for search by any part.

    The phrase's own reading comes first; then each character in turn takes its other readings, so
    that 长安 is found by "ca", "za", "changan" and "zhangan".
    """
    usual = lazy_pinyin(name, errors=list)  # type: ignore[arg-type]
    variants = [usual]
    if len(usual) == len(name):
        for place, character in enumerate(name):
            for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
                if reading != usual[place]:
                    variants.append([*usual[:place], reading, *usual[place + 1 :]])
    full = ["".join(variant) for variant in variants]
    initials = ["".join(sound[:1] for sound in variant) for variant in variants]
    return " ".join(dict.fromkeys([name, *full, *initials])).lower()[:1000]
