"""Searching: articles with their items, versions of one law, names of laws, long quotations, everyday situations."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kb import KnowledgeBase
from kb.search import situations
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
