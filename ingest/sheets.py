"""A table read by its header: which cell governs each place of each row, and under which words it stands.

Tables of real documents have one or two header rows, headers printed again in the middle or replaced by others, title
and section rows that run across the table, and cells that cover several rows or columns. A merged cell governs every
place it covers; a blank cell governs nothing, whatever stands above it: that the one above is meant is never guessed.
What a column means is decided by those who read duties and indicators from it, not here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.document import Span, Table, TableCell

MAX_HEADER_ROWS = 3
MAX_HEAD = 30
# — / 无: a cell that says there is nothing
NOTHING = re.compile(r"[-—–－/／\\、·.…*]*|无|暂无")
# 65.3① · 比例*（%） · （%）⑤: the mark of a footnote below the table
FOOTNOTE = re.compile(r"(?<=[^①-⑳*＊])[①-⑳*＊]+(?=$|[（(])")


@dataclass(frozen=True, slots=True)
class Field:
    """The cell that governs one place of a row; ``text`` keeps its blanks, ``own`` tells that it begins in this row."""

    text: str
    span: Span
    own: bool
    columns: int

    @property
    def words(self) -> str:
        """The text without blanks and marks of footnotes; empty where it says that there is nothing."""
        plain = FOOTNOTE.sub("", "".join(self.text.split()))
        return "" if NOTHING.fullmatch(plain) else plain


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the body: its printed stretch, and the field that governs each column (None where the cell is blank)."""

    span: Span
    fields: tuple[Field | None, ...]

    @property
    def is_section(self) -> bool:
        """Whether one cell runs across the row: a section's title, not an entry."""
        held = {field.span for field in self.fields if field}
        return len(held) == 1 and sum(field is not None for field in self.fields) > 1

    @property
    def is_blank(self) -> bool:
        """Whether no cell of this row says anything of its own."""
        return not any(field and field.own and field.words for field in self.fields)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under one header: ``heads[c]`` are the words over column c from the top, without blanks."""

    heads: tuple[tuple[str, ...], ...]
    head_spans: tuple[Span, ...]
    rows: tuple[Row, ...]


Heads = tuple[tuple[str, ...], ...]


def read_sheets(text: str, table: Table, is_header: Callable[[Heads], bool]) -> tuple[Sheet, ...]:
    r"""Return the parts of a table, each under its header; rows before the first header are left out.

    >>> text = "任务\t单位\n植树\t林业局\n"
    >>> places = ((0, 2, 0, 0), (3, 5, 0, 1), (6, 8, 1, 0), (9, 12, 1, 1))
    >>> cells = tuple(TableCell(Span(start, end), row, column) for start, end, row, column in places)
    >>> [sheet] = read_sheets(text, Table("一", Span(0, 13), None, cells), lambda heads: ("单位",) in heads)
    >>> sheet.heads, [field.text for field in sheet.rows[0].fields]
    ((('任务',), ('单位',)), ['植树', '林业局'])
    """
    grid = [_row(text, cells) for cells in _grid(table)]
    sheets: list[Sheet] = []
    heads: Heads = ()
    head_spans: tuple[Span, ...] = ()
    rows: list[Row] = []
    at = 0
    while at < len(grid):
        depth = _header_depth(grid, at, is_header)
        if depth:
            found = _heads(grid[at : at + depth])
            if found != heads:
                sheets += [Sheet(heads, head_spans, tuple(rows))] if heads else []
                heads, rows = found, []
                head_spans = tuple(row.span for row in grid[at : at + depth] if not row.is_blank)
        elif heads and not grid[at].is_blank:
            rows.append(grid[at])
        at += depth or 1
    return (*sheets, Sheet(heads, head_spans, tuple(rows))) if heads else ()


def _grid(table: Table) -> list[list[tuple[TableCell, bool] | None]]:
    """Return for each place the cell that covers it, and whether it begins in that row."""
    height = max((cell.row + cell.rows for cell in table.cells), default=0)
    width = max((cell.column + cell.columns for cell in table.cells), default=0)
    grid: list[list[tuple[TableCell, bool] | None]] = [[None] * width for _ in range(height)]
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rows):
            for column in range(cell.column, cell.column + cell.columns):
                grid[row][column] = (cell, row == cell.row)
    return grid


def _row(text: str, places: Sequence[tuple[TableCell, bool] | None]) -> Row:
    fields = tuple(_field(text, place) for place in places)
    own = [field.span for field in fields if field and field.own]
    span = Span(min(s.start for s in own), max(s.end for s in own)) if own else Span(0, 0)
    return Row(span, fields)


def _field(text: str, place: tuple[TableCell, bool] | None) -> Field | None:
    if place is None or place[0].span.start == place[0].span.end:
        return None
    cell, own = place
    return Field(text[cell.span.start : cell.span.end], cell.span, own, cell.columns)


def _header_depth(grid: Sequence[Row], at: int, is_header: Callable[[Heads], bool]) -> int:
    """Return how many rows from ``at`` on are a header, 0 where none begins."""
    if grid[at].is_section:
        return 0
    depth = 1
    while depth < MAX_HEADER_ROWS and at + depth < len(grid) and _goes_on(grid, at, at + depth):
        depth += 1
    for rows in range(depth, 0, -1):
        heads = _heads(grid[at : at + rows])
        if all(len("".join(head)) <= MAX_HEAD for head in heads) and is_header(heads):
            return rows
    return 0


def _goes_on(grid: Sequence[Row], top: int, at: int) -> bool:
    """Tell whether a row stands under merged heads only: its own cells divide cells of the row above."""
    own = [c for c, field in enumerate(grid[at].fields) if field and field.own]
    divided = [above for c in own if (above := grid[at - 1].fields[c]) and above.own]
    return bool(own) and len(divided) == len(own) and all(field.columns > 1 for field in divided) and top < at


def _heads(rows: Sequence[Row]) -> Heads:
    """Return the words over each column from the top, each cell once."""
    columns: list[tuple[str, ...]] = []
    for column in range(len(rows[0].fields)):
        fields = [field for row in rows if (field := row.fields[column]) and field.words]
        columns.append(tuple(dict.fromkeys(field.words for field in fields)))
    return tuple(columns)
