"""Two texts are alike when they share rare characters or speak of one topic."""

import pytest

from projects.matching.lexicon import found, lexicon
from projects.matching.likeness import Rarity, likeness, shared_topics, shared_words, traits_of


def alike(one: str, other: str, *crowd: str) -> float:
    rarity = Rarity([traits_of(text) for text in (one, other, *crowd)])
    return likeness(traits_of(one), traits_of(other), rarity)


CROWD = ("楼道灯不亮", "老人量血压", "合唱队演出", "法律咨询", "旧衣回收", "春节慰问")


def test_likeness_same_title_is_whole():
    assert alike("夜间停车位", "夜间停车位", *CROWD) == pytest.approx(1)


def test_likeness_nothing_in_common_is_nothing():
    assert alike("夜间停车位", "义务理发", *CROWD) == 0


def test_likeness_topic_joins_titles_without_a_common_word():
    assert alike("更换轮椅", "辅具租借点", *CROWD) > 0.2


def test_likeness_words_of_every_list_say_nothing():
    assert alike("社区居民服务需要理发", "社区居民服务需要停车", *CROWD) == 0


def test_likeness_rare_word_says_more_than_common_one():
    crowd = [f"防汛{number}队" for number in "甲乙丙丁戊"]
    assert alike("沙袋古琴", "古琴雅集", *crowd) > alike("防汛古琴", "防汛雅集", *crowd)


def test_likeness_full_width_is_plain():
    assert alike("ＡＩ求职舱", "ai求职舱", *CROWD) == pytest.approx(1)


def test_likeness_numbers_alone_say_nothing():
    assert alike("13个", "13户", *CROWD) == 0


def test_details_say_less_than_title():
    own, rarity = traits_of("量血压"), Rarity([traits_of(text) for text in CROWD])
    in_title = likeness(own, traits_of("医生义诊"), rarity)
    in_details = likeness(own, traits_of("周三来坐坐", "医生义诊"), rarity)
    assert in_title > in_details > 0


def test_shared_topics_name_the_word_of_each_side():
    rarity = Rarity([traits_of(text) for text in CROWD])
    pairs = shared_topics(traits_of("屋顶渗水"), traits_of("防水补漏队"), rarity)
    assert ("渗水", "防水") in pairs


def test_shared_words_are_the_longest_run():
    assert shared_words("老旧水管更换", "水管更换班") == "水管更换"
    assert shared_words("社区服务", "社区服务") == ""


def test_lexicon_every_topic_has_words_that_can_be_found():
    words = lexicon()
    assert all(2 <= len(word) <= words.longest for word in (*words.topics, *words.groups))
    assert found("上门量血压", words.topics)["义诊体检"] == "量血压"


def test_lexicon_every_topic_joins_at_least_two_words():
    names: dict[str, int] = {}
    for topics in lexicon().topics.values():
        for name in topics:
            names[name] = names.get(name, 0) + 1
    assert min(names.values()) >= 2
