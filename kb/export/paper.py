"""Ledgers as a Word document in the form of GB/T 9704-2012: 版心, type faces and sizes, page numbers.

A4 with 版心 156 mm × 225 mm (天头 37 mm, 订口 28 mm), laid across so that a table of nine columns can be read. Title in
小标宋 二号, headings in 黑体 and 楷体, text in 仿宋 三号. Where a machine lacks a face, the file names the one to take
instead. Page numbers are 四号 — 1 —, odd ones on the right, even ones on the left. The table's heading is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kb.export.columns import Record, Value, columns_of, name_of, table_of

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

PAGE = (297.0, 210.0)  # mm, laid across: the binding edge is at the top
MARGINS = {"top_margin": 28.0, "bottom_margin": 26.0, "left_margin": 35.0, "right_margin": 37.0}  # mm
LINE = 28.0  # points: 22 lines on a page of 225 mm
TITLE, HEADING, SUBHEADING, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
LATIN = "Times New Roman"
# A face to take where the one named is not installed (w:altName), and its class.
INSTEAD = {TITLE: "宋体", HEADING: "SimHei", SUBHEADING: "楷体", BODY: "仿宋"}
CELL, NUMBER = 10.5, 14.0  # points: 五号 in tables, 四号 for page numbers
NUMBER_WIDTH = 5


def to_docx(rows: Sequence[Record], name: str = "") -> bytes:
    """Return the rows as a document: a title (``name``, else the ledger's), the count, a table for each document."""
    paper = blank_paper(PAGE, MARGINS)
    paper.add_paragraph(name or name_of(rows), style="Title")
    headings, table = table_of(rows)
    widths = [NUMBER_WIDTH, *(column.width for column in columns_of(rows))]
    groups = [
        (title, list(lines)) for title, lines in groupby(zip(rows, table, strict=True), lambda pair: _document(pair[0]))
    ]
    paper.add_paragraph(_count(len(rows), [title for title, _ in groups]))
    for number, (title, lines) in enumerate(groups, start=1):
        if len(groups) > 1:
            paper.add_paragraph(f"{_chinese(number)}、{title}", style="Heading 1")
        _table(paper, headings, [line for _, line in lines], widths)
    buffer = BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def blank_paper(size: tuple[float, float], margins: Mapping[str, float]) -> Document:
    """Return an empty document of this size, in mm, with the standard's faces and page numbers."""
    from docx import Document

    paper = Document()
    _page(paper, size, margins)
    _faces(paper)
    return paper


def _document(row: Record) -> str:
    number = f"（{row['doc_number']}）" if row.get("doc_number") else ""
    return f"《{row['title']}》{number}" if row.get("title") else ""


def _count(rows: int, names: Sequence[str]) -> str:
    where = f"，见{names[0]}" if len(names) == 1 and names[0] else f"，分列{len(names)}份文件" if len(names) > 1 else ""
    return f"共{rows}项{where}。"


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{digits[tens]}十"
    return head + (digits[ones] if ones or not tens else "")


def _page(paper: Document, size: tuple[float, float], margins: Mapping[str, float]) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if size[0] > size[1] else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(size[0]), Mm(size[1])
    for side, width in margins.items():
        setattr(section, side, Mm(width))
    section.footer_distance = Mm(margins["bottom_margin"] - 7 - NUMBER * 0.3528)  # 7 mm below the 版心
    paper.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _number(footer: Any, side: Any) -> None:  # noqa: ANN401 - python-docx's footers share no public base
    """Print — 1 — on one side."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    for kind, text in (
        ("", "— "),
        ("begin", ""),
        ("instr", "PAGE"),
        ("separate", ""),
        ("", "1"),
        ("end", ""),
        ("", " —"),
    ):
        run = paragraph.add_run(text if not kind else "")
        run.font.size, run.font.name = Pt(NUMBER), "宋体"
        run._element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
        if kind == "instr":
            field = OxmlElement("w:instrText")
            field.set(qn("xml:space"), "preserve")
            field.text = text
            run._element.append(field)
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)


def _faces(paper: Document) -> None:
    """Set the faces and sizes of the standard's levels, and what replaces a face that is missing."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    _style(paper, "Normal", BODY, 16, indent=True)
    _style(paper, "Title", TITLE, 22)
    _style(paper, "Heading 1", HEADING, 16, indent=True)
    _style(paper, "Heading 2", SUBHEADING, 16, indent=True)
    title = paper.styles["Title"].paragraph_format
    title.alignment, title.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(LINE)
    _language(paper)
    fonts = next(r.target_part for r in paper.part.rels.values() if r.reltype.endswith("/fontTable"))
    entries = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/></w:font>' for face, other in INSTEAD.items()
    )
    fonts._blob = fonts.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def _language(paper: Document) -> None:
    """Call the text Chinese of the mainland, lest a missing face be replaced by one that sets 。 in mid-line."""
    from docx.oxml.ns import qn

    for language in paper.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "zh-CN")
        language.set(qn("w:eastAsia"), "zh-CN")


def _style(paper: Document, name: str, face: str, size: float, *, indent: bool = False) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style: Any = paper.styles[name]
    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, Pt(size), False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:hint"), "eastAsia")  # “ ” … — are in both faces; here they are Chinese
    layout = style.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
    layout.space_before = layout.space_after = Pt(0)
    layout.first_line_indent = Pt(2 * size) if indent else Pt(0)
    border = style.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        style.element.pPr.remove(border)


def _table(paper: Document, headings: Sequence[str], lines: Sequence[Sequence[Value]], widths: Sequence[int]) -> None:
    """Add a table as wide as the 版心 whose heading is printed again on each page."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table = paper.add_table(rows=1 + len(lines), cols=len(headings), style="Table Grid")
    table.autofit = False
    room = PAGE[0] - MARGINS["left_margin"] - MARGINS["right_margin"]
    sizes = [Mm(room * width / sum(widths)) for width in widths]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    cells = table._cells  # one look-up for all: python-docx's rows are found anew each time
    for at, value in enumerate([*headings, *(value for line in lines for value in line)]):
        _cell(cells[at], str(value), sizes[at % len(sizes)], bold=at < len(headings))
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))
    _whole_rows(table)


def _whole_rows(table: Table) -> None:
    """Keep short rows on one page."""
    from docx.oxml import OxmlElement

    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _cell(cell: Any, text: str, width: Any, *, bold: bool) -> None:  # noqa: ANN401
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    cell.width = width
    paragraph = cell.paragraphs[0]
    layout = paragraph.paragraph_format
    layout.first_line_indent, layout.line_spacing_rule = Pt(0), WD_LINE_SPACING.SINGLE
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(CELL), bold
