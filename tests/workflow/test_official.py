"""An official document keeps to GB/T 9704-2012, prints any text as text, and is the same file each time."""

import hashlib
import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import docx
import pytest
import time_machine
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.official import (
    Document,
    Heading,
    Paragraph,
    People,
    Quote,
    Signature,
    Table,
    body_xml,
    digest,
    looks,
    text,
    write,
)

ROOT = Path(__file__).resolve().parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MINUTES = Document(
    header="朝阳里街道党建联席会议纪要",
    number="〔2026〕3号",
    issuer="联盟秘书处",
    date_words="2026年7月17日",
    title="区域化党建联盟\n第三次联席会议纪要",
    blocks=(
        Paragraph("会议审议了两项议题。\n现纪要如下。"),
        Heading(1, "停车位错时共享"),
        Heading(2, "表决"),
        Heading(3, "一般事项"),
        Heading(4, "一"),
        Heading(4, "二"),
        Heading(2, "异议"),
        Heading(3, "先试后推"),
        Table(("单位", "同意"), (("成员单位", "16"), ("社区", "4")), (3, 1), title="表决情况"),
        Quote("保留意见", "先试行三个月。"),
        Heading(1, "下次会议"),
        Paragraph("十月中旬召开。"),
        People("出席", ("安平社区 张秀兰", "实验小学 蒋涛")),
        People("请假", ()),
        Signature("联盟秘书处", "2026年7月17日"),
    ),
)


def _parts(document):
    with zipfile.ZipFile(io.BytesIO(write(document))) as package:
        return {name: package.read(name) for name in package.namelist()}


def _body(*blocks, **head):
    return parse_xml(body_xml(Document(title=head.pop("title", ""), blocks=blocks, **head)))


def _texts(element):
    return ["".join(t.text or "" for t in p.iter(W + "t")) for p in element.iter(W + "p")]


def _values(element, path):
    found = element.find(path.replace("w:", W))
    return {key.removeprefix(W): value for key, value in found.attrib.items()}


def _style(document, name):
    styles = parse_xml(_parts(document)["word/styles.xml"])
    return next(s for s in styles.iter(W + "style") if s.find(W + "name").get(W + "val") == name)


def test_write_opens_and_reads_as_written():
    word = docx.Document(io.BytesIO(write(MINUTES)))
    lines = [paragraph.text for paragraph in word.paragraphs]
    assert lines[:4] == [
        "朝阳里街道党建联席会议纪要",
        "〔2026〕3号",
        "\t联盟秘书处\t2026年7月17日",
        "区域化党建联盟\n第三次联席会议纪要",
    ]
    assert "出席：安平社区 张秀兰、实验小学 蒋涛" in lines
    assert "请假：无" in lines
    assert lines[-2:] == ["联盟秘书处", "2026年7月17日"]
    assert [cell.text for cell in word.tables[0].rows[1].cells] == ["成员单位", "16"]


def test_write_page_is_a4_with_the_margins_of_the_standard():
    section = parse_xml(body_xml(MINUTES)).find(f"{W}body/{W}sectPr")
    assert _values(section, "w:pgSz") == {"w": "11906", "h": "16838"}
    margins = _values(section, "w:pgMar")
    # 37, 26, 35 and 28 mm; a millimetre is 56.7 twips.
    assert [margins[side] for side in ("top", "right", "bottom", "left")] == [
        "2098",
        "1474",
        "1984",
        "1587",
    ]


def test_write_holds_22_lines_of_28_characters():
    normal = _style(MINUTES, "Normal")
    assert _values(normal, "w:pPr/w:spacing")["lineRule"] == "exact"
    line = int(_values(normal, "w:pPr/w:spacing")["line"])
    assert line * 22 <= 16838 - 2098 - 1984 < line * 23
    character = 2 * 160 + int(_values(normal, "w:rPr/w:spacing")["val"])
    assert character * 28 <= 11906 - 1474 - 1587 < character * 29


@pytest.mark.parametrize(
    ("style", "font", "half_points"),
    [
        ("Normal", "仿宋_GB2312", "32"),
        ("公文标志", "方正小标宋简体", "96"),
        ("Title", "方正小标宋简体", "44"),
        ("heading 1", "黑体", "32"),
        ("heading 2", "楷体_GB2312", "32"),
        ("heading 3", "仿宋_GB2312", "32"),
        ("heading 4", "仿宋_GB2312", "32"),
        ("公文正文", "仿宋_GB2312", "32"),
        ("页码", "宋体", "28"),
    ],
)
def test_write_names_the_fonts_of_the_standard(style, font, half_points):
    element = _style(MINUTES, style)
    assert set(_values(element, "w:rPr/w:rFonts").values()) == {font}
    assert _values(element, "w:rPr/w:sz") == {"val": half_points}


def test_write_names_other_fonts_and_ships_none():
    parts = _parts(MINUTES)
    assert not any(name.startswith("word/fonts") for name in parts)
    fonts = parse_xml(parts["word/fontTable.xml"])
    others = {f.get(W + "name"): f.find(W + "altName").get(W + "val") for f in fonts}
    assert others.keys() == looks.OTHER_NAMES.keys()
    assert "FangSong" in others["仿宋_GB2312"]


def test_write_header_is_red_on_one_line_above_a_red_rule():
    assert _values(_style(MINUTES, "公文标志"), "w:rPr/w:color") == {"val": "FF0000"}
    head = parse_xml(body_xml(MINUTES)).find(W + "body")[2]
    assert _values(head, "w:pPr/w:pBdr/w:bottom")["color"] == "FF0000"


@pytest.mark.parametrize("length", [1, 6, 9, 13, 20, 36])
def test_fit_header_never_needs_a_second_line(length):
    size, scale = looks.fit_header(length)
    assert length * size.pt * scale / 100 <= looks.TEXT_WIDTH / 20
    assert 16 <= size.pt <= 48
    assert 66 <= scale <= 100


def test_write_without_head_has_no_rule():
    assert b"pBdr" not in body_xml(Document(title="任务分工", blocks=()))


def test_write_numbers_odd_pages_right_and_even_pages_left():
    parts = _parts(MINUTES)
    assert b"<w:evenAndOddHeaders/>" in parts["word/settings.xml"]
    relations = parse_xml(parts["word/_rels/document.xml.rels"])
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    section = parse_xml(parts["word/document.xml"]).find(f"{W}body/{W}sectPr")
    identifier = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    sides = {}
    for reference in section.iter(W + "footerReference"):
        footer = parse_xml(parts["word/" + targets[reference.get(identifier)]])
        assert _texts(footer) == ["— 1 —"]
        assert footer.find(f"{W}p/{W}fldSimple").get(W + "instr") == "PAGE"
        sides[reference.get(W + "type")] = _values(footer, "w:p/w:pPr/w:jc")["val"]
    assert sides == {"default": "right", "even": "left"}


def test_write_numbers_headings_anew_under_each_parent():
    lines = _texts(parse_xml(body_xml(MINUTES)))
    wanted = [
        "一、停车位错时共享", "（一）表决", "1.一般事项", "（1）一", "（2）二", "（二）异议", "1.先试后推", "二、下次会议"
    ]  # fmt: skip
    assert [line for line in lines if line in wanted] == wanted


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")],
)
def test_chinese_number(number, words):
    assert text.chinese_number(number) == words


def test_write_table_repeats_its_first_row_and_cuts_none():
    body = _body(Table(("甲", "乙"), (("1", "2"), ("3", "4")), (1, 3)))
    rows = list(body.iter(W + "tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    first, second = (int(column.get(W + "w")) for column in body.iter(W + "gridCol"))
    assert first * 3 == pytest.approx(second, abs=3)
    assert first + second <= looks.TEXT_WIDTH
    assert {border.get(W + "val") for border in body.find(f".//{W}tblBorders")} == {"single"}


def test_write_tables_stay_apart_and_text_follows_the_last():
    table = Table(("甲",), (("1",),), (1,))
    kinds = [child.tag.removeprefix(W) for child in _body(table, table).find(W + "body")]
    assert kinds == ["tbl", "p", "tbl", "p", "sectPr"]


@pytest.mark.parametrize(
    ("columns", "rows", "widths"),
    [((), (), ()), (("甲",), (("1", "2"),), (1,)), (("甲",), (), (1, 1)), (("甲",), (), (0,))],
)
def test_table_refuses_what_does_not_fit(columns, rows, widths):
    with pytest.raises(ValueError, match="table"):
        Table(columns, rows, widths)


def test_heading_refuses_a_fifth_level():
    with pytest.raises(ValueError, match="level"):
        Heading(5, "太深")


def test_write_people_hang_after_the_colon():
    paragraph = _body(People("出席", ("甲", "乙"))).find(f"{W}body/{W}p")
    indent = _values(paragraph, "w:pPr/w:ind")
    assert int(indent["left"]) == 5 * looks.CHARACTER
    assert int(indent["hanging"]) == 3 * looks.CHARACTER
    label, names = paragraph.findall(W + "r")
    assert _values(label, "w:rPr/w:rStyle") == {"val": looks.LABEL}
    assert names.find(f"{W}rPr/{W}rStyle") is None


def test_write_people_without_label_go_on_beneath():
    body = _body(People("出席", ("甲",)), People("", ("乙", "丙")))
    assert _texts(body) == ["出席：甲", "乙、丙"]
    first, second = (p.find(f"{W}pPr/{W}ind") for p in body.iter(W + "p"))
    assert first.get(W + "left") == second.get(W + "left")
    assert second.get(W + "hanging") is None


def test_write_people_stand_one_line_apart():
    body = _body(Paragraph("甲"), People("出席", ("乙",)), People("请假", ("丙",)), Paragraph("丁"))
    gaps = [p.find(f"{W}pPr/{W}spacing") is not None for p in body.iter(W + "p")]
    assert gaps == [False, True, False, True]


@pytest.mark.parametrize(("issuer", "date_gap"), [("联盟秘书处", 4), ("中" * 15, 4), ("中" * 20, 6.25)])
def test_write_signature_centres_the_issuer_over_the_date(issuer, date_gap):
    first, second = _body(Signature(issuer, "2026年7月17日")).iter(W + "p")
    gaps = [int(_values(p, "w:pPr/w:ind")["right"]) / looks.CHARACTER for p in (first, second)]
    assert gaps[1] == pytest.approx(date_gap, abs=0.51)
    assert gaps[0] + len(issuer) / 2 == pytest.approx(gaps[1] + text.width("2026年7月17日") / 2, abs=0.01)
    assert gaps[0] >= 0
    assert first.find(f"{W}pPr/{W}keepNext") is not None


def test_write_same_document_same_bytes():
    again = replace(MINUTES, blocks=tuple(MINUTES.blocks))
    with time_machine.travel(datetime(2031, 5, 6, 7, 8, 9)):
        later = write(again)
    assert later == write(MINUTES)
    assert body_xml(again) == body_xml(MINUTES)
    assert digest(MINUTES) == hashlib.sha256(later).hexdigest()
    assert write(replace(MINUTES, number="〔2026〕4号")) != later


def test_write_same_bytes_in_another_process():
    program = (
        "from workflow.official import *; print(digest(Document(title='题', blocks=(Paragraph('甲'),))))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }
    assert answers == {digest(Document(title="题", blocks=(Paragraph("甲"),)))}


def test_write_carries_no_clock_name_or_session():
    parts = _parts(MINUTES)
    with zipfile.ZipFile(io.BytesIO(write(MINUTES))) as package:
        assert package.namelist() == sorted(package.namelist())
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    everything = b"".join(parts.values())
    for trace in (
        b"rsid",
        b"creator",
        b"lastModifiedBy",
        b"dcterms",
        b"python-docx",
        b"thumbnail",
        b"theme1",
    ):
        assert trace not in everything


EVIL = "=1+1 {{ x }} {% y %} <w:p/> & \"'\x00\x0b\x1b\ud800\ufffe]]>𠮷"


def test_write_prints_any_text_as_text():
    document = Document(
        header=EVIL,
        number=EVIL,
        issuer=EVIL,
        date_words=EVIL,
        title=EVIL,
        blocks=(
            Heading(1, EVIL),
            Paragraph(EVIL),
            People(EVIL, (EVIL,)),
            Table((EVIL,), ((EVIL,),), (1,), title=EVIL),
            Quote(EVIL, EVIL),
            Signature(EVIL, EVIL),
        ),
    )
    word = docx.Document(io.BytesIO(write(document)))
    printed = "=1+1 {{ x }} {% y %} <w:p/> & \"' ]]>𠮷"
    assert word.paragraphs[0].text == printed
    assert word.paragraphs[4].text == "一、" + printed
    assert word.core_properties.title == printed


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200))
def test_write_any_text_comes_back(words):
    word = docx.Document(io.BytesIO(write(Document(title="题", blocks=(Paragraph(words),)))))
    assert [paragraph.text for paragraph in word.paragraphs[1:]] == text.paragraphs(words)
