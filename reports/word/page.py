"""The page of an official document after GB/T 9704-2012 and its kinds of paragraph, in python-docx.

A4, type area 156 × 225 mm, title 小标宋 二号, text 仿宋 三号 at 28 points a line, headings 黑体 and 楷体,
page numbers in 四号 between dashes. Measures in points unless said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

LATIN = "Times New Roman"
RED = "C00000"
LINE = 28.9
ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


@dataclass(frozen=True)
class Look:
    """How a kind of paragraph looks: font, size, alignment, indent in characters, line height, room."""

    font: str
    size: float
    align: str = "justify"
    indent: float = 0
    right: float = 0
    line: float = LINE
    before: float = 0
    after: float = 0
    bold: bool = False
    keep: bool = False
    colour: str = "000000"
    ruled: bool = False
    """A double line of the same colour below, thick over thin."""


LOOKS = {
    "letterhead": Look("方正小标宋简体", 28, "centre", line=40, after=4, keep=True, colour=RED, ruled=True),
    "docnumber": Look("仿宋", 16, "right", after=4, keep=True),
    "title": Look("方正小标宋简体", 22, "centre", line=34, before=10, after=16, keep=True),
    "number": Look("仿宋", 16, "centre", after=10),
    "secrecy": Look("黑体", 16, "left"),
    "to": Look("仿宋", 16, "left", keep=True),
    "text": Look("仿宋", 16, indent=2),
    "plain": Look("仿宋", 16, "left"),
    "heading": Look("黑体", 16, "left", indent=2, keep=True),
    "subheading": Look("楷体", 16, "left", indent=2, keep=True),
    "attachment": Look("仿宋", 16, "left", indent=2, before=12),
    "sign": Look("仿宋", 16, "right", right=4, keep=True),
    "cut": Look("仿宋", 12, "centre", before=16, after=6, keep=True),
    "small": Look("仿宋", 12, "left", line=20),
    "brief": Look("仿宋", 13, indent=2, line=19),
    "brief_heading": Look("黑体", 14, "left", indent=2, line=22, before=4, keep=True),
    "brief_sign": Look("仿宋", 13, "right", right=4, line=19, keep=True),
    "control": Look("仿宋", 2, "left", line=2),
}
CELL_HEAD = Look("黑体", 10.5, "centre", line=16)
CELL = Look("仿宋", 10.5, "left", line=16)
CELL_CENTRE = Look("仿宋", 10.5, "centre", line=16)
CELL_RIGHT = Look("仿宋", 10.5, "right", line=16)
CELLS = {"left": CELL, "centre": CELL_CENTRE, "right": CELL_RIGHT}
SMALL = {name: replace(look, size=9, line=14) for name, look in CELLS.items()}
SMALL_HEAD = replace(CELL_HEAD, size=9, line=14)


@dataclass(frozen=True)
class TableLook:
    """Columns of a table: headings ('' for none), widths in mm, alignment of each.

    A row that may be long is `split` between two pages where it does not fit; a long list is `small`.
    """

    headings: Sequence[str]
    widths: Sequence[float]
    align: Sequence[str]
    split: bool = False
    small: bool = False


def new_document() -> WordDocument:
    """An empty document with the standard's page."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    _page_number(section.footer.paragraphs[0])
    return document


def add_paragraph(document: WordDocument, kind: str, text: str, *, keep: bool = False) -> Paragraph:
    """One paragraph of a kind; line breaks in the text stay; its end is kept on the page of what follows."""
    paragraph = _shaped(document.add_paragraph(), LOOKS[kind], text)
    if keep:
        paragraph.paragraph_format.keep_with_next = True
    return paragraph


def add_page_break(document: WordDocument) -> None:
    """Go on on a new page."""
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def add_header_tag(document: WordDocument, text: str) -> None:
    """What stands in small grey type at the head of every page, such as the watermark's tag."""
    paragraph = document.sections[0].header.paragraphs[0]
    _shaped(paragraph, Look("仿宋", 9, "right", line=12), text)


def add_table(document: WordDocument, look: TableLook, rows: Sequence[Sequence[str]]) -> None:
    """A table with hairlines; rows of template tags (`{%tr …%}`) span it in one cell."""
    n_columns = len(look.widths)
    table = document.add_table(rows=0, cols=n_columns)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    shapes, head = (SMALL, SMALL_HEAD) if look.small else (CELLS, CELL_HEAD)
    for column, width in zip(table.columns, look.widths, strict=True):
        column.width = Mm(width)
    if any(look.headings):
        cells = table.add_row().cells
        _repeat(table.rows[0])
        for cell, heading in zip(cells, look.headings, strict=True):
            _shaped(cell.paragraphs[0], head, heading)
    for row in rows:
        added = table.add_row()
        if not look.split:
            _unbroken(added)
        for cell, text, align in zip(added.cells, row, look.align, strict=True):
            _shaped(cell.paragraphs[0], shapes[align], text)
    for row in table.rows:
        for cell, width in zip(row.cells, look.widths, strict=True):
            _widen(cell, width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _shaped(paragraph: Paragraph, look: Look, text: str) -> Paragraph:
    shape = paragraph.paragraph_format
    paragraph.alignment = ALIGNMENTS[look.align]
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY if look.line < LINE else WD_LINE_SPACING.AT_LEAST
    shape.line_spacing = Pt(look.line)
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.keep_with_next = look.keep
    shape.first_line_indent = Pt(look.indent * look.size)
    if look.right:
        shape.right_indent = Pt(look.right * look.size)
    if look.ruled:
        _rule_below(paragraph, look.colour)
    run = paragraph.add_run(text)
    _font(run, look)
    return paragraph


def _rule_below(paragraph: Paragraph, colour: str) -> None:
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "thickThinSmallGap"), ("sz", "24"), ("space", "4"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr"
    )


def _font(run: Run, look: Look) -> None:
    run.font.name, run.font.size, run.font.bold = LATIN, Pt(look.size), look.bold
    run.font.color.rgb = RGBColor.from_string(look.colour)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), look.font)


def _widen(cell: _Cell, width: float) -> None:
    cell.width = Mm(width)


def _mark(row: Any, name: str) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement(name))


def _repeat(row: Any) -> None:
    """Print the row again at the head of each page."""
    _mark(row, "w:tblHeader")


def _unbroken(row: Any) -> None:
    """Never cut the row between two pages."""
    _mark(row, "w:cantSplit")


def _page_number(paragraph: Paragraph) -> None:
    look = Look("宋体", 14, "centre", line=16)
    _shaped(paragraph, look, "— ")
    run = paragraph.add_run()
    _font(run, look)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)
    _font(paragraph.add_run(" —"), look)
