"""Rules of procedure: what is read, what is refused and under which name, and the days that follow."""

import json
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from alliances.rules import DEFAULTS, RULES, Part, Terms, deadlines, next_month, overridden, read_terms
from alliances.rules.procedure import BASES, CONVENERS, MAJORITIES, RHYTHMS
from workflow.exceptions import BadInput

DATES = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
RANGES = {
    "term_months": (1, 60),
    "minutes_days": (1, 60),
    "confirm_days": (1, 60),
    "duty_answer_days": (1, 60),
    "quorum_numerator": (1, 100),
    "quorum_denominator": (1, 100),
}
DAYS_BEFORE = ("call_days", "close_days", "notice_days")
codes = st.text("ab_-9", min_size=1, max_size=40)


@st.composite
def json_terms(draw):
    rhythm = draw(st.sampled_from(RHYTHMS))
    months = st.lists(st.integers(1, 12), min_size=1, unique=True)
    notice, close, call = sorted(draw(st.lists(st.integers(0, 90), min_size=3, max_size=3)))
    assume(close < call)
    under = draw(st.integers(2, 100))
    parts = draw(st.dictionaries(codes, st.integers(1, 999), max_size=4))
    return {
        "rhythm": rhythm,
        "months": draw(months) if rhythm == "fixed" else [],
        "convener": draw(st.sampled_from(CONVENERS)),
        "term_months": draw(st.integers(1, 60)),
        "call_days": call,
        "close_days": close,
        "notice_days": notice,
        "minutes_days": draw(st.integers(1, 60)),
        "confirm_days": draw(st.integers(1, 60)),
        "quorum_numerator": draw(st.integers(1, under - 1)),
        "quorum_denominator": under,
        "quorum_strict": draw(st.booleans()),
        "quorum_parts": [{"kind": kind, "least": least} for kind, least in parts.items()],
        "consensus_first": draw(st.booleans()),
        "majority": draw(st.sampled_from(MAJORITIES)),
        "base": draw(st.sampled_from(BASES)),
        "proxies": draw(st.booleans()),
        "contact_kinds": draw(st.lists(codes, max_size=4, unique=True)),
        "needs_name": "需求清单",
        "resources_name": "服务清单",
        "projects_name": "共建项目清单",
        "duty_answer_days": draw(st.integers(1, 60)),
    }


def _refused(values, over=DEFAULTS):
    with pytest.raises(BadInput) as refusal:
        read_terms(values, over=over)
    assert refusal.value.sentence.endswith("。")
    assert refusal.value.sentence.count("。") == 2, "cause, then remedy"
    return refusal.value.field


def test_read_terms_nothing_is_the_default():
    assert read_terms({}) == DEFAULTS == Terms()


def test_read_terms_default_passes_its_own_check():
    assert read_terms(Terms().as_json()) == Terms()
    assert tuple(Terms().as_json()) == RULES


@given(json_terms())
def test_read_terms_comes_back_from_json(values):
    terms = read_terms(values)
    assert read_terms(json.loads(json.dumps(terms.as_json()))) == terms
    assert terms.as_json() == {**values, "months": sorted(values["months"])}


def test_read_terms_given_values_win_over_the_old():
    old = replace(DEFAULTS, term_months=24, proxies=True)
    assert read_terms({"proxies": False}, over=old) == replace(DEFAULTS, term_months=24)


def test_read_terms_unknown_rule():
    assert _refused({"score": 1}) == "score"
    assert _refused({1: 1}) == "1"


@pytest.mark.parametrize("values", [None, [], "rhythm", 3])
def test_read_terms_no_mapping(values):
    assert _refused(values) == ""


@pytest.mark.parametrize("name", RANGES)
@given(number=st.integers(-20, 120))
def test_read_terms_whole_number_within_its_range_only(name, number):
    least, most = RANGES[name]
    over = replace(DEFAULTS, quorum_denominator=100) if name == "quorum_numerator" else DEFAULTS
    over = replace(over, quorum_strict=False)
    if least <= number <= most:
        assert getattr(read_terms({name: number}, over=over), name) == number
    else:
        assert _refused({name: number}, over) == name


@pytest.mark.parametrize("name", DAYS_BEFORE)
@pytest.mark.parametrize("number", [-1, 91])
def test_read_terms_days_before_out_of_range(name, number):
    assert _refused({name: number}) == name


def test_read_terms_days_before_at_the_borders():
    wide = read_terms({"call_days": 90, "close_days": 89, "notice_days": 89})
    assert read_terms({"call_days": 1, "close_days": 0, "notice_days": 0}, over=wide).notice_days == 0


@pytest.mark.parametrize("name", [*RANGES, *DAYS_BEFORE])
@pytest.mark.parametrize("value", [True, False, 3.0, "3", None, [3]])
def test_read_terms_number_of_another_type(name, value):
    assert _refused({name: value}) == name


@pytest.mark.parametrize("name", ["quorum_strict", "consensus_first", "proxies"])
@pytest.mark.parametrize("value", [0, 1, "true", None])
def test_read_terms_flag_of_another_type(name, value):
    assert _refused({name: value}) == name


@pytest.mark.parametrize("name", ["rhythm", "convener", "majority", "base"])
@pytest.mark.parametrize("value", ["", "weekly", None, 1, ["host"], {}])
def test_read_terms_choice_unknown(name, value):
    assert _refused({name: value}) == name


@pytest.mark.parametrize("name", ["needs_name", "resources_name", "projects_name"])
@pytest.mark.parametrize("value", ["", "　 ", "长" * 21, "空\0字", "\ud800", None, 5])
def test_read_terms_list_name_wrong(name, value):
    assert _refused({name: value}) == name


def test_read_terms_list_name_loses_its_outer_blanks():
    assert read_terms({"needs_name": "　民需\n清单 "}).needs_name == "民需 清单"
    assert read_terms({"needs_name": "长" * 20}).needs_name == "长" * 20


@pytest.mark.parametrize("months", [[0], [13], [True], ["3"], [3, 3], "3", 3, None, [[3]]])
def test_read_terms_months_wrong(months):
    assert _refused({"rhythm": "fixed", "months": months}) == "months"


def test_read_terms_fixed_needs_months():
    assert _refused({"rhythm": "fixed"}) == "months"
    assert _refused({"rhythm": "fixed", "months": []}) == "months"
    assert read_terms({"rhythm": "fixed", "months": [11, 5]}).months == (5, 11)


@pytest.mark.parametrize("rhythm", ["monthly", "quarterly", "half_yearly"])
def test_read_terms_other_rhythms_take_no_months(rhythm):
    assert _refused({"rhythm": rhythm, "months": [3]}) == "months"
    assert _refused({"months": [3]}) == "months"
    fixed = read_terms({"rhythm": "fixed", "months": [3]})
    assert read_terms({"rhythm": rhythm}, over=fixed).months == ()


@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 90))
def test_read_terms_call_before_close_not_after_notice(call, close, notice):
    values = {"call_days": call, "close_days": close, "notice_days": notice}
    if call > close >= notice:
        assert read_terms(values).close_days == close
    else:
        assert _refused(values) == ("call_days" if call <= close else "close_days")


@given(st.integers(1, 100), st.integers(1, 100), st.booleans())
def test_read_terms_quorum_is_within_reach(over, under, strict):
    values = {"quorum_numerator": over, "quorum_denominator": under, "quorum_strict": strict}
    if over > under:
        assert _refused(values) == "quorum_numerator"
    elif strict and over == under:
        assert _refused(values) == "quorum_strict"
    else:
        assert read_terms(values).quorum_strict is strict


@pytest.mark.parametrize(
    "parts",
    [
        None,
        "community",
        ["community"],
        [{"kind": "community"}],
        [{"kind": "community", "least": 1, "most": 2}],
        [{"kind": "community", "least": 0}],
        [{"kind": "community", "least": 1000}],
        [{"kind": "community", "least": True}],
        [{"kind": "", "least": 1}],
        [{"kind": None, "least": 1}],
        [{"kind": "a b", "least": 1}],
        [{"kind": "community", "least": 1}, {"kind": "community", "least": 2}],
    ],
)
def test_read_terms_parts_wrong(parts):
    assert _refused({"quorum_parts": parts}) == "quorum_parts"


def test_read_terms_parts():
    assert read_terms({"quorum_parts": []}).quorum_parts == ()
    parts = read_terms({"quorum_parts": [{"kind": "tuan-3-1", "least": 999}]}).quorum_parts
    assert parts == (Part("tuan-3-1", 999),)


@pytest.mark.parametrize("kinds", [None, "community", [1], [""], ["a\n"], ["a", "a"], [["a"]], ["a" * 41]])
def test_read_terms_contact_kinds_wrong(kinds):
    assert _refused({"contact_kinds": kinds}) == "contact_kinds"


def test_overridden_only_what_is_open():
    own = {"proxies": True, "term_months": 24}
    assert overridden(DEFAULTS, own, {"proxies"}) == replace(DEFAULTS, proxies=True)
    assert overridden(DEFAULTS, own, set()) == DEFAULTS


@given(json_terms(), json_terms(), st.sets(st.sampled_from(RULES)))
def test_overridden_closed_rules_stay_with_the_default(default, own, open_fields):
    default = read_terms(default)
    try:
        terms = overridden(default, own, open_fields)
    except BadInput:
        reject()  # own values that do not fit this default
    assert read_terms(terms.as_json()) == terms
    for field in fields(Terms):
        if field.name == "months" and "rhythm" in open_fields:
            continue  # they go with the rhythm
        expected = read_terms(own) if field.name in open_fields else default
        assert getattr(terms, field.name) == getattr(expected, field.name)


def test_overridden_result_is_checked():
    default = replace(DEFAULTS, call_days=30, close_days=20)
    with pytest.raises(BadInput) as refusal:
        overridden(default, {"call_days": 15}, {"call_days"})
    assert refusal.value.field == "call_days"


@pytest.mark.parametrize("own", [{"score": 1}, None])
def test_overridden_unknown_rule_is_refused_even_when_closed(own):
    with pytest.raises(BadInput):
        overridden(DEFAULTS, own, set())


@pytest.mark.parametrize(
    ("rhythm", "last", "today", "expected"),
    [
        ("monthly", date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 1)),
        ("monthly", date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 1)),
        ("monthly", None, date(2026, 5, 31), date(2026, 5, 1)),
        ("quarterly", date(2026, 1, 1), date(2026, 1, 2), date(2026, 6, 1)),
        ("quarterly", date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 1)),
        ("quarterly", date(2026, 10, 1), date(2026, 10, 2), date(2027, 3, 1)),
        ("quarterly", None, date(2026, 9, 30), date(2026, 9, 1)),
        ("quarterly", None, date(2026, 10, 1), date(2026, 12, 1)),
        ("half_yearly", date(2026, 3, 1), date(2026, 3, 2), date(2026, 12, 1)),
        ("half_yearly", date(2026, 12, 20), date(2026, 12, 21), date(2027, 3, 1)),
        ("half_yearly", date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 1)),
        ("half_yearly", None, date(2026, 4, 1), date(2026, 12, 1)),
        ("fixed", date(2026, 5, 9), date(2026, 5, 9), date(2026, 11, 1)),
        ("fixed", date(2026, 11, 9), date(2026, 11, 9), date(2027, 5, 1)),
        ("quarterly", date(2025, 3, 1), date(2026, 8, 1), date(2026, 9, 1)),
        ("monthly", date(2026, 9, 1), date(2026, 8, 1), date(2026, 10, 1)),
    ],
)
def test_next_month_follows_the_rhythm(rhythm, last, today, expected):
    terms = read_terms({"rhythm": rhythm, "months": [5, 11] if rhythm == "fixed" else []})
    assert next_month(terms, last, today) == expected


@given(json_terms(), DATES | st.none(), DATES)
def test_next_month_is_the_first_one_allowed(values, last, today):
    terms = read_terms(values)
    month = next_month(terms, last, today)
    months = {"monthly": range(1, 13), "quarterly": (3, 6, 9, 12), "half_yearly": (3, 12)}
    assert month.day == 1
    assert month.month in months.get(terms.rhythm, terms.months)
    assert month >= today.replace(day=1)
    assert last is None or (month.year, month.month) > (last.year, last.month)
    if last is not None and terms.rhythm == "quarterly":
        assert (month.year, (month.month - 1) // 3) != (last.year, (last.month - 1) // 3)


@given(json_terms(), DATES)
def test_next_month_skips_none_when_meetings_follow_it(values, last):
    terms = read_terms(values)
    gone, count = last, 0
    while (gone := next_month(terms, gone, last)) <= last.replace(year=last.year + 1, day=1):
        count += 1
    per_year = {"monthly": 12, "quarterly": 4, "half_yearly": 2}.get(terms.rhythm, len(terms.months))
    assert count in {per_year, per_year - 1}  # an early meeting moves the count, never the months


@given(json_terms(), DATES)
def test_deadlines_lie_in_their_order(values, starts_on):
    terms = read_terms(values)
    call_on, close_on, notice_on = deadlines(terms, starts_on)
    assert call_on < close_on <= notice_on <= starts_on
    assert starts_on - call_on == timedelta(days=terms.call_days)


def test_deadlines_by_default():
    assert deadlines(DEFAULTS, date(2026, 8, 27)) == (
        date(2026, 8, 12),
        date(2026, 8, 20),
        date(2026, 8, 24),
    )
