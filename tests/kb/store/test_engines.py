"""One contract for every engine: near vectors as the scan finds them, level with SQLite, lost without loss.

Chroma's server is never started here: its client talks to a Chroma in this process. Milvus is real: Milvus Lite,
served on the loopback, skipped where it is not installed.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from store_samples import DIMENSIONS, MODEL, build, cut, embed, encode

from kb.errors import SettingsError, StoreUnusable
from kb.store.chroma import ChromaFolder, ChromaServer
from kb.store.engine import Engine, address, engine_for
from kb.store.exact import ExactVectors
from kb.store.milvus import Milvus
from kb.store.vectors import VectorIndex

LINES = tuple(f"第{i}段绿道由第{i}组负责。" for i in range(40))


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """Serve Milvus Lite on the loopback; yield its port."""
    command = shutil.which("milvus-lite", path=str(Path(sys.executable).parent))
    if not command or not find_spec("pymilvus"):
        pytest.skip("Milvus Lite is not installed (pip install policy-kb[scale] milvus-lite)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        chosen = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("milvus")
    server = subprocess.Popen(
        [command, "server", "--data-dir", str(folder), "--host", "127.0.0.1", "--port", str(chosen)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", chosen), 1):
                break
            assert server.poll() is None and time.monotonic() < deadline, "Milvus Lite does not start"
            time.sleep(0.2)
        yield chosen
    finally:
        server.terminate()
        server.wait()


class Loopback:
    """A Chroma client whose server is this process; ``silent`` it does not answer."""

    silent = False

    def __init__(self) -> None:
        import chromadb

        self.client = chromadb.EphemeralClient()

    def __call__(self, host: str, port: int) -> object:
        if self.silent:
            raise ValueError("Could not connect to a Chroma server. Are you sure it is running?")
        return self.client


@pytest.fixture(params=["folder", "server", "milvus"])
def engine(request, home, registry) -> Engine:
    """Name an engine of each kind; nothing is open yet."""
    model = f"{MODEL}#{DIMENSIONS}"
    library = registry.identity()
    if request.param == "folder":
        return ChromaFolder(home / "chroma", model=model)
    if request.param == "server":
        return ChromaServer("chroma.intra", 8000, library=library, model=model, connect=Loopback())
    port = request.getfixturevalue("port")
    return Milvus("127.0.0.1", port, library=library, model=model, dimensions=DIMENSIONS)


@pytest.fixture
def index(home, registry, engine) -> Iterator[VectorIndex]:
    """Stand on a library of two documents, the engine level with it."""
    exact = ExactVectors(registry, model=MODEL, dimensions=DIMENSIONS)
    opened = VectorIndex(home, registry, exact, engine, exact_below=0)
    for doc_id in ("甲", "乙"):
        registry.save(build(doc_id, *(doc_id + line for line in LINES)), file="f", words=cut)
    embed(opened)
    yield opened
    opened.close()


def test_it_finds_what_the_scan_finds(index):
    for seed in range(5):
        query = np.random.default_rng(seed).normal(size=DIMENSIONS)
        near, exact = index.search(query, limit=10), index.scan(query, limit=10)
        assert index._engine.is_open
        assert [key for key, _ in near] == [key for key, _ in exact]
        assert [score for _, score in near] == pytest.approx([score for _, score in exact], abs=1e-3)


def test_it_follows_what_comes_and_goes(registry, index):
    registry.remove("甲")
    registry.save(build("丙", *("丙" + line for line in LINES)), file="f", words=cut)
    embed(index)
    found = index.search(encode(["丙" + LINES[7]])[0], limit=80)
    assert registry.passages([found[0][0]])[0].text == "丙" + LINES[7]
    assert {p.doc_id for p in registry.passages([key for key, _ in found])} == {"乙", "丙"}
    assert [check.passed for check in index.check()] == [True, True]


def test_what_was_removed_is_not_found_while_it_is_behind(registry, index):
    registry.remove("甲")
    found = index.search(encode(["甲" + LINES[3]])[0], limit=99)
    assert {p.doc_id for p in registry.passages([key for key, _ in found])} == {"乙"}
    assert len(found) == 40


def test_it_is_opened_again_as_it_was(index):
    index.close()
    assert not index.behind()
    assert index.sync() == 0
    assert index.search(encode(["甲" + LINES[3]])[0], limit=1)[0][1] > 0.99
    assert index._engine.is_open


def test_a_build_that_was_cut_short_is_built_anew(registry, index):
    index.close()
    registry.set_setting("chroma_seal", "")
    query = encode(["甲" + LINES[3]])[0]
    assert index.search(query, limit=3) == index.scan(query, limit=3)
    assert index.sync() == 80
    assert [check.passed for check in index.check()] == [True, True]


def test_progress_is_told(registry, index):
    told: list[tuple[int, int]] = []
    registry.save(build("丙", *("丙" + line for line in LINES)), file="f", words=cut)
    batch = index.pending()
    index.put([p.key for p in batch], encode([p.text for p in batch]))
    assert index.sync(told=lambda *step: told.append(step)) == 40
    assert told[-1] == (40, 40)


def test_words_and_vectors_are_asked_in_one_query(registry, index):
    registry.save(build("丁", "溶洞勘查由市地质队负责。", "其余事项另行通知。"), file="f", words=cut)
    embed(index)
    far = encode(["毫不相干"])[0]
    found = index.search(far, limit=20, text="溶洞勘查")
    plain = index.search(far, limit=20)
    assert index._engine.reads_text == (found != plain)
    if index._engine.reads_text:
        assert "溶洞勘查" in "".join(p.text for p in registry.passages([key for key, _ in found[:2]]))


def test_a_silent_server_costs_nothing_but_time(home, registry):
    loopback = Loopback()
    server = ChromaServer("chroma.intra", 8000, library=registry.identity(), model="m", connect=loopback)
    exact = ExactVectors(registry, model=MODEL, dimensions=DIMENSIONS)
    index = VectorIndex(home, registry, exact, server, exact_below=0)
    registry.save(build("甲", *LINES), file="f", words=cut)
    embed(index)
    index.close()
    loopback.silent = True
    query = encode([LINES[3]])[0]
    assert index.search(query, limit=3) == index.scan(query, limit=3)
    registry.save(build("乙", *LINES), file="f", words=cut)
    with pytest.raises(StoreUnusable, match="没有应答：chroma://chroma.intra:8000"):
        embed(index)
    assert index.missing() == 0
    assert index.search(query, limit=3) == index.scan(query, limit=3)
    loopback.silent = False
    assert index.sync() == 80
    assert index.search(query, limit=1)[0][1] > 0.99


def test_nobody_listens(home, registry):
    milvus = Milvus("127.0.0.1", 1, library="x", model="m", dimensions=DIMENSIONS)
    with pytest.raises(StoreUnusable, match="没有应答：milvus://127.0.0.1:1|没有安装 pymilvus"):
        milvus.create()


@pytest.mark.parametrize(
    "store",
    ["milvus", "chroma://", "http://a:1", "chroma://a:0", "milvus://a:70000", "chroma://a b:1", "milvus://a:1/x"],
)
def test_what_is_no_address_is_refused(home, store):
    with pytest.raises(SettingsError, match="KB_STORE"):
        engine_for(store, home, library="x", model="m", dimensions=4)


def test_addresses_name_their_engine(home):
    assert isinstance(engine_for(" ", home, library="x", model="m", dimensions=4), ChromaFolder)
    assert (
        str(engine_for("chroma://10.0.0.7:8000/", home, library="x", model="m", dimensions=4))
        == "chroma://10.0.0.7:8000"
    )
    assert (
        str(engine_for("milvus://m.intra:19530", home, library="x", model="m", dimensions=4))
        == "milvus://m.intra:19530"
    )
    assert address("chroma://[::1]:8000") == ("chroma", "[::1]", 8000)
