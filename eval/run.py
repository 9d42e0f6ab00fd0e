"""Ask every gold question of one knowledge base and score the answers.

Right, for an answerable question: answered, a gold clause cited, the bodies exactly equal where gold names any, every
required string present, no forbidden one. For an unanswerable one: refused. Whatever the question, each quote must be
verbatim, and each figure of the text must stand in a quote or in the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.gold import GoldQuestion
from kb.knowledge_base import KnowledgeBase
from kb.results import Answer

FIGURE = re.compile(r"\d+(?:\.\d+)?[%％]")


@dataclass(frozen=True, slots=True)
class Score:
    """One question's result; ``faults`` says what is wrong, empty when right."""

    id: str
    type: str
    question: str
    answerable: bool
    faults: tuple[str, ...]
    text: str
    elapsed_ms: float

    @property
    def right(self) -> bool:
        """No fault."""
        return not self.faults


def run(kb: KnowledgeBase, questions: Iterable[GoldQuestion]) -> list[Score]:
    """Ask and score every question, in order."""
    scores = []
    for gold in questions:
        answer = kb.ask(gold.question, gold.history)
        faults = (*score(gold, answer), *_proof_faults(kb, answer))
        scores.append(Score(gold.id, gold.type, gold.question, gold.answerable, faults, answer.text, answer.elapsed_ms))
    return scores


def score(gold: GoldQuestion, answer: Answer) -> tuple[str, ...]:
    """Return what is wrong with an answer, in words; nothing when it is right."""
    if not gold.answerable:
        return () if not answer.answered else ("应当拒答",)
    if not answer.answered:
        return ("未作答",)
    faults = []
    if gold.gold_clauses and not {c.path for c in answer.citations} & set(gold.gold_clauses):
        faults.append(f"没有引用{'/'.join(gold.gold_clauses)}")
    if gold.departments and set(answer.departments) != set(gold.departments):
        faults.append(f"单位不符：{'、'.join(answer.departments)}")
    faults += [f"缺少“{need}”" for need in gold.must_contain if not any(a in answer.text for a in need.split("|"))]
    faults += [f"不应出现“{word}”" for word in gold.must_not_contain if word in answer.text]
    return tuple(faults)


def _proof_faults(kb: KnowledgeBase, answer: Answer) -> list[str]:
    faults = []
    for c in answer.citations:
        if kb.document(c.doc_id).text[c.start : c.end] != c.quote:
            faults.append(f"引文〔{c.marker}〕与原文不一致")
    quoted = "".join(c.quote for c in answer.citations) + answer.question
    if answer.answered:
        faults += [f"数字{figure}不在引文中" for figure in FIGURE.findall(answer.text) if figure not in quoted]
    return faults


def summary(scores: Sequence[Score]) -> dict[str, Any]:
    """Return shares right: of answerable questions, of refusals, and by type; with the failures."""
    by_type: dict[str, list[Score]] = {}
    for row in scores:
        by_type.setdefault(row.type, []).append(row)
    return {
        "questions": len(scores),
        "answerable": _share([s for s in scores if s.answerable]),
        "unanswerable": _share([s for s in scores if not s.answerable]),
        "types": {name: _share(rows) for name, rows in by_type.items()},
        "elapsed_ms_median": sorted(s.elapsed_ms for s in scores)[len(scores) // 2] if scores else None,
        "failures": [asdict(s) for s in scores if not s.right],
    }


def _share(scores: Sequence[Score]) -> dict[str, float | int]:
    right = sum(s.right for s in scores)
    return {"right": right, "of": len(scores), "share": round(right / len(scores), 4) if scores else 0.0}
