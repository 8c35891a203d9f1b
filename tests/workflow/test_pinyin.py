"""Names are found by any reading and sorted by sound."""

from workflow import pinyin


def test_search_key_initials_and_full():
    key = pinyin.search_key("天宁街道")
    assert "tnjd" in key
    assert "tianning" in key
    assert "天宁" in key


def test_search_key_every_reading_of_a_heteronym():
    key = pinyin.search_key("长安")
    assert "changan" in key
    assert "zhangan" in key


def test_sort_key_orders_by_sound():
    names = ["中山社区", "安平社区", "北苑社区"]
    assert sorted(names, key=pinyin.sort_key) == ["安平社区", "北苑社区", "中山社区"]
