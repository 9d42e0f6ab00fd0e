"""Scoring: hand-made answers, each right or wrong in one way, and shares counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from eval.gold import GoldQuestion
from eval.run import Score, run, score, summary
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
    ("gold", "answer", "faults"),
    [
        (GOLD, RIGHT, ()),
        (GOLD, replace(RIGHT, citations=(cited("三", 0, 4),)), ()),
        (replace(GOLD, gold_clauses=()), replace(RIGHT, citations=(cited("一", 0, 4),)), ()),
        (replace(GOLD, departments=()), replace(RIGHT, departments=("市教育局",)), ()),
        (replace(GOLD, must_contain=("五|市财政局",)), RIGHT, ()),
        (NONE, REFUSAL, ()),
        (GOLD, REFUSAL, ("未作答",)),
        (NONE, RIGHT, ("应当拒答",)),
        (GOLD, replace(RIGHT, citations=(cited("一", 0, 4),)), ("没有引用二/三",)),
        (GOLD, replace(RIGHT, citations=()), ("没有引用二/三",)),
        (GOLD, replace(RIGHT, departments=("市林业局",)), ("单位不符：市林业局",)),
        (GOLD, replace(RIGHT, departments=("甲局", "市林业局", "市财政局")), ("单位不符：甲局、市林业局、市财政局",)),
        (GOLD, replace(RIGHT, text="由市林业局。"), ("缺少“负责|牵头”",)),
        (GOLD, replace(RIGHT, text="由市林业局负责，不是市教育局。"), ("不应出现“市教育局”",)),
        (GOLD, replace(RIGHT, text="", citations=()), ("没有引用二/三", "缺少“市林业局”", "缺少“负责|牵头”")),
    ],
)  # fmt: skip
def test_an_answer_is_right_or_says_what_is_wrong(gold: GoldQuestion, answer: Answer, faults: tuple[str, ...]) -> None:
    assert score(gold, answer) == faults


@dataclass
class Fake:
    """A knowledge base of one document that gives prepared answers, in order."""

    answers: list[Answer]
    asked: list[tuple[str, tuple[str, ...]]]

    def ask(self, text: str, history: Sequence[str] = ()) -> Answer:
        self.asked.append((text, tuple(history)))
        return self.answers[len(self.asked) - 1]

    def document(self, name: str) -> Document:
        clause = Clause(0, 1, "二、", "二", "", WHOLE, WHOLE)
        return Document(Source(name, Path(), ""), TEXT, (0,), (clause,), (Passage(0, "二", WHOLE, ""),))


def scored(*pairs: tuple[GoldQuestion, Answer]) -> tuple[list[Score], Fake]:
    fake: Any = Fake([answer for _, answer in pairs], [])
    return run(fake, [gold for gold, _ in pairs]), fake


def test_questions_are_asked_in_order_with_their_history() -> None:
    first, second = replace(GOLD, history=("甲", "乙")), NONE
    scores, fake = scored((first, RIGHT), (second, REFUSAL))
    assert fake.asked == [("古树由谁保护？", ("甲", "乙")), ("火星由谁保护？", ())]
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
    ((found,), _) = scored((GOLD, replace(RIGHT, **changes)))
    assert fault in found.faults
    assert not found.right


def test_a_figure_of_the_question_may_be_repeated() -> None:
    answer = replace(RIGHT, question="是80%吗？", text="不是80%，由市林业局负责。")
    assert scored((GOLD, answer))[0][0].right


def test_shares_are_counted_by_type_and_failures_listed() -> None:
    pairs = [
        (GOLD, RIGHT),
        (replace(GOLD, id="3"), REFUSAL),
        (replace(GOLD, id="4", type="target"), RIGHT),
        (NONE, REFUSAL),
    ]
    scores, _ = scored(*pairs)
    result = summary(scores)
    assert result["questions"] == 4
    assert result["answerable"] == {"right": 2, "of": 3, "share": 0.6667}
    assert result["unanswerable"] == {"right": 1, "of": 1, "share": 1.0}
    assert {name: row["share"] for name, row in result["types"].items()} == {"duty": 0.5, "target": 1.0, "none": 1.0}
    assert [row["id"] for row in result["failures"]] == ["3"]
    assert result["failures"][0]["faults"] == ("未作答",)
    assert result["elapsed_ms_median"] == 5.0


def test_no_question_is_no_share() -> None:
    assert summary([])["answerable"] == {"right": 0, "of": 0, "share": 0.0}
    assert summary([])["elapsed_ms_median"] is None
