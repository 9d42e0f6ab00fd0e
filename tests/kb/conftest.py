"""Fixtures of the tests of the pages: the app on a home folder, and a library whose document is hostile."""

from __future__ import annotations

import shutil

import pytest

from kb import KnowledgeBase
from kb.settings import PROJECT
from tests.pages import checked, hostile_folder


@pytest.fixture(scope="module")
def caches():
    """Empty the page's caches after the tests of a module, which closes the knowledge bases that the app opened."""
    st = pytest.importorskip("streamlit")
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def page(monkeypatch, caches):
    """Start the app on a home folder, at an address."""
    from streamlit.testing.v1 import AppTest

    def start(home, **address):
        monkeypatch.setenv("KB_HOME", str(home))
        app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
        app.query_params.update(address)
        return checked(app.run())

    return start


@pytest.fixture
def own(home, tmp_path):
    """A copy of the bundled library: what people make is written into it."""
    return shutil.copytree(home, tmp_path / "home")


@pytest.fixture
def hostile(tmp_path):
    """A home folder whose only document tries every kind of markup, in its title, a heading and a clause."""
    with KnowledgeBase.open(tmp_path / "home") as kb:
        assert kb.ingest([hostile_folder(tmp_path / "files")]).added == ("a",)
    return tmp_path / "home"
