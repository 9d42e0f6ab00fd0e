"""Tables of plain text: lines that follow each other with as many tabs, one field a column.

Word saves a table as text in this way, with an empty field wherever a merged cell goes on. How far a cell is merged is
not said, so an empty field stays an empty cell, but in a header of two rows, where the names tell. The columns of a
joint signature are no table: nothing but names and a date stands in them. Columns set with blanks are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.document import Cell, Line
from ingest.lines import BODY, DATE

HEADER = 20
"""No field of a header is longer than this."""


def tabbed(lines: Sequence[Line], *, rows: int, columns: int) -> Iterator[Line]:
    r"""Yield the lines, those of a table with their cells; a table has so many ``rows`` and ``columns`` at least.

    >>> table = [Line(text, 1) for text in ("任务\t牵头单位\t时限", "节水\t市水务局\t2025年", "\t市住建局\t2026年")]
    >>> [[cell.text for cell in line.cells] for line in tabbed(table, rows=3, columns=3)][2]
    ['', '市住建局', '2026年']
    """
    for tabs, group in groupby(lines, lambda line: line.text.count("\t")):
        block = list(group)
        grid = [[field.strip() for field in line.text.split("\t")] for line in block]
        header = _header(grid) if tabs + 1 >= columns and len(block) >= rows else []
        if header and not _is_signature(grid):
            body = [_row(fields, number) for number, fields in enumerate(grid)][len(header) :]
            yield from (replace(line, cells=cells) for line, cells in zip(block, [*header, *body], strict=True))
        else:
            yield from block


def _header(grid: Sequence[Sequence[str]]) -> list[tuple[Cell, ...]]:
    """Return the one or two rows that name the columns; nothing where they do not.

    In two rows an empty field of the first belongs to the name to its left (目标值 over 2024年 and 2026年), one of the
    second to the name above it; a table where this does not work out is left as lines.
    """
    first, second = grid[0], grid[1]
    if not first[0] or max(map(len, first)) > HEADER:
        return []
    if all(first):
        return [_row(first, 0)]
    if second[0] or max(map(len, second)) > HEADER or not all(map(any, zip(first, second, strict=True))):
        return []
    upper: list[Cell] = []
    for column, name in enumerate(first):
        if name:
            upper.append(Cell(name, 0, column, rows=1 if second[column] else 2))
        else:
            upper[-1] = replace(upper[-1], columns=upper[-1].columns + 1)
    if any(cell.columns > 1 and cell.rows > 1 for cell in upper):
        return []
    return [tuple(upper), tuple(Cell(name, 1, column) for column, name in enumerate(second) if name)]


def _row(fields: Sequence[str], row: int) -> tuple[Cell, ...]:
    return tuple(Cell(field, row, column) for column, field in enumerate(fields))


def _is_signature(grid: Sequence[Sequence[str]]) -> bool:
    fields = ("".join(field.split()) for row in grid for field in row)
    return all(BODY.fullmatch(field) or DATE.fullmatch(field) for field in fields if field)
