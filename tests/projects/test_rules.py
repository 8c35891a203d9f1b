from datetime import datetime

import pytest
from django.utils import timezone

from projects import rules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13个", (13, "个")),
        ("60㎡", (60, "㎡")),
        ("7000㎡", (7000, "㎡")),
        ("1件(按心愿推定)", (1, "件")),
        ("１台（按心愿推定）", (1, "台")),
        ("1次(2小时完成)", (1, "次")),
        ("两场", (2, "场")),
        ("3处", (3, "处")),
        ("居民轮流", None),
        ("几张订报卡", None),
        ("多次、免费", None),
        ("14项公共资源之一", None),
        ("24小时", None),
        ("2023年度", None),
        ("队员由10人增至50人", None),
        ("0个", None),
        ("999999个", None),
        ("", None),
    ],
)
def test_read_quantity(text, expected):
    amount = rules.read_quantity(text)
    assert (amount and (amount.number, amount.measure)) == expected


def moment(*parts):
    return timezone.make_aware(datetime(*parts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027年1月4日", (moment(2027, 1, 4), moment(2027, 1, 5))),
        ("2027-01-04", (moment(2027, 1, 4), moment(2027, 1, 5))),
        ("2027年1月4日至2027年1月31日", (moment(2027, 1, 4), moment(2027, 2, 1))),
        ("2027-01-04 9:30-11:00", (moment(2027, 1, 4, 9, 30), moment(2027, 1, 4, 11))),
        ("2026年12月", (moment(2026, 12, 1), moment(2027, 1, 1))),
        ("2026年2月(春节前)", (moment(2026, 2, 1), moment(2026, 3, 1))),
        ("每周六日上午", None),
        ("每月26日9:30-11:00", None),
        ("11月5日", None),
        ("2023年度", None),
        ("暑假", None),
        ("2027年2月30日", None),
        ("2027年13月", None),
        ("2027-01-04 11:00-9:30", None),
        ("", None),
    ],
)
def test_read_interval(text, expected):
    assert rules.read_interval(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("微心愿·物品", "goods"),
        ("微心愿·文化", "culture"),
        ("停车治理", "parking"),
        ("设施维修", "facilities"),
        ("文体场地", "culture"),
        ("场地", "venue"),
        ("宣传教育", "education"),
        ("公共管理", "general"),
        ("", "general"),
    ],
)
def test_category_code(text, code):
    assert rules.category_code(text) == code


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("轮椅 (wheelchair)", "轮椅"),
        ("儿童友好城市建设(百优共建项目)", "儿童友好城市建设(百优共建项目)"),
        ("夜间停车位", "夜间停车位"),
    ],
)
def test_chinese_title(text, title):
    assert rules.chinese_title(text) == title
