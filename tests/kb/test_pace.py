"""Progress of a long intake: rate and time left, said only where they are known."""

from __future__ import annotations

from ingest.progress import EMBEDDING, FILING, INDEXING, Step
from kb.cli.pace import Pace


def test_files_are_counted_with_their_rate_and_the_time_left():
    pace = Pace()
    assert pace.line(Step("a.md", FILING, 0, 3000), 100.0) == "0/3000 a.md 入库"
    assert pace.line(Step("b.md", FILING, 40, 3000), 102.0) == "40/3000 b.md 入库"
    assert pace.line(Step("c.md", FILING, 500, 3000), 110.0) == "500/3000 c.md 入库，每秒50，还需约51秒"
    assert pace.line(Step("d.md", FILING, 3000, 3000), 160.0) == "3000/3000 d.md 入库"


def test_each_stage_of_all_files_has_its_own_pace():
    pace = Pace()
    pace.line(Step("a.md", FILING, 0, 10), 1.0)
    assert pace.line(Step("", EMBEDDING, 0, 0, 2048, 200_000), 50.0) == "计算向量 2048/200000"
    assert pace.line(Step("", EMBEDDING, 0, 0, 22_048, 200_000), 60.0) == "计算向量 22048/200000，每秒2000，还需约2分钟"
    assert pace.line(Step("", INDEXING, 0, 0, 5000, 200_000), 61.0) == "编入索引 5000/200000"


def test_what_stands_still_has_no_time_left():
    pace = Pace()
    pace.line(Step("scan.pdf", "识别", 3, 5, 1, 300), 0.5)
    assert pace.line(Step("scan.pdf", "识别", 3, 5, 90, 300), 90.0) == "3/5 scan.pdf 识别 90/300"
