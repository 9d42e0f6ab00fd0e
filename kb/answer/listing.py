"""Selections and counts over the whole ledger: clauses of one body, clauses without any, the busiest, items of a part.

They are computed over every row of the documents in scope, so a list is complete and a count is a count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.organs import body_key
from kb.answer.duty import Row as DutyRow
from kb.answer.duty import duties_at, listing, quote_of, rows_of
from kb.answer.evidence import Evidence, Found, Measure, heading_of
from kb.answer.fitting import ACCEPT
from kb.answer.passages import contents
from kb.answer.refusal import refuse, thin
from kb.answer.target import compose_target
from kb.results import Draft, Question, Quote, Statement

SINGLE = re.compile(
    r"(?:只|仅)(?:有|由)?一?个?[^，。]{0,3}(?:部门|单位|家)|单独|独自|唯一|一家(?:负责|单位)|\bsole|"
    r"\bonly one\b|\balone\b",
    re.I,
)
WITHOUT = re.compile(r"(?:没有?|未|缺)[^，。]{0,8}(?:责任|负责|部门|单位|写明)|\bwithout\b", re.I)
EXTREME = re.compile(r"最多|最少|\bmost\b|\bfewest\b", re.I)
BODIES = re.compile(
    r"(?<!哪)(?:多少|几)个?(?:市直|责任)?(?:部门|单位|主体|机构)|how many (?:departments|bodies|bureaus|agencies)", re.I
)
TOP = 5


def compose_list(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return a complete selection or count from the ledgers."""
    text = question.standalone
    if SINGLE.search(text):
        rows = [row for row in evidence.duties() if len(row[1].named()) == 1 and not row[1].open_ended]
        if rows:
            return _selected(question, rows, "责任单位只有一个", "has a single responsible body")
    if WITHOUT.search(text):
        return _without_bodies(question, evidence, clauses)
    if BODIES.search(text) and not thin(measure, clauses):
        return _bodies_of(question, clauses[0])
    if EXTREME.search(text) or BODIES.search(text):
        return _tally(question, evidence, clauses)
    if parent := _with_items(measure, clauses):
        return Draft("list", tuple(contents(parent, question)), language=question.language)
    if question.organs and (rows := rows_of(question, evidence)):
        return _selected(question, rows, f"责任单位中有{'、'.join(question.organs)}", "names them")
    if question.role and (rows := [row for row in evidence.duties() if row[1].named(role=question.role)]):
        return _selected(
            question, rows, {"lead": "写明牵头单位", "support": "写明配合单位"}[question.role], "tells roles apart"
        )
    return compose_target(question, evidence, measure, clauses)


def _selected(question: Question, rows: Sequence[DutyRow], what: str, en: str) -> Draft:
    """List duties with their bodies, one a line."""
    english = question.language == "en"
    lead = f"{len(rows)} clauses where the text {en}:" if english else f"{what}的条款共{len(rows)}条："
    intro, *items = listing("list", question, rows, lead).statements
    bodies = ["、".join(duty.named() or duty.named(local=True)) for _, duty in rows]
    lines = [Statement(f"{s.text}：{names}", s.quotes, item=True) for s, names in zip(items, bodies, strict=True)]
    return Draft("list", (intro, *lines), language=question.language)


def _without_bodies(question: Question, evidence: Evidence, clauses: Sequence[Found]) -> Draft:
    """List the clauses without children for which no duty is stated, in them or above them."""
    items: list[Statement] = []
    for document in evidence.scope():
        parents = {clause.parent for clause in document.clauses}
        for clause in document.clauses[1:]:
            if clause.path not in parents and not duties_at(document, clause.path):
                quote = Quote(document.source.doc_id, clause.path, clause.span)
                items.append(Statement(f"{clause.path} {clause.heading}", (quote,), item=True))
    if not items:
        return refuse(question, evidence, clauses)
    lead = Statement(f"没有写明责任单位的条款共{len(items)}条：", introduces=True, derived=(str(len(items)),))
    return Draft("list", (lead, *items), language=question.language)


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
        (Statement(text, tuple(map(quote_of, rows)), derived=(str(len(names)),)),),
        tuple(names),
        language=question.language,
    )


def _tally(question: Question, evidence: Evidence, clauses: Sequence[Found]) -> Draft:
    """Count the bodies named in the ledger of the first document that has one."""
    document = next((d for d in evidence.scope() if d.duties), None)
    if document is None:
        return refuse(question, evidence, clauses)
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for duty in document.duties:
        for name in duty.named():
            names.setdefault(body_key(name), name)
            counts[body_key(name)] += 1
    if BODIES.search(question.standalone):
        quotes = tuple(quote_of((document, duty)) for duty in document.duties)
        text = f"《{document.source.title}》的责任分工共列出{len(counts)}个单位：{'、'.join(names.values())}。"
        return Draft("list", (Statement(text, quotes, derived=(str(len(counts)),)),), language=question.language)
    best = counts.most_common(TOP)
    items = []
    for key, count in best:
        quotes = tuple(quote_of((document, d)) for d in document.duties if key in map(body_key, d.named()))
        items.append(Statement(f"{names[key]}：{count}条", quotes, item=True, derived=(str(count),)))
    lead = Statement(f"《{document.source.title}》责任分工中出现最多的单位：", introduces=True)
    return Draft("list", (lead, *items), language=question.language)
