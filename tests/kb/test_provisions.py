"""Questions to laws and regulations: sanctions, competent authorities, what a kind of firm has to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb import KnowledgeBase
from tests.libraries import holding_texts

CASES = json.loads((Path(__file__).parents[1] / "cases" / "provisions.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with holding_texts({CASES["title"]: CASES["lines"]}, tmp_path_factory.mktemp("law")) as kb:
        yield kb


@pytest.mark.parametrize("case", CASES["answers"] + CASES["defined"], ids=lambda case: case["question"])
def test_the_article_that_says_it_is_quoted(library: KnowledgeBase, case: dict[str, Any]) -> None:
    answer = library.ask(case["question"])
    assert answer.answered, answer.text
    paths = [c.path for c in answer.citations]
    assert paths[0] == case["paths"][0]
    assert set(case["paths"]) <= set(paths)
    assert len(set(paths) - set(case["paths"])) == 0
    for printed in case["prints"]:
        assert printed in answer.text


@pytest.mark.parametrize("question", CASES["refused"])
def test_what_no_article_says_is_refused(library: KnowledgeBase, question: str) -> None:
    answer = library.ask(question)
    assert not answer.answered, answer.text


@pytest.mark.parametrize("case", CASES["lists"], ids=lambda case: case["question"])
def test_what_a_kind_of_firm_has_to_do_is_listed_whole(library: KnowledgeBase, case: dict[str, Any]) -> None:
    answer = library.ask(case["question"])
    assert answer.kind == "list", answer.text
    assert [c.path for c in answer.citations] == case["paths"]
    assert f"共{case['count']}项" in answer.text


MEASURES = """云河市节水专项资金管理办法
第一条　为规范节水专项资金的使用，制定本办法。
第二条　专项资金支持以下内容：
（一）鼓励工业节水。
1.企业实施节水改造的，按节水量每吨给予2元的补助。
2.企业开展水平衡测试的，每户补助5000元。
（二）鼓励居民节水。
1.更换节水器具的，每件补助100元。
第三条　专项资金由市水务局负责审核。
第四条　专项资金由市财政局负责监督。
第五条　本办法自2024年5月1日起施行。
""".splitlines()


@pytest.mark.parametrize(
    ("question", "printed"),
    [("企业做水平衡测试每户补助多少钱", "5000元"), ("工业节水怎么鼓励", "工业节水"), ("专项资金由谁监督", "市财政局")],
)
def test_measures_with_headings_for_items_are_read_by_their_clauses(
    tmp_path: Path, question: str, printed: str
) -> None:
    with holding_texts({"云河市节水专项资金管理办法": MEASURES}, tmp_path) as kb:
        answer = kb.ask(question)
    assert printed in answer.text
    assert "第二条：" not in answer.text  # the headings of its items, one after the other
