"""Values that stand in prose and in no ledger: 试点时间为2年, 应于2022年12月底前竣工, 最高不超过300万元.

A sentence answers when it prints a value of the kind asked for and, with the headings and the title above it, covers
the question: what it is chiefly about must stand in the sentence, its clause's heading or the document's title. What is
printed for another year, or of a place that the clause does not name, answers nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.document import FRONT, Document
from ingest.sentences import sentence_spans
from kb.answer.evidence import COVER, ENDED, Found, Measure, heading_of, is_heading
from kb.answer.fitting import ACTUAL, COMMA
from kb.answer.values import value_in
from kb.results import Concept, Question

ENOUGH = 0.62  # Covered share of the question's weight, the context counted.
SENTENCE, HEADING, TITLE, CLAUSE = 1.0, 0.85, 0.8, 0.5  # Where a concept is found: what it counts.
OWN = 0.3  # Share that the sentence itself must cover.
CORE = 0.5  # How far the heaviest concept must be found.
DEPTH = 12
CLOSE = 0.05
MOST = 3


def stated_values(question: Question, measure: Measure, clauses: Sequence[Found]) -> list[Found]:
    """Return the sentences that state what is asked for, best first; nothing where none fits well enough."""
    if ACTUAL.search(question.standalone):
        return []
    found = [row for clause in clauses[:DEPTH] for row in _sentences(question, measure, clause)]
    ranked = sorted(found, key=lambda f: -f.score)
    if not ranked or ranked[0].score < ENOUGH:
        return []
    best = ranked[0]
    near = [f for f in ranked if f.path == best.path and f.document is best.document and f.score >= best.score - CLOSE]
    return sorted(near[:MOST], key=lambda f: f.span)


def _sentences(question: Question, measure: Measure, clause: Found) -> list[Found]:
    """Return the sentences of a clause that print a value of the kind asked for, with what they cover."""
    document, path = clause.document, clause.path
    duties = [duty.span for duty in document.duties if duty.path == path]
    whole = document.slice(clause.span)
    if not measure.names_in(f"{document.source.title}\n{headings(document, path)}\n{whole}"):
        return []
    rows = []
    for span in sentence_spans(document.text, clause.span, semicolons=True):
        words = document.slice(span)
        if is_heading(document, path, span) or not ENDED.search(words) or any(duty.holds(span) for duty in duties):
            continue
        if not _states(question, measure, words):
            continue
        score = fit(measure, document, path, words, whole)
        if score is not None:
            rows.append(Found(document, path, span, score * (COVER if path == FRONT and document.clauses[1:] else 1.0)))
    return rows


def _states(question: Question, measure: Measure, words: str) -> bool:
    """Tell whether a sentence prints a value of the kind asked for, of the years asked for."""
    if any(str(year) not in words for year in question.years):
        return False
    if any(f"比{year}年" in words.replace(" ", "") for year in question.years) and len(question.years) == 1:
        return False
    return value_in(question, words)


def fit(measure: Measure, document: Document, path: str, words: str, whole: str) -> float | None:
    """Return the share of the question's weight that a sentence covers in its place; None where it misses the point."""
    above, title = headings(document, path), document.source.title

    def found(c: Concept) -> float:
        return max(
            SENTENCE * measure.found(c, words),
            HEADING * measure.found(c, above),
            TITLE * measure.found(c, title),
            CLAUSE * measure.found(c, whole),
        )

    core = measure.core
    if core is not None and max(measure.found(core, text) for text in (words, above, title)) < CORE:
        return None
    if measure.coverage(words) < OWN and measure.coverage(f"{words}\n{heading_of(document, path)}") < OWN:
        return None
    return sum(measure.weights[c.term] * found(c) for c in measure.concepts) / measure.total


def headings(document: Document, path: str) -> str:
    """Return the headings of a clause and of those above it."""
    found: list[str] = []
    at: str | None = path
    while at is not None:
        clause = document.clause(at)
        found.append(clause.heading)
        at = clause.parent
    return "\n".join(filter(None, found))


def parts_with_values(question: Question, words: str) -> list[str]:
    """Return the parts of a sentence, between commas, that print a value of the kind asked for."""
    return [part for part in COMMA.split(words) if value_in(question, part)]
