"""Picture files: scans and photographs of pages as PNG, JPEG, TIFF of several pages, BMP or WebP.

A picture of a page is unpacked within limits, laid on white, turned as its camera says, and read by ``ocr``. Its size
on paper is unknown and taken for A4: only proportions matter.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ingest.document import Page
from ingest.errors import NoTextLayer, UnreadableFile
from ingest.progress import RECOGNISING, tell
from ingest.readers import ocr

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 80_000_000
"""A picture of more pixels is not opened; A3 at 600 dpi has 70 million."""
MAX_PAGES = 2000
LONG_SIDE = 842.0
"""Height of A4 in points: a picture does not know its size, and only proportions matter."""
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"})
SIGNATURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")


def recognises(head: bytes) -> bool:
    r"""Tell whether the first bytes belong to a picture that can hold a page.

    >>> recognises(b"\x89PNG\r\n\x1a\n"), recognises(b"BM is no picture"), recognises(b"%PDF-1.7")
    (True, False, False)
    """
    if head.startswith(b"BM"):
        return len(head) > 14 and head[6:10] == b"\0\0\0\0"
    return head.startswith(SIGNATURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")


def read(path: Path) -> tuple[Page, ...]:
    """Read a picture, or each page of a TIFF, into pages of visual lines.

    Raises:
        NoTextLayer: the recogniser is not installed.
        UnreadableFile: damaged, more pixels than ``MAX_PIXELS`` or more pages than ``MAX_PAGES``.
    """
    ocr.require(path.name, "文件")
    pages = []
    for number, (image, total) in enumerate(_frames(path, path.name), start=1):
        tell(RECOGNISING, number, total)
        pages.append(_page(image, number))
    if not any(page.lines for page in pages):
        raise NoTextLayer(f"{path.name}：图像里没有认出文字；请换一份清晰的扫描件（{ocr.DPI} dpi 以上）")
    return tuple(pages)


def recognised(stream: BinaryIO, name: str, number: int) -> Page:
    """Read a picture, or the first of it, that is the page ``number`` of some other file.

    Raises:
        UnreadableFile: damaged, or more pixels than ``MAX_PIXELS``.
    """
    with closing(_frames(stream, name)) as frames:
        image, _ = next(frames)
    return _page(image, number)


def _page(image: Image, number: int) -> Page:
    import numpy as np

    picture = np.asarray(image)
    return ocr.recognised(picture, number, max(picture.shape[:2]) / LONG_SIDE)


def _frames(source: Path | BinaryIO, file: str) -> Generator[tuple[Image, int], None, None]:
    """Yield each page of a picture, and how many there are."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(source)
    except Image.DecompressionBombError as error:
        raise UnreadableFile(f"{file}：图片的像素超过上限；请缩小后再导入") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnreadableFile(f"{file}：图片已损坏，打不开；请重新扫描或另存一份") from error
    with opened:
        total = getattr(opened, "n_frames", 1)
        if total > MAX_PAGES:
            raise UnreadableFile(f"{file}：有 {total} 页，超过 {MAX_PAGES} 页的上限；请拆分后再导入")
        for number in range(1, total + 1):
            try:
                frame = _frame(opened, number, file)
            except (OSError, SyntaxError, ValueError, EOFError) as error:
                raise UnreadableFile(
                    f"{file}：第 {number} 页的图像已损坏或不完整，读不出来；请重新扫描或另存一份"
                ) from error
            yield frame, total


def _frame(image: Image, number: int, name: str) -> Image:
    """Return one page as an RGB picture of a size that can be read."""
    from PIL import ImageOps

    image.seek(number - 1)
    width, height = image.size
    if width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 1_000_000
        raise UnreadableFile(f"{name}：图片有 {width}×{height} 个像素，超过 {limit} 百万像素的上限；请缩小后再导入")
    factor = max(1, math.ceil(max(width, height) / ocr.MAX_SIDE - 0.5))
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = _on_white(upright)
    return (upright.convert("L") if upright.mode.startswith("I") else upright).convert("RGB").reduce(factor)


def _on_white(image: Image) -> Image:
    """Return a picture without its transparency, as it would be printed."""
    from PIL import Image

    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
