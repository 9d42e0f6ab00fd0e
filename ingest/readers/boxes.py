"""Recognised boxes to visual lines: what stands side by side on a scan belongs to one line.

A recogniser finds stretches of text, not lines: a wide gap parts one line into two boxes, boxes are a little larger
than their characters and no two are equally high. Here they are gathered into lines by height, with a tab at each wide
gap as the PDF reader sets it; sizes are evened out, so that the type of a page does not seem to change from line to
line. Boxes inside a ruled table become its cells. Marks are set full-width where Chinese is: a recogniser cannot tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from statistics import median
from typing import Any, Protocol

from ingest.document import Cell, Line

COLUMN_GAP = 1.4
"""Gap between neighbours, in characters, from which they stand in different columns."""
NEAR = 0.5
"""Boxes whose middles are this many heights apart stand on one line."""
SAME_SIZE = 0.2
"""Lines whose sizes differ by less than this share are set in one type."""
FEWEST = 6
"""A line of fewer characters does not tell how wide one is."""
HEIGHTS = 1.3
"""A box is this many times higher than its characters are wide, where no long line tells it."""
# What the recogniser confuses by width: a half-width mark beside a Chinese character was printed full-width.
HALF = re.compile(r"(?<=[一-鿿〕》”）])[,;:!?]|[,;:!?](?=[一-鿿〔《“（])")
# 2024一2026年 · 2024一 at a line's end: the dash of a range
DASH = re.compile(r"(?<=\d)一(?=\d)|(?<=\d{4})一$")
FULL = str.maketrans(",;:!?", "，；：！？")
PAIRS = {"(": "（", "（": "（", "[": "〔", "〔": "〔"}
"""Opening brackets, and what they are where Chinese is set."""
CLOSING = ")）]〕"
HAN = re.compile("[一-鿿]")


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of text on a page and its place in pixels; ``top`` grows downwards.

    ``confidence``: the recogniser's, the mean over the characters.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    confidence: float

    @classmethod
    def around(cls, quad: Any, text: str, confidence: float) -> Box:  # noqa: ANN401  four corners
        """Return the upright box around four corners."""
        xs, ys = [float(x) for x, _ in quad], [float(y) for _, y in quad]
        return cls(text, min(xs), max(xs), min(ys), max(ys), confidence)

    @property
    def height(self) -> float:
        """Height in pixels, somewhat more than that of its characters."""
        return self.bottom - self.top

    @property
    def sure(self) -> float:
        """How likely all its characters are right: a mean of 0.97 hides one wrong figure in a long line."""
        return self.confidence ** len(self.text)

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


class Ruled(Protocol):
    """A ruled table: where it stands, and its cells with their places in pixels."""

    @property
    def left(self) -> float:
        """Its left edge, in pixels."""

    @property
    def right(self) -> float:
        """Its right edge, in pixels."""

    @property
    def top(self) -> float:
        """Where it begins, in pixels."""

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the index of the cell that holds a point."""

    def cells(self) -> Sequence[Cell]:
        """Return the cells, without text, by row and column."""


def gather(boxes: Sequence[Box], tables: Sequence[Ruled], page: int, scale: float) -> tuple[Line, ...]:
    """Gather the boxes of a page, ``scale`` pixels a point, into its lines from top to bottom."""
    inside: dict[int, dict[int, list[Box]]] = {}
    free = []
    for box in boxes:
        at = next(((n, cell) for n, t in enumerate(tables) if (cell := t.cell_at(*box.middle)) is not None), None)
        if at:
            inside.setdefault(at[0], {}).setdefault(at[1], []).append(box)
        else:
            free.append(box)
    em = _em(boxes)
    blocks: list[tuple[float, list[Line]]] = [(row[0].top, [_line(row, page, scale, em)]) for row in rows(free) if row]
    for number, held in inside.items():
        blocks.append((tables[number].top, list(_table(tables[number], held, page, scale, em))))
    return tuple(line for _, lines in sorted(blocks, key=lambda block: block[0]) for line in lines)


def rows(boxes: Sequence[Box]) -> Iterator[list[Box]]:
    """Group boxes that stand side by side, each group from left to right."""
    row: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.middle[1]):
        if row:
            height = min(box.height, max(other.height for other in row))
            if box.middle[1] - median(other.middle[1] for other in row) > NEAR * height:
                yield sorted(row, key=lambda box: box.left)
                row = []
        row.append(box)
    if row:
        yield sorted(row, key=lambda box: box.left)


def _table(table: Ruled, held: dict[int, list[Box]], page: int, scale: float, em: float) -> Iterator[Line]:
    """Yield a line for each row of a table, with the cells that begin in it."""
    places = list(table.cells())
    width = max(cell.column + cell.columns for cell in places)
    for number in range(max(cell.row + cell.rows for cell in places)):
        cells, fields, boxes = [], [""] * width, list[Box]()
        for index, cell in enumerate(places):
            if cell.row != number:
                continue
            found = held.get(index, [])
            text = _running(found)
            cells.append(Cell(text, cell.row, cell.column, cell.rows, cell.columns))
            fields[cell.column] = text
            boxes += found
        left, right = table.left / scale, table.right / scale
        top = min((box.top for box in boxes), default=table.top) / scale
        yield Line(
            "\t".join(fields),
            page,
            left,
            right,
            top,
            round(em / scale, 1),
            tuple(cells),
            prod(box.sure for box in boxes),
        )


def _running(boxes: Sequence[Box]) -> str:
    """Return the lines of a cell; cleaning joins them."""
    return "\n".join(text for row in rows(boxes) if (text := " ".join(widened(box.text.strip()) for box in row)))


def _line(row: Sequence[Box], page: int, scale: float, em: float) -> Line:
    """Make one line of the boxes of a row, a tab at each wide gap."""
    text = widened(row[0].text.strip())
    for before, box in pairwise(row):
        wide = box.left - before.right > COLUMN_GAP * em
        text += ("\t" if wide else " ") + widened(box.text.strip())
    size = _evened(_size(row), em)
    return Line(
        text,
        page,
        left=row[0].left / scale,
        right=max(box.right for box in row) / scale,
        top=min(box.top for box in row) / scale,
        size=round(size / scale, 1),
        confidence=prod(box.sure for box in row),
    )


def widened(text: str) -> str:
    """Return a recognised text with full-width marks where Chinese is set, and a dash in ranges.

    >>> widened("(一)节水,推广膜下滴灌(2024-2026年)")
    '（一）节水，推广膜下滴灌（2024-2026年）'
    >>> widened("工业用水重复利用率(%)"), widened("(LDAR)"), widened("12:30"), widened("2021一2025年")
    ('工业用水重复利用率（%）', '(LDAR)', '12:30', '2021—2025年')
    """
    text = DASH.sub("—", HALF.sub(lambda match: match.group().translate(FULL), text))
    characters = list(text)
    opened: list[int] = []
    for index, character in enumerate(text):
        if character in PAIRS:
            opened.append(index)
        elif character in CLOSING:
            start = opened.pop() if opened else max(0, index - 1)
            pair = characters[start] + character
            if any(mark in "（）〔〕" for mark in pair) or HAN.search("".join(characters[max(0, start - 1) : index])):
                square = pair[0] in "〔[" or (pair[0] not in PAIRS and character in "]〕")
                characters[index] = "〕" if square else "）"
                if pair[0] in PAIRS:
                    characters[start] = "〔" if square else "（"
    for start in opened:
        if HAN.search("".join(characters[max(0, start - 1) : start + 2])):
            characters[start] = PAIRS[characters[start]]
    return "".join(characters)


def _em(boxes: Sequence[Box]) -> float:
    """Return the width of a Chinese character in pixels: that of the long lines, or else by height."""
    wide = [width for box in boxes if (width := _width(box))]
    if wide:
        return median(wide)
    return median(box.height for box in boxes) / HEIGHTS if boxes else 1.0


def _width(box: Box) -> float:
    """Return the width of a character of a box that is long enough to tell, else 0."""
    units = sum(0.5 if character.isascii() else 1.0 for character in box.text)
    return (box.right - box.left) / units if units >= FEWEST else 0.0


def _size(row: Sequence[Box]) -> float:
    wide = [width for box in row if (width := _width(box))]
    return median(wide) if wide else median(box.height for box in row) / HEIGHTS


def _evened(size: float, em: float) -> float:
    """Return the size of the running text for a line that is nearly that size."""
    return em if abs(size - em) < SAME_SIZE * em else size
