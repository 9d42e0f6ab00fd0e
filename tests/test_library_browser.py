"""The library page in a real browser: files handed in, set right, filed, looked at, replaced, removed, linked to."""

from __future__ import annotations

from itertools import count

import pytest

from ingest.readers import SUFFIXES
from tests.browsing import fits, settled, taken

WAIT = 60_000  # milliseconds; the first file starts a process that reads it
BODY = """云河市人民政府文件

云河政发〔2024〕9号

云河市人民政府关于印发云河市河道保洁方案的通知

一、总体要求

到2027年，保洁率达到95%以上。

二、巡查

每月巡查。（市水务局负责）

云河市人民政府

2024年3月5日
"""
FORMATS = (".txt", ".md", ".html", ".pdf", ".docx")
PLACES = "东南西北中"
NUMBERS = count(11)
NASTY = "<script>document.title='坏'</script>:red[x]$a$"


@pytest.fixture(scope="module")
def address(own_home, serve):
    """The address of a page on a library with the bundled corpus."""
    return serve(own_home)


@pytest.fixture
def files(tmp_path, chromium):
    """A file of each format that can be made here, a bad one, and one whose name and text try to be markup."""
    folder = tmp_path / "files"
    folder.mkdir()
    number = next(NUMBERS)  # what another test filed is another document
    bodies = {
        suffix: BODY.replace("云河", f"云{place}").replace("9号", f"{number}号")
        for suffix, place in zip(FORMATS, PLACES, strict=True)
    }
    for suffix in (".txt", ".md"):
        (folder / f"方案{suffix}").write_text(bodies[suffix], "utf-8")
    for suffix in (".html", ".pdf"):
        page = f"<!doctype html><meta charset=utf-8><body>{_paragraphs(bodies[suffix])}</body>"
        (folder / f"方案{suffix}").write_text(page, "utf-8")
    _print(chromium, folder / "方案.pdf")
    _docx(bodies[".docx"], folder / "方案.docx")
    for file in [file for file in folder.iterdir() if file.suffix not in SUFFIXES]:
        file.unlink()
    (folder / "空.txt").write_bytes(b"")
    (folder / "办法[x](javascript:alert(1))<b>.txt").write_text(
        f"某办法\n\n一、{NASTY}\n\n{NASTY}照原样{number}。\n", "utf-8"
    )
    return sorted(folder.iterdir())


def _paragraphs(body):
    return "".join(f"<p>{line}</p>" for line in body.split("\n\n"))


def _print(chromium, file):
    page = chromium.new_page()
    page.set_content(file.read_text("utf-8"))
    page.pdf(path=file)
    page.close()


def _docx(body, file):
    import docx

    document = docx.Document()
    for line in body.split("\n\n"):
        document.add_paragraph(line.strip())
    document.save(str(file))


def to_filing(window):
    window.goto("/library")
    window.get_by_text("导入", exact=True).click()
    window.locator("input[type=file]").wait_for(state="attached")


def dialog(window, name):
    window.get_by_role("button", name=name, exact=True).click()
    window.get_by_role("dialog").wait_for()
    return window.get_by_role("dialog")


def test_files_are_read_set_right_filed_replaced_and_removed(window, files, tmp_path):
    to_filing(window)
    window.locator("input[type=file]").set_input_files(files)
    window.get_by_text("份待入库").wait_for(timeout=WAIT)
    good = len(files) - 1
    window.get_by_text(f"{good}份待入库").wait_for(timeout=WAIT)
    window.get_by_text("空.txt：").wait_for()
    review = window.locator("[class*=st-key-review_]", has_text="云东")
    review.locator("summary").click()
    review.get_by_label("文号").fill("云东政发〔2024〕77号")
    review.get_by_label("文号").press("Tab")
    settled(window)
    window.screenshot(path=tmp_path / "review.png", full_page=True)
    assert fits(window)
    window.get_by_role("button", name="全部入库").click()
    window.get_by_text("没有待入库的文件").wait_for(timeout=WAIT)
    window.screenshot(path=tmp_path / "filed.png", full_page=True)

    window.get_by_role("button", name="《云东市河道保洁方案》").first.click()
    window.get_by_text("云东政发〔2024〕77号").first.wait_for()
    window.locator(".st-key-outline label", has_text="巡查").click()
    window.locator("h4", has_text="巡查").wait_for()
    link = window.url
    assert "clause=" in link
    window.screenshot(path=tmp_path / "document.png", full_page=True)
    assert taken(window, "下载原件")[1] in [file.read_bytes() for file in files]

    newer = tmp_path / "newer.txt"
    newer.write_text(next(f for f in files if f.name == "方案.txt").read_text("utf-8").replace("每月", "每周"), "utf-8")
    shown = dialog(window, "替换")
    shown.locator("input[type=file]").set_input_files(newer)
    shown.get_by_role("table").wait_for(timeout=WAIT)
    window.screenshot(path=tmp_path / "replace.png")
    shown.get_by_role("button", name="替换", exact=True).click()
    shown.wait_for(state="detached", timeout=WAIT)
    window.goto(link)  # the same link, cold, leads to the newer text
    window.get_by_text("每周巡查。").wait_for()

    shown = dialog(window, "移除")
    window.screenshot(path=tmp_path / "remove.png")
    shown.get_by_role("button", name="取消").click()
    shown.wait_for(state="detached")
    shown = dialog(window, "移除")
    shown.get_by_role("button", name="移除", exact=True).click()
    window.get_by_text("已移除").wait_for(timeout=WAIT)
    window.goto(link)
    window.get_by_text("库中没有链接所指的文件").wait_for()
    assert fits(window)


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_text_and_names_of_files_stay_text(window, files):
    to_filing(window)
    window.locator("input[type=file]").set_input_files([file for file in files if "办法" in file.name])
    window.get_by_text("1份待入库").wait_for(timeout=WAIT)
    window.get_by_role("button", name="入库", exact=True).click()
    window.get_by_text("已入库").wait_for(timeout=WAIT)
    window.locator("[class*=st-key-filed_] button").click()
    window.locator(".st-key-outline label", has_text="一、").click()
    window.get_by_text("照原样").wait_for()
    assert window.locator(".stApp a[href^=javascript], .stApp script, .stApp img[src=x], .stApp .katex").count() == 0
    assert "坏" not in window.title()


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_a_document_removed_in_a_second_window_is_missed_in_the_first(window, address, files):
    to_filing(window)
    window.locator("input[type=file]").set_input_files([file for file in files if "方案" in file.name][:1])
    window.get_by_role("button", name="入库", exact=True).click(timeout=WAIT)
    window.locator("[class*=st-key-filed_] button").click(timeout=WAIT)
    window.locator(".st-key-outline label").nth(2).wait_for()
    second = window.context.new_page()
    second.goto(window.url)
    dialog(second, "移除").get_by_role("button", name="移除", exact=True).click()
    second.get_by_text("已移除").wait_for(timeout=WAIT)
    second.close()
    window.get_by_text("引用关系").click()
    window.get_by_text("库中没有链接所指的文件").wait_for()
    window.get_by_text("之后又被移除").wait_for()


def test_a_trial_of_the_search_leads_to_a_clause(window, tmp_path):
    window.goto("/library")
    window.get_by_text("检索测试", exact=True).click()
    window.get_by_label("检索词或问题").fill("挥发性有机物")
    window.get_by_label("检索词或问题").press("Enter")
    first = window.locator(".st-key-found_1 button").first
    first.wait_for()
    settled(window)
    window.screenshot(path=tmp_path / "trial.png")
    assert fits(window)
    first.click()
    window.locator(".st-key-outline").wait_for()
    assert "clause=" in window.url


def test_a_button_that_waits_for_a_change_can_be_read(window):
    window.goto("/library?doc=jincheng-2023-15")
    window.get_by_role("button", name="更正信息").click()
    button = window.get_by_role("button", name="保存")
    colours = "e => [getComputedStyle(e.querySelector('p')).color, getComputedStyle(e).backgroundColor]"
    written, behind = button.evaluate(colours)
    assert button.is_disabled() and written != behind


@pytest.mark.parametrize(("lang", "name"), [("zh", "政策文件知识库"), ("en", "Policy knowledge base")])
def test_what_the_style_sheet_says_is_in_the_language_chosen(window, lang, name):
    window.goto(f"/library?lang={lang}")
    settled(window)
    said = "getComputedStyle(document.documentElement).getPropertyValue('--word-app-title')"
    assert window.evaluate(said) == f'"{name}"'
    assert window.evaluate("document.documentElement.lang") == lang
