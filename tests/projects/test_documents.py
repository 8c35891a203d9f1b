"""The Word file of an agreement says what was signed, in the same bytes each time."""

import io

import docx
import pytest
from django.utils import translation

from members.models import Organisation
from projects import documents
from projects.models import Agreement
from tests.factories.projects import make_agreed_claim, make_agreement
from tests.projects.actions.test_agreements import make_two_way, sign
from workflow.official.text import heading_number

pytestmark = pytest.mark.django_db


def read(agreement):
    return docx.Document(io.BytesIO(documents.word_file(agreement)))


def rows(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def words(agreement) -> list[str]:
    """Every line of the Word file before its tables, as a reader sees it."""
    return [paragraph.text for paragraph in read(agreement).paragraphs if paragraph.text]


def test_word_file_holds_every_line_of_the_text(circle):
    agreement = make_two_way(circle)
    body = agreement.text.split("\n\n附件：")[0]
    title, *lines = [line for line in body.splitlines() if line]
    said = words(agreement)
    assert said[0] == f"{title}（草稿，尚未签署）"
    assert said[1 : len(lines) + 1] == lines


def test_word_file_has_signatures_check_value_and_the_two_way_list(circle):
    agreement = make_two_way(circle)
    for person in (circle.liaison, circle.staff):
        agreement = sign(agreement, person)
    agreement = Agreement.objects.with_parties().get(pk=agreement.pk)
    signatures, value, annex = (rows(table) for table in read(agreement).tables)
    assert signatures[1:3] == [["单位", "梧桐医院", "南园社区"], ["签署人", "陈嘉", "周洁"]]
    assert all("年" in cell for cell in signatures[3][1:])
    assert "".join(value[1][0].split()) == agreement.text_hash
    assert [row[1:4] for row in annex] == [
        ["提供方", "接受方", "事项"],
        ["梧桐医院", "南园社区", "夜间停车位"],
        ["南园社区", "梧桐医院", "会议室"],
    ]
    assert words(agreement)[0] == "共建协议书"


def test_word_file_equal_bytes_in_every_language_and_after_a_new_name(circle):
    agreement = make_agreed_claim(circle).agreements.get()
    before = documents.word_file(agreement)
    Organisation.objects.filter(pk=circle.unit.pk).update(name="梧桐中心医院")
    with translation.override("en"):
        assert documents.word_file(Agreement.objects.get(pk=agreement.pk)) == before


def test_page_of_numbers_like_the_text(circle):
    page = documents.page_of(make_two_way(circle))
    headings = [part["text"] for part in page["blocks"] if part["kind"] == "heading"]
    assert headings[:3] == ["一、甲方提供", "二、乙方提供", "三、交付和评议"]
    assert [text.split("、")[0] + "、" for text in headings] == [
        heading_number(1, place) for place in range(1, len(headings) + 1)
    ]
    assert [row[3][1] for row in page["rows"]] == ["夜间停车位", "会议室"]


def test_page_of_a_text_from_before_has_no_list(circle):
    agreement = make_agreement(circle)
    agreement.text = (
        "共建协议书\n\n甲方（提供方）：甲\n乙方（需求方）：乙\n\n一、共建事项：停车。\n二、数量：2个。"
    )
    page = documents.page_of(agreement)
    assert page["rows"] == []
    assert [part["text"] for part in page["blocks"]][-2:] == ["一、共建事项：停车。", "二、数量：2个。"]


def test_word_file_typed_bars_and_breaks_make_no_cells(circle):
    agreement = make_agreement(circle)
    claim = agreement.claims.get()
    listing = claim.slot.listing
    type(listing).objects.filter(pk=listing.pk).update(title="停车｜位", place="东门\n一、西门")
    changed = documents.agreement_text(agreement, list(agreement.claims.with_parties()))
    agreement.text = changed
    (row,) = documents.page_of(agreement)["rows"]
    assert (row[3][1], row[5][1]) == ("停车／位", "时间不限，东门 一、西门")
