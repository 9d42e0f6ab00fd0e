"""The page in a real browser, as started by ``kb serve``: asked, opened, linked to; nothing leaves the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browsing import box, fits, in_view, taken

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = "<script>document.title='坏'</script><img src=x onerror=alert(1)>:red[x]$a$[x](javascript:alert(1))"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A home with the bundled corpus and a document whose clause and file name try to be markup."""
    from kb import KnowledgeBase

    folder = tmp_path_factory.mktemp("browser")
    hostile = folder / "某市[x](javascript:alert(1))<b>办法.txt"
    hostile.write_text(f"某政发〔2024〕9号\n\n一、总体要求\n\n{HOSTILE}照原样。\n", "utf-8")
    with KnowledgeBase.open(folder / "home") as kb:
        assert not kb.ingest([ROOT / "corpus", hostile]).failed
    return folder / "home"


@pytest.fixture(scope="module")
def address(library, serve):
    """The address of a running page."""
    return serve(library)


def ask(window, question):
    box(window).fill(question)
    box(window).press("Enter")


def test_asking_opening_and_copying(window, tmp_path):
    window.goto("/")
    ask(window, "VOC治理由谁负责？")
    answer = window.locator(".marked").first
    answer.get_by_role("button", name="三（九）").wait_for()
    assert "市生态环境局" in answer.inner_text()
    window.screenshot(path=tmp_path / "answer.png")
    answer.get_by_role("button", name="三（九）").click()
    quote = window.locator(".st-key-source mark")
    quote.wait_for()
    assert quote.inner_text() == "〔市生态环境局负责〕"
    assert in_view(window, quote)
    assert window.locator(".st-key-source").get_by_text("（晋市政发〔2023〕15号）三（九），第9").is_visible()
    assert "clause=" in window.url
    window.screenshot(path=tmp_path / "source.png")
    # The same link in a new window shows the same quote.
    window.goto(window.url)
    quote.wait_for()
    assert quote.inner_text() == "〔市生态环境局负责〕"
    window.get_by_role("button", name="关闭").click()
    quote.wait_for(state="detached")
    ask(window, "月球基地由谁负责建设？")
    window.get_by_text("最接近的条款（不是答案）", exact=True).wait_for()
    window.screenshot(path=tmp_path / "refusal.png")


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_text_of_documents_stays_text(window):
    window.goto("/?doc=某政发〔2024〕9号&clause=一")
    window.get_by_text("照原样。").wait_for()
    assert HOSTILE in window.locator(".st-key-source .marked").inner_text()
    assert window.locator(".stApp a[href^=javascript], .stApp script, .stApp img[src=x], .stApp .katex").count() == 0
    assert "坏" not in window.title()
    for language, switch in (("en", "English"), ("zh", "中文")):
        window.get_by_text(switch, exact=True).click()
        window.wait_for_function(f"document.documentElement.lang === '{language}'")


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_the_page_is_in_chinese_before_its_scripts_run(window):
    window.goto("/library")
    for page in ("/", "/library"):
        answer = window.request.get(page)
        assert answer.headers["cache-control"] == "no-cache"
        assert '<html lang="zh">' in answer.text() and "<title>政策文件知识库</title>" in answer.text()
        assert "请在浏览器中允许运行 JavaScript" in answer.text()


@pytest.mark.parametrize("window", ["phone"], indirect=True)
def test_the_library_fits_the_window(window, tmp_path):
    window.goto("/library")
    window.get_by_role("button", name="晋城市“十四五”节能减排实施方案").click()
    window.get_by_role("radio").nth(5).wait_for()
    window.locator(".st-key-outline label").nth(4).click()
    window.get_by_text("煤炭清洁高效利用工程").first.wait_for()
    window.screenshot(path=tmp_path / "library.png")
    window.get_by_text("责任分工 21").click()
    window.get_by_role("button", name="下载 Excel").wait_for()
    assert taken(window, "下载 Excel")[0].endswith("责任分工.xlsx")
    assert fits(window)
