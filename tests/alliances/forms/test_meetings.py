"""How hours are read from what people type."""

import datetime as dt

import pytest

from alliances.forms.meetings import ClockField


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("14点半", dt.time(14, 30)),
        ("下午2点半", dt.time(14, 30)),
        ("上午９：０５", dt.time(9, 5)),
        ("晚上7点", dt.time(19)),
        ("下午14点", dt.time(14)),
    ],
)
def test_clock_field_reads_what_people_write(typed, read):
    assert ClockField().clean(typed) == read
