"""Dates, moments and numbers as people type them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from workflow.forms import ClockField, DateField, MomentField, WholeNumberField, read_date

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "2026/11/21",
        "2026.11.21",
        "20261121",
        "2026年11月21日",
        "2026 年 11 月 21 日",
        "２０２６年１１月２１日",
        "２０２６－１１－２１",
        " 2026-11-21 ",
        "2026年11月21号",
    ],
)
def test_read_date_common_forms(text):
    assert DateField().clean(text) == date(2026, 11, 21)


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "2026年12月1日"), ("en", "2026-12-01")])
def test_date_field_shows_a_day_as_its_hint_does_and_reads_it_back(language, words):
    with translation.override(language):
        assert DateField().prepare_value(date(2026, 12, 1)) == words
    assert DateField().prepare_value("今天") == "今天"
    assert DateField().clean(words) == date(2026, 12, 1)


@time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=SHANGHAI), tick=False)
@pytest.mark.parametrize(("text", "day"), [("今天", 20), ("明天", 21), ("后天", 22), ("昨天", 19)])
def test_read_date_relative_words_follow_shanghai(text, day):
    assert DateField().clean(text) == date(2026, 11, day)


@pytest.mark.parametrize("text", ["2026年2月30日", "21/11/2026", "星期六", "2026-13-01", "0", "2026年"])
def test_read_date_refuses_with_an_example(text):
    with pytest.raises(forms.ValidationError) as error:
        DateField().clean(text)
    assert "2026年11月21日" in error.value.messages[0]


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_read_date_reads_back_what_the_interface_shows(day):
    assert read_date(f"{day.year}年{day.month}月{day.day}日") == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21 09:30",
        "2026年11月21日 9:30",
        "2026年11月21日9时30分",
        "2026/11/21 ９：３０",
        "2026-11-21T09:30",
    ],
)
def test_read_moment_common_forms(text):
    assert MomentField().clean(text) == datetime(2026, 11, 21, 9, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize("text", ["2026-11-21", "09:30", "2026-11-21 25:00", "明天下午"])
def test_read_moment_refuses_with_an_example(text):
    with pytest.raises(forms.ValidationError):
        MomentField().clean(text)


@pytest.mark.parametrize(
    ("text", "number"), [("５０", 50), ("1,000", 1000), (" 7 ", 7), ("１，０００", 1000)]
)
def test_read_number_full_width_and_grouping(text, number):
    assert WholeNumberField().clean(text) == number


@pytest.mark.parametrize("text", ["9:30", "09:30", "0930", "9时30分", "9点30", "９：３０", " 9:30 "])
def test_clock_field_common_forms(text):
    assert ClockField().clean(text) == time(9, 30)


def test_clock_field_full_hour():
    assert ClockField().clean("9点") == time(9)


@pytest.mark.parametrize("text", ["25:00", "9:60", "上午", "930", "9:30:15"])
def test_clock_field_refuses_what_is_no_time(text):
    with pytest.raises(forms.ValidationError, match="请按 09:30 填写"):
        ClockField().clean(text)
