"""What two documents say about the same thing, side by side: 国家和市里对绿色建筑的要求有什么不同.

Each document answers by itself, as if it alone were asked; what they have in common is left to the reader. Where fewer
than two answer, or a figure is asked for, there is nothing to set beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Document
from ingest.levels import level_rank
from kb.answer.evidence import Evidence, Found
from kb.answer.figures.stated import ASKED
from kb.answer.measure import Measure
from kb.answer.texts.passages import compose_measure
from kb.results import Draft, Question, Statement


def compose_wordings(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found], sides: Sequence[Document]
) -> Draft | None:
    """Return the sentences of each side under its title, from the highest level down; None where one side is silent."""
    if question.asks & ASKED or question.unit:
        return None
    alone = replace(question, intent="measure")
    said: list[Statement] = []
    answering = 0
    for document in sorted(sides, key=lambda d: level_rank(d.source.level)):
        own = [found for found in clauses if found.document is document]
        draft = compose_measure(alone, evidence, measure, own)
        if draft.answered:
            answering += 1
            first, *rest = draft.statements
            title = f"《{document.source.title}》{': ' if question.language == 'en' else '：'}"
            said += [replace(first, text=title + first.text), *rest]
    return Draft("compare", tuple(said), language=question.language) if answering > 1 else None
