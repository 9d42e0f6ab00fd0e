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
