"""Is the best clause an answer, or only near the question? A line learned on questions with and without their clause.

Four shares decide: what the best one sentence of the clause covers of the question, what the clause prints of it in
all, how far the clause stands ahead of the next, and how like the question one of its sentences is. How they are
weighed and where the line lies is learned on other documents than the bundled ones (``kb.answer.lines``).
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found, Measure
from kb.answer.lines import lines
from kb.results import Question

LIKENESS = 0.5  # A clause that prints no word of the question must at least be this much like it.
FEATURES = ("sentence", "printed", "lead", "alike")


def unlikely(kind: str, question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> bool:
    """Tell whether the best clause falls below the line of this kind of question; true where there is none."""
    if not clauses or not measure.concepts:
        return True
    line, found = lines()[kind], features(question, evidence, measure, clauses)
    if found[1] == 0 and found[0] < LIKENESS:
        return True
    seen = zip(FEATURES, found, strict=True)
    return bool(sum(float(line[name]) * value for name, value in seen) < float(line["line"]))


def features(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> tuple[float, float, float, float]:
    """Return the ``FEATURES`` of the best clause; one without a rival leads nobody."""
    best = clauses[0]
    document, clause = best.document, best.document.clause(best.path)
    sentences = [document.slice(span) for span in sentence_spans(document.text, clause.span, semicolons=True)]
    covered = max(map(measure.coverage, sentences), default=0.0)
    printed = measure.printed(f"{clause.heading}\n{document.slice(clause.span)}")
    lead = best.score - clauses[1].score if len(clauses) > 1 else 0.0
    alike = max(evidence.similarity(question.standalone, sentences), default=0.0)
    return covered, printed, lead, alike
