import pytest

from alliances.reports.procedure import LINES, differences, majority_words, quorum_words, sentences
from alliances.rules import RULES, Part, Terms, read_terms
from tests.factories.members import ship_defaults

pytestmark = pytest.mark.django_db


def test_lines_speak_of_every_rule_once():
    assert sorted(rule for _label, rules in LINES.values() for rule in rules) == sorted(RULES)
    assert all(field == rules[0] for field, (_label, rules) in LINES.items())


def test_sentences_of_the_shipped_rules(django_assert_num_queries):
    ship_defaults()
    with django_assert_num_queries(1):
        lines = sentences(Terms())
    assert [line.field for line in lines] == list(LINES)
    text = {line.field: line.text for line in lines}
    assert text["rhythm"] == "每季度召开一次。"
    assert text["quorum_numerator"] == (
        "应到单位过半，且行政党组、居民区综合党委、非公企业联合党委各至少 1 家到会。"
    )
    assert text["majority"] == "先协商，协商不成再表决；赞成须超过实到单位的半数。"
    assert text["needs_name"] == "需求清单、资源清单、项目清单"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"quorum_parts": []}, "应到单位过半。"),
        ({"quorum_parts": [], "quorum_strict": False}, "应到单位达到半数。"),
        (
            {
                "quorum_parts": [],
                "quorum_numerator": 2,
                "quorum_denominator": 3,
                "quorum_strict": False,
            },
            "达到应到单位的 2/3。",
        ),
        (
            {"quorum_parts": [], "quorum_numerator": 2, "quorum_denominator": 3},
            "超过应到单位的 2/3。",
        ),
        (
            {"quorum_parts": [], "quorum_denominator": 1, "quorum_strict": False},
            "应到单位全部到会。",
        ),
        (
            {"quorum_parts": [{"kind": "community", "least": 3}, {"kind": "gone", "least": 1}]},
            "应到单位过半，且社区至少 3 家、gone至少 1 家到会。",
        ),
    ],
)
def test_quorum_words(values, words):
    ship_defaults()
    assert quorum_words(read_terms(values)) == words


@pytest.mark.parametrize("majority", ["simple", "two_thirds", "three_quarters"])
@pytest.mark.parametrize(
    ("base", "word"), [("cast", "有效表决"), ("present", "实到单位"), ("entitled", "应到单位")]
)
def test_majority_words_name_share_and_base(majority, base, word):
    text = majority_words(Terms(majority=majority, base=base, consensus_first=False))
    share = {"simple": "半数", "two_thirds": "三分之二", "three_quarters": "四分之三"}[majority]
    assert word in text
    assert text.endswith(f"{share}。")
    assert "协商" not in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rhythm": "monthly"}, "每月召开一次。"),
        ({"rhythm": "half_yearly"}, "每半年召开一次，在 3 月和 12 月。"),
        ({"rhythm": "fixed", "months": [9, 4]}, "每年 4、9 月召开。"),
    ],
)
def test_sentences_rhythm(values, words):
    assert sentences(read_terms(values), {})[0].text == words


def test_differences_name_what_reads_otherwise():
    ship_defaults()
    before, after = Terms(), Terms(call_days=20, quorum_parts=(Part("community", 2),))
    found = differences(before, after)
    assert [one.label for one in found] == ["征集议题", "法定人数"]
    assert (found[0].before, found[0].after) == ("会前 15 天开始征集。", "会前 20 天开始征集。")
    assert differences(before, before) == []
