"""Which values an alliance and a contact may have, each refused with a sentence that names the field."""

import re
import unicodedata

from django.utils.translation import gettext as _

from workflow.exceptions import BadInput
from workflow.text import read_line

#: Working days that an alliance may allow for an answer, a signature, an acknowledgement.
DAYS = range(1, 61)
_PHONE = re.compile(r"^\+?[0-9][0-9 ()-]{4,24}(转 ?[0-9]{1,6})?$")


def read_name(text: str, *, field: str, at_most: int) -> str:
    """`text` as `read_line` gives it; raises `BadInput` when it is empty or too long, too."""
    name = read_line(text, field=field)
    if not name:
        raise BadInput(_("名称不能为空。请填写名称。"), field=field)
    if len(name) > at_most:
        raise BadInput(
            _("名称有 %(length)s 个字，最多 %(most)s 个。请写短一些。")
            % {"length": len(name), "most": at_most},
            field=field,
        )
    return name


def check_days(days: int, *, field: str) -> int:
    """`days`; raises `BadInput` outside `DAYS`."""
    if days not in DAYS:
        raise BadInput(
            _("期限要在 %(least)s 到 %(most)s 个工作日之间。请改成这个范围内的整数。")
            % {"least": DAYS[0], "most": DAYS[-1]},
            field=field,
        )
    return days


def read_phone(text: str, *, field: str = "contact_phone") -> str:
    """A telephone number as people write it, full-width digits read; empty stays empty; raises `BadInput`."""
    phone = unicodedata.normalize("NFKC", text).strip()
    if phone and (len(phone) > 30 or not _PHONE.match(phone)):
        raise BadInput(_("电话号码无法识别。请按 0500-00001234 或 0500-00001234转8 填写。"), field=field)
    return phone
