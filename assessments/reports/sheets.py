"""How a frozen report reads on its page: ready words and numbers, in the reader's language, out of its data alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments import rules
from assessments.reports import receipts
from assessments.states import SurveyGrade

#: Below this many ratings their share is not told, only their number.
RATINGS_FOR_SHARE = 10


@dataclass(frozen=True)
class UnitRow:
    """One unit: amounts as text, a dash where a line has no records."""

    name: str
    points: str
    possible: str
    grade: str
    previous: str
    cells: list[str]
    has_records: bool


@dataclass(frozen=True)
class Plot:
    """Where dot and interval stand on an axis from 0 to 100 %, as SVG lengths."""

    dot: str
    low: str = ""
    high: str = ""
    is_few: bool = False


@dataclass(frozen=True)
class SurveyRow:
    """One question of a survey, or the survey itself when nothing may be shown."""

    title: str
    asked_by: str
    question: str
    answers: str
    satisfied: str = ""
    interval: str = ""
    unknown: str = ""
    plot: Plot | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything that the page shows besides the report's own head."""

    findings: list[str]
    compared: str
    scheme: str
    lines: list[dict[str, Any]]
    units: list[UnitRow]
    surveys: list[SurveyRow]
    definitions: list[str]
    has_previous: bool


def sheet(data: Mapping[str, Any]) -> Sheet:
    """The page of a report with the content `data`."""
    scheme, categories = data["scheme"], receipts.category_names()
    name = scheme["name_en"] if scheme["name_en"] and get_language() == "en" else scheme["name"]
    return Sheet(
        findings=_findings(data["totals"]),
        compared=_compared(data),
        scheme=_("%(name)s，第 %(version)s 版") % {"name": name, "version": scheme["version"]},
        lines=[
            {
                "position": line["position"],
                "title": receipts.title_of(line),
                "points": line["points"],
                "rule": receipts.rule_words(line["measure"], line["points"], line["params"], categories),
            }
            for line in scheme["lines"]
        ],
        units=[_unit(unit) for unit in data["units"]],
        surveys=[row for survey in data["surveys"] for row in _survey(survey)],
        # Frozen in Chinese, which is the catalogue's own key.
        definitions=[_(words) for words in data["definitions"]],
        has_previous=data["previous"] is not None,
    )


def _findings(totals: Mapping[str, int]) -> list[str]:
    found = [
        _("%(units)s 个成员单位中，%(with_records)s 个本期有记录。")
        % {"units": totals["units"], "with_records": totals["units_with_records"]},
        _("认领需求 %(claims)s 项，签约 %(agreed)s 项；经对方确认的交付 %(deliveries)s 次。") % totals,
    ]
    if totals["due"]:
        found.append(_("本期应办结 %(due)s 项，办结 %(finished)s 项，其中按期 %(on_time)s 项。") % totals)
    n, good = totals["ratings"], totals["rated_excellent"] + totals["rated_good"]
    if n >= RATINGS_FOR_SHARE:
        words = _("需求方评议 %(n)s 份，很好或较好 %(good)s 份（%(percent)s%%）。")
        found.append(words % {"n": n, "good": good, "percent": round(100 * good / n)})
    elif n:
        words = _("需求方评议 %(n)s 份，很好或较好 %(good)s 份；份数少，不算比例。")
        found.append(words % {"n": n, "good": good})
    else:
        found.append(_("本期还没有需求方评议。"))
    return found


def _compared(data: Mapping[str, Any]) -> str:
    """Against the street's own past alone, and as plain counts: no share is drawn from so few records."""
    previous = data["previous"]
    if previous is None:
        return _("没有可比的上期报告，不作比较。")
    then, now = previous["totals"], data["totals"]
    changes = {
        name: f"{now[name] - then[name]:+d}".replace("-", "−")
        for name in ("claims", "agreed", "deliveries")
    }
    return _(
        "与上期报告 %(number)s 比：认领 %(claims)s 项，签约 %(agreed)s 项，交付 %(deliveries)s 次。"
    ) % {
        "number": previous["number"],
        **changes,
    }


def _unit(unit: Mapping[str, Any]) -> UnitRow:
    past = unit["previous"]
    return UnitRow(
        name=unit["organisation"],
        points=unit["points"],
        possible=unit["possible"],
        grade=receipts.grade_words(unit["grade"]),
        previous=_of(past) if past else "",
        cells=[line["points"] if line["has_records"] else "—" for line in unit["lines"]],
        has_records=any(line["has_records"] for line in unit["lines"]),
    )


def _of(past: Mapping[str, Any]) -> str:
    if Decimal(past["possible"]) == 0:
        return _("尚无记录")
    return f"{past['points']} / {past['possible']}"


def _survey(survey: Mapping[str, Any]) -> list[SurveyRow]:
    grade = str(SurveyGrade(survey["grade"]).label)
    if not survey["lines"]:
        few = _("少于 %(floor)s 份，不公布") % {"floor": rules.OPENING_FLOOR}
        return [SurveyRow(survey["title"], survey["organisation"], grade, few)]
    answers = _("%(answers)s / %(sent)s（%(rate)s%%）") % {
        "answers": survey["answers"],
        "sent": survey["sent"],
        "rate": survey["response_rate"],
    }
    return [
        SurveyRow(
            title=survey["title"] if number == 0 else "",
            asked_by=survey["organisation"] if number == 0 else "",
            question=line["question"],
            answers=answers if number == 0 else "",
            satisfied=line["satisfied"],
            interval=f"{line['low']}–{line['high']}%" if line["low"] else "",
            unknown=line["unknown"],
            plot=_plot(line),
        )
        for number, line in enumerate(survey["lines"])
    ]


def _plot(line: Mapping[str, Any]) -> Plot:
    is_few = line["valid"] < rules.COMPARISON_FLOOR
    if not line["low"]:
        return Plot(f"{line['percent']}%", is_few=is_few)
    return Plot(f"{line['percent']}%", f"{line['low']}%", f"{line['high']}%", is_few)
