"""What stands on an OFD page: text objects as glyphs, path objects as rulings (GB/T 33190-2016, 8 to 11).

Each object has a box on the page in millimetres, a matrix of its own and, for text, a place for its first character and
the advances of the others, as single numbers or in runs (``g 5 3.2``). The order of objects says nothing. Slanted text
is a watermark; objects that are not visible are not read, and of pictures only the place is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ingest.readers.archive import attribute, child, local
from ingest.readers.glyphs import Glyph
from ingest.readers.rulings import Rule

if TYPE_CHECKING:
    from ingest.readers.archive import Element

POINTS = 72 / 25.4
"""Points in a millimetre."""
ASCENT, DESCENT = 0.86, 0.14
"""Shares of a character above and below its baseline."""
NARROW = re.compile(r"[\x00-\u10ff]")
SLANT = math.radians(5)
THIN = 2.0
"""A filled shape this thin, in points, is a ruling."""
MAX_GLYPHS = 200_000
"""Characters on one page."""
MAX_STEPS = 20_000
"""Strokes of one path."""
MAX_OBJECTS = 200_000
"""Objects on one page, those of composite objects counted wherever they are shown."""
STEP = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
CURVES = {"Q": 4, "B": 6, "A": 7}
"""Numbers that follow the letter of a curve; the last two are where it ends."""
CONTAINERS = frozenset({"Content", "Layer", "PageBlock"})

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Sheet:
    """What was found on a page, in points; ``turned`` counts its characters by quarter turn.

    ``composites`` gives the content of a composite object by its id; ``within`` are those being read.
    """

    composites: Callable[[str], Element | None]
    within: list[str] = field(default_factory=list)
    objects: int = 0
    glyphs: list[tuple[int, Glyph]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[tuple[str, float]] = field(default_factory=list)

    def read(self, node: Element | None, matrix: Matrix = UPRIGHT) -> None:
        """Read the objects in a page, layer or block."""
        for inner in node if node is not None else ():
            name = local(inner)
            if name in CONTAINERS:
                self.read(inner, matrix)
            elif attribute(inner, "Visible", "true") != "false" and self.objects < MAX_OBJECTS:
                self.objects += 1
                self._object(inner, name, matrix)

    def _object(self, node: Element, name: str, outer: Matrix) -> None:
        matrix = _joined(_placed(node), outer)
        if name == "TextObject":
            self._text(node, matrix)
        elif name == "PathObject":
            self._path(node, matrix)
        elif name == "ImageObject":
            _, _, wide, tall = _numbers(node, "Boundary", 4)
            self.pictures.append((attribute(node, "ResourceID"), wide * tall))
        elif name == "CompositeObject" and (unit := attribute(node, "ResourceID")) not in self.within:
            self.within.append(unit)
            self.read(self.composites(unit), matrix)
            self.within.pop()

    def _text(self, node: Element, matrix: Matrix) -> None:
        angle = math.atan2(matrix[1], matrix[0]) + math.radians(_number(attribute(node, "CharDirection")))
        if abs(math.remainder(angle, math.pi / 2)) > SLANT:
            return
        quarter = round(angle / (math.pi / 2)) % 4
        size = _number(attribute(node, "Size"))
        wide = _number(attribute(node, "HScale"), 1.0)
        spaced = False
        for text, x, y in islice(_characters(node, size * wide), MAX_GLYPHS - len(self.glyphs)):
            if text.isspace():
                spaced = True
                continue
            step = size * wide * (0.5 if NARROW.match(text) else 1.0)
            left, top, right, bottom = _box(((x, y - ASCENT * size), (x + step, y + DESCENT * size)), matrix)
            self.glyphs.append((quarter, Glyph(text, left, right, top, bottom, spaced)))
            spaced = False

    def _path(self, node: Element, matrix: Matrix) -> None:
        data = child(node, "AbbreviatedData")
        strokes = list(_strokes(data.text or "")) if data is not None else []
        if attribute(node, "Stroke", "true") != "false":
            for start, end in strokes:
                left, top, right, bottom = _box((start, end), matrix)
                if min(right - left, bottom - top) <= THIN:
                    self.rules.append(Rule(left, top, right, bottom))
        elif attribute(node, "Fill") == "true" and strokes:
            left, top, right, bottom = _box(tuple(point for stroke in strokes for point in stroke), matrix)
            if min(right - left, bottom - top) <= THIN:
                self.rules.append(Rule(left, top, right, bottom))

    def upright(self) -> tuple[list[Glyph], list[Rule]]:
        """Return glyphs and rulings as they are read: turned as most of the text is."""
        counts = [sum(quarter == turn for quarter, _ in self.glyphs) for turn in range(4)]
        turn = counts.index(max(counts))
        glyphs = [glyph for _, glyph in self.glyphs]
        if not turn:
            return glyphs, self.rules
        boxes = (_turned((glyph.left, glyph.top, glyph.right, glyph.bottom), turn) for glyph in glyphs)
        upright = [
            Glyph(glyph.text, left, right, top, bottom, glyph.spaced)
            for glyph, (left, top, right, bottom) in zip(glyphs, boxes, strict=True)
        ]
        return upright, [Rule(*_turned((r.left, r.top, r.right, r.bottom), turn)) for r in self.rules]


def _characters(node: Element, size: float) -> Iterator[tuple[str, float, float]]:
    """Yield the characters of a text object, each with the place of its baseline in millimetres."""
    x = y = 0.0
    down = _number(attribute(node, "ReadDirection")) % 180 == 90
    for code in node.iterchildren("{*}TextCode"):
        x, y = _number(attribute(code, "X"), x), _number(attribute(code, "Y"), y)
        text = (code.text or "").strip("\r\n")
        steps, falls = _advances(attribute(code, "DeltaX")), _advances(attribute(code, "DeltaY"))
        at_x, at_y = x, y
        for character in text:
            yield character, at_x, at_y
            natural = size * (0.5 if NARROW.match(character) else 1.0)
            at_x += next(steps, 0.0 if down else natural)
            at_y += next(falls, natural if down else 0.0)


def _advances(text: str) -> Iterator[float]:
    """Yield advances, runs of equal ones written out.

    >>> list(_advances("3 g 2 1.5 4"))
    [3.0, 1.5, 1.5, 4.0]
    """
    words = iter(text.split())
    for word in words:
        if word == "g":
            count, step = _number(next(words, "")), _number(next(words, ""))
            yield from (step for _ in range(int(min(count, MAX_GLYPHS))))
        else:
            yield _number(word)


def _strokes(data: str) -> Iterator[tuple[Point, Point]]:
    """Yield the straight strokes of a path: M x y, L x y, C closes; curves only move on."""
    words = islice((match.group() for match in STEP.finditer(data)), MAX_STEPS)
    start = at = (0.0, 0.0)
    for word in words:
        if word in ("M", "S"):
            start = at = (_number(next(words, "")), _number(next(words, "")))
        elif word == "L":
            end = (_number(next(words, "")), _number(next(words, "")))
            yield at, end
            at = end
        elif word in CURVES:
            numbers = [_number(number) for number in islice(words, CURVES[word])]
            at = (numbers[-2], numbers[-1]) if len(numbers) == CURVES[word] else at
        elif word == "C":
            yield at, start
            at = start


def _placed(node: Element) -> Matrix:
    """Return the matrix that takes an object's own coordinates to those around it: its own, then its box's corner."""
    x, y, _, _ = _numbers(node, "Boundary", 4)
    a, b, c, d, e, f = _numbers(node, "CTM", 6) if attribute(node, "CTM") else UPRIGHT
    return a, b, c, d, e + x, f + y


def _joined(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies ``inner``, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _box(corners: tuple[Point, ...], matrix: Matrix) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of the box around points that a matrix moves, in points of the page."""
    a, b, c, d, e, f = matrix
    xs = [(a * x + c * y + e) * POINTS for x, y in corners]
    ys = [(b * x + d * y + f) * POINTS for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _turned(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    """Return a box turned back by quarters of a circle; text at one quarter runs down the page."""
    left, top, right, bottom = box
    for _ in range(turn):
        left, top, right, bottom = top, -right, bottom, -left
    return left, top, right, bottom


def _numbers(node: Element, name: str, count: int) -> tuple[float, ...]:
    values = [_number(word) for word in attribute(node, name).split()[:count]]
    return (*values, *(0.0 for _ in range(count - len(values))))


def _number(text: str, default: float = 0.0) -> float:
    """Return a number that is not absurd, or the default."""
    try:
        value = float(text)
    except ValueError:
        return default
    return value if abs(value) < 1e6 else default
