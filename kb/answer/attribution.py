"""Whose words an answer gives, where several documents were asked, or which one says so: 《云河市绿道建设方案》：……

A citation says so too, but a figure is pasted without it, and the same indicator stands in many plans.
"""

from __future__ import annotations

from dataclasses import replace

from kb.answer.evidence import Evidence
from kb.results import Draft, Question

BEGINS = 6  # characters by which a sentence of the document is told from one about it (不是，这是调整前的数值)
QUOTING = ("target", "measure", "definition")  # kinds that give a document's sentences without naming it


def attributed(draft: Draft, question: Question, evidence: Evidence) -> Draft:
    """Return the draft with each document's title before the first of its sentences, unless only one was asked.

    Where the question is which document says so, its 文号 stands there too. The scope goes over to a digest unasked
    where that alone prints the keyword: its title is said then as well.
    """
    asked = "which_document" in question.asks
    named = question.levels or question.numbers or question.titles or question.places
    digest = draft.kind == "measure" and not named and any(card.form == "digest" for card in evidence.cards)
    if draft.kind not in QUOTING or not (len(evidence.cards) > 1 or asked or digest):
        return draft
    english, before = question.language == "en", ""
    mark = ": " if english else "："
    statements = []
    for said in draft.statements:
        owners = {quote.doc_id for quote in said.quotes}
        owner = owners.pop() if len(owners) == 1 else ""
        document = evidence.documents[owner] if owner else None
        if document and owner != before and not said.item:
            title = f"《{document.source.title}》"
            title += f"（{document.source.number}）" if asked and document.source.number else ""
            if title in said.text:
                before = owner
            elif english or said.text[:BEGINS] in document.text:
                before, said = owner, replace(said, text=f"{title}{mark}{said.text}")
        statements.append(said)
    return replace(draft, statements=tuple(statements))
