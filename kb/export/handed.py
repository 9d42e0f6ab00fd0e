"""Tables that people hand in, as text cells: .xlsx and .csv (UTF-8 or GB 18030), nothing computed, nothing run.

A formula is not read, whatever it showed last; a cell in per cent holds 0.12 where 12% is seen. Both are refused in
place, since a wrong figure is worse than none. Files are capped before they are opened.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

from ingest.readers.archive import opened
from kb.errors import BadInput

BYTES, ROWS, COLUMNS, CHARS = 2 * 1024 * 1024, 5_000, 30, 2_000
UNPACKED = 40 * 1024 * 1024  # bytes of a workbook's parts together
Cell = tuple[str, str]
"""The text of a cell, and what keeps it from being used."""


def read_table(name: str, content: bytes) -> list[list[Cell]]:
    """Return the rows of a .csv, or of the first sheet of an .xlsx; the last empty rows are left out.

    Raises:
        BadInput: another format, too large, or damaged.
    """
    if len(content) > BYTES:
        raise BadInput(f"{name}：超过 {BYTES // 2**20} MB，没有读取。请拆分后再上传。")
    suffix = Path(name).suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise BadInput(f"{name}：只读 .xlsx 和 .csv。请另存为其中一种再上传。")
    rows = _capped(_workbook(name, content) if suffix == ".xlsx" else _lines(name, content), name)
    while rows and not any(text or problem for text, problem in rows[-1]):
        rows.pop()
    return rows


def _capped(rows: Iterable[list[Cell]], name: str) -> list[list[Cell]]:
    kept: list[list[Cell]] = []
    for row in rows:
        kept.append(row[:COLUMNS])
        if len(kept) > ROWS:
            raise BadInput(f"{name}：超过 {ROWS} 行，没有读取。请拆分后再上传。")
    return kept


def _lines(name: str, content: bytes) -> Iterable[list[Cell]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadInput(f"{name}：不是 UTF-8 或 GB 18030 编码的文本。请用表格软件另存为 CSV UTF-8。")
    try:
        for row in csv.reader(StringIO(text, newline=""), strict=True):
            yield [_text(value) for value in row]
    except csv.Error as error:
        raise BadInput(f"{name}：不是完整的 CSV（{error}）。请用表格软件另存后再上传。") from error


def _workbook(name: str, content: bytes) -> Iterable[list[Cell]]:
    from openpyxl import load_workbook

    try:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(content)
            file.flush()
            with opened(Path(file.name)) as archive:
                if sum(part.file_size for part in archive.entries.values()) > UNPACKED:
                    raise BadInput(f"{name}：解开后超过 {UNPACKED // 2**20} MB，没有读取。请只留一个工作表再上传。")
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size is not believed
        for row in sheet.iter_rows(max_col=COLUMNS, max_row=ROWS + 2):
            yield [_of_cell(cell.value, cell.data_type, cell.number_format) for cell in row]
    except BadInput:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do; an archive names the file by its place here
        raise BadInput(f"{name}：不是完整的 .xlsx 工作簿。请用表格软件另存后再上传。") from error


def _of_cell(value: object, kind: str, form: str) -> Cell:
    """Return the text of a cell of a workbook.

    >>> _of_cell(12.5, "n", "General"), _of_cell(2023.0, "n", "0"), _of_cell(0.12, "n", "0.0%")[1][:5]
    (('12.5', ''), ('2023', ''), '是百分比格')
    >>> _of_cell("=1+1", "f", "General")
    ('', '是公式，请粘贴为数值')
    """
    if value is None:
        return "", ""
    if kind == "f":
        return "", "是公式，请粘贴为数值"
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return "", "不是文字或数字（可能是日期），请改成普通数字或文字"
    if isinstance(value, str):
        return _text(value)
    if "%" in (form or ""):
        return "", "是百分比格式的单元格，请改成普通数字（如 12），并在单位中写 %"
    return format(Decimal(format(value, ".15g")).normalize(), "f"), ""


def _text(value: str) -> Cell:
    return (value.strip(), "") if len(value) <= CHARS else ("", f"超过 {CHARS} 字")
