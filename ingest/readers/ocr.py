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
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
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
    Quad = np.ndarray[Any, np.dtype[np.float32]]

DPI = 150
"""Rendering finer than this costs memory and makes no better reading; 100 already reads well."""
MAX_SIDE = 2400
"""A page is read at no more pixels than this along its longer side (A4 at 200 dpi)."""
THREADS = 2
"""The recogniser works with this many threads, so that several processes share a machine."""
DOUBT = 0.3
"""What the recogniser itself doubts more is a seal or a smudge, not text."""
NARROWEST, BATCH = 48, 3
"""Pixels a line of 48 is at least filled up to, and how many are read at once: figures in cells are short."""
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


_first_left_out: ContextVar[int] = ContextVar("first_left_out", default=0)


@contextmanager
def leaving_out(first: int) -> Iterator[None]:
    """Have pages from ``first`` on left out that would have to be recognised; 0 leaves out none."""
    token = _first_left_out.set(first)
    try:
        yield
    finally:
        _first_left_out.reset(token)


def left_out(number: int) -> bool:
    """Tell whether a page is not to be recognised."""
    return 0 < _first_left_out.get() <= number


def recognised(picture: Picture, number: int, scale: float) -> Page:
    """Read the picture of a page, ``scale`` pixels a point, into a page of visual lines.

    Lines carry places in points and the recogniser's confidence; rows of ruled tables carry cells.
    """
    if left_out(number):
        return Page(number, round(picture.shape[1] / scale), (), unread=True)
    with _LOCK:
        _quiet()
        picture, quads = upright(picture)
        tables = grid.find(picture) if quads else []
        boxes = _read(picture, quads, tables)
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
            "Rec.rec_img_shape": [3, 48, NARROWEST],
            "Rec.rec_batch_num": BATCH,
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


def _read(picture: Picture, quads: Sequence[Quad], tables: Sequence[grid.Grid]) -> list[Box]:
    """Read the lines of an upright page; one that runs over a ruling line is read in the parts it has in each cell."""
    places, crops = [], []
    for quad, whole in zip(quads, _engine().crop_text_regions(picture, quads), strict=True):
        box = Box.around(quad, "", 1.0)
        pieces = [piece for table in tables for piece in table.pieces(box)]
        for left, right in pieces if len(pieces) > 1 else [(box.left, box.right)]:
            places.append(replace(box, left=left, right=right))
            crops.append(_crop(picture, places[-1]) if len(pieces) > 1 else whole)
    kept = [(place, crop) for place, crop in zip(places, crops, strict=True) if crop.size]
    if not kept:
        return []
    found = _engine().recognize_txt([crop for _, crop in kept])
    return [
        replace(place, text=text, confidence=float(score))
        for (place, _), text, score in zip(kept, found.txts, found.scores, strict=True)
        if text.strip() and score >= DOUBT
    ]


def _crop(picture: Picture, box: Box) -> Picture:
    return picture[max(0, round(box.top)) : round(box.bottom), max(0, round(box.left)) : round(box.right)]


def upright(picture: Picture) -> tuple[Picture, list[Quad]]:
    """Turn a page that lies on its side, upside down or askew; also return the corners of its lines."""
    import cv2
    import numpy as np

    quads = _quads(picture)
    if sum(_long(quad) for quad in quads if _tall(quad)) * 2 > sum(map(_long, quads)):
        picture = np.ascontiguousarray(np.rot90(picture))
        quads = _quads(picture)
    height, width = picture.shape[:2]
    if _upside_down(picture, quads):
        picture = np.ascontiguousarray(np.rot90(picture, 2))
        quads = [np.roll(np.array((width, height), dtype=np.float32) - quad, 2, axis=0) for quad in quads]
    angle = _skew(quads)
    if abs(angle) < SKEW:
        return picture, quads
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    picture = cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    return picture, [cv2.transform(quad[None], turn)[0].astype(np.float32) for quad in quads]


def _quads(picture: Picture) -> list[Quad]:
    """Find the lines of a page, as they lie."""
    import numpy as np

    found = _engine()(picture, use_det=True, use_cls=False, use_rec=False)
    return [] if found.boxes is None else [np.asarray(quad, dtype=np.float32) for quad in found.boxes]


def _sides(quad: Quad) -> tuple[float, float]:
    """Return width and height of a box given by its corners, clockwise from the top left."""
    return math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2])


def _long(quad: Quad) -> float:
    return max(_sides(quad))


def _tall(quad: Quad) -> bool:
    width, height = _sides(quad)
    return height > TALL * width


def _upside_down(picture: Picture, quads: Sequence[Quad]) -> bool:
    """Ask the longest lines whether they stand on their heads."""
    witnesses = sorted(quads, key=_long, reverse=True)[:WITNESSES]
    crops = [crop for quad in witnesses if (crop := _crop(picture, Box.around(quad, "", 1.0))).size]
    if not crops:
        return False
    _, found = _engine().cls_and_rotate(crops)
    return bool(2 * [label for label, _ in found.cls_res].count("180") > len(crops))


def _skew(quads: Sequence[Quad]) -> float:
    """Return by how many degrees the longest lines of a page fall to the right."""
    wide = [quad for quad in quads if _sides(quad)[0] > 3 * _sides(quad)[1]]
    angles = []
    for quad in sorted(wide, key=_long, reverse=True)[: 2 * WITNESSES]:
        (x0, y0), (x1, y1) = quad[0], quad[1]
        angles.append(math.remainder(math.degrees(math.atan2(y1 - y0, x1 - x0)), 180))
    return median(angles) if len(angles) > 2 else 0.0
