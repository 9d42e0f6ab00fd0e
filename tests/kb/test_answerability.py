"""What is answered and what is refused, by the kind of thing asked for: cases on the bundled documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kb import KnowledgeBase

CASES = json.loads((Path(__file__).parents[1] / "cases" / "answerability.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["bundled"], ids=lambda case: case["question"])
def test_a_question_is_answered_from_its_clause_or_refused(case: dict[str, Any], kb: KnowledgeBase) -> None:
    answer = kb.ask(case["question"], case.get("history", []))
    assert answer.answered is not case.get("refused", False), answer.text
    if "cites" in case:
        assert case["cites"] in {citation.path for citation in answer.citations}, answer.text
    assert case.get("says", "") in answer.text
    assert not case.get("never") or case["never"] not in answer.text
