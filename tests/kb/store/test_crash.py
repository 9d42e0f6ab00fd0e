"""A process killed while it writes: nothing saved is lost, words and vectors are found at once, the index heals."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from store_samples import DIMENSIONS, MODEL, cut, embed, encode

from kb.store.registry import Registry
from kb.store.vectors import VectorIndex

HERE = Path(__file__).parent
KILLS = 4


def killed_writer(home: Path, seed: int) -> None:
    command = [sys.executable, str(HERE / "writer.py"), str(home), str(seed)]
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[2])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "writing\n"
        time.sleep(random.Random(seed).random() * 0.5)
        writer.kill()
    assert writer.returncode == -9


def test_nothing_is_lost_when_writers_are_killed(home):
    rebuilt = 0
    for seed in range(KILLS):
        killed_writer(home, seed)
        registry = Registry.open(home)
        index = VectorIndex.open(home, registry, dimensions=DIMENSIONS, model=MODEL, exact_below=0)
        assert registry.database.faults() == []
        keys = [key for key, _ in registry.search_words(["绿道", *cut("第0段")], limit=999)]
        whole = [registry.document(doc_id) for doc_id in registry.doc_ids()]
        assert len(keys) == sum(len(document.passages) for document in whole) > 0
        for document in whole:
            assert "\n".join(document.slice(p.span) for p in document.passages) == document.text
        assert [check.passed for check in registry.check()] == [True, True, True]
        stored = {p.key: p.text for p in registry.passages(keys)} | {p.key: "" for p in index.pending()}
        for key, text in [(key, text) for key, text in stored.items() if text][:20]:
            assert index.search(encode([text])[0], limit=1)[0][1] > 0.99, key
        rebuilt += index.behind()
        embed(index)
        index.sync()
        assert [check.passed for check in index.check()] == [True, True]
        assert {key for key, _ in index.search(np.ones(DIMENSIONS), limit=999)} == set(keys)
        index.close()
        registry.close()
    assert rebuilt, "no kill hit an open index: the test shows nothing"
