"""Conversations in a real browser: followed up, copied, renamed, exported, shared, deleted; by mouse and by keys."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from tests.browsing import ask, box, fits, holds, in_view, settled, taken

QUESTION = "VOC治理由谁负责？"
SEEN = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const { outlineStyle, boxShadow } = getComputedStyle(at);
  return at.matches("body, input, textarea") || outlineStyle !== "none" || boxShadow !== "none";
}"""
# As on plain http from another machine, where browsers lend no clipboard.
NO_CLIPBOARD = "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })"
ANSWER = "[class*=st-key-answer_] .marked"
NASTY = "<img src=x onerror=alert(1)>:red[x]$a$"


@pytest.fixture(scope="module")
def address(site):
    """The address of a page on a library with the bundled corpus."""
    return site


def pasted(window):
    """Return what is on the clipboard, as a paste into the question box shows it."""
    box(window).fill("")
    box(window).press("Control+V")
    text = box(window).input_value()
    box(window).fill("")
    return text


def top_of_question(window):
    """Return how far below the window's upper edge the last question stands."""
    return window.get_by_label("Chat message from user").last.bounding_box()["y"]


def click(window, key):
    window.locator(f"[class*=st-key-{key}] button").first.click()


@pytest.mark.parametrize("lent", [True, False], ids=["clipboard", "no clipboard"])
@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_one_click_copies_with_and_without_a_clipboard(window, lent):
    if lent:
        window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        window.add_init_script(NO_CLIPBOARD)
    window.goto("/")
    ask(window, QUESTION)
    click(window, "cite_")
    window.locator("[class*=st-key-cite_] button", has_text="已复制").wait_for()
    assert pasted(window) == (
        "《晋城市“十四五”节能减排实施方案》（晋市政发〔2023〕15号）三（九），第9—10页：“〔市生态环境局负责〕”"
    )
    window.get_by_role("button", name="复制答案").click()
    window.locator("[class*=st-key-copies_] button", has_text="已复制").wait_for()
    assert "出处：" in pasted(window)
    settled(window)
    window.get_by_role("button", name="复制链接").click()
    window.locator("[class*=st-key-copies_] button", has_text="已复制").nth(1).wait_for()
    link = pasted(window)
    assert link.startswith(f"{window.url.split('?')[0]}?answer=")
    answer = window.locator(ANSWER).inner_text()
    window.goto(link)
    window.locator(ANSWER).wait_for()
    assert window.locator(ANSWER).inner_text() == answer


def test_a_conversation_is_followed_up_renamed_exported_and_deleted(window, tmp_path):
    window.goto("/")
    ask(window, QUESTION)
    ask(window, "它的目标呢？")
    window.get_by_text("按此理解").wait_for()
    settled(window)
    assert 0 <= top_of_question(window) < 200, "a fresh reply is read from its beginning"
    window.screenshot(path=tmp_path / "followed.png")
    window.reload()
    window.locator(ANSWER).nth(1).wait_for()
    settled(window)
    assert 0 <= top_of_question(window) < 200, "a conversation is taken up again at its last question"
    click(window, "talk_menu")
    name = window.get_by_label("名称")
    name.fill(f"汇报{NASTY}")
    name.press("Enter")
    window.locator(".st-key-talk_head", has_text=f"汇报{NASTY}").wait_for()
    settled(window)
    if not window.get_by_role("button", name="导出 Word").is_visible():
        click(window, "talk_menu")
    paragraphs = [p.text for p in docx.Document(BytesIO(taken(window, "导出 Word")[1])).paragraphs]
    assert paragraphs[0] == f"汇报{NASTY}"
    assert any("晋市政发〔2023〕15号" in line for line in paragraphs)
    name, content = taken(window, "导出 Markdown")
    assert name.endswith(".md")
    assert "市生态环境局" in content.decode()
    window.screenshot(path=tmp_path / "menu.png")
    assert window.locator(".stApp img[src=x], .stApp .katex").count() == 0
    window.locator(".st-key-talk_delete button").click()
    window.get_by_role("dialog").wait_for()
    window.screenshot(path=tmp_path / "delete.png")
    window.locator(".st-key-delete_confirm button").click()
    window.get_by_text("可以这样问").wait_for()
    assert "talk=" not in window.url
    assert fits(window)


def test_a_source_opens_beside_the_answer_and_nothing_moves_out_of_view(window, tmp_path):
    window.goto("/")
    ask(window, QUESTION)
    ask(window, "它的目标呢？")
    marker = window.locator(ANSWER).nth(1).get_by_role("button").first
    marker.click()
    quote = window.locator(".st-key-source mark").first
    quote.wait_for()
    settled(window)
    window.screenshot(path=tmp_path / "source.png")
    assert marker.is_visible()
    assert quote.bounding_box()["y"] < window.viewport_size["height"]
    window.locator(".st-key-source").evaluate("panel => panel.scrollTo(0, panel.scrollHeight)")
    assert in_view(window, window.locator(".st-key-clause_copies"))
    window.locator(".st-key-turn_1 button:visible").click()
    window.locator(".st-key-source h4", has_text="三（十）").wait_for()
    assert "晋城市人民政府" in taken(window, "下载原件")[1].decode()
    assert fits(window)
    window.locator(".st-key-close_source button").click()
    window.locator(".st-key-source").wait_for(state="detached")
    menu = window.get_by_test_id("stExpandSidebarButton")
    if menu.is_visible():  # on a telephone the menu lies over the page, and folds when it has done its work
        menu.click()
    click(window, "talk_new")
    window.locator("[class*=st-key-example_] button").first.click()
    window.locator(ANSWER).wait_for()


def test_chips_of_the_scope_stay_above_the_box(window, tmp_path):
    window.goto("/")
    window.locator(".st-key-scope_box button:visible").click()
    window.get_by_role("radio", name="市级").or_(window.get_by_role("button", name="市级")).first.click()
    settled(window)
    window.screenshot(path=tmp_path / "scope.png")
    window.keyboard.press("Escape")
    chip = window.locator(".st-key-chip_level button:visible")
    chip.wait_for()
    ask(window, QUESTION)
    assert chip.is_visible()
    window.screenshot(path=tmp_path / "chip.png")
    chip.click()
    chip.wait_for(state="detached")
    assert fits(window)


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_what_is_written_and_not_sent_outlives_a_reload_and_another_page(window):
    window.goto("/")
    settled(window)  # what keeps it is loaded with the page
    box(window).fill("它的目标")
    window.reload()
    holds(window, "它的目标")
    box(window).press_sequentially("呢？")
    window.get_by_role("link", name="文件库").click()
    window.get_by_role("link", name="问答").click()
    holds(window, "它的目标呢？")
    ask(window, QUESTION)
    window.reload()
    window.locator(ANSWER).wait_for()
    settled(window)
    assert box(window).input_value() == ""


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_by_keyboard_alone(window):
    window.goto("/")
    window.locator("[class*=st-key-example_] button").first.wait_for()
    reach(window, lambda: focused(window, "st-key-example_"))
    window.keyboard.press("Enter")
    window.locator("[class*=st-key-actions_]").wait_for()
    settled(window)
    reach(window, lambda: focused(window, "st-key-cite_"))
    window.keyboard.press("Enter")
    window.locator(".st-key-source").wait_for()
    reach(window, lambda: focused(window, "st-key-clause_copies"))
    window.keyboard.press("Enter")
    window.locator("[class*=st-key-clause_copies] button", has_text="已复制").wait_for()


def reach(window, there):
    """Press Tab until ``there``."""
    for _ in range(80):
        window.keyboard.press("Tab")
        assert window.evaluate(SEEN), "what has the focus is marked"
        if there():
            return
    pytest.fail("用 Tab 键到不了")


def focused(window, key):
    return window.evaluate("key => Boolean(document.activeElement?.closest(`[class*='${key}']`))", key)
