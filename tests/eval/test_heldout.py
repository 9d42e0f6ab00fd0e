"""The sets written from the documents alone are well formed, and the documents prove what they claim.

``others.jsonl`` to ``others5.jsonl`` ask about documents that the project does not hold: they are read from ../shared
where it is there, and the sets themselves carry figures, names and addresses of them, never their sentences.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.gold import check_gold, read_gold
from eval.library import asking
from ingest.document import Document
from kb import KnowledgeBase
from tests.others import OTHERS

EVAL = Path(__file__).resolve().parents[2] / "eval"
CORPUS = ("heldout2", "heldout3", "heldout4", "heldout5", "heldout6")
SETS = (*CORPUS, *OTHERS)
About = tuple[str, list[Document]]
"""A set about others with its documents."""
KINDS = {
    "responsibility", "reverse", "figure", "measure", "paraphrase", "typo", "followup", "compare", "meta", "address",
    "definition", "unanswerable", "out_of_domain", "injection", "false_premise",
}  # fmt: skip
LONGEST_COPY = 16
"""Characters in a row that a question about a document of others may share with it: a term, no sentence."""


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (EVAL / f"{name}.jsonl").read_text("utf-8").splitlines()]


def bare(text: str) -> str:
    """Return the text without white space."""
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module", params=OTHERS)
def others(request: pytest.FixtureRequest, holding: Callable[[str], KnowledgeBase]) -> About:
    """A set about documents of others, and these documents."""
    library = holding(request.param)
    return request.param, [library.document(card.doc_id) for card in library.documents()]


@pytest.mark.parametrize("name", SETS)
def test_the_set_is_read_and_asks_each_question_once(name: str) -> None:
    found = read_gold(EVAL / f"{name}.jsonl")
    asked = Counter((bare(gold.question), gold.history, gold.within) for gold in found)
    assert [question for question, times in asked.items() if times > 1] == []
    assert {gold.split for gold in found} == {"held_out"}
    assert {gold.type for gold in found} == KINDS


@pytest.mark.parametrize("name", SETS)
def test_kinds_are_asked_in_proportion(name: str) -> None:
    times = Counter(row["type"] for row in rows(name))
    assert times["paraphrase"] >= 20
    assert times["unanswerable"] >= 25
    assert times["false_premise"] >= 10
    assert sum(row["lang"] == "en" for row in rows(name)) >= 7


@pytest.mark.parametrize("name", SETS)
def test_an_answerable_question_says_what_is_right_and_an_unanswerable_one_nothing(name: str) -> None:
    claims = ("gold_clauses", "departments", "must_contain", "evidence")
    for row in rows(name):
        if row["answerable"]:
            assert row["must_contain"] or row["departments"], row["id"]
        else:
            assert not any(row[key] for key in claims), row["id"]
        assert row["answerable"] or row["type"] in KINDS - {"figure", "responsibility"}, row["id"]


def test_no_question_is_asked_by_two_sets() -> None:
    names = ("gold", "heldout", *SETS)
    asked = Counter((bare(row["question"]), *row["history"]) for name in names for row in rows(name))
    assert [question for question, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus_proves_the_sets_about_it(name: str, kb: KnowledgeBase) -> None:
    path = EVAL / f"{name}.jsonl"
    check_gold(path, read_gold(path), [kb.document(card.doc_id) for card in kb.documents()])


def test_the_other_documents_prove_the_set_about_them(others: About) -> None:
    name, documents = others
    path = EVAL / f"{name}.jsonl"
    check_gold(path, read_gold(path), documents)


def test_a_set_about_others_copies_no_sentence(others: About) -> None:
    name, documents = others
    texts = [bare(document.text) for document in documents]
    for row in rows(name):
        question = bare(row["question"])
        runs = {question[at : at + LONGEST_COPY] for at in range(len(question) - LONGEST_COPY + 1)}
        assert not any(run in text for run in runs for text in texts), row["id"]


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_set_about_others_carries_is_short(name: str) -> None:
    for row in rows(name):
        carried = [*row["departments"], *row["evidence"], *(c for m in row["must_contain"] for c in m.split("|"))]
        assert [words for words in carried if len(words) >= LONGEST_COPY] == [], row["id"]


def test_a_question_is_asked_within_the_documents_chosen(kb: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    row = {"id": "1", "question": "单位地区生产总值能源消耗下降多少？", "within": ["晋政发〔2022〕25号"]}
    path.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    answer = asking(kb)(read_gold(path)[0])
    assert {citation.doc_id for citation in answer.citations} == {"jinzhengfa-2022-25"}
