"""Conversations in a real browser: followed up, copied, renamed, exported, shared, deleted; by mouse and by keys."""

from __future__ import annotations

from io import BytesIO

import pytest

QUESTION = "VOC治理由谁负责？"
# As on plain http from another machine, where browsers lend no clipboard.
NO_CLIPBOARD = "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })"
ANSWER, SOURCE = "[class*=st-key-answer_] .marked", "[class*=st-key-cite_] button"
NASTY = "<img src=x onerror=alert(1)>:red[x]$a$"


@pytest.fixture(scope="module")
def address(tmp_path_factory, serve):
    """The address of a page on a library with the bundled corpus."""
    from kb import KnowledgeBase

    folder = tmp_path_factory.mktemp("chat")
    with KnowledgeBase.open(folder / "home") as kb:
        assert not kb.ingest().failed
    return serve(folder / "home")


def box(window):
    return window.get_by_placeholder("请输入问题")


def ask(window, question):
    count = window.locator("[class*=st-key-actions_], [class*=st-key-refusal_]").count()
    box(window).fill(question)
    box(window).press("Enter")
    window.locator("[class*=st-key-actions_], [class*=st-key-refusal_]").nth(count).wait_for()
    settled(window)


def settled(window):
    window.wait_for_timeout(400)
    window.wait_for_function(
        "document.querySelector('[data-test-script-state]')?.dataset.testScriptState !== 'running'"
    )


def pasted(window):
    """Return what is on the clipboard, as a paste into the question box shows it."""
    box(window).fill("")
    box(window).press("Control+V")
    text = box(window).input_value()
    box(window).fill("")
    return text


def click(window, key):
    window.locator(f"[class*=st-key-{key}] button").first.click()


def fits(window):
    return window.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("lent", [True, False], ids=["clipboard", "no clipboard"])
@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_one_click_copies_with_and_without_a_clipboard(window, lent):
    if lent:
        window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        window.add_init_script(NO_CLIPBOARD)
    window.goto("/")
    ask(window, QUESTION)
    click(window, "quote_")
    window.locator("[class*=st-key-quote_] button", has_text="已复制").wait_for()
    assert pasted(window) == (
        "《晋城市“十四五”节能减排实施方案》（晋市政发〔2023〕15号）三（九），第9—10页：“〔市生态环境局负责〕”"
    )
    click(window, "copy_")
    window.locator("[class*=st-key-copy_] button", has_text="已复制").wait_for()
    assert "出处：" in pasted(window)
    click(window, "link_")
    window.locator("[class*=st-key-link_] button", has_text="已复制").wait_for()
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
    window.locator("[data-test-script-state=notRunning]").wait_for()
    window.wait_for_timeout(1500)
    question = window.locator("[data-testid=stChatMessage]").nth(2).bounding_box()
    assert 0 <= question["y"] < 200, "a fresh reply is read from its beginning"
    window.screenshot(path=tmp_path / "followed.png")
    window.reload()
    window.locator(ANSWER).nth(1).wait_for()
    click(window, "talk_menu")
    name = window.get_by_label("名称")
    name.fill(f"汇报{NASTY}")
    name.press("Enter")
    window.locator(".st-key-talk_head", has_text=f"汇报{NASTY}").wait_for()
    settled(window)
    if not window.get_by_role("button", name="导出 Word").is_visible():
        click(window, "talk_menu")
    with window.expect_download() as download:
        window.get_by_role("button", name="导出 Word").click()
    from docx import Document

    paragraphs = [p.text for p in Document(BytesIO(download.value.path().read_bytes())).paragraphs]
    assert paragraphs[0] == f"汇报{NASTY}"
    assert any("晋市政发〔2023〕15号" in line for line in paragraphs)
    with window.expect_download() as download:
        window.get_by_role("button", name="导出 Markdown").click()
    assert download.value.suggested_filename.endswith(".md")
    assert "市生态环境局" in download.value.path().read_text("utf-8")
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
    window.wait_for_timeout(500)
    window.screenshot(path=tmp_path / "source.png")
    assert marker.is_visible()
    assert quote.bounding_box()["y"] < window.viewport_size["height"]
    window.locator(".st-key-turn_1 button:visible").click()
    window.locator(".st-key-source h4", has_text="三（十）").wait_for()
    with window.expect_download() as download:
        window.get_by_role("button", name="下载原件").click()
    assert download.value.suggested_filename
    assert fits(window)
    window.locator(".st-key-close_source button").click()
    window.locator(".st-key-source").wait_for(state="detached")


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
    reach(window, lambda: focused(window, "st-key-copy_line"))
    window.keyboard.press("Enter")
    window.locator("[class*=st-key-copy_line] button", has_text="已复制").wait_for()


def reach(window, there):
    """Press Tab until ``there``."""
    for _ in range(80):
        window.keyboard.press("Tab")
        if there():
            return
    pytest.fail("用 Tab 键到不了")


def focused(window, key):
    return window.evaluate("key => Boolean(document.activeElement?.closest(`[class*='${key}']`))", key)
