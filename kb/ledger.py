"""Ledger rows as plain records: the JSON of ``kb duties`` and ``kb targets``, and the rows of exports.

Names and figures are as printed; canonical names stand beside them, never in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ingest.changes import Change
from ingest.document import FRONT, Document, Duty, Span, Target, Unread
from ingest.sentences import sentence_spans
from kb.errors import UnknownClause

Record = dict[str, Any]
Row = Duty | Target


def duty_record(document: Document, duty: Duty) -> Record:
    """Return one duty as the record of the README."""
    return {
        "doc_id": document.source.doc_id,
        "title": document.source.title,
        "doc_number": document.source.number,
        "form": document.source.form,
        "path": duty.path,
        "heading": document.clause(duty.path).heading,
        "ordinal": duty.ordinal,
        "task": task_of(document, duty),
        "leads": list(duty.named(role="lead")),
        "supports": list(duty.named(role="support")),
        "responsible": [b.name for b in duty.bodies if b.role == "responsible" and b.kind == "department"],
        "zones": [b.name for b in duty.bodies if b.kind == "zone"],
        "shared": duty.shared,
        "open_ended": duty.open_ended,
        "local": [b.name for b in duty.bodies if b.kind in ("local", "zone")],
        "canonical": {b.name: b.canonical for b in duty.bodies if b.canonical},
        "inherited": list(duty.inherited),
        "deadline": duty.deadline,
        "phrase": duty.phrase,
        "quote": document.slice(duty.span),
        "start": duty.span.start,
        "end": duty.span.end,
        "page": document.page_of(duty.span.start),
        "proofs": _proofs(document, duty.proofs),
        **change_record(duty.change, duty_words),
    }


def _proofs(document: Document, spans: Sequence[Span]) -> list[Record]:
    """Return what a row of a table takes from other rows: its header, and merged cells that govern it."""
    return [
        {"quote": document.slice(s), "start": s.start, "end": s.end, "page": document.page_of(s.start)} for s in spans
    ]


def task_of(document: Document, duty: Duty) -> str:
    """Return what the duty is about: its clause's heading where it governs the clause, else its first sentence."""
    clause = document.clause(duty.path)
    own = [d for d in document.duties if d.path == duty.path]
    if clause.heading and len(own) == 1:
        return clause.heading
    first = next(iter(sentence_spans(document.text, duty.task_span)), duty.task_span)
    return document.slice(first).replace("\t", " ")


def target_record(document: Document, target: Target) -> Record:
    """Return one target as the record of the README; numbers are decimal strings."""
    return {
        "doc_id": document.source.doc_id,
        "title": document.source.title,
        "doc_number": document.source.number,
        "form": document.source.form,
        "path": target.path,
        "heading": document.clause(target.path).heading,
        "indicator": target.indicator,
        "relation": target.relation,
        "value": format(target.value, "f"),
        "value_max": None if target.value_max is None else format(target.value_max, "f"),
        "unit": target.unit,
        "baseline_year": target.baseline_year,
        "deadline_year": target.deadline_year,
        "nature": target.nature,
        "carried": list(target.carried),
        "quote": document.slice(target.span),
        "start": target.span.start,
        "end": target.span.end,
        "page": document.page_of(target.span.start),
        "proofs": _proofs(document, target.proofs),
        **change_record(target.change, target_words),
    }


def unread_record(document: Document, left: Unread) -> Record:
    """Return what could not be read into a ledger, with where it stands and why."""
    return {
        "doc_id": document.source.doc_id,
        "doc_number": document.source.number,
        "form": document.source.form,
        "path": left.path,
        "page": document.page_of(left.span.start),
        "reason": left.reason,
        "quote": document.slice(left.span),
        "start": left.span.start,
        "end": left.span.end,
    }


def duty_words(row: Row) -> Record:
    """Return who was responsible before a change."""
    if not isinstance(row, Duty):
        return {}
    roles = {"leads": "lead", "supports": "support", "responsible": "responsible"}
    named = {key: [b.name for b in row.bodies if b.role == role and b.kind != "local"] for key, role in roles.items()}
    return {**named, "local": [b.name for b in row.bodies if b.kind in ("local", "zone")], "deadline": row.deadline}


def target_words(row: Row) -> Record:
    """Return the figure before a change."""
    if not isinstance(row, Target):
        return {}
    return {
        "indicator": row.indicator,
        "relation": row.relation,
        "value": format(row.value, "f"),
        "value_max": None if row.value_max is None else format(row.value_max, "f"),
        "unit": row.unit,
        "baseline_year": row.baseline_year,
        "deadline_year": row.deadline_year,
    }


def change_record(change: Change | None, words: Callable[[Row], Record]) -> Record:
    """Return what a row says of its change.

    ``in_force``: the row is what holds; False where it was deleted, None where notices contradict each other.
    ``change`` says it in words. ``amended_by`` is the clause that changed it, ``was`` the row as printed, ``earlier``
    other clauses that changed it.
    """
    if change is None:
        return {"in_force": True, "change": "", "amended_by": None, "was": None, "earlier": []}
    was = words(change.was) if change.was else {}
    return {
        "in_force": None if change.undecided else not change.gone,
        "change": _note(change, was),
        "amended_by": amending_record(change),
        "was": was,
        "earlier": [amending_record(other) for other in change.others],
    }


def _note(change: Change, was: Record) -> str:
    """Return what happened to a row, in words: 某政发〔2024〕8号一（2024-05-06）调整，原为12%."""
    if change.undecided:
        others = "、".join(_source(other) for other in (change, *change.others))
        return f"后文规定不一，未能确定：{others}"
    if change.gone:
        return f"{_source(change)}删去"
    bodies = [*was.get("leads", []), *was.get("responsible", [])]
    figure = f"{was['value']}{was['unit']}" if "value" in was else "、".join(bodies)
    return f"{_source(change)}调整，原为{figure}"


def _source(change: Change) -> str:
    day = f"（{change.dated.isoformat()}）" if change.dated else ""
    return f"{change.doc_number or change.title}{'' if change.path == FRONT else change.path}{day}"


def amending_record(change: Change) -> Record:
    """Return the clause of the later document that makes a change, with its words."""
    return {
        "doc_id": change.doc_id,
        "doc_number": change.doc_number,
        "title": change.title,
        "path": change.path,
        "date": change.dated.isoformat() if change.dated else None,
        "source": _source(change),
        "page": change.page,
        "quote": change.quote,
        "start": change.span.start,
        "end": change.span.end,
        "old": change.old,
        "new": change.new,
    }


def document_record(document: Document) -> Record:
    """Return a document with its outline, as ``kb show`` prints it."""
    return {
        "doc_id": document.source.doc_id,
        "title": document.source.title,
        "doc_number": document.source.number,
        "form": document.source.form,
        "text": document.text,
        "outline": [
            {
                "path": clause.path,
                "heading": clause.heading,
                "level": clause.level,
                "start": clause.span.start,
                "end": clause.span.end,
                "page": document.page_of(clause.span.start),
            }
            for clause in document.clauses
        ],
    }


def former_record(versions: Sequence[Any], number: int, name: str, path: str | None) -> Record:
    """Return a former version of a document, or one clause of it, as ``kb show --version`` prints it.

    Raises:
        UnknownClause: there is no such version, or it has no such clause.
    """
    former = next((each for each in versions if each.version == number), None)
    if former is None:
        had = f"只有第1至{len(versions)}个旧版本" if versions else "没有旧版本"
        raise UnknownClause(f"“{name}”{had}，没有第{number}个。请去掉 --version 查看现行内容。")
    rows = [row for row in former.outline if path is None or row["path"] == path]
    if not rows:
        raise UnknownClause(f"《{former.title}》的旧版本{number}没有条款“{path}”。请去掉条款查看它的目录。")
    text = former.text if path is None else former.text[rows[0]["start"] : rows[0]["end"]]
    return {
        "doc_id": former.doc_id,
        "version": former.version,
        "title": former.title,
        "doc_number": former.number,
        "form": former.form,
        "replaced": former.replaced,
        "text": text,
        "outline": rows,
    }
