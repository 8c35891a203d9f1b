"""How every part of an official document looks: page, fonts, styles. The numbers are GB/T 9704-2012's."""

from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Pt, RGBColor, Twips

# In twips, a twentieth of a point. The text area is 156 × 225 mm: 28 characters by 22 lines of size 3 (16 pt).
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
TOP, RIGHT, BOTTOM, LEFT = 2098, 1474, 1984, 1587
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
LINE = 579
CHARACTER = TEXT_WIDTH // 28
#: What a character of size 3 gives up so that 28 fit. Not by a grid of characters: WPS and LibreOffice read
#: one as two cells for each character that is a hair too wide.
SPACING = CHARACTER - 16 * 20
#: From the page's end to the page number's: the dashes then stand 7 mm under the text area.
FOOTER_DISTANCE = 1389
CELL_MARGIN = 80

BIG_SONG, FANGSONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
#: What a machine without the font may take instead, best first.
OTHER_NAMES = {
    BIG_SONG: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,STZhongsong,Noto Serif CJK SC",
    FANGSONG: "仿宋,FangSong,STFangsong,FandolFang,Noto Serif CJK SC",
    HEI: "SimHei,STHeiti,Noto Sans CJK SC",
    KAI: "楷体,KaiTi,STKaiti,FandolKai,Noto Serif CJK SC",
    SONG: "SimSun,STSong,Noto Serif CJK SC",
}
RED = RGBColor(0xFF, 0x00, 0x00)


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style. Lengths in twips, `left` and `first` in characters."""

    name: str
    font: str = FANGSONG
    size: int = 16
    line: int = LINE
    align: ALIGN = ALIGN.JUSTIFY
    left: float = 0
    first: float = 0
    before: int = 0
    after: int = 0
    keeps_next: bool = False
    level: int | None = None
    color: RGBColor | None = None
    builtin: bool = False

    @property
    def on_grid(self) -> bool:
        """Whether it is set like the body, 28 characters by 22 lines."""
        return self.size == 16 and self.line == LINE


HEADER = Look("公文标志", BIG_SONG, 48, align=ALIGN.CENTER, color=RED, keeps_next=True, line=1160)
NUMBER = Look("发文字号", align=ALIGN.CENTER, keeps_next=True)
TITLE = Look("Title", BIG_SONG, 22, 680, ALIGN.CENTER, after=LINE, keeps_next=True, builtin=True)
HEADINGS = [
    Look(f"Heading {n}", font, first=2, keeps_next=True, level=n - 1, builtin=True, align=ALIGN.LEFT)
    for n, font in enumerate((HEI, KAI, FANGSONG, FANGSONG), 1)
]
BODY = Look("公文正文", first=2)
PEOPLE = Look("参会名单")
TABLE_TITLE = Look("表题", HEI, 14, align=ALIGN.CENTER, keeps_next=True)
CELL = Look("表格文字", FANGSONG, 12, 400, ALIGN.LEFT, before=30, after=30)
COLUMN = Look("表头", HEI, 12, 400, ALIGN.CENTER, before=30, after=30)
GAP = Look("表后", size=8, line=290)
QUOTE = Look("引文", KAI, left=2, first=2)
SIGNATURE = Look("署名", align=ALIGN.RIGHT)
PAGE_NUMBER = Look("页码", SONG, 14, 400)
LOOKS = [
    HEADER, NUMBER, TITLE, *HEADINGS, BODY, PEOPLE, TABLE_TITLE, CELL, COLUMN, GAP, QUOTE, SIGNATURE, PAGE_NUMBER
]  # fmt: skip
#: The face of a label within a line.
LABEL = "标签"


def set_fonts(properties: Any, font: str) -> None:
    """All characters in one font: digits in a line of 仿宋 are half-width 仿宋 and keep to the grid."""
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def indent(paragraph: Any, **characters: float) -> None:
    """Sets the `left`, `right`, `firstLine` or `hanging` indent of a paragraph or style, in characters."""
    element = paragraph._element.get_or_add_pPr().get_or_add_ind()
    for side, count in characters.items():
        element.set(qn(f"w:{side}"), str(round(count * CHARACTER)))


def _flag(style: Any, name: str) -> None:
    """Switches off what a paragraph does by itself. To be called in the order of the schema."""
    element = OxmlElement(name)
    element.set(qn("w:val"), "0")
    style.element.get_or_add_pPr().insert_element_before(
        element, "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def define_styles(document: WordDocument) -> None:
    """Replaces every style of `document` by the looks of this file."""
    styles = document.styles
    for child in list(styles.element):
        styles.element.remove(child)
    defaults = (
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{FANGSONG}" w:hAnsi="{FANGSONG}" w:eastAsia="{FANGSONG}" w:cs="{FANGSONG}"/>'
        '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        # Word's own default, said aloud: LibreOffice 7 hangs marks over the edge, and loses some, when it is absent.
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:overflowPunct/></w:pPr></w:pPrDefault></w:docDefaults>"
    )
    styles.element.append(parse_xml(defaults))
    _define(document, Look("Normal", builtin=True))
    styles["Normal"].element.set(qn("w:default"), "1")
    for look in LOOKS:
        _define(document, look)
        styles[look.name].base_style = styles["Normal"]
    label = styles.add_style(LABEL, WD_STYLE_TYPE.CHARACTER)
    set_fonts(label.element.get_or_add_rPr(), HEI)


def _define(document: WordDocument, look: Look) -> None:
    style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH, builtin=look.builtin)
    style.quick_style = True
    style.hidden = False
    set_fonts(style.element.get_or_add_rPr(), look.font)
    style.font.size = Pt(look.size)
    style.font.color.rgb = look.color
    form = style.paragraph_format
    form.line_spacing = Twips(look.line)
    form.space_before, form.space_after = Twips(look.before), Twips(look.after)
    form.alignment = look.align
    form.keep_with_next = look.keeps_next or None
    # A line alone at a page's foot is better than 21 lines on it.
    form.widow_control = False
    # No gap between characters and digits.
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        _flag(style, name)
    if look.on_grid:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(SPACING))
        style.element.rPr.insert_element_before(spacing, "w:sz")
    else:
        _flag(style, "w:snapToGrid")
    if look.left or look.first:
        indent(style, left=look.left, firstLine=look.first)
    if look.first:
        # Shown as "two characters" in the dialogue, where a reader checks it.
        style.element.pPr.ind.set(qn("w:firstLineChars"), str(round(look.first * 100)))
    if look.level is not None:
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(look.level))
        style.element.get_or_add_pPr().append(outline)


def fit_header(characters: float) -> tuple[Length, int]:
    """Size and width in per cent of a red header so many characters long, to keep it on one line."""
    room = TEXT_WIDTH / 20 - 16
    scale = min(100, max(66, int(room / (characters * HEADER.size) * 100)))
    size = min(HEADER.size, int(room / (characters * scale / 100)))
    return Pt(max(size, 16)), scale
