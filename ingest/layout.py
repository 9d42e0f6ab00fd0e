"""Margins of a text: detected before anything is repaired.

Where many lines end at a common margin in mid-sentence, the text is hard-wrapped; where they do not, line ends are
paragraph ends and nothing may be joined. Margins are found by weight, long lines counting most, so that lists,
signatures and captions do not pass for a margin. A box set in small type, or a landscape page, has margins of its own.
Positions are in the units of the lines: points, or character cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.document import Line
from ingest.lines import BODY, LABEL, PAUSE, TERMINAL, UNIT

SLACK = 0.6
"""Error, in characters, of comparing a line's end with the margin."""
OVERHANG = 2.0
"""How far, in characters, a wrapped line may stick out of the margin; a longer one did not obey it."""
INDENT = 1.2
"""A line that begins this many characters inside the margin is indented."""
DRIFT = 4.0
"""Margins of one page differ from those of the text by no more than this many characters."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Margins, size of a character, and whether line ends are layout.

    ``indented``: paragraphs begin two characters in, so that a line at the margin goes on with the one before.
    """

    left: float
    right: float
    em: float
    wrapped: bool
    indented: bool = False

    def full(self, line: Line, following: str, slack: float = SLACK) -> bool:
        """Tell whether the beginning of the following line would not have fitted at the end of ``line``."""
        unit = UNIT.match(following)
        width = sum(0.5 if character.isascii() else 1.0 for character in unit.group()) if unit else 0.0
        end = line.right + width * max(line.size, self.em)
        return end > self.right + slack * self.em and line.right <= self.right + OVERHANG * self.em

    @property
    def width(self) -> float:
        """Width between the margins."""
        return self.right - self.left

    def indent(self, line: Line) -> float:
        """Return the indentation of a line in characters."""
        return (line.left - self.left) / self.em

    def fills(self, line: Line) -> bool:
        """Tell whether a line takes up most of the width."""
        return line.right - line.left >= 0.6 * self.width

    def signed(self, line: Line) -> bool:
        """Tell whether a line holds the name of one body and leaves much of the width empty."""
        return not self.fills(line) and bool(BODY.fullmatch(line.text))

    def centred(self, first: Line, second: Line) -> bool:
        """Tell whether two lines stand in the middle, one below the other."""
        for line in (first, second):
            if line.left - self.left < self.em or self.right - line.right < self.em:
                return False
        middles = (first.left + first.right) / 2, (second.left + second.right) / 2
        stepped = abs(first.left - second.left) > self.em / 2
        middle = (self.left + self.right) / 2
        return abs(middles[0] - middles[1]) < self.em and (stepped or abs(middles[0] - middle) < 1.5 * self.em)


UNWRAPPED = Layout(0.0, 0.0, 1.0, wrapped=False)


def measure(lines: Sequence[Line], width: float) -> Layout:
    """Measure a text whose pages are ``width`` wide; one too short to show its margins is given even ones.

    A text file has no page edges (width 0): without common margins it is not wrapped.
    """
    em = _em(lines)
    layout = _margins(lines, em)
    if layout is None and width > max(line.right for line in lines) + 2 * em:
        left = min(line.left for line in lines)
        layout = Layout(left, width - left, em, wrapped=True)
    if layout is None:
        return UNWRAPPED
    inside = sum(1.5 < layout.indent(line) < 2.7 for line in lines)
    return replace(layout, indented=inside * 12 > len(lines))


def refine(layout: Layout, lines: Sequence[Line]) -> dict[int, Layout]:
    """Measure the lines of one page again, by type size (rounded); what shows no margins keeps those of the text."""
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(round(line.size), []).append(line)
    layouts = {}
    for size, group in groups.items():
        own = _margins(group, _em(group), least=3) if layout.wrapped else None
        if own and abs(own.right - layout.right) <= DRIFT * layout.em and own.width > 0.6 * layout.width:
            layouts[size] = replace(own, indented=layout.indented)
        else:
            layouts[size] = layout
    return layouts


def _margins(lines: Sequence[Line], em: float, *, least: int = 2) -> Layout | None:
    """Return the margins, or None where fewer than ``least`` lines run on over them or too many lines ignore them."""
    right = _right(lines, em)
    full = [line for line in lines if abs(line.right - right) <= em]
    running = sum(_runs_over(line) for line in full if line is not lines[-1])
    beyond = sum(line.right > right + OVERHANG * em for line in lines)
    if running < least or len(full) * 8 < len(lines) or running * 3 < len(full) or beyond * 10 > len(lines):
        return None
    return Layout(_left(lines, right, em), right, em, wrapped=True)


def _runs_over(line: Line) -> bool:
    """Tell whether a line stops inside a sentence; a row of headings of one length does not."""
    return bool(PAUSE.search(LABEL.sub("", line.text, count=1))) and not TERMINAL.search(line.text)


def _em(lines: Sequence[Line]) -> float:
    """Return the size of most of the text."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] or 1.0


def _right(lines: Sequence[Line], em: float) -> float:
    """Return where long lines end: the middle of the heaviest band of line ends, one character wide.

    A line weighs the square of its length, and one line alone is no band: neither a list of short items nor a single
    long address makes a margin.
    """
    ends = sorted((line.right, (line.right - line.left) ** 2) for line in lines)
    best, weight, first, low, high = 0.0, 0.0, 0, 0, len(ends) - 1
    for last, (right, length) in enumerate(ends):
        weight += length
        while right - ends[first][0] > em:
            weight -= ends[first][1]
            first += 1
        if weight >= best and last > first:
            best, low, high = weight, first, last
    return ends[(low + high + 1) // 2][0]


def _left(lines: Sequence[Line], right: float, em: float) -> float:
    """Return where the lines begin that follow a line full of unfinished text: that is the margin, not the indent."""
    following = [
        after.left for before, after in pairwise(lines) if abs(before.right - right) <= em and _runs_over(before)
    ]
    counts = Counter(round(left / em * 2) for left in following)
    common = max(counts, key=lambda key: (counts[key], -key))
    return min(left for left in following if round(left / em * 2) == common)
