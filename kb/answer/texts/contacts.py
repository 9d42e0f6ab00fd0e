"""Whom to turn to: the telephone number, address or name that a notice prints for the matter it is about.

Printed once, on a line of its own or in the signature, and rarely in the words of the question: the line is looked for
in the document that is meant. What is asked about besides that document must stand in the line or the clause around it,
so that a ministry's number is none of a plant's.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.document import Document, Span
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found
from kb.answer.kinds import asked_for
from kb.answer.measure import Measure
from kb.answer.texts.passages import sentence
from kb.results import Draft, Question

KINDS = ("phone", "email", "person")
DOCUMENTS = 3  # More than these, and the best clause tells the document meant.
SURELY = 0.75
TITLED = 0.5  # Share of the question that the title of the document must print where no document is named.


def compose_contacts(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return the lines that print the contact asked for; None where none is asked for or printed."""
    kinds = [kind for kind in KINDS if kind in question.asks]
    if not kinds:
        return None
    for document in _meant(evidence, measure, clauses):
        lines = [f for f in _lines(document, measure) if all(asked_for(kind, f.text) for kind in kinds)]
        if lines:
            return Draft("measure", (sentence(lines[0], question),), language=question.language)
    return None


def _meant(evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> list[Document]:
    if len(evidence.cards) <= DOCUMENTS:
        return evidence.scope()
    best = clauses[0].document if clauses else None
    return [best] if best and measure.coverage(best.source.title) >= TITLED else []


def _lines(document: Document, measure: Measure) -> list[Found]:
    """Return the sentences of a document whose clause and title print all that the question is about."""
    found = []
    for clause in document.clauses:
        around = f"{document.source.title}\n{document.slice(clause.span)}"
        if any(measure.found(c, around) < SURELY for c in measure.concepts if c.weight >= 1.0):
            continue
        spans = sentence_spans(document.text, Span(clause.span.start, clause.span.end))
        found += [Found(document, clause.path, span, 1.0) for span in spans]
    return found
