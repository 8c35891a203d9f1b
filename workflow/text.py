"""How names, titles, texts and reasons are read."""

import unicodedata

from django.utils.translation import gettext as _

from workflow.exceptions import BadInput

#: Control and format characters, line and paragraph separators: a reader sees none of them, but they make
#: two names look alike, turn the words around or leave a row without any.
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})


def read_line(text: str, *, field: str) -> str:
    """`text` without outer blanks; raises `BadInput` at `field` when it holds a character that nobody sees."""
    line = text.strip()
    for character in line:
        if unicodedata.category(character) in UNSEEN:
            raise BadInput(
                _("文字里有看不见的字符（U+%(code)s），多半是粘贴时带进来的。请删去后重新手工输入。")
                % {"code": f"{ord(character):04X}"},
                field=field,
            )
    return line


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


def read_reason(reason: str | None, *, most: int = 200) -> str:
    """The reason of an act, which the other side will read; raises `BadInput` when missing or too long."""
    words = read_words(reason, field="reason", label=_("原因"), most=most)
    if not words:
        raise BadInput(_("请写明原因，对方会看到。"), field="reason")
    return words
