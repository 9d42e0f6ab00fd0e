"""Fixtures shared by all tests: a knowledge base of the bundled corpus, built once, and the optional data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --regen, which writes the golden files anew; such a run always fails at the end."""
    parser.addoption("--regen", action="store_true", help="rewrite tests/golden")


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


@pytest.fixture(scope="session")
def kb(home):
    """A knowledge base with the bundled corpus; treat as read-only."""
    from kb import KnowledgeBase

    with KnowledgeBase.open(home) as opened:
        yield opened


@pytest.fixture(scope="session")
def plan(kb):
    """The parsed plan."""
    return kb.document("晋市政发〔2023〕15号")
