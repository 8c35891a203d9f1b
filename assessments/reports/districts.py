"""What a street lays before the district: the frozen content of a report, and how its page reads it.

Definitions are frozen as their Chinese words, which are also the keys of the catalogue: a page in
another language shows them translated, the frozen bytes stay.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessments.models import Report, Score, ScoreRun, Survey
from assessments.reports import receipts, surveys
from assessments.states import SurveyState
from members.models.organisation import subtree

FORMAT = "street-report/1"
DEFINITIONS = [
    gettext_noop("得分只从系统里的记录算出，不采用任何单位自报的材料。"),
    gettext_noop(
        "没有记录的行写“尚无记录”，得分和可得分都不计。各单位的可得分因此可能不同，不能只比得分。"
    ),
    gettext_noop("等次按得分占可得分的比例定；有记录的行不到方案总分的一半时，不定等次。"),
    gettext_noop("成员单位指截止当日仍在联盟的成员单位，按名称拼音排列，不排名次。"),
    gettext_noop("认领按认领日期计入，交付按完成日期计入，应办结按协议的完成期限计入，起止两日都算。"),
    gettext_noop("评议由需求方作出，四个等级；份数与结果同时公布。"),
    gettext_noop("测评结果少于 10 份不公布；“不了解”单列，不算不满意。"),
    gettext_noop("与上期比只在方案相同、期长相同时作出，只与本单位自己的过去比。"),
]
#: Two periods are compared when their lengths differ by no more days than quarters do.
SAME_LENGTH = 3


def compose(run: ScoreRun, number: Mapping[str, Any], title: str) -> dict[str, Any]:
    """The frozen content of a report over `run`: text, whole numbers, lists and dictionaries only."""
    scores = list(
        Score.objects.filter(run=run)
        .select_related("organisation")
        .order_by("organisation__sort_key", "organisation_id")
    )
    before = previous(run)
    past = {unit["organisation_id"]: unit for unit in before.data["units"]} if before else {}
    with translation.override("zh-hans"):
        return {
            "format": FORMAT,
            **number,
            "title": title,
            "organisation": run.alliance.host.name,
            "alliance": run.alliance.name,
            "period": {"starts_on": run.starts_on.isoformat(), "ends_on": run.ends_on.isoformat()},
            "data_until": run.computed_at.isoformat(),
            "run": {"number": run.number, "computed_at": run.computed_at.isoformat()},
            "scheme": _scheme(run),
            "totals": _totals(scores),
            "units": [_unit(score, past.get(score.organisation_id)) for score in scores],
            "surveys": [_survey(survey) for survey in closed_surveys(run)],
            "definitions": DEFINITIONS,
            "previous": {"number": before.number, "totals": before.data["totals"]} if before else None,
        }


def previous(run: ScoreRun) -> Report | None:
    """The newest report on the stretch before `run` that may be compared: same scheme, same length."""
    days = (run.ends_on - run.starts_on).days
    candidates = Report.objects.filter(
        alliance=run.alliance,
        run__scheme=run.scheme,
        run__ends_on__lt=run.starts_on,
        replaced_by=None,
    ).select_related("run")
    for report in candidates.order_by("-run__ends_on", "-id")[:5]:
        if abs((report.run.ends_on - report.run.starts_on).days - days) <= SAME_LENGTH:
            return report
    return None


def closed_surveys(run: ScoreRun):
    """Surveys that organisations beneath the host closed in the period."""
    return (
        Survey.objects.filter(
            subtree("organisation__path", run.alliance.host.path),
            state=SurveyState.CLOSED,
            closes_on__range=(run.starts_on, run.ends_on),
        )
        .select_related("organisation")
        .order_by("organisation__sort_key", "closes_on", "id")
    )


def _scheme(run: ScoreRun) -> dict[str, Any]:
    categories = receipts.category_names()
    return {
        "name": run.scheme.name,
        "name_en": run.scheme.name_en,
        "version": run.scheme.version,
        "grades": run.scheme.grades,
        "lines": [
            {
                "position": line.position,
                "title": line.title,
                "title_en": line.title_en,
                "measure": line.measure,
                "points": line.points,
                "params": line.params,
                "rule": receipts.rule_words(line.measure, line.points, line.params, categories),
            }
            for line in run.scheme.indicators.order_by("position")
        ],
    }


def _totals(scores: list[Score]) -> dict[str, int]:
    totals: dict[str, int] = {
        "units": len(scores),
        "units_with_records": sum(1 for score in scores if score.possible),
    }
    for score in scores:
        for name, count in score.receipt["counts"].items():
            totals[name] = totals.get(name, 0) + count
    return totals


def _unit(score: Score, past: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "organisation_id": score.organisation_id,
        "organisation": score.organisation.name,
        "points": str(score.points),
        "possible": str(score.possible),
        "grade": score.receipt["grade"],
        "receipt": score.check_value,
        "previous": {"points": past["points"], "possible": past["possible"]} if past else None,
        "lines": [
            {
                "position": line["position"],
                "points": line["points"],
                "possible": line["possible"],
                "has_records": line["has_records"],
                "sentence": line["sentence"],
                "numbers": line["numbers"],
            }
            for line in score.receipt["lines"]
        ],
    }


def _survey(survey: Survey) -> dict[str, Any]:
    found = surveys.result(survey)
    lines = [
        {
            "question": line.question,
            "valid": line.valid,
            "percent": line.satisfied.percent,
            "satisfied": line.satisfied.words,
            "unknown": line.unknown.words,
            "low": None if line.low is None else str(line.low),
            "high": None if line.high is None else str(line.high),
            "answers": [{"label": str(bar.label), "words": bar.words} for bar in line.bars],
        }
        for line in found.lines
        if line.is_shown
    ]
    return {
        "title": survey.title,
        "organisation": survey.organisation.name,
        "grade": survey.grade,
        "closed_on": survey.closes_on.isoformat(),
        "sent": found.sent,
        # A count below the floor could point at people; it stays away with its shares.
        "answers": found.opened if lines else None,
        "response_rate": found.response_rate if lines else None,
        "lines": lines,
    }


def title_of(run: ScoreRun) -> str:
    """The report's title in Chinese: host, period in words, 考核报告."""
    return f"{run.alliance.host.name} {period_words(run.starts_on, run.ends_on)}党建共建考核报告"


def period_words(starts_on: dt.date, ends_on: dt.date) -> str:
    """2026年度, 2026年上半年, 2026年第三季度, or both days, as an official title writes them."""
    year, first, last = starts_on.year, (starts_on.month, starts_on.day), (ends_on.month, ends_on.day)
    if starts_on.year == ends_on.year:
        whole = {
            ((1, 1), (12, 31)): f"{year}年度",
            ((1, 1), (6, 30)): f"{year}年上半年",
            ((7, 1), (12, 31)): f"{year}年下半年",
            ((1, 1), (3, 31)): f"{year}年第一季度",
            ((4, 1), (6, 30)): f"{year}年第二季度",
            ((7, 1), (9, 30)): f"{year}年第三季度",
            ((10, 1), (12, 31)): f"{year}年第四季度",
        }.get((first, last))
        if whole:
            return whole
        return f"{year}年{starts_on.month}月{starts_on.day}日至{ends_on.month}月{ends_on.day}日"
    return f"{year}年{starts_on.month}月{starts_on.day}日至{ends_on.year}年{ends_on.month}月{ends_on.day}日"


def csv_header() -> list[str]:
    """The columns of the tidy table, in the reader's language."""
    return [
        _("报告"), _("起始日期"), _("截止日期"), _("方案"), _("方案版本"), _("单位"), _("序号"), _("指标"),
        _("得分"), _("可得分"), _("满分"), _("有无记录"), _("怎么算的"),
    ]  # fmt: skip


def csv_rows(report: Report) -> Iterator[list[Any]]:
    """One row for each unit and line; the same numbers as on the page and in the JSON."""
    data = report.data
    lines = {line["position"]: line for line in data["scheme"]["lines"]}
    for unit in data["units"]:
        for line in unit["lines"]:
            indicator = lines[line["position"]]
            yield [
                report.number,
                data["period"]["starts_on"],
                data["period"]["ends_on"],
                data["scheme"]["name"],
                data["scheme"]["version"],
                unit["organisation"],
                line["position"],
                receipts.title_of(indicator),
                line["points"],
                line["possible"],
                indicator["points"],
                _("有") if line["has_records"] else _("尚无记录"),
                receipts.line_words(line),
            ]
