"""Example questions drawn from the library itself, so that they fit whatever documents are open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import streamlit as st

from ingest.document import Document
from kb import KnowledgeBase
from kb.results import DocumentCard

ENOUGH = 6
LOOKED_AT = 3  # documents, the longest ones


@st.cache_data(show_spinner="正在翻看库中文件……", max_entries=8)
def example_questions(_kb: KnowledgeBase, cards: tuple[DocumentCard, ...]) -> list[str]:
    """Return a few questions that these documents answer, of different kinds."""
    longest = sorted(cards, key=lambda card: card.clauses)[-LOOKED_AT:]
    document = max((_kb.document(card.doc_id) for card in longest), key=lambda d: len(d.duties) + len(d.targets))
    found: list[str] = []
    for question in _candidates(document):
        if len(found) < ENOUGH and question not in found and _kb.ask(question).answered:
            found.append(question)
    return found


def _candidates(document: Document) -> Iterator[str]:
    """Yield questions from the ledgers and the outline, one of each kind first."""
    duties = [duty for duty in document.duties if duty.named() and document.clause(duty.path).heading]
    if duties:
        yield f"{document.clause(duties[len(duties) // 2].path).heading}由谁负责？"
        load = Counter(name for duty in duties for name in duty.named())
        yield f"{load.most_common(1)[0][0]}负责哪些工作？"
    dated = [target for target in document.targets if target.deadline_year]
    for target in dated[:: max(1, len(dated) // 2)][:2]:
        yield f"到{target.deadline_year}年，{target.indicator}的目标是多少？"
    numbered = [clause for clause in document.clauses if clause.heading and clause.level > 1]
    for clause in numbered[-1:]:
        yield f"{clause.path}讲了什么？"
    if document.source.number:
        yield f"{document.source.number}是什么时候印发的？"
