"""Parsing in child processes: what comes back is what parsing gives; what a child does, the parent survives."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.document import Duty, Span, Target
from ingest.errors import EmptyFile, PolicyError, UnreadableFile
from ingest.isolation import limits
from ingest.isolation.pool import Pool
from ingest.isolation.wire import WireError, document_from, plain
from ingest.isolation.worker import Worker
from ingest.manifest import source_of
from ingest.pipeline import parse

GREENWAY = Path(__file__).parents[1] / "files" / "greenway.txt"


@pytest.fixture(scope="module")
def greenway():
    return parse(source_of(GREENWAY))


@pytest.fixture
def pool():
    opened = Pool(max_chars=280, workers=2)
    yield opened
    opened.close()


def unheard(*step: object) -> None:
    """Listen to nothing."""


def child(script: str, **options: float) -> Worker:
    """A worker whose child is a script; ``answer`` sends one line, ``request`` waits for one."""
    head = (
        "import json, os, sys, time, signal\n"
        "def answer(*parts): sys.stdout.write(json.dumps(parts) + '\\n'); sys.stdout.flush()\n"
        "def request(): return json.loads(sys.stdin.readline())\n"
        "answer('ready')\n"
    )
    return Worker(max_chars=280, command=[sys.executable, "-c", head + script], **options)


# ---- what comes back


def test_a_document_comes_back_as_parsing_gives_it(greenway, pool):
    assert pool.parse(source_of(GREENWAY)) == greenway


def test_what_is_wrong_with_a_file_keeps_its_kind(pool, tmp_path):
    (tmp_path / "空.txt").write_bytes(b"")
    with pytest.raises(EmptyFile, match="空.txt"):
        pool.parse(source_of(tmp_path / "空.txt"))


def test_results_come_in_the_order_asked_for_and_steps_are_told_here(pool, tmp_path):
    paths = [tmp_path / f"{n}.txt" for n in range(6)]
    for n, path in enumerate(paths):
        path.write_text("一、造林\n巡护林区。\n" * (400 if n % 2 == 0 else 1), "utf-8")
    paths[3].write_bytes(b"")
    threads, stages = set(), set()

    def told(source, stage, done, total):
        threads.add(threading.get_ident())
        stages.add(stage)

    results = [result for ready in pool.parse_all([source_of(path) for path in paths], told) for result in ready]
    assert [source.path for source, _ in results] == paths
    assert [isinstance(outcome, PolicyError) for _, outcome in results] == [n == 3 for n in range(6)]
    assert threads == {threading.get_ident()}
    assert stages == {"读取", "解析"}


def test_children_are_used_again_and_end_with_the_pool(pool):
    def pids():
        return {worker._process.pid for worker in pool._workers}

    pool.parse(source_of(GREENWAY))
    first = pids()
    pool.parse(source_of(GREENWAY))
    assert pids() == first
    pool.close()
    for pid in first:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert pool.parse(source_of(GREENWAY)).text  # a pool may be used again


def test_a_child_has_no_keys_and_no_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("KB_LLM_API_KEY", "geheim")
    seen = tmp_path / "seen"
    worker = child(f"request(); open({str(seen)!r}, 'w').write(repr(dict(os.environ))); answer('refused', 'X', '')")
    with pytest.raises(UnreadableFile):
        worker.parse(source_of(GREENWAY), unheard)
    worker.close()
    assert "geheim" not in seen.read_text()


# ---- what a child does


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("request(); os.kill(os.getpid(), signal.SIGSEGV)", "崩溃了（SIGSEGV）"),
        ("request(); os._exit(3)", "崩溃了（退出码 3）"),
        ("request(); answer('fault', 'KeyError', '')", "程序内部错误（KeyError）"),
        ("request(); answer('fault', 'MemoryError', '')", "内存超过 1 GB"),
        ("request(); answer('document', {'text': 1})", "不合规"),
        ("request(); answer('document', [])", "不合规"),
        ("request(); answer('step', '读取', 'x', 1)", "不合规"),
        ("request(); sys.stdout.write('[' * 100000 + '\\n'); sys.stdout.flush(); time.sleep(9)", "不合规"),
        ("request(); sys.stdout.write('nonsense\\n'); sys.stdout.flush(); time.sleep(9)", "不合规"),
        ("request(); answer('refused', 'SystemExit', '内容坏了')", "内容坏了"),
        ("request(); time.sleep(60)", "1 秒内没有读完"),
        ("request()\nwhile True: answer('step', '读取', 1, 1)", "1 秒内没有读完"),
        ("request(); heap = bytearray(b'x') * (3 << 29); time.sleep(60)", "内存超过 1 GB"),
    ],
)
def test_a_child_that_misbehaves_costs_one_file(script, says, caplog):
    worker = child(script, seconds=20.0 if "heap" in script else 1.0)
    started = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        worker.parse(source_of(GREENWAY), unheard)
    assert says in str(caught.value)
    assert time.monotonic() - started < 30
    with pytest.raises(UnreadableFile):  # the next file gets a new child
        worker.parse(source_of(GREENWAY), unheard)
    worker.close()


def test_a_child_cannot_choose_what_a_document_is_called_or_where_it_lies(greenway, tmp_path):
    forged = replace(greenway.source, doc_id="../x", path=Path("/etc/passwd"), sha256="0", status="superseded")
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(["document", plain(replace(greenway, source=forged))]), "utf-8")
    worker = child(f"request(); answer(*json.load(open({str(answer)!r})))")
    document = worker.parse(source_of(GREENWAY), unheard)
    worker.close()
    assert document == greenway


def test_what_a_child_started_ends_with_it(tmp_path):
    note = tmp_path / "pid"
    start = "import subprocess; p = subprocess.Popen(['sleep', '60']); "
    worker = child(f"request(); {start}open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(60)", seconds=2.0)
    with pytest.raises(UnreadableFile):
        worker.parse(source_of(GREENWAY), unheard)
    deadline = time.monotonic() + 10
    while _alive(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(int(note.read_text()))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_pages_done_keep_a_long_scan_alive():
    script = "request()\nfor page in range(1, 16): time.sleep(0.1); answer('step', '识别', page, 15)\n"
    worker = child(script + "answer('refused', 'EmptyFile', '读完了')", seconds=0.5)
    told = []
    with pytest.raises(EmptyFile, match="读完了"):
        worker.parse(source_of(GREENWAY), lambda *step: told.append(step))
    worker.close()
    assert told[-1] == ("识别", 15, 15)


def test_a_child_that_does_not_start_is_no_fault_of_the_file():
    worker = Worker(max_chars=280, command=[sys.executable, "-c", "raise SystemExit('no such module')"])
    with pytest.raises(RuntimeError, match="no such module"):
        worker.parse(source_of(GREENWAY), unheard)


def test_a_child_ends_when_its_parent_is_gone():
    code = (
        "import os, sys\nfrom ingest.isolation.worker import COMMAND\nimport subprocess\n"
        "p = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "p.stdout.readline(); print(p.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    import subprocess

    root = str(Path(__file__).parents[2])
    parent = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    assert parent.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 20
    while _alive(int(parent.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(int(parent.stdout))


# ---- what is taken


@pytest.mark.parametrize(
    "change",
    [
        lambda d: replace(d, passages=(replace(d.passages[0], span=Span(0, len(d.text) + 1)),)),
        lambda d: replace(d, passages=(replace(d.passages[0], span=Span(5, 2)),)),
        lambda d: replace(d, passages=(replace(d.passages[0], span=Span(-1, 2)),)),
        lambda d: replace(d, passages=(replace(d.passages[0], path="没有"),)),
        lambda d: replace(d, duties=(Duty("没有", 1, Span(0, 1), Span(0, 1), (), ""),)),
        lambda d: replace(d, targets=(Target(d.clauses[0].path, Span(0, 1), "", "", value=float("nan")),)),
        lambda d: replace(d, page_starts=(-1,)),
        lambda d: replace(d, text=d.text + "\ud800"),
        lambda d: replace(d, text=7),
        lambda d: replace(d, source=replace(d.source, dated="昨天")),
    ],
)
def test_a_document_that_is_not_sound_is_not_taken(greenway, change):
    with pytest.raises(WireError):
        document_from(json.loads(json.dumps(plain(change(greenway)))), greenway.source)


@pytest.mark.parametrize(
    ("steps", "seconds"),
    [
        ([], 30.0),
        ([("读取", 5000, 5000)], 530.0),
        ([("读取", 1, 1), ("解析", 0, 1_000_000)], 50.1),
        ([("解析", 0, 1000), ("解析", 0, 1000)], 30.02),
        ([("入库", 1, 1), ("别的", 9, 9)], 30.0),
        ([("识别", 10**9, 10**9)], limits.LONGEST_SECONDS),
        ([("识别", -5, -5)], 30.0),
        ([("转换", 0, 1), ("转换", 0, 1)], 150.0),
    ],
)
def test_time_is_granted_for_work_done(steps, seconds):
    allowance = limits.Allowance()
    for step in steps:
        allowance.grant(*step)
    assert allowance.seconds == pytest.approx(seconds)


def test_waiting_for_a_processor_is_not_the_file_s_time():
    queued = limits.queued(os.getpid())
    assert 0 <= queued < 3600 and limits.queued(2**22 + 1) == 0.0


# ---- pictures in a file with a text layer


def test_a_file_is_read_again_without_the_picture_over_which_the_child_was_lost(greenway, tmp_path):
    reply = tmp_path / "reply.json"
    reply.write_text(json.dumps(["document", plain(greenway)]), "utf-8")
    script = (
        "_, _, first = request()\n"
        "if first == 0: answer('step', '识别', 3, 9); os._exit(3)\n"
        f"assert first == 3; print(open({str(reply)!r}, encoding='utf-8').read(), flush=True)"
    )
    worker = child(script)
    assert worker.parse(source_of(GREENWAY), unheard).text == greenway.text
    worker.close()


@pytest.mark.parametrize("stage", ["识别", "读取"])
def test_a_file_that_is_lost_without_its_pictures_too_says_why_at_first(stage):
    worker = child(f"_, _, first = request(); answer('step', '{stage}', 3, 9); os._exit(3 + first)")
    with pytest.raises(UnreadableFile, match="退出码 3"):
        worker.parse(source_of(GREENWAY), unheard)


def test_pages_left_out_are_said(tmp_path):
    from ingest.readers.ocr import leaving_out
    from ingest.unread import partial
    from tests.pdf_samples import show, write_pdf

    picture = "q 500 0 0 700 40 70 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q"
    text = show("一、总体要求", 90, 700) + "\n" + show("北河市节约用水，逐年减少取用的地下水。", 90, 670)
    path = write_pdf(tmp_path, text, picture, show("二、保障措施", 90, 700))
    with leaving_out(2):
        document = parse(source_of(path))
    assert len(document.page_starts) == 3 and "保障措施" in document.text
    assert partial(document).startswith("第 2 页是图像") and [left.reason[:5] for left in document.unread] == [
        "第 2 页"
    ]
