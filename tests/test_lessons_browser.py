"""Lessons and the evaluation in a real browser: a paper taken to its end, a gold set run, both with what was missed."""

from __future__ import annotations

import json

import pytest

from tests.browsing import fits, settled

GOLD = [
    {"id": "有", "type": "duty", "question": "VOC治理由谁负责？", "answerable": True, "departments": ["市生态环境局"]},
    {"id": "错", "type": "duty", "question": "VOC治理由谁负责？", "answerable": True, "departments": ["市民政局"]},
]


@pytest.fixture(scope="module")
def address(site):
    """The address of a page on a library with the bundled corpus."""
    return site


@pytest.mark.parametrize("window", ["phone"], indirect=True)
def test_a_paper_is_taken_and_a_miss_leads_to_its_clause(window, tmp_path):
    window.goto("/lessons")
    window.locator(".st-key-quiz_start").wait_for()
    window.locator(".st-key-quiz_count input").click()
    window.get_by_role("option", name="5", exact=True).click()
    settled(window)
    window.locator(".st-key-quiz_start button").click()
    for _ in range(5):
        window.get_by_role("button", name="提交").wait_for()
        settled(window)
        if window.get_by_test_id("stRadio").count():
            window.get_by_test_id("stRadio").locator("label:visible").nth(1).click()
        else:
            window.get_by_test_id("stTextInput").locator("input").fill("0.123")
        window.get_by_role("button", name="提交").click()
        window.locator(".st-key-quiz_source .source").wait_for()
        window.screenshot(path=tmp_path / "explained.png")
        window.get_by_role("button", name="下一题").click()
    window.get_by_text("得分", exact=True).wait_for()
    settled(window)
    window.screenshot(path=tmp_path / "score.png")
    assert fits(window)
    window.locator("[class*=st-key-missed_] .source a").first.click()
    window.locator(".st-key-source mark").first.wait_for()


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_a_gold_set_of_ones_own_is_run(window, tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in GOLD), "utf-8")
    window.goto("/evaluation")
    window.locator(".st-key-evaluation_set input").click()
    window.get_by_role("option", name="自己的题库").click()
    window.locator("input[type=file]").set_input_files(file)
    window.get_by_role("button", name="开始评测").click()
    window.get_by_text("错题（1）").wait_for()
    settled(window)
    window.screenshot(path=tmp_path / "scores.png")
    assert window.get_by_text("1/2").first.is_visible()
    window.locator("[data-testid=stExpander] summary").click()
    window.get_by_text("市民政局").first.wait_for()
    assert fits(window)
