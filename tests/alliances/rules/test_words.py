"""When a text that an act is given counts as missing."""

import pytest

from alliances.rules.words import read_words
from workflow.exceptions import BadInput


@pytest.mark.parametrize("text", ["", "  ", "\u3000", "\u200b", "\u200b \ufeff"])
def test_read_words_of_nothing_visible_is_missing(text):
    with pytest.raises(BadInput, match="请填写“原因”"):
        read_words(text, field="reason", label="原因", most=10, required=True)
    assert read_words(text, field="reason", label="原因", most=10) == ""


def test_read_words_keeps_its_lines():
    assert read_words(" 先谈\n再定 ", field="reason", label="原因", most=10) == "先谈\n再定"
