"""A slow twin must miss its goal, and neither a drift nor a single bad round may decide."""

import itertools
import time

import pytest

from bench.compare import Goal, Result, by_turns

RATE = Goal("T", "twin / base", at_least=0.8)
DURATION = Goal("T", "twin / base", at_most=1.25)


def rate(work: int) -> float:
    """Rounds in a second of an act that does `work`."""
    began = time.perf_counter()
    for _round in range(20):
        sum(range(work))
    return 20 / (time.perf_counter() - began)


def test_compare_slow_twin_misses_goal():
    base, target = by_turns(lambda: rate(20_000), lambda: rate(80_000), rounds=5)
    slow = Result(RATE, base, target, unit="a second")

    assert not slow.is_met
    assert slow.verdict == "MISSED"
    assert slow.ratio < 0.5


def test_compare_same_twin_meets_goal():
    same = Result(RATE, base=(100, 50, 90), target=(98, 51, 90), unit="a second")

    assert same.is_met
    assert same.ratio == pytest.approx(1, abs=0.05)


def test_compare_duration_over_bound_misses_goal():
    assert not Result(DURATION, base=(1, 1, 1), target=(1.3, 1.4, 1.3), unit="seconds").is_met
    assert Result(DURATION, base=(1, 1, 1), target=(1.2, 1.1, 9), unit="seconds").is_met


def test_compare_one_bad_round_does_not_decide():
    result = Result(RATE, base=(100, 100, 100), target=(10, 95, 96), unit="a second")

    assert result.is_met
    assert "0.10 to 0.96" in result.line()


def test_compare_goal_without_bound_is_told():
    result = Result(Goal("T", "told"), base=(1,), target=(9,), unit="seconds")

    assert result.is_met
    assert result.verdict == "told"


def test_by_turns_flips_order_and_drops_warm_up():
    order = []

    def act(name):
        numbers = itertools.count()

        def run():
            order.append(name)
            return next(numbers)

        return run

    base, target = by_turns(act("A"), act("B"), rounds=3)

    assert "".join(order) == "AB" + "AB" + "BA" + "AB"
    assert base == target == (1, 2, 3)
