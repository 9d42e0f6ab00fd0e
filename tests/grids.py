"""Tables written as rows of strings: ``<`` is covered by the cell on its left, ``^`` by the one above."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.document import Span, Table, TableCell


def lay_out(rows: Sequence[Sequence[str]], path: str = "附件1") -> tuple[str, Table]:
    """Return the canonical text of a table, one paragraph a row and a tab between the columns, and the table."""
    text, cells = "", []
    for r, row in enumerate(rows):
        for c, words in enumerate(row):
            text += "\t" if c else ""
            if words not in ("<", "^"):
                cells.append(TableCell(Span(len(text), len(text) + len(words)), r, c, *_extent(rows, r, c)))
                text += words
        text += "\n"
    return text, Table(path, Span(0, len(text)), None, tuple(cells))


def _extent(rows: Sequence[Sequence[str]], r: int, c: int) -> tuple[int, int]:
    height = width = 1
    while r + height < len(rows) and rows[r + height][c] == "^":
        height += 1
    while c + width < len(rows[r]) and rows[r][c + width] == "<":
        width += 1
    return height, width
