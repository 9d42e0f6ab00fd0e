"""Scoring: hand-made answers, each right or wrong in one way, and shares counted by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.fidelity import unproved_figures
from eval.gold import GoldQuestion
from eval.run import Score, faults, run
from eval.summary import change, share, summary, wilson
from ingest.document import Clause, Document, Passage, Source, Span
from kb.results import Answer, Citation

TEXT = "古树保护率达到95%，绿道达到120公里。〔市林业局、市财政局负责〕"
WHOLE = Span(0, len(TEXT))


def cited(path: str, start: int, end: int, quote: str = "") -> Citation:
    return Citation(1, "d", "方案", "", path, "", 1, quote or TEXT[start:end], start, end, "fulltext", "in_force")


RIGHT = Answer(
    question="古树由谁保护？", standalone_question="古树由谁保护？", answered=True, kind="duty",
    text="由市林业局、市财政局负责〔1〕，保护率达到95%。", departments=("市林业局", "市财政局"), inherited=(),
    citations=(cited("二", 0, len(TEXT)),), checks=(), related=(), composer="extractive", elapsed_ms=5.0,
)  # fmt: skip
REFUSAL = replace(RIGHT, answered=False, kind="refusal", text="没有写明。", departments=(), citations=())
GOLD = GoldQuestion(
    "1", "duty", "古树由谁保护？", gold_clauses=("二", "三"), departments=("市财政局", "市林业局"),
    must_contain=("市林业局", "负责|牵头"), must_not_contain=("市教育局",),
)  # fmt: skip
NONE = GoldQuestion("2", "none", "火星由谁保护？", answerable=False)


@pytest.mark.parametrize(
    ("gold", "answer", "wrong"),
    [
        (GOLD, RIGHT, ()),
        (GOLD, replace(RIGHT, citations=(cited("三", 0, 4),)), ()),
        (replace(GOLD, gold_clauses=()), replace(RIGHT, citations=(cited("一", 0, 4),)), ()),
        (replace(GOLD, doc="方案"), RIGHT, ()),
        (replace(GOLD, doc="d"), RIGHT, ()),
        (replace(GOLD, departments=()), replace(RIGHT, departments=("市教育局",)), ()),
        (replace(GOLD, must_contain=("五|市财政局",)), RIGHT, ()),
        (NONE, REFUSAL, ()),
        (GOLD, REFUSAL, ("未作答",)),
        (NONE, RIGHT, ("应当拒答",)),
        (GOLD, replace(RIGHT, citations=(cited("一", 0, 4),)), ("没有引用二/三",)),
        (GOLD, replace(RIGHT, citations=()), ("没有引用二/三",)),
        (replace(GOLD, doc="别的方案"), RIGHT, ("没有引用二/三",)),
        (GOLD, replace(RIGHT, departments=("市林业局",)), ("单位不符：市林业局",)),
        (GOLD, replace(RIGHT, departments=("甲局", "市林业局", "市财政局")), ("单位不符：甲局、市林业局、市财政局",)),
        (GOLD, replace(RIGHT, text="由市林业局。"), ("缺少“负责|牵头”",)),
        (GOLD, replace(RIGHT, text="由市林业局负责，不是市教育局。"), ("不应出现“市教育局”",)),
        (GOLD, replace(RIGHT, text="", citations=()), ("没有引用二/三", "缺少“市林业局”", "缺少“负责|牵头”")),
    ],
)  # fmt: skip
def test_an_answer_is_right_or_says_what_is_wrong(gold: GoldQuestion, answer: Answer, wrong: tuple[str, ...]) -> None:
    assert tuple(faults(gold, answer)) == wrong


CLAUSE = Clause(0, 1, "二、", "二", "", WHOLE, WHOLE)
DOCUMENTS = {"d": Document(Source("d", Path(), ""), TEXT, (0,), (CLAUSE,), (Passage(0, "二", WHOLE, ""),))}


def scored(*pairs: tuple[GoldQuestion, Answer]) -> list[Score]:
    """Score prepared answers, given in order."""
    answers = iter(answer for _, answer in pairs)
    return run([gold for gold, _ in pairs], lambda gold: next(answers), DOCUMENTS)


def test_questions_are_asked_in_order() -> None:
    asked: list[GoldQuestion] = []
    done: list[int] = []

    def ask(gold: GoldQuestion) -> Answer:
        asked.append(gold)
        return RIGHT if gold.answerable else REFUSAL

    scores = run([GOLD, NONE], ask, DOCUMENTS, done.append)
    assert (asked, done) == ([GOLD, NONE], [1, 2])
    assert [(s.id, s.right, s.elapsed_ms) for s in scores] == [("1", True, 5.0), ("2", True, 5.0)]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"citations": (cited("二", 0, 4, "古树保護"),)}, "引文〔1〕与原文不一致"),
        ({"citations": (cited("二", 0, 4, TEXT[:5]),)}, "引文〔1〕与原文不一致"),
        ({"citations": (cited("二", 900, 904, "古树"),)}, "引文〔1〕与原文不一致"),
        ({"text": "由市林业局负责，保护率达到96%。"}, "数字96%不在引文中"),
        ({"citations": (cited("二", 10, 14),)}, "数字95%不在引文中"),
    ],
)
def test_what_is_not_proved_is_a_fault_whatever_the_gold_says(changes: dict[str, Any], fault: str) -> None:
    (found,) = scored((GOLD, replace(RIGHT, **changes)))
    assert fault in found.faults
    assert not found.right


def test_the_digits_of_a_cited_address_are_proved_and_no_others() -> None:
    place = replace(RIGHT.citations[0], path="七（九）88")
    text = "第七（九）88条与第77条规定保护率达到95%。"
    answer = replace(RIGHT, text=text, citations=(*RIGHT.citations, place))
    assert unproved_figures(answer, DOCUMENTS) == {"77"}


def test_a_figure_of_the_question_may_be_repeated() -> None:
    answer = replace(RIGHT, question="是80%吗？", text="不是80%，由市林业局负责。")
    assert scored((GOLD, answer))[0].right


@pytest.mark.parametrize(
    ("text", "unproved"),
    [
        ("没有写明，已检索《2031年绿道方案》。", set()),
        ("已检索《2031年绿道方案》，到2031年建成。", {"2031"}),
        ("已检索《2032年绿道方案》。", {"2032"}),
    ],
)
def test_a_title_that_is_named_is_no_claim_and_proves_none(text: str, unproved: set[str]) -> None:
    titled = {"e": replace(DOCUMENTS["d"], source=Source("e", Path(), "", "2031年绿道方案"))}
    assert unproved_figures(replace(RIGHT, text=text), {**DOCUMENTS, **titled}) == unproved


def test_shares_are_counted_by_type_and_failures_listed() -> None:
    pairs = [
        (GOLD, RIGHT),
        (replace(GOLD, id="3"), REFUSAL),
        (replace(GOLD, id="4", type="target"), RIGHT),
        (NONE, REFUSAL),
    ]
    scores = scored(*pairs)
    result = summary(scores)
    assert result["questions"] == 4
    counted = {kind: (result[kind]["right"], result[kind]["of"], result[kind]["share"])
               for kind in ("answerable", "unanswerable")}  # fmt: skip
    assert counted == {"answerable": (2, 3, 0.6667), "unanswerable": (1, 1, 1.0)}
    assert {name: row["share"] for name, row in result["types"].items()} == {"duty": 0.5, "target": 1.0, "none": 1.0}
    assert [row["id"] for row in result["failures"]] == ["3"]
    assert result["failures"][0]["faults"] == ("未作答",)
    assert result["elapsed_ms"] == {"p50": 5.0, "p95": 5.0}
    assert result["results"] == {"1": True, "3": False, "4": True, "2": True}


def test_no_question_is_no_share() -> None:
    assert summary([])["answerable"] == {"right": 0, "of": 0, "share": None, "low": 0.0, "high": 1.0}
    assert summary([])["elapsed_ms"] == {"p50": None, "p95": None}


def test_measures_beside_right_and_wrong() -> None:
    """Two clauses cited, one of two gold ones among them, in second place; once refused, once with other bodies."""
    both = (cited("一", 0, 4), cited("二", 0, len(TEXT)))
    found, refused, other = scored(
        (GOLD, replace(RIGHT, citations=both)), (GOLD, REFUSAL), (GOLD, replace(RIGHT, departments=("市林业局",)))
    )
    assert (found.rank, found.precision, found.recall, found.bodies) == (2, 0.5, 0.5, True)
    assert (refused.rank, refused.precision, refused.answered, refused.bodies) == (None, None, False, False)
    result = summary([found, refused, other])["measures"]
    assert (result["false_refusal"]["right"], result["false_refusal"]["of"]) == (1, 3)
    assert (result["first_citation"]["right"], result["first_citation"]["of"]) == (1, 2)
    assert (result["clause_mrr"], result["citation_precision"]) == (0.75, 0.75)
    assert (result["bodies_exact"]["right"], result["bodies_exact"]["of"]) == (1, 3)


def test_the_same_address_in_another_document_is_no_gold_clause() -> None:
    other = replace(RIGHT.citations[0], doc_id="e", title="别的方案")
    documents = {"d": DOCUMENTS["d"], "e": DOCUMENTS["d"]}
    answer = replace(RIGHT, citations=(other, replace(RIGHT.citations[0], marker=2)))
    (found,) = run([replace(GOLD, doc="方案")], lambda gold: answer, documents)
    assert (found.right, found.rank, found.precision, found.recall) == (True, 2, 0.5, 0.5)


def test_held_out_questions_are_counted_apart() -> None:
    scores = scored((GOLD, RIGHT), (replace(GOLD, id="3", split="held_out"), REFUSAL))
    splits = summary(scores)["splits"]
    assert (splits["tuned"]["answerable"]["right"], splits["held_out"]["answerable"]["right"]) == (1, 0)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (90, 100, 0.8256, 0.9448)],
)
def test_wilson_interval_as_in_the_tables(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=1e-4)


def test_what_changed_since_an_accepted_run() -> None:
    accepted = {
        "results": {"1": True, "2": False, "3": True},
        "answerable": share([True] * 50),
        "measured": "2026-01-01",
    }
    accepted["unanswerable"] = share([])
    now = summary(scored((GOLD, REFUSAL), (replace(GOLD, id="2"), RIGHT), (replace(GOLD, id="9"), RIGHT)))
    assert change(now, accepted) == {
        "accepted": "2026-01-01", "gained": ["2"], "lost": ["1"], "new": ["9"], "fallen": ["answerable"],
    }  # fmt: skip
    assert change(now, {**accepted, "answerable": share([True, False, True])})["fallen"] == []
