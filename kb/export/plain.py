"""Ledgers as text files: CSV with a byte order mark, JSON as the records are, a table in Markdown.

In CSV, which has no types, a cell that begins like a formula (= + - @, tab) gets an apostrophe before it: a document
must not run anything in a spreadsheet.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import StringIO

from kb.export.columns import Record, Value, name_of, table_of

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_json(rows: Sequence[Record]) -> bytes:
    """Return the records as a JSON array in UTF-8."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode("utf-8", "replace")


def to_csv(rows: Sequence[Record]) -> bytes:
    """Return the rows as CSV in UTF-8 with a byte order mark, which Excel needs to show Chinese."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    headings, table = table_of(rows)
    writer.writerow(map(_safe, headings))
    writer.writerows([[_safe(value) for value in line] for line in table])
    return buffer.getvalue().encode("utf-8-sig")


def to_md(rows: Sequence[Record]) -> bytes:
    """Return the rows as a Markdown table; bars are escaped and line ends become <br>."""
    headings, table = table_of(rows)
    lines = [f"# {name_of(rows)}", "", _row(headings), _row(["---"] * len(headings)), *map(_row, table)]
    return ("\n".join(lines) + "\n").encode()


def _row(cells: Sequence[Value]) -> str:
    return "| " + " | ".join(_escaped(str(value)) for value in cells) + " |"


def _escaped(text: str) -> str:
    for mark in "\\|<>*_`[]":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "<br>")


def _safe(value: Value) -> Value:
    """Return a cell that no spreadsheet takes for a formula; leading blanks do not hide one."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA) else value
