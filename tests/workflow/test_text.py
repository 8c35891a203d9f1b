import pytest

from workflow.exceptions import BadInput
from workflow.text import read_line, read_reason, read_words


@pytest.mark.parametrize("text", ["梧桐社区", " 梧桐社区　", "梧桐社区\n"])
def test_read_line_leaves_outer_blanks_out(text):
    assert read_line(text, field="name") == "梧桐社区"


def test_read_line_keeps_blanks_and_rare_characters_within():
    assert read_line("Room 3　𠮷野 № 5", field="name") == "Room 3　𠮷野 № 5"


@pytest.mark.parametrize(
    "text", ["\u200b", "\u202e区社桐梧", "梧桐\u00ad社区", "梧桐\x00社区", "梧桐\n社区", "梧桐\u2028社区"]
)
def test_read_line_names_what_nobody_sees(text):
    with pytest.raises(BadInput, match=r"U\+[0-9A-F]{4}") as refused:
        read_line(text, field="title")
    assert refused.value.field == "title"


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "\u200b", "\u200b \ufeff"])
def test_read_words_of_nothing_visible_is_missing(text):
    with pytest.raises(BadInput, match="请填写“原因”"):
        read_words(text, field="reason", label="原因", most=10, required=True)
    assert read_words(text, field="reason", label="原因", most=10) == ""


def test_read_words_keeps_its_lines():
    assert read_words(" 先谈\n再定 ", field="reason", label="原因", most=10) == "先谈\n再定"


@pytest.mark.parametrize("text", [None, "", " \u200b "])
def test_read_reason_of_nothing_visible_is_missing(text):
    with pytest.raises(BadInput, match="请写明原因") as refused:
        read_reason(text)
    assert refused.value.field == "reason"


def test_read_reason_too_long():
    with pytest.raises(BadInput, match="最多 200 个"):
        read_reason("字" * 201)
