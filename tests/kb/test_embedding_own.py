"""kb train: the bundled model goes on learning from an invented library; what it refuses; what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb import KnowledgeBase
from kb.cli import main
from kb.embedding import BUNDLED_FOLDER
from kb.embedding.own import Trained, units_of
from kb.embedding.static import StaticModel
from kb.embedding.vocabulary import added_words, count_words, with_words
from kb.render import trained_text

CROPS = "香芋 茭白 荸荠 菱角 莼菜 慈姑 水芹 莲藕 芡实 蒲菜"
CARES = "育苗 移栽 追肥 除草 清塘 换水 采收 分级 贮藏 留种 补苗"


def notice() -> str:
    """Write a notice of 110 items, with a word that no other text uses."""
    lines = ["关于印发水塘种植管理办法的通知", "各村：", "现印发给你们，请照此办理。", ""]
    for i, crop in enumerate(CROPS.split()):
        lines.append(f"{'一二三四五六七八九十'[i]}、{crop}")
        for j, care in enumerate(CARES.split(), 1):
            lines.append(f"{j}.{crop}{care}由鳜塘队在{j}月前完成，{care}的做法写入田块记录，费用由合作社承担。")
    return "\n".join(lines) + "\n"


def run(home: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *args])


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("own")
    (home / "in").mkdir()
    (home / "in" / "水塘.txt").write_text(notice(), encoding="utf-8")
    short = "关于清扫村道的通知\n各村：\n一、每周清扫村道一次，由村民小组安排。\n"
    (home / "in" / "村道.txt").write_text(short, encoding="utf-8")
    assert run(home, "ingest", str(home / "in")).exit_code == 0
    return home


@pytest.fixture(scope="module")
def made(library: Path) -> tuple[dict[str, object], Path, str]:
    """The result of one run, its folder, and what was said on the way."""
    for name in ("torch", "scipy", "sklearn"):
        pytest.importorskip(name, reason=f"没有安装 {name}（neural 附加项）")
    folder = library / "model"
    result = run(library, "train", "-o", str(folder), "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), folder, result.stderr


def test_training_tells_what_it_did(made):
    record, folder, said = made
    assert record["folder"] == str(folder)
    assert record["clauses"] >= 110
    assert set(record["before"]) == set(record["after"]) == {"recall@1", "recall@10"}
    for word in ("条款", "新词", "步", "测量"):
        assert word in said


def test_the_result_is_a_static_model_with_the_librarys_words(made):
    record, folder, _ = made
    model, bundled = StaticModel.load(folder), StaticModel.load(BUNDLED_FOLDER)
    assert model.dimensions == bundled.dimensions
    assert model.name != bundled.name
    assert record["new_words"] == model.tokenizer.get_vocab_size() - bundled.tokenizer.get_vocab_size() > 0
    assert float(model.encode(["由谁负责"])[0] @ bundled.encode(["由谁负责"])[0]) > 0.5
    assert {path.name for path in folder.parent.iterdir() if path.name.startswith(".model")} == set()


def test_a_library_of_the_old_model_still_answers_and_is_rebuilt_on_request(made, library, monkeypatch):
    monkeypatch.setenv("KB_EMBEDDING", str(made[1]))
    found = json.loads(run(library, "search", "香芋追肥", "--json").stdout)
    assert "香芋" in found[0]["text"]
    assert found[0]["channels"]["semantic"] is None
    said = run(library, "doctor")
    assert said.exit_code == 1
    assert "kb" in next(line for line in said.stdout.splitlines() if line.startswith("异常"))
    assert run(library, "rebuild").exit_code == 0
    assert json.loads(run(library, "search", "香芋追肥", "--json").stdout)[0]["channels"]["semantic"]


def problem(result: Result) -> str:
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.splitlines()
    return line


def test_too_few_clauses_are_refused_and_nothing_is_written(library, tmp_path):
    pytest.importorskip("torch", reason="没有安装 torch（neural 附加项）")
    assert "条款太少" in problem(run(library, "train", "-o", str(tmp_path / "m"), "--doc", "关于清扫村道的通知"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(library, tmp_path):
    (tmp_path / "报告.txt").write_text("要紧", encoding="utf-8")
    assert "不是空文件夹" in problem(run(library, "train", "-o", str(tmp_path)))
    assert [path.name for path in tmp_path.iterdir()] == ["报告.txt"]


def test_an_unknown_document_is_named(library, tmp_path):
    assert "没有这个文件：不存在" in problem(run(library, "train", "-o", str(tmp_path / "m"), "--doc", "不存在"))


def test_without_torch_one_line_says_what_to_install(library, tmp_path):
    program = (
        "import sys, importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'torch' else find(name, *rest)\n"
        "from kb.cli import main; main()"
    )
    arguments = ["--home", str(library), "train", "-o", str(tmp_path / "m")]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert "torch" in done.stderr
    assert "policy-kb[neural]" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_clauses_come_with_title_and_the_heading_above(library):
    with KnowledgeBase.open(library) as kb:
        units = [unit for card in kb.documents() for unit in units_of(kb.document(card.doc_id))]
    unit = next(unit for unit in units if "莲藕清塘" in unit.text)
    assert unit.title == "水塘种植管理办法"
    assert "莲藕" in unit.heading


def test_new_words_start_as_their_pieces_and_known_ones_stay():
    bundled = StaticModel.load(BUNDLED_FOLDER)
    counts = count_words(["鳜塘队清塘", "由谁负责"] * 6)
    words = added_words(bundled.tokenizer, counts)
    assert not set(words) & set(bundled.tokenizer.get_vocab())
    wider = with_words(bundled.tokenizer, ["清塘队"])
    assert wider.get_vocab_size() == bundled.tokenizer.get_vocab_size() + 1
    assert "清塘队" in wider.encode("清塘队到了", add_special_tokens=False).tokens
    assert wider.encode("由谁负责").ids == bundled.tokenizer.encode("由谁负责").ids


@pytest.mark.parametrize(
    ("before", "after", "gained"),
    [((0.5, 0.8), (0.6, 0.9), True), ((0.5, 0.8), (0.6, 0.8), True), ((0.5, 0.8), (0.6, 0.7), False),
     ((0.5, 0.8), (0.5, 0.8), False)],
)  # fmt: skip
def test_a_model_that_gained_nothing_says_so(before, after, gained):
    made = Trained(Path("m"), 120, 3, before, after)
    assert made.gained is gained
    assert ("没有比随包模型更好" in trained_text(made.to_dict())) is not gained
