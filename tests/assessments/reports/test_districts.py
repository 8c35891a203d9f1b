import datetime as dt

import pytest

from assessments import documents
from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.models import Survey
from assessments.reports import districts, sheets
from assessments.states import SurveyState
from tests.factories.scores import ENDS, STARTS, make_done, make_scored_street, moment


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        ((2026, 1, 1), (2026, 12, 31), "2026年度"),
        ((2026, 1, 1), (2026, 6, 30), "2026年上半年"),
        ((2026, 7, 1), (2026, 12, 31), "2026年下半年"),
        ((2026, 7, 1), (2026, 9, 30), "2026年第三季度"),
        ((2026, 1, 1), (2026, 11, 21), "2026年1月1日至11月21日"),
        ((2025, 12, 1), (2026, 1, 31), "2025年12月1日至2026年1月31日"),
    ],
)
def test_period_words(starts_on, ends_on, words):
    assert districts.period_words(dt.date(*starts_on), dt.date(*ends_on)) == words


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "＝1"])
def test_safe_cell_defuses_formulas(text):
    assert documents.safe_cell(text) == "'" + text


@pytest.mark.parametrize(("value", "text"), [("12.50", "12.50"), (None, ""), (3, "3"), ("梧桐", "梧桐")])
def test_safe_cell_leaves_the_rest(value, text):
    assert documents.safe_cell(value) == text


def test_canonical_chunks_join_to_one_document():
    data = {"b": ["长" * 40_000] * 3, "a": {"z": 1, "y": None}}
    chunks = list(documents.canonical_chunks(data))
    assert len(chunks) > 1
    assert b"".join(chunks).startswith('{"a":{"y":null,"z":1},"b":["长'.encode())
    with pytest.raises(ValueError, match="not JSON compliant"):
        documents.check_value({"a": float("nan")})


@pytest.mark.django_db
def test_report_takes_surveys_that_closed_in_the_period():
    w = make_scored_street()
    other = make_scored_street(w.district)
    for organisation, day in (
        (w.community, ENDS),
        (w.community, ENDS + dt.timedelta(days=1)),
        (other.community, ENDS),
    ):
        Survey.objects.create(
            organisation=organisation,
            title=f"{organisation} {day}",
            questions=["满意吗？"],
            state=SurveyState.CLOSED,
            closes_on=day,
            closed_at=moment(day),
            codes_issued=40,
            envelopes_counted=6,
            answers_opened=6,
            public_key=b"0" * 32,
        )
    run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    report = publish_report(run=run, by=w.staff)
    (survey,) = report.data["surveys"]
    assert survey["organisation"] == w.community.name
    # Six answers are too few: neither their number nor their shares leave the house.
    assert (survey["answers"], survey["response_rate"], survey["lines"]) == (None, None, [])
    (row,) = sheets.sheet(report.data).surveys
    assert row.answers == "少于 10 份，不公布"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "words"), [(0, "还没有需求方评议"), (3, "份数少，不算比例"), (10, "（100%）")]
)
def test_sheet_tells_a_share_only_of_enough_ratings(count, words):
    w = make_scored_street()
    for _ in range(count):
        make_done(w, w.units[0], rating="good")
    run = compute_score(alliance=w.alliance, starts_on=STARTS, ends_on=ENDS, by=w.staff)
    sheet = sheets.sheet(publish_report(run=run, by=w.staff).data)
    assert words in "".join(sheet.findings)
    assert sheet.compared == "没有可比的上期报告，不作比较。"
