"""Ruled tables of a page whose lines are known as strokes: which cells they enclose, merged ones included.

Writers draw a table as long lines, as a box around each cell or as thin filled bars, each a little off: strokes on one
line are joined first. Lines that touch make one grid. Fields of the grid with no line between them are one cell.
Borders may be missing at the sides and where a page ends. A frame around running text, one cell or one column of cells,
is no table; a cell that is no rectangle is kept apart: where it holds text, the grid is not understood.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

NEAR = 3.0
"""Strokes this many points apart meet, and lie on one line."""
SHORTEST = 6.0
"""A shorter line, in points, rules nothing."""
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


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of a grid: its first row and column, and how many it covers."""

    row: int
    column: int
    rows: int
    columns: int

    def places(self) -> Iterator[tuple[int, int]]:
        """Yield the rows and columns that it covers."""
        return ((self.row + i, self.column + j) for i in range(self.rows) for j in range(self.columns))


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a table: where its columns and rows begin and the last ends, and its cells in reading order.

    ``broken`` are the places of cells that are no rectangles.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    fields: tuple[Field, ...]
    broken: frozenset[tuple[int, int]] = frozenset()

    def place(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of a point, None outside."""
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        return (row, column) if 0 <= row < len(self.ys) - 1 and 0 <= column < len(self.xs) - 1 else None


@dataclass(slots=True)
class _Line:
    """A line at a height or abscissa, from ``start`` to ``end``."""

    at: float
    start: float
    end: float

    def meets(self, other: _Line) -> bool:
        """Tell whether it touches a line of the other direction."""
        return self.start - NEAR <= other.at <= self.end + NEAR and other.start - NEAR <= self.at <= other.end + NEAR


def find(rules: Iterable[Rule]) -> list[Grid]:
    """Return the tables that the strokes of a page make, from top to bottom; they have two columns or more.

    >>> lines = [Rule(0, y, 100, y) for y in (0, 20, 40)] + [Rule(x, 0, x, 40) for x in (0, 100)]
    >>> [grid] = find([*lines, Rule(50, 20, 50, 40)])
    >>> [(f.row, f.column, f.rows, f.columns) for f in grid.fields]
    [(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)]
    """
    rules = list(rules)
    across = _joined(_Line((r.top + r.bottom) / 2, r.left, r.right) for r in rules if r.across)
    down = _joined(_Line((r.left + r.right) / 2, r.top, r.bottom) for r in rules if not r.across)
    if len(across) + len(down) > MAX_RULES:
        return []
    grids = (_grid(*group) for group in _touching(across, down))
    return sorted((grid for grid in grids if grid), key=lambda grid: grid.ys[0])


def _joined(strokes: Iterable[_Line]) -> list[_Line]:
    """Join strokes that lie on one line and touch; short ones that stay alone are none."""
    joined: list[_Line] = []
    for cluster in _clusters(sorted(strokes, key=lambda line: line.at)):
        at = sum(line.at for line in cluster) / len(cluster)
        runs: list[_Line] = []
        for line in sorted(cluster, key=lambda line: line.start):
            if runs and line.start <= runs[-1].end + NEAR:
                runs[-1].end = max(runs[-1].end, line.end)
            else:
                runs.append(_Line(at, line.start, line.end))
        joined += (run for run in runs if run.end - run.start >= SHORTEST)
    return joined


def _clusters(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Part sorted strokes into those that lie on one line."""
    cluster: list[_Line] = []
    for line in lines:
        if cluster and line.at - cluster[0].at > NEAR:
            yield cluster
            cluster = []
        cluster.append(line)
    if cluster:
        yield cluster


def _touching(across: Sequence[_Line], down: Sequence[_Line]) -> Iterator[tuple[list[_Line], list[_Line]]]:
    """Part the lines into groups that touch each other."""
    rest = {id(line): line for line in down}
    waiting = {id(line): line for line in across}
    while waiting:
        _, first = waiting.popitem()
        group: tuple[list[_Line], list[_Line]] = ([first], [])
        ahead = [(first, rest)]
        while ahead:
            line, others = ahead.pop()
            for other in [other for other in others.values() if line.meets(other)]:
                del others[id(other)]
                group[others is rest].append(other)
                ahead.append((other, waiting if others is rest else rest))
        if group[1]:
            yield group


def _grid(across: list[_Line], down: list[_Line]) -> Grid | None:
    """Lay a grid through lines that touch, and see which of its fields open into each other."""
    xs = _edges([line.at for line in down], min(a.start for a in across), max(a.end for a in across))
    ys = _edges([line.at for line in across], min(d.start for d in down), max(d.end for d in down))
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > MAX_FIELDS:
        return None
    fields, broken = [], set()
    for cell in _cells((len(ys) - 1, len(xs) - 1), _walls(down, xs, ys), _walls(across, ys, xs)):
        rows, columns = {row for row, _ in cell}, {column for _, column in cell}
        if len(rows) * len(columns) == len(cell):
            fields.append(Field(min(rows), min(columns), len(rows), len(columns)))
        else:
            broken.update(cell)
    return Grid(tuple(xs), tuple(ys), tuple(sorted(fields, key=lambda f: (f.row, f.column))), frozenset(broken))


def _edges(positions: Iterable[float], low: float, high: float) -> list[float]:
    """Return the sorted edges; lines that run on past the first or last stand for a border that is not drawn."""
    drawn = sorted(positions)
    edges = [*([low] if drawn[0] - low > NEAR else []), *drawn, *([high] if high - drawn[-1] > NEAR else [])]
    kept = edges[:1]
    kept += (after for before, after in zip(edges, edges[1:], strict=False) if after - before > NEAR)
    return kept


def _walls(lines: Sequence[_Line], edges: Sequence[float], stretches: Sequence[float]) -> set[tuple[int, int]]:
    """Return (edge, stretch) for every stretch of an edge along which a line runs."""
    walls = set()
    for line in lines:
        edge = min(range(len(edges)), key=lambda index: abs(edges[index] - line.at))
        for index in range(len(stretches) - 1):
            if line.start - NEAR <= stretches[index] and stretches[index + 1] <= line.end + NEAR:
                walls.add((edge, index))
    return walls


def _cells(
    size: tuple[int, int], down: set[tuple[int, int]], across: set[tuple[int, int]]
) -> Iterator[list[tuple[int, int]]]:
    """Yield the places (row, column) that open into each other."""
    rest = {(row, column): None for row in range(size[0]) for column in range(size[1])}
    while rest:
        cell, ahead = [], [next(iter(rest))]
        del rest[ahead[0]]
        while ahead:
            row, column = ahead.pop()
            cell.append((row, column))
            for nearby, wall in (
                ((row, column + 1), (column + 1, row) in down),
                ((row, column - 1), (column, row) in down),
                ((row + 1, column), (row + 1, column) in across),
                ((row - 1, column), (row, column) in across),
            ):
                if not wall and nearby in rest:
                    del rest[nearby]
                    ahead.append(nearby)
        yield cell
