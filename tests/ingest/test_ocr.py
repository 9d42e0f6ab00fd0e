"""Scans and pictures: lines, places, tables and turned pages as read; what happens without the recogniser."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from ingest.document import Cell
from ingest.errors import NoTextLayer, UnreadableFile
from ingest.progress import listening
from ingest.readers import boxes, images, read
from ingest.readers.boxes import Box, gather
from tests.pdf_samples import show, write_pdf

needs_ocr = pytest.mark.skipif(find_spec("rapidocr") is None, reason="rapidocr 未安装（extra ocr）")
FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
FONT = next((font for font in FONTS if font.is_file()), None)
needs_font = pytest.mark.skipif(FONT is None, reason="没有中文字体，画不出扫描页")
PICTURE = "q 500 0 0 700 40 70 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q"

TEXT = ["一、总体要求", "到2026年，全市用水总量控制在12.5亿立方米以内。", "〔市水务局、市工信局按职责分工负责〕"]
ROWS = [["序号", "任务", "责任单位"], ["1", "改造供水管网", "市住建局"], ["", "建设再生水厂", "市水务局"]]


def page_picture(turn: float = 0.0):
    """Draw a page with three lines and a table whose first column is merged over its last two rows."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1240, 1754), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(str(FONT), 33)
    for index, line in enumerate(TEXT):
        draw.text((150, 200 + 70 * index), line, "black", font)
    for row in range(4):
        draw.line((250 if row == 2 else 150, 500 + 80 * row, 950, 500 + 80 * row), "black", 2)
    for x in (150, 250, 600, 950):
        draw.line((x, 500, x, 740), "black", 2)
    for row, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            draw.text(((165, 270, 620)[column], 517 + 80 * row), text, "black", font)
    return image.rotate(turn, expand=turn % 90 == 0, fillcolor="white", resample=Image.Resampling.BICUBIC)


def check(lines) -> None:
    assert [line.text for line in lines[:3]] == TEXT
    assert [line.text for line in lines[3:]] == ["\t".join(row) for row in ROWS]
    assert lines[4].cells[0] == Cell("1", 1, 0, 2, 1)
    assert [len(line.cells) for line in lines] == [0, 0, 0, 3, 3, 2]


@needs_ocr
@needs_font
@pytest.mark.parametrize("turn", [1.2, 180.0, 270.0])
def test_scanned_page_however_it_lies(turn: float, tmp_path: Path) -> None:
    path = tmp_path / "扫描.png"
    page_picture(turn).save(path)
    (page,) = read(path)
    check(page.lines)
    assert all(0.5 < line.confidence <= 1 for line in page.lines)
    first, second, _ = page.lines[:3]
    assert abs(first.left - second.left) < 5 and first.size == second.size
    assert 14 < first.size < 18 and second.right > first.right


@needs_ocr
@needs_font
def test_pages_with_and_without_text_layer_in_one_file(tmp_path: Path) -> None:
    import pypdfium2

    page_picture().save(tmp_path / "扫描.pdf", resolution=150)
    joined = pypdfium2.PdfDocument.new()
    for path in (write_pdf(tmp_path, show("这一页有文字层，照原样读取。", 90, 700)), tmp_path / "扫描.pdf"):
        joined.import_pages(pypdfium2.PdfDocument(path))
    joined.save(tmp_path / "混合.pdf")
    told: list[tuple[object, ...]] = []
    with listening(lambda *step: told.append(step)):
        first, second = read(tmp_path / "混合.pdf")
    assert [line.text for line in first.lines] == ["这一页有文字层，照原样读取。"]
    assert first.lines[0].confidence == 1.0
    check(second.lines)
    assert second.number == second.lines[0].page == 2 and told == [("读取", 1, 2), ("识别", 2, 2)]


@needs_ocr
@needs_font
def test_every_page_of_a_tiff(tmp_path: Path) -> None:
    page = page_picture().resize((620, 877)).convert("1")
    page.save(tmp_path / "扫描.tif", save_all=True, append_images=[page], compression="group4")
    assert [page.number for page in read(tmp_path / "扫描.tif")] == [1, 2]


@needs_ocr
def test_scan_without_any_text(tmp_path: Path) -> None:
    with pytest.raises(NoTextLayer, match=r"^文件\.pdf：.*没有认出文字.*清晰"):
        read(write_pdf(tmp_path, PICTURE))


@pytest.mark.parametrize("content", [PICTURE, PICTURE + "\n" + show("扫描王", 500, 20)])
def test_scan_without_the_recogniser(content: str, tmp_path: Path) -> None:
    path = write_pdf(tmp_path, show("第一页有文字层，可以照常读取。", 90, 700), content)
    code = (
        "import sys; sys.modules['rapidocr'] = None\n"
        "from pathlib import Path; from ingest.readers import read; from ingest.errors import NoTextLayer\n"
        "try: read(Path(sys.argv[1]))\nexcept NoTextLayer as error: print(error)"
    )
    root = Path(__file__).parents[2]
    out = subprocess.run([sys.executable, "-c", code, path], cwd=root, capture_output=True, text=True, check=True)
    assert out.stdout.startswith("文件.pdf：第 2 页是扫描图像，没有文字层")
    assert "pip install 'policy-kb[ocr]'" in out.stdout and "make run" in out.stdout


def png(width: int, height: int, data: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@needs_ocr
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (png(12000, 12000), "像素.*上限"),
        (png(60000, 60000), "像素.*上限"),
        (png(20, 20, zlib.compress(b"\0" * 10)), "不完整"),
        (b"\xff\xd8\xff\xe0 no picture at all", "损坏"),
    ],
)
def test_pictures_that_cannot_be_read(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "图.png"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=rf"^图\.png：.*{reason}"):
        read(path)


def test_pictures_are_known_by_content() -> None:
    assert images.recognises(b"\x89PNG\r\n\x1a\n") and images.recognises(b"RIFF\0\0\0\0WEBPVP8 ")
    assert not images.recognises(b"RIFF\0\0\0\0WAVEfmt ") and not images.recognises("BM公司简介".encode())


# ---- boxes to lines


def box(text: str, left: float, top: float, *, em: float = 20.0, confidence: float = 1.0) -> Box:
    width = sum(0.5 if c.isascii() else 1.0 for c in text) * em
    return Box(text, left, left + width, top, top + 1.3 * em, confidence)


def test_boxes_side_by_side_are_one_line() -> None:
    found = gather(
        [
            box("北河市财政局", 500, 103),
            box("北河市水务局", 100, 100, confidence=0.7),
            box("为了节约用水，保护水资", 100, 200),
            box("源", 322, 201),
        ],
        [],
        3,
        2.0,
    )
    assert [line.text for line in found] == ["北河市水务局\t北河市财政局", "为了节约用水，保护水资 源"]
    assert found[0].confidence == pytest.approx(0.7**6) and found[0].page == 3 and found[0].left == 50.0


def test_sizes_are_evened_out_but_a_title_stays_large() -> None:
    lines = gather(
        [
            box("北河市节约用水管理办法", 100, 0, em=30),
            *(box("为了节约用水，保护水资源，制定本办法", 100, 100 + 50 * n, em=20 + n % 3 - 1) for n in range(9)),
        ],
        [],
        1,
        1.0,
    )
    assert [line.size for line in lines] == [30.0, *[20.0] * 9]


@pytest.mark.parametrize(
    ("recognised", "text"),
    [
        ("(二)加强监管;严格执法:", "（二）加强监管；严格执法："),
        ("下降5%(比2020年)", "下降5%（比2020年）"),
        ("(12.5)", "(12.5)"),
        ("PM2.5(μg/m3)", "PM2.5(μg/m3)"),
        ("负责)", "负责）"),
        ("（含再生水)", "（含再生水）"),
        ("（2024一2026年）", "（2024—2026年）"),
        ("〔市水务局负责]", "〔市水务局负责〕"),
        ("市水务局负责]", "市水务局负责〕"),
        ("[市水务局(含节水办)", "〔市水务局（含节水办）"),
        ("[1]", "[1]"),
        ("第一", "第一"),
        ("3一5个", "3—5个"),
    ],
)
def test_marks_are_full_width_where_chinese_is_set(recognised: str, text: str) -> None:
    assert boxes.widened(recognised) == text
