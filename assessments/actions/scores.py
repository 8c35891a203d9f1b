"""One computation for all units of an alliance: facts gathered, judged, and frozen with their receipts."""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance
from assessments import documents, notifications, scoring
from assessments.actions.schemes import adopted_scheme, check_usable
from assessments.models import Scheme, Score, ScoreRun
from assessments.permissions import scores as permissions
from assessments.reports.scores import Unit, as_values, counts, gather_facts
from workflow.actions import action
from workflow.exceptions import BadInput, Conflict

#: The longest period of one computation.
MOST_DAYS = 366
#: First half of the advisory lock's key; the second is the alliance.
LOCK = 0x5C0E


@action
def compute_score(
    *, alliance: Alliance, starts_on: dt.date, ends_on: dt.date, by, scheme: Scheme | None = None
) -> ScoreRun:
    """Scores of all units over both days included, under `scheme` or the one adopted on the last day.

    The host's staff or the clock. A repeat is the next number of the same period; the clock computes a
    period only once. Two at a time for one alliance: the second is refused with a sentence and may try
    again, since waiting would hold a web worker for the length of the first. The units' people are told.
    """
    permissions.check_can_compute_score(by, alliance)
    _take_lock(alliance)
    _check_period(starts_on, ends_on)
    if scheme is None:
        scheme = adopted_scheme(alliance, ends_on)
    check_usable(scheme, alliance)
    same = ScoreRun.objects.filter(alliance=alliance, starts_on=starts_on, ends_on=ends_on)
    if by is None and same.exists():
        raise Conflict(_("这一期已经计过分，系统不会重复计算。"))
    last = same.filter(scheme=scheme).aggregate(number=Max("number"))["number"] or 0
    units = gather_facts(alliance, starts_on, ends_on)
    if not units:
        raise Conflict(
            _("%(alliance)s 在截止当日没有成员单位，没有可计分的对象。请先接纳成员。")
            % {"alliance": alliance}
        )
    run = ScoreRun.objects.create(
        alliance=alliance,
        scheme=scheme,
        starts_on=starts_on,
        ends_on=ends_on,
        number=last + 1,
        computed_by=by,
    )
    indicators = as_values(scheme.indicators.order_by("position"))
    Score.objects.bulk_create(_score(run, indicators, unit) for unit in units)
    notifications.score_computed(run, [unit.organisation for unit in units])
    return run


def _score(run: ScoreRun, indicators: list[scoring.Indicator], unit: Unit) -> Score:
    receipt = scoring.score(indicators, unit.facts)
    full = sum(indicator.points for indicator in indicators)
    grade = scoring.grade(run.scheme.grades, receipt.points, receipt.possible, full)
    frozen: dict[str, Any] = {
        "organisation": unit.organisation.name,
        "alliance": run.alliance.name,
        "scheme": {"name": run.scheme.name, "version": run.scheme.version},
        "period": {"starts_on": run.starts_on.isoformat(), "ends_on": run.ends_on.isoformat()},
        "run": {"number": run.number, "computed_at": run.computed_at.isoformat()},
        "points": str(receipt.points),
        "possible": str(receipt.possible),
        "full": full,
        "grade": dict(grade) if grade else None,
        "lines": [line.as_json() for line in receipt.lines],
        "counts": counts(unit.facts),
    }
    return Score(
        run=run,
        organisation=unit.organisation,
        points=receipt.points,
        possible=receipt.possible,
        receipt=frozen,
        check_value=documents.check_value(frozen),
    )


def _take_lock(alliance: Alliance) -> None:
    """Hold the alliance's scoring until the transaction ends, or refuse at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, alliance.pk])
        (is_taken,) = cursor.fetchone()
    if not is_taken:
        raise Conflict(_("%(alliance)s 正在计分。请等几秒后刷新页面查看结果。") % {"alliance": alliance})


def _check_period(starts_on: dt.date, ends_on: dt.date) -> None:
    if starts_on > ends_on:
        raise BadInput(_("截止日期早于起始日期。请检查两个日期。"), field="ends_on")
    if ends_on > timezone.localdate():
        raise BadInput(_("截止日期还没有到。请选择今天或以前的日期。"), field="ends_on")
    if (ends_on - starts_on).days >= MOST_DAYS:
        raise BadInput(_("一次最多计算一年。请缩短起止日期。"), field="starts_on")
