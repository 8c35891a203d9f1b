"""Quorum and majority: exact at every border, the same in any order, the same when counted again."""

import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances.rules import (
    BALLOTS,
    BASES,
    DEFAULTS,
    MAJORITIES,
    Missing,
    Part,
    Seat,
    WrongTotals,
    count_paper,
    count_quorum,
    count_votes,
    inputs,
    paper_inputs,
    present_of,
    recount,
    recount_quorum,
    unreachable,
)

KINDS = ("administrative_group", "residential_committee", "enterprise_committee", "community")
FREE = replace(DEFAULTS, quorum_parts=())
SHARES = {"two_thirds": Fraction(2, 3), "three_quarters": Fraction(3, 4)}


@st.composite
def all_seats(draw, min_size=0):
    seats = []
    for unit in range(draw(st.integers(min_size, 12))):
        is_present = draw(st.booleans())
        value = draw(st.sampled_from([*BALLOTS, None])) if is_present else None
        seats.append(Seat(unit, draw(st.frozensets(st.sampled_from(KINDS))), is_present, value))
    return seats


@st.composite
def all_terms(draw):
    under = draw(st.integers(2, 9))
    parts = draw(st.dictionaries(st.sampled_from(KINDS), st.integers(1, 3), max_size=2))
    return replace(
        DEFAULTS,
        quorum_numerator=draw(st.integers(1, under - 1)),
        quorum_denominator=under,
        quorum_strict=draw(st.booleans()),
        quorum_parts=tuple(Part(*part) for part in parts.items()),
        majority=draw(st.sampled_from(MAJORITIES)),
        base=draw(st.sampled_from(BASES)),
    )


def _seats(*, favour=0, against=0, abstain=0, not_voting=0, silent=0, absent=0):
    ballots = ["for"] * favour + ["against"] * against + ["abstain"] * abstain
    ballots += ["not_voting"] * not_voting + [None] * silent
    seats = [Seat(unit, frozenset(), True, ballot) for unit, ballot in enumerate(ballots)]
    return seats + [Seat(len(seats) + unit, frozenset(), False) for unit in range(absent)]


@pytest.mark.parametrize(
    ("share", "is_strict", "entitled", "needed"),
    [
        ((1, 2), True, 4, 3),
        ((1, 2), True, 5, 3),
        ((1, 2), False, 4, 2),
        ((1, 2), False, 5, 3),
        ((2, 3), False, 6, 4),
        ((2, 3), True, 6, 5),
        ((2, 3), False, 7, 5),
        ((1, 1), False, 7, 7),
        ((1, 2), True, 1, 1),
        ((1, 100), False, 3, 1),
        ((1, 2), True, 42, 22),
    ],
)
def test_count_quorum_needed(share, is_strict, entitled, needed):
    terms = replace(FREE, quorum_numerator=share[0], quorum_denominator=share[1], quorum_strict=is_strict)
    for present in range(entitled + 1):
        quorum = count_quorum(_seats(silent=present, absent=entitled - present), terms)
        assert (quorum.entitled, quorum.present, quorum.needed) == (entitled, present, needed)
        assert quorum.is_met is (present >= needed)
        assert quorum.short == max(0, needed - present)


@given(st.integers(1, 400), st.integers(1, 400), all_terms())
def test_count_quorum_border_is_exact(entitled, present, terms):
    terms = replace(terms, quorum_parts=())
    share = Fraction(terms.quorum_numerator, terms.quorum_denominator)
    present = min(present, entitled)
    seats = [Seat(unit, frozenset(), unit < present) for unit in range(entitled)]
    quorum = count_quorum(seats, terms)
    reached = Fraction(present, entitled)
    assert quorum.is_met is (reached > share if terms.quorum_strict else reached >= share)


@pytest.mark.parametrize("is_strict", [True, False])
def test_count_quorum_nobody_entitled_is_not_met(is_strict):
    quorum = count_quorum([], replace(FREE, quorum_strict=is_strict))
    assert not quorum.is_met
    assert quorum.short == 1


def test_count_quorum_part_missing_though_many_are_present():
    seats = [Seat(unit, frozenset({"community", "residential_committee"}), True) for unit in range(9)]
    seats.append(Seat(9, frozenset({"enterprise_committee"}), False))
    quorum = count_quorum(seats, DEFAULTS)
    assert not quorum.is_met
    assert quorum.short == 0
    assert quorum.missing == (Missing("administrative_group", 1, 0), Missing("enterprise_committee", 1, 0))


@given(all_seats(), all_terms())
def test_unreachable_is_what_full_attendance_would_still_miss(seats, terms):
    full = count_quorum([replace(seat, is_present=True) for seat in seats], terms)
    missing = [(part.kind, part.least) for part in full.missing]
    assert [(part.kind, part.least) for part in unreachable(seats, terms)] == missing


def test_count_quorum_met_with_all_three_parts():
    seats = [Seat(unit, frozenset({kind}), True) for unit, kind in enumerate(KINDS[:3])]
    assert count_quorum(
        [*seats, *(replace(seats[0], unit=unit, is_present=False) for unit in (7, 8))], DEFAULTS
    ).is_met


@given(all_seats(min_size=1), all_terms())
def test_count_quorum_part_border_is_exact(seats, terms):
    quorum = count_quorum(seats, terms)
    for part in terms.quorum_parts:
        present = sum(seat.is_present and part.kind in seat.kinds for seat in seats)
        assert (Missing(part.kind, part.least, present) in quorum.missing) is (present < part.least)
    assert quorum.is_met is (not quorum.missing and quorum.short == 0)


@given(all_seats(min_size=1), all_terms())
def test_count_quorum_one_more_present_never_breaks_it(seats, terms):
    before = count_quorum(seats, terms).is_met
    for place, seat in enumerate(seats):
        if not seat.is_present:
            seats[place] = replace(seat, is_present=True)
            after = count_quorum(seats, terms).is_met
            assert after >= before
            before = after


@given(all_seats(), all_terms())
def test_count_quorum_absent_unit_removed_never_breaks_it(seats, terms):
    # A unit without a vote is no seat: leaving out an absent one can only lower what is needed.
    before = count_quorum(seats, terms)
    there = [seat for seat in seats if seat.is_present]
    after = count_quorum(there, terms)
    assert after.needed <= before.needed
    assert after.is_met >= before.is_met


def test_seat_absent_with_a_ballot_cannot_be():
    for value in BALLOTS:
        with pytest.raises(ValueError, match="not present"):
            Seat(1, frozenset(), False, value)


@pytest.mark.parametrize("value", ["yes", "", "favour"])
def test_seat_unknown_ballot(value):
    with pytest.raises(ValueError, match="no such ballot"):
        Seat(1, frozenset(), True, value)


@pytest.mark.parametrize("count", [count_quorum, count_votes, inputs])
def test_count_unit_with_two_seats(count):
    with pytest.raises(ValueError, match="two seats"):
        count([Seat(1, frozenset(), True, "for"), Seat(1, frozenset(), True, "for")], FREE)


def test_count_votes_everybody_is_somewhere():
    count = count_votes(_seats(favour=5, against=1, abstain=2, not_voting=1, silent=2, absent=3), FREE)
    assert (count.entitled, count.present, count.absent) == (14, 11, 3)
    assert (count.favour, count.against, count.abstain, count.not_voting) == (5, 1, 2, 3)


@pytest.mark.parametrize(
    ("base", "number", "simple", "two_thirds", "three_quarters"),
    [("cast", 8, 5, 6, 6), ("present", 11, 6, 8, 9), ("entitled", 14, 8, 10, 11)],
)
def test_count_votes_base_and_needed(base, number, simple, two_thirds, three_quarters):
    seats = _seats(favour=5, against=1, abstain=2, not_voting=1, silent=2, absent=3)
    for majority, needed in zip(MAJORITIES, (simple, two_thirds, three_quarters), strict=True):
        count = count_votes(seats, replace(FREE, base=base, majority=majority))
        assert (count.base, count.needed) == (number, needed)
        assert count.is_passed is (needed <= 5)


def test_count_votes_half_is_no_simple_majority():
    terms = replace(FREE, base="cast")
    assert not count_votes(_seats(favour=3, against=3), terms).is_passed
    assert not count_votes(_seats(favour=3, against=2, abstain=1), terms).is_passed
    assert count_votes(_seats(favour=4, against=3), terms).is_passed
    assert count_votes(_seats(favour=3, against=2, not_voting=1), terms).is_passed


def test_count_votes_exactly_two_thirds_pass():
    terms = replace(FREE, base="cast", majority="two_thirds")
    assert count_votes(_seats(favour=4, against=2), terms).is_passed
    assert not count_votes(_seats(favour=4, against=3), terms).is_passed


@pytest.mark.parametrize("majority", MAJORITIES)
@pytest.mark.parametrize("base", BASES)
def test_count_votes_nothing_passes_without_a_vote(base, majority):
    terms = replace(FREE, base=base, majority=majority)
    for seats in ([], _seats(silent=5), _seats(abstain=5), _seats(absent=5)):
        count = count_votes(seats, terms)
        assert not count.is_passed
        assert count.needed >= 1


def test_count_votes_nothing_passes_without_a_quorum():
    terms = replace(FREE, base="cast")
    assert not count_votes(_seats(favour=5, absent=5), terms).is_passed
    assert count_votes(_seats(favour=6, absent=5), terms).is_passed
    assert not count_votes(_seats(favour=6, absent=5), replace(DEFAULTS, base="cast")).is_passed


@given(all_seats(), all_terms())
def test_count_votes_border_is_exact(seats, terms):
    count = count_votes(seats, terms)
    cast = [seat for seat in seats if seat.value in {"for", "against", "abstain"}]
    base = {"cast": len(cast), "present": count.present, "entitled": len(seats)}[terms.base]
    assert count.base == base
    share = Fraction(count.favour, base) if base else Fraction(0)
    is_enough = share > Fraction(1, 2) if terms.majority == "simple" else share >= SHARES[terms.majority]
    assert count.is_passed is (is_enough and count_quorum(seats, terms).is_met)
    assert (count.favour >= count.needed) is is_enough


@given(st.integers(0, 3000), st.sampled_from(MAJORITIES))
def test_count_paper_needed_is_the_least_that_passes(present, majority):
    terms = replace(FREE, majority=majority)
    papers = {"favour": 0, "against": 0, "abstain": 0, "not_voting": 0}
    needed = count_paper(papers, present, present, terms).needed
    if present:
        assert count_paper({**papers, "favour": needed}, present, present, terms).is_passed
    assert not count_paper({**papers, "favour": needed - 1}, present, present, terms).is_passed


@given(all_seats(min_size=1), all_terms(), st.data())
def test_count_votes_one_more_in_favour_never_fails_it(seats, terms, data):
    place = data.draw(st.integers(0, len(seats) - 1))
    before = count_votes(seats, terms).is_passed
    seats[place] = replace(seats[place], is_present=True, value="for")
    assert count_votes(seats, terms).is_passed >= before


@given(all_seats(min_size=1), all_terms(), st.data())
def test_count_votes_one_more_against_never_passes_it(seats, terms, data):
    place = data.draw(st.integers(0, len(seats) - 1))
    if not seats[place].is_present:
        return  # coming at all may bring the quorum
    before = count_votes(seats, terms).is_passed
    seats[place] = replace(seats[place], value="against")
    assert count_votes(seats, terms).is_passed <= before


@given(all_seats(), all_terms(), st.randoms(use_true_random=False))
def test_count_votes_order_is_irrelevant(seats, terms, rng: random.Random):
    mixed = rng.sample(seats, len(seats))
    assert count_votes(iter(mixed), terms) == count_votes(seats, terms)
    assert inputs(mixed, terms) == inputs(seats, terms)


@given(all_seats(), all_terms())
def test_count_votes_sums_agree(seats, terms):
    count = count_votes(seats, terms)
    assert count.present + count.absent == count.entitled == len(seats)
    assert count.favour + count.against + count.abstain + count.not_voting == count.present


@given(all_seats(), all_terms())
def test_recount_comes_to_the_same(seats, terms):
    stored = json.loads(json.dumps(inputs(seats, terms)))
    count = count_votes(seats, terms)
    assert recount(stored) == count
    assert recount_quorum(stored) == count.quorum == count_quorum(seats, terms)
    assert json.loads(json.dumps(count.as_json())) == recount(stored).as_json()
    assert json.loads(json.dumps(count.quorum.as_json())) == count.quorum.as_json()


def test_recount_sees_a_changed_ballot():
    seats = _seats(favour=4, against=3)
    stored = inputs(seats, FREE)
    stored["seats"][0]["value"] = "against"
    assert recount(stored) != count_votes(seats, FREE)


def test_recount_refuses_another_way_of_counting():
    with pytest.raises(ValueError, match="another way"):
        recount({**inputs([], FREE), "way": 2})


@given(all_seats(), all_terms(), st.data())
def test_count_paper_agrees_with_the_open_vote(seats, terms, data):
    open_count = count_votes(seats, terms)
    totals = {name: getattr(open_count, name) for name in ("favour", "against", "abstain")}
    totals["not_voting"] = data.draw(st.integers(0, open_count.not_voting))
    numbers = (totals, open_count.entitled, open_count.present, terms)
    of_kind = present_of(seats, terms)
    count = count_paper(*numbers, of_kind=of_kind)
    assert count == open_count
    stored = json.loads(json.dumps(paper_inputs(*numbers, of_kind=of_kind)))
    assert recount(stored) == count
    assert "seats" not in stored


def test_count_paper_part_nobody_counted_is_missing():
    totals = {"favour": 5, "against": 0, "abstain": 0, "not_voting": 0}
    count = count_paper(totals, 5, 5, DEFAULTS)
    assert not count.is_passed
    assert len(count.quorum.missing) == 3
    assert count_paper(totals, 5, 5, DEFAULTS, of_kind=dict.fromkeys(KINDS[:3], 1)).is_passed


@pytest.mark.parametrize("name", ["favour", "against", "abstain", "not_voting"])
@pytest.mark.parametrize("value", [-1, None, "1", 1.0, True])
def test_count_paper_total_wrong(name, value):
    totals = {"favour": 0, "against": 0, "abstain": 0, "not_voting": 0, name: value}
    with pytest.raises(WrongTotals) as error:
        count_paper(totals, 5, 5, FREE)
    assert error.value.name == name


def test_count_paper_total_unknown_or_left_out():
    for totals in ({"favour": 1}, {"favour": 1, "against": 0, "abstain": 0, "not_voting": 0, "for": 1}):
        with pytest.raises(WrongTotals):
            count_paper(totals, 5, 5, FREE)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 40))
def test_count_paper_never_more_papers_than_present(favour, against, abstain, blank, present):
    totals = {"favour": favour, "against": against, "abstain": abstain, "not_voting": blank}
    if sum(totals.values()) > present:
        with pytest.raises(WrongTotals) as error:
            count_paper(totals, 40, present, FREE)
        assert error.value.name == ""
    else:
        count = count_paper(totals, 40, present, FREE)
        assert count.not_voting == present - favour - against - abstain


@pytest.mark.parametrize(
    ("entitled", "present", "of_kind"), [(4, 5, {}), (4, 4, {"community": 5}), (4, 4, {"community": -1})]
)
def test_count_paper_attendance_that_cannot_be(entitled, present, of_kind):
    totals = {"favour": 0, "against": 0, "abstain": 0, "not_voting": 0}
    with pytest.raises(ValueError, match="present"):
        count_paper(totals, entitled, present, FREE, of_kind=of_kind)
