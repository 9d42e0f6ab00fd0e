"""PDF files with a text layer: the only room in which pdfium lives.

A PDF knows glyphs and places, not lines: ``glyphs`` gathers them. A page whose glyphs run sideways is turned first,
whether the page or the text was rotated; slanted glyphs are watermarks and left out. The lines that a page draws
(``strokes``) give its ruled tables; a table without rules gives one line per visual row. A page that is a picture is
rendered and goes to the character recogniser (``ocr``), while the other pages of the file keep their text layer;
without the recogniser such a file is refused. A page set in newspaper columns is not taken apart.
"""

from __future__ import annotations

import ctypes
import math
import mmap
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from ingest.document import Page
from ingest.errors import EncryptedFile, NoTextLayer, UnreadableFile
from ingest.progress import READING, RECOGNISING, tell
from ingest.readers import ocr
from ingest.readers.garbage import garbled
from ingest.readers.glyphs import Glyph
from ingest.readers.leaves import Leaf, leaf_of, pages_of
from ingest.readers.rulings import Rule, find
from ingest.readers.strokes import rules_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

Box = tuple[float, float, float, float]

MAX_PAGES = 5000
SIGNATURE = b"%PDF-"
SLANT = math.radians(5)
"""Glyphs further than this from the horizontal and the vertical belong to a watermark."""
HAN = "\u2e80"
"""Characters above this are as wide as high."""
FLAT = 0.95
"""Where most boxes are this many times as high as wide, or less, they were drawn around the ink and not the em."""
DEPTH = 0.12
"""Share of an em below the baseline."""
SPARSE = 10
"""A page of a scan carries at most this many visible characters (a stamp, the name of a scanning program)."""
COVERED = 0.25
"""Pictures that cover this share of a page may be the page; a smaller one is a logo or a stamp."""
OUTLINES = 200
"""A page without text that draws this many paths has had its characters turned into shapes."""
MAX_PIXELS = 9_000_000
"""A page is rendered at no more pixels; A3 at 150 dpi has 4 million."""


def recognises(head: bytes) -> bool:
    """Tell whether the first bytes belong to a PDF; up to 1 KB of junk may precede the mark (ISO 32000-1, H.3).

    >>> recognises(b"%PDF-1.7"), recognises(b"PK")
    (True, False)
    """
    return SIGNATURE in head[:1024]


def read(path: Path) -> tuple[Page, ...]:
    """Read the text layer into pages of visual lines, positions in points from the top left; scanned pages by OCR.

    Raises:
        EncryptedFile: a password is needed.
        NoTextLayer: pages hold pictures only and the recogniser is not installed, or makes out nothing.
        UnreadableFile: damaged, cut short, or more pages than ``MAX_PAGES``.
    """
    if not _complete(path):
        raise UnreadableFile(f"{path.name}：PDF 不完整（缺少结尾），可能没有下载完；请重新下载")
    leaves = []
    with closing(_open(path)) as document:
        total = len(document)
        if total > MAX_PAGES:
            raise UnreadableFile(f"{path.name}：有 {total} 页，超过 {MAX_PAGES} 页的上限；请拆分后再导入")
        for number in range(1, total + 1):
            leaves.append(_read_page(document, number, path.name))
    pages = pages_of(leaves)
    if not any(line.text.strip() for page in pages for line in page.lines):
        raise NoTextLayer(f"{path.name}：PDF 没有文字层，图像里也没有认出文字；请换一份清晰的扫描件（150 dpi 以上）")
    return pages


def _complete(path: Path) -> bool:
    """Tell whether a cross-reference follows the last object: it is the last thing written to a PDF."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.rfind(b"startxref") > data.rfind(b"endobj")


def _open(path: Path) -> PdfDocument:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise EncryptedFile(f"{path.name}：PDF 加了密码；请用密码打开后另存为不加密的文件再导入") from error
        raise UnreadableFile(f"{path.name}：PDF 已损坏或不完整，打不开；请重新下载或另存一份") from error


def _read_page(document: PdfDocument, number: int, name: str) -> Leaf | Page:
    import pypdfium2

    try:
        with closing(document[number - 1]) as page, closing(page.get_textpage()) as text_page:
            width, _ = page.get_size()
            angles = _angles(text_page)
            quarter = _quarter(angles)
            glyphs = list(_glyphs(text_page, angles, quarter))
            unread = _garbled(text_page, glyphs, len(angles), f"{name}：第 {number} 页")
            if unread or (len(glyphs) < SPARSE and _pictured(page)):
                if ocr.left_out(number):
                    return Page(number, round(width), (), unread=True)
                tell(RECOGNISING, number, len(document))
                return _recognised(page, number, name)
            grids = find(_turned(rule, quarter) for rule in rules_of(page))
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile(f"{name}：第 {number} 页已损坏，读不出来；请重新下载或另存一份") from error
    tell(READING, number, len(document))
    return leaf_of(glyphs, grids, number, width)


def _garbled(page: PdfTextPage, glyphs: Sequence[Glyph], count: int, where: str) -> bool:
    """Tell whether the text layer of a page is garbage, so that it must be recognised.

    Raises:
        NoTextLayer: it is, and the recogniser is not installed.
    """
    from pypdfium2 import raw

    missing = count > 2 * len(glyphs)
    unmapped = sum(raw.FPDFText_GetUnicode(page.raw, index) == 0 for index in range(count)) if missing else 0
    if not garbled("".join(glyph.text for glyph in glyphs), unmapped):
        return False
    if not ocr.available():
        raise NoTextLayer(
            f"{where}的文字层是乱码（字体缺少字符对照表），需要文字识别；请安装识别组件后重新导入（{ocr.INSTALL}）"
        )
    return True


def _pictured(page: PdfPage) -> bool:
    """Tell whether a page without text shows one as a picture, or as the outlines of characters."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH

    width, height = page.get_size()
    covered, paths = 0.0, 0
    for shape in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH], max_depth=3):
        if shape.type == FPDF_PAGEOBJ_PATH:
            paths += 1
        else:
            left, bottom, right, top = shape.get_bounds()
            covered += (right - left) * (top - bottom)
        if covered > COVERED * width * height or paths > OUTLINES:
            return True
    return False


def _recognised(page: PdfPage, number: int, name: str) -> Page:
    """Render a page and read it as a scan, however it is turned."""
    ocr.require(name, f"第 {number} 页")
    width, height = page.get_size()
    scale = min(ocr.DPI / 72, math.sqrt(MAX_PIXELS / max(1.0, width * height)))
    with closing(page.render(scale=scale, rev_byteorder=True)) as bitmap:
        picture = bitmap.to_numpy()[:, :, :3].copy()
    return ocr.recognised(picture, number, scale)


def _angles(page: PdfTextPage) -> list[float]:
    """Return how far each character is turned clockwise; negative where it cannot be told."""
    from pypdfium2 import raw

    return [raw.FPDFText_GetCharAngle(page.raw, index) for index in range(raw.FPDFText_CountChars(page.raw))]


def _quarter(angles: Sequence[float]) -> int:
    """Return by how many right angles most of the text is turned."""
    turns = Counter(round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0).most_common(1)
    return turns[0][0] if turns else 0


def _glyphs(page: PdfTextPage, angles: Sequence[float], quarter: int) -> Iterator[Glyph]:
    """Yield the visible glyphs of a page, turned upright."""
    from pypdfium2 import raw

    found, spaced = [], False
    for index, angle in enumerate(angles):
        text = _character(raw.FPDFText_GetUnicode(page.raw, index))
        if text.isspace() or text == "\0":
            spaced = True
        elif angle < 0 or abs(math.remainder(angle, math.pi / 2)) <= SLANT:
            box = raw.FS_RECTF()
            raw.FPDFText_GetLooseCharBox(page.raw, index, ctypes.byref(box))
            found.append((index, text, box, spaced))
            spaced = False
    wide = [box for _, text, box, _ in found if text > HAN and box.right > box.left]
    flat = wide and not quarter and median((box.top - box.bottom) / (box.right - box.left) for box in wide) < FLAT
    for index, text, box, spaced in found:
        if flat and text > HAN:
            _heighten(box, page, index)
        yield Glyph(text, *_upright((box.left, -box.top, box.right, -box.bottom), quarter), spaced)


def _heighten(box: ctypes.Structure, page: PdfTextPage, index: int) -> None:
    """Give a box the height of its em, where fonts do not say theirs: else ``，`` would stand below its line."""
    from pypdfium2 import raw

    x, y = ctypes.c_double(), ctypes.c_double()
    if raw.FPDFText_GetCharOrigin(page.raw, index, ctypes.byref(x), ctypes.byref(y)):
        em = box.right - box.left
        box.top, box.bottom = y.value + (1 - DEPTH) * em, y.value - DEPTH * em


def _character(code: int) -> str:
    """Return the character of a code; half of a surrogate pair is unreadable."""
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def _upright(box: Box, quarter: int) -> Box:
    """Return left, right, top, bottom of a box whose text is turned clockwise by ``quarter`` times 90 degrees."""
    left, top, right, bottom = box
    if quarter == 0:
        return left, right, top, bottom
    if quarter == 1:
        return top, bottom, -right, -left
    if quarter == 2:
        return -right, -left, -bottom, -top
    return -bottom, -top, left, right


def _turned(rule: Rule, quarter: int) -> Rule:
    """Return a line as it stands once the text is upright."""
    left, right, top, bottom = _upright((rule.left, rule.top, rule.right, rule.bottom), quarter)
    return Rule(left, top, right, bottom)
