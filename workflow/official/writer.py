"""How the blocks become a Word file. python-docx builds it; what it cannot say is added as XML."""

import hashlib
import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE as PART_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Twips

from workflow.official import looks
from workflow.official.blocks import Block, Document, Heading, Paragraph, People, Quote, Signature, Table
from workflow.official.text import clean, heading_number, one_line, paragraphs, width

CONTENT_TYPE = PART_TYPE.WML_DOCUMENT
_SETTINGS = f"""<w:settings {nsdecls("w")}>
<w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/>
<w:compat><w:balanceSingleByteDoubleByteWidth/><w:useFELayout/>
<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>"""
_CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>"""


def write(document: Document) -> bytes:
    """The Word file. Equal documents give equal bytes."""
    buffer = io.BytesIO()
    _build(document).save(buffer)
    return _settle(buffer.getvalue())


def body_xml(document: Document) -> bytes:
    """The main part of the file, word/document.xml."""
    return _build(document).part.blob


def digest(document: Document) -> str:
    """SHA-256 of `write(document)` in hexadecimal: what `sha256sum` says of the file."""
    return hashlib.sha256(write(document)).hexdigest()


def _settle(package: bytes) -> bytes:
    """`package` with its members sorted and without their times.

    Uncompressed, because compression differs between builds of zlib; a document is a few dozen kB.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in sorted(source.namelist()):
            member = zipfile.ZipInfo(name)
            member.create_system = 0
            target.writestr(member, source.read(name))
    return buffer.getvalue()


def _build(document: Document) -> WordDocument:
    word = docx.Document()
    _strip(word)
    _set_properties(word, document)
    looks.define_styles(word)
    _set_page(word)
    has_head = _write_head(word, document)
    if document.title:
        title = word.add_paragraph(style=looks.TITLE.name)
        title.paragraph_format.space_before = Twips(2 * looks.LINE if has_head else 0)
        _write(title, document.title)
    _Body(word).add(document.blocks)
    return word


def _strip(word: WordDocument) -> None:
    """Removes what the library's own template brings: theme, numbering, thumbnail, marks of its author."""
    kept = (RELATION.STYLES, RELATION.SETTINGS)
    for rels in (word.part.rels, word.part.package.rels):
        for key in [k for k, v in rels.items() if v.reltype not in (*kept, RELATION.OFFICE_DOCUMENT)]:
            del rels[key]
    settings = word.settings.element
    for child in list(settings):
        settings.remove(child)
    for child in list(parse_xml(_SETTINGS)):
        settings.append(child)


def _set_properties(word: WordDocument, document: Document) -> None:
    package = word.part.package
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in looks.OTHER_NAMES.items()
    )
    for owner, relation, name, kind, xml in (
        (package, RELATION.CORE_PROPERTIES, "/docProps/core.xml", PART_TYPE.OPC_CORE_PROPERTIES,
         _CORE.format(escape(one_line(document.title)))),
        (word.part, RELATION.FONT_TABLE, "/word/fontTable.xml", PART_TYPE.WML_FONT_TABLE,
         f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>"),
    ):  # fmt: skip
        owner.relate_to(Part(PackURI(name), kind, xml.encode(), package), relation)


def _set_page(word: WordDocument) -> None:
    section = word.sections[0]
    element = section._sectPr
    for attribute in list(element.attrib):  # identifiers of the template's editing sessions
        del element.attrib[attribute]
    section.page_width, section.page_height = Twips(looks.PAGE_WIDTH), Twips(looks.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Twips(looks.TOP), Twips(looks.BOTTOM)
    section.left_margin, section.right_margin = Twips(looks.LEFT), Twips(looks.RIGHT)
    section.header_distance, section.footer_distance = Mm(15), Twips(looks.FOOTER_DISTANCE)
    grid = element.find(qn("w:docGrid"))
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(looks.LINE))
    for footer, align, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
    ):
        footer.is_linked_to_previous = False
        number = footer.paragraphs[0]
        number.style = word.styles[looks.PAGE_NUMBER.name]
        number.alignment = align
        looks.indent(number, **{side: 14 / 16})  # one character of the number's own size
        _write(number, "— ")
        number._p.append(
            parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
        )
        _write(number, " —")


def _write(paragraph: Any, text: str, style: str | None = None) -> Any:
    """Adds `text` as one run. The hint makes quotation marks and dashes Chinese ones."""
    run = paragraph.add_run(clean(text), style=style)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    return run


def _write_head(word: WordDocument, document: Document) -> bool:
    """Red header 35 mm under the text area's edge, number, issuer and date, red rule 4 mm beneath.

    Whether there was anything to write.
    """
    head = None
    if header := one_line(document.header):
        head = word.add_paragraph(style=looks.HEADER.name)
        run = _write(head, header)
        run.font.size, scale = looks.fit_header(width(header))
        if scale < 100:
            narrow = OxmlElement("w:w")
            narrow.set(qn("w:val"), str(scale))
            run._r.rPr.insert_element_before(narrow, "w:kern", "w:position", "w:sz", "w:szCs")
        # An exact line leaves a tenth of the size above the character.
        head.paragraph_format.line_spacing = Twips(round(run.font.size.pt * 24))
        head.paragraph_format.space_before = Mm(35) - Twips(round(run.font.size.pt * 2))
    if number := one_line(document.number):
        head = word.add_paragraph(style=looks.NUMBER.name)
        head.paragraph_format.space_before = Twips(2 * looks.LINE if header else 0)
        _write(head, number)
    ends = one_line(document.issuer), one_line(document.date_words)
    if any(ends):
        blank = 1 if number else 2 if header else 0
        head = word.add_paragraph(style=looks.NUMBER.name)
        head.alignment = WD_ALIGN_PARAGRAPH.LEFT
        head.paragraph_format.space_before = Twips(blank * looks.LINE)
        # Tabs, not indents: the rule under the line is as wide as the text area.
        stops = head.paragraph_format.tab_stops
        stops.add_tab_stop(Twips(looks.CHARACTER))
        stops.add_tab_stop(Twips(looks.TEXT_WIDTH - looks.CHARACTER), WD_TAB_ALIGNMENT.RIGHT)
        for end in ends:
            head.add_run("\t")
            _write(head, end)
    if head is not None:
        rule = parse_xml(
            f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="16" w:space="5" w:color="FF0000"/></w:pBdr>'
        )
        before = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc")
        head._p.get_or_add_pPr().insert_element_before(rule, *before)
    return head is not None


class _Body:
    """Writes the blocks one after the other; knows the numbers of the headings and what came before."""

    def __init__(self, word: WordDocument):
        self.word = word
        self.counts = [0, 0, 0, 0]
        self.blank = 0
        self.hanging = 0.0

    def add(self, blocks: Any) -> None:
        """All blocks. People stand one blank line apart from everything else (10.3)."""
        previous: Block | None = None
        for block in blocks:
            if isinstance(previous, Table):
                self._gap()
            elif previous is not None and isinstance(block, People) != isinstance(previous, People):
                self.blank = looks.LINE
            self._add_block(block)
            previous = block
        if isinstance(previous, Table):
            self._gap()

    def _add_block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                for line in paragraphs(block.text):
                    _write(self._paragraph(looks.BODY), line)
            case People():
                self._people(block)
            case Table():
                self._table(block)
            case Quote():
                self._quote(block)
            case Signature():
                self._signature(block)

    def _paragraph(self, look: looks.Look) -> Any:
        paragraph = self.word.add_paragraph(style=look.name)
        if self.blank:
            paragraph.paragraph_format.space_before = Twips(self.blank)
            self.blank = 0
        return paragraph

    def _gap(self) -> None:
        """Keeps two tables apart, and text off a table's last line."""
        self.word.add_paragraph(style=looks.GAP.name)

    def _heading(self, block: Heading) -> None:
        self.counts[block.level - 1] += 1
        self.counts[block.level :] = [0] * (4 - block.level)
        number = heading_number(block.level, self.counts[block.level - 1])
        _write(self._paragraph(looks.HEADINGS[block.level - 1]), number + one_line(block.text))

    def _people(self, block: People) -> None:
        paragraph = self._paragraph(looks.PEOPLE)
        if label := one_line(block.label):
            self.hanging = width(label + "：")
            looks.indent(paragraph, left=2 + self.hanging, hanging=self.hanging)
            _write(paragraph, label + "：", looks.LABEL)
        else:
            looks.indent(paragraph, left=2 + self.hanging)
        _write(paragraph, "、".join(one_line(name) for name in block.names) or "无")

    def _quote(self, block: Quote) -> None:
        title = one_line(block.title)
        for place, line in enumerate(paragraphs(block.text)):
            paragraph = self._paragraph(looks.QUOTE)
            if title and not place:
                _write(paragraph, title + "：", looks.LABEL)
            _write(paragraph, line)

    def _signature(self, block: Signature) -> None:
        issuer, date = one_line(block.issuer), one_line(block.date)
        # The issuer stands centred over the date; where it is too long for that, the date moves in.
        over = (width(issuer) - width(date)) / 2
        self.blank = looks.LINE
        for text, gap in ((issuer, max(0, 4 - over)), (date, max(4, over))):
            if text:
                for before in self.word.paragraphs[-1:]:
                    before.paragraph_format.keep_with_next = True
                paragraph = self._paragraph(looks.SIGNATURE)
                looks.indent(paragraph, right=gap)
                _write(paragraph, text)

    def _table(self, block: Table) -> None:
        if title := one_line(block.title):
            _write(self._paragraph(looks.TABLE_TITLE), title)
        total = sum(block.widths)
        widths = [int(looks.TEXT_WIDTH * share / total) for share in block.widths]
        table = self.word.add_table(rows=0, cols=len(block.columns))
        table._tbl.replace(table._tbl.tblPr, _ruling())
        for column, twips in zip(table.columns, widths, strict=True):
            column.width = Twips(twips)
        # A column of short words or figures is centred; running text starts at the left.
        short = [
            all(
                width(clean(row[place])) * looks.CELL.size * 20 < twips - 2 * looks.CELL_MARGIN
                for row in block.rows
            )
            for place, twips in enumerate(widths)
        ]
        for place, cells in enumerate([block.columns, *block.rows]):
            row = table.add_row()
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if not place:
                properties.append(OxmlElement("w:tblHeader"))
            for cell, text, twips, centred in zip(row.cells, cells, widths, short, strict=True):
                cell.width = Twips(twips)
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
                paragraph = cell.paragraphs[0]
                paragraph.style = self.word.styles[(looks.CELL if place else looks.COLUMN).name]
                if place and centred:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                _write(paragraph, text)


def _ruling() -> Any:
    """As wide as the text area, lines around every cell, some room between a line and the text."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(f'<w:{side} w:w="{looks.CELL_MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
    return parse_xml(
        f'<w:tblPr {nsdecls("w")}><w:tblW w:w="{looks.TEXT_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        '<w:tblLook w:val="0020" w:firstRow="1"/></w:tblPr>'
    )
