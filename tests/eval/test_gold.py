"""The gold questions are well formed, and the documents of the corpus prove what they claim."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from eval.gold import read_gold

GOLD = Path(__file__).resolve().parent.parent.parent / "eval" / "gold.jsonl"
PLAN = "晋市政发〔2023〕15号"
LISTS = ("history", "gold_clauses", "departments", "must_contain", "must_not_contain", "evidence")
KEYS = {"id", "type", "lang", "question", "answerable", "note", *LISTS}
TYPES = {
    "responsibility", "reverse", "figure", "measure", "paraphrase", "typo", "followup", "compare", "meta", "address",
    "definition", "unanswerable", "out_of_domain", "injection", "false_premise",
}  # fmt: skip
REFUSED = {"unanswerable", "out_of_domain"}
ROWS = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
ANSWERABLE = [row for row in ROWS if row["answerable"]]
DUTIES = [row for row in ROWS if row["departments"]]


def bare(text: str) -> str:
    """Return the text without white space."""
    return re.sub(r"\s", "", text)


def named(rows: list[dict]) -> list:
    return [pytest.param(row, id=row["id"]) for row in rows]


@pytest.fixture(scope="module")
def corpus(kb) -> str:
    """The canonical texts of all documents, without white space."""
    return "\n".join(bare(kb.document(card.doc_id).text) for card in kb.documents())


@pytest.fixture(scope="module")
def paths(kb) -> set[str]:
    return {clause.path for card in kb.documents() for clause in kb.document(card.doc_id).clauses} | {"0"}


def test_ids_and_questions_are_unique():
    assert [item for item, times in Counter(row["id"] for row in ROWS).items() if times > 1] == []
    asked = Counter((bare(row["question"]), tuple(row["history"])) for row in ROWS)
    assert [item for item, times in asked.items() if times > 1] == []


def test_every_type_is_asked_often_enough():
    times = Counter(row["type"] for row in ROWS)
    assert set(times) == TYPES
    assert len(ROWS) >= 400
    assert min(times.values()) >= 8
    assert sum(row["lang"] == "en" for row in ROWS) >= 50


def test_reader_keeps_every_question():
    assert [question.id for question in read_gold(GOLD)] == [row["id"] for row in ROWS]


@pytest.mark.parametrize("row", named(ROWS))
def test_row_is_well_formed(row):
    assert set(row) == KEYS
    assert row["type"] in TYPES
    assert row["lang"] in {"zh", "en"}
    assert row["question"].strip()
    assert isinstance(row["answerable"], bool)
    for key in LISTS:
        assert isinstance(row[key], list)
        assert all(isinstance(item, str) and item.strip() for item in row[key])
    assert all(all(choice.strip() for choice in item.split("|")) for item in row["must_contain"])
    assert bool(row["history"]) == (row["type"] == "followup")


@pytest.mark.parametrize("row", named(ROWS))
def test_only_answerable_questions_have_an_answer(row):
    proved = row["gold_clauses"] and row["evidence"] and (row["must_contain"] or row["departments"])
    claimed = any(row[key] for key in ("gold_clauses", "evidence", "must_contain", "departments"))
    assert bool(proved) == bool(claimed) == row["answerable"]
    assert not (row["answerable"] and row["type"] in REFUSED)


@pytest.mark.parametrize("row", named(ANSWERABLE))
def test_evidence_occurs_in_the_corpus(row, corpus):
    assert [quote for quote in row["evidence"] if bare(quote) not in corpus] == []


@pytest.mark.parametrize("row", named(ANSWERABLE))
def test_gold_clauses_exist(row, paths):
    assert set(row["gold_clauses"]) <= paths


@pytest.mark.parametrize("row", named(DUTIES))
def test_departments_are_the_bracket_of_the_clause(row, kb):
    (path,) = row["gold_clauses"]
    text = bare(kb.clause(PLAN, path).text)
    printed = re.search(r"〔([^〔〕]+?)(?:等?按职责分工)?负责", text)
    assert printed is not None, path
    assert row["departments"] == re.split("、", printed.group(1))


@pytest.mark.parametrize("row", named(DUTIES))
def test_the_asked_topic_stands_in_the_clause_of_the_bodies(row, kb):
    text = bare(kb.clause(PLAN, row["gold_clauses"][0]).text)
    assert any(bare(quote) in text for quote in row["evidence"])
