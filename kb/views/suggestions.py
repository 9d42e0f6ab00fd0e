"""Questions offered to the reader, drawn from the ledgers so that the library answers them.

On the empty page they show what can be asked; under an answer they lead on from the clause, the body or the indicator
just answered. The former are put to the library before they are offered; the latter stand on rows of the ledgers, and
asking them too would cost every answer several others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

import streamlit as st

from ingest.document import Document
from kb import KnowledgeBase
from kb.results import Answer, DocumentCard
from kb.views.words import said

ENOUGH, NEXT = 6, 3  # questions offered on the empty page, under an answer
LOOKED_AT = 3  # documents, the longest ones
TRIED = 8  # candidates: of the empty page asked, under an answer looked through
ABOUT_DUTIES = ("duty", "organ_duties")


@st.cache_data(show_spinner=False, max_entries=16)
def example_questions(_kb: KnowledgeBase, cards: tuple[DocumentCard, ...], language: str) -> list[str]:
    """Return a few questions that these documents answer, of different kinds."""
    longest = sorted(cards, key=lambda card: card.clauses)[-LOOKED_AT:]
    document = max((_kb.document(card.doc_id) for card in longest), key=lambda d: len(d.duties) + len(d.targets))
    return _answered(_kb, _examples(document, language), ENOUGH)


@st.cache_data(show_spinner=False, max_entries=256)
def next_questions(_kb: KnowledgeBase, turn_id: str, revision: int, language: str, _answer: Answer) -> list[str]:
    """Return questions that follow from an answer: what else its clause, body or indicator has to say."""
    asked = (_answer.question, _answer.standalone_question)
    candidates = dict.fromkeys(q for q in islice(_following(_kb, _answer, language), TRIED) if q not in asked)
    return list(candidates)[:NEXT]


def _answered(kb: KnowledgeBase, candidates: Iterable[str], enough: int) -> list[str]:
    found: list[str] = []
    tried: set[str] = set()
    revision = kb.revision()
    for question in candidates:
        if len(found) == enough or len(tried) == TRIED:
            break
        if question not in tried and _answers(kb, revision, question):
            found.append(question)
        tried.add(question)
    return found


@st.cache_data(show_spinner=False, max_entries=4096)
def _answers(_kb: KnowledgeBase, revision: int, question: str) -> bool:
    """Tell whether the library answers a question; many answers lead on to the same ones."""
    return _kb.ask(question).answered


def _examples(document: Document, language: str) -> Iterator[str]:
    """Yield questions from the ledgers and the outline, one of each kind first."""
    duties = [duty for duty in document.duties if duty.named() and document.clause(duty.path).heading]
    if duties:
        yield said(language, "suggest.who", task=document.clause(duties[len(duties) // 2].path).heading)
        load = Counter(name for duty in duties for name in duty.named())
        yield said(language, "suggest.duties", body=load.most_common(1)[0][0])
    dated = [target for target in document.targets if target.deadline_year]
    for target in dated[:: max(1, len(dated) // 2)][:2]:
        yield said(language, "suggest.target", year=target.deadline_year, indicator=target.indicator)
    numbered = [clause for clause in document.clauses if clause.heading and clause.level > 1]
    for clause in numbered[-1:]:
        yield said(language, "suggest.clause", path=clause.path)
    if document.source.number:
        yield said(language, "suggest.when", number=document.source.number)


def _following(kb: KnowledgeBase, answer: Answer, language: str) -> Iterator[str]:
    """Yield what the ledgers hold on the first clause cited, then on the bodies named, then on clauses around it."""
    if not answer.citations:
        return
    first = answer.citations[0]
    document = kb.document(first.doc_id)
    heading = document.clause(first.path).heading
    targets = [target for target in document.targets if target.path == first.path and target.deadline_year]
    if heading and answer.kind not in ABOUT_DUTIES and any(duty.path == first.path for duty in document.duties):
        yield said(language, "suggest.who", task=heading)
    if answer.kind != "target":
        for target in targets[:2]:
            yield said(language, "suggest.target", year=target.deadline_year, indicator=target.indicator)
    else:
        cited = [t for t in targets if first.start <= t.span.start < first.end] or targets
        for target in cited[:1]:
            yield said(language, "suggest.levels", indicator=target.indicator)
    if heading and answer.kind in (*ABOUT_DUTIES, "target"):
        yield said(language, "suggest.measures", task=heading)
    if answer.kind != "organ_duties":
        for body in answer.departments[:2]:
            yield said(language, "suggest.duties", body=body)
    yield from _around(document, first.path, answer.kind, language)


def _around(document: Document, path: str, kind: str, language: str) -> Iterator[str]:
    """Yield the same question for the clauses after this one."""
    at = document.clauses.index(document.clause(path))
    dutiful = {duty.path for duty in document.duties if duty.named()}
    for clause in document.clauses[at + 1 :]:
        if clause.heading and clause.path in dutiful:
            yield said(language, "suggest.who" if kind in ABOUT_DUTIES else "suggest.measures", task=clause.heading)
