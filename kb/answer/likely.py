"""Is the best clause an answer, or only near the question? A line learned on questions with and without their clause.

Three shares decide: what the best one sentence of the clause covers of the question, what the clause prints of it in
all, and how far the clause stands ahead of the next. How they are weighed and where the line lies is learned by
``python -m eval.learn`` on other documents than the bundled ones and stored in ``lines.toml`` with its provenance.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ingest.sentences import sentence_spans
from kb.answer.evidence import Found, Measure

STORED = Path(__file__).with_name("lines.toml")
LIKENESS = 0.5  # A clause that prints no word of the question must at least be this much like it.
FEATURES = ("sentence", "printed", "lead")


@cache
def lines() -> dict[str, Any]:
    """Return what was learned for each kind of question, with its provenance."""
    return tomllib.loads(STORED.read_text("utf-8"))


def unlikely(kind: str, measure: Measure, clauses: Sequence[Found]) -> bool:
    """Tell whether the best clause falls below the line of this kind of question."""
    line, found = lines()[kind], features(measure, clauses)
    if found[1] == 0 and found[0] < LIKENESS:
        return True
    seen = zip(FEATURES, found, strict=True)
    return bool(sum(float(line[name]) * value for name, value in seen) < float(line["line"]))


def features(measure: Measure, clauses: Sequence[Found]) -> tuple[float, float, float]:
    """Return what the best sentence covers, what the clause prints in all, and its lead as a share of its score."""
    best = clauses[0]
    document, clause = best.document, best.document.clause(best.path)
    sentences = [document.slice(span) for span in sentence_spans(document.text, clause.span)]
    covered = max(map(measure.coverage, sentences), default=0.0)
    printed = measure.printed(f"{clause.heading}\n{document.slice(clause.span)}")
    after = clauses[1].score if len(clauses) > 1 else 0.0
    return covered, printed, max(0.0, best.score - after) / max(best.score, 0.01)
