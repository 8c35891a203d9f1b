"""A joint claim's deliveries fall to its units by their shares, to the last piece."""

from random import Random

import pytest

from projects.reports.apportioning import apportion


@pytest.mark.parametrize(
    ("shares", "delivered", "parts"),
    [
        pytest.param([60, 40], 100, [60, 40], id="all"),
        pytest.param([60, 40], 50, [30, 20], id="even"),
        pytest.param([5, 3, 1], 4, [2, 1, 1], id="largest-remainder"),
        pytest.param([1, 1], 1, [1, 0], id="equal-remainders-the-earlier-first"),
        pytest.param([99_999, 1], 50_000, [50_000, 0], id="a-small-share"),
        pytest.param([7], 3, [3], id="one-left"),
    ],
)
def test_apportion_one_delivery(shares, delivered, parts):
    assert apportion(shares, [delivered]) == [parts]


def test_apportion_carries_on_from_what_came_before():
    assert apportion([2, 1], [1, 1, 1]) == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize("seed", range(50))
def test_apportion_any_deliveries_add_up(seed):
    random = Random(seed)
    shares = [random.randint(1, random.choice([3, 30, 3000])) for _ in range(random.randint(1, 5))]
    left, deliveries = sum(shares), []
    while left:
        deliveries.append(random.randint(1, left))
        left -= deliveries[-1]
    found = apportion(shares, deliveries)
    assert [sum(parts) for parts in found] == deliveries
    assert all(part >= 0 for parts in found for part in parts)
    assert [sum(parts) for parts in zip(*found, strict=True)] == shares
