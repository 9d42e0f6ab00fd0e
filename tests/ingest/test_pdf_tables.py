"""Ruled tables of a PDF: bars, boxes and lines, merged cells, pages that go on, and lines that rule nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.cleaning import clean
from ingest.document import Line, Page
from ingest.manifest import source_of
from ingest.pipeline import parse_pages
from ingest.readers import read
from ingest.readers.glyphs import Glyph, gather
from ingest.readers.leaves import Leaf, leaf_of, pages_of
from ingest.readers.rulings import Rule, find
from tests.pdf_samples import show, write_pdf

TOP, LEFT, WIDTH, HEIGHT = 700.0, 90.0, 100.0, 30.0
"""The table's upper left corner and the size of its fields, in points."""


def across(y: float, x0: float = 0, x1: float = 3) -> str:
    """A thin filled bar at row ``y``, from column to column."""
    return f"{LEFT + x0 * WIDTH} {TOP - y * HEIGHT - 0.25} {(x1 - x0) * WIDTH} 0.5 re f\n"


def down(x: float, y0: float = 0, y1: float = 3) -> str:
    """A stroked line at column ``x``, from row to row."""
    return f"{LEFT + x * WIDTH} {TOP - y0 * HEIGHT} m {LEFT + x * WIDTH} {TOP - y1 * HEIGHT} l S\n"


def box(x: float, y: float, columns: float = 1, rows: float = 1) -> str:
    """A stroked rectangle around fields."""
    return f"{LEFT + x * WIDTH} {TOP - (y + rows) * HEIGHT} {columns * WIDTH} {rows * HEIGHT} re S\n"


def word(text: str, x: float, y: float, size: float = 12, line: float = 0) -> str:
    """A word in the field at column ``x`` and row ``y``."""
    return show(text, LEFT + x * WIDTH + 6, TOP - y * HEIGHT - 20 - line, size=size)


WORDS = [
    ("类别", 0, 0),
    ("指标", 1, 0),
    ("目标", 2, 0),
    ("水", 0, 1.5),
    ("用水量", 1, 1),
    ("12", 2, 1),
    ("漏损率", 1, 2),
]
TEXT = "".join(word(*place) for place in WORDS) + word("8%", 2, 2)
BARS = across(0) + across(1) + across(2, 1) + across(3) + "".join(down(x) for x in range(4))
BOXES = "".join(box(x, 0) for x in range(3)) + box(0, 1, 1, 2) + "".join(box(x, y) for x in (1, 2) for y in (1, 2))
EXPECTED = ["类别\t指标\t目标", "水\t用水量\t12", "\t漏损率\t8%"]


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def merged(page: Page) -> list[tuple[str, int, int]]:
    return [(c.text, c.rows, c.columns) for line in page.lines for c in line.cells if c.rows > 1 or c.columns > 1]


@pytest.mark.parametrize("rules", [BARS, BOXES, f"1 0 0 1 0 0 cm\n{BARS}"])
def test_bars_lines_and_boxes(rules: str, tmp_path: Path) -> None:
    around = show("表前的话。", 90, 740) + show("表后的话。", 90, 560)
    (page,) = read(write_pdf(tmp_path, TEXT + rules + around))
    assert texts(page) == ["表前的话。", *EXPECTED, "表后的话。"]
    assert merged(page) == [("水", 2, 1)]


def test_borders_left_open(tmp_path: Path) -> None:
    open_sides = BARS.replace(down(0), "").replace(down(3), "")
    open_foot = BARS.replace(across(3), "")
    for rules in (open_sides, open_foot):
        (page,) = read(write_pdf(tmp_path, TEXT + rules))
        assert texts(page) == EXPECTED


def test_a_heading_over_all_columns(tmp_path: Path) -> None:
    rules = across(0) + across(1) + across(2) + down(0, 0, 2) + down(3, 0, 2) + down(1, 1, 2) + down(2, 1, 2)
    (page,) = read(
        write_pdf(tmp_path, word("主要指标", 1, 0) + word("甲", 0, 1) + word("乙", 1, 1) + word("3", 2, 1) + rules)
    )
    assert texts(page) == ["主要指标\t\t", "甲\t乙\t3"]
    assert merged(page) == [("主要指标", 1, 3)]


def test_rules_of_a_turned_page(tmp_path: Path) -> None:
    words = show("甲", 205, 105, matrix="0 1 -1 0") + show("乙", 205, 205, matrix="0 1 -1 0")
    rules = "180 100 40 100 re S 180 200 40 100 re S\n"
    (page,) = read(write_pdf(tmp_path, words + rules, rotate=90))
    assert texts(page) == ["甲\t乙"]


@pytest.mark.parametrize(
    "rules",
    [
        "90 745 400 1.5 re f\n",  # the red line of a masthead
        box(0, 0, 3, 3),  # a frame around running text
        box(0, 0, 3, 1) + box(0, 1, 3, 2),  # one column: a box with a heading
        "0.9 g 90 600 300 100 re f\n" + across(1, 0, 1),  # shading and an underline
        "90 700 m 390 610 l S 390 700 m 90 610 l S\n",  # a cross
    ],
)
def test_lines_that_are_no_table(rules: str, tmp_path: Path) -> None:
    (page,) = read(write_pdf(tmp_path, rules + "0 g " + TEXT))
    assert not any(line.cells for line in page.lines)
    assert page.broken_tables == ()


def test_text_across_the_lines_is_reported_and_kept(tmp_path: Path) -> None:
    sentence = word("为了加强节约用水管理保护水资源根据有关规定制定", 0, 1)
    path = write_pdf(tmp_path, show("一、节约用水", LEFT, TOP + 20) + sentence + BARS)
    pages = read(path)
    words = "为了加强节约用水管理保护水资源根据有关规定制定"
    assert texts(pages[0]) == ["一、节约用水", words]
    assert [(repair.kind, repair.before) for repair in clean(pages).repairs] == [("broken_table", words)]
    document = parse_pages(source_of(path), pages)
    (left,) = document.unread
    assert (left.path, document.slice(left.span)) == ("一", words)
    assert "表格线条不完整" in left.reason


def test_a_cell_that_is_no_rectangle_is_reported(tmp_path: Path) -> None:
    rules = across(0) + across(3) + down(0) + down(3) + across(1, 1) + down(1, 0, 1) + down(2, 1)
    assert len(read(write_pdf(tmp_path, TEXT + rules))[0].broken_tables) == 1


def test_lines_of_a_cell(tmp_path: Path) -> None:
    wrapped = word("推进污水处理厂提", 0, 0) + word("标改造。", 0, 0, line=13)
    listed = word("水务局", 1.2, 0) + word("财政局", 1.2, 0, line=13)
    rules = box(0, 0, 1.1, 2) + box(1.1, 0, 1.9, 2)
    text = clean(read(write_pdf(tmp_path, wrapped + listed + rules))).text
    assert text == "推进污水处理厂提标改造。\t水务局 财政局"


def test_a_table_over_two_pages_takes_one_set_of_columns(tmp_path: Path) -> None:
    wide = across(0) + across(1) + down(0, 0, 1) + down(3, 0, 1)
    second = word("风险防控", 1, 0) + wide + word("达标率", 1, 1) + word("9", 2, 1)
    second += across(2) + "".join(down(x, 1, 2) for x in (0, 1, 3))
    pages = read(write_pdf(tmp_path, TEXT + BARS, second.replace(word("9", 2, 1), "")))
    result = clean(pages)
    assert len(result.tables) == 1
    assert result.text.split("\n")[3:] == ["风险防控\t\t", "\t达标率\t"]


def test_raised_and_lowered_figures_in_a_narrow_row() -> None:
    def glyph(text: str, left: float, top: float, size: float) -> Glyph:
        return Glyph(text, left, left + size / 2, top, top + size, spaced=False)

    low = [
        glyph("P", 0, 0, 10),
        glyph("M", 5, 0, 10),
        glyph("2", 10, 7, 6),
        glyph("5", 13, 7, 6),
        glyph("升", 16, 0, 10),
    ]
    assert [line.text for line in gather(low, 1)] == ["PM25升"]
    raised = [glyph("米", 0, 5, 10), glyph("3", 5, 2, 6), glyph("。", 8, 5, 10)]
    assert [line.text for line in gather(raised, 1)] == ["米3。"]
    fraction = [glyph("乘", 0, 5, 10), glyph("1", 5, 1, 5), glyph("3", 5, 14, 5), glyph("量", 8, 5, 10)]
    assert [line.text for line in gather(fraction, 1)] == ["1", "乘量", "3"]


def test_blanks_printed_on_top_of_the_next_figure_are_none() -> None:
    figures = [Glyph(c, 5.0 * i, 5.0 * i + 5, 0, 10, spaced=i > 0) for i, c in enumerate("13350")]
    assert [line.text for line in gather(figures, 1)] == ["13350"]


def test_a_page_read_otherwise_stays() -> None:
    page = Page(2, 595.0, (Line("识别的文字", 2, confidence=0.8),))
    glyphs = [Glyph("甲", 5, 15, 5, 15, spaced=False), Glyph("乙", 55, 65, 5, 15, spaced=False)]
    [grid] = find([*(Rule(0, y, 100, y) for y in (0, 20)), *(Rule(x, 0, x, 20) for x in (0, 50, 100))])
    first = leaf_of(glyphs, [grid], 1, 595.0)
    assert pages_of([first, page, Leaf(3, 595.0, ())])[1:] == (page, Page(3, 595.0, ()))
