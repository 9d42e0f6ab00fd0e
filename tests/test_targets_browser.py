"""The targets page in a real browser: levels compared, actual values handed in, progress seen with its source."""

from __future__ import annotations

import pytest

from kb.export import to_xlsx
from kb.study.entries import template
from tests.browsing import fits, settled

PLAN = "jincheng-2023-15"


@pytest.fixture(scope="module")
def address(site):
    """The address of a page on a library with the bundled corpus."""
    return site


def test_actual_values_are_handed_in_and_progress_is_seen(window, kb, tmp_path):
    document = kb.current(PLAN).document
    rows = template([(document, target) for target in document.targets])
    rows[0] |= {"年份": "2023", "数值": "7.5", "来源": "统计公报"}
    file = tmp_path / "实际值.xlsx"
    window.goto("/targets")
    window.locator(".st-key-level_open_2 button").wait_for()
    window.locator("[data-testid=stVegaLiteChart] :is(canvas, svg)").first.wait_for()
    window.screenshot(path=tmp_path / "levels.png")
    assert fits(window)
    window.get_by_text("录入实际值", exact=True).click()
    file.write_bytes(to_xlsx([rows[0] | {"数值": "七点五"}]))
    window.locator("input[type=file]").set_input_files(file)
    window.get_by_text("第2行“数值”").wait_for()
    assert window.get_by_text("实际值.xlsx").is_visible()
    assert window.locator(".st-key-entry_save").count() == 0
    file = tmp_path / "改好.xlsx"
    file.write_bytes(to_xlsx(rows))
    window.locator("input[type=file]").set_input_files(file)
    window.locator(".st-key-entry_save button").click()
    window.get_by_text("已保存1个数值").wait_for()
    window.screenshot(path=tmp_path / "entry.png")
    window.get_by_text("进展", exact=True).first.click()
    window.get_by_text("落后 1.8个百分点").wait_for()
    window.get_by_text("统计公报").wait_for()
    window.screenshot(path=tmp_path / "progress.png")
    assert fits(window)
    window.locator(".st-key-progress_open_0 button").click()
    window.locator(".st-key-source mark").first.wait_for()
    assert "15.5%" in window.locator(".st-key-source mark").first.inner_text()


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_an_actual_value_is_typed_into_the_table(window, tmp_path):
    window.goto("/targets")
    window.get_by_text("录入实际值", exact=True).click()
    window.locator(f".st-key-entry_at_{PLAN} input").click()  # another target than that of the values handed in
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        window.keyboard.press(key)
    settled(window)
    table = window.locator(".stDataFrameGlideDataEditor").first
    table.wait_for()
    settled(window)
    table.scroll_into_view_if_needed()
    table.click(position={"x": 90, "y": 52})  # the first row's year, right of its tick and below the heading
    window.locator("td[role=gridcell][aria-selected=true]").first.wait_for(state="attached")
    for text in ("2024", "80"):
        typed(window, text)
    window.get_by_text("第1行“来源”：没有填写").wait_for()
    assert window.locator(".st-key-entry_save_rows").count() == 0
    window.screenshot(path=tmp_path / "wrong.png")
    settled(window)
    table.click(position={"x": 200, "y": 52})
    for text in ("8", None, None, "统计公报"):
        typed(window, text)
    window.locator(".st-key-entry_save_rows button").click()
    window.get_by_text("已保存1个数值").wait_for()
    window.screenshot(path=tmp_path / "typed.png")


def typed(window, text):
    """Put a text into the cell chosen, none to leave it, and go to the next."""
    field = window.locator("#portal textarea, #portal input")
    if text is not None:
        window.keyboard.press("Enter")
        field.fill(text)
    window.keyboard.press("Tab")
    field.wait_for(state="detached")
    if text is not None:  # the table has taken it
        window.locator("td[role=gridcell]", has_text=text).first.wait_for(state="attached")
    settled(window)
