"""Answers to questions about a whole ledger: what is due, who takes part, who has most, what nobody answers for.

Computed from every row of the documents in scope and grouped by document. A question that also names a subject
(污水治理的配合单位有哪些) is left to the composers that look for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.document import Document, Target
from ingest.organs import body_key
from kb.answer.documents.outline import OUTLINES, compose_outline
from kb.answer.duties.rows import ROLE_EN, ROLE_WORDS, Row, duties_at, label_of, proof_of, quote_of, shorten
from kb.answer.evidence import Evidence, Found, heading_of
from kb.answer.lists.deadlines import dated, due_lines
from kb.answer.lists.longlist import Line, long_list
from kb.answer.lists.subject import all_bodies, documents_meant, narrowing
from kb.answer.measure import Measure
from kb.answer.refusal import refuse
from kb.results import Concept, Draft, Question, Quote, Selection, Statement, address_name

TOP = 5  # Bodies, or duties, named of each document where the most or the fewest are asked for.
PRINTED = 0.85  # How far a row must print what the question narrows the list to.


def compose_selection(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return the rows that the question selects, counted and cited; None where it is about one subject."""
    selection = question.selection or all_bodies(question, evidence)
    if selection is None or (question.organs and selection.of != "crowded"):
        return None
    topic = narrowing(question, evidence, selection)
    if selection.of == "due":
        return _due(question, evidence, measure, clauses, topic)
    evidence = replace(evidence, cards=documents_meant(question, evidence.cards))
    if selection.of in OUTLINES:
        return compose_outline(question, selection, evidence, measure, topic)
    if topic and not (selection.of == "targets" and selection.nature):
        return None
    composers: dict[str, Callable[[Question, Evidence, Selection], Draft | None]] = {
        "undated": _undated,
        "unassigned": _unassigned,
        "bodies": _bodies,
        "busiest": _busiest,
        "crowded": _crowded,
        "targets": _targets,
    }
    found = composers[selection.of](question, evidence, selection)
    return found or refuse(question, evidence, clauses)


def _draft(question: Question, statements: Sequence[Statement], departments: Sequence[str] = ()) -> Draft:
    return Draft("list", tuple(statements), tuple(departments), language=question.language)


def _said(question: Question, zh: str, en: str) -> str:
    return en if question.language == "en" else zh


def _due(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found], topic: Sequence[Concept]
) -> Draft | None:
    lines = [line for document in evidence.scope() for line in due_lines(question, document)]
    if topic:
        lines = [line for line in lines if _prints(measure, line, topic)]
        if not lines:
            return None
    if not lines:
        reason = _said(
            question, "库中文件没有写明在所问时间完成的任务或目标。", "Nothing is said to be due in that time."
        )
        return refuse(question, evidence, clauses, reason)
    about = _said(question, f"涉及“{'、'.join(c.term for c in topic)}”、" if topic else "", "")
    lead = _said(question, f"{about}写明在所问时间完成的任务和目标共{{n}}项", "Tasks and targets due in that time: {n}")
    return _draft(question, long_list(question, lead, lines, "kb targets", more=_touching(question)))


def _prints(measure: Measure, line: Line, topic: Sequence[Concept]) -> bool:
    quotes = "\n".join(line.document.slice(quote.span) for quote in line.quotes)
    text = f"{heading_of(line.document, line.quotes[0].path)}\n{quotes}"
    return all(measure.found(c, text) >= PRINTED for c in topic)


def _touching(question: Question) -> str:
    return _said(question, "，见{of}个条款中的{clauses}个", " in {clauses} of {of} clauses")


def _undated(question: Question, evidence: Evidence, selection: Selection) -> Draft | None:
    rows = [row for row in evidence.duties() if row[1].deadline is None or dated(row[1].deadline) is None]
    if not rows:
        return None
    lead = _said(question, "没有写明完成年份的任务共{n}项", "Duties without a dated deadline: {n}")
    lines = []
    for row in rows:
        text, quotes = label_of(row)
        lines.append(Line(row[0], text, quotes))
    return _draft(question, long_list(question, lead, lines, "kb duties", more=_touching(question)))


def _unassigned(question: Question, evidence: Evidence, selection: Selection) -> Draft | None:
    """List the clauses without children for which no duty is stated, in them or above them.

    Documents that assign nothing at all (laws, guides) are counted, not listed clause by clause.
    """
    role = question.role
    documents = [d for d in evidence.scope() if any(duty.named(role=role or None) for duty in d.duties)]
    lines = [line for document in documents for line in _without(document, role)]
    others = [d for d in evidence.scope() if d not in documents]
    word = ROLE_WORDS[role]
    if lines:
        lead = _said(question, f"没有写明{word}的条款共{{n}}条", f"Clauses without {ROLE_EN[role]}: {{n}}")
        statements = long_list(question, lead, lines, "kb duties", more=_touching(question))
    elif documents:
        quotes = tuple(quote_of((d, duty)) for d in documents for duty in d.duties)
        text = _said(question, f"所列条款都写明了{word}。", f"Every clause has its {ROLE_EN[role]}.")
        statements = [Statement(text, quotes, unmarked=True)]
    else:
        statements = []
    if others:
        quotes = tuple(Quote(d.source.doc_id, d.clauses[0].path, d.clauses[0].extent) for d in others)
        many = len(others)
        text = _said(
            question, f"另有{many}份文件全文没有写明{word}。" if documents else f"{many}份文件全文没有写明{word}。",
            f"{many} documents name none at all.",
        )  # fmt: skip
        statements.append(Statement(text, quotes, introduces=True, unmarked=True, derived=(str(many),)))
    return _draft(question, statements)


def _without(document: Document, role: str) -> list[Line]:
    parents = {clause.parent for clause in document.clauses}
    lines = []
    for clause in document.clauses[1:]:
        stated = [duty for duty in duties_at(document, clause.path) if duty.named(role=role or None) or not role]
        if clause.path not in parents and not stated:
            quote = Quote(document.source.doc_id, clause.path, clause.span)
            name = clause.heading or shorten(document.slice(clause.span).removeprefix(clause.label))
            lines.append(Line(document, f"{address_name(clause.path)} {name}".strip(), (quote,)))
    return lines


def _bodies(question: Question, evidence: Evidence, selection: Selection) -> Draft | None:
    """List the bodies in the role asked for, each once, document by document."""
    role = question.role
    lines: list[Line] = []
    names: dict[str, None] = {}
    for document in evidence.scope():
        rows = [(document, duty) for duty in document.duties if duty.named(role=role or None)]
        own = dict.fromkeys(name for _, duty in rows for name in duty.named(role=role or None))
        if own:
            lines.append(_names_line(question, document, rows, list(own)))
            names |= own
    if not lines:
        return _no_roles(question, evidence)
    if len(lines) == 1:
        return _draft(question, [Statement(lines[0].text, lines[0].quotes, derived=lines[0].derived)], list(names))
    lead = _said(question, f"{{n}}份文件写明了{ROLE_WORDS[role]}", f"{{n}} documents name {ROLE_EN[role]}")
    statements = [Statement(lead.format(n=len(lines)) + _said(question, "：", ":"), _all(lines), introduces=True,
                            unmarked=True, derived=(str(len(lines)),))]  # fmt: skip
    statements += [Statement(line.text, line.quotes, item=True, derived=line.derived) for line in lines]
    return _draft(question, statements, list(names))


def _names_line(question: Question, document: Document, rows: Sequence[Row], names: Sequence[str]) -> Line:
    title, count = document.source.title, len({body_key(name) for name in names})
    listed = "、".join(names)
    role = question.role
    text = _said(
        question,
        f"《{title}》写明的{ROLE_WORDS[role]}共{len(names)}个：{listed}。",
        f"《{title}》 names {len(names)} {ROLE_EN[role]}：{listed}.",
    )
    return Line(
        document, text, tuple(quote for row in rows for quote in proof_of(row)), derived=(str(len(names)), str(count))
    )


def _all(lines: Sequence[Line]) -> tuple[Quote, ...]:
    return tuple(quote for line in lines for quote in line.quotes)


def _no_roles(question: Question, evidence: Evidence) -> Draft | None:
    """Say that the ledgers tell no leads from supports, where they name bodies at all."""
    rows = evidence.duties()
    if not rows or not question.role:
        return None
    text = _said(
        question,
        f"原文没有写明{ROLE_WORDS[question.role]}：{len(rows)}项责任分工都没有区分牵头与配合，只写明责任单位。",
        f"The text names no {ROLE_EN[question.role]}: none of {len(rows)} duties tells lead and support apart.",
    )
    quotes = tuple(map(quote_of, rows))
    return _draft(question, [Statement(text, quotes, derived=(str(len(rows)),))])


def _busiest(question: Question, evidence: Evidence, selection: Selection) -> Draft | None:
    """Rank the bodies of each document by the number of duties that name them, in the role asked for."""
    statements: list[Statement] = []
    ranked = sorted((d for d in evidence.scope() if d.duties), key=lambda d: -len(d.duties))
    for document in ranked[:TOP]:
        lines = _tally(document, question.role, selection.least)
        if not lines:
            continue
        word = {"lead": "牵头", "support": "配合", "": "承担"}[question.role]
        least = "少" if selection.least else "多"
        text = _said(
            question,
            f"《{document.source.title}》{len(document.duties)}项责任分工中，{word}任务最{least}的单位：",
            f"Bodies with the {'fewest' if selection.least else 'most'} of {len(document.duties)} duties in "
            f"《{document.source.title}》:",
        )
        quotes = tuple(quote_of((document, duty)) for duty in document.duties)
        statements.append(Statement(text, quotes, introduces=True, unmarked=True, derived=(str(len(document.duties)),)))
        statements += [Statement(line.text, line.quotes, item=True, derived=line.derived) for line in lines]
    if not statements:
        return None
    if rest := ranked[TOP:]:
        quotes = tuple(quote_of((d, d.duties[0])) for d in rest)
        text = _said(question, f"另有{len(rest)}份文件见台账：kb duties", f"{len(rest)} more documents: kb duties")
        statements.append(Statement(text, quotes, introduces=True, unmarked=True, derived=(str(len(rest)),)))
    return _draft(question, statements)


def _tally(document: Document, role: str, least: bool) -> list[Line]:
    """Return one line for each of the first bodies, all that share the last place included."""
    names: dict[str, str] = {}
    rows: dict[str, list[Row]] = {}
    for duty in document.duties:
        for key, name in {body_key(name): name for name in duty.named(role=role or None)}.items():
            names.setdefault(key, name)
            rows.setdefault(key, []).append((document, duty))
    counts = Counter({key: len(found) for key, found in rows.items()})
    order = sorted(counts, key=lambda key: counts[key] if least else -counts[key])
    last = counts[order[min(TOP, len(order)) - 1]] if order else 0
    kept = [key for key in order if (counts[key] <= last if least else counts[key] >= last)]
    return [
        Line(document, f"{names[key]}：{counts[key]}项", tuple(map(quote_of, rows[key])), (str(counts[key]),))
        for key in kept[: 4 * TOP]
    ]


def _crowded(question: Question, evidence: Evidence, selection: Selection) -> Draft | None:
    """Name the duties with the most, or fewest, bodies of each document."""
    lines = []
    for document in evidence.scope():
        sizes = [len(duty.named()) for duty in document.duties if duty.named()]
        wanted = (min if selection.least else max)(sizes, default=0)
        for duty in document.duties:
            if wanted and len(duty.named()) == wanted:
                text, quotes = label_of((document, duty))
                quotes = tuple(dict.fromkeys((*quotes, *proof_of((document, duty)))))
                names = "、".join(duty.named())
                said = _said(question, f"{text}（{wanted}个）：{names}", f"{text} ({wanted})：{names}")
                lines.append(Line(document, said, quotes, (str(wanted),)))
    if not lines:
        return None
    least = "少" if selection.least else "多"
    lead = _said(question, f"责任单位最{least}的条款共{{n}}条", "Clauses with the most bodies: {n}")
    return _draft(question, long_list(question, lead, lines, "kb duties"))


def _targets(question: Question, evidence: Evidence, selection: Selection) -> Draft | None:
    """List or count the quantified targets, of one nature where the question names one."""
    wanted = [
        (document, target)
        for document in evidence.scope()
        for target in document.targets
        if selection.nature in ("", target.nature)
    ]
    if not wanted:
        reason = _said(
            question, f"库中文件的量化目标没有标明{selection.nature}。", "No target is marked as of that nature."
        )
        return refuse(question, evidence, (), reason) if selection.nature else None
    lines = [_target_line(document, target) for document, target in wanted]
    kind = f"{selection.nature}指标" if selection.nature else "量化目标"
    lead = _said(question, f"{kind}共{{n}}个", "Quantified targets: {n}")
    return _draft(question, long_list(question, lead, lines, "kb targets", more=_touching(question)))


def _target_line(document: Document, target: Target) -> Line:
    quote = Quote(document.source.doc_id, target.path, target.span)
    several = sum(other.span == target.span for other in document.targets) > 1
    name = f"{target.indicator}：" if several else ""
    return Line(document, f"{address_name(target.path)} {name}{shorten(document.slice(target.span))}", (quote,))
