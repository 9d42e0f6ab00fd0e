"""The regression gate: the development questions answered no worse than last measured, and nothing said without proof.

Floors stand in ``eval/baseline.json``, a little below what was measured on the date given there. Raise them when the
answers get better; a floor is never lowered to let a change pass.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from eval.gold import read_gold
from eval.run import Score, run, summary
from ingest.document import Document
from kb import KnowledgeBase
from kb.results import Answer

ROOT = Path(__file__).resolve().parents[1]
BASELINE = json.loads((ROOT / "eval" / "baseline.json").read_text("utf-8"))
SETS = {"gold": ROOT / "eval" / "gold.jsonl", "plan_questions": ROOT.parent / "shared/data/gold/plan_questions.jsonl"}
STEP = {"gold": 2, "plan_questions": 1}  # Every other question of the large set: a quarter of a minute.
MARKER = re.compile(r"〔\d{1,3}〕|^\d{1,3}\. ", re.M)  # 〔1〕 and the numbers of a list
FIGURE = re.compile(r"(?<![A-Za-z\d.])\d+(?:[.,]\d+)*[%％]?")
Measured = tuple[str, list[Score], list[Answer]]


@dataclass
class Recorder:
    """The knowledge base, with every answer kept."""

    kb: KnowledgeBase
    answers: list[Answer] = field(default_factory=list)

    def ask(self, text: str, history: Any = ()) -> Answer:
        self.answers.append(self.kb.ask(text, history))
        return self.answers[-1]

    def document(self, name: str) -> Document:
        return self.kb.document(name)


@pytest.fixture(scope="module", params=SETS)
def measured(request: pytest.FixtureRequest, kb: KnowledgeBase) -> Measured:
    """Ask one set of questions, once for all tests of this module."""
    name: str = request.param
    if not SETS[name].is_file():
        pytest.skip("没有 ../shared/data：开发题库不在项目之内")
    recorder: Any = Recorder(kb)
    return name, run(recorder, read_gold(SETS[name])[:: STEP[name]]), recorder.answers


def figures(text: str) -> set[str]:
    return {figure.replace("％", "%").replace(",", "") for figure in FIGURE.findall(MARKER.sub("", text))}


def unproved(answer: Answer, kb: KnowledgeBase) -> set[str]:
    """Return the figures of an answer that stand in no quote, nor in the record of a cited clause, nor in the question.

    A difference or sum of quoted figures, and a count of list items, quotes or named bodies, are no new figures.
    """
    cards = [card for card in kb.documents() if card.doc_id in {c.doc_id for c in answer.citations}]
    record = [f"{c.title} {c.doc_number} {c.date}" for c in cards] + [c.heading for c in answer.citations]
    quotes = " ".join(citation.quote for citation in answer.citations)
    known = figures(" ".join([quotes, *record, answer.question, answer.standalone_question]))
    known |= {str(int(part)) for card in cards for part in (card.date or "0").split("-")}
    for card in cards:
        document = kb.document(card.doc_id)
        known |= {str(len(rows)) for rows in (document.clauses, document.duties, document.targets, cards)}
    values = [float(figure.rstrip("%")) for figure in known if figure.count(".") < 2]
    derived = {round(value, 6) for a in values for b in values for value in (a - b, a + b)}
    derived.add(round(sum(float(f.rstrip("%")) for f in figures(quotes) if f.count(".") < 2), 6))
    most = max(len(answer.citations), answer.text.count("\n"), answer.text.count("、") + 1)
    derived |= {float(count) for count in range(most + 1)}
    return {f for f in figures(answer.text) - known if float(f.rstrip("%")) not in derived}


def test_answers_are_no_worse_than_last_measured(measured: Measured) -> None:
    name, scores, _ = measured
    result, floor = summary(scores), BASELINE["floors"][name]
    worst = [f"{row['id']} {row['question']}：{'；'.join(row['faults'])}" for row in result["failures"]]
    assert result["answerable"]["share"] >= floor["answerable"], worst
    assert result["unanswerable"]["share"] >= floor["unanswerable"], worst


def test_no_type_of_question_has_broken_down(measured: Measured) -> None:
    name, scores, _ = measured
    types = {kind: row["share"] for kind, row in summary(scores)["types"].items() if row["of"] >= 8}
    assert {kind: share for kind, share in types.items() if share < BASELINE["floors"][name]["type"]} == {}


def test_every_citation_is_verbatim(measured: Measured, kb: KnowledgeBase) -> None:
    for answer in measured[2]:
        for citation in answer.citations:
            document = kb.document(citation.doc_id)
            assert document.text[citation.start : citation.end] == citation.quote, answer.question
            clause = document.clause(citation.path).span
            assert clause.start <= citation.start < citation.end <= clause.end, answer.question


def test_no_figure_stands_outside_its_quotes(measured: Measured, kb: KnowledgeBase) -> None:
    assert not [fault for row in measured[1] for fault in row.faults if fault.startswith(("引文", "数字"))]
    assert {a.question: found for a in measured[2] if a.answered and (found := unproved(a, kb))} == {}


def test_bodies_listed_are_printed_in_the_quotes(measured: Measured) -> None:
    for answer in measured[2]:
        quoted = re.sub(r"\s", "", "".join(c.quote for c in answer.citations))
        assert all(re.sub(r"\s", "", name) in quoted for name in answer.departments), answer.question


def test_the_search_for_unproved_figures_can_fail(kb: KnowledgeBase) -> None:
    from dataclasses import replace

    answer = kb.ask("到2025年单位地区生产总值能源消耗要下降多少？")
    assert answer.answered
    assert unproved(answer, kb) == set()
    assert unproved(replace(answer, text=f"{answer.text}另有987.6吨，占61.3%。"), kb) == {"987.6", "61.3%"}


def test_the_floors_say_when_they_were_measured() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", BASELINE["measured"])
    assert set(BASELINE["floors"]) == set(SETS) == set(BASELINE["scores"])
    for name, floor in BASELINE["floors"].items():
        for share in ("answerable", "unanswerable"):
            assert 0.5 <= floor[share] <= BASELINE["scores"][name][share] <= 1
