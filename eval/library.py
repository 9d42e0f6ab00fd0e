"""One run of a gold set against one knowledge base: what is asked, with what left out, and how it is compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.faithfulness import Judge, faithfulness
from eval.gold import GoldQuestion, check_gold, read_gold
from eval.run import Ask, Score, run
from eval.summary import change, groups, summary
from ingest.document import Document
from kb.errors import BadInput
from kb.inquiry import PARTS
from kb.knowledge_base import KnowledgeBase
from kb.results import Answer

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it, of how much."""


def evaluate(
    kb: KnowledgeBase,
    gold: Path,
    *,
    against: Path | None = None,
    ablations: bool = False,
    judge: Judge | None = None,
    progress: Progress = lambda what, done, total: None,
) -> dict[str, Any]:
    """Return the result of a gold file, with the change since the accepted run ``against``.

    ``judge`` is asked whether each sentence of each answer follows from its quotes (``eval.faithfulness``).

    Raises:
        BadInput: the gold file or the accepted run is wrong, and nothing is scored; or the judge does not answer.
    """
    questions, accepted = read_gold(gold), read_run(against) if against else None
    if against and accepted and not accepted["results"].keys() & {question.id for question in questions}:
        raise BadInput(f"{against} 是另一份题库的结果，与 {gold} 没有相同的题。请给出同一题库的结果。")
    documents = {card.doc_id: kb.document(card.doc_id) for card in kb.documents()}
    check_gold(gold, questions, list(documents.values()))

    def scored(name: str, ask: Ask) -> list[Score]:
        total = len(questions)
        return run(questions, ask, documents, lambda done: progress(name, done, total))

    given: dict[str, Answer] = {}
    whole = asking(kb)
    result = {"measured": date.today().isoformat(), "settings": _settings(kb, documents)}
    result |= summary(scored("评测", lambda gold: given.setdefault(gold.id, whole(gold))))
    if ablations:
        result["ablations"] = {part: groups(scored(f"不用 {part}", asking(kb, [part]))) for part in PARTS}
    if judge:
        result["faithfulness"] = faithfulness(given, judge, progress)
    if accepted:
        result["change"] = change(result, accepted)
    return result


def asking(kb: KnowledgeBase, without: Sequence[str] = ()) -> Ask:
    """Return what asks a gold question of the knowledge base, less ``without`` and the clauses it hides."""
    whole = kb.inquiry(without)

    def ask(gold: GoldQuestion) -> Answer:
        keys = [key.partition("#") for key in gold.hidden]
        inquiry = kb.inquiry(without, [(doc_id, path) for doc_id, _, path in keys]) if keys else whole
        started = perf_counter()
        answer = inquiry.ask(gold.question, gold.history, gold.within, "")
        return replace(answer, elapsed_ms=round((perf_counter() - started) * 1000, 1))

    return ask


def read_run(path: Path) -> dict[str, Any]:
    """Return a run written as JSON before.

    Raises:
        BadInput: it cannot be read, or is no such file.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        if isinstance(found, dict) and {"results", "answerable", "unanswerable"} <= set(found):
            return found
        raise ValueError("不是评测结果")
    except (OSError, ValueError) as error:
        raise BadInput(f"无法读取上次的评测结果：{path}（{error}）。请给出 kb eval -o 写出的 .json。") from error


def _settings(kb: KnowledgeBase, documents: dict[str, Document]) -> dict[str, Any]:
    return {"embedding": kb.settings.embedding, "llm": kb.settings.llm or "无", "documents": len(documents)}
