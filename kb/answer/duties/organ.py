"""What a body has to do, from the whole ledger: in the role and by the date asked for, and what binds it besides.

Lead and support are told apart only where the text does: a body that is named responsible is never said to lead. What
a standing rule adds is listed apart from what the brackets say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.organs import body_key, english_name
from ingest.sentences import sentence_spans
from kb.answer.duties.rows import Row, as_printed, bound_rows, label_of, quote_of, rows_of
from kb.answer.duties.standing import local_duty
from kb.answer.evidence import Evidence, Found, heading_of
from kb.answer.laws.obligations import own_words
from kb.answer.lists.deadlines import due_lines
from kb.answer.lists.longlist import Line, long_list
from kb.answer.measure import Measure
from kb.answer.refusal import refuse
from kb.results import Draft, Question, Quote, Statement

TASKED = re.compile(r"负责|牵头|统筹|协调|组织|落实|指导|承担|督促|负总责")
# 在污水方面 · 与节水有关的任务 · 涉及供热的条款
ABOUT = re.compile(r"方面|领域|有关|相关|涉及|关于|围绕|针对|\babout\b|\bconcerning\b|\brelated to\b")
WITHOUT = r"(?:(?<!有)没有?|不含|不包括|不涉及|未列)"
NEAREST, ALIKE = 3, 0.55
OFFICE = re.compile(r"(?:委员会|管理局|办公室|中心|[局厅部委办])$")
PRINTED = 0.85  # How far a task must print what the question narrows it to.
VERBS = {"lead": ("牵头", "leads"), "support": ("配合", "supports"), "": ("承担", "is named in")}


def compose_organ_duties(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return every duty of the bodies named, from the whole ledger of the documents in scope."""
    question = as_printed(question, evidence)
    if _left_out(question):
        return _others(question, evidence)
    rows, bound = rows_of(question, evidence), bound_rows(question, evidence)
    undivided = rows_of(replace(question, role=""), evidence) if question.role else []
    undivided = [row for row in undivided if row not in rows and _undivided(row)]
    if question.selection and question.selection.of == "due":
        return _due(question, evidence, rows or undivided or bound, clauses)
    statements: list[Statement] = []
    rule = local_duty(question, evidence)
    statements += rule.statements if rule else ()
    if rows:
        statements += _said(question, _about(question, evidence, measure, rows), VERBS[question.role])
    if undivided:
        statements += _said_undivided(question, undivided, alone=not rows)
    if bound and not question.role:
        statements += _said_bound(question, bound)
    if not statements:
        return _in_text(question, evidence) or _unnamed(question, evidence, clauses)
    inherited = rule.inherited if rule else ()
    kind = "duty" if rule and not rows else "organ_duties"
    return Draft(kind, tuple(statements), inherited=inherited, language=question.language)


def _left_out(question: Question) -> bool:
    """Tell whether the tasks are asked for in which a body has no part: 没有市水务局参与的工程有哪些."""
    return any(re.search(rf"{WITHOUT}{re.escape(organ)}", question.standalone) for organ in question.organs)


def _others(question: Question, evidence: Evidence) -> Draft:
    """Return the duties that name none of the bodies."""
    every = (rows_of(replace(question, organs=(organ,)), evidence) for organ in question.organs)
    theirs = [row for rows in every for row in rows]
    rows = [row for row in evidence.duties() if row not in theirs]
    lead = f"没有列出{_names(question)}的任务共{{n}}项"
    if question.language == "en":
        lead = f"Responsibility statements without {_names(question)}: {{n}}"
    return Draft("list", tuple(long_list(question, lead, _lines(rows), "kb duties")), language=question.language)


def _undivided(row: Row) -> bool:
    """Tell whether a duty tells no lead from support: all its bodies are responsible alike."""
    return all(body.role == "responsible" for body in row[1].bodies)


def _said(question: Question, rows: Sequence[Row], verb: tuple[str, str]) -> list[Statement]:
    names = _names(question)
    if question.language == "en":
        lead = f"{names} {verb[1]} {{n}} responsibility statements"
        return long_list(question, lead, _lines(rows), _ledger(question))
    return long_list(
        question, f"{names}{verb[0]}的任务共{{n}}项", _lines(rows), _ledger(question), more=_within(rows[0])
    )


def _within(row: Row) -> str:
    title = row[0].source.title.replace("{", "").replace("}", "")
    return f"，见《{title}》{{of}}个条款中的{{clauses}}个"


def _said_undivided(question: Question, rows: Sequence[Row], *, alone: bool) -> list[Statement]:
    """List what the body is responsible for where the text has no lead; after a list of leads only their number."""
    names, (zh, _) = _names(question), VERBS[question.role]
    english = question.language == "en"
    if alone:
        lead = (
            f"The text does not tell lead and support apart here. {names} is named responsible in {{n}} statements"
            if english
            else f"原文没有写明由{names}{zh}的任务；未区分牵头与配合、写明由其负责的共{{n}}项"
        )
        return long_list(question, lead, _lines(rows), _ledger(question), more="" if english else _within(rows[0]))
    quotes = tuple(map(quote_of, rows))
    text = (
        f"In {len(rows)} further statements the text names it responsible without telling lead and support apart."
        if english
        else f"另有{len(rows)}项只写明由其负责，原文未区分牵头与配合，见台账：{_ledger(question)}"
    )
    return [Statement(text, quotes, unmarked=True, derived=(str(len(rows)),), echoes=question.organs)]


def _said_bound(question: Question, rows: Sequence[Row]) -> list[Statement]:
    """List, apart, what a standing rule adds."""
    names = _names(question)
    if question.language == "en":
        lead = f"Bound by a standing rule and not named again: {names}, {{n}} statements"
    else:
        lead = f"另按通用规定，{names}须落实而未再列出的共{{n}}项"
    return long_list(question, lead, _lines(rows), _ledger(question))


def _lines(rows: Sequence[Row]) -> list[Line]:
    return [Line(row[0], *label_of(row)) for row in rows]


def _ledger(question: Question) -> str:
    return " ".join(f"kb duties --organ {name}" for name in question.organs[:1])


def _names(question: Question) -> str:
    if question.language == "en":
        return ", ".join(f"{n} ({e})" if (e := english_name(n)) else n for n in question.organs)
    return "、".join(question.organs)


def _about(question: Question, evidence: Evidence, measure: Measure, rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows that print what the question narrows the tasks to; all where it narrows nothing or none does."""
    titles = "\n".join(card.title for card in evidence.cards)
    topic = [c for c in question.concepts if c.weight >= 0.6 and c.term not in titles]
    if not topic or not ABOUT.search(question.standalone):
        return rows

    def prints(row: Row) -> bool:
        document, duty = row
        text = f"{heading_of(document, duty.path)}\n{document.slice(duty.task_span)}"
        return all(measure.found(c, text) >= PRINTED for c in topic)

    return [row for row in rows if prints(row)] or rows


def _due(question: Question, evidence: Evidence, rows: Sequence[Row], clauses: Sequence[Found]) -> Draft:
    """Return what of a body's tasks is due in the time asked for."""
    lines = [
        line
        for document in dict.fromkeys(document for document, _ in rows)
        for line in due_lines(question, document, [duty for owner, duty in rows if owner is document])
    ]
    names = _names(question)
    if not lines:
        english = question.language == "en"
        reason = (
            f"No task of {names} has a deadline in that time." if english
            else f"{names}的任务中没有写明在所问时间完成的。"
        )  # fmt: skip
        return refuse(question, evidence, clauses, reason) if rows else _unnamed(question, evidence, clauses)
    lead = (
        f"Due in that time among the tasks of {names}: {{n}}"
        if question.language == "en"
        else f"{names}的任务中，写明在所问时间完成的共{{n}}项"
    )
    return Draft("organ_duties", tuple(long_list(question, lead, lines, _ledger(question))), language=question.language)


def _in_text(question: Question, evidence: Evidence) -> Draft | None:
    """Return the sentences in which a body that no bracket names is given something to do: all of them, in order."""
    lines = [
        Line(document, own_words(document, span), (Quote(document.source.doc_id, clause.path, span),))
        for document in evidence.scope()
        if any(name in document.text for name in question.organs)
        for clause in document.clauses[1:]
        for span in sentence_spans(document.text, clause.span)
        if any(name in document.slice(span) for name in question.organs) and TASKED.search(document.slice(span))
    ]
    if not lines:
        return None
    names = _names(question)
    lead = (
        f"Sentences that give {names} something to do: {{n}}"
        if question.language == "en"
        else f"写明{names}工作的共{{n}}处"
    )
    return Draft("organ_duties", tuple(long_list(question, lead, lines, "")), language=question.language)


def _unnamed(question: Question, evidence: Evidence, clauses: Sequence[Found]) -> Draft:
    """Refuse: the ledgers do not name the body; say which names come nearest."""
    names = "、".join(question.organs)
    printed = dict.fromkeys(name for _, duty in evidence.duties() for name in duty.named())
    near = sorted(printed, key=lambda name: -max(_likeness(name, organ) for organ in question.organs))[:NEAREST]
    near = [name for name in near if max(_likeness(name, organ) for organ in question.organs) >= ALIKE]
    if question.language == "en":
        reason = f"No duty of {names} is stated in the documents."
        reason += f" Names that look like it: {', '.join(near)}." if near else ""
    else:
        reason = f"库中文件的责任分工没有列出“{names}”。"
        reason += f"名称相近的有：{'、'.join(near)}。" if near else ""
    return refuse(question, evidence, clauses, reason)


def _likeness(name: str, organ: str) -> float:
    """Return how many characters two names share (Dice), level, place and the word for an office left out."""
    first, second = ({*OFFICE.sub("", body_key(n).partition(":")[2])} for n in (name, organ))
    return 2 * len(first & second) / (len(first) + len(second) or 1)
