"""Values in prose: terms, amounts of money, deadlines and counts are answered by the sentence that states them.

The documents are invented; cases are data in ``tests/cases/stated_values.json``, half of them questions whose value the
documents do not state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb import KnowledgeBase
from tests.libraries import holding_texts

CASES = json.loads((Path(__file__).parents[1] / "cases" / "stated_values.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with holding_texts(CASES["documents"], tmp_path_factory.mktemp("stated")) as kb:
        yield kb


@pytest.mark.parametrize("case", CASES["answered"], ids=lambda case: case["question"])
def test_the_sentence_that_states_the_value_answers(library: KnowledgeBase, case: dict[str, Any]) -> None:
    answer = library.ask(case["question"])
    assert answer.answered, answer.text
    assert [words for words in case["says"] if words not in answer.text] == [], answer.text
    assert [words for words in case.get("silent", ()) if words in answer.text] == [], answer.text
    assert all(check.passed for check in answer.checks if check.name != "status")


@pytest.mark.parametrize("question", CASES["refused"])
def test_what_is_not_stated_is_refused(library: KnowledgeBase, question: str) -> None:
    answer = library.ask(question)
    assert not answer.answered, answer.text
