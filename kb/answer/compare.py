"""Answers that need more than one row of the ledgers: differences, levels side by side, counts and selections.

They are computed over the whole ledger of the documents in scope, so a list is complete and a count is a count. What
cannot be compared (another unit) is put side by side and said to be so, never subtracted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ingest.document import Document
from ingest.organs import body_key
from kb.answer.duty import Row as DutyRow
from kb.answer.duty import duties_at, listing, quote_of, rows_of
from kb.answer.evidence import Evidence, Found, Measure, heading_of, matched
from kb.answer.passages import contents
from kb.answer.refusal import refuse, thin
from kb.answer.target import ACCEPT, Row, compose_target, fitting, rank_targets, say
from kb.results import Draft, Question, Quote, Statement

SINGLE = re.compile(r"(?:只|仅)(?:有|由)?一?个?[^，。]{0,3}(?:部门|单位|家)|单独|独自|唯一|一家(?:负责|单位)|\bsole|\bonly one\b|\balone\b", re.I)
WITHOUT = re.compile(r"(?:没有?|未|缺)[^，。]{0,8}(?:责任|负责|部门|单位|写明)|\bwithout\b", re.I)
MOST = re.compile(r"最多|最少|\bmost\b|\bfewest\b", re.I)
BODIES = re.compile(r"(?<!哪)(?:多少|几)个?(?:市直|责任)?(?:部门|单位|主体|机构)|how many (?:departments|bodies|bureaus|agencies)", re.I)
SHARED = re.compile(r"共同|同时|都|均|一起|\bboth\b", re.I)
DIFFERENCE = re.compile(r"差|高多少|低多少|高出|低出|多多少|少多少|多几|differ|how much (?:higher|lower|more|less)", re.I)
ACROSS = re.compile(r"三级|各级|两级|国省市|国家|国务院|全国|省|上级|national|provinc|level", re.I)
MORE = re.compile(r"多|少|more|fewer|most", re.I)
DUTY = re.compile(r"责任|负责|牵头|部门|(?:哪些|哪个|什么|几个)单位|部委|responsib|departments?|bodies", re.I)
TOTAL = re.compile(r"合起来|合计|加起来|总和|一共|总共|in total|altogether|combined", re.I)
TOP = 5


def compose_compare(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return figures side by side with their difference, or the bodies of two tasks side by side."""
    across = len(evidence.cards) > 1 and (len(question.levels) + len(question.places) > 1 or ACROSS.search(question.standalone))
    if len(question.organs) > 1 and MORE.search(question.standalone):
        return _busier(question, evidence)
    if DUTY.search(question.standalone):
        if len(question.clause_refs) > 1 and (tasks := _named_tasks(question, evidence)):
            return _two_duties(question, *tasks)
        if across and (found := _duties_across(question, evidence, clauses)):
            return found
    rows = _per_document(question, evidence, measure) if across else _pair(question, evidence, measure)
    if len(rows) >= 2:
        return _side_by_side(question, rows)
    if not across and (tasks := _two_tasks(measure, clauses)):
        return _two_duties(question, *tasks)
    if DIFFERENCE.search(question.standalone):
        return refuse(question, evidence, clauses)
    return compose_target(question, evidence, measure, clauses)


def compose_list(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return a complete selection or count from the ledgers."""
    text, english = question.standalone, question.language == "en"
    duties = evidence.duties()
    if SINGLE.search(text):
        rows = [row for row in duties if len(row[1].named()) == 1 and not row[1].open_ended]
        return _selected(question, evidence, rows, "责任单位只有一个", "has a single responsible body", clauses)
    if WITHOUT.search(text):
        return _without_bodies(question, evidence, clauses)
    if BODIES.search(text) and not thin(measure, clauses):
        return _bodies_of(question, clauses[0])
    if MOST.search(text) or BODIES.search(text):
        return _tally(question, evidence, clauses)
    if parent := _with_items(measure, clauses):
        return Draft("list", tuple(contents(parent, question)), language=question.language)
    if question.organs:
        return _selected(question, evidence, rows_of(question, evidence), f"责任单位中有{'、'.join(question.organs)}", "names them", clauses)
    named = [row for row in duties if question.role and row[1].named(role=question.role)]
    if question.role:
        verb = "写明牵头单位" if question.role == "lead" else "写明配合单位"
        return _selected(question, evidence, named, verb, "names a lead" if question.role == "lead" else "names supporting bodies", clauses)
    return refuse(question, evidence, clauses) if english and not measure.concepts else compose_target(question, evidence, measure, clauses)


def _selected(question: Question, evidence: Evidence, rows: Sequence[DutyRow], what: str, en: str, clauses: Sequence[Found]) -> Draft:
    if not rows:
        return refuse(question, evidence, clauses)
    lead = f"{what}的条款共{len(rows)}条：" if question.language != "en" else f"{len(rows)} clauses where the text {en}:"
    draft = listing("list", question, rows, lead)
    items = [
        Statement(f"{s.text}：{'、'.join(row[1].named() or row[1].named(local=True))}", s.quotes, item=True)
        for s, row in zip(draft.statements[1:], rows, strict=True)
    ]
    return Draft("list", (draft.statements[0], *items), language=question.language)


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
    return Draft("list", (Statement(text, tuple(map(quote_of, rows)), derived=(str(len(names)),)),), tuple(names), language=question.language)


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


def _pair(question: Question, evidence: Evidence, measure: Measure) -> list[Row]:
    """Return, for a question about two indicators, the best target of each, in the order asked."""
    rows = [row for row in rank_targets(question, evidence, measure) if row.score > 0.25]
    chosen: list[Row] = []
    open_concepts = list(measure.concepts)
    while rows and open_concepts and len(chosen) < 3:
        best = max(rows, key=lambda row: sum(measure.weights[c.term] * matched(c, row.target.indicator.lower()) for c in open_concepts))
        covered = [c for c in open_concepts if matched(c, best.target.indicator.lower()) >= 0.8]
        if not covered:
            break
        chosen.append(best)
        open_concepts = [c for c in open_concepts if c not in covered]
        rows = [row for row in rows if row.target.span != best.target.span or row.target.indicator != best.target.indicator]
    return chosen if len(chosen) == 2 or len(chosen) == 3 else []


def _per_document(question: Question, evidence: Evidence, measure: Measure) -> list[Row]:
    """Return the best fitting target of each document, one a level, from the highest level down."""
    named = len(question.places) > 1 and len(evidence.cards) > 1
    documents = evidence.scope() if named else evidence.documents.values()
    targets = [(document, target) for document in documents for target in document.targets]
    best: dict[str, Row] = {}
    question = replace(question, unit="")  # 高几个百分点 asks for the difference, not for targets in points
    for row in fitting(question, measure, rank_targets(question, evidence, measure, targets)):
        best.setdefault(row.document.source.doc_id, row)
    return sorted(best.values(), key=lambda row: "国省市县".find(row.document.source.level or "县"))


def _side_by_side(question: Question, rows: Sequence[Row]) -> Draft:
    several = len({row.document.source.doc_id for row in rows}) > 1
    statements: list[Statement] = []
    for row in rows:
        said = say(row, question)
        name = f"《{row.document.source.title}》：" if several else ""
        statements.append(Statement(f"{name}{said.text}", said.quotes, item=several))
    statements += _difference(question, rows)
    return Draft("compare", tuple(statements), language=question.language)


def _difference(question: Question, rows: Sequence[Row]) -> list[Statement]:
    """Say how far apart two figures are; say that they are not comparable where their units differ."""
    a, b = rows[0].target, rows[-1].target
    quotes = (rows[0].quote, rows[-1].quote)
    if TOTAL.search(question.standalone) and len({row.target.unit for row in rows}) == 1:
        figure = _plain(sum((row.target.value for row in rows), Decimal(0)))
        text = f"Together {figure}{a.unit}." if question.language == "en" else f"合计{figure}{a.unit}。"
        return [Statement(text, tuple(row.quote for row in rows), derived=(figure,))]
    if a.unit != b.unit:
        text = "Their units differ, so they cannot be subtracted." if question.language == "en" else "两者单位不同，不能直接相减。"
        return [Statement(text, quotes)]
    gap = abs(a.value - b.value)
    if gap == 0:
        return [Statement("The figures are equal." if question.language == "en" else "两者数值相同。", quotes)]
    unit = "个百分点" if a.unit in ("%", "％") else a.unit
    figure = _plain(gap)
    text = f"They differ by {figure} {'percentage points' if unit == '个百分点' else unit}." if question.language == "en" else f"两者相差{figure}{unit}。"
    return [Statement(text, quotes, derived=(figure,))]


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _named_tasks(question: Question, evidence: Evidence) -> tuple[DutyRow, DutyRow] | None:
    """Return the duties of the first two clauses named."""
    rows = [(d, duty) for ref in question.clause_refs for d in evidence.scope() for duty in d.duties if duty.path == ref]
    return (rows[0], rows[1]) if len(rows) > 1 else None


def _duties_across(question: Question, evidence: Evidence, clauses: Sequence[Found]) -> Draft | None:
    """Return the bodies of the best clause of each document, from the highest level down."""
    rows: dict[str, DutyRow] = {}
    for found in clauses:
        for duty in duties_at(found.document, found.path)[:1]:
            rows.setdefault(found.document.source.doc_id, (found.document, duty))
    ordered = sorted(rows.values(), key=lambda row: "国省市县".find(row[0].source.level or "县"))
    items = [
        Statement(f"《{d.source.title}》{duty.path}“{heading_of(d, duty.path)}”：{'、'.join(duty.named())}", (quote_of((d, duty)),), item=True)
        for d, duty in ordered
    ]
    return Draft("compare", tuple(items), language=question.language) if len(items) > 1 else None


def _busier(question: Question, evidence: Evidence) -> Draft:
    """Count the duties of each body named."""
    statements = []
    for organ in question.organs:
        rows = rows_of(replace(question, organs=(organ,)), evidence)
        paths = "、".join(duty.path for _, duty in rows)
        text = f"{organ}共{len(rows)}项：{paths}。" if question.language != "en" else f"{organ}: {len(rows)} duties ({paths})."
        statements.append(Statement(text, tuple(map(quote_of, rows)), derived=(str(len(rows)),), echoes=(organ,)))
    return Draft("compare", tuple(statements), language=question.language)


def _two_tasks(measure: Measure, clauses: Sequence[Found]) -> tuple[DutyRow, DutyRow] | None:
    """Return the duties of the two clauses whose headings share the question's concepts between them."""
    chosen: list[DutyRow] = []
    left = list(measure.concepts)
    for found in clauses[:12]:
        heading = heading_of(found.document, found.path).lower()
        covered = [c for c in left if matched(c, heading) >= 0.8]
        duties = duties_at(found.document, found.path)
        if covered and duties:
            chosen.append((found.document, duties[0]))
            left = [c for c in left if c not in covered]
    return (chosen[0], chosen[1]) if len(chosen) >= 2 else None


def _two_duties(question: Question, first: DutyRow, second: DutyRow) -> Draft:
    statements = [Statement(f"{duty.path}“{heading_of(doc, duty.path)}”的责任单位是{'、'.join(duty.named())}。", (quote_of((doc, duty)),)) for doc, duty in (first, second)]
    keys = {body_key(name) for name in second[1].named()}
    common = [name for name in first[1].named() if body_key(name) in keys]
    quotes = (quote_of(first), quote_of(second))
    text = f"两者共有的单位是{'、'.join(common)}。" if common else "两者没有共同的单位。"
    if len(common) == len(first[1].named()) == len(second[1].named()):
        text = "两者的责任单位相同。"
    return Draft("compare", (*statements, Statement(text, quotes)), language=question.language)


