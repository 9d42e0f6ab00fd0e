"""What binds local governments: duties printed for them, and the standing rule that is said once for all.

``以下均需县（市、区）政府落实，不再列出`` stands in one bracket and binds every later clause. It is always named with
the bracket in which it stands, so that a clause that does not print it is not taken to be free of it.
"""

from __future__ import annotations

import re

from ingest.document import Document, Duty, Span
from ingest.organs import kind_of
from kb.answer.evidence import Evidence
from kb.results import Draft, Question, Quote, Statement

# 是不是就不用管了 · 无需负责
WAIVED = re.compile(r"不用|不必|不管|不需|无需|没有?责任|不负责")


def local_duty(question: Question, evidence: Evidence) -> Draft | None:
    """Return the standing rule where the question asks about local governments alone; None otherwise."""
    if not _asks_local(question):
        return None
    rule = _standing_rule(evidence)
    return _say_rule(question, *rule) if rule else None


def rule_statement(document: Document, duty: Duty, *, english: bool) -> Statement:
    """Name the bodies that a standing rule binds, with the bracket or sentence that states the rule."""
    quote = _rule_quote(document, duty.rule_span or duty.span)
    names = "、".join(duty.inherited)
    if english:
        text = f"County and other local governments ({names}) must carry it out too: standing rule in {quote.path}."
    else:
        text = f"另按{quote.path}的通用规定，{names}也须落实。"
    return Statement(text, (quote,))


def _rule_quote(document: Document, rule: Span) -> Quote:
    """Return the whole bracket in which a standing rule stands, else its own words."""
    span = next((duty.span for duty in document.duties if duty.span.holds(rule)), rule)
    path = next(c.path for c in reversed(document.clauses) if c.span.start <= rule.start < c.span.end)
    return Quote(document.source.doc_id, path, span)


def _asks_local(question: Question) -> bool:
    return bool(question.organs) and all(kind_of(organ) == "local" for organ in question.organs)


def _standing_rule(evidence: Evidence) -> tuple[Document, Duty, Span] | None:
    """Return a duty that carries a standing rule for local governments, with the rule."""
    for document, duty in evidence.duties():
        if duty.rule_span and any(kind_of(name) == "local" for name in duty.inherited):
            return document, duty, duty.rule_span
    return None


def _say_rule(question: Question, document: Document, duty: Duty, span: Span) -> Draft:
    """Say what binds local governments: the standing rule, where it stands and how many duties it reaches."""
    quote = _rule_quote(document, span)
    stated = next((d for d in document.duties if d.span == quote.span), duty)
    names = stated.named(local=True) or duty.inherited
    where = f"《{document.source.title}》{quote.path}"
    if question.language == "en":
        text = (
            f"{where} states it once for all later clauses: local governments ({'、'.join(names)}) must carry them out."
        )
    else:
        denial = "不是。" if question.claim and WAIVED.search(question.text) else ""
        text = f"{denial}{where}写明由{'、'.join(names)}负责落实，其后各条也须落实，只是不再逐条列出。"
    return Draft("duty", (Statement(text, (quote,)),), inherited=names, language=question.language)
