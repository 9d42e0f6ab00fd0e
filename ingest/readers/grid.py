"""Ruled tables on a scan: found by their lines, with merged cells.

Horizontal and vertical strokes longer than any character are kept, everything else is wiped away; the white fields that
the strokes enclose are the cells. A field that reaches over several columns or rows is a merged cell. Tables that are
ruled only above and below are not seen: their rows come out as columns parted by tabs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.document import Cell
from ingest.readers.boxes import Box

if TYPE_CHECKING:
    import numpy as np

STROKE = 1 / 40
"""A ruling line is at least this part of the page's longer side long; a stroke of a character is far shorter."""
SMALLEST = 1 / 150
"""A cell is at least this part of the page's longer side wide and high."""
SLACK = 1 / 200
"""Edges of cells this near to each other (as a part of the page's longer side) are one ruling line."""
OVERLAP = 0.8
"""A piece of a box belongs to a cell from this many heights of the box on."""
MAX_CELLS = 5000


@dataclass(frozen=True, slots=True)
class Field:
    """A cell's place in the table and on the page, in pixels."""

    cell: Cell
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table on a page."""

    fields: tuple[Field, ...]
    left: float
    right: float
    top: float

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the index of the cell that holds a point."""
        for index, field in enumerate(self.fields):
            if field.left <= x <= field.right and field.top <= y <= field.bottom:
                return index
        return None

    def cells(self) -> Sequence[Cell]:
        """Return the cells, without text, by row and column."""
        return [field.cell for field in self.fields]

    def pieces(self, box: Box) -> list[tuple[float, float]]:
        """Return the parts of a box that lie in different cells, from left to right."""
        _, y = box.middle
        found = []
        for field in self.fields:
            left, right = max(box.left, field.left), min(box.right, field.right)
            if field.top <= y <= field.bottom and right - left > OVERLAP * box.height:
                found.append((left, right))
        return sorted(found)


def find(picture: np.ndarray[Any, Any]) -> list[Grid]:
    """Find the ruled tables of an upright page, from top to bottom; a frame around one text is none."""
    import cv2

    long_side = max(picture.shape[:2])
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    length = max(15, round(long_side * STROKE))
    across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (length, 1)))
    down = cv2.morphologyEx(dark, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (1, length)))
    rules = cv2.dilate(cv2.bitwise_or(across, down), cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5)))
    count, _, stats, _ = cv2.connectedComponentsWithStats(rules)
    tables = []
    for x, y, width, height, _ in stats[1:count].tolist():
        if width > 2 * length and height > long_side * 2 * SMALLEST:
            fields = _fields(rules[y : y + height, x : x + width], x, y, long_side)
            if len(fields) > 3 and max(field.cell.column for field in fields):
                tables.append(Grid(tuple(fields), float(x), float(x + width), float(y)))
    return sorted(tables, key=lambda table: table.top)


def _fields(rules: np.ndarray[Any, Any], x: int, y: int, long_side: int) -> list[Field]:
    """Return the white fields that the strokes of one table enclose, as cells."""
    import cv2

    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(rules), connectivity=4)
    height, width = rules.shape[:2]
    least = long_side * SMALLEST
    rectangles = [
        (left, top, left + wide, top + high)
        for left, top, wide, high, _ in stats[1:count].tolist()
        if wide > least and high > least and left > 0 and top > 0 and left + wide < width and top + high < height
    ][:MAX_CELLS]
    columns = _edges((r[0] for r in rectangles), long_side * SLACK)
    rows = _edges((r[1] for r in rectangles), long_side * SLACK)
    fields = []
    for left, top, right, bottom in rectangles:
        column, row = bisect_right(columns, left) - 1, bisect_right(rows, top) - 1
        last_column = bisect_right(columns, right - long_side * SLACK) - 1
        last_row = bisect_right(rows, bottom - long_side * SLACK) - 1
        cell = Cell("", row, column, last_row - row + 1, last_column - column + 1)
        fields.append(Field(cell, x + left, y + top, x + right, y + bottom))
    return sorted(fields, key=lambda field: (field.cell.row, field.cell.column))


def _edges(positions: Iterator[int], slack: float) -> list[float]:
    """Return where columns or rows begin: positions that lie close together are one edge."""
    edges: list[float] = []
    last = float("-inf")
    for position in sorted(positions):
        if position - last > slack:
            edges.append(position - slack / 2)
        last = position
    return edges
