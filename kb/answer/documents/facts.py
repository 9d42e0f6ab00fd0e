"""Answers from a document's record: which document is meant, which fields are asked for, whether a claim is true.

The fields asked for come with the question (``record:number`` among its ``asks``); ``record`` says and proves them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import Document
from ingest.words import bigrams
from kb.answer.documents.record import FIELDS, dated, identity
from kb.answer.evidence import Evidence, Found
from kb.answer.refusal import lacks, refuse
from kb.results import Draft, Question, Statement

SEVERAL = re.compile(r"各|分别|都|两份|两个文件|\beach\b|\bboth\b", re.I)
FEW = 4
TOLD = 4  # character pairs of a question that a title must print to be meant among many
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
    if {"when", "dated"} <= {*question.asks, *wanted} and not any(dated(document, question) for document in scope):
        return refuse(question, evidence, clauses, lacks("day", question))  # who issued it is no answer to when
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
    if "when" in question.asks and "dated" in asked:  # 贯彻…的意见哪天印发: the words of a title ask for nothing
        asked = [name for name in asked if name != "basis"]
    aside = frozenset[str]().union(*(INSTEAD.get(name, ()) for name in asked))
    return [name for name in asked if name not in aside] or asked


def _meant(question: Question, evidence: Evidence) -> list[Document]:
    """Return the document whose title prints most of the question; all in scope where it asks of each of a few.

    Of many none is meant unless a title prints several words of the question.
    """
    cards = evidence.cards
    if SEVERAL.search(question.standalone) and 1 < len(cards) <= FEW:
        return evidence.scope()
    pairs = set(bigrams(question.standalone))
    printed = {card.doc_id: sum(pair in card.title for pair in pairs) for card in cards}
    best = max(cards, key=lambda card: printed[card.doc_id], default=None)
    told = best is not None and (len(cards) <= FEW or printed[best.doc_id] >= TOLD)
    return [evidence.documents[best.doc_id]] if best and told and best.doc_id in evidence.documents else []


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
