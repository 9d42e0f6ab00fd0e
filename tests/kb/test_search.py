"""Searching: articles with their items, versions of one law, names of laws, long quotations, everyday situations."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from kb import KnowledgeBase
from kb.embedding.reranker import load_reranker
from kb.errors import ModelUnavailable
from kb.search import situations
from kb.search.hybrid import reranked
from kb.settings import Settings

ITEMS = ("擅自拆除水表", "擅自启闭闸门", "在管道上方修建房屋", "损毁供水标识")
LAW = "\n\n".join([
    "# 中华人民共和国供水管道法", "2015年3月1日第十届会议通过", "## 第一章 总则",
    "第一条 为了保护供水管道，制定本法。", "第二条 本法适用于城乡公共供水管道的养护。", "## 第二章 罚则",
    "第三条 有下列行为之一的，由供水主管部门处五百元以上五千元以下罚款：",
    *(f"（{number}）{item}的；" for number, item in zip("一二三四", ITEMS, strict=True)),
    "第四条 拒不缴纳罚款的，可以申请强制执行。",
])  # fmt: skip
NEWER = LAW.replace("2015年3月1日第十届", "2022年3月1日第十二届").replace("五百元以上", "一千元以上")
LOCAL = (
    LAW.replace("中华人民共和国供水管道法", "云河省实施《中华人民共和国供水管道法》办法").replace("本法", "本办法")
    .replace("为了保护供水管道", "为了在云河实施供水管道法").replace("五百元以上五千元以下", "二百元以上一千元以下")
)  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("laws")
    for name, text in {"a-old": LAW, "b-new": NEWER, "c-local": LOCAL}.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    with KnowledgeBase(Settings(home=folder / "home", workers=1)) as kb:
        kb.ingest([folder / f"{name}.md" for name in ("a-old", "b-new", "c-local")])
        yield kb


def found(kb: KnowledgeBase, query: str, k: int = 5) -> list[tuple[str, str]]:
    return [(Path(hit.doc.file).stem, hit.path) for hit in kb.search(query, k)]


def test_an_article_comes_with_its_items(library):
    hit = library.search("损毁供水标识罚多少")[0]
    assert hit.path == "第三条"
    assert all(item in hit.text for item in ITEMS)
    assert hit.text == library.document(hit.doc.doc_id).slice(hit.span).strip()


def test_a_document_prints_what_stands_anywhere_in_it(library):
    searcher, doc_id = library.inquiry().searcher, library.search("损毁供水标识罚多少")[0].doc.doc_id
    assert searcher.prints(doc_id, "总则")
    assert not searcher.prints(doc_id, "附则")
    with pytest.raises(KeyError):
        searcher.prints("no-such", "总则")


def test_closing_ends_the_threads_that_searched(tmp_path):
    before = set(threading.enumerate())
    (tmp_path / "law.md").write_text(LAW, "utf-8")
    with KnowledgeBase(Settings(home=tmp_path / "home", workers=1)) as kb:
        kb.ingest([tmp_path / "law.md"])
        assert kb.search("损毁供水标识罚多少")
    assert set(threading.enumerate()) <= before


def test_an_answer_cites_the_item_itself(library):
    hits = library.inquiry().searcher.search(library.inquiry()._understood("损毁供水标识", ()), limit=60)
    assert hits[0].path == "第三条（四）"
    assert {hit.path for hit in hits} >= {"第三条", "第三条（一）"}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("供水管道法第三条", ("b-new", "第三条")),
        ("《中华人民共和国供水管道法》第二条", ("b-new", "第二条")),
        ("中华人民共和国供水管道法", ("b-new", "0")),
        ("云河省实施《中华人民共和国供水管道法》办法", ("c-local", "0")),
    ],
)
def test_a_law_named_comes_first_the_newest_version_before_the_older(library, query, first):
    assert found(library, query)[0] == first


def test_of_versions_that_say_the_same_only_the_newest_is_shown(library):
    hits = found(library, "拒不缴纳罚款申请强制执行", k=10)
    assert ("b-new", "第四条") in hits
    assert ("a-old", "第四条") not in hits
    old = next(card.doc_id for card in library.documents() if card.file == "a-old.md")
    assert library.search("拒不缴纳罚款申请强制执行", docs=[old])[0].path == "第四条"


RULE = "\n\n".join([
    "# 关于印发供水管道养护办法的通知", "云河政发〔{0}〕6号", "第一条 供水管道每年养护一次。",
    "第二条 养护记录保存三年。", "云河市人民政府", "{0}年5月6日",
])  # fmt: skip


def test_an_older_version_asked_for_by_its_number_is_shown(tmp_path):
    for year in (2015, 2022):
        (tmp_path / f"{year}.md").write_text(RULE.format(year), "utf-8")
    with KnowledgeBase(Settings(home=tmp_path / "home", workers=1)) as kb:
        kb.ingest([tmp_path / "2015.md", tmp_path / "2022.md"])
        assert found(kb, "云河政发〔2015〕6号")[0] == ("2015", "0")
        assert [file for file, path in found(kb, "养护记录保存几年") if path == "第二条"] == ["2022"]


def test_the_table_of_situations_is_read_as_toml_reads_it():
    text = Path(situations.__file__).parent.parent.joinpath("embedding", "lexicon.toml").read_text("utf-8")
    table = tomllib.loads(text)
    expected: dict[str, dict[str, None]] = {}
    for row in table.get("lay", ()):
        for said in row["say"]:
            expected.setdefault(said.lower(), {}).update(dict.fromkeys(row["mean"]))
    for meant, everyday in table.get("words", {}).items():
        for said in (word for word in everyday if not word.isascii()):
            expected.setdefault(said.lower(), {})[meant] = None
    assert situations._table() == {said: tuple(means) for said, means in expected.items()}


def test_a_preferred_region_is_ranked_higher_and_marked(library):
    query = "有下列行为之一由供水主管部门处罚款"
    assert not any(hit.preferred for hit in library.search(query))
    national = library.search(query, prefer=["国"])
    assert [hit.preferred for hit in national] == [hit.doc.level == "国" for hit in national]
    assert [hit.to_dict().get("preferred", False) for hit in national] == [hit.preferred for hit in national]
    assert national[0].preferred
    gained = {hit.doc.doc_id + hit.path: hit.score for hit in national if hit.preferred}
    before = {hit.doc.doc_id + hit.path: hit.score for hit in library.search(query)}
    assert all(gained[key] > before[key] for key in gained.keys() & before.keys())


def by_length(question: str, texts: Sequence[str]) -> list[float]:
    return [1 / (1 + len(text)) for text in texts]


def test_a_reranker_orders_what_was_found_and_leaves_named_clauses_first(library):
    hits = library.search("供水管道罚款")
    again = reranked(hits, by_length, "供水管道罚款")
    assert {hit.path for hit in again} == {hit.path for hit in hits}
    assert [hit.score for hit in again] == sorted((hit.score for hit in again), reverse=True)
    assert len(again[0].text) == min(len(hit.text) for hit in hits)
    named = library.search("供水管道法第三条")
    assert reranked(named, by_length, "")[0].path == "第三条"


def test_a_cross_encoder_in_a_folder_is_used(library, tmp_path):
    pytest.importorskip("sentence_transformers")
    folder = tiny_cross_encoder(tmp_path / "tiny")
    settings = Settings(home=library.settings.home, workers=1, reranker=str(folder))
    with KnowledgeBase(settings) as kb:
        hits = kb.search("供水管道罚款", 3)
        assert len(hits) == 3
        assert all(0 < hit.score < 1 for hit in hits)
        assert [hit.path for hit in kb.search("供水管道罚款", 3)] == [hit.path for hit in hits]


def tiny_cross_encoder(folder: Path) -> Path:
    """Write a cross-encoder of two thin layers with random weights."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    signs = sorted({*LAW, *"供水管道罚款"} - {"\n", " "})
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *signs]), "utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(signs) + 5, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.parametrize("harm", ["missing", "empty"])
def test_a_folder_that_holds_no_reranker_is_refused_in_one_line(tmp_path, harm):
    folder = tmp_path / "model"
    if harm == "empty":
        pytest.importorskip("sentence_transformers")
        folder.mkdir()
    with pytest.raises(ModelUnavailable, match="重排模型") as caught:
        load_reranker(str(folder))
    assert "\n" not in str(caught.value)
    assert load_reranker(" ") is None


PLANS = {
    "a-vague": "到2025年，竹林覆盖率要明显提高，竹林覆盖率逐年通报，竹林覆盖率纳入考核。",
    "b-other": "到2025年，竹林覆盖率达到142%，竹林覆盖率逐年提高。",
    "c-right": "养护站由县里建设。到2025年，竹林覆盖率达到４２％，其余依照省里的安排执行，并按年度向社会公布进展。",
    "d-figure": "到2025年，渡船更新率达到42%。",
}


def test_a_clause_that_prints_the_figure_asked_with_its_indicator_comes_first(tmp_path):
    for name, text in PLANS.items():
        (tmp_path / f"{name}.md").write_text(f"# {name}规划\n\n一、目标\n{text}", "utf-8")
    with KnowledgeBase(Settings(home=tmp_path / "home", workers=1)) as kb:
        kb.ingest([tmp_path / f"{name}.md" for name in PLANS])
        assert found(kb, "竹林覆盖率42%", 1) == [("c-right", "一")]
        assert found(kb, "渡船更新率42％", 1) == [("d-figure", "一")]
