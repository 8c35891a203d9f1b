"""How long a text may be that an act is given, and whether it may be missing."""

import unicodedata

from django.utils.translation import gettext as _

from workflow.exceptions import BadInput
from workflow.text import UNSEEN


def read_words(text: str | None, *, field: str, label: str, most: int, required: bool = False) -> str:
    """`text` without outer blanks; raises `BadInput` when too long, or missing though `required`.

    Characters that nobody sees, as they come along with pasted text, are no words.
    """
    words = (text or "").strip()
    if all(character.isspace() or unicodedata.category(character) in UNSEEN for character in words):
        words = ""
    if required and not words:
        raise BadInput(_("请填写“%(label)s”。") % {"label": label}, field=field)
    if len(words) > most:
        raise BadInput(
            _("“%(label)s”有 %(length)s 个字，最多 %(most)s 个。请写短一些。")
            % {"label": label, "length": len(words), "most": most},
            field=field,
        )
    return words
