"""The responsibility matrix in a real browser: filtered, a quote opened from it, one body's list, files that reopen."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import docx
import openpyxl
import pytest

from tests.browsing import fits, settled, taken

FIRST_ROW, FROM_RIGHT = 53, 60  # pixels: a point in the last column of the first row


@pytest.fixture(scope="module")
def address(site):
    """The address of a page on the bundled corpus."""
    return site


def pick(window, canvas):
    """Click the mark in the first row of the last column, until it opens: a grid takes no clicks before it is drawn."""
    while "clause=" not in window.url:
        right = canvas.bounding_box()["width"] - FROM_RIGHT
        canvas.click(position={"x": right, "y": FIRST_ROW}, force=True)
        settled(window)


def test_the_matrix_is_filtered_opened_and_taken_along(window, tmp_path):
    window.goto("/matrix")
    window.get_by_label("任务或条文中的字词").fill("煤炭清洁")
    window.get_by_label("任务或条文中的字词").press("Enter")
    window.get_by_text("1项任务，6个单位").wait_for()
    if window.viewport_size["width"] > 640:
        canvas = window.locator(".st-key-matrix_grid canvas").first
        canvas.wait_for()
        settled(window)
        canvas.hover(force=True)
        window.locator("button[aria-label^=Fullscreen]").wait_for()
        assert not window.locator("button[aria-label^=Download]").is_visible(), "files come from us"
        window.screenshot(path=tmp_path / "matrix.png")
        pick(window, canvas)
    else:
        assert not window.locator(".st-key-matrix_grid").is_visible()
        window.locator(".st-key-matrix_list_phone_open_0 button").click()
    window.locator(".st-key-source mark").first.wait_for()
    assert "市能源局" in window.locator(".st-key-source mark").first.inner_text()
    assert "clause=" in window.url
    window.screenshot(path=tmp_path / "quote.png")
    assert fits(window)
    window.locator(".st-key-close_source button").click()
    window.locator(".st-key-source").wait_for(state="detached")

    name, content = taken(window, "责任矩阵 .xlsx")
    assert name == "晋城市“十四五”节能减排实施方案-责任矩阵.xlsx"
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet.freeze_panes == "D2"
    assert [cell.value for cell in sheet[2]][1:3] == ["三（一）", "煤炭清洁高效利用工程"]
    assert len(docx.Document(BytesIO(taken(window, "责任分工台账 .docx")[1])).tables[0].rows) == 2
    lines = list(csv.reader(StringIO(taken(window, "责任矩阵 .csv")[1].decode("utf-8-sig"))))
    assert "市能源局" in lines[0]
    assert lines[1].count("责任") == 5


def test_one_bodys_list_is_linked_to_and_taken_along(window, tmp_path):
    window.goto("/matrix?doc=jincheng-2023-15&body=市妇联")
    window.locator(".st-key-unit_open_0 button").click()
    window.locator(".st-key-source mark").first.wait_for()
    assert "市妇联" in window.locator(".st-key-source mark").first.inner_text()
    assert "body=" in window.url
    window.screenshot(path=tmp_path / "unit.png")
    assert fits(window)
    window.locator(".st-key-close_source button").click()
    name, content = taken(window, "任务清单 .xlsx")
    assert name == "市妇联-任务清单.xlsx"
    assert openpyxl.load_workbook(BytesIO(content)).active["B2"].value == "责任"
