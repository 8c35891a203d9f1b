import pytest

from workflow.exceptions import BadInput
from workflow.text import read_line


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
