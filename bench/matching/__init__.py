"""Matching: how often the partner is among the first three, and how the best of a listing grow with the data."""

from bench.compare import Result
from bench.load import Bench
from bench.matching import growth, quality


def measure(bench: Bench) -> list[Result]:
    """Both, the quality first."""
    return [*quality.measure(bench), *growth.measure(bench)]
