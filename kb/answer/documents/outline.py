"""Answers from a document's outline: its parts, the part asked for, the items that stand under one heading.

Told by headings alone, so that a list is complete and in printed order. What no heading tells (十大工程 of a plan that
numbers none) is left to the composers that look for sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.document import FRONT, Clause, Document
from kb.answer.evidence import Evidence, Found
from kb.answer.measure import Measure
from kb.answer.texts.passages import contents, headings
from kb.results import Concept, Draft, Question, Selection, Statement

OUTLINES = ("parts", "section", "items")
DOCUMENTS = 3  # Of more documents than these, nobody means the outline of each.
FEWEST, MOST = 2, 40  # parts or items of one list
ALIKE = 0.6  # Share of the headings under a clause that must be called what is asked for.
SHORT = 20  # Characters of a heading that does no more than name its part.
PRINTED = 0.85  # How far a heading must print what the question narrows the list to.


def compose_outline(
    question: Question, selection: Selection, evidence: Evidence, measure: Measure, topic: Sequence[Concept]
) -> Draft | None:
    """Return the headings or the part asked for, of each document meant that has them; None where none has."""
    documents = evidence.scope()
    if len(documents) > DOCUMENTS or (topic and selection.of != "items"):
        return None
    told: list[list[Statement]] = []
    for document in documents:
        if selection.of == "parts":
            told.append(_parts(document, question))
        elif selection.of == "section":
            told.append(_section(document, selection, question))
        else:
            told.append(_items(document, selection, question, measure, topic))
    lists = [statements for statements in told if statements]
    if len(lists) > 1:
        lists = [[_counting(lead, items), *items] if items and items[0].item else [lead, *items]
                 for lead, *items in lists]  # fmt: skip
    kind = "measure" if selection.of == "section" else "list"
    return Draft(kind, tuple(s for said in lists for s in said), language=question.language) if lists else None


def _counting(lead: Statement, items: Sequence[Statement]) -> Statement:
    """Return the sentence before one of several lists, which is judged by its own items."""
    return replace(lead, quotes=tuple(quote for item in items for quote in item.quotes), unmarked=True)


def _parts(document: Document, question: Question) -> list[Statement]:
    """List the parts of the first level; of a document that is one part, those under it."""
    top = _under(document, None)
    while len(top) == 1:
        top = _under(document, top[0].path)
    if not FEWEST <= len(top) <= MOST:
        return []
    said = f"{len(top)} parts:" if question.language == "en" else f"分{len(top)}个部分："
    return headings(document, top, said, question)


def _section(document: Document, selection: Selection, question: Question) -> list[Statement]:
    """Return the first, highest part whose heading is what is asked for: its items, or what it says.

    Of 指导思想和基本原则 and the 基本原则 under it, the one under it.
    """
    named = [c for c in document.clauses if len(c.heading) <= SHORT and re.search(selection.names, c.heading)]
    above = {c.parent for c in named if c.parent and c.heading in document.clause(c.parent).heading}
    named = [c for c in named if c.path not in above]
    best = min(named, key=lambda c: (c.level, c.span), default=None)
    return contents(Found(document, best.path, best.span, 1.0), question) if best else []


def _items(
    document: Document, selection: Selection, question: Question, measure: Measure, topic: Sequence[Concept]
) -> list[Statement]:
    """List the clauses under a heading, most of them called what is asked for, as many as asked for if possible."""
    found: list[tuple[bool, float, Clause | None, list[Clause]]] = []
    for clause in (None, *document.clauses):
        under, heading = _under(document, clause.path if clause else None), clause.heading if clause else ""
        if not FEWEST <= len(under) <= MOST or not all(measure.found(c, heading) >= PRINTED for c in topic):
            continue
        share = sum(selection.names in c.heading for c in under) / len(under)
        if share >= ALIKE or (topic and heading.endswith(selection.names)):
            found.append((len(under) == selection.count, share, clause, under))
    if not found:
        return []
    exact, _, clause, under = max(found, key=lambda row: (*row[:2], -row[3][0].span.start))
    denied = selection.count if not exact else 0
    said = _counted(clause, len(under), denied, english=question.language == "en")
    return headings(document, under, said, question, under=clause, echoes=(str(denied),) if denied else ())


def _counted(clause: Clause | None, many: int, denied: int, *, english: bool) -> str:
    """Say how many items stand under a clause, or make up the document, and how many they are not.

    >>> _counted(None, 10, 8, english=False)
    '下设10条，不是8条：'
    """
    name = f"{clause.path}“{clause.heading}”" if clause else ""
    if english:
        return f"{name} has {many} items".strip() + (f", not {denied}:" if denied else ":")
    return f"{name}下设{many}条" + (f"，不是{denied}条：" if denied else "：")


def _under(document: Document, path: str | None) -> list[Clause]:
    return [clause for clause in document.clauses if clause.parent == path and clause.path != FRONT]
