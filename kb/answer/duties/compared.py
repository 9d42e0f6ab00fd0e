"""Who is responsible, compared: bodies of two tasks, of one task in several documents, how many tasks each body has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.levels import level_rank
from ingest.organs import body_key
from kb.answer.duties.rows import Row, duties_at, quote_of, rows_of
from kb.answer.evidence import Evidence, Found, heading_of
from kb.answer.matching import matched
from kb.answer.measure import Measure
from kb.results import Draft, Question, Statement

MORE = re.compile(r"多|少|more|fewer|most", re.I)
ASKED = re.compile(
    r"责任|负责|牵头|归[谁哪]|哪家|谁管|部门|(?:哪些|哪个|什么|几个)单位|部委|responsib|departments?|bodies", re.I
)


def compose_compared(question: Question, evidence: Evidence, clauses: Sequence[Found], *, across: bool) -> Draft | None:
    """Return what a comparison says of bodies, ``across`` documents or within one; None where it asks for no bodies."""
    if len(question.organs) > 1 and MORE.search(question.standalone):
        return _busier(question, evidence)
    if not ASKED.search(question.standalone):
        return None
    tasks = _named_tasks(question, evidence) if len(question.clause_refs) > 1 else None
    return two_duties(question, *tasks) if tasks else _duties_across(question, clauses) if across else None


def _named_tasks(question: Question, evidence: Evidence) -> tuple[Row, Row] | None:
    """Return the duties of the first two clauses named."""
    rows = [
        (d, duty) for ref in question.clause_refs for d in evidence.scope() for duty in d.duties if duty.path == ref
    ]
    return (rows[0], rows[1]) if len(rows) > 1 else None


def _duties_across(question: Question, clauses: Sequence[Found]) -> Draft | None:
    """Return the bodies of the best clause of each document, from the highest level down."""
    rows: dict[str, Row] = {}
    for found in clauses:
        for duty in duties_at(found.document, found.path)[:1]:
            rows.setdefault(found.document.source.doc_id, (found.document, duty))
    ordered = sorted(rows.values(), key=lambda row: level_rank(row[0].source.level))
    items = [
        Statement(
            f"《{d.source.title}》{duty.path}“{heading_of(d, duty.path)}”：{'、'.join(duty.named())}",
            (quote_of((d, duty)),),
            item=True,
        )
        for d, duty in ordered
    ]
    return Draft("compare", tuple(items), language=question.language) if len(items) > 1 else None


def _busier(question: Question, evidence: Evidence) -> Draft:
    """Count the duties of each body named."""
    statements = []
    for organ in question.organs:
        rows = rows_of(replace(question, organs=(organ,)), evidence)
        paths = "、".join(duty.path for _, duty in rows)
        text = (
            f"{organ}共{len(rows)}项：{paths}。"
            if question.language != "en"
            else f"{organ}: {len(rows)} duties ({paths})."
        )
        statements.append(Statement(text, tuple(map(quote_of, rows)), derived=(str(len(rows)),), echoes=(organ,)))
    return Draft("compare", tuple(statements), language=question.language)


def two_tasks(measure: Measure, clauses: Sequence[Found]) -> tuple[Row, Row] | None:
    """Return the duties of the two clauses whose headings share the question's concepts between them."""
    chosen: list[Row] = []
    left = list(measure.concepts)
    for found in clauses[:12]:
        heading = heading_of(found.document, found.path).lower()
        covered = [c for c in left if matched(c, heading) >= 0.8]
        duties = duties_at(found.document, found.path)
        if covered and duties:
            chosen.append((found.document, duties[0]))
            left = [c for c in left if c not in covered]
            if len(chosen) == 2:
                return chosen[0], chosen[1]
    return None


def two_duties(question: Question, first: Row, second: Row) -> Draft:
    """Say the bodies of two tasks and which of them both have."""
    statements = [
        Statement(
            f"{duty.path}“{heading_of(doc, duty.path)}”的责任单位是{'、'.join(duty.named())}。",
            (quote_of((doc, duty)),),
        )
        for doc, duty in (first, second)
    ]
    keys = {body_key(name) for name in second[1].named()}
    common = [name for name in first[1].named() if body_key(name) in keys]
    quotes = (quote_of(first), quote_of(second))
    text = f"两者共有的单位是{'、'.join(common)}。" if common else "两者没有共同的单位。"
    if len(common) == len(first[1].named()) == len(second[1].named()):
        text = "两者的责任单位相同。"
    return Draft("compare", (*statements, Statement(text, quotes)), language=question.language)
