"""Answers from the ledger of duties: who is responsible for a task.

The list of bodies is taken whole from one bracket, in printed order, never from the top few passages. Lead and support
are told apart only where the text does; bodies bound by a standing rule are named with the rule that binds them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.document import Document, Duty
from ingest.organs import english_name
from ingest.sentences import sentence_spans
from kb.answer.amended import history, undecided
from kb.answer.duties.acting import BETTER, best_acting, compose_acting
from kb.answer.duties.confirmed import confirmed
from kb.answer.duties.rows import Row, as_printed, duties_at, proof_of, quote_of, shorten
from kb.answer.duties.standing import local_duty, rule_statement
from kb.answer.evidence import Evidence, Found, heading_of
from kb.answer.figures.target import asserted_row, corrected
from kb.answer.laws.competence import compose_competence
from kb.answer.laws.paragraph import compose_provision
from kb.answer.likely import unlikely
from kb.answer.measure import Measure
from kb.answer.ranking import rank_sentences
from kb.answer.refusal import refuse
from kb.results import Draft, Question, Quote, Statement

CONJUNCTION = re.compile(r"分别|各(?:由|归|是)|以及|还有|\band\b|[和、与及]")
# Responsibilities stated in the text itself rather than in a bracket.
SPECIAL = re.compile(r"总责|第一责任人|主体责任|领导责任|属地责任|监管责任|兜底责任")
DEPTH = 12
MOST = 5


def compose_duty(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return who is responsible for what the question is about, with what binds local governments."""
    question = as_printed(question, evidence) if question.organs else question
    if said := local_duty(question, evidence):
        return said
    if said := _overall(question, evidence, measure, clauses):
        return said
    for of_law in (compose_provision, compose_competence):
        if said := of_law(question, evidence, measure, clauses):
            return said
    figure = asserted_row(question, evidence, measure)
    own = duties_at(figure.document, figure.target.path) if figure else []
    chosen = (
        [(figure.document, own[0])]
        if figure and len(own) == 1
        else _choose(question, evidence, measure, clauses[:DEPTH])
    )
    if not question.organs and not question.role and _said_in_a_sentence(question, measure, clauses, chosen):
        return compose_acting(question, measure, clauses) or refuse(question, evidence, clauses)
    if not chosen:
        return refuse(question, evidence, clauses)
    statements = corrected(question, figure)
    if question.claim and question.organs:
        statements.append(confirmed(question, chosen))
    for row in chosen:
        statements += _say(row, question)
    return Draft(
        "duty",
        tuple(statements),
        departments=_merged([_asked_names(row, question) for row in chosen]),
        inherited=_merged([_bound(duty) for _, duty in chosen]),
        language=question.language,
    )


def _said_in_a_sentence(question: Question, measure: Measure, clauses: Sequence[Found], chosen: Sequence[Row]) -> bool:
    """Tell whether a sentence names who acts where no bracket does, or covers far more than the task of the bracket."""
    acting = None if question.clause_refs else best_acting(measure, clauses)
    if acting is None or not chosen:
        return acting is not None
    document, duty = chosen[0]
    spans = sentence_spans(document.text, duty.task_span)
    best = max((measure.coverage(document.slice(span), heading_of(document, duty.path)) for span in spans), default=0.0)
    return measure.coverage(acting.text) >= best + BETTER


def _overall(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return the sentence that states a special responsibility (负总责, 第一责任人), where one is asked for."""
    asked = set(SPECIAL.findall(question.standalone))
    for found in rank_sentences(question, clauses[:DEPTH], evidence, measure) if asked else ():
        if asked & set(SPECIAL.findall(found.text)):
            text = f"Clause {found.path} says: “{found.text}”" if question.language == "en" else found.text
            return Draft("duty", (Statement(text, (found.quote,)),), language=question.language)
    return None


def _choose(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> list[Row]:
    """Return the duty of the best clause; others too where the question joins several subjects."""
    ranked = ranked_duties(measure, clauses)
    if not ranked:
        return []
    pieces = [f for f, _ in ranked]
    if not question.clause_refs and unlikely("duty", question, evidence, measure, pieces):
        return []
    (best, first), rest = ranked[0], ranked[1:]
    if len(question.clause_refs) > 1:
        return [row for ref in question.clause_refs for found, row in ranked if found.path == ref][:MOST]
    chosen = [first]
    left = [c for c in measure.uncovered(_whole(best)) if c.weight >= 1.0 and (len(c.same) > 1 or not c.term.isascii())]
    for found, row in rest if left and CONJUNCTION.search(question.standalone) else ():
        heading = heading_of(found.document, found.path).lower()
        covered = [c for c in left if any(name.lower() in heading for name in c.same)]
        if covered and len(chosen) < 4:
            chosen.append(row)
            left = [c for c in left if c not in covered]
    return chosen


def ranked_duties(measure: Measure, clauses: Sequence[Found]) -> list[tuple[Found, Row]]:
    """Pair clauses with the duties that govern them, by the clause's score and the governed text's coverage."""
    rows: list[tuple[float, Found, Row]] = []
    for clause in clauses:
        duties = duties_at(clause.document, clause.path)
        for duty in duties:
            task = _paragraph(clause.document, duty) if len(duties) > 1 else clause.document.slice(duty.task_span)
            rows.append((clause.score + 0.3 * measure.coverage(task), clause, (clause.document, duty)))
    rows.sort(key=lambda row: -row[0])
    seen: set[Quote] = set()
    return [(f, r) for _, f, r in rows if quote_of(r) not in seen and not seen.add(quote_of(r))]  # type: ignore[func-returns-value]


def _paragraph(document: Document, duty: Duty) -> str:
    """Return the paragraph that a bracket ends, of a clause with several: what stands above it is said of them all."""
    start = document.text.rfind("\n", duty.task_span.start, duty.span.start) + 1
    own = document.text[max(start, duty.task_span.start) : duty.span.start]
    return own if own.strip() else document.slice(duty.task_span)


def _whole(found: Found) -> str:
    return f"{heading_of(found.document, found.path)}\n{found.document.slice(found.document.clause(found.path).span)}"


def _asked_names(row: Row, question: Question) -> tuple[str, ...]:
    """Return the bodies to list: all of them, or those in the role asked for where the text tells roles apart."""
    duty = row[1]
    if question.role and (names := duty.named(role=question.role)):
        return names
    return duty.named()


def _bound(duty: Duty) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*duty.named(local=True), *duty.inherited)))


def _merged(groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _say(row: Row, question: Question) -> list[Statement]:
    document, duty = row
    quotes = proof_of(row)
    where = _where(document, duty.path, question, task=_task(row))
    english = question.language == "en"
    if duty.change and duty.change.undecided:
        return [Statement(where + undecided(duty.change, document.slice(duty.span), english=english), quotes)]
    named = _bodies_en(duty, question) if english else _bodies(duty, question)
    if duty.change:
        named = (
            ("原" if duty.change.gone and not english else "")
            + named.rstrip("。.")
            + history(duty.change, duty.phrase, english=english)
            + ("." if english else "。")
        )
    said = [Statement(where + named, quotes)]
    if local := duty.named(local=True):
        text = f"{'、'.join(local)} must also carry it out." if english else f"{'、'.join(local)}负责落实。"
        said += [Statement(text, quotes)] if duty.named() else []
    if duty.inherited and duty.rule_span:
        said.append(rule_statement(document, duty, english=english))
    return said


def _task(row: Row) -> str:
    """Return the task that a row of a table names, on one line; empty for other duties."""
    document, duty = row
    return shorten(" ".join(document.slice(duty.task_span).split())) if duty.proofs else ""


def _where(document: Document, path: str, question: Question, *, task: str = "") -> str:
    heading = task or heading_of(document, path)
    if question.language == "en":
        return (
            f"Clause {path} “{heading}” of 《{document.source.title}》: "
            if heading
            else f"Clause {path} of 《{document.source.title}》: "
        )
    name = f"《{document.source.title}》{path}"
    return f"{name}“{heading}”" if heading else name


def _bodies(duty: Duty, question: Question) -> str:
    leads, supports = duty.named(role="lead"), duty.named(role="support")
    others = duty.named(role="responsible")
    if question.role == "lead" and leads:
        return f"由{'、'.join(leads)}牵头。"
    if question.role == "support" and supports:
        return f"由{'、'.join(supports)}配合。"
    parts = [f"{'、'.join(leads)}牵头"] if leads else []
    parts += [f"{'、'.join(supports)}配合"] if supports else []
    tail = ("等" if duty.open_ended else "") + ("按职责分工" if duty.shared else "")
    parts += [f"{'、'.join(others)}{tail}负责"] if others else []
    if not parts:
        return f"由{'、'.join(duty.named(local=True))}负责。"
    undivided = "（原文未区分牵头与配合）" if question.role and not leads else ""
    return f"由{'，'.join(parts)}{undivided}。"


def _bodies_en(duty: Duty, question: Question) -> str:
    groups = [
        ("led by ", duty.named(role="lead")),
        ("supported by ", duty.named(role="support")),
        ("the responsible bodies are ", duty.named(role="responsible")),
    ]
    if question.role and (names := duty.named(role=question.role)):
        groups = [("led by " if question.role == "lead" else "supported by ", names)]
    if not duty.named():
        groups = [("the responsible bodies are ", duty.named(local=True))]
    text = "; ".join(label + ", ".join(map(_gloss, names)) for label, names in groups if names)
    return text + (" (each within its own remit)." if duty.shared else ".")


def _gloss(name: str) -> str:
    """Return a Chinese name with its English one in brackets where the table knows it."""
    english = english_name(name)
    return f"{name} ({english})" if english else name
