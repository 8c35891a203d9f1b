"""How the words of a paper list become a quantity, an interval, a category and a title."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from workflow.exceptions import BadInput

MOST = 100_000
_QUANTITY = re.compile(r"^(\d{1,6})\s*([一-鿿㎡]{1,4})$")
_DIGITS = {
    "两": "2",
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
    "十": "10",
}
_DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
_DAY = re.compile(rf"^{_DATE}$")
_DAYS = re.compile(rf"^{_DATE}\s*(?:至|到|~|—|–)\s*{_DATE}$")
_HOURS = re.compile(rf"^{_DATE}\s*(\d{{1,2}}):(\d{{2}})\s*(?:至|到|~|-|—|–)\s*(\d{{1,2}}):(\d{{2}})$")
_BRACKET = re.compile(r"\s*\([^()]*\)\s*$")
_TRANSLATED = re.compile(r"^(.+?)\s*[(（]([^()（）]*)[)）]$")
_MONTH = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?$")

#: Words of published lists and the shipped category that means them; the first that is found counts.
_CATEGORIES = (
    (("停车",), "parking"),
    (("物品", "辅具"), "goods"),
    (("陪伴", "跑腿", "关爱"), "company"),
    (("助学",), "schooling"),
    (("文体", "文化"), "culture"),
    (("场地",), "venue"),
    (("设施", "维修"), "facilities"),
    (("环境",), "environment"),
    (("健康", "为老", "助残"), "health"),
    (("法治", "普法"), "law"),
    (("企业服务",), "business"),
    (("党建",), "building"),
    (("宣传", "教育"), "education"),
    (("技能", "便民"), "skills"),
    (("新就业",), "riders"),
    (("应急",), "emergency"),
    (("帮困",), "hardship"),
)
OTHER = "general"


@dataclass(frozen=True)
class Amount:
    """A readable quantity: how many of what."""

    number: int
    measure: str


def read_quantity(text: str) -> Amount | None:
    """`13个`, `60㎡`, `1件(按心愿推定)`, `两场`: a plain number and its measure; anything else is None."""
    plain = _plain(text)
    if plain[:1] in _DIGITS:
        plain = _DIGITS[plain[0]] + plain[1:]
    match = _QUANTITY.match(plain)
    if not match or not 1 <= int(match.group(1)) <= MOST:
        return None
    measure = match.group(2)
    # 24小时, 3年 and 2023年度 are times, not amounts.
    if measure[0] in "年月日时周天" or measure.startswith(("小时", "分钟")):
        return None
    return Amount(int(match.group(1)), measure)


def read_interval(text: str) -> tuple[datetime, datetime] | None:
    """A plain interval, half-open: a day, a month, from day to day, or hours of one day.

    `每周六日上午`, `春节前` and a date without a year are not one interval: None.
    """
    plain = _plain(text)
    try:
        if match := _HOURS.match(plain):
            year, month, day, *clock = (int(part) for part in match.groups())
            on = date(year, month, day)
            start = datetime.combine(on, time(clock[0], clock[1]))
            end = datetime.combine(on, time(clock[2], clock[3]))
        elif match := _DAYS.match(plain):
            parts = [int(part) for part in match.groups()]
            start = datetime.combine(date(*parts[:3]), time.min)
            end = datetime.combine(date(*parts[3:]) + timedelta(days=1), time.min)
        elif match := _DAY.match(plain):
            start = datetime.combine(date(*(int(part) for part in match.groups())), time.min)
            end = start + timedelta(days=1)
        elif match := _MONTH.match(plain):
            year, month = int(match.group(1)), int(match.group(2))
            start = datetime(year, month, 1)
            end = datetime(year + month // 12, month % 12 + 1, 1)
        else:
            return None
    except ValueError:
        return None
    if start >= end:
        return None
    return timezone.make_aware(start), timezone.make_aware(end)


def category_code(text: str) -> str:
    """The shipped category that the words of a paper list mean; `general` for the unknown."""
    for words, code in _CATEGORIES:
        if any(word in text for word in words):
            return code
    return OTHER


def chinese_title(text: str) -> str:
    """The title without its bracketed translation: `轮椅 (wheelchair)` is 轮椅."""
    match = _TRANSLATED.match(text.strip())
    if match and match.group(2).isascii():
        return match.group(1)
    return text.strip()


def _plain(text: str) -> str:
    """Full-width characters as plain ones, and no remark in brackets at the end."""
    # NFKC also takes the square metre apart.
    return _BRACKET.sub("", unicodedata.normalize("NFKC", text)).strip().replace("m2", "㎡")


# --- What every act asks of its input ---------------------------------------------------------------
def check_quantity(quantity: int, *, most: int = MOST, field: str = "quantity") -> int:
    """`quantity`; raises `BadInput` unless it lies between 1 and `most`."""
    if not 1 <= quantity <= most:
        raise BadInput(
            _("数量要在 1 到 %(most)s 之间。请改成这个范围内的整数。") % {"most": most}, field=field
        )
    return quantity


def check_part(quantity: int, *, total: int, measure: str, is_divisible: bool) -> int:
    """`quantity` of a slot that holds `total`; raises `BadInput` unless it is all of one that is not to be divided."""
    check_quantity(quantity)
    if not is_divisible and quantity != total:
        raise BadInput(
            _("这个条目要整份认领，不能只认领一部分。请把数量改为 %(total)s %(measure)s。")
            % {"total": total, "measure": measure},
            field="quantity",
        )
    return quantity


def check_counted(counted: int, *, reported: int) -> int:
    """`counted`; raises `BadInput` unless it lies between 0 and one less than `reported`."""
    if not 0 <= counted < reported:
        raise BadInput(
            _(
                "您确认的数量要比报告的 %(reported)s 少；完全没有交付填 0。数量一致时请直接确认，多出的请对方另行报告。"
            )
            % {"reported": reported},
            field="counted",
        )
    return counted


def check_settled(quantity: int, *, reported: int) -> int:
    """`quantity`; raises `BadInput` unless it lies between 0 and `reported`."""
    if not 0 <= quantity <= reported:
        raise BadInput(
            _("认定数量要在 0 到 %(reported)s 之间。请改成这个范围内的整数。") % {"reported": reported},
            field="quantity",
        )
    return quantity


#: Years ahead that an agreement may reach: beyond it a year is mistyped.
LONGEST_TERM = 10


def check_term(term_from: date | None, term_until: date | None, review_on: date | None) -> None:
    """Raise `BadInput` unless both ends of a term are given, or none, in order and not past, the review within it."""
    today = timezone.localdate()
    if (term_from is None) != (term_until is None):
        field = "term_from" if term_from is None else "term_until"
        raise BadInput(_("协议期限要么起止都填，要么都不填。"), field=field)
    if term_from and term_until and term_from > term_until:
        raise BadInput(_("期满日期早于起始日期。请改正其中一个。"), field="term_until")
    if term_until and term_until < today:
        raise BadInput(_("期满日期已过。请填写今天或以后的日期。"), field="term_until")
    if review_on and review_on < today:
        raise BadInput(_("回顾日期已过。请填写今天或以后的日期。"), field="review_on")
    if review_on and term_until and review_on > term_until:
        raise BadInput(_("回顾日期在期满之后。请填写期限以内的日期。"), field="review_on")
    last = max(filter(None, (term_until, review_on)), default=today)
    if last.year > today.year + LONGEST_TERM:
        field = "term_until" if last == term_until else "review_on"
        raise BadInput(
            _("日期最远到 %(year)s 年。请检查年份。") % {"year": today.year + LONGEST_TERM}, field=field
        )
