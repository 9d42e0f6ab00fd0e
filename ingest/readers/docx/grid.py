"""The grid of a Word table: which cell covers which rows and columns (ECMA-376-1, 17.4).

A cell merged downwards is written again, empty, in each row below; one merged sideways says how many columns it spans;
a row may begin or end short of the grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.readers.archive import attribute, child, local

if TYPE_CHECKING:
    from ingest.readers.archive import Element

MAX_COLUMNS = 63
"""Word allows no more."""
WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
GOES_ON = ("continue", "")


@dataclass(slots=True)
class Slot:
    """A cell and the part of the grid it covers; rows are counted while the table is read."""

    node: Element
    row: int
    column: int
    columns: int
    rows: int = 1


def slots_of(table: Element) -> list[list[Slot]]:
    """Return the cells of each row that begin in it; deleted rows are left out."""
    rows: list[list[Slot]] = []
    open_slots: dict[int, Slot] = {}
    for row in _inner(table, "tr"):
        properties = child(row, "trPr")
        if child(properties, "del") is None:
            slots: list[Slot] = []
            column = _count(child(properties, "gridBefore"), 0)
            for node in _inner(row, "tc"):
                column = _place(node, column, len(rows), slots, open_slots)
            rows.append(slots)
    return rows


def _place(node: Element, column: int, row: int, slots: list[Slot], open_slots: dict[int, Slot]) -> int:
    """Add a cell to its row, or a row to the cell above; return the next free column."""
    properties = child(node, "tcPr")
    if child(properties, "cellDel") is not None or column >= MAX_COLUMNS:
        return column
    columns = min(_count(child(properties, "gridSpan"), 1), MAX_COLUMNS - column)
    sideways, down = child(properties, "hMerge"), child(properties, "vMerge")
    if sideways is not None and attribute(sideways, "val") in GOES_ON and slots:
        slots[-1].columns += columns
        return column + columns
    above = open_slots.get(column)
    if down is not None and attribute(down, "val") in GOES_ON and above and above.columns == columns:
        above.rows += 1
    else:
        slot = Slot(node, row, column, columns)
        slots.append(slot)
        open_slots.pop(column, None)
        if down is not None:
            open_slots[column] = slot
    return column + columns


def columns_of(rows: Sequence[Sequence[Slot]]) -> int:
    """Return how many columns a table has."""
    return max((slot.column + slot.columns for row in rows for slot in row), default=0)


def _inner(node: Element, name: str) -> Iterator[Element]:
    """Yield rows or cells, also those in content controls and tracked changes."""
    for inner in node:
        if local(inner) == name:
            yield inner
        elif local(inner) in WRAPPERS:
            yield from _inner(inner, name)


def _count(node: Element | None, default: int) -> int:
    value = attribute(node, "val")
    return min(int(value), MAX_COLUMNS) if value.isascii() and value.isdigit() else default
