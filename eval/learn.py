"""Learn where a clause stops being an answer: ``python -m eval.learn HOME`` writes ``kb/answer/lines.toml``.

HOME holds other documents than those the questions of ``eval/*.jsonl`` are about. Questions are written from them
(``eval.make``), each asked with its clause and with the clause hidden. Logistic regression weighs what the evidence
shows; the line is drawn so that at most ``MISSED`` of the questions whose own clause is found are refused. What it
refuses of the others is measured on documents that took no part in the fit.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.make import Row, make_gold
from kb.answer.evidence import Measure, rank_clauses
from kb.answer.likely import FEATURES, STORED, features
from kb.knowledge_base import KnowledgeBase

KINDS = {"duty": ("duty", "keywords", "everyday_duty"), "measure": ("measure", "everyday")}
MISSED = 0.03
FOLDS = 5
LIMIT = 3
Rows = NDArray[np.float64]


def main() -> None:
    """Learn from the knowledge base in the folder given, and store the result with its provenance."""
    with KnowledgeBase.open(Path(sys.argv[1])) as kb:
        documents = [kb.document(card.doc_id) for card in kb.documents()]
        rows = make_gold(documents, limit=LIMIT)
        head = (
            f"# Written by python -m eval.learn on {date.today()}: {len(documents)} documents other than the bundled.\n"
        )
        parts = [learned(kb, name, [r for r in rows if r["type"] in _types(kinds)]) for name, kinds in KINDS.items()]
    STORED.write_text(head + "".join(parts), encoding="utf-8")


def _types(kinds: Sequence[str]) -> set[str]:
    return {*kinds, *(f"{kind}_hidden" for kind in kinds)}


def learned(kb: KnowledgeBase, name: str, rows: Sequence[Row]) -> str:
    """Return the table of one kind of question: weights, line, and what it does on documents not learned from."""
    seen = [(row["doc"], bool(row["answerable"]), found) for row in rows if (found := _shown(kb, row)) is not None]
    docs = sorted({doc for doc, _, _ in seen})
    values = np.array([found for _, _, found in seen])
    right = np.array([answerable for _, answerable, _ in seen])
    fold = np.array([docs.index(doc) % FOLDS for doc, _, _ in seen])
    missed, refused = 0.0, 0.0
    for at in range(FOLDS):
        weights, line = fit(values[fold != at], right[fold != at])
        below = values[fold == at] @ weights < line
        missed += float(below[right[fold == at]].sum())
        refused += float(below[~right[fold == at]].sum())
    weights, line = fit(values, right)
    table = {**dict(zip(FEATURES, weights.round(3).tolist(), strict=True)), "line": round(float(line), 3)}
    table |= {"questions": len(seen), "documents": len(docs)}
    table |= {"refused_without_clause": round(refused / (~right).sum(), 3), "missed": round(missed / right.sum(), 3)}
    return f"\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())


def _shown(kb: KnowledgeBase, row: Row) -> tuple[float, ...] | None:
    """Return what the evidence for a question shows; None where its own clause is there and is not the best."""
    hidden = [(key.partition("#")[0], key.partition("#")[2]) for key in row.get("hidden", ())]
    question, evidence = kb.inquiry(hidden=hidden).evidence(row["question"])
    measure = Measure(question, evidence)
    clauses = rank_clauses(question, evidence, measure)
    if not clauses or (row["answerable"] and clauses[0].path not in row["gold_clauses"]):
        return None
    return features(measure, clauses)


def fit(values: Rows, right: NDArray[np.bool_], *, steps: int = 50) -> tuple[Rows, float]:
    """Return weights (the first is 1) and the line below which ``MISSED`` of the right ones fall.

    Logistic regression by Newton's method with a small ridge; no weight below nought, for no share speaks against.
    """
    design = np.column_stack([values, np.ones(len(values))])
    beta = np.zeros(design.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (right - p) - 1e-3 * beta
        curve = (design * (p * (1 - p))[:, None]).T @ design + 1e-3 * np.eye(len(beta))
        beta = beta + np.linalg.solve(curve, slope)
    weights = np.maximum(beta[:-1], 0.0)
    weights = weights / max(weights[0], 1e-9)
    return weights, float(np.quantile((values @ weights)[right], MISSED))


if __name__ == "__main__":
    main()
