"""What a question to a whole ledger or outline is about: which documents, and what besides them.

The words of a title serve to name its document and narrow nothing within it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.answer.evidence import Evidence
from kb.results import Concept, DocumentCard, Question, Selection

MARKS = re.compile(r"[“”\"《》〈〉]")  # left out by those who name a title: 两高项目


def all_bodies(question: Question, evidence: Evidence) -> Selection | None:
    """Return what asks for every body of a document, where no more than the document is named: 7号文由谁负责."""
    alone = question.intent == "duty" and not (question.clause_refs or question.organs or question.claim)
    whole = Selection("bodies", topic=tuple(c.term for c in question.concepts))
    named = question.numbers or question.titles
    return whole if alone and named and not narrowing(question, evidence, whole) else None


def documents_meant(question: Question, cards: Sequence[DocumentCard]) -> tuple[DocumentCard, ...]:
    """Return the documents whose titles print most of the question: those of the place it names may be many."""
    printed = [sum(c.term in _bare(card) for c in question.concepts) for card in cards]
    return tuple(card for card, count in zip(cards, printed, strict=True) if count == max(printed))


def narrowing(question: Question, evidence: Evidence, selection: Selection) -> list[Concept]:
    """Return what a selection is narrowed by besides the documents."""
    return [c for c in topic_of(question, evidence) if c.term in selection.topic]


def topic_of(question: Question, evidence: Evidence, least: float = 0.5) -> list[Concept]:
    """Return what a question is about besides the documents: concepts that no title in scope prints."""
    titles = "\n".join(map(_bare, evidence.cards))
    return [c for c in question.concepts if c.weight >= least and not any(name in titles for name in c.same)]


def _bare(card: DocumentCard) -> str:
    return MARKS.sub("", card.title)
