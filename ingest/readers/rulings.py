"""Ruled tables of a page whose lines are known as strokes: cells out of rulings, words into cells.

Writers draw a table as long lines, as a box around each cell or as thin filled bars, each a little off. Strokes that
touch make one table; the fields between them are its cells, and where a stroke is missing, two fields are one merged
cell. A frame around running text and a line under a heading are no tables; nor are rows without rulings.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document import Cell, Line
from ingest.readers.glyphs import Glyph, gather

NEAR = 2.0
"""Strokes this many points apart meet, and lie on one line."""
SHORTEST = 4.0
"""A shorter stroke, in points, rules nothing."""
MAX_RULES = 1_000
"""A page with more lines, joined strokes counted once, is a drawing."""
MAX_FIELDS = 20_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A stroke along an axis, in points; ``top`` grows downwards. One of width and height is next to nothing."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def across(self) -> bool:
        """Tell whether it runs from left to right."""
        return self.right - self.left >= self.bottom - self.top

    @property
    def place(self) -> float:
        """Where the line lies on which it runs."""
        return self.top if self.across else self.left

    @property
    def begin(self) -> float:
        """Where it begins on that line."""
        return self.left if self.across else self.top

    @property
    def length(self) -> float:
        """How long it is."""
        return max(self.right - self.left, self.bottom - self.top)

    def meets(self, other: Rule) -> bool:
        """Tell whether two strokes touch."""
        return (
            self.left <= other.right + NEAR
            and other.left <= self.right + NEAR
            and self.top <= other.bottom + NEAR
            and other.top <= self.bottom + NEAR
        )


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table: the edges of its columns and rows, its cells without text, and the cell of each field."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: tuple[Cell, ...]
    fields: dict[tuple[int, int], int]

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the index of the cell that holds a point."""
        return self.fields.get((bisect_right(self.rows, y) - 1, bisect_right(self.columns, x) - 1))


def gather_ruled(glyphs: Sequence[Glyph], rules: Sequence[Rule], page: int) -> tuple[Line, ...]:
    """Gather the glyphs of a page into lines, from top to bottom; what stands in a ruled table into its rows."""
    tables = list(find(rules))
    held: list[dict[int, list[Glyph]]] = [{} for _ in tables]
    free = []
    for glyph in glyphs:
        for table, cells in zip(tables, held, strict=True):
            at = table.cell_at((glyph.left + glyph.right) / 2, glyph.middle)
            if at is not None:
                cells.setdefault(at, []).append(glyph)
                break
        else:
            free.append(glyph)
    blocks = [(line.top, [line]) for line in gather(free, page)]
    blocks += [(table.rows[0], list(_rows(table, cells, page))) for table, cells in zip(tables, held, strict=True)]
    return tuple(line for _, lines in sorted(blocks, key=lambda block: block[0]) for line in lines)


def _rows(table: Ruled, held: dict[int, list[Glyph]], page: int) -> Iterator[Line]:
    """Yield a line for each row of a table, with the cells that begin in it."""
    inner = {index: list(gather(glyphs, page)) for index, glyphs in held.items()}
    size = next((line.size for lines in inner.values() for line in lines), 0.0)
    for number in range(len(table.rows) - 1):
        cells, fields = [], [""] * (len(table.columns) - 1)
        for index, cell in enumerate(table.cells):
            if cell.row == number:
                text = "\n".join(line.text.replace("\t", " ") for line in inner.get(index, ()))
                cells.append(replace(cell, text=text))
                fields[cell.column] = text
        if cells:
            left, right, top = table.columns[0], table.columns[-1], table.rows[number]
            yield Line("\t".join(fields), page, left=left, right=right, top=top, size=size, cells=tuple(cells))


def find(rules: Sequence[Rule]) -> Iterator[Ruled]:
    """Yield the tables of two columns and more that the strokes of a page make."""
    lines = [*_merged([rule for rule in rules if rule.across]), *_merged([rule for rule in rules if not rule.across])]
    for group in _groups(lines) if len(lines) <= MAX_RULES else ():
        across = [rule for rule in group if rule.across]
        down = [rule for rule in group if not rule.across]
        rows, columns = _edges(rule.top for rule in across), _edges(rule.left for rule in down)
        if len(rows) > 1 and len(columns) > 2 and len(rows) * len(columns) <= MAX_FIELDS:
            cells = tuple(_cells(rows, columns, across, down))
            yield Ruled(columns, rows, cells, {place: at for at, cell in enumerate(cells) for place in _fields(cell)})


def _merged(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Yield lines along one axis: strokes on one line that touch are one, short ones that stay alone are none."""
    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.place):
        if lines and rule.place - lines[-1][0].place <= NEAR:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    for line in lines:
        whole: Rule | None = None
        for rule in sorted(line, key=lambda rule: rule.begin):
            if whole and whole.meets(rule):
                whole = replace(whole, right=max(whole.right, rule.right), bottom=max(whole.bottom, rule.bottom))
            else:
                yield from (whole,) if whole and whole.length >= SHORTEST else ()
                whole = rule
        yield from (whole,) if whole and whole.length >= SHORTEST else ()


def _groups(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Yield the strokes that touch one another, directly or through others."""
    rest = sorted(rules, key=lambda rule: rule.top)
    while rest:
        group, waiting = [], [rest.pop(0)]
        while waiting:
            rule = waiting.pop()
            group.append(rule)
            met = [other for other in rest if rule.meets(other)]
            if met:
                waiting += met
                rest = [other for other in rest if not rule.meets(other)]
        yield group


def _edges(positions: Iterable[float]) -> tuple[float, ...]:
    """Return the lines on which strokes lie: those that lie close together are one."""
    edges: list[float] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > NEAR:
            edges.append(position)
    return tuple(edges)


def _cells(
    rows: Sequence[float], columns: Sequence[float], across: Sequence[Rule], down: Sequence[Rule]
) -> Iterator[Cell]:
    """Yield the cells: fields with no stroke between them are one."""
    taken: set[tuple[int, int]] = set()
    for row in range(len(rows) - 1):
        for column in range(len(columns) - 1):
            if (row, column) in taken:
                continue
            wide = tall = 1
            middle = (rows[row] + rows[row + 1]) / 2
            while column + wide < len(columns) - 1 and not _ruled_down(down, columns[column + wide], middle):
                wide += 1
            middle = (columns[column] + columns[column + 1]) / 2
            while row + tall < len(rows) - 1 and not _ruled_across(across, rows[row + tall], middle):
                tall += 1
            cell = Cell("", row, column, tall, wide)
            taken.update(_fields(cell))
            yield cell


def _fields(cell: Cell) -> Iterator[tuple[int, int]]:
    """Yield the fields that a cell covers."""
    return ((cell.row + i, cell.column + j) for i in range(cell.rows) for j in range(cell.columns))


def _ruled_down(down: Sequence[Rule], x: float, y: float) -> bool:
    return any(abs(rule.left - x) <= NEAR and rule.top <= y <= rule.bottom for rule in down)


def _ruled_across(across: Sequence[Rule], y: float, x: float) -> bool:
    return any(abs(rule.top - y) <= NEAR and rule.left <= x <= rule.right for rule in across)
