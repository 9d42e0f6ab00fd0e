r"""Tables in the canonical text: where their cells are, what stands above them, and how to read past them.

A table is a run of paragraphs, one for each row, with a tab between the columns. Nothing in it is a title or the label
of a clause (``一、`` in a cell numbers rows), so the outline and the masthead read the text with the rows blanked out,
offset for offset. The caption is the paragraph directly above that names a table, over a line with the unit; prose is
no caption. A row by itself says nothing, so its header goes with it where rows are indexed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.document import Clause, Document, Line, Span, Table, TableCell, Unread

# 单位：万吨 · （单位：%）
UNITS = re.compile(r"[（(]?(?:计量)?单位[:：].{1,20}")
# 表1 主要指标 · 附件2 · 重点任务分工表 · 基准水平和标杆水平: a name, no sentence
CAPTION = re.compile(r"[^。；！？：:\t]{2,60}")
MAX_HEADERS = 120
"""So many characters of caption and header are indexed with a row."""
CHARACTER = re.compile(r"[^\n]")
BROKEN = "broken_table"
"""The repair that tells of a table whose lines part no cells; ``before`` is its first line of text."""
BROKEN_REASON = "这一页有表格线条不完整，没有读成行和列，文字按正文读入；请对照原件"


def tables_of(rows: Iterable[tuple[int, Line]]) -> tuple[Table, ...]:
    """Return the tables whose rows begin at these offsets of the text; clause and caption are not known yet."""
    tables: list[Table] = []
    for start, row in rows:
        span, cells = Span(start, start + len(row.text)), tuple(_cells(start, row))
        if row.cells[0].row and tables:
            last = tables[-1]
            tables[-1] = replace(last, span=Span(last.span.start, span.end), cells=last.cells + cells)
        else:
            tables.append(Table("", span, None, cells))
    return tuple(tables)


def _cells(start: int, row: Line) -> Iterator[TableCell]:
    fields = row.text.split("\t")
    for cell in row.cells:
        begin = start + sum(len(field) + 1 for field in fields[: cell.column])
        yield TableCell(Span(begin, begin + len(cell.text)), cell.row, cell.column, cell.rows, cell.columns)


def masked(text: str, tables: Sequence[Table]) -> str:
    r"""Return the text with the characters of all rows replaced by tabs; offsets stay.

    >>> masked("表1\n一、\t甲\n乙", [Table("", Span(3, 7), None, ())])
    '表1\n\t\t\t\t\n乙'
    """
    parts: list[str] = []
    at = 0
    for table in tables:
        parts += text[at : table.span.start], CHARACTER.sub("\t", text[table.span.start : table.span.end])
        at = table.span.end
    return "".join(parts) + text[at:]


def placed(text: str, tables: Sequence[Table], clauses: Sequence[Clause]) -> tuple[Table, ...]:
    """Return the tables with the clause in which they stand and their captions."""
    starts = [clause.span.start for clause in clauses]
    return tuple(
        replace(table, path=clauses[bisect_right(starts, table.span.start) - 1].path, caption=_caption(text, table))
        for table in tables
    )


def broken_tables(document: Document) -> tuple[Unread, ...]:
    """Return the first line of each table of the document that could not be made out, with its clause."""
    starts = [clause.span.start for clause in document.clauses]
    found: list[Unread] = []
    for repair in (repair for repair in document.repairs if repair.kind == BROKEN):
        begin, *after = document.page_starts[repair.page - 1 : repair.page + 1] or (0,)
        end = after[0] if after else len(document.text)
        at = document.text.find(repair.before, begin, end)
        start = at if at >= 0 else begin
        stop = start + len(repair.before) if at >= 0 else end
        clause = document.clauses[bisect_right(starts, start) - 1]
        found.append(Unread(clause.path, Span(start, stop), BROKEN_REASON))
    return tuple(found)


def _caption(text: str, table: Table) -> Span | None:
    """Return the paragraph above that names the table."""
    end = table.span.start - 1
    for _ in range(2):
        start = text.rfind("\n", 0, max(end, 0)) + 1
        above = text[start:end] if end > 0 else ""
        if not UNITS.fullmatch(above):
            break
        end = start - 1
    return Span(start, end) if CAPTION.fullmatch(above) else None


def header_end(table: Table) -> int:
    """Return where the header ends: its first row, and the rows over which the cells of that run on."""
    return max(cell.span.end for cell in _header(table))


def headers(text: str, table: Table) -> str:
    """Return caption and header of a table in one line, for indexing a row with them."""
    spans = [table.caption] if table.caption else []
    words = (text[span.start : span.end] for span in (*spans, *(cell.span for cell in _header(table))))
    return " ".join(word for word in words if word)[:MAX_HEADERS]


def _header(table: Table) -> list[TableCell]:
    rows = max(cell.rows for cell in table.cells if cell.row == 0)
    return [cell for cell in table.cells if cell.row < rows]
