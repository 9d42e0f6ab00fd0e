"""Libraries that are not as they should be: another model's vectors, a build cut short, a full disk, a killed process.

In each case it is said in one line, what was filed goes on answering, and the next run makes it whole.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.progress import Step
from kb import KnowledgeBase
from kb.errors import Interrupted
from kb.settings import PROJECT, load_settings

COMMAND = [sys.executable, "-c", "from kb.cli import main; main()"]
NAMES = [first + second for first in "青白金龙双云竹沙枫柳松鹤" for second in "石鹭潭溪湾岭坪桥洲渡"]
TEXT = """云河市第{n}项节水规定
第一条 市水务局负责{name}水库的巡查，每年巡查{n}次。
第二条 县级人民政府应当推广节水器具，到2030年普及率达到{n}%。
"""


def small_model(folder: Path) -> Path:
    """Write a static model of four words and eight dimensions."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models

    folder.mkdir()
    words = [("[UNK]", -9.0), ("水", -1.0), ("节水", -1.5), ("巡查", -1.5)]
    Tokenizer(models.Unigram(words, 0)).save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(5).normal(size=(len(words), 8)).astype(np.float16)
    save_file({"embedding.weight": table}, folder / "model.safetensors")
    module = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}
    (folder / "modules.json").write_text(json.dumps([module]), "utf-8")
    return folder


def notices(folder: Path, count: int) -> list[Path]:
    """Write so many files of invented rules."""
    folder.mkdir()
    paths = [folder / f"{n:03d}.txt" for n in range(1, count + 1)]
    for n, path in enumerate(paths, start=1):
        path.write_text(TEXT.format(n=n, name=NAMES[n - 1]), "utf-8")
    return paths


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A library of four documents."""
    with KnowledgeBase.open(tmp_path / "home") as kb:
        assert len(kb.ingest(notices(tmp_path / "文件", 4)).added) == 4
    return tmp_path / "home"


def opened(home: Path, **options: str) -> KnowledgeBase:
    return KnowledgeBase(replace(load_settings(home), **options))


def ledgers(home: Path) -> list[object]:
    """Return what a library holds, without what depends on the hour."""
    with KnowledgeBase.open(home) as kb:
        assert all(check.passed for check in kb.doctor()), kb.doctor()
        documents = [kb.document(card.doc_id) for card in kb.documents()]
        found = [(d.text, d.clauses, d.passages, d.duties, d.targets, d.references) for d in documents]
        hits = [
            [(h.doc.doc_id, h.path) for h in kb.search(q)]
            for q in (f"谁巡查{NAMES[2]}水库", "节水器具普及率", "第七条")
        ]
        return [found, hits]


def test_another_model_is_pointed_out_and_words_go_on_answering(home, tmp_path, caplog):
    model = small_model(tmp_path / "小模型")
    with caplog.at_level(logging.WARNING), opened(home, embedding=str(model)) as kb:
        assert kb.search(f"巡查{NAMES[2]}水库")[0].doc.title == "云河市第3项节水规定"
        said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "由模型 policy-static-256-" in said[0] and "现在设定的是 小模型-8-" in said[0] and "kb rebuild" in said[0]


def test_a_model_is_changed_on_request_and_back(home, tmp_path, caplog):
    before = ledgers(home)
    model = small_model(tmp_path / "小模型")
    with opened(home, embedding=str(model)) as kb:
        kb.rebuild()
        assert all(check.passed for check in kb.doctor())
    caplog.clear()
    with opened(home, embedding=str(model)) as kb:
        assert kb.search("节水")
    assert not caplog.records
    with opened(home) as kb:
        kb.rebuild()
    assert ledgers(home) == before


def test_a_build_stopped_before_its_vectors_answers_by_words_and_goes_on(home, tmp_path, caplog):
    def stop(step: Step) -> None:
        if step.stage == "入库" and step.done == 5:
            raise KeyboardInterrupt

    more = notices(tmp_path / "更多", 9)[4:]
    with KnowledgeBase.open(home) as kb, pytest.raises(Interrupted):
        kb.ingest(more, stop)
    with caplog.at_level(logging.WARNING), KnowledgeBase.open(home) as kb:
        found = {hit.doc.title for hit in kb.search(f"谁巡查{NAMES[8]}水库")[:3]}
        assert "云河市第9项节水规定" in found
    assert "15个段落还没有向量（上次导入没有做完）" in caplog.records[0].getMessage()
    with KnowledgeBase.open(home) as kb:
        assert len(kb.ingest(more).unchanged) == 5
        assert all(check.passed for check in kb.doctor())


def test_a_killed_run_is_taken_up_again(tmp_path):
    folder = tmp_path / "文件"
    notices(folder, 120)
    environment = {**os.environ, "KB_HOME": str(tmp_path / "killed"), "KB_WORKERS": "1"}
    run = [*COMMAND, "ingest", str(folder)]
    process = subprocess.Popen(run, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    originals = tmp_path / "killed" / "originals"
    deadline = time.monotonic() + 120
    while process.poll() is None and not (originals.is_dir() and len(list(originals.iterdir())) > 20):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    again = subprocess.run(run, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    with KnowledgeBase.open(tmp_path / "whole") as kb:
        assert len(kb.ingest([folder]).added) == 120
    assert ledgers(tmp_path / "killed") == ledgers(tmp_path / "whole")


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="no limits on the size of files here")
def test_a_full_disk_is_said_and_costs_nothing_that_was_filed(home, tmp_path):
    """No file may grow beyond what the library has: SQLite and the copies of originals meet the limit."""
    before = ledgers(home)
    big = tmp_path / "大"
    big.mkdir()
    lines = "".join(f"{n}. 市水务局负责第{n}段堤防的巡查和养护。\n" for n in range(1, 900))
    (big / "大.txt").write_text("云河市堤防管理规定\n" + lines + "900. 市档案局保管图纸。\n", "utf-8")
    limit = (home / "kb.sqlite3").stat().st_size + 20_000
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); from kb.cli import main; main()"
    )
    environment = {**os.environ, "KB_HOME": str(home)}
    full = subprocess.run(
        [sys.executable, "-c", code, "ingest", str(big)], cwd=PROJECT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert full.returncode == 1
    assert "磁盘" in full.stderr and "Traceback" not in full.stderr
    assert ledgers(home) == before
    with KnowledgeBase.open(home) as kb:
        assert len(kb.ingest([big]).added) == 1
        assert kb.search("谁保管图纸")[0].path == "900"
