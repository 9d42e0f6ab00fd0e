"""Answers from a document's record: which document is meant, which fields are asked for, whether a claim is true.

The fields asked for come with the question (``record:number`` among its ``asks``); ``record`` says and proves them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import Document
from ingest.words import bigrams
from kb.answer.evidence import Evidence, Found
from kb.answer.record import FIELDS, identity
from kb.answer.refusal import refuse
from kb.results import Draft, Question, Statement

SEVERAL = re.compile(r"各|分别|都|两份|两个文件|\beach\b|\bboth\b", re.I)
FEW = 4
# A field asked for by words that would ask for another as well: 何时施行 is not 何时印发, 由谁解释 not 由谁印发
INSTEAD = {
    "basis": frozenset(FIELDS) - {"basis"},
    "repealed": frozenset(FIELDS) - {"repealed"},
    "in_force": frozenset(("dated", "issuer")),
    "interpreter": frozenset(("issuer",)),
}
UNDISPUTED = frozenset(("form", "in_force"))  # Fields whose own sentence answers a claim.


def compose_metadata(question: Question, evidence: Evidence, clauses: Sequence[Found]) -> Draft:
    """Return the facts asked for about the document meant, or about each where several are named."""
    scope = _meant(question, evidence)
    if not scope:
        return refuse(question, evidence, clauses)
    wanted = _wanted(question)
    fields = [FIELDS[name] for name in wanted] or [identity]
    statements = [s for document in scope for say in fields for s in say(document, question)]
    if not statements:
        return refuse(question, evidence, clauses)
    if question.claim and not UNDISPUTED & {*wanted} and (question.years or question.organs or question.levels):
        statements = [_verdict(scope[0], question), *identity(scope[0], question)]
    unique = list({s.text: s for s in statements}.values())
    return Draft("metadata", tuple(unique), language=question.language)


def _wanted(question: Question) -> list[str]:
    """Return the fields asked for, less those whose words only belong to another one."""
    asked = [name for name in FIELDS if f"record:{name}" in question.asks]
    aside = frozenset[str]().union(*(INSTEAD.get(name, ()) for name in asked))
    return [name for name in asked if name not in aside] or asked


def _meant(question: Question, evidence: Evidence) -> list[Document]:
    """Return the document whose title prints most of the question; all in scope where it asks of each of a few."""
    scope = evidence.scope()
    if SEVERAL.search(question.standalone) and 1 < len(scope) <= FEW:
        return scope

    def printed(document: Document) -> int:
        return sum(pair in document.source.title for pair in set(bigrams(question.standalone)))

    return sorted(scope, key=lambda document: -printed(document))[:1] if len(scope) <= FEW else scope[:1]


def _verdict(document: Document, question: Question) -> Statement:
    """Confirm or deny the year, issuer and level that the question puts forward."""
    source = document.source
    right = all(source.dated and year == source.dated.year for year in question.years)
    right = right and all(any(organ in name for name in source.issuers) for organ in question.organs)
    right = right and (not question.levels or source.level in question.levels)
    quotes = tuple(q for s in identity(document, question) for q in s.quotes)[:1]
    echoes = (*(str(year) for year in question.years), *question.organs)
    text = ("Yes." if right else "No.") if question.language == "en" else ("是的。" if right else "不是。")
    return Statement(text, quotes, echoes=echoes)
