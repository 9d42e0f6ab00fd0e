"""Lists that name a subject: items of a part, clauses of several bodies, bodies of one clause.

They are computed over every row of the documents in scope, so a list is complete and a count is a count. What asks of a
whole ledger is in ``selections``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.answer.duties.rows import Row, duties_at, label_of, proof_of, rows_of
from kb.answer.evidence import Evidence, Found, heading_of
from kb.answer.figures.fitting import ACCEPT
from kb.answer.figures.target import compose_target
from kb.answer.likely import unlikely
from kb.answer.lists.longlist import Line, long_list
from kb.answer.measure import Measure
from kb.answer.texts.passages import at_addresses, compose_address, contents
from kb.results import Draft, Question, Statement

SINGLE = re.compile(
    r"(?:只|仅)(?:有|由)?一?个?[^，。]{0,3}(?:部门|单位|家)|单独|独自|唯一|一家(?:负责|单位)|\bsole|"
    r"\bonly one\b|\balone\b",
    re.I,
)
BODIES = re.compile(
    r"(?<!哪)(?:多少|几)个?(?:市直|责任)?(?:部门|单位|主体|机构)|how many (?:departments|bodies|bureaus|agencies)", re.I
)
TELLS = {"lead": "写明牵头单位", "support": "写明配合单位"}


def compose_list(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return a complete selection or count from the ledgers."""
    if SINGLE.search(question.standalone):
        rows = [row for row in evidence.duties() if len(row[1].named()) == 1 and not row[1].open_ended]
        if rows:
            return _selected(question, rows, "责任单位只有一个", "has a single responsible body")
    if BODIES.search(question.standalone) and not unlikely("duty", question, evidence, measure, clauses):
        return _bodies_of(question, clauses[0])
    if question.clause_refs and at_addresses(question, clauses):
        return compose_address(question, clauses)
    if parent := _with_items(measure, clauses):
        return Draft("list", tuple(contents(parent, question)), language=question.language)
    if question.organs and (rows := rows_of(question, evidence)):
        return _selected(question, rows, f"责任单位中有{'、'.join(question.organs)}", "names them")
    if question.role and (rows := [row for row in evidence.duties() if row[1].named(role=question.role)]):
        return _selected(question, rows, TELLS[question.role], "tells roles apart")
    return compose_target(question, evidence, measure, clauses)


def _selected(question: Question, rows: Sequence[Row], what: str, en: str) -> Draft:
    """List duties with their bodies, one a line."""
    lead = f"{{n}} clauses where the text {en}" if question.language == "en" else f"{what}的条款共{{n}}条"
    lines = []
    for row in rows:
        line = Line(row[0], *label_of(row))
        bodies = "、".join(row[1].named() or row[1].named(local=True))
        quotes = tuple(dict.fromkeys((*line.quotes, *proof_of(row))))
        lines.append(replace(line, text=f"{line.text}：{bodies}", quotes=quotes))
    return Draft("list", tuple(long_list(question, lead, lines, "kb duties")), language=question.language)


def _with_items(measure: Measure, clauses: Sequence[Found]) -> Found | None:
    """Return the clause whose items are to be listed or counted: its heading is what the question is about."""
    for found in clauses[:5]:
        children = [c for c in found.document.clauses if c.parent == found.path]
        if children and measure.coverage(heading_of(found.document, found.path)) >= ACCEPT:
            return found
    return None


def _bodies_of(question: Question, found: Found) -> Draft:
    """Count and list the bodies of one clause."""
    rows = [(found.document, duty) for duty in duties_at(found.document, found.path)]
    names = list(dict.fromkeys(name for _, duty in rows for name in duty.named()))
    where = f"《{found.document.source.title}》{found.path}“{heading_of(found.document, found.path)}”"
    text = f"{where}的责任单位共{len(names)}个：{'、'.join(names)}。"
    return Draft(
        "list",
        (Statement(text, tuple(q for row in rows for q in proof_of(row)), derived=(str(len(names)),)),),
        tuple(names),
        language=question.language,
    )
