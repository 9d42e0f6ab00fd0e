"""Ask every gold question of one library and score the answers.

Right, for an answerable question: answered, a gold clause cited (of the document meant, where gold names one), the
bodies exactly equal where gold names any, every required string present, no forbidden one. For an unanswerable one:
refused. Whatever the question, each quote must be verbatim, and each figure of the text must be proved
(``eval.fidelity``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.fidelity import altered_quotes, unproved_figures
from eval.gold import GoldQuestion
from ingest.document import Document
from kb.results import Answer, Citation

Ask = Callable[[GoldQuestion], Answer]


@dataclass(frozen=True, slots=True)
class Score:
    """One question's result; ``faults`` says what is wrong, empty when right.

    ``rank`` is the place (from 1) of the first citation of a gold clause, None where none is cited; ``precision`` and
    ``recall`` compare the cited clauses with the gold ones, None where the question has none or was refused;
    ``bodies`` tells whether the bodies are exactly the gold ones, None where none are asked for.
    """

    id: str
    type: str
    question: str
    answerable: bool
    faults: tuple[str, ...]
    text: str
    elapsed_ms: float
    split: str = ""
    answered: bool = True
    rank: int | None = None
    precision: float | None = None
    recall: float | None = None
    bodies: bool | None = None
    verbatim: bool = True
    proved: bool = True

    @property
    def right(self) -> bool:
        """No fault."""
        return not self.faults


def run(
    questions: Iterable[GoldQuestion],
    ask: Ask,
    documents: Mapping[str, Document],
    progress: Callable[[int], None] = lambda done: None,
) -> list[Score]:
    """Ask and score every question, in order; ``progress`` is told how many are done."""
    scores: list[Score] = []
    for gold in questions:
        scores.append(scored(gold, ask(gold), documents))
        progress(len(scores))
    return scores


def scored(gold: GoldQuestion, answer: Answer, documents: Mapping[str, Document]) -> Score:
    """Return the score of one answer."""
    altered, unproved = altered_quotes(answer, documents), unproved_figures(answer, documents)
    cited = {(c.doc_id, c.path): _is_gold(gold, c) for c in answer.citations}
    compared = bool(gold.answerable and answer.answered and gold.gold_clauses and cited)
    found = {path for (_, path), right in cited.items() if right}
    proof = [f"引文〔{marker}〕与原文不一致" for marker in altered]
    proof += [f"数字{figure}不在引文中" for figure in sorted(unproved)] if answer.answered else []
    return Score(
        id=gold.id,
        type=gold.type,
        question=gold.question,
        answerable=gold.answerable,
        faults=(*faults(gold, answer), *proof),
        text=answer.text,
        elapsed_ms=answer.elapsed_ms,
        split=gold.split,
        answered=answer.answered,
        rank=next((n for n, c in enumerate(answer.citations, 1) if _is_gold(gold, c)), None),
        precision=sum(cited.values()) / len(cited) if compared else None,
        recall=len(found) / len(set(gold.gold_clauses)) if compared else None,
        bodies=set(answer.departments) == set(gold.departments) if gold.departments else None,
        verbatim=not altered,
        proved=not (answer.answered and unproved),
    )


def faults(gold: GoldQuestion, answer: Answer) -> Sequence[str]:
    """Return what is wrong with an answer by its gold, in words; nothing when it is right."""
    if not gold.answerable:
        return () if not answer.answered else ("应当拒答",)
    if not answer.answered:
        return ("未作答",)
    found = []
    if gold.gold_clauses and not any(_is_gold(gold, c) for c in answer.citations):
        found.append(f"没有引用{'/'.join(gold.gold_clauses)}")
    if gold.departments and set(answer.departments) != set(gold.departments):
        found.append(f"单位不符：{'、'.join(answer.departments)}")
    found += [f"缺少“{need}”" for need in gold.must_contain if not any(a in answer.text for a in need.split("|"))]
    found += [f"不应出现“{word}”" for word in gold.must_not_contain if word in answer.text]
    return found


def _is_gold(gold: GoldQuestion, citation: Citation) -> bool:
    """A gold clause, of the document meant where gold names one: other documents have the same addresses."""
    meant = gold.doc in ("", citation.doc_id, citation.doc_number, citation.title)
    return meant and citation.path in gold.gold_clauses
