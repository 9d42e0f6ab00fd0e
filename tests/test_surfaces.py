"""What others rely on: the JSON of every command, files in and out, a process of its own; bad input of every kind."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kb import KnowledgeBase
from kb.cli import main
from kb.store.database import LIBRARY
from tests.shown import messages

ROOT = Path(__file__).resolve().parents[1]
GREENWAY = Path(__file__).parent / "files" / "greenway.txt"
PLAN = "jincheng-2023-15"
HEAVY = (
    "chromadb",
    "torch",
    "sentence_transformers",
    "streamlit",
    "langchain",
    "langchain_core",
    "sklearn",
    "openpyxl",
)


def run(home: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *args])


def json_of(home: Path, *args: str) -> Any:
    result = run(home, *args, "--json")
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    return json.loads(line)


def report_of(home: Path, *paths: Path) -> dict[str, Any]:
    result = run(home, "ingest", *map(str, paths), "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == bool(report["failed"])
    return report


def problem(result: Result) -> str:
    """Return the line about a problem that the user can mend: the only one, in Chinese, on stderr."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    (line,) = messages(result.stderr)
    assert re.search("[一-鿿]{4}", line)
    return line


def command(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    entry = [sys.executable, "-c", "from kb.cli import main; main()"]
    return subprocess.run(
        [*entry, *args], cwd=ROOT, env=os.environ | environ, capture_output=True, encoding="utf-8", timeout=120
    )


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    assert len(report_of(folder, GREENWAY)["added"]) == 1
    return folder


@pytest.fixture
def library(stocked: Path, tmp_path: Path) -> Path:
    """A home with one invented document, to change."""
    return Path(shutil.copytree(stocked, tmp_path / "library"))


# ---- the shapes of JSON

TEXT, NUMBER, FLAG, TEXTS = str, (int, float), bool, [str]
MAYBE_TEXT, YEAR = (str, type(None)), (int, type(None))
RANK = (int, type(None))
CLAUSE = {"doc_id": TEXT, "title": TEXT, "doc_number": TEXT, "path": TEXT, "heading": TEXT, "page": int, "text": TEXT}
HIT = CLAUSE | {"score": NUMBER, "channels": {"lexical": RANK, "semantic": RANK, "exact": RANK}}
DOCUMENT = {
    "doc_id": TEXT, "title": TEXT, "doc_number": TEXT, "issuers": TEXTS, "date": MAYBE_TEXT, "level": TEXT,
    "region": TEXT, "form": TEXT, "status": TEXT, "pages": int, "clauses": int, "implements": TEXTS,
    "cites": TEXTS, "amends": TEXTS, "amended_by": TEXTS, "uncertain": int, "fetched": TEXT,
}  # fmt: skip
OUTLINE = {
    "doc_id": TEXT, "title": TEXT, "doc_number": TEXT, "text": TEXT,
    "outline": [{"path": TEXT, "heading": TEXT, "level": int, "start": int, "end": int, "page": int}],
}  # fmt: skip
DUTY = {
    "doc_id": TEXT, "doc_number": TEXT, "path": TEXT, "ordinal": int, "task": TEXT, "leads": TEXTS, "supports": TEXTS,
    "responsible": TEXTS, "shared": FLAG, "local": TEXTS, "inherited": TEXTS, "deadline": MAYBE_TEXT, "phrase": TEXT,
    "quote": TEXT, "page": int,
}  # fmt: skip
TARGET = {
    "doc_id": TEXT, "doc_number": TEXT, "path": TEXT, "indicator": TEXT, "relation": TEXT, "value": TEXT,
    "value_max": MAYBE_TEXT, "unit": TEXT, "baseline_year": YEAR, "deadline_year": YEAR, "nature": MAYBE_TEXT,
    "quote": TEXT, "page": int,
}  # fmt: skip
ALIGNED = {
    "indicator": TEXT, "kind": TEXT, "relation": TEXT, "relations": TEXTS, "confidence": NUMBER, "reason": TEXT,
    "cells": [(dict, type(None))],
}  # fmt: skip
ANSWER = {
    "id": TEXT, "question": TEXT, "standalone_question": TEXT, "answered": FLAG, "kind": TEXT, "text": TEXT,
    "departments": TEXTS, "inherited": TEXTS,
    "citations": [{
        "marker": int, "doc_id": TEXT, "title": TEXT, "doc_number": TEXT, "path": TEXT, "heading": TEXT, "page": int,
        "quote": TEXT, "start": int, "end": int, "form": TEXT, "status": TEXT,
        "uncertain": FLAG,
    }],
    "checks": [{"name": TEXT, "passed": FLAG, "detail": TEXT}],
    "related": [{"doc_id": TEXT, "path": TEXT, "heading": TEXT}],
    "composer": TEXT, "elapsed_ms": NUMBER, "language": TEXT,
}  # fmt: skip
REPORT = {
    "added": TEXTS, "unchanged": TEXTS, "replaced": TEXTS, "failed": [{"path": TEXT, "reason": TEXT}], "skipped": TEXTS,
    "seconds": NUMBER,
}  # fmt: skip
SHARE = {"right": int, "of": int, "share": NUMBER}
SCORES = {"questions": int, "answerable": SHARE, "unanswerable": SHARE, "types": {}, "failures": []}
KINDS = {"duty", "organ_duties", "target", "measure", "definition", "address", "metadata", "compare", "list", "refusal"}


def misfits(value: Any, shape: Any, at: str = "$") -> list[str]:
    """Return where a JSON value is not of a shape; keys beside those of the shape are welcome."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [at]
        missing = [f"{at}.{key} missing" for key in shape if key not in value]
        present = [key for key in shape if key in value]
        return missing + [bad for key in present for bad in misfits(value[key], shape[key], f"{at}.{key}")]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [at]
        return [bad for n, item in enumerate(value) for bad in (misfits(item, shape[0], f"{at}[{n}]") if shape else [])]
    fits = isinstance(value, shape) and (shape is FLAG or not isinstance(value, bool))
    return [] if fits else [f"{at}: {value!r}"]


def test_the_checker_of_shapes_can_fail() -> None:
    found = misfits({"a": [1, "x"], "b": True}, {"a": [int], "b": int, "c": TEXT})
    assert found == ["$.c missing", "$.a[1]: 'x'", "$.b: True"]


@pytest.mark.parametrize(
    ("args", "shape"),
    [
        (["search", "挥发性有机物", "-k", "5"], [HIT]),
        (["search", "三（九）"], [HIT]),
        (["docs"], [DOCUMENT]),
        (["show", PLAN], OUTLINE),
        (["show", PLAN, "三（九）"], CLAUSE),
        (["show", PLAN, "0"], CLAUSE),
        (["duties"], [DUTY]),
        (["targets"], [TARGET]),
        (["align", "国发〔2021〕33号", "晋政发〔2022〕25号"], [ALIGNED]),
        (["doctor"], {"healthy": FLAG, "checks": [{"name": TEXT, "passed": FLAG, "detail": TEXT}], "unread": []}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) and value and isinstance(value[0], str) else "",
)
def test_json_has_the_documented_keys_and_types(home: Path, args: list[str], shape: Any) -> None:
    value = json_of(home, *args)
    assert value
    assert misfits(value, shape) == []


QUESTIONS = [
    "VOC治理由谁负责？",
    "市水务局负责哪些工作？",
    "供水管网漏损率要控制在多少？",
    "如何推进绿色建筑？",
    "什么是碳达峰？",
    "三（九）讲什么？",
    "这份方案的文号是什么？",
    "国家和省的单位GDP能耗下降目标分别是多少？",
    "哪些任务由市水务局负责？",
    "火星探测由谁负责？",
    "Who is responsible for VOC governance?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_has_the_documented_shape_and_verbatim_quotes(home: Path, kb: KnowledgeBase, question: str) -> None:
    answer = json_of(home, "ask", question)
    assert misfits(answer, ANSWER) == []
    assert answer["question"] == question
    assert answer["kind"] in KINDS
    assert answer["answered"] == (answer["kind"] != "refusal") == bool(answer["citations"])
    markers = {int(m) for m in re.findall(r"〔(\d{1,3})〕", answer["text"])}
    assert markers == {c["marker"] for c in answer["citations"]} == set(range(1, len(answer["citations"]) + 1))
    for citation in answer["citations"]:
        document = kb.document(citation["doc_id"])
        assert document.text[citation["start"] : citation["end"]] == citation["quote"]
        assert document.clause(citation["path"]).heading == citation["heading"]
        assert citation["form"] in ("fulltext", "digest")
        assert citation["status"] in ("in_force", "superseded", "amended")


def test_a_quote_is_found_again_with_show(home: Path) -> None:
    citation = json_of(home, "ask", "VOC治理由谁负责？")["citations"][0]
    shown = json_of(home, "show", citation["doc_number"])
    assert shown["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert citation["quote"] in json_of(home, "show", citation["doc_number"], citation["path"])["text"]


def test_the_answer_that_the_readme_promises(home: Path) -> None:
    for question in ("VOC治理由谁负责？", "Who is responsible for VOC governance?"):
        answer = json_of(home, "ask", question)
        assert answer["departments"] == ["市生态环境局"]
        assert answer["inherited"] == ["各县（市、区）政府"]
        best = answer["citations"][0]
        assert (best["doc_number"], best["path"]) == ("晋市政发〔2023〕15号", "三（九）")


def test_targets_are_decimal_numbers_as_text(home: Path) -> None:
    rows = json_of(home, "targets")
    assert all(re.fullmatch(r"\d+(\.\d+)?", value) for row in rows for value in (row["value"], row["value_max"] or "0"))
    assert {row["nature"] for row in rows} <= {None, "约束性", "预期性"}


def test_python_gives_what_the_command_gives(home: Path, kb: KnowledgeBase) -> None:
    answer = kb.ask("VOC治理由谁负责？").to_dict()
    printed = json_of(home, "ask", "VOC治理由谁负责？")
    assert json.loads(json.dumps(answer)) | {"elapsed_ms": 0} == printed | {"elapsed_ms": 0}
    assert [hit.to_dict() for hit in kb.search("节水", k=3)] == json_of(home, "search", "节水", "-k", "3")
    assert [card.to_dict() for card in kb.documents()] == json_of(home, "docs")
    assert len(kb.duties()) == len(json_of(home, "duties"))
    assert len(kb.targets(doc=PLAN)) == len(json_of(home, "targets", "--doc", PLAN))


# ---- files in


def test_ingesting_again_changes_nothing(library: Path) -> None:
    before = json_of(library, "show", "云政发〔2024〕7号")
    report = report_of(library, GREENWAY)
    assert misfits(report, REPORT) == []
    assert report["unchanged"] == [before["doc_id"]]
    assert not (report["added"] or report["replaced"] or report["failed"])
    assert json_of(library, "show", "云政发〔2024〕7号") == before


def test_a_corrected_file_replaces_its_document(tmp_path: Path) -> None:
    file = tmp_path / "方案.txt"
    file.write_text(GREENWAY.read_text("utf-8"), "utf-8")
    (doc_id,) = report_of(tmp_path / "home", file)["added"]
    file.write_text(GREENWAY.read_text("utf-8").replace("市林业局", "市园林局").replace("120公里", "135公里"), "utf-8")
    assert report_of(tmp_path / "home", file)["replaced"] == [doc_id]
    home = tmp_path / "home"
    assert [row["responsible"] for row in json_of(home, "duties", "--doc", doc_id)] == [[], ["市园林局"]]
    assert [row["value"] for row in json_of(home, "targets")] == ["135", "85"]
    assert json_of(home, "duties", "--organ", "市林业局") == []
    assert "市林业局" not in json.dumps(json_of(home, "search", "古树名木"), ensure_ascii=False)
    assert json_of(home, "doctor")["healthy"]
    (kept,) = (path for path in (home / "originals").rglob("*") if path.is_file())
    assert kept.read_bytes() == file.read_bytes()


def test_one_content_is_one_document_wherever_it_lies(library: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "副本.txt", tmp_path / "别的.txt"
    copy.write_bytes(GREENWAY.read_bytes())
    other.write_text("一、防火\n加强林区巡护。（市林业局负责）\n", "utf-8")
    (known,) = (card["doc_id"] for card in json_of(library, "docs"))
    report = report_of(library, copy, other)
    assert (report["unchanged"], len(report["added"])) == ([known], 1)
    other.write_bytes(copy.read_bytes())
    assert report_of(library, other)["unchanged"] == [known]
    assert [card["doc_id"] for card in json_of(library, "docs")] == [known]


def test_a_folder_is_read_with_its_subfolders_and_kinds_that_are_not_read_are_listed(tmp_path: Path) -> None:
    inbox = tmp_path / "收件"
    (inbox / "下级" / "再下级").mkdir(parents=True)
    (inbox / "甲.TXT").write_text("一、节水\n推广节水器具。（市水务局负责）\n", "utf-8")
    (inbox / "下级" / "再下级" / "乙.md").write_text("# 乙方案\n\n一、节电\n\n更换老旧电机。\n", "utf-8")
    (inbox / "下级" / "丙.xlsx").write_bytes(b"PK\x03\x04")
    (inbox / "下级" / "图.gif").write_bytes(b"GIF89a")
    report = report_of(tmp_path / "home", inbox)
    assert len(report["added"]) == 2
    assert sorted(Path(path).name for path in report["skipped"]) == ["丙.xlsx", "图.gif"]
    assert report["failed"] == []
    assert {card["file"] for card in json_of(tmp_path / "home", "docs")} == {"甲.TXT", "乙.md"}


ENCRYPTED = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \ntrailer<</Size 3/Root 1 0 R"
    b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>>>\nstartxref\n101\n%%%%EOF\n"
) % (b"41" * 32, b"42" * 32)
BAD_FILES = {
    "空.txt": (b"", "0 字节"),
    "空白.md": b"\n\n  \n",
    "假.pdf": (b"PK\x03\x04" + bytes(64), "ZIP"),
    "老.txt": ("節水に関する条例を次のように定める".encode("shift_jis"), "编码"),
    "密.pdf": (ENCRYPTED, "密码"),
    "残.pdf": (b"%PDF-1.7\n1 0 obj<</Type/Catalog", "损坏|不完整"),
    "程序.txt": (b"\x7fELF" + bytes(64), "程序"),
    "表.xlsx": (b"PK\x03\x04" + bytes(64), "ZIP"),
}


def test_bad_files_are_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    inbox, home = tmp_path / "收件", tmp_path / "home"
    inbox.mkdir()
    for name, content in BAD_FILES.items():
        (inbox / name).write_bytes(content[0] if isinstance(content, tuple) else content)
    (inbox / "好.txt").write_bytes(GREENWAY.read_bytes())
    (inbox / "清单").mkdir()
    (inbox / "清单" / "manifest.jsonl").write_text('{"doc_id": "x"}\n', "utf-8")
    given = [*(inbox / name for name in BAD_FILES), inbox / "没有.txt", inbox / "清单", inbox / "好.txt"]
    report = report_of(home, *given)
    assert len(report["added"]) == 1
    reasons = {Path(row["path"]).name: row["reason"] for row in report["failed"]}
    assert set(reasons) == {*BAD_FILES, "没有.txt", "manifest.jsonl"}
    for name, content in BAD_FILES.items():
        assert name in reasons[name]
        assert re.search(content[1] if isinstance(content, tuple) else "空白", reasons[name])
    assert all("\n" not in reason and re.search("请|可以导入", reason) for reason in reasons.values())
    assert "市林业局" in run(home, "ask", "古树保护谁负责").stdout
    line = problem(run(home, "ingest", str(inbox)))
    assert re.search(r"7个文件没有导入：.*请按", line)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="权限不限制管理员")
def test_a_file_that_may_not_be_opened_is_reported(tmp_path: Path) -> None:
    locked = tmp_path / "锁.txt"
    locked.write_bytes(GREENWAY.read_bytes())
    locked.chmod(0)
    report = report_of(tmp_path / "home", locked, GREENWAY)
    assert len(report["added"]) == 1
    assert "权限" in report["failed"][0]["reason"]


def test_a_path_that_no_system_takes_is_reported(tmp_path: Path) -> None:
    report = report_of(tmp_path / "home", Path("长" * 300), GREENWAY)
    assert len(report["added"]) == len(report["failed"]) == 1
    assert "请检查路径" in report["failed"][0]["reason"]


# ---- files out

HOSTILE = """一、=HYPERLINK("http://example.invalid","点")
=1+1的任务由下列单位承担。（市水务局负责）
二、+86的电话
@SUM(A1)应在2026年达到15%以上。-2+3的说明。（市财政局负责）
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A home with a document whose words begin like formulas."""
    file = tmp_path / "=cmd.txt"
    file.write_text(HOSTILE, "utf-8")
    report_of(tmp_path / "home", file)
    return tmp_path / "home"


@pytest.mark.parametrize("ledger", ["duties", "targets"])
def test_ledgers_open_in_a_spreadsheet_and_run_nothing(hostile: Path, tmp_path: Path, ledger: str) -> None:
    from openpyxl import load_workbook

    rows = json_of(hostile, ledger)
    assert rows
    for suffix in (".xlsx", ".csv", ".json"):
        result = run(hostile, ledger, "-o", str(tmp_path / f"台账{suffix}"))
        assert (result.exit_code, result.stdout) == (0, "")
        assert f"已导出{len(rows)}项" in result.stderr
    sheet = load_workbook(tmp_path / "台账.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell for cell in cells if "=" in str(cell.value) or "@" in str(cell.value)]
    with (tmp_path / "台账.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert len(table) == len(rows) + 1 == sheet.max_row
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert json.loads((tmp_path / "台账.json").read_text("utf-8")) == rows


def test_exporting_with_json_does_both(home: Path, tmp_path: Path) -> None:
    rows = json_of(home, "duties", "-o", str(tmp_path / "账.json"))
    assert json.loads((tmp_path / "账.json").read_text("utf-8")) == rows


# ---- questions that nobody should ask

ODD = {
    "100,000 characters": "节能减排" * 25_000,
    "100,000 marks": "节" + "？" * 99_999,
    "control characters": "VOC治理\x00由谁\x07负责\x1b[31m",
    "right-to-left marks": "VOC治理\u202e由谁\u2066负责\u200f",
    "joined by nothing": "VOC\u200b治\ufeff理由谁负责",
    "a formula": "=cmd|' /C calc'!A0 由谁负责",
    "a query": "'; DROP TABLE documents; -- 由谁负责",
    "operators of full text": 'NEAR("节能" AND 减排) OR *',
    "a template": "{{ 7 * 7 }} ${7*7} %s %n <script>谁负责</script>",
    "emoji": "🌳🌳古树保护谁负责🌳",
    "line ends": "VOC治理\r\n由谁\n\n负责",
}


@pytest.mark.parametrize("question", ODD.values(), ids=ODD)
def test_odd_questions_are_answered_or_refused(home: Path, tmp_path: Path, question: str) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps({"id": n, "question": question, "query": question}) for n in (1, 2)), "utf-8")
    first, second = (json.loads(line) for line in run(home, "ask", "--batch", str(batch)).stdout.splitlines())
    assert misfits({**first, "id": ""}, ANSWER) == []
    assert first["text"] == second["text"]
    assert len(first["text"]) < 20_000
    for line in run(home, "search", "--batch", str(batch)).stdout.splitlines():
        assert misfits(json.loads(line)["hits"], [HIT]) == []


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\x07", "\u2066", "\ufeff"])
def test_invisible_marks_change_no_answer(home: Path, mark: str) -> None:
    plain, marked = json_of(home, "ask", "VOC治理由谁负责？"), json_of(home, "ask", f"VOC治理{mark}由谁负责？")
    assert marked["departments"] == plain["departments"]


# ---- a home that cannot be used


def damage(home: Path, harm: str) -> bytes:
    """Damage the database of a home; return what its file then holds."""
    file = home / LIBRARY.file
    for beside in home.glob(f"{LIBRARY.file}-*"):
        beside.unlink()
    whole = file.read_bytes()
    damaged = {"noise": bytes(range(256)) * 64, "cut": whole[: len(whole) // 3], "text": "这不是数据库".encode() * 99}
    file.write_bytes(damaged[harm])
    return damaged[harm]


@pytest.mark.parametrize("harm", ["noise", "cut", "text"])
def test_a_damaged_database_is_one_line_and_stays_as_it_is(library: Path, harm: str) -> None:
    damaged = damage(library, harm)
    for args in (["docs"], ["ask", "绿道"], ["ingest", str(GREENWAY)], ["doctor"], ["remove", "x"]):
        assert re.search(rf"数据库.*{LIBRARY.file}.*kb rebuild", problem(run(library, *args)))
    assert (library / LIBRARY.file).read_bytes() == damaged


def test_rebuild_brings_a_damaged_library_back_from_the_originals(library: Path) -> None:
    assert len(report_of(library)["added"]) == 3  # the bundled corpus, with what its manifest declares
    cards, duties = json_of(library, "docs"), json_of(library, "duties")
    damaged = damage(library, "cut")
    result = run(library, "rebuild")
    assert result.exit_code == 0
    assert "已由保存的原件重建" in result.stderr
    assert json_of(library, "docs") == cards
    assert json_of(library, "duties") == duties
    assert json_of(library, "doctor")["healthy"]
    assert damaged in [path.read_bytes() for path in library.glob(f"{LIBRARY.file}.damaged-*")]


def test_rebuild_leaves_a_sound_library_alone_where_chroma_cannot_be_written(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "磁盘已满")

    monkeypatch.setattr("chromadb.PersistentClient", full)
    assert re.search("向量索引不能读写.*磁盘已满", problem(run(library, "rebuild")))
    assert not list(library.glob("*.damaged-*"))


def test_rebuild_leaves_the_library_of_a_newer_program_alone(library: Path) -> None:
    newer = sqlite3.connect(library / LIBRARY.file)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    assert re.search("更新版本的程序.*请升级", problem(run(library, "rebuild")))
    assert not list(library.glob(f"{LIBRARY.file}.damaged-*"))


def test_a_lost_database_is_a_new_library_and_the_originals_stay(library: Path) -> None:
    (library / LIBRARY.file).unlink()
    for beside in library.glob(f"{LIBRARY.file}-*"):
        beside.unlink()
    assert json_of(library, "docs") == []
    (kept,) = (path for path in (library / "originals").rglob("*") if path.is_file())
    assert kept.read_bytes() == GREENWAY.read_bytes()


@pytest.mark.parametrize("harm", ["gone", "emptied", "noise"])
def test_a_lost_or_torn_vector_index_hides_nothing(library: Path, harm: str) -> None:
    before = json_of(library, "search", "古树")
    for path in [p for p in (library / "chroma").rglob("*") if p.is_file()]:
        if harm == "gone":
            path.unlink()
        else:
            path.write_bytes({"emptied": b"", "noise": b"\xa5" * 999}[harm])
    assert json_of(library, "search", "古树") == before
    assert json_of(library, "doctor", "--repair")["healthy"]
    assert json_of(library, "search", "古树") == before


def test_a_database_busy_with_another_writer_can_be_read(library: Path) -> None:
    other = sqlite3.connect(library / LIBRARY.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert "市林业局" in run(library, "ask", "古树保护谁负责").stdout
    finally:
        other.close()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"max_chars = ", "kb.toml.*请改正"),
        (b"\xff\xfe\x00", "kb.toml.*请改正"),
        (b"speed = 3", "不认识的设置 speed.*kb.toml.*max_chars"),
        (b"max_chars = 'many'", "max_chars.*kb.toml.*40 到 2000"),
        (b"max_chars = 0", "max_chars.*40 到 2000"),
    ],
)
def test_broken_settings_are_one_line(library: Path, content: bytes, says: str) -> None:
    (library / "kb.toml").write_bytes(content)
    assert re.search(says, problem(run(library, "docs")))


def test_an_unknown_variable_is_one_line(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_COLOUR", "red")
    assert re.search("不认识的设置 colour（环境变量 KB_COLOUR）.*embedding", problem(run(library, "docs")))


def test_an_unknown_embedding_model_is_one_line(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_EMBEDDING", str(tmp_path / "no-model"))
    assert "no-model" in problem(run(library, "ask", "古树保护谁负责"))


def test_a_missing_home_is_made(tmp_path: Path) -> None:
    assert json_of(tmp_path / "深" / "处", "docs") == []
    assert "kb ingest" in run(tmp_path / "深" / "处", "docs").stdout


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="没有只读的 /proc")
@pytest.mark.parametrize("folder", ["/proc", "/proc/kb-home"])
def test_a_home_that_cannot_be_written_is_one_line(folder: str) -> None:
    assert re.search(f"{folder}.*请检查", problem(run(Path(folder), "docs")))


def test_a_home_that_is_a_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_text("x")
    monkeypatch.setenv("KB_HOME", str(tmp_path / "taken"))
    result = CliRunner().invoke(main, ["docs"])
    assert re.search("taken.*请检查", problem(result))


# ---- a process of its own


def test_a_process_answers_in_utf8_and_loads_nothing_heavy(home: Path) -> None:
    loaded = f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    code = f"import atexit, sys; atexit.register(lambda: {loaded}); from kb.cli import main; main()"
    args = ["--home", str(home), "ask", "VOC治理由谁负责？", "--json"]
    environ = os.environ | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code, *args], cwd=ROOT, env=environ, capture_output=True, timeout=120)
    assert (done.returncode, done.stderr.decode().strip()) == (0, "[]")
    assert "市生态环境局" in done.stdout.decode("utf-8")
    assert json.loads(done.stdout)["departments"] == ["市生态环境局"]


def test_a_process_reports_problems_on_stderr_and_with_debug_the_way_there(home: Path) -> None:
    done = command("--home", str(home), "show", "没有的方案")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "没有的方案" in line
    debugged = command("--home", str(home), "--debug", "show", "没有的方案")
    assert debugged.returncode == 1
    assert debugged.stderr.startswith("Traceback")
    assert "UnknownDocument" in debugged.stderr


def test_a_process_keeps_messages_off_its_output(tmp_path: Path) -> None:
    bad = tmp_path / "坏.txt"
    bad.write_bytes(b"")
    done = command("--home", str(tmp_path / "home"), "ingest", str(bad), str(GREENWAY), "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (len(report["added"]), [Path(row["path"]).name for row in report["failed"]]) == (1, ["坏.txt"])
    (line,) = done.stderr.splitlines()
    assert "1个文件没有导入" in line
    shutil.rmtree(tmp_path / "home" / "originals")
    again = command("docs", "--json", KB_HOME=str(tmp_path / "home"))
    assert (again.returncode, again.stderr) == (0, "")
    assert [row["doc_number"] for row in json.loads(again.stdout)] == ["云政发〔2024〕7号"]


def test_wrong_usage_of_a_process_is_exit_2() -> None:
    done = command("docs", "--yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
