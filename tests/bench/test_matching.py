"""The pairs are hard enough to say something, and the ranking earns its place on those it was not tuned on."""

import pytest

from bench.matching import growth, quality
from bench.matching.pairs import HELD_OUT, TUNED, lists


@pytest.mark.parametrize("half", [TUNED, HELD_OUT])
def test_pairs_third_shares_no_word(half):
    pairs = [pair for pair in lists().pairs if pair.half == half]
    assert len(pairs) >= 30
    assert sum(pair.shares_no_word for pair in pairs) >= len(pairs) / 3


def test_pairs_stand_among_many_others():
    found = lists()
    paired = 2 * len(found.pairs)
    assert len(found.pairs) >= 60
    assert len(found.needs) + len(found.resources) - paired >= 200


def test_ranking_beats_category_alone_on_held_out_pairs():
    found = lists()
    held_out = [pair for pair in found.pairs if pair.half == HELD_OUT]
    ours = quality.hit_share(held_out, quality.ours, found)
    assert ours > 2 * quality.hit_share(held_out, quality.by_category, found)
    assert ours > quality.hit_share(held_out, quality.by_text, found)


def test_chance_shares_equal_scores():
    assert quality._chance({1: 1, 2: 1, 3: 1, 4: 1}, 1) == pytest.approx(3 / 4)
    assert quality._chance({1: 2, 2: 2, 3: 1, 4: 1}, 3) == pytest.approx(1 / 2)
    assert quality._chance({1: 2, 2: 2, 3: 2, 4: 1}, 4) == 0
    assert quality._chance({1: 2}, 4) == 0


def test_exponent_of_growth():
    assert growth.exponent(1) == 0
    assert growth.exponent(growth.TIMES) == pytest.approx(1)
