"""From glyphs to visual lines, for every format that knows places and not lines: PDF and OFD.

Glyphs are gathered by their height on the page, so that a raised ``3`` stays with its ``m`` and the columns of a joint
signature share one line, with a tab at each wide gap. The order in which a file holds them says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.document import Line

COLUMN_GAP, SENTENCE_GAP = 1.4, 3.0
"""Gap between neighbours, in heights of a character, from which they stand in different columns; the second in a line
that holds a whole sentence and between Latin letters, where justified gaps are wide."""
NEAR = 0.4
"""Glyphs whose middles are this many heights apart stand on one line: raised ones do, the cells of a table do not."""
SMALL, HANGING = 0.75, 0.25
"""A raised or lowered glyph is at most this part as high as its neighbours, and this part of it lies beside them."""
PRINTED = 0.1
"""A blank takes up more room than this, in heights of a character; files print others on top of the next character."""
OPENING = frozenset("（〔《“〈([")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box in points; ``top`` grows downwards. ``spaced``: a blank was printed before it."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    spaced: bool

    @property
    def height(self) -> float:
        """Height of the box: one em, whatever font size the file claims."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Height at which the middle of the box stands."""
        return (self.top + self.bottom) / 2


def gather(glyphs: Sequence[Glyph], page: int) -> Iterator[Line]:
    """Gather the glyphs of a page into visual lines, top to bottom."""
    for row in _hung(_rows(glyphs)):
        row.sort(key=lambda glyph: glyph.left + glyph.right)
        limit = SENTENCE_GAP if any(glyph.text in "。；" for glyph in row[:-1]) else COLUMN_GAP
        text = "".join(_blank(before, glyph, limit) + glyph.text for before, glyph in pairwise([row[0], *row]))
        widths = sorted(glyph.right - glyph.left for glyph in row)
        size = median(width for width in widths if width >= 0.7 * widths[-1])
        yield Line(text, page, left=row[0].left, right=row[-1].right, top=row[0].top, size=size)


def _blank(before: Glyph, glyph: Glyph, limit: float) -> str:
    """Return what stands between neighbours: nothing, a blank, or a tab between columns."""
    if before is glyph:
        return ""
    gap = (glyph.left - before.right) / (min(glyph.height, before.height) or 1.0)
    if before.text.isascii() and before.text.isalpha() and glyph.text.isascii() and glyph.text.isalpha():
        limit = SENTENCE_GAP
    if gap > limit and before.text not in OPENING:
        return "\t"
    return " " if glyph.spaced and gap > PRINTED else ""


def _hung(rows: Iterable[list[Glyph]]) -> list[list[Glyph]]:
    """Join rows that hold nothing but raised or lowered glyphs with the row they hang on.

    The two figures of a fraction, one above the other, stay on lines of their own.
    """
    kept: list[tuple[list[Glyph], list[Glyph]]] = []
    for row in rows:
        base, hung = kept[-1] if kept else ([], [])
        if base and _hangs(row, base):
            if any(_over(glyph, other) for glyph in row for other in hung):
                kept[-1:] = [(hung, []), (base, []), (row, [])]
            else:
                hung += row
        elif base and not hung and _hangs(base, row):
            kept[-1] = row, base
        else:
            kept.append((row, []))
    return [base + hung for base, hung in kept]


def _hangs(small: Sequence[Glyph], row: Sequence[Glyph]) -> bool:
    """Tell whether each glyph of ``small`` stands beside higher ones, a little above or below them."""
    height = max(glyph.height for glyph in row)
    if max(glyph.height for glyph in small) > SMALL * height:
        return False
    held = list(row)
    for glyph in sorted(small, key=lambda glyph: glyph.left):
        near = [other for other in held if _apart(glyph, other) < NEAR * height]
        beside = any(_overlap(glyph, other) >= HANGING * glyph.height for other in near)
        if not beside or any(_over(glyph, other) for other in near):
            return False
        held.append(glyph)
    return True


def _apart(glyph: Glyph, other: Glyph) -> float:
    """Return the distance between two glyphs from side to side; negative where one stands over the other."""
    return max(glyph.left, other.left) - min(glyph.right, other.right)


def _over(glyph: Glyph, other: Glyph) -> bool:
    return _apart(glyph, other) < -glyph.height / 4


def _overlap(glyph: Glyph, other: Glyph) -> float:
    """Return by how many points the heights at which two glyphs stand overlap."""
    return min(glyph.bottom, other.bottom) - max(glyph.top, other.top)


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Group glyphs around the height of the tallest, near enough to keep ``m³`` and ``CO₂`` whole.

    Glyphs of mathematical fonts claim boxes many lines high: they join a line but never set its height.
    """
    if not glyphs:
        return
    limit = 1.5 * median(glyph.height for glyph in glyphs)
    ordered = sorted(glyphs, key=lambda glyph: glyph.middle)
    row, tallest = [ordered[0]], ordered[0]
    for glyph in ordered[1:]:
        if glyph.middle - tallest.middle > NEAR * min(limit, max(glyph.height, tallest.height)):
            yield row
            row, tallest = [], glyph
        if tallest.height < glyph.height <= limit or glyph.height <= limit < tallest.height:
            tallest = glyph
        row.append(glyph)
    yield row
