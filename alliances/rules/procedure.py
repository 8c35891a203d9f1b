"""The rules of procedure (议事规则) of an alliance as values: read, checked, written, and the days they set.

A version of the rules is stored as `Terms.as_json()` and comes back through `read_terms`. What comes from
published rule texts and what is a default of this system is said at `Terms`.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext as _

from alliances.rules.values import DAYS, read_name
from workflow.exceptions import BadInput

RHYTHMS = ("monthly", "quarterly", "half_yearly", "fixed")
CONVENERS = ("host", "duty")
MAJORITIES = ("simple", "two_thirds", "three_quarters")
BASES = ("cast", "present", "entitled")
#: Calendar days before a meeting that a deadline may lie.
DAYS_BEFORE = range(0, 91)
TERM_MONTHS = range(1, 61)
#: Numerator and denominator of the quorum.
SHARES = range(1, 101)
#: Units of one kind that a quorum may ask for: more than any known street alliance has.
LEAST = range(1, 1000)
#: Characters of the name of a list.
NAME_LENGTH = 20

#: Months in which a regular meeting falls; half-yearly as published: March and December.
_MONTHS = {"monthly": tuple(range(1, 13)), "quarterly": (3, 6, 9, 12), "half_yearly": (3, 12)}
#: A kind's code as `members` stores it.
_CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")


@dataclass(frozen=True)
class Part:
    """At least `least` units present that are of the kind with this code, or stand under such an organisation."""

    kind: str
    least: int


@dataclass(frozen=True)
class Terms:
    """One version of the rules. Build it with `read_terms`, which checks; the constructor does not.

    Found in published rules: a meeting every month, every quarter, or in March and December (`rhythm`); the
    street or a yearly duty unit in the chair (`convener`, `term_months`); topics closed 7 or 15 days before
    (`close_days`); notice 3 days before (`notice_days`); consensus before any vote (`consensus_first`); the
    duty to answer requests for help (`duty_answer_days`, without a number); lists whose names differ from
    place to place (`needs_name`, `resources_name`, `projects_name`).

    Ours: every other number. No published rule names a quorum for the joint meeting, a proxy or an
    abstention. More than half present is taken from a rule for a members' assembly; one unit of each of the
    three organisations of a street (`quorum_parts`), the majority and its `base`, no `proxies`, and fixed
    contacts (固定联系人) for enterprises (`contact_kinds`) are defaults of this system.
    """

    rhythm: str = "quarterly"
    #: Filled exactly when `rhythm` is "fixed"; ascending.
    months: tuple[int, ...] = ()
    convener: str = "host"
    term_months: int = 12
    #: Calendar days before the meeting: call for items, last day for items, notice with agenda.
    call_days: int = 15
    close_days: int = 7
    notice_days: int = 3
    #: Working days after: draft of the minutes, their confirmation.
    minutes_days: int = 3
    confirm_days: int = 5
    #: The share of the units entitled to vote that has to be present; `quorum_strict`: more than that share.
    quorum_numerator: int = 1
    quorum_denominator: int = 2
    quorum_strict: bool = True
    quorum_parts: tuple[Part, ...] = (
        Part("administrative_group", 1),
        Part("residential_committee", 1),
        Part("enterprise_committee", 1),
    )
    consensus_first: bool = True
    majority: str = "simple"
    base: str = "present"
    #: Whether a unit that another member represents counts as present and votes through it.
    proxies: bool = False
    contact_kinds: tuple[str, ...] = ("enterprise_committee",)
    needs_name: str = "需求清单"
    resources_name: str = "资源清单"
    projects_name: str = "项目清单"
    #: Working days in which a request for help, a transfer or an escalation is answered.
    duty_answer_days: int = 5

    def as_json(self) -> dict[str, Any]:
        """Every rule as JSON knows it; `read_terms` reads it back to the same value."""
        values = asdict(self)
        for name in ("months", "quorum_parts", "contact_kinds"):
            values[name] = list(values[name])
        return values


#: What an alliance has without a word of its own.
DEFAULTS = Terms()


def read_terms(values: Mapping[str, Any], *, over: Terms = DEFAULTS) -> Terms:
    """The rules `over` with these values in place of its own; raises `BadInput` with the rule as `field`.

    Months belong to the rhythm: a new rhythm without months drops those of `over`.
    """
    _check_known(values)
    read = {name: _READERS[name](value, name) for name, value in values.items()}
    if read.get("rhythm", "fixed") != "fixed":
        read.setdefault("months", ())
    terms = replace(over, **read)
    _check_together(terms)
    return terms


def overridden(default: Terms, own: Mapping[str, Any], open_fields: Collection[str]) -> Terms:
    """The rules of an alliance: `default`, with its `own` values where the default's owner left a rule open.

    Own values of a closed rule wait without effect. Raises `BadInput` like `read_terms`; also when own values
    that were right once do not fit a default that has changed since.
    """
    _check_known(own)
    return read_terms({name: value for name, value in own.items() if name in open_fields}, over=default)


def next_month(terms: Terms, last: dt.date | None, today: dt.date) -> dt.date:
    """First day of the month of the next regular meeting after `last`, never before the month of `today`.

    Quarterly: the last month of the quarter after the one of `last`, so that a meeting held early or late in
    its quarter moves no other. Without `last`, the first month of the rhythm from that of `today`.
    """
    month = _count(today)
    if last is not None:
        after = (_count(last) // 3 + 1) * 3 if terms.rhythm == "quarterly" else _count(last) + 1
        month = max(month, after)
    months = _MONTHS.get(terms.rhythm, terms.months)
    while month % 12 + 1 not in months:
        month += 1
    return dt.date(month // 12, month % 12 + 1, 1)


def deadlines(terms: Terms, starts_on: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """The days of the call for items, of its close and of the notice, for a meeting on `starts_on`."""
    call_on, close_on, notice_on = (
        starts_on - dt.timedelta(days=days)
        for days in (terms.call_days, terms.close_days, terms.notice_days)
    )
    return call_on, close_on, notice_on


def _count(day: dt.date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def _check_known(values: Mapping[str, Any]) -> None:
    if not isinstance(values, Mapping):
        raise BadInput(_("议事规则的格式有误。请按规则名称逐项填写。"))
    for name in values:
        if name not in _READERS:
            raise BadInput(
                _("议事规则中没有“%(name)s”这一项。请删去，或改用已有的规则名称。") % {"name": name},
                field=str(name),
            )


def _check_together(terms: Terms) -> None:
    if terms.rhythm == "fixed" and not terms.months:
        raise BadInput(_("按固定月份开会，但没有写明月份。请至少选择一个月份。"), field="months")
    if terms.rhythm != "fixed" and terms.months:
        raise BadInput(
            _("只有按固定月份开会才填写月份。请清空月份，或把开会周期改为固定月份。"), field="months"
        )
    if terms.call_days <= terms.close_days:
        raise BadInput(
            _("征集议题要早于截止征集。请让征集的提前天数大于截止的提前天数。"), field="call_days"
        )
    if terms.close_days < terms.notice_days:
        raise BadInput(
            _("截止征集不能晚于发会议通知。请让截止的提前天数不小于通知的提前天数。"), field="close_days"
        )
    if terms.quorum_numerator > terms.quorum_denominator:
        raise BadInput(_("法定人数的比例大于一。请让分子不大于分母。"), field="quorum_numerator")
    if terms.quorum_strict and terms.quorum_numerator == terms.quorum_denominator:
        raise BadInput(
            _("到会单位不可能超过全体。请把“超过”改为“达到”，或改小比例。"), field="quorum_strict"
        )


def _whole(among: range) -> Callable[[Any, str], int]:
    def read(value: Any, field: str) -> int:
        if type(value) is not int or value not in among:  # True is an int to Python
            raise BadInput(
                _("这一项要填 %(least)s 到 %(most)s 之间的整数。请改成这个范围内的整数。")
                % {"least": among[0], "most": among[-1]},
                field=field,
            )
        return value

    return read


def _choice(among: tuple[str, ...]) -> Callable[[Any, str], str]:
    def read(value: Any, field: str) -> str:
        if not isinstance(value, str) or value not in among:
            raise BadInput(_("没有这个选项。请从列表中选择。"), field=field)
        return value

    return read


def _read_flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise BadInput(_("这一项只能是“是”或“否”。请重新选择。"), field=field)
    return value


def _read_list_name(value: Any, field: str) -> str:
    name = " ".join(value.split()) if isinstance(value, str) else "\0"
    if not name.isprintable():
        raise BadInput(_("清单名称不是文字，或含有无法显示的字符。请重新填写。"), field=field)
    return read_name(name, field=field, at_most=NAME_LENGTH)


def _read_months(value: Any, field: str) -> tuple[int, ...]:
    months = value if isinstance(value, list | tuple) else [None]
    if any(type(month) is not int or not 1 <= month <= 12 for month in months) or _repeats(months):
        raise BadInput(_("月份要填 1 到 12 的整数，且不能重复。请重新选择。"), field=field)
    return tuple(sorted(months))


def _read_kinds(value: Any, field: str) -> tuple[str, ...]:
    codes = value if isinstance(value, list | tuple) else [None]
    if not all(isinstance(code, str) and _CODE.fullmatch(code) for code in codes) or _repeats(codes):
        raise BadInput(_("组织类型无法识别，或有重复。请从列表中选择，每种只选一次。"), field=field)
    return tuple(codes)


def _read_parts(value: Any, field: str) -> tuple[Part, ...]:
    parts: Any = value if isinstance(value, list | tuple) else [None]
    if not all(isinstance(part, Mapping) and set(part) == {"kind", "least"} for part in parts):
        raise BadInput(
            _("法定人数中的组织要求无法识别。请为每项写明组织类型和最少到会单位数。"), field=field
        )
    kinds = _read_kinds([part["kind"] for part in parts], field)
    read_least = _whole(LEAST)
    return tuple(
        Part(kind, read_least(part["least"], field)) for kind, part in zip(kinds, parts, strict=True)
    )


def _repeats(values: Collection[Any]) -> bool:
    return len(set(values)) < len(values)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "rhythm": _choice(RHYTHMS),
    "months": _read_months,
    "convener": _choice(CONVENERS),
    "term_months": _whole(TERM_MONTHS),
    "call_days": _whole(DAYS_BEFORE),
    "close_days": _whole(DAYS_BEFORE),
    "notice_days": _whole(DAYS_BEFORE),
    "minutes_days": _whole(DAYS),
    "confirm_days": _whole(DAYS),
    "quorum_numerator": _whole(SHARES),
    "quorum_denominator": _whole(SHARES),
    "quorum_strict": _read_flag,
    "quorum_parts": _read_parts,
    "consensus_first": _read_flag,
    "majority": _choice(MAJORITIES),
    "base": _choice(BASES),
    "proxies": _read_flag,
    "contact_kinds": _read_kinds,
    "needs_name": _read_list_name,
    "resources_name": _read_list_name,
    "projects_name": _read_list_name,
    "duty_answer_days": _whole(DAYS),
}
#: Every rule that a default's owner can leave open, in the order of `Terms`.
RULES = tuple(field.name for field in fields(Terms))
