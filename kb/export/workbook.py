"""Ledgers as a workbook: one sheet that prints as it stands on A4, landscape, its headings on every page.

Every cell is text, but for figures and the numbers of rows and pages. Cells that begin like a formula are strings and
quoted as such, so that they stay text when somebody edits them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from kb.export.columns import Record, Value, columns_of, name_of, table_of
from kb.export.plain import FORMULA

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

A4 = 9  # The number of A4 among the paper sizes of SpreadsheetML.
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7, "header": 0.3, "footer": 0.35}  # inches
NUMBER_WIDTH = 6
READABLE = 210  # characters across A4 that can still be read
FONT, ROW, HIGHEST = 10, 13.5, 409.0  # points: of the type, of one line, of the highest row that Excel has
TEXT = "@"


def to_xlsx(rows: Sequence[Record], name: str = "", *, frozen: int = 0) -> bytes:
    """Return the rows as a workbook of one sheet with a frozen heading, so many ``frozen`` columns and a filter."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = name or name_of(rows)
    headings, table = table_of(rows)
    _fill(sheet, [headings, *table])
    _style(sheet, [NUMBER_WIDTH, *(column.width for column in columns_of(rows))])
    sheet.freeze_panes = sheet.cell(2, frozen + 1).coordinate
    _print_setup(sheet, sum(column.width for column in columns_of(rows)), frozen)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Worksheet, lines: Sequence[Sequence[Value]]) -> None:
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            cell = sheet.cell(number, column)
            if not isinstance(value, str):
                cell.value = value
                cell.number_format = _places(value)
                continue
            cell.value = value or None
            cell.data_type = "s"
            cell.number_format = TEXT
            if value.lstrip(" ").startswith(FORMULA):
                cell.quotePrefix = True


def _places(value: int | Decimal) -> str:
    """Return the number format that shows a figure with the places it was printed with.

    >>> _places(2025), _places(Decimal("15.50"))
    ('0', '0.00')
    """
    _, dot, places = str(value).partition(".")
    return f"0{dot}{'0' * len(places)}"


def _style(sheet: Worksheet, widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    edge = Side(style="thin", color="BFBFBF")
    border, wrapped = Border(edge, edge, edge, edge), Alignment(wrap_text=True, vertical="top")
    centred = Alignment(wrap_text=True, vertical="center", horizontal="center")
    plain, bold, grey = Font(size=FONT), Font(size=FONT, bold=True), PatternFill("solid", fgColor="F2F2F2")
    for row, cells in enumerate(sheet.iter_rows(), start=1):
        for cell in cells:
            cell.font, cell.border, cell.alignment = plain, border, wrapped
        lines = max(_lines(str(cell.value or ""), width) for cell, width in zip(cells, widths, strict=True))
        sheet.row_dimensions[row].height = min(HIGHEST, ROW * lines + 3)
    for number, width in enumerate(widths, start=1):
        head = sheet.cell(1, number)
        head.font, head.fill, head.alignment = bold, grey, centred
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.auto_filter.ref = sheet.dimensions


def _lines(text: str, width: int) -> int:
    r"""Return how many lines a text takes in a column so many narrow characters wide; Chinese characters are two.

    >>> _lines("市生态环境局、市水务局", 12), _lines("", 6), _lines("一\n二", 6)
    (2, 1, 2)
    """
    lines = text.split("\n")
    return sum(max(1, -(-sum(2 if ord(c) > 0x2E7F else 1 for c in line) // (width - 1))) for line in lines)


def _print_setup(sheet: Worksheet, width: int, frozen: int) -> None:
    """A4 landscape, on as many pages side by side as it takes to be read, headings again on each, its number below."""
    from openpyxl.utils import get_column_letter

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth = -(-width // READABLE)
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    if frozen:
        sheet.print_title_cols = f"A:{get_column_letter(frozen)}"
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    for side, inches in MARGINS.items():
        setattr(sheet.page_margins, side, inches)
