"""The rules of procedure in words that people understand: the same sentences on the page, in the minutes, in the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from alliances.models import Alliance, Procedure
from alliances.reports.seats import kind_names as names_of_kinds
from alliances.rules import RULES, Part, Terms, overridden, read_terms

#: Which rules each sentence speaks of, under its label, in reading order. The first one names the sentence.
LINES: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "rhythm": (gettext_lazy("开会周期"), ("rhythm", "months")),
    "convener": (gettext_lazy("召集"), ("convener",)),
    "term_months": (gettext_lazy("轮值"), ("term_months",)),
    "call_days": (gettext_lazy("征集议题"), ("call_days",)),
    "close_days": (gettext_lazy("截止征集"), ("close_days",)),
    "notice_days": (gettext_lazy("会议通知"), ("notice_days",)),
    "minutes_days": (gettext_lazy("会议纪要"), ("minutes_days",)),
    "confirm_days": (gettext_lazy("纪要确认"), ("confirm_days",)),
    "quorum_numerator": (
        gettext_lazy("法定人数"),
        ("quorum_numerator", "quorum_denominator", "quorum_strict", "quorum_parts"),
    ),
    "majority": (gettext_lazy("表决"), ("majority", "base", "consensus_first")),
    "proxies": (gettext_lazy("委托"), ("proxies",)),
    "contact_kinds": (gettext_lazy("固定联系人"), ("contact_kinds",)),
    "needs_name": (gettext_lazy("清单名称"), ("needs_name", "resources_name", "projects_name")),
    "duty_answer_days": (gettext_lazy("答复求助"), ("duty_answer_days",)),
}
_MAJORITIES = {
    ("simple", "cast"): gettext_lazy("赞成须超过有效表决（赞成、反对、弃权之和）的半数。"),
    ("simple", "present"): gettext_lazy("赞成须超过实到单位的半数。"),
    ("simple", "entitled"): gettext_lazy("赞成须超过应到单位的半数。"),
    ("two_thirds", "cast"): gettext_lazy("赞成须达到有效表决（赞成、反对、弃权之和）的三分之二。"),
    ("two_thirds", "present"): gettext_lazy("赞成须达到实到单位的三分之二。"),
    ("two_thirds", "entitled"): gettext_lazy("赞成须达到应到单位的三分之二。"),
    ("three_quarters", "cast"): gettext_lazy("赞成须达到有效表决（赞成、反对、弃权之和）的四分之三。"),
    ("three_quarters", "present"): gettext_lazy("赞成须达到实到单位的四分之三。"),
    ("three_quarters", "entitled"): gettext_lazy("赞成须达到应到单位的四分之三。"),
}

_COUNTED = {
    "term_months": ngettext_lazy("每期 %(count)s 个月。", "每期 %(count)s 个月。", "count"),
    "call_days": ngettext_lazy("会前 %(count)s 天开始征集。", "会前 %(count)s 天开始征集。", "count"),
    "close_days": ngettext_lazy("会前 %(count)s 天截止。", "会前 %(count)s 天截止。", "count"),
    "notice_days": ngettext_lazy(
        "会前 %(count)s 天发出通知和议程。", "会前 %(count)s 天发出通知和议程。", "count"
    ),
    "minutes_days": ngettext_lazy(
        "会后 %(count)s 个工作日内形成纪要。", "会后 %(count)s 个工作日内形成纪要。", "count"
    ),
    "confirm_days": ngettext_lazy(
        "纪要发出后 %(count)s 个工作日内由到会单位确认；到期没有提出异议的，视为无异议。",
        "纪要发出后 %(count)s 个工作日内由到会单位确认；到期没有提出异议的，视为无异议。",
        "count",
    ),
    "duty_answer_days": ngettext_lazy(
        "请求协助、转交或提请协调的，%(count)s 个工作日内答复。",
        "请求协助、转交或提请协调的，%(count)s 个工作日内答复。",
        "count",
    ),
}


class Source(TextChoices):
    """Where a rule of an alliance comes from: DISTRICT may not be set otherwise, DEFAULT may."""

    SHIPPED = "shipped", gettext_lazy("系统默认")
    DISTRICT = "district", gettext_lazy("区里统一")
    DEFAULT = "default", gettext_lazy("区里默认")
    OWN = "own", gettext_lazy("本联盟设定")


class Sentence(NamedTuple):
    """One line of the rules. `field`: the first of the rules that it speaks of."""

    field: str
    label: str
    text: str


@dataclass(frozen=True)
class Rule:
    """One line of the rules in force. `source`: who set it; `is_open`: whether the alliance may."""

    field: str
    label: str
    text: str
    source: Source
    is_open: bool


@dataclass(frozen=True)
class Difference:
    """A line that reads otherwise in a later version."""

    label: str
    before: str
    after: str


def sentences(terms: Terms, names: Mapping[str, str] | None = None) -> list[Sentence]:
    """The rules line by line. `names`: kinds of organisation by code; left out, they are read with one query."""
    if names is None:
        names = kind_names(terms)
    texts = {
        "rhythm": _rhythm(terms),
        "convener": _convener(terms),
        "term_months": _counted("term_months", terms),
        "call_days": _counted("call_days", terms),
        "close_days": _counted("close_days", terms),
        "notice_days": _counted("notice_days", terms),
        "minutes_days": _counted("minutes_days", terms),
        "confirm_days": _counted("confirm_days", terms),
        "quorum_numerator": quorum_words(terms, names),
        "majority": majority_words(terms),
        "proxies": _("可以委托其他到会的成员单位代为表决，视为到会。")
        if terms.proxies
        else _("不能委托其他单位代为表决。"),
        "contact_kinds": _contacts(terms, names),
        "needs_name": _("、").join([terms.needs_name, terms.resources_name, terms.projects_name]),
        "duty_answer_days": _counted("duty_answer_days", terms),
    }
    return [Sentence(field, str(label), texts[field]) for field, (label, _fields) in LINES.items()]


def in_force(alliance: Alliance) -> list[Rule]:
    """The rules of an open alliance with their sources. Four queries, however many versions there are."""
    default = district_procedure(alliance)
    own = Procedure.objects.latest(alliance=alliance)
    return rules_of(default, own)


def rules_of(default: Procedure | None, own: Procedure | None) -> list[Rule]:
    """The rules by a version of the district and one of the alliance, where there are such. One query."""
    open_fields = default.open_fields if default else RULES
    lines = []
    for line in sentences(terms_by(default, own)):
        spoken = [rule for rule in LINES[line.field][1] if rule in open_fields]
        source = (Source.DEFAULT if spoken else Source.DISTRICT) if default else Source.SHIPPED
        if own and any(rule in own.values for rule in spoken):
            source = Source.OWN
        lines.append(Rule(*line, source, bool(spoken)))
    return lines


def terms_by(default: Procedure | None, own: Procedure | None) -> Terms:
    """What a version of the district and one of the alliance come to together; each may be missing."""
    terms = read_terms(default.values) if default else Terms()
    if own is None:
        return terms
    return overridden(terms, own.values, default.open_fields if default else RULES)


def terms_of_all(alliances: Iterable[Alliance]) -> dict[int, Terms]:
    """The rules in force of many alliances with their hosts, by alliance. Two queries."""
    alliances = list(alliances)
    paths = {alliance.host.district_path for alliance in alliances}
    defaults = Procedure.objects.filter(district__path__in=paths).select_related("district")
    default = {row.district.path: row for row in _newest(defaults, "district_id")}
    own = {
        row.alliance_id: row
        for row in _newest(Procedure.objects.filter(alliance__in=alliances), "alliance_id")
    }
    return {
        alliance.pk: terms_by(default.get(alliance.host.district_path), own.get(alliance.pk))
        for alliance in alliances
    }


def district_procedure(alliance: Alliance) -> Procedure | None:
    """The newest version of the district's defaults beneath the rules of `alliance`."""
    rows = Procedure.objects.filter(district__path=alliance.host.district_path)
    return rows.select_related("district", "set_by").order_by("-version").first()


def beneath(procedure: Procedure) -> Procedure | None:
    """The district's version on which a version of an alliance stood when it was set."""
    if procedure.alliance is None:
        return None
    rows = Procedure.objects.filter(
        district__path=procedure.alliance.host.district_path, set_at__lte=procedure.set_at
    )
    return rows.order_by("-version").first()


def frozen_terms(procedure: Procedure) -> Terms:
    """The rules as they stood when this version was set. At most one query."""
    if procedure.alliance is None:
        return terms_by(procedure, None)
    return terms_by(beneath(procedure), procedure)


def label_of(rule: str) -> str:
    """The label of the sentence that speaks of `rule`."""
    return next(str(label) for label, rules in LINES.values() if rule in rules)


def quorum_words(terms: Terms, names: Mapping[str, str] | None = None) -> str:
    """应到单位过半，且行政党组、居民区综合党委、非公企业联合党委各至少 1 家到会。"""
    if names is None:
        names = kind_names(terms)
    parts = _("、").join(_parts(terms.quorum_parts, names))
    if not parts:
        return _("%(share)s。") % {"share": share_words(terms)}
    return _("%(share)s，且%(parts)s到会。") % {"share": share_words(terms), "parts": parts}


def majority_words(terms: Terms) -> str:
    """先协商；表决时，赞成票须超过实到单位的半数。"""
    text = _MAJORITIES[terms.majority, terms.base]
    return (_("先协商，协商不成再表决；%(majority)s") if terms.consensus_first else "%(majority)s") % {
        "majority": text
    }


def kind_names(*several: Terms) -> dict[str, str]:
    """The kinds of organisation that these rules speak of: name by code. One query."""
    codes = {part.kind for terms in several for part in terms.quorum_parts}
    return names_of_kinds(codes | {code for terms in several for code in terms.contact_kinds})


def differences(before: Terms, after: Terms) -> list[Difference]:
    """What `after` says otherwise than `before`. One query."""
    names = kind_names(before, after)
    both = zip(sentences(before, names), sentences(after, names), strict=True)
    return [Difference(new.label, old.text, new.text) for old, new in both if old.text != new.text]


def _newest(rows: QuerySet, owner: str) -> QuerySet:
    """The newest version of each owner."""
    return rows.order_by(owner, "-version").distinct(owner)


def _counted(field: str, terms: Terms) -> str:
    return _COUNTED[field] % {"count": getattr(terms, field)}


def _rhythm(terms: Terms) -> str:
    if terms.rhythm == "monthly":
        return _("每月召开一次。")
    if terms.rhythm == "quarterly":
        return _("每季度召开一次。")
    if terms.rhythm == "half_yearly":
        return _("每半年召开一次，在 3 月和 12 月。")
    months = _("、").join(str(month) for month in terms.months)
    return _("每年 %(months)s 月召开。") % {"months": months}


def _convener(terms: Terms) -> str:
    if terms.convener == "duty":
        return _("由当期轮值单位召集；没有轮值单位时，由主办组织召集。")
    return _("由主办组织召集。")


def share_words(terms: Terms) -> str:
    """应到单位过半，达到三分之二, …: the share of the quorum alone."""
    share = (terms.quorum_numerator, terms.quorum_denominator)
    if share == (1, 2):
        return _("应到单位过半") if terms.quorum_strict else _("应到单位达到半数")
    if share[0] == share[1]:
        return _("应到单位全部到会")
    words = _("超过应到单位的 %(numerator)s/%(denominator)s")
    if not terms.quorum_strict:
        words = _("达到应到单位的 %(numerator)s/%(denominator)s")
    return words % {"numerator": share[0], "denominator": share[1]}


def _parts(parts: Iterable[Part], names: Mapping[str, str]) -> list[str]:
    """Kinds that ask for the same number share their words: 行政党组、居民区综合党委各至少 1 家."""
    by_least: dict[int, list[str]] = {}
    for part in parts:
        by_least.setdefault(part.least, []).append(names.get(part.kind, part.kind))
    words = []
    for least, kinds in by_least.items():
        one = ngettext("%(kinds)s至少 %(count)s 家", "%(kinds)s至少 %(count)s 家", least)
        each = ngettext("%(kinds)s各至少 %(count)s 家", "%(kinds)s各至少 %(count)s 家", least)
        words.append((each if len(kinds) > 1 else one) % {"kinds": _("、").join(kinds), "count": least})
    return words


def _contacts(terms: Terms, names: Mapping[str, str]) -> str:
    kinds = _("、").join(names.get(code, code) for code in terms.contact_kinds)
    if not kinds:
        return _("没有规定。")
    return _("%(kinds)s所属的每家单位，在主办组织有一名固定联系人。") % {"kinds": kinds}
