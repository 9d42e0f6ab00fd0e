"""The watched folder: files filed as they arrive, once they stand still; helpers ignored; nothing removed."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from kb import KnowledgeBase
from kb.errors import BadInput
from kb.watch import watch

PLAN = "{}\n湖山县人民政府\n2022年3月1日\n一、推广节水器具。（县水务局负责）\n"


def until(done, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert done()


def test_files_are_filed_as_they_arrive(tmp_path: Path) -> None:
    folder, said, stop, counts = tmp_path / "收件", [], threading.Event(), {"added": 0, "replaced": 0, "failed": 0}
    folder.mkdir()
    (folder / "早先.txt").write_text(PLAN.format("湖山县节水办法"), "utf-8")
    with KnowledgeBase.open(tmp_path / "home") as kb:
        thread = threading.Thread(
            target=watch, args=(kb, folder, said.append, stop, counts), kwargs={"settle": 0.3}, daemon=True
        )
        thread.start()
        until(lambda: len(said) == 1)
        (folder / "~$锁.txt").write_text("x", "utf-8")
        (folder / "下载.txt.part").write_text("x", "utf-8")
        with (folder / "慢.txt").open("w", encoding="utf-8") as slow:
            for line in PLAN.format("湖山县用水办法").splitlines(keepends=True):
                slow.write(line)
                slow.flush()
                time.sleep(0.15)
        until(lambda: len(said) == 2)
        (folder / "坏.txt").write_bytes(b"")
        until(lambda: len(said) == 3)
        (folder / "早先.txt").write_text(PLAN.format("湖山县节水办法（修订）"), "utf-8")
        until(lambda: len(said) == 4)
        (folder / "慢.txt").unlink()
        with KnowledgeBase.open(tmp_path / "home") as other:  # nothing is held between events
            other.ingest([folder / "早先.txt"])
        stop.set()
        thread.join(30)
        titles = sorted(card.title for card in kb.documents())
    assert counts == {"added": 2, "replaced": 1, "failed": 1}
    assert titles == ["湖山县用水办法", "湖山县节水办法（修订）"]
    assert said[:2] == ["已入库 早先.txt：《湖山县节水办法》", "已入库 慢.txt：《湖山县用水办法》"]
    assert said[2].startswith("未入库 坏.txt") and said[3] == "已更新 早先.txt：《湖山县节水办法（修订）》"


def test_only_a_folder_can_be_watched(tmp_path: Path) -> None:
    with KnowledgeBase.open(tmp_path / "home") as kb, pytest.raises(BadInput, match="不是文件夹"):
        watch(kb, tmp_path / "没有", print, threading.Event(), {})
