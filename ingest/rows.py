r"""Rows of tables on their way into the canonical text: one paragraph a row, cells joined by tabs.

Task tables and indicator tables run over pages: the header is printed again, a row is torn in two by the page's end, a
cell merged over several rows goes on blank. Here the pieces become one table whose row numbers run on. A table of one
column is a box around running text (专栏), and a few rows that hold nothing but the 版记 or a signature are laid out as
a table only: both become lines again. Lines inside a cell are joined; where a line ends by itself (one body a line), a
blank stays between the two. Columns are never guessed: pieces with another number of columns stay tables of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from ingest.characters import drop_invisible, repair_of, tidy_spaces, unify_characters
from ingest.document import Cell, Line, Page, Repair
from ingest.lines import BODY, DATE, INNER, LABEL, TERMINAL, joint

# 抄送：… · 某办公室2023年8月28日印发, laid out as a table
IMPRINT = re.compile(r"[抄主][送报][:：]|.{2,60}\d日印发$")
LAYOUT_ROWS = 4
"""A 版记 or a signature that is laid out as a table has no more rows."""
# 续表2 · （续） · 表3（续）
GOES_ON = re.compile(r"[（(]?[续續][表前]?\s?\d*[）)]?|(?:[附续]?表).{0,40}[（(]续表?[）)]")
MARKS = "，。；：、！？,;:"
OPENINGS = "，、（(：:"
SAME_WIDTH = 0.05
"""Pieces of one table are equally wide, but for this share."""


def prepared(page: Page, repairs: list[Repair]) -> Page:
    """Tidy the rows of a page, cell by cell, and turn boxes into the lines they hold."""
    lines: list[Line] = []
    for block in _blocks(page.lines):
        if not block[0].cells:
            lines += block
        elif _columns(block) == 1 or (not page.hard_wrapped and _is_layout(block)):
            lines += (line for row in block for line in _as_lines(row))
        else:
            rows = [_tidied(row, _columns(block), page.hard_wrapped, repairs) for row in block]
            repairs += (Repair("dropped_blank_line", r.page, r.text + "\n", "") for r in rows if not r.text.strip())
            lines += _numbered(_clipped([row for row in rows if row.text.strip()]), 0)
    return replace(page, lines=tuple(lines))


def run_on(lines: Iterable[Line], repairs: list[Repair]) -> Iterator[Line]:
    """Join the pieces of tables that go on over a page; the rows of each table are numbered from its first."""
    table: list[Line] = []
    marks: list[Line] = []
    for block in _blocks(lines):
        if table and GOES_ON.fullmatch(block[0].text) and not block[0].cells:
            marks.append(block[0])
        elif table and block[0].cells and _goes_on(table, block):
            repairs += (Repair("dropped_repeated_header", mark.page, mark.text + "\n", "") for mark in marks)
            table, marks = _appended(table, block, repairs), []
        else:
            yield from table
            yield from marks
            table, marks = (_numbered(block, 0), []) if block[0].cells else ([], [])
            if not table:
                yield from block
    yield from table
    yield from marks


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield the lines, one by one, and the rows of each table together."""
    block: list[Line] = []
    for line in lines:
        if block and not (block[0].cells and line.cells and line.cells[0].row > block[-1].cells[0].row):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _columns(rows: Sequence[Line]) -> int:
    return max(cell.column + cell.columns for row in rows for cell in row.cells)


def _is_layout(rows: Sequence[Line]) -> bool:
    """Tell whether a table only places the 版记, or the names and the date of a signature."""
    if len(rows) > LAYOUT_ROWS:
        return False
    texts = [text for row in rows for cell in row.cells if (text := "".join(cell.text.split()))]
    others = [text for text in texts if not BODY.fullmatch(text)]
    signed = len(others) == 1 < len(texts) and DATE.fullmatch(others[0])
    return bool(signed) or any(IMPRINT.match(text) for text in texts)


def _as_lines(row: Line) -> Iterator[Line]:
    for text in row.text.split("\n"):
        yield replace(row, text=text, cells=())


def _tidied(row: Line, columns: int, wrapped: bool, repairs: list[Repair]) -> Line:
    """Tidy each cell of a row and lay the row out in ``columns`` fields."""
    cells = []
    for cell in row.cells:
        text = cell.text
        for kind, fix in (("dropped_invisible", drop_invisible), ("unified_character", unify_characters)):
            if (after := fix(text)) != text:
                repairs.append(repair_of(kind, row.page, text, after))
                text = after
        if (after := _one_line(text, wrapped)) != text:
            repairs.append(repair_of("joined_line" if "\n" in text else "dropped_blank", row.page, text, after))
        cells.append(replace(cell, text=after))
    before, laid = _laid_out(row.cells, columns), _laid_out(cells, columns)
    if before != row.text:
        repairs.append(repair_of("laid_out_row", row.page, row.text, before))
    return replace(row, text=laid, cells=tuple(cells))


def _one_line(text: str, wrapped: bool) -> str:
    r"""Join the lines of a cell; on a ``wrapped`` page only a blank line ends a paragraph.

    >>> _one_line("市发展改 革委\n市财政局", False), _one_line("推进污水处理厂提\n标改造。", True)
    ('市发展改革委 市财政局', '推进污水处理厂提标改造。')
    """
    joined, ended = "", not wrapped
    for line in text.split("\n"):
        for tidy in tidy_spaces(line).split("\t"):
            if joined and tidy:
                parted = ended and joined[-1] not in MARKS and tidy[0] not in MARKS
                joined += " " if parted else joint(joined, tidy)
            joined, ended = joined + tidy, True
        ended = not (wrapped and line.strip())
    return joined


def _laid_out(cells: Sequence[Cell], columns: int) -> str:
    """Return the text of a row: one field for each column of the grid."""
    fields = [""] * columns
    for cell in cells:
        fields[cell.column] = cell.text
    return "\t".join(fields)


def _numbered(rows: Sequence[Line], first: int) -> list[Line]:
    """Number rows from ``first`` on, keeping their distances."""
    if not rows:
        return []
    shift = first - rows[0].cells[0].row
    return [
        replace(row, cells=tuple(replace(cell, row=cell.row + shift) for cell in row.cells)) if shift else row
        for row in rows
    ]


def _clipped(rows: Sequence[Line]) -> list[Line]:
    """Return the rows with no cell reaching past the last of them: blank rows below it were dropped."""
    if not rows:
        return []
    end = rows[-1].cells[0].row + 1
    return [
        replace(row, cells=tuple(replace(cell, rows=min(cell.rows, end - cell.row)) for cell in row.cells))
        for row in rows
    ]


def _goes_on(table: Sequence[Line], block: Sequence[Line]) -> bool:
    """Tell whether a table at the head of a page goes on with the one that ended the page before."""
    if block[0].page <= table[-1].page or _columns(table) != _columns(block):
        return False
    before, after = (max(row.right for row in rows) - min(row.left for row in rows) for rows in (table, block))
    return abs(before - after) <= SAME_WIDTH * max(before, after)


def _appended(table: list[Line], block: Sequence[Line], repairs: list[Repair]) -> list[Line]:
    """Append the rows of the next page, without the header printed again and with a torn row made whole."""
    pairs = zip(table, block, strict=False)
    repeated = [row for _, row in takewhile(lambda pair: pair[0].text == pair[1].text, pairs)]
    repairs += (Repair("dropped_repeated_header", row.page, row.text + "\n", "") for row in repeated)
    last = table[-1].cells[0].row
    rest = block[len(repeated) :]
    if rest and _torn(table[-1], rest[0]):
        table = [*table[:-1], _mended(table[-1], rest[0], repairs)]
        return table + _numbered(rest[1:], last + 1)
    return _extended(table, _numbered(rest, last + 1))


def _torn(above: Line, below: Line) -> bool:
    """Tell whether a row is the rest of the one above: its first cell is blank and the text of another goes on."""
    upper, lower = ({cell.column: cell for cell in row.cells if cell.text} for row in (above, below))
    if 0 in lower or not lower or any(column not in upper for column in lower):
        return False
    if any(LABEL.match(cell.text) for cell in lower.values()):
        return False
    return any(_unfinished(upper[column].text, lower[column].text) for column in lower)


def _unfinished(above: str, below: str) -> bool:
    if below[0] in MARKS + "）)":
        return True
    return above[-1] in OPENINGS or bool(INNER.search(above) and not TERMINAL.search(above))


def _mended(above: Line, below: Line, repairs: list[Repair]) -> Line:
    """Join the two halves of a torn row, cell by cell."""
    rest = {cell.column: cell for cell in below.cells}
    cells = []
    for cell in above.cells:
        lower = rest.get(cell.column)
        if lower and lower.text:
            text = cell.text + joint(cell.text, lower.text) + lower.text
            cell = replace(cell, text=text, rows=cell.rows + lower.rows - 1)
        cells.append(cell)
    text = _laid_out(cells, above.text.count("\t") + 1)
    repairs.append(repair_of("joined_row", below.page, above.text + "\n" + below.text, text))
    return replace(above, text=text, cells=tuple(cells), confidence=min(above.confidence, below.confidence))


def _extended(table: Sequence[Line], rows: Sequence[Line]) -> list[Line]:
    """Append the rows of the next page; the cells above go on over the blank ones at the head of its first row."""
    if not rows:
        return list(table)
    lead = {cell.column: cell for cell in takewhile(lambda cell: not cell.text, rows[0].cells)}
    ends = {(cell.column, cell.columns): cell for row in table for cell in row.cells if _ends_with(cell, table)}
    goes_on = {
        column: upper for column, cell in lead.items() if (upper := ends.get((column, cell.columns))) and upper.text
    }
    head = replace(rows[0], cells=tuple(cell for cell in rows[0].cells if cell.column not in goes_on))
    above = [
        replace(row, cells=tuple(_over(cell, lead) if cell in goes_on.values() else cell for cell in row.cells))
        for row in table
    ]
    return [*above, head, *rows[1:]]


def _ends_with(cell: Cell, table: Sequence[Line]) -> bool:
    return cell.row + cell.rows > table[-1].cells[0].row


def _over(cell: Cell, lead: dict[int, Cell]) -> Cell:
    """Return the cell with the rows of the blank one below it."""
    return replace(cell, rows=cell.rows + lead[cell.column].rows)
