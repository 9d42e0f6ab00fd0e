"""Pages as pictures: the only room in which the character recogniser lives.

Pages come out of scanners on their side, upside down or askew, with ruled tables and red seals. A page is first set
upright, then read line by line; the places of the lines are given as a PDF's are, so that cleaning joins them by the
same margins. Every line keeps the recogniser's confidence. The models lie inside the package rapidocr (extra ``ocr``):
nothing is downloaded. Handwriting and formulas are not understood; tables without rules come out as columns.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING, Any

from ingest.document import Page
from ingest.errors import NoTextLayer
from ingest.readers import grid
from ingest.readers.boxes import Box, gather

if TYPE_CHECKING:
    import numpy as np

    Picture = np.ndarray[Any, np.dtype[np.uint8]]

DPI = 150
"""Rendering finer than this costs memory and makes no better reading; 100 already reads well."""
MAX_SIDE = 2400
"""A page is read at no more pixels than this along its longer side (A4 at 200 dpi)."""
THREADS = 2
"""The recogniser works with this many threads, so that several processes share a machine."""
DOUBT = 0.3
"""What the recogniser itself doubts more is a seal or a smudge, not text."""
THUMBNAIL = 1000
"""Pixels along the longer side that are enough to see how a page lies."""
TALL = 1.5
"""A box this many times higher than wide holds a line that runs sideways."""
SKEW = 0.15
"""A page askew by fewer degrees is left as it is."""
WITNESSES = 9
"""So many of the longest lines are asked whether the page is upside down."""

INSTALL = "pip install 'policy-kb[ocr]'，或重新运行 make run"


def available() -> bool:
    """Tell whether the recogniser is installed."""
    return find_spec("rapidocr") is not None


def require(name: str, where: str = "") -> None:
    """Refuse a scan where the recogniser is not installed.

    Raises:
        NoTextLayer: it is not; the message says how to install it.
    """
    if not available():
        raise NoTextLayer(f"{name}：{where}是扫描图像，没有文字层，需要文字识别；请安装识别组件后重新导入（{INSTALL}）")


def recognised(picture: Picture, number: int, scale: float) -> Page:
    """Read the picture of a page, ``scale`` pixels a point, into a page of visual lines.

    Lines carry places in points and the recogniser's confidence; rows of ruled tables carry cells.
    """
    with _LOCK:
        _quiet()
        picture = upright(picture)
        boxes = _boxes(picture)
        tables = grid.find(picture)
        boxes = [part for box in boxes for part in _parted(picture, box, tables)]
    lines = gather(boxes, tables, number, scale)
    return Page(number, round(picture.shape[1] / scale), lines)


_LOCK = Lock()


@cache
def _engine() -> Any:  # noqa: ANN401  rapidocr is not typed
    """Load the models that come with rapidocr."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": DOUBT,
            "Global.max_side_len": MAX_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": _threads(),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _threads() -> int:
    import os

    return min(THREADS, os.cpu_count() or 1)


def _quiet() -> None:
    """Hold the libraries to a few threads and keep them from printing."""
    import cv2

    cv2.setNumThreads(_threads())
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)


def _boxes(picture: Picture) -> list[Box]:
    """Find and read the lines of an upright page."""
    found = _engine()(picture, use_det=True, use_cls=False, use_rec=True)
    if found.boxes is None:
        return []
    return [
        Box.around(quad, text, float(score))
        for quad, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if text.strip()
    ]


def _parted(picture: Picture, box: Box, tables: Sequence[grid.Grid]) -> Iterator[Box]:
    """Part a box that runs over a ruling line into neighbouring cells, and read each part."""
    pieces = [piece for table in tables for piece in table.pieces(box)]
    if len(pieces) < 2:
        yield box
        return
    for left, right in pieces:
        crop = picture[max(0, round(box.top)) : round(box.bottom), max(0, round(left)) : round(right)]
        if not crop.size:
            continue
        found = _engine()(crop, use_det=False, use_cls=False, use_rec=True)
        for text, score in zip(found.txts or (), found.scores or (), strict=True):
            if text.strip() and score >= DOUBT:
                yield Box(text, left, right, box.top, box.bottom, float(score))


def upright(picture: Picture) -> Picture:
    """Turn a page that lies on its side, upside down or askew."""
    import cv2
    import numpy as np

    quads, factor = _quads(picture)
    if sum(_long(quad) for quad in quads if _tall(quad)) * 2 > sum(map(_long, quads)):
        picture = np.ascontiguousarray(np.rot90(picture))
        quads, factor = _quads(picture)
    if _upside_down(picture, [quad / factor for quad in quads]):
        picture = np.ascontiguousarray(np.rot90(picture, 2))
        quads = [-quad for quad in quads]
    angle = _skew(quads)
    if abs(angle) < SKEW:
        return picture
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(  # type: ignore[no-any-return]
        picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)
    )


def _quads(picture: Picture) -> tuple[list[Any], float]:
    """Find the lines of a page in a thumbnail of it; also return how much smaller that is."""
    import cv2

    factor = min(1.0, THUMBNAIL / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    found = _engine()(small, use_det=True, use_cls=False, use_rec=False)
    return ([] if found.boxes is None else list(found.boxes)), factor


def _sides(quad: Any) -> tuple[float, float]:  # noqa: ANN401  an array of four corners
    """Return width and height of a box given by its corners, clockwise from the top left."""
    return math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2])


def _long(quad: Any) -> float:  # noqa: ANN401
    return max(_sides(quad))


def _tall(quad: Any) -> bool:  # noqa: ANN401
    width, height = _sides(quad)
    return height > TALL * width


def _upside_down(picture: Picture, quads: Sequence[Any]) -> bool:
    """Ask the longest lines whether they stand on their heads."""
    votes = []
    for quad in sorted(quads, key=_long, reverse=True)[:WITNESSES]:
        box = Box.around(quad, "", 1.0)
        crop = picture[max(0, round(box.top)) : round(box.bottom), max(0, round(box.left)) : round(box.right)]
        if crop.size:
            found = _engine()(crop, use_det=False, use_cls=True, use_rec=False)
            votes += [label == "180" for label, _ in found.cls_res or ()]
    return 2 * votes.count(True) > len(votes)


def _skew(quads: Sequence[Any]) -> float:
    """Return by how many degrees the longest lines of a page fall to the right."""
    wide = [quad for quad in quads if _sides(quad)[0] > 3 * _sides(quad)[1]]
    angles = []
    for quad in sorted(wide, key=_long, reverse=True)[: 2 * WITNESSES]:
        (x0, y0), (x1, y1) = quad[0], quad[1]
        angles.append(math.remainder(math.degrees(math.atan2(y1 - y0, x1 - x0)), 180))
    return median(angles) if len(angles) > 2 else 0.0
