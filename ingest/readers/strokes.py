"""What a PDF page draws besides text: the straight lines that may rule a table.

Word processors draw borders as thin filled bars or as stroked lines and boxes, some inside a form that is placed on the
page. Slanted lines, curves and shaded areas rule nothing. A page with very many shapes is a map or a chart and is not
looked at. Part of the pdfium room.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ingest.readers.rulings import Rule

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]

UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
THIN = 3.0
"""A filled shape no thicker than this, in points, is a line."""
LEVEL = 1.0
"""A stroke that rises or falls by no more than this, in points, runs along an axis."""
DEEPEST = 3
"""Forms inside forms are followed so far."""
MAX_SHAPES = 10_000
MAX_STEPS = 20_000
"""Steps of all paths of a page."""


def rules_of(page: PdfPage) -> list[Rule]:
    """Return the lines of a page along the axes, in the page's own coordinates with ``top`` growing downwards."""
    rules: list[Rule] = []
    steps = 0
    for number, (shape, matrix) in enumerate(_shapes(page)):
        filled, stroked = _drawn(shape)
        for outline in _outlines(shape, matrix) if filled or stroked else ():
            steps += len(outline)
            if number > MAX_SHAPES or steps > MAX_STEPS:
                return []
            rules += _rules(outline, stroked)
    return rules


def _shapes(page: PdfPage) -> Iterator[tuple[Any, Matrix]]:
    """Yield the paths of a page, those inside forms too, each with the matrix that puts it on the page."""
    from pypdfium2 import raw

    count = raw.FPDFPage_CountObjects(page.raw)
    ahead = [(raw.FPDFPage_GetObject(page.raw, index), UPRIGHT, 0) for index in range(count - 1, -1, -1)]
    while ahead:
        shape, outer, depth = ahead.pop()
        kind = raw.FPDFPageObj_GetType(shape)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield shape, _joined(_matrix(shape), outer)
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = _joined(_matrix(shape), outer)
            count = min(raw.FPDFFormObj_CountObjects(shape), MAX_SHAPES)
            ahead += ((raw.FPDFFormObj_GetObject(shape, i), inner, depth + 1) for i in range(count - 1, -1, -1))


def _matrix(shape: Any) -> Matrix:  # noqa: ANN401  a handle of pdfium
    from pypdfium2 import raw

    found = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(shape, ctypes.byref(found))
    return found.a, found.b, found.c, found.d, found.e, found.f


def _joined(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies ``inner`` first."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _drawn(shape: Any) -> tuple[bool, bool]:  # noqa: ANN401
    """Tell whether a path is filled, and whether it is stroked."""
    from pypdfium2 import raw

    filled, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(shape, ctypes.byref(filled), ctypes.byref(stroked))
    return bool(filled.value), bool(stroked.value)


def _outlines(shape: Any, matrix: Matrix) -> Iterator[list[Point]]:  # noqa: ANN401
    """Yield the corners of each outline of a path, on the page."""
    from pypdfium2 import raw

    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    outline: list[Point] = []
    for index in range(min(raw.FPDFPath_CountSegments(shape), MAX_STEPS)):
        step = raw.FPDFPath_GetPathSegment(shape, index)
        raw.FPDFPathSegment_GetPoint(step, ctypes.byref(x), ctypes.byref(y))
        point = a * x.value + c * y.value + e, b * x.value + d * y.value + f
        if raw.FPDFPathSegment_GetType(step) == raw.FPDF_SEGMENT_MOVETO:
            if len(outline) > 1:
                yield outline
            outline = [point]
        else:
            outline.append(point)
        if raw.FPDFPathSegment_GetClose(step):
            outline.append(outline[0])
    if len(outline) > 1:
        yield outline


def _rules(outline: list[Point], stroked: bool) -> Iterator[Rule]:
    """Yield a thin outline as one line, and of one that is stroked the sides along the axes."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    if min(max(xs) - min(xs), max(ys) - min(ys)) <= THIN:
        yield Rule(min(xs), -max(ys), max(xs), -min(ys))
    elif stroked:
        for (x0, y0), (x1, y1) in pairwise(outline):
            if min(abs(x0 - x1), abs(y0 - y1)) <= LEVEL:
                yield Rule(min(x0, x1), -max(y0, y1), max(x0, x1), -min(y0, y1))
