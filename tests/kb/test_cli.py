"""The command line: arguments, exit codes, one Chinese line for a problem, JSON and text, batches."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.errors import PolicyError
from kb.cli import main
from tests.pdf_samples import show, write_pdf

GREENWAY = Path(__file__).parents[1] / "files" / "greenway.txt"
NUMBER, TITLE = "云政发〔2024〕7号", "云河市绿道建设行动方案"
# fmt: off
COMMANDS = (
    "ingest", "ask", "search", "docs", "show", "duties", "targets", "align", "remove", "rebuild", "doctor", "eval",
    "train", "serve",
)
# fmt: on


def run(home: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *args])


def text_of(home: Path, *args: str) -> str:
    result = run(home, *args)
    assert result.exit_code == 0, result.output
    return result.stdout


def json_of(home: Path, *args: str) -> object:
    return json.loads(text_of(home, *args, "--json"))


def problem(result: Result) -> str:
    """Return the line about a problem that the user can mend: the only one, in Chinese, on stderr."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    (line,) = result.stderr.splitlines()
    assert re.search("[一-鿿]{4}", line)
    assert "Traceback" not in result.output
    return line


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one invented document; treat as read-only."""
    home = tmp_path_factory.mktemp("library")
    text_of(home, "ingest", str(GREENWAY))
    return home


@pytest.fixture
def own(library: Path, tmp_path: Path) -> Path:
    """A copy of the library to change."""
    return Path(shutil.copytree(library, tmp_path / "own"))


# ---- usage


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_chinese(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert re.search("[一-鿿]{4}", result.stdout)


def test_help_lists_every_command() -> None:
    listed = re.findall(r"^  ([a-z]+) +[一-鿿]", CliRunner().invoke(main, ["-h"]).stdout, re.M)
    assert set(COMMANDS) <= set(listed)


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["inquire"],
        ["docs", "--yaml"],
        ["show"],
        ["remove"],
        ["align"],
        ["align", NUMBER],
        ["ask", "绿道谁负责", "--level", "村"],
        ["ask", "绿道谁负责", "还有呢"],
        ["search", "绿道", "-k", "0"],
        ["search", "绿道", "-k", "许多"],
        ["serve", "--port", "0"],
        ["serve", "--port", "70000"],
        ["eval"],
        ["duties", "-o"],
    ],
)
def test_wrong_usage_is_exit_2(library: Path, args: list[str]) -> None:
    result = run(library, *args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["show", "云政发〔2031〕1号"], "云政发〔2031〕1号.*kb docs"),
        (["show", NUMBER, "三（九）"], "三（九）.*kb show"),
        (["remove", "没有的方案"], "没有的方案.*kb docs"),
        (["duties", "--doc", "没有的方案"], "没有的方案.*kb docs"),
        (["targets", "--doc", "没有的方案"], "没有的方案.*kb docs"),
        (["align", NUMBER, "没有的方案"], "没有的方案.*kb docs"),
        (["ask", "绿道谁负责", "--doc", "没有的方案"], "没有的方案.*kb docs"),
        (["search", "绿道", "--doc", "没有的方案"], "没有的方案.*kb docs"),
        (["ask"], "问题是空的"),
        (["ask", " 　\t"], "问题是空的"),
        (["ask", "？！……"], "问题是空的"),
        (["search", ""], "问题是空的"),
        (["search", "\"'*()"], "问题是空的"),
        (["ask", "--batch", "/no/such.jsonl"], "批量文件：/no/such.jsonl.*请检查"),
        (["search", "--batch", "/no/such.jsonl"], "批量文件：/no/such.jsonl.*请检查"),
        (["eval", "/no/such.jsonl"], "题库：/no/such.jsonl.*请给出"),
        (["duties", "-o", "账.pdf"], r"账\.pdf.*\.xlsx"),
        (["duties", "-o", "/no/such/folder/账.csv"], "无法写入：/no/such/folder/账.csv.*请换"),
        (["ingest", "/no/such/file.txt"], "1个文件没有导入：/no/such/file.txt.*请按"),
    ],
)
def test_what_the_user_can_mend_is_one_line_and_exit_1(library: Path, args: list[str], says: str) -> None:
    assert re.search(says, problem(run(library, *args)))


def test_debug_lets_the_error_through(library: Path) -> None:
    result = CliRunner().invoke(main, ["--home", str(library), "--debug", "show", "没有的方案"])
    assert isinstance(result.exception, PolicyError)


def test_home_stands_before_or_after_the_command_and_in_the_environment(library: Path) -> None:
    before = CliRunner().invoke(main, ["--home", str(library), "docs"]).stdout
    after = CliRunner().invoke(main, ["docs", "--home", str(library)]).stdout
    around = CliRunner(env={"KB_HOME": str(library)}).invoke(main, ["docs"]).stdout
    assert before == after == around
    assert TITLE in before


def test_the_nearest_home_counts(library: Path, tmp_path: Path) -> None:
    result = CliRunner(env={"KB_HOME": str(tmp_path / "a")}).invoke(
        main, ["--home", str(tmp_path / "b"), "docs", "--home", str(library)]
    )
    assert TITLE in result.stdout
    assert not (tmp_path / "a").exists()
    assert not (tmp_path / "b").exists()


# ---- asking


def test_an_answer_reads_as_text_with_its_citation(library: Path) -> None:
    text = text_of(library, "ask", "古树保护由谁负责？")
    assert "市林业局" in text
    assert f"〔1〕《{TITLE}》（{NUMBER}）二（二）\n" in text
    assert "“〔市林业局负责〕”" in text


def test_a_refusal_is_no_failure(library: Path) -> None:
    answer = json_of(library, "ask", "火星探测由谁负责？")
    assert isinstance(answer, dict)
    assert (answer["answered"], answer["kind"], answer["citations"]) == (False, "refusal", [])


@pytest.mark.parametrize(
    ("question", "head", "nearest"),
    [
        ("火星探测由谁负责？", "库中文件没有", f"最接近的条款（不是答案）：《{TITLE}》"),
        ("Who is responsible for exploring Mars?", "The documents", f"Nearest clauses, not an answer: 《{TITLE}》"),
    ],
)
def test_a_refusal_lists_what_stands_nearest_apart_and_in_its_own_language(
    library: Path, question: str, head: str, nearest: str
) -> None:
    answer = json_of(library, "ask", question)
    assert isinstance(answer, dict)
    assert answer["related"] and not [one for one in answer["related"] if one["heading"] in answer["text"]]
    lines = text_of(library, "ask", question).splitlines()
    assert lines[0].startswith(head) and lines[1].startswith(nearest)
    assert len(lines) == 2


@pytest.mark.parametrize("name", [NUMBER, "云政发[2024]7号", "云政发（2024）7号", TITLE, f"《{TITLE}》"])
def test_a_document_is_named_by_number_or_title(library: Path, name: str) -> None:
    shown = json_of(library, "show", name)
    assert isinstance(shown, dict)
    assert shown["title"] == TITLE
    assert json_of(library, "show", shown["doc_id"]) == shown


def test_the_scope_is_kept_to(home: Path) -> None:
    for args, doc_id in (
        (["--doc", "国发〔2021〕33号"], "guofa-2021-33"),
        (["--level", "国"], "guofa-2021-33"),
        (["--level", "市"], "jincheng-2023-15"),
        (["--doc", "jincheng-2023-15"], "jincheng-2023-15"),
    ):
        answer = json_of(home, "ask", "到2025年非化石能源消费比重的目标是多少？", *args)
        assert isinstance(answer, dict)
        assert {c["doc_id"] for c in answer["citations"]} <= {doc_id}
        assert {c["doc_id"] for c in answer["related"]} <= {doc_id}


def test_history_makes_a_question_whole(library: Path) -> None:
    answer = json_of(
        library, "ask", "那由谁配合呢？", "--history", "古树保护谁负责？", "--history", "绿道贯通工程由谁牵头？"
    )
    assert isinstance(answer, dict)
    assert "绿道贯通" in answer["standalone_question"]
    assert answer["departments"] == ["市财政局", "市水务局"]


def test_search_returns_as_many_as_asked_for_best_first(library: Path) -> None:
    one, many = json_of(library, "search", "古树名木", "-k", "1"), json_of(library, "search", "古树名木", "-k", "1000")
    assert isinstance(one, list)
    assert isinstance(many, list)
    assert one == many[:1]
    assert one[0]["path"] == "二（二）"
    assert [hit["score"] for hit in many] == sorted((hit["score"] for hit in many), reverse=True)


# ---- batches

LINES = [
    ('{"id": "a", "question": "古树保护谁负责"}'.encode(), "a", ""),
    (b"no json", None, "第2行"),
    (b"", "", ""),
    (b'["a list"]', None, "第4行"),
    (b'{"id": 7}', 7, "question"),
    (b'{"id": {"deep": [1]}, "question": 5}', {"deep": [1]}, "question"),
    (b'{"id": "e", "question": " "}', "e", "问题是空的"),
    (b'{"id": "h", "question": "x", "history": "y"}', "h", "history"),
    (b'{"id": "h", "question": "x", "history": [1]}', "h", "history"),
    (b'{"id": "\xff"}', None, "第10行"),
    (b'{"id": "s", "question": "\\ud800"}', None, "第11行"),
    (b'{"id": ' + b"1" * 5000 + b"}", None, "第12行"),
    (b"[" * 100_000, None, "第13行"),
    (b'{"id": false, "question": "12 \xe7\xbb\xbf\xe9\x81\x93"}', False, ""),
]  # fmt: skip


@pytest.mark.parametrize(("command", "key"), [("ask", "question"), ("search", "query")])
def test_a_bad_line_of_a_batch_stops_nothing(library: Path, tmp_path: Path, command: str, key: str) -> None:
    file = tmp_path / "batch.jsonl"
    file.write_bytes(
        b"\xef\xbb\xbf" + b"\r\n".join(line.replace(b'"question"', b'"%s"' % key.encode()) for line, _, _ in LINES)
    )
    rows = [json.loads(line) for line in text_of(library, command, "--batch", str(file)).splitlines()]
    wanted = [(id_, says.replace("question", key)) for line, id_, says in LINES if line]
    if command == "search":  # has no history
        rows, wanted = [r for r in rows if r["id"] != "h"], [w for w in wanted if w[0] != "h"]
    assert [row["id"] for row in rows] == [id_ for id_, _ in wanted]
    for row, (_, says) in zip(rows, wanted, strict=True):
        assert ("error" in row) == bool(says)
        assert says in row.get("error", "")
        assert ("answered" if command == "ask" else "hits") in row or says


def test_a_batch_answers_like_single_questions(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "batch.jsonl"
    asked = [("绿道要建多少公里？", []), ("那由谁牵头？", ["绿道贯通工程怎么做？"])]
    rows = [{"id": n, "question": q, "history": h} for n, (q, h) in enumerate(asked)]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    out = [json.loads(line) for line in text_of(library, "ask", "--batch", str(file)).splitlines()]
    for row, (question, history) in zip(out, asked, strict=True):
        single = json_of(library, "ask", question, *(arg for turn in history for arg in ("--history", turn)))
        assert isinstance(single, dict)
        assert {**row, "id": "", "elapsed_ms": 0} == {**single, "elapsed_ms": 0}


def test_an_empty_batch_answers_nothing(library: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"\n \n")
    assert text_of(library, "ask", "--batch", str(tmp_path / "empty.jsonl")) == ""


# ---- ledgers and maintenance


def test_ledgers_narrow_to_a_document_and_a_body(home: Path) -> None:
    everything, one = json_of(home, "duties"), json_of(home, "duties", "--doc", "晋市政发〔2023〕15号")
    assert isinstance(everything, list)
    assert isinstance(one, list)
    assert [row for row in everything if row["doc_id"] == "jincheng-2023-15"] == one
    body = json_of(home, "duties", "--organ", "市工业和信息化局", "--doc", "jincheng-2023-15")
    assert isinstance(body, list)
    assert body
    assert body == [row for row in one if "市工信局" in row["responsible"] + row["leads"] + row["supports"]]
    assert json_of(home, "duties", "--organ", "市档案馆") == []


def test_the_same_indicator_stands_side_by_side(home: Path) -> None:
    rows = json_of(home, "align", "国发〔2021〕33号", "晋政发〔2022〕25号")
    assert isinstance(rows, list)
    assert rows
    for row in rows:
        assert len(row["cells"]) == 2
        assert [c and c["doc_id"] for c in row["cells"]] != [None, None]
        assert {c["doc_id"] for c in row["cells"] if c} <= {"guofa-2021-33", "jinzhengfa-2022-25"}
        assert (None in row["cells"]) == (row["relation"] == "absent")
    assert {row["relation"] for row in json_of(home, "align", "国发〔2021〕33号", "guofa-2021-33")} == {"same"}


def test_removing_leaves_nothing_of_a_document(own: Path) -> None:
    assert len(list((own / "originals").rglob("greenway.txt"))) == 1
    assert "已移除" in text_of(own, "remove", TITLE)
    for command in ("docs", "duties", "targets"):
        assert json_of(own, command) == []
    assert json_of(own, "search", "绿道") == []
    answer = json_of(own, "ask", "绿道谁负责")
    assert isinstance(answer, dict)
    assert answer["answered"] is False
    assert not any(path.is_file() for path in (own / "originals").rglob("*"))
    assert "kb docs" in problem(run(own, "remove", TITLE))


def test_rebuilding_changes_no_answer(own: Path) -> None:
    before = json_of(own, "search", "绿道")
    assert json_of(own, "rebuild") == {"passages": 5}
    assert json_of(own, "search", "绿道") == before
    assert json_of(own, "doctor") == json_of(own, "doctor", "--repair")


def test_doctor_tells_what_is_wrong_and_repairs_it(own: Path) -> None:
    shutil.rmtree(own / "chroma")
    sick = run(own, "doctor")
    assert sick.exit_code == 1
    assert re.search("异常 .*kb doctor --repair", sick.stdout)
    assert "异常" not in text_of(own, "doctor", "--repair")
    assert "异常" not in text_of(own, "doctor")


def test_doctor_lists_a_table_with_broken_lines(own: Path, tmp_path: Path) -> None:
    words = "为了加强节约用水管理保护水资源根据有关规定制定"
    bars = "".join(f"90 {700 - 30 * y} 300 0.5 re f\n" for y in range(4))
    strokes = "".join(f"{x} 700 m {x} 610 l S\n" for x in (90, 190, 290, 390))
    heading = show("一、节约用水", 90, 720)
    path = write_pdf(tmp_path, heading + show(words, 96, 650, size=12) + bars + strokes)
    text_of(own, "ingest", str(path))
    report = json_of(own, "doctor")
    assert isinstance(report, dict)
    (left,) = (row for row in report["unread"] if "表格" in row["reason"])
    assert (left["path"], left["page"], left["quote"]) == ("一", 1, words)
    assert re.search("未读入 .+一（第1页）：.*表格线条不完整", text_of(own, "doctor"))


def test_eval_scores_a_gold_set_and_lists_the_failures(library: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"id": "1", "type": "duty", "question": "古树谁管", "gold_clauses": ["二（二）"], "departments": ["市林业局"]},
        {"id": "2", "type": "duty", "question": "绿道贯通工程由谁牵头？", "gold_clauses": ["二（二）"]},
        {"id": "3", "type": "none", "question": "火星探测由谁负责？", "answerable": False},
    ]  # fmt: skip
    gold.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    result = json_of(library, "eval", str(gold))
    assert isinstance(result, dict)
    assert (result["answerable"]["right"], result["answerable"]["of"]) == (1, 2)
    assert (result["unanswerable"]["right"], result["unanswerable"]["of"]) == (1, 1)
    assert [row["id"] for row in result["failures"]] == ["2"]
    assert "✗ 2" in text_of(library, "eval", str(gold))
    assert json_of(library, "eval", "score", str(gold))["results"] == result["results"]


@pytest.mark.parametrize("suffix", [".json", ".md", ".html"])
def test_eval_reports_in_files_and_compares_with_an_earlier_run(library: Path, tmp_path: Path, suffix: str) -> None:
    gold, before, report = tmp_path / "gold.jsonl", tmp_path / "before.json", tmp_path / f"report{suffix}"
    row = {"id": "甲|<b>", "type": "duty", "question": "绿道贯通工程由谁牵头<script>？", "gold_clauses": ["二（二）"]}
    gold.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    assert json_of(library, "eval", str(gold), "-o", str(before))["results"] == {"甲|<b>": False}
    run_before = json.loads(before.read_text("utf-8"))
    run_before["results"]["甲|<b>"] = True
    before.write_text(json.dumps(run_before), "utf-8")
    result = json_of(library, "eval", str(gold), "--against", str(before), "--ablations", "-o", str(report))
    assert result["change"]["lost"] == ["甲|<b>"]
    assert set(result["ablations"]) == {"semantic", "ledgers", "aliases"}
    written = report.read_text("utf-8")
    assert "绿道贯通工程由谁牵头" in written
    assert suffix == ".json" or "新答错1道：甲" in written
    assert "<script>" not in written.replace("<script>？", "" if suffix == ".json" else "<script>")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"doc": "无此文件"}, "库中没有文件 无此文件"),
        ({"within": ["无此文件"]}, "库中没有文件 无此文件"),
        ({"gold_clauses": ["九十九"]}, "没有条款 九十九"),
        ({"evidence": ["文件里没有这句话"]}, "文件中没有“文件里没有这句话”"),
        ({"hidden": ["x#一"]}, "没有条款 x#一"),
    ],
)
def test_eval_scores_nothing_when_gold_and_library_disagree(
    library: Path, tmp_path: Path, row: dict[str, object], fault: str
) -> None:
    gold = tmp_path / "gold.jsonl"
    lines = [{"id": "1", "question": "绿道？"}, {"id": "2", "question": "绿道？", **row}]
    gold.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    result = run(library, "eval", str(gold))
    assert result.exit_code == 1
    assert f"第2行：{fault}" in result.stderr


def test_eval_compares_with_a_run_of_the_same_questions_only(library: Path, tmp_path: Path) -> None:
    gold, other, before = tmp_path / "gold.jsonl", tmp_path / "other.jsonl", tmp_path / "before.json"
    gold.write_text('{"id": "1", "question": "绿道？"}\n', "utf-8")
    other.write_text('{"id": "2", "question": "古树？"}\n', "utf-8")
    assert run(library, "eval", str(other), "-o", str(before)).exit_code == 0
    assert "是另一份题库的结果" in problem(run(library, "eval", str(gold), "--against", str(before)))


def test_eval_names_every_wrong_line(library: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "1", "question": "绿道？"}\n[]\n{"id": "1", "question": "古树？"}\n', "utf-8")
    said = run(library, "eval", str(gold)).stderr
    assert "第2行：不是 JSON 对象" in said
    assert "第3行：编号 1 与第1行重复" in said


def test_eval_make_writes_a_set_that_eval_accepts(library: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.jsonl"
    assert run(library, "eval", "make", "-o", str(made)).exit_code == 0
    again = text_of(library, "eval", "make")
    assert made.read_text("utf-8").strip() == again.strip()
    rows = [json.loads(line) for line in again.splitlines()]
    assert {"duty", "body", "figure", "false_premise", "address"} <= {row["type"] for row in rows}
    assert any(row["type"].endswith("_hidden") and not row["answerable"] for row in rows)
    result = json_of(library, "eval", str(made))
    assert result["questions"] == len(rows) > 15
    assert result["types"]["body"]["share"] == 1.0
    limited = text_of(library, "eval", "make", "--limit", "1").splitlines()
    assert len(limited) == len({json.loads(line)["type"] for line in limited})


@pytest.mark.parametrize(
    "row", ["{", "[]", '{"question": "x"}', '{"id": "1"}', '{"id": "1", "question": "x", "history": 3}']
)
def test_eval_names_the_wrong_line(library: Path, tmp_path: Path, row: str) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(f'{{"id": "0", "question": "绿道"}}\n{row}\n', "utf-8")
    result = run(library, "eval", str(gold))
    assert result.exit_code == 1
    assert "没有评分" in result.stderr
    assert "第2行" in result.stderr
