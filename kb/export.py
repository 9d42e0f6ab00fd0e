"""Ledgers to files that open in WPS and Excel: .xlsx, .csv (UTF-8 with BOM), .json.

Cells that begin like a formula (=, +, -, @, tab) are written as text: a document must not run anything in a
spreadsheet. In CSV, which has no types, such a cell gets an apostrophe before it. Control characters are left out.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from kb.errors import BadInput

# Column headings in the order of the sheet; keys without a heading are left out.
HEADINGS = {
    "title": "文件", "doc_number": "文号", "path": "条款", "heading": "条款名称", "task": "任务", "leads": "牵头单位",
    "supports": "配合单位", "responsible": "责任单位", "local": "地方政府及开发区",
    "inherited": "通用规定约束",
    "indicator": "指标", "relation": "要求", "value": "数值", "value_max": "数值上限", "unit": "单位",
    "baseline_year": "基期", "deadline_year": "目标年", "nature": "性质", "deadline": "完成时限", "quote": "原文",
    "page": "页码",
}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = {"quote": 60, "title": 36, "task": 36, "indicator": 30, "responsible": 40}


def export(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the rows in the format of the suffix.

    Raises:
        BadInput: another suffix, or the file cannot be written.
    """
    makers = {".xlsx": to_xlsx, ".csv": to_csv, ".json": to_json}
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise BadInput(f"不支持的导出格式：{path.name}。请用 .xlsx、.csv 或 .json。")
    try:
        path.write_bytes(maker(rows))
    except OSError as error:
        raise BadInput(f"无法写入：{path}（{error.strerror}）。请换一个可写的位置，或先关闭打开它的程序。") from error


def to_json(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the rows as a JSON array in UTF-8."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode()


def to_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the rows as CSV in UTF-8 with a byte order mark, which Excel needs to show Chinese."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    keys = _columns(rows)
    writer.writerow([HEADINGS[key] for key in keys])
    writer.writerows([[_safe(_cell(row.get(key))) for key in keys] for row in rows])
    return buffer.getvalue().encode("utf-8-sig")


def to_xlsx(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the rows as a workbook of one sheet with a frozen heading and a filter."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "台账"
    keys = _columns(rows)
    sheet.append([HEADINGS[key] for key in keys])
    for row in rows:
        sheet.append([_cell(row.get(key)) for key in keys])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.data_type = "n" if isinstance(cell.value, int) else "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, key in enumerate(keys, start=1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(key, 14)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    present = {key for row in rows for key in row}
    return [key for key in HEADINGS if key in present] or ["title"]


def _cell(value: object) -> str | int:
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    if isinstance(value, int):
        return value
    return "".join(c for c in str(value or "") if c == "\n" or c.isprintable())


def _safe(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
