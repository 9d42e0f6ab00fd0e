"""Tables written as rows of strings: as a reader yields them, and as they stand in the canonical text."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.document import Cell, Line, Page, Span, Table, TableCell

ABOVE, BEFORE = "^", "<"
"""A place covered by the merged cell above it, or by the one before it."""


def rows(*texts: str, page: int = 1, left: float = 90.0, right: float = 500.0) -> tuple[Line, ...]:
    """Build the rows of one table; cells are parted by ``|``, ``^`` and ``<`` are places that a merged cell covers."""
    grid = [text.split("|") for text in texts]
    lines = []
    for row, fields in enumerate(grid):
        cells = tuple(
            Cell(text, row, column, _down(grid, row, column), _across(fields, column))
            for column, text in enumerate(fields)
            if text not in (ABOVE, BEFORE)
        )
        printed = "\t".join("" if text in (ABOVE, BEFORE) else text for text in fields)
        lines.append(Line(printed, page, left, right, 100.0 + 20 * row, 12.0, cells))
    return tuple(lines)


def lay_out(grid: Sequence[Sequence[str]], path: str = "附件1") -> tuple[str, Table]:
    """Return the canonical text of a table, one paragraph a row and a tab between the columns, and the table."""
    text, cells = "", []
    for row, fields in enumerate(grid):
        for column, words in enumerate(fields):
            text += "\t" if column else ""
            if words not in (ABOVE, BEFORE):
                span = Span(len(text), len(text) + len(words))
                cells.append(TableCell(span, row, column, _down(grid, row, column), _across(fields, column)))
                text += words
        text += "\n"
    return text, Table(path, Span(0, len(text)), None, tuple(cells))


def _down(grid: Sequence[Sequence[str]], row: int, column: int) -> int:
    end = row + 1
    while end < len(grid) and grid[end][column] == ABOVE:
        end += 1
    return end - row


def _across(fields: Sequence[str], column: int) -> int:
    end = column + 1
    while end < len(fields) and fields[end] == BEFORE:
        end += 1
    return end - column


def prose(*texts: str, page: int = 1) -> tuple[Line, ...]:
    """Build lines of text, each a paragraph by itself."""
    return tuple(Line(text, page) for text in texts)


def pages(*contents: tuple[Line, ...], hard_wrapped: bool = False) -> list[Page]:
    """Build pages from their lines."""
    return [
        Page(
            number,
            595.0,
            tuple(Line(x.text, number, x.left, x.right, x.top, x.size, x.cells, x.confidence) for x in lines),
            hard_wrapped,
        )
        for number, lines in enumerate(contents, start=1)
    ]
