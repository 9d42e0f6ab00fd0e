"""How answers read: short, in sentences that answer, lists where things are listed. Held over the gold questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.run import Score
from kb.results import Answer

GOLD = Path(__file__).resolve().parents[1] / "eval" / "gold.jsonl"
MARKER = re.compile(r"〔\d+〕(?:等\d+处)?")
SENTENCE = re.compile(r"[。！？](?!”)")
# Characters of a Chinese answer by its kind, markers left out: what nine of ten, and what all, stay below.
LENGTHS = {
    "duty": (230, 330),
    "target": (120, 260),
    "measure": (300, 560),
    "definition": (300, 420),
    "metadata": (130, 200),
    "compare": (260, 420),
}
SENTENCES = {"measure": 5, "definition": 4, "duty": 6, "metadata": 4}
Run = tuple[list[Score], list[Answer]]


@pytest.fixture(scope="module")
def answers(asked: Callable[[Path], Run]) -> list[Answer]:
    """Every answer to the gold questions in Chinese."""
    return [a for a in asked(GOLD)[1] if a.answered and re.search("[一-鿿]", a.question)]


def words(answer: Answer) -> str:
    return MARKER.sub("", answer.text)


@pytest.mark.parametrize("kind", LENGTHS)
def test_answers_are_short(kind: str, answers: list[Answer]) -> None:
    lengths = sorted(len(words(a)) for a in answers if a.kind == kind)
    most, longest = LENGTHS[kind]
    assert lengths[int(len(lengths) * 0.9)] <= most, lengths
    assert lengths[-1] <= longest, max((words(a) for a in answers if a.kind == kind), key=len)


@pytest.mark.parametrize("kind", SENTENCES)
def test_answers_have_few_sentences(kind: str, answers: list[Answer]) -> None:
    found = {a.question: words(a) for a in answers if a.kind == kind}
    assert {q: text for q, text in found.items() if len(SENTENCE.findall(text)) > SENTENCES[kind]} == {}


def test_no_answer_dumps_a_clause(answers: list[Answer], documents: dict) -> None:
    """No sentence of an answer goes on for as long as clauses do; only the wording of an address is given whole."""
    for answer in answers:
        if answer.kind in ("measure", "target", "definition"):
            for sentence in SENTENCE.split(words(answer)):
                assert len(sentence) <= 170, answer.question


def test_a_single_figure_is_one_sentence_with_its_time_and_base(answers: list[Answer], documents: dict) -> None:
    for answer in answers:
        if answer.kind != "target" or len(answer.citations) != 1 or re.match("不?是|文件", answer.text):
            continue
        text = words(answer)
        assert text.count("。") <= 1 and text.endswith(("。", "”")), answer.question
        at = answer.citations[0]
        for target in documents[at.doc_id].targets:
            if (target.span.start, target.span.end) == (at.start, at.end):
                years = [target.baseline_year, *([target.deadline_year] if not target.carried else [])]
                printed = documents[at.doc_id].slice(target.span)
                assert all(str(year) in text for year in years if year and str(year) in printed), text


def test_bodies_are_listed_in_printed_order(answers: list[Answer]) -> None:
    for answer in answers:
        if answer.kind == "duty" and len(answer.departments) > 1:
            places = [answer.text.find(name) for name in answer.departments]
            assert places == sorted(places), answer.question


def test_a_standing_rule_comes_after_the_bodies(answers: list[Answer]) -> None:
    rules = [a for a in answers if a.kind == "duty" and a.departments and "通用规定" in a.text]
    assert rules
    assert all(a.text.index("通用规定") > a.text.index(a.departments[0]) for a in rules)


def test_lists_stand_on_lines_of_their_own(answers: list[Answer]) -> None:
    for answer in answers:
        if answer.kind in ("list", "organ_duties") and len(answer.citations) > 3:
            assert re.search(r"^1\. ", answer.text, re.M), answer.text


def test_a_refusal_says_what_was_searched_and_what_stands_near(asked: Callable[[Path], Run]) -> None:
    for answer in asked(GOLD)[1]:
        if not answer.answered:
            assert "已检索" in answer.text or "Searched" in answer.text, answer.question
            assert not answer.citations
