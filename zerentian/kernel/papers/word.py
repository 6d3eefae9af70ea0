"""Forms as Word files, laid out like official papers: A4, song type, tables with lines, heads that come again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt

from zerentian.kernel.papers.content import Block, Card, Grid, Lines, Pairs, Paper, Signatures, Text

BODY, HEAD = "宋体", "黑体"
_EDGE = Mm(20)
_LABEL_AND_VALUE = (2, 3)  # shares of the line


def write_word(papers: Sequence[Paper], path: Path) -> None:
    """Write the forms one after another, each on a sheet of its own."""
    document = Document()
    document.core_properties.title = papers[0].title if papers else ""
    document.core_properties.language = "zh-CN"
    document.core_properties.author = ""
    _styles(document)
    _sheet(document, papers)  # before the tables, which are as wide as it is
    for number, paper in enumerate(papers):
        _paper(document, paper, on_new_sheet=number > 0)
    document.save(str(path))


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = BODY, Pt(10.5)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), BODY)
    # Without the language, other fonts set Chinese punctuation in the middle of the line.
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(0)


def _sheet(document: Any, papers: Sequence[Paper]) -> None:
    section = document.sections[0]
    width, height = Mm(210), Mm(297)
    if papers and papers[0].broad:
        section.orientation, width, height = WD_ORIENT.LANDSCAPE, height, width
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _EDGE
    if papers and papers[0].foot:
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(foot, papers[0].foot, size=8)


def _paper(document: Any, paper: Paper, *, on_new_sheet: bool) -> None:
    title = document.add_paragraph()
    title.paragraph_format.page_break_before = (
        on_new_sheet  # a break of its own would leave an empty sheet behind a full one
    )
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(title, paper.title, size=22 if paper.large else 18, font=HEAD)
    if paper.subtitle:
        below = document.add_paragraph()
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(below, paper.subtitle, size=10.5)
    for block in paper.blocks:
        _block(document, block, large=paper.large)


def _block(document: Any, block: Block, *, large: bool) -> None:
    if block.title:
        head = document.add_paragraph()
        head.paragraph_format.space_before = Pt(6)
        head.paragraph_format.keep_with_next = True
        _run(head, block.title, size=14 if large else 12, font=HEAD)
    size = 14.0 if large else 10.0
    match block:
        case Pairs():
            cells = [[cell for pair in line for cell in pair] for line in block.lines]
            _table(document, [], cells, size=size, labels=True, widths=_LABEL_AND_VALUE * block.columns)
        case Grid():
            _table(document, block.head, block.rows, size=size, widths=block.widths)
        case Text():
            _run(document.add_paragraph(), block.text, size=size)
        case Lines():
            for _number in range(block.count):
                _underlined(document.add_paragraph())
        case Card():
            for one in block.blocks:
                _block(document, one, large=large)
            document.add_paragraph()
        case Signatures():
            _signatures(document, block, size=size)


def _signatures(document: Any, block: Signatures, *, size: float) -> None:
    for who in block.who:
        line = document.add_paragraph()
        line.paragraph_format.space_before = Pt(10)
        _run(line, f"{who}：________________________    ______ 年 ____ 月 ____ 日", size=size)


def _underlined(paragraph: Any) -> None:
    """An empty paragraph with a line below it, as wide as the sheet, to write on."""
    edges = OxmlElement("w:pBdr")
    for side in ("bottom", "between"):  # between paragraphs of the same look stands no line, unless it is asked for
        edge = OxmlElement(f"w:{side}")
        for name, value in {"val": "single", "sz": "4", "space": "1", "color": "auto"}.items():
            edge.set(qn(f"w:{name}"), value)
        edges.append(edge)
    paragraph._p.get_or_add_pPr().append(edges)
    paragraph.paragraph_format.space_before = Pt(16)  # after the edges: that is the order in which Word reads them


def _table(
    document: Any, head: Sequence[str], rows: Sequence[Sequence[str]], *, size: float, labels: bool = False,
    widths: Sequence[int] = (),
) -> None:  # fmt: skip
    columns = len(head) or max((len(row) for row in rows), default=0)
    if not columns:
        return
    table = document.add_table(rows=0, cols=columns, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _share_out(document, table, widths or (1,) * columns)
    if head:
        row = table.add_row()
        for cell, text in zip(row.cells, head, strict=True):
            _run(cell.paragraphs[0], text, size=size, font=HEAD)
        mark = OxmlElement("w:tblHeader")
        row._tr.get_or_add_trPr().append(mark)
    for values in rows:
        for number, (cell, text) in enumerate(zip(table.add_row().cells, values, strict=True)):
            _run(cell.paragraphs[0], text, size=size, font=HEAD if labels and number % 2 == 0 else BODY)


def _share_out(document: Any, table: Any, widths: Sequence[int]) -> None:
    """Give each column its share of the line; rows that are added later take over the widths of their columns."""
    section = document.sections[0]
    line = section.page_width - section.left_margin - section.right_margin
    table.autofit = False
    for column, share in zip(table.columns, widths, strict=True):
        column.width = Emu(line * share // sum(widths))


def _run(paragraph: Any, text: str, *, size: float, font: str = BODY) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
