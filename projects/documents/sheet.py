"""How the text of an agreement becomes an official document: one list of blocks for the Word file and the page.

Both are read back from the text that was signed, line by line, so that a unit's new name or a later release
changes neither.
"""

import re
from datetime import datetime
from typing import Any

from django.utils import translation

from projects.documents.wording import ANNEX, BAR
from projects.models import Agreement
from projects.states import AgreementState
from workflow.official import Block, Document, Heading, Paragraph, Table, write
from workflow.official.text import heading_number
from workflow.templatetags.workflow import cn_date, cn_time

_NUMBERS = {
    1: re.compile(r"^(?:[一二三四五六七八九十]+|\d+)、"),
    2: re.compile(r"^（(?:[一二三四五六七八九十]+|\d+)）"),
}
#: How wide the columns of the annex are; see `wording.COLUMNS`.
_WIDTHS = (8, 14, 14, 17, 9, 15.5, 22.5)
_STANDS = {
    AgreementState.DRAFT: "（草稿，尚未签署）",
    AgreementState.SIGNED: "",
    AgreementState.REPLACED: "（已被新版本替代）",
    AgreementState.CANCELLED: "（已终止）",
}


def word_file(agreement: Agreement) -> bytes:
    """The agreement as a Word file; equal text and signatures give equal bytes."""
    return write(document_of(agreement))


def file_name(agreement: Agreement) -> str:
    """What the file is called on a disk: 共建协议书（甲方与乙方，第2版）."""
    version = f"，第{agreement.version}版" if agreement.version > 1 else ""
    return f"共建协议书（{agreement.party_a}与{agreement.party_b}{version}）"


def document_of(agreement: Agreement) -> Document:
    """The signed text, then the signatures with the text's check value, then the two-way list."""
    title, body, annex = _read(agreement.text)
    with translation.override("zh-hans"):
        signatures = _signatures(agreement)
    return Document(
        title=title + _STANDS[AgreementState(agreement.state)], blocks=[*body, *signatures, *annex]
    )


def page_of(agreement: Agreement) -> dict[str, Any]:
    """The same text for a template: headings with their numbers, and the two-way list as rows of (column, cell)."""
    title, body, annex = _read(agreement.text)
    counts, blocks = [0, 0], []
    for block in body:
        match block:
            case Heading(level=1):
                counts = [counts[0] + 1, 0]
                blocks.append({"kind": "heading", "text": heading_number(1, counts[0]) + block.text})
            case Heading():
                counts[1] += 1
                blocks.append({"kind": "item", "text": heading_number(2, counts[1]) + block.text})
            case Paragraph():
                blocks.append({"kind": "paragraph", "text": block.text})
    table = next((block for block in annex if isinstance(block, Table)), None)
    rows = [list(zip(table.columns, row, strict=True)) for row in table.rows] if table else []
    return {"title": title, "blocks": blocks, "annex": table, "rows": rows}


def _read(text: str) -> tuple[str, list[Block], list[Block]]:
    """Title, body and annex of a text."""
    title, *paragraphs = text.split("\n\n")
    body, annex = [], []
    for paragraph in paragraphs:
        first, *rest = paragraph.split("\n")
        if first == ANNEX:
            annex = [_table(first, rest)]
        else:
            body += [_block(line) for line in (first, *rest)]
    return title, body, annex


def _block(line: str) -> Block:
    for level, number in _NUMBERS.items():
        if found := number.match(line):
            return Heading(level, line[found.end() :])
    return Paragraph(line)


def _table(title: str, lines: list[str]) -> Table:
    columns, *rows = (line.split(BAR) for line in lines)
    return Table(columns, rows, _WIDTHS, title=title)


def _signatures(agreement: Agreement) -> list[Block]:
    digits = agreement.text_hash
    return [
        Table(
            ("", "甲方", "乙方"),
            [
                ("单位", _party(agreement.text, "甲方"), _party(agreement.text, "乙方")),
                ("签署人", _name(agreement.party_a_signed_by), _name(agreement.party_b_signed_by)),
                ("签署时间", _moment(agreement.party_a_signed_at), _moment(agreement.party_b_signed_at)),
            ],
            (14, 43, 43),
            title="双方签署",
        ),
        # In groups, so that a reader can compare them.
        Table(
            ("正文及附件的校验值（SHA-256）",),
            [(f"{digits[:16]} {digits[16:32]}\n{digits[32:48]} {digits[48:]}",)],
            (1,),
        ),
    ]


def _party(text: str, word: str) -> str:
    """What the text calls a side; texts of earlier releases say 甲方（提供方）."""
    found = re.search(rf"^{word}(?:（\w+）)?：(.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def _moment(at: datetime | None) -> str:
    return cn_date(at) + cn_time(at) if at else ""


def _name(signer) -> str:
    return str(signer) if signer else "（未签署）"
