"""Fixtures shared by all tests: a knowledge base of the bundled corpus, optional data, a page in a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browsing import WAIT, free_port

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LOCAL = re.compile(r"(https?|wss?)://(localhost|127\.0\.0\.1)(:\d+)?(/|$)|data:|blob:")
START = 120  # seconds, see WAIT
MAIN = sys.modules["__main__"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --regen, which writes the golden files anew; such a run always fails at the end."""
    parser.addoption("--regen", action="store_true", help="rewrite tests/golden")


@pytest.fixture(autouse=True)
def own_main():
    """Streamlit's AppTest leaves the page's script as ``__main__``, which every process started later would run."""
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of development data beside the project; tests that need it skip without it."""
    if not DATA.is_dir():
        pytest.skip("没有 ../shared/data：这项测试需要项目之外的开发数据")
    return DATA


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The home folder of a knowledge base that holds the bundled corpus; treat as read-only."""
    from kb import KnowledgeBase

    folder = tmp_path_factory.mktemp("home")
    with KnowledgeBase.open(folder) as kb:
        report = kb.ingest()
        assert not report.failed
    return folder


@pytest.fixture(scope="module")
def own_home(home, tmp_path_factory):
    """A copy of the home folder that the tests of one module may change."""
    return shutil.copytree(home, tmp_path_factory.mktemp("own") / "home")


@pytest.fixture(scope="session")
def kb(home):
    """A knowledge base with the bundled corpus; treat as read-only."""
    from kb import KnowledgeBase

    with KnowledgeBase.open(home) as opened:
        yield opened


@pytest.fixture(scope="session")
def documents(kb):
    """Every bundled document by its id."""
    return {card.doc_id: kb.document(card.doc_id) for card in kb.documents()}


@pytest.fixture(scope="session")
def holding(data, tmp_path_factory):
    """What opens a knowledge base of the documents that a set about others asks about; treat it as read-only."""
    from kb import KnowledgeBase
    from tests.others import files_of

    opened = {}

    def library(name):
        if name not in opened:
            files = files_of(name, data)
            if not files:
                pytest.skip("没有 ../shared/data/policies 中的文件：这些题问的文件不在项目之内")
            opened[name] = KnowledgeBase.open(tmp_path_factory.mktemp(name))
            assert not opened[name].ingest(files).failed
        return opened[name]

    yield library
    for kb in opened.values():
        kb.close()


@pytest.fixture(scope="session")
def asked(kb):
    """What asks a gold file of the bundled corpus or of another library, once in a session: its scores and answers."""
    from eval.gold import read_gold
    from eval.library import asking
    from eval.run import run

    done = {}

    def scores(path, library=kb):
        if path not in done:
            ask, answers = asking(library), []
            kept = lambda gold: answers.append(ask(gold)) or answers[-1]  # noqa: E731
            documents = {card.doc_id: library.document(card.doc_id) for card in library.documents()}
            done[path] = run(read_gold(path), kept, documents), answers
        return done[path]

    return scores


@pytest.fixture(scope="session")
def plan(kb):
    """The parsed plan."""
    return kb.document("晋市政发〔2023〕15号")


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """Serve the page on a home folder with ``kb serve`` until the module's tests are done; return its address."""
    yield from serving(tmp_path_factory)


@pytest.fixture(scope="session")
def site(home, tmp_path_factory):
    """The address of a page on the bundled corpus, one for all tests that leave its documents as they are."""
    servers = serving(tmp_path_factory)
    yield next(servers)(shutil.copytree(home, tmp_path_factory.mktemp("site") / "home"))
    next(servers, None)


def serving(tmp_path_factory):
    """Yield what serves a home folder and returns the address; end the servers, which must not have failed."""
    servers = []

    def start(home, port=0, **settings):
        port = port or free_port()
        command = [sys.executable, "-c", "from kb.cli import main; main()", "serve", "--port", str(port)]
        log = tmp_path_factory.mktemp("serve") / "serve.log"
        environment = {**os.environ, "KB_HOME": str(home), **settings}
        with log.open("wb") as output:
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        servers.append((server, log))
        until = time.monotonic() + START
        while not answers(f"http://127.0.0.1:{port}/_stcore/health"):
            assert server.poll() is None and time.monotonic() < until, log.read_text("utf-8")
            time.sleep(0.1)
        return f"http://localhost:{port}"

    yield start
    for server, log in servers:
        server.terminate()
        server.wait(10)
        assert "Traceback" not in log.read_text("utf-8"), log.read_text("utf-8")


def answers(url: str) -> bool:
    """Tell whether a server answers."""
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
def window(request, chromium, address):
    """A fresh page, light on a desktop, dark on a phone; its requests stay on this machine, its console is clean."""
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
    page.on("console", lambda said: errors.append(f"{said.text} {said.location}") if said.type == "error" else None)
    yield page
    context.close()
    assert len(requested) > 10
    assert [url for url in requested if not LOCAL.match(url)] == []
    assert errors == []
