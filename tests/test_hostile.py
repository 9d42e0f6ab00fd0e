"""Every hostile file through one ``kb ingest``: no crash, no hang, nothing outside, each with its message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.names import visible
from tests.hostile import HOSTILE
from tests.shown import messages

ROOT = Path(__file__).resolve().parent.parent
GOOD = "云河市节水办法\n云河市人民政府\n2022年3月1日\n一、推广节水器具。（市水务局负责）\n"
ENCRYPTED = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \ntrailer<</Size 3/Root 1 0 R"
    b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>>>\nstartxref\n101\n%%%%EOF\n"
) % (b"41" * 32, b"42" * 32)
LONGEST_SECONDS = 30.0
# The most memory that the command or any process below it held, in bytes, on the last line of stderr.
INGEST = """
import re, resource, sys
from kb.cli import main
try:
    main()
finally:
    # RUSAGE_SELF counts what the parent held when it forked, VmHWM does not.
    own = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
    below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(max(int(own[1]), below) * 1024, file=sys.stderr)
"""


def pdf(pages: int, content: bytes = b"BT /F 12 Tf 90 700 Td (Article 1) Tj ET") -> bytes:
    """Return a PDF whose pages all show the same content, with a correct cross-reference."""
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 595 842]>>" % (kids, pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ] + [b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>>>/Contents 4 0 R>>"] * pages
    body, places = b"%PDF-1.4\n", []
    parts = [body]
    at = len(body)
    for number, item in enumerate(objects, start=1):
        places.append(at)
        parts.append(b"%d 0 obj%s\nendobj\n" % (number, item))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join(parts) + end % (len(objects) + 1, table, len(objects) + 1, at)


def loop() -> bytes:
    """Return a PDF whose page tree is its own child."""
    return pdf(1).replace(b"/Kids[5 0 R]", b"/Kids[2 0 R]")


# Name, bytes, and a word of the message; an empty word: the file is filed, or refused with whatever message.
OTHERS: tuple[tuple[str, bytes, str], ...] = (
    ("空.txt", b"", "0 字节"),
    ("空.pdf", b"", "0 字节"),
    ("只有空白.txt", b" \n\t\n" * 1000, "空白"),
    ("加密.pdf", ENCRYPTED, "密码"),
    ("截断.pdf", pdf(3)[:600], "不完整"),
    ("五千零一页.pdf", pdf(5001), "5001 页"),
    ("五千页.pdf", pdf(5000, b""), "没有文字"),
    ("自指.pdf", loop(), ""),
    ("程序.txt", b"\x7fELF" + bytes(range(256)) * 40, "程序"),
    ("一行五兆.txt", ("推广节水器具，" * 240_000).encode(), ""),
    ("万层括号.txt", ("（" * 10_000 + "）" * 10_000 + "\n").encode(), ""),
    ("万层引号.md", (">" * 10_000 + "节水\n").encode(), ""),
    ("脚本.txt", "<script>alert(1)</script>关于节水的通知\n一、推广节水器具。\n".encode(), ""),
    ("公式.txt", '=HYPERLINK("http://x","y")\n一、到2025年，用水量下降5%。（=cmd|市水务局负责）\n'.encode(), ""),
    ("通知\u202efdp\n.txt", b"", "\\u202efdp\\u000a.txt"),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One ``kb ingest`` of the whole folder, and where it ran."""
    place = tmp_path_factory.mktemp("hostile")
    inbox = place / "收件"
    inbox.mkdir()
    (inbox / "好的.txt").write_text(GOOD, "utf-8")
    for row in HOSTILE:
        row.write(inbox)
    for name, content, _ in OTHERS:
        (inbox / name).write_bytes(content)
    before = {path for path in place.rglob("*")}
    environment = {**os.environ, "KB_HOME": str(place / "home"), "PYTHONPATH": str(ROOT), "TMPDIR": str(place / "tmp")}
    (place / "tmp").mkdir()
    command = [sys.executable, "-c", INGEST, "ingest", str(inbox), "--json"]
    started = time.monotonic()
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=580)
    done.seconds = time.monotonic() - started
    done.place, done.before = place, before | {place / "tmp"}
    return done


@pytest.fixture(scope="module")
def failed(run):
    return {Path(entry["path"]).name: entry["reason"] for entry in json.loads(run.stdout)["failed"]}


def test_the_batch_ends_in_order(run, failed):
    assert run.returncode == 1 and "Traceback" not in run.stderr, run.stderr[-2000:]
    assert len(messages(run.stderr)) == 2  # the summary, and the memory
    assert not [reason for reason in failed.values() if "崩溃" in reason or "内部错误" in reason]


def test_the_good_file_in_the_same_folder_is_filed(run):
    import sqlite3

    with sqlite3.connect(run.place / "home" / "kb.sqlite3") as database:
        titles = {row[0] for row in database.execute("SELECT title FROM documents")}
    assert "云河市节水办法" in titles


@pytest.mark.parametrize("row", HOSTILE, ids=lambda row: row.name)
def test_each_file_has_its_message(failed, row):
    assert row.says in failed[row.name] and "\n" not in failed[row.name]


@pytest.mark.parametrize(("name", "says"), [(name, says) for name, _, says in OTHERS if says])
def test_each_text_and_pdf_has_its_message(failed, name, says):
    assert says in failed[visible(name)] and failed[visible(name)].isprintable()


def test_nothing_is_written_outside_the_library(run):
    written = {path for path in run.place.rglob("*")} - run.before
    outside = [path for path in written if run.place / "home" not in (path, *path.parents)]
    assert outside == []
    assert not Path("/tmp/kb-slip.txt").exists()
    homes = {path.name for path in (run.place / "home").iterdir()}
    database = {"kb.sqlite3", "kb.sqlite3-wal", "kb.sqlite3-shm"}
    assert homes <= {*database, "originals", "lexical.bin", "chroma", "chroma.lock"}


def test_no_process_took_more_than_its_limits(run):
    assert int(run.stderr.splitlines()[-1]) < 1.2 * 2**30
    assert run.seconds < LONGEST_SECONDS * (len(HOSTILE) + len(OTHERS))
