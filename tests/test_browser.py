"""The page in a real browser, as started by ``kb serve``: asked, opened, linked to; nothing leaves the machine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LOCAL = re.compile(r"(https?|wss?)://(localhost|127\.0\.0\.1)(:\d+)?(/|$)|data:|blob:")
WAIT = 30_000  # milliseconds
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
def address(library):
    """The address of a running page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from kb.cli import main; main()", "serve", "--port", str(port)]
    log = library.parent / "serve.log"
    environment = {**os.environ, "KB_HOME": str(library)}
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        health = f"http://127.0.0.1:{port}/_stcore/health"
        until = time.monotonic() + 30
        while not answers(health):
            assert server.poll() is None and time.monotonic() < until, log.read_text("utf-8")
            time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(10)
    assert "Traceback" not in log.read_text("utf-8")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium; the tests skip where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright：网页的浏览器测试略过")
    if CHROMIUM is None:
        pytest.skip("没有找到 chromium：网页的浏览器测试略过")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(params=["desktop", "phone"])
def page(request, chromium, address):
    """A fresh page, light on a desktop, dark on a phone; its requests stay on this machine, no script fails."""
    desktop = request.param == "desktop"
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900} if desktop else {"width": 390, "height": 844},
        color_scheme="light" if desktop else "dark",
        base_url=address,
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()
    requested, errors = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("websocket", lambda socket: requested.append(socket.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert len(requested) > 10
    assert [url for url in requested if not LOCAL.match(url)] == []
    assert errors == []


def ask(page, question):
    box = page.get_by_placeholder("请输入问题")
    box.fill(question)
    box.press("Enter")


def test_asking_opening_and_copying(page, tmp_path):
    page.goto("/")
    ask(page, "VOC治理由谁负责？")
    answer = page.locator(".marked").first
    answer.get_by_role("button", name="三（九）").wait_for()
    assert "市生态环境局" in answer.inner_text()
    page.screenshot(path=tmp_path / "answer.png")
    answer.get_by_role("button", name="三（九）").click()
    quote = page.locator(".st-key-source mark")
    quote.wait_for()
    assert quote.inner_text() == "〔市生态环境局负责〕"
    assert in_view(page, quote)
    assert page.locator(".st-key-source").get_by_text("（晋市政发〔2023〕15号）三（九），第9").is_visible()
    assert "clause=" in page.url
    page.screenshot(path=tmp_path / "source.png")
    # The same link in a new window shows the same quote.
    page.goto(page.url)
    quote.wait_for()
    assert quote.inner_text() == "〔市生态环境局负责〕"
    page.get_by_role("button", name="关闭").click()
    quote.wait_for(state="detached")
    ask(page, "月球基地由谁负责建设？")
    page.get_by_text("最接近的条款（不是答案）", exact=True).wait_for()
    page.screenshot(path=tmp_path / "refusal.png")


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_text_of_documents_stays_text(page):
    page.goto("/?doc=某政发〔2024〕9号&clause=一")
    page.get_by_text("照原样。").wait_for()
    assert HOSTILE in page.locator(".st-key-source .marked").inner_text()
    assert page.locator(".stApp a[href^=javascript], .stApp script, .stApp img[src=x], .stApp .katex").count() == 0
    assert "坏" not in page.title()


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_the_library_fits_the_window(page, tmp_path):
    page.goto("/library")
    page.get_by_role("button", name="晋城市“十四五”节能减排实施方案").click()
    page.get_by_role("radio").nth(5).wait_for()
    page.locator(".st-key-outline label").nth(4).click()
    page.get_by_text("煤炭清洁高效利用工程").first.wait_for()
    page.screenshot(path=tmp_path / "library.png")
    page.get_by_text("责任分工 21").click()
    page.get_by_role("button", name="下载 Excel").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 Excel").click()
    assert download.value.suggested_filename.endswith("责任分工.xlsx")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def in_view(page, locator):
    box = locator.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]
