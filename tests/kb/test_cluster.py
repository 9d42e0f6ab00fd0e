"""The same library over a Dask cluster of two workers as in one process; a cluster that is not there is one line."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from kb import KnowledgeBase
from kb.errors import BadInput

pytestmark = [
    pytest.mark.skipif(not find_spec("distributed"), reason="Dask is not installed (pip install policy-kb[scale])"),
    pytest.mark.filterwarnings("default"),
]
FILES = Path(__file__).parents[1] / "files"
QUESTIONS = ("谁负责绿道养护？", "2025年用水总量控制在多少？", "节水由哪些部门负责？")


@pytest.fixture(scope="module")
def address():
    """Start two workers on this machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=40
    ) as cluster:
        yield cluster.scheduler_address


def contents(kb: KnowledgeBase) -> list[object]:
    documents = [kb.document(card.doc_id) for card in kb.documents()]
    answers = [kb.ask(question).text for question in QUESTIONS]
    hits = [[(h.doc.doc_id, h.path, h.score) for h in kb.search(question)] for question in QUESTIONS]
    return [documents, answers, hits, kb.duties(), kb.targets()]


def test_the_same_ledgers_and_answers(address, tmp_path):
    bad = tmp_path / "坏.txt"
    bad.write_bytes(b"")
    with KnowledgeBase.open(tmp_path / "one") as kb:
        alone = kb.ingest([FILES, bad])
        expected = contents(kb)
    with KnowledgeBase.open(tmp_path / "many") as kb:
        report = kb.ingest([FILES, bad], dask=address)
        assert contents(kb) == expected
        assert all(check.passed for check in kb.doctor())
    assert (report.added, report.failed) == (alone.added, alone.failed)
    assert len(report.added) == 3 and len(report.failed) == 1


def test_nobody_answers(tmp_path):
    with KnowledgeBase.open(tmp_path / "home") as kb, pytest.raises(BadInput, match="没有应答：tcp://127.0.0.1:9"):
        kb.ingest([FILES], dask="tcp://127.0.0.1:9")
