import copy
import io
import json

import docx
import pytest

from alliances.documents import (
    check_value,
    content_of,
    document_of,
    page_of,
    with_words,
    without_words,
    word_file,
)
from alliances.documents import sheet as wording
from tests.factories.meetings import make_table
from tests.factories.minutes import make_full_meeting
from workflow.official import Heading, Paragraph, Quote, Table

pytestmark = pytest.mark.django_db


@pytest.fixture
def content():
    return content_of(make_full_meeting(make_table(units=2)))


def words_of(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def blocks_of(content, title):
    """The blocks of one item, from its heading to the next."""
    blocks = list(document_of(content).blocks)
    start = blocks.index(Heading(1, title))
    end = next((n for n in range(start + 1, len(blocks)) if isinstance(blocks[n], Heading)), len(blocks))
    return blocks[start:end]


def test_word_file_counts_the_represented_among_those_that_came_where_the_rules_say_so(content):
    text = "\n".join(words_of(word_file({**content, "came": 5})))
    assert "应到单位7个，实到5个（其中委托1个），请假1个，缺席1个，列席1个。" in text


def test_word_file_opens_and_says_it_all(content):
    text = "\n".join(words_of(word_file(content)))
    for words in (
        "第四季度党建联席会议纪要",
        "李建国主持会议",
        "应到单位7个，实到4个，委托1个，请假1个，缺席1个，列席1个。",
        "会议学习了文件。",
        "提出单位：",
        "（成员单位提出：南园社区议事会提出）",
        "记名表决（一个单位一票）",
        "无记名票决（一个单位一票）",
        "赞成须超过实到单位的半数",
        "审议结果：表决通过。",
        "审议结果：未通过。",
        "审议结果：暂缓。",
        "审议结果：转交",
        "决议编号：〔2026〕2号，取代〔2026〕1号。",
        "出席：",
        "记录：王敏",
    ):
        assert words in text


def test_document_puts_minority_opinions_under_the_resolution(content):
    blocks = blocks_of(content, "停车场夜间开放")
    kinds = [type(block) for block in blocks]
    quote = kinds.index(Quote)
    assert blocks[quote - 1] == Paragraph("会议议定：先试三个月。")
    assert blocks[quote].text == "费用没有着落。\n先试再定。"
    assert blocks[quote + 1].text.startswith("决议编号：")
    assert isinstance(blocks[-1], Table)


def test_document_tells_last_results_in_their_item_or_on_their_own(content):
    assert isinstance(blocks_of(content, "通报上次议定事项")[2], Table)
    alone = copy.deepcopy(content)
    for item in alone["items"]:
        item["is_last_results"] = False
    assert isinstance(blocks_of(alone, "上次会议议定事项办理情况")[2], Table)


def test_document_without_quorum_says_so(content):
    item = next(item for item in content["items"] if item["title"] == "设立共建资金")
    item["vote"] |= {"is_quorate": False, "is_passed": False}
    texts = [block.text for block in blocks_of(content, "设立共建资金") if isinstance(block, Paragraph)]
    assert any("没有达到法定人数（应到单位过半" in text for text in texts)


def test_word_file_draft_says_so_in_its_head(content):
    assert words_of(word_file(content, is_draft=True))[0] == f"{content['header']}（草稿）"
    assert words_of(word_file(content))[0] == content["header"]


def test_page_shows_what_the_file_prints(content):
    """One list of blocks for both: every text of the page stands in the file."""
    page, text = page_of(content), "\n".join(words_of(word_file(content)))
    lines = [part["text"] for part in page["blocks"] if part["kind"] == "heading"]
    lines += [line for part in page["blocks"] for line in part.get("lines", [])]
    lines += [line for people in page["people"] for line in people["lines"]]
    assert len(lines) > 30
    assert not [line for line in lines if line not in text]
    assert page["blocks"][2]["text"].startswith("一、")


def test_page_people_stand_by_constituency(content):
    people = page_of(content)["people"]
    assert [one["label"] for one in people] == ["出席", "委托", "请假", "缺席", "列席", "记录"]
    assert len(people[0]["lines"]) == len(content["present"]) > 1
    assert people[0]["lines"][0] == content["present"][0]["units"][0]["name"]


def test_document_of_a_meeting_without_anything():
    empty = {
        "header": "会议纪要", "number": "", "title": "会议纪要", "meeting": "会议", "issuer": "街道", "date": "",
        "time": "", "place": "", "convener": "街道", "chair": "", "recorder": "", "due": 0, "came": 0,
        "present": [], "represented": [], "excused": [], "absent": [], "unknown": [], "guests": [],
        "opening": "", "last_results": None, "items": [],
    }  # fmt: skip
    assert "出席：无" in words_of(word_file(empty))


def test_words_of_circulated_content_stay_whatever_a_later_release_says(content, monkeypatch):
    """Through JSON as the database keeps it; the draft beside it takes the new words."""
    stored = json.loads(json.dumps(with_words(content)))
    before = word_file(content)
    assert (word_file(stored), check_value(stored)) == (before, check_value(content))
    assert without_words(stored) == content
    monkeypatch.setattr(wording, "_roll", lambda content: "到会情况见名单。")
    assert word_file(stored) == before
    assert page_of(stored) != page_of(content)
    assert word_file(content) != before
