"""What a measure may and may not do, for every measure, on facts that nobody thought of."""

import datetime as dt
import random
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import scoring
from assessments.scoring import Facts, Indicator, Records

QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
CATEGORIES = ("education", "health", "skills")
PARAMS = {
    "minus": st.integers(1, 100),
    "target": st.integers(1, 100),
    "categories": st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True),
}

records = st.integers(0, 40).map(lambda count: Records(count, tuple(range(1, count + 1))))


def _part_of(whole: Records):
    return st.integers(0, whole.count).map(lambda count: Records(count, whole.ids[:count]))


@st.composite
def facts(draw):
    values = {}
    for whole, part in (
        ("claims", "agreed"),
        ("due", "finished"),
        ("slots", "used_slots"),
        ("meetings", "attended"),
        ("duties", "kept_duties"),
        ("proposals", "adopted"),
    ):
        values[whole] = draw(records)
        values[part] = draw(_part_of(values[whole]))
    values["on_time"] = draw(_part_of(values["finished"]))
    values["quarters"] = frozenset(draw(st.sets(st.sampled_from(QUARTERS))))
    values["deliveries"] = draw(
        st.dictionaries(st.tuples(st.sampled_from(QUARTERS), st.sampled_from(CATEGORIES)), records)
    )
    values["ratings"] = draw(st.dictionaries(st.sampled_from(list(scoring.RATING_WORTH)), records))
    return Facts(**values)


@st.composite
def indicators(draw):
    found = []
    for position, code in enumerate(draw(st.permutations(list(scoring.MEASURES))), 1):
        params = {param.name: draw(PARAMS[param.name]) for param in scoring.MEASURES[code].params}
        found.append(Indicator(position, f"第{position}行", code, draw(st.integers(1, 100)), params))
    return found


def _added(records: Records) -> Records:
    return records + Records(1, (1000,))


#: What one good record adds: a claim with its agreement, a thing finished in time, the best rating.
FAVOURABLE = {
    "agreed claim": lambda f: replace(f, claims=_added(f.claims), agreed=_added(f.agreed)),
    "finished in time": lambda f: replace(
        f, due=_added(f.due), finished=_added(f.finished), on_time=_added(f.on_time)
    ),
    "used slot": lambda f: replace(f, slots=_added(f.slots), used_slots=_added(f.used_slots)),
    "attended meeting": lambda f: replace(f, meetings=_added(f.meetings), attended=_added(f.attended)),
    "kept duty": lambda f: replace(f, duties=_added(f.duties), kept_duties=_added(f.kept_duties)),
    "adopted proposal": lambda f: replace(f, proposals=_added(f.proposals), adopted=_added(f.adopted)),
    "best rating": lambda f: replace(
        f, ratings={**f.ratings, "excellent": _added(f.ratings.get("excellent", scoring.NONE))}
    ),
    **{
        f"delivery {quarter} {category}": lambda f, key=(quarter, category): replace(
            f, deliveries={**f.deliveries, key: _added(f.deliveries.get(key, scoring.NONE))}
        )
        for quarter in QUARTERS
        for category in CATEGORIES
    },
}


@given(indicators(), facts())
def test_points_lie_between_nothing_and_possible(lines, found):
    for line in scoring.score(lines, found).lines:
        assert Decimal(0) <= line.points <= line.possible <= line.indicator.points
        assert line.points == line.points.quantize(scoring.CENT)
        assert line.has_records == (line.possible > 0)


@given(indicators(), facts())
def test_sum_of_lines_is_the_total(lines, found):
    receipt = scoring.score(lines, found)
    assert receipt.points == sum(line.points for line in receipt.lines)
    assert receipt.possible == sum(line.possible for line in receipt.lines)


@given(indicators(), facts(), st.randoms(use_true_random=False))
def test_order_makes_no_difference(lines, found, dice: random.Random):
    shuffled = dice.sample(lines, len(lines))
    assert scoring.score(shuffled, found) == scoring.score(lines, found)


@given(indicators(), facts(), st.sampled_from(list(FAVOURABLE)))
def test_favourable_record_never_lowers(lines, found, name):
    before = scoring.score(lines, found)
    after = scoring.score(lines, FAVOURABLE[name](found))
    assert after.points >= before.points
    for old, new in zip(before.lines, after.lines, strict=True):
        assert new.points >= old.points


@given(indicators(), facts(), facts(), st.sampled_from([field.name for field in fields(Facts)]))
def test_record_changes_only_lines_that_read_it(lines, found, other, name):
    before = scoring.score(lines, found)
    after = scoring.score(lines, replace(found, **{name: getattr(other, name)}))
    for old, new in zip(before.lines, after.lines, strict=True):
        if name not in scoring.MEASURES[old.indicator.measure].reads:
            assert new == old


@given(indicators())
def test_without_records_nothing_is_possible(lines):
    receipt = scoring.score(lines, Facts(quarters=frozenset(QUARTERS)))
    assert receipt.points == receipt.possible == 0
    assert {line.sentence for line in receipt.lines} == {"no_records"}


def _line(measure, points, params, **found):
    return scoring.judge(Indicator(1, "行", measure, points, params), Facts(**found))


def test_active_quarters_takes_minus_for_each_empty_quarter():
    deliveries = {("2026Q1", "health"): Records(3, (1, 2, 3)), ("2026Q3", "law"): Records(1, (4,))}
    line = _line("active_quarters", 40, {"minus": 5}, quarters=frozenset(QUARTERS), deliveries=deliveries)
    assert line.points == Decimal("30.00")
    assert line.numbers == {"quarters": 4, "active": 2, "empty": 2, "minus": 5, "points": 40}
    assert line.records == Records(4, (1, 2, 3, 4))


def test_active_quarters_without_whole_quarter_is_left_out():
    line = _line("active_quarters", 40, {"minus": 5}, deliveries={("2026Q4", "law"): Records(1, (4,))})
    assert (line.possible, line.sentence) == (Decimal("0.00"), "no_quarters")


@pytest.mark.parametrize(
    ("ratings", "points", "sentence"),
    [
        ({"excellent": 1}, "15.00", "requester_rating_few"),
        ({"excellent": 1, "poor": 1}, "9.75", "requester_rating_few"),
        ({"good": 4, "fair": 1}, "11.40", "requester_rating"),
    ],
)
def test_requester_rating_is_the_average_with_its_number(ratings, points, sentence):
    found = {word: Records(count, tuple(range(count))) for word, count in ratings.items()}
    line = _line("requester_rating", 15, {}, ratings=found)
    assert (line.points, line.sentence) == (Decimal(points), sentence)
    assert line.numbers["n"] == sum(ratings.values())


def test_agreed_claims_are_capped():
    found = {"claims": Records(9, tuple(range(9))), "agreed": Records(8, tuple(range(8)))}
    assert _line("agreed_claims", 15, {"target": 4}, **found).points == Decimal("15.00")


def test_thirds_are_rounded_to_two_places():
    line = _line("delivered_share", 20, {}, due=Records(3, (1, 2, 3)), finished=Records(2, (1, 2)))
    assert line.points == Decimal("13.33")


def test_records_keep_the_first_ids_and_the_whole_count():
    both = Records(100, tuple(range(0, 200, 2))) + Records(100, tuple(range(1, 200, 2)))
    assert (both.count, both.ids) == (200, tuple(range(100)))


@pytest.mark.parametrize(
    ("measure", "given_params", "wrong"),
    [
        ("astrology", {}, "measure"),
        ("active_quarters", {}, "minus"),
        ("active_quarters", {"minus": 0}, "minus"),
        ("active_quarters", {"minus": True}, "minus"),
        ("deliveries_in_categories", {"target": 2, "categories": []}, "categories"),
        ("deliveries_in_categories", {"target": 2, "categories": "law"}, "categories"),
        ("agreed_claims", {"target": 101}, "target"),
    ],
)
def test_read_params_names_what_is_wrong(measure, given_params, wrong):
    with pytest.raises(scoring.WrongParam) as caught:
        scoring.read_params(measure, given_params)
    assert caught.value.name == wrong


def test_read_params_drops_the_rest():
    assert scoring.read_params("attendance", {"target": 3}) == {}
    assert scoring.read_params(
        "deliveries_in_categories", {"categories": ["law", "health", "law"], "target": 2, "x": 1}
    ) == {"categories": ["health", "law"], "target": 2}


BANDS = [{"from": 0, "name": "丙"}, {"from": 95, "name": "甲"}, {"from": 90, "name": "乙"}]


@pytest.mark.parametrize(
    ("points", "possible", "name"),
    [
        ("95", "100", "甲"),
        ("94.99", "100", "乙"),
        ("47.5", "50", "甲"),
        ("0", "60", "丙"),
        ("49", "49.99", None),
    ],
)
def test_grade_is_of_the_possible_points_and_needs_half_of_them(points, possible, name):
    band = scoring.grade(BANDS, Decimal(points), Decimal(possible), 100)
    assert (band and band["name"]) == name


def test_grade_without_bands_or_records_is_none():
    assert scoring.grade([], Decimal(90), Decimal(100), 100) is None
    assert scoring.grade(BANDS, Decimal(0), Decimal(0), 100) is None


def test_quarters():
    day = dt.date
    assert scoring.quarter_before(day(2026, 11, 21)) == (day(2026, 7, 1), day(2026, 9, 30))
    assert scoring.quarter_before(day(2026, 1, 1)) == (day(2025, 10, 1), day(2025, 12, 31))
    whole = scoring.whole_quarters(day(2026, 1, 1), day(2026, 11, 21))
    assert [name for name, _ in whole] == ["2026Q1", "2026Q2", "2026Q3"]
    assert scoring.whole_quarters(day(2026, 1, 2), day(2026, 6, 29)) == []
