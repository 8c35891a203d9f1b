"""How names and titles are read."""

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
