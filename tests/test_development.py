"""The regression gate: gold questions answered no worse than in the accepted run, and nothing said without proof.

``eval/accepted`` holds the accepted run of each set: its date, the reason why it was accepted (which the changelog
repeats) and which questions were right. The gate fails where a share falls below the 95 % interval of the accepted
one; a question lost for another one gained is shown by ``kb eval --against``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.fidelity import unproved_figures
from eval.run import Score
from eval.summary import change, summary
from ingest.document import Document
from kb import KnowledgeBase
from kb.results import Answer

ROOT = Path(__file__).resolve().parents[1]
ACCEPTED = ROOT / "eval" / "accepted"
SETS = {
    "gold": ROOT / "eval" / "gold.jsonl",
    "heldout": ROOT / "eval" / "heldout.jsonl",
    "heldout2": ROOT / "eval" / "heldout2.jsonl",
    "heldout3": ROOT / "eval" / "heldout3.jsonl",
    "heldout4": ROOT / "eval" / "heldout4.jsonl",
    "heldout5": ROOT / "eval" / "heldout5.jsonl",
    "others": ROOT / "eval" / "others.jsonl",
    "others2": ROOT / "eval" / "others2.jsonl",
    "others3": ROOT / "eval" / "others3.jsonl",
    "others4": ROOT / "eval" / "others4.jsonl",
    "plan_questions": ROOT.parent / "shared/data/gold/plan_questions.jsonl",
}
ABOUT_OTHERS = ("others", "others2", "others3", "others4")
"""Sets about documents that the project does not hold."""
Run = tuple[list[Score], list[Answer]]
Measured = tuple[str, list[Score], list[Answer], dict[str, Document]]
"""A set's name, its scores, its answers and the documents asked about."""


def accepted(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ACCEPTED / f"{name}.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module", params=SETS)
def measured(request: pytest.FixtureRequest, asked: Callable[..., Run]) -> Measured:
    """Ask one set of questions, once for all tests."""
    name: str = request.param
    if not SETS[name].is_file():
        pytest.skip("没有 ../shared/data：开发题库不在项目之内")
    about_others = name in ABOUT_OTHERS
    library: KnowledgeBase = request.getfixturevalue("holding")(name) if about_others else request.getfixturevalue("kb")
    scores, answers = asked(SETS[name], library)
    return name, scores, answers, {card.doc_id: library.document(card.doc_id) for card in library.documents()}


def test_answers_are_no_worse_than_the_accepted_run(measured: Measured) -> None:
    name, scores = measured[:2]
    found = change(summary(scores), accepted(name))
    assert found["fallen"] == [], found
    assert found["new"] == [], "题库有新题：请重新认可一次结果"


def test_no_type_of_question_has_broken_down(measured: Measured) -> None:
    name, scores = measured[:2]
    before = accepted(name)["types"]
    now = summary(scores)["types"]
    assert {kind: row for kind, row in now.items() if row["share"] < before[kind]["low"]} == {}


def test_every_citation_is_verbatim(measured: Measured) -> None:
    _, _, answers, documents = measured
    for answer in answers:
        for citation in answer.citations:
            document = documents[citation.doc_id]
            assert document.text[citation.start : citation.end] == citation.quote, answer.question
            clause = document.clause(citation.path).span
            assert clause.start <= citation.start < citation.end <= clause.end, answer.question


def test_no_figure_stands_outside_its_quotes(measured: Measured) -> None:
    assert [row.question for row in measured[1] if not (row.verbatim and row.proved)] == []


def test_bodies_listed_are_printed_in_the_quotes(measured: Measured) -> None:
    for answer in measured[2]:
        quoted = re.sub(r"\s", "", "".join(c.quote for c in answer.citations))
        assert all(re.sub(r"\s", "", name) in quoted for name in answer.departments), answer.question


def test_the_search_for_unproved_figures_can_fail(kb: KnowledgeBase, documents: dict[str, Document]) -> None:
    from dataclasses import replace

    answer = kb.ask("到2025年单位地区生产总值能源消耗要下降多少？")
    assert answer.answered
    assert unproved_figures(answer, documents) == set()
    more = replace(answer, text=f"{answer.text}另有987.6吨，占61.3%。")
    assert unproved_figures(more, documents) == {"987.6", "61.3%"}


@pytest.mark.parametrize("name", SETS)
def test_an_accepted_run_says_when_and_why(name: str) -> None:
    run_ = accepted(name)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", run_["measured"])
    assert run_["reason"] in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert sum(run_["results"].values()) == run_["answerable"]["right"] + run_["unanswerable"]["right"]
