"""Pages that know places and strokes: glyphs into the cells of ruled tables, the rest into lines.

A glyph belongs to the cell in which its middle stands. A line of a cell that leaves room for what comes next ended by
itself, the others are wrapped. A table at the head of a page takes over the columns of the one that ended the page
before where it draws fewer of them, and the other way round. Text that stands across the lines or in a cell that is no
rectangle shows that they are not a table's: it is read as running text, and the page says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.document import Cell, Line, Page
from ingest.lines import UNIT
from ingest.readers.glyphs import Glyph, gather
from ingest.readers.rulings import Field, Grid

PADDING = 7.0
"""Room between a border and its text, in points; Word's own is 5.4."""
ROOM = 0.5
"""A line that leaves this many characters more than the next word needs ended by itself."""
TIGHT = 0.2
"""Gap, in heights of a character, that is none: words of two cells stand further apart."""
ACROSS = 0.02
"""Where words run over the lines at a larger share of the glyphs, the lines part no cells."""
SAME_EDGE = 4.0
"""Edges of tables on two pages are the same up to so many points."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table with what its cells say; blank cells say nothing."""

    grid: Grid
    texts: dict[Field, str]
    size: float

    @property
    def xs(self) -> tuple[float, ...]:
        """Where its columns begin, and where the last one ends."""
        return self.grid.xs


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page that has been read: its lines outside tables, its tables, and the tops of those not made out."""

    number: int
    width: float
    lines: tuple[Line, ...]
    tables: tuple[Ruled, ...] = ()
    broken: tuple[float, ...] = ()


def leaf_of(glyphs: Sequence[Glyph], grids: Sequence[Grid], number: int, width: float) -> Leaf:
    """Put the glyphs of a page into its tables, and the rest into lines."""
    tables, broken = [], []
    for grid in grids:
        held, free = _parted(glyphs, grid)
        if not held:
            continue
        if _parts_text(held, grid):
            tables.append(_filled(held, grid, number))
            glyphs = free
        else:
            broken.append(grid.ys[0])
    return Leaf(number, width, tuple(gather(glyphs, number)), tuple(tables), tuple(broken))


def pages_of(leaves: Sequence[Leaf | Page]) -> tuple[Page, ...]:
    """Return the pages, tables as rows among their lines; what has been read otherwise is a page already."""
    aligned = list(leaves)
    for at, (before, after) in enumerate(pairwise(leaves)):
        if isinstance(before, Leaf) and isinstance(after, Leaf) and before.tables and after.tables:
            before = aligned[at]  # the page before it may have given it columns
            assert isinstance(before, Leaf)
            xs = _common(before.tables[-1].xs, after.tables[0].xs)
            aligned[at] = replace(before, tables=(*before.tables[:-1], _recut(before.tables[-1], xs)))
            aligned[at + 1] = replace(after, tables=(_recut(after.tables[0], xs), *after.tables[1:]))
    return tuple(_page(leaf) if isinstance(leaf, Leaf) else leaf for leaf in aligned)


def _page(leaf: Leaf) -> Page:
    """Set each table before the first line that stands lower than its head."""
    lines: list[Line] = []
    tables = list(leaf.tables)
    for line in leaf.lines:
        while tables and tables[0].grid.ys[0] < line.top + line.size / 2:
            lines += _rows(tables.pop(0), leaf.number)
        lines.append(line)
    lines += (row for table in tables for row in _rows(table, leaf.number))
    return Page(leaf.number, leaf.width, tuple(lines), broken_tables=leaf.broken)


def _parted(glyphs: Sequence[Glyph], grid: Grid) -> tuple[dict[tuple[int, int], list[Glyph]], list[Glyph]]:
    """Part the glyphs into those at each place of the grid and those outside."""
    held: dict[tuple[int, int], list[Glyph]] = {}
    free = []
    for glyph in glyphs:
        place = grid.place((glyph.left + glyph.right) / 2, glyph.middle)
        if place:
            held.setdefault(place, []).append(glyph)
        else:
            free.append(glyph)
    return held, free


def _parts_text(held: dict[tuple[int, int], list[Glyph]], grid: Grid) -> bool:
    """Tell whether the lines of a grid part what stands in it: no text in broken cells, hardly any across a line."""
    if not grid.broken.isdisjoint(held):
        return False
    field_at = {place: field for field in grid.fields for place in field.places()}
    placed = [(glyph, field_at[place]) for place, glyphs in held.items() for glyph in glyphs]
    placed.sort(key=lambda item: (round(item[0].middle), item[0].left))
    across = sum(field != other and _touch(glyph, after) for (glyph, field), (after, other) in pairwise(placed))
    return across <= ACROSS * len(placed)


def _touch(before: Glyph, after: Glyph) -> bool:
    """Tell whether one glyph follows another on a line without a gap."""
    level = abs(before.middle - after.middle) < before.height / 4
    return level and abs(after.left - before.right) < TIGHT * before.height


def _sides(field: Field, grid: Grid) -> tuple[float, float]:
    return grid.xs[field.column], grid.xs[field.column + field.columns]


def _filled(held: dict[tuple[int, int], list[Glyph]], grid: Grid, number: int) -> Ruled:
    """Gather the glyphs of each cell into its text."""
    texts, sizes = {}, []
    for field in grid.fields:
        glyphs = [glyph for place in field.places() for glyph in held.get(place, ())]
        lines = list(gather(glyphs, number))
        left, right = _sides(field, grid)
        texts[field] = _text(lines, right - left)
        sizes += [line.size for line in lines]
    return Ruled(grid, texts, sorted(sizes)[len(sizes) // 2])


def _text(lines: Sequence[Line], width: float) -> str:
    """Join the lines of a cell: by a line end where they are wrapped, by a blank line where one ended by itself."""
    text = lines[0].text if lines else ""
    room = max([width - 2 * PADDING, *(line.right - line.left for line in lines)])
    for before, after in pairwise(lines):
        unit = UNIT.match(after.text)
        next_word = sum(0.5 if c.isascii() else 1.0 for c in unit.group()) if unit else 0.0
        upright = len(before.text) == 1 and not before.text.isascii()  # a word set downwards
        wrapped = upright or before.right - before.left + (next_word + ROOM) * before.size > room
        text += ("\n" if wrapped else "\n\n") + after.text
    return text


def _common(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float, ...]:
    """Return the columns of the table that draws more of them, if the other has no other ones; else none."""
    more, fewer = sorted((first, second), key=len, reverse=True)
    shift = more[0] - fewer[0]  # a page bound on the other side lies a little off
    same = all(any(abs(edge + shift - other) <= SAME_EDGE for other in more) for edge in fewer)
    return more if same and abs(more[-1] - fewer[-1] - shift) <= SAME_EDGE else ()


def _recut(table: Ruled, xs: tuple[float, ...]) -> Ruled:
    """Lay the cells of a table into the columns ``xs``, which include its own."""
    if len(xs) <= len(table.xs):
        return table
    shift = xs[0] - table.xs[0]
    places = [bisect_left(xs, edge + shift - SAME_EDGE) for edge in table.xs]
    texts = {
        Field(
            field.row, places[field.column], field.rows, places[field.column + field.columns] - places[field.column]
        ): text
        for field, text in table.texts.items()
    }
    grid = replace(table.grid, xs=tuple(x - shift for x in xs), fields=tuple(texts))
    return Ruled(grid, texts, table.size)


def _rows(table: Ruled, number: int) -> Iterator[Line]:
    """Yield a line for each row of a table, with the cells that begin in it."""
    left, right = table.xs[0], table.xs[-1]
    for row, top in enumerate(table.grid.ys[:-1]):
        begun = {field: text for field, text in table.texts.items() if field.row == row}
        if begun:
            fields = [""] * (len(table.xs) - 1)
            for field, text in begun.items():
                fields[field.column] = text
            cells = tuple(Cell(text, f.row, f.column, f.rows, f.columns) for f, text in begun.items())
            yield Line("\t".join(fields), number, left, right, top, table.size, cells)
