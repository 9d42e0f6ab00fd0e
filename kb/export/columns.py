"""The columns of a ledger on paper: what a reader signs off, from the records of ``kb.ledger``.

A ledger of duties is 序号, 任务, who leads, supports and is responsible, by when, on what grounds (文号 and clause),
the page, the printed words, and a remark where they are a digest's and not the original's. Columns that nobody looks
for are left out where they would be empty throughout. Any other records (findings, aligned indicators) get one column
a key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kb.card import FORMS

Record = Mapping[str, Any]
Value = str | int | Decimal

# Column headings of records, in the order of a sheet.
HEADINGS = {
    "title": "文件", "doc_number": "文号", "path": "条款", "heading": "条款名称", "task": "任务", "leads": "牵头单位",
    "supports": "配合单位", "responsible": "责任单位", "local": "地方政府及开发区",
    "inherited": "通用规定约束",
    "indicator": "指标", "relation": "要求", "value": "数值", "value_max": "数值上限", "unit": "单位",
    "baseline_year": "基期", "deadline_year": "目标年", "nature": "性质", "deadline": "完成时限", "quote": "原文",
    "page": "页码", "reason": "原因", "kind": "类别", "targets": "各文件", "change": "变动",
}  # fmt: skip
HIDDEN = {
    "doc_id", "form", "start", "end", "ordinal", "proofs", "canonical", "key", "in_force", "amended_by", "was",
    "earlier",
}  # fmt: skip
_FIGURE = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
DIGITS = 15  # that a spreadsheet keeps of a number
CELL_CHARS = 32_000  # Excel holds 32,767 characters in a cell and repairs a file with more.
CUT = "……（超出单元格容量，其余见原文）"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in characters, what it prints of a row, and whether it may be left out."""

    heading: str
    width: int
    value: Callable[[Record], Value]
    needed: bool = True


def _key(key: str, heading: str, width: int, *, needed: bool = True) -> Column:
    return Column(heading, width, lambda row: cell(row.get(key)), needed)


def grounds(row: Record) -> str:
    """Return 文号 (else title) and clause, as a citation begins.

    >>> grounds({"title": "某方案", "doc_number": "某政发〔2024〕7号", "path": "三（九）"})
    '某政发〔2024〕7号 三（九）'
    """
    name = str(row.get("doc_number") or "") or (f"《{row['title']}》" if row.get("title") else "")
    path = str(row.get("path") or "")
    return f"{name} {'文首' if path == '0' else path}".strip()


def figure(value: object) -> Value:
    """Return a printed figure as a number, so that a sheet can add it up; what is none, or too long for one, as text.

    >>> figure("15.50"), figure("三分之一"), figure(None), figure("1" * 16)
    (Decimal('15.50'), '三分之一', '', '1111111111111111')
    """
    text = str(cell(value))
    return Decimal(text) if _FIGURE.fullmatch(text) and len(text) <= DIGITS else text


GROUNDS = Column("依据（文号+条款）", 16, grounds)
# the page of a digest is not the original's
PAGE = Column("页码", 6, lambda row: "" if row.get("form") == "digest" else cell(row.get("page")), needed=False)
REMARK = Column("备注", 10, lambda row: FORMS.get(row.get("form", ""), ""), needed=False)
QUOTE = _key("quote", "原文", 40)
DUTIES = (
    _key("task", "任务", 22), _key("leads", "牵头单位", 12), _key("supports", "配合单位", 14),
    _key("responsible", "责任单位", 26), _key("local", "地方政府及开发区", 12, needed=False),
    _key("inherited", "通用规定约束", 12, needed=False), _key("deadline", "完成时限", 10),
    _key("change", "变动", 16, needed=False), GROUNDS, PAGE, QUOTE, REMARK,
)  # fmt: skip
TARGETS = (
    _key("indicator", "指标", 28), _key("relation", "要求", 12), Column("数值", 10, lambda row: figure(row["value"])),
    Column("数值上限", 10, lambda row: figure(row.get("value_max")), needed=False),
    _key("unit", "单位", 12), _key("baseline_year", "基期", 8),
    _key("deadline_year", "目标年", 8), _key("nature", "性质", 8),
    _key("change", "变动", 16, needed=False), GROUNDS, PAGE, QUOTE, REMARK,
)  # fmt: skip
NUMBERED = "序号"


def name_of(rows: Sequence[Record]) -> str:
    """Return what the ledger is called, by the keys of its rows."""
    if rows and "leads" in rows[0]:
        return "责任分工台账"
    if rows and "indicator" in rows[0] and "value" in rows[0]:
        return "量化目标台账"
    return "台账"


def columns_of(rows: Sequence[Record]) -> tuple[Column, ...]:
    """Return the columns for these records."""
    kinds = {"责任分工台账": DUTIES, "量化目标台账": TARGETS}
    columns = kinds.get(name_of(rows)) or (*_of_keys(rows), REMARK)
    return tuple(c for c in columns if c.needed or any(c.value(row) != "" for row in rows))


def _of_keys(rows: Sequence[Record]) -> tuple[Column, ...]:
    """Return a column for each key that is not hidden."""
    present = dict.fromkeys(key for row in rows for key in row)
    ordered = [key for key in HEADINGS if key in present] + [k for k in present if k not in HEADINGS]
    shown = [key for key in ordered if key not in HIDDEN]
    return tuple(_key(key, HEADINGS.get(key, key), 40 if key == "quote" else _width(key, rows)) for key in shown)


def _width(key: str, rows: Sequence[Record]) -> int:
    """Return how wide a column is: narrow where it holds marks or short words throughout, wide for running text."""
    longest = max((len(line) for row in rows for line in str(cell(row.get(key))).split("\n")), default=0)
    return next((width for most, width in ((4, 8), (6, 12), (60, 18)) if longest <= most), 36)


def table_of(rows: Sequence[Record]) -> tuple[list[str], list[list[Value]]]:
    """Return the headings and the cells of every row, numbered from 1."""
    columns = columns_of(rows)
    headings = [NUMBERED, *(column.heading for column in columns)]
    return headings, [[number, *(column.value(row) for column in columns)] for number, row in enumerate(rows, start=1)]


def cell(value: object) -> Value:
    """Return what a cell holds of a record's value: text without control characters, or a whole number.

    >>> cell(["市水务局", "市财政局"]), cell(None), cell(12), cell([{"doc": "某方案", "value": "9"}])
    ('市水务局、市财政局', '', 12, '某方案 9')
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return " ".join(str(cell(each)) for each in value.values() if each not in (None, "", [], ()))
    if isinstance(value, (list, tuple)):
        nested = any(isinstance(each, Mapping) for each in value)
        return clean(("\n" if nested else "、").join(str(cell(each)) for each in value))
    return clean("" if value is None else str(value))


def clean(text: str) -> str:
    r"""Return text that every format can hold: no control characters but tab and line end, no marks that turn text.

    >>> clean("节\x07水\u202e方案\r\n第二行")
    '节水方案\n第二行'
    """
    kept = "".join(c for c in text if c in "\n\t" or not _forbidden(ord(c)))
    return kept if len(kept) <= CELL_CHARS else kept[: CELL_CHARS - len(CUT)] + CUT


def _forbidden(code: int) -> bool:
    """Tell whether XML 1.0 forbids a character, or it is a control or turns the direction of text."""
    control = code < 0x20 or 0x7F <= code < 0xA0
    turning = 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    return control or turning or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE
