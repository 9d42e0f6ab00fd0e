"""Forms of questions over a small library: comparisons, false premises, follow-ups, who acts, several documents.

The documents are invented; cases are data in ``tests/cases/asked_forms.json``, with questions that look alike and have
no answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb import KnowledgeBase
from tests.libraries import holding_texts

CASES = json.loads((Path(__file__).parents[1] / "cases" / "asked_forms.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with holding_texts(CASES["documents"], tmp_path_factory.mktemp("asked")) as kb:
        yield kb


@pytest.mark.parametrize("case", CASES["answered"], ids=lambda case: case["question"])
def test_it_is_answered_as_it_is_asked(library: KnowledgeBase, case: dict[str, Any]) -> None:
    answer = library.ask(case["question"], history=case.get("history", []))
    assert answer.answered, answer.text
    assert [words for words in case["says"] if words not in answer.text] == [], answer.text
    assert [words for words in case.get("not", []) if words in answer.text] == [], answer.text
    assert all(check.passed for check in answer.checks if check.name != "status")


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["question"])
def test_what_only_looks_alike_is_refused(library: KnowledgeBase, case: dict[str, Any]) -> None:
    answer = library.ask(case["question"], history=case.get("history", []))
    assert not answer.answered, answer.text
