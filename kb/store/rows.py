"""Documents to rows and back, without loss: the document read from the store equals the one that was saved.

Order is part of a document (printed order of bodies, of clauses, of duties), so every table is read in the order in
which it was written. Decimal figures are kept as their digits (``0.90`` stays ``0.90``), file names as bytes. Refuses
to repair anything: what does not fit the types is a programming error and stays loud.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from ingest.document import (
    Body,
    Clause,
    Document,
    Duty,
    Passage,
    Repair,
    Source,
    Span,
    Table,
    TableCell,
    Target,
    Unread,
)
from kb.store.columns import day, ends, iso, listed, span_of
from kb.store.database import Connection, Database, Row, Value
from kb.store.lineage import amendment, amendment_row, reference, reference_row, validity

T = TypeVar("T")

# 〔2023〕 · [2023] · ［2023］ · (2023) · （2023） · 【2023】: one bracket for all
_BRACKETS = str.maketrans("[(【〖{", "〔〔〔〔〔") | str.maketrans("])】〗}", "〕〕〕〕〕")
# “十五五” · ‘十五五’ · 「十五五」: one quotation mark for all
_QUOTES = dict.fromkeys(map(ord, "“”‘’'「」『』"), '"')
_BLANKS = re.compile(r"\s+")
_COLUMNS: Mapping[str, str] = {
    "clauses": "doc_id, ordinal, level, label, path, heading, start, end, extent_start, extent_end, parent",
    "passages": "id, doc_id, ordinal, path, start, end, breadcrumb",
    "duties": "doc_id, path, ordinal, start, end, task_start, task_end, phrase, shared, open_ended, inherited, "
    "rule_start, rule_end, deadline, proofs",
    "bodies": "duty_id, name, role, kind, canonical",
    "targets": "doc_id, path, start, end, indicator, relation, value, value_max, unit, baseline_year, deadline_year, "
    "nature, carried, proofs",
    "unread": "doc_id, path, start, end, reason",
    "document_tables": "doc_id, path, start, end, caption_start, caption_end, cells",
    "cross_references": "doc_id, path, start, end, kind, number, title, dated",
    "amendments": "doc_id, path, start, end, kind, number, title, target_path, subject_start, subject_end, old_start, "
    "old_end, new_start, new_end",
    "uncertain": "doc_id, start, end",
    "repairs": "doc_id, kind, page, before, after",
    "documents": "doc_id, sha256, path, title, number, title_key, number_key, issuers, dated, level, region, form, "
    "status, url, file, saved, page_starts, text, effective, expires, term_spans",
}


def number_key(number: str) -> str:
    """Return a 文号 without blanks and with one kind of bracket, for comparing.

    >>> number_key("云政办发 [２０２４] 7 号") == number_key("云政办发〔2024〕7号")
    True
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", number)).translate(_BRACKETS)


def title_key(title: str) -> str:
    """Return a title without blanks, without the book-title marks around it, full- and half-width alike.

    >>> title_key("《云河市 “十五五”出行方案（试行）》")
    '云河市"十五五"出行方案(试行)'
    """
    bare = _BLANKS.sub("", unicodedata.normalize("NFKC", title)).translate(_QUOTES)
    return bare[1:-1] if bare.startswith("《") and bare.endswith("》") and "《" not in bare[1:] else bare


def write(connection: Connection, document: Document, *, file: str) -> list[int]:
    """Insert a document whose id is free; return its passages' keys in their order."""
    doc_id = document.source.doc_id
    _insert(connection, "documents", [_document_row(document, file)])
    _insert(connection, "clauses", [_clause_row(doc_id, clause) for clause in document.clauses])
    for duty in document.duties:
        duty_id = _insert(connection, "duties", [_duty_row(doc_id, duty)])
        _insert(connection, "bodies", [(duty_id, b.name, b.role, b.kind, b.canonical) for b in duty.bodies])
    _insert(connection, "targets", [_target_row(doc_id, target) for target in document.targets])
    _insert(connection, "unread", [(doc_id, u.path, *ends(u.span), u.reason) for u in document.unread])
    _insert(connection, "document_tables", [_table_row(doc_id, table) for table in document.tables])
    _insert(connection, "cross_references", [reference_row(doc_id, r) for r in document.references])
    _insert(connection, "amendments", [amendment_row(doc_id, a) for a in document.amendments])
    _insert(connection, "uncertain", [(doc_id, *ends(span)) for span in document.uncertain])
    _insert(connection, "repairs", [(doc_id, r.kind, r.page, r.before, r.after) for r in document.repairs])
    # Keys are given out here, for a statement of many rows tells none of them; the table never gives one out again.
    used = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    keys = range(first := (used[0] if used else 0) + 1, first + len(document.passages))
    passages = zip(keys, document.passages, strict=True)
    _insert(connection, "passages", [(k, doc_id, p.ordinal, p.path, *ends(p.span), p.breadcrumb) for k, p in passages])
    return list(keys)


def read(database: Database, doc_id: str) -> Document | None:
    """Rebuild a document; None if it is not stored."""
    found = database.rows("SELECT * FROM documents WHERE doc_id = ?", (doc_id,))
    if not found:
        return None
    return Document(
        source=_source(found[0]),
        text=found[0]["text"],
        page_starts=tuple(json.loads(found[0]["page_starts"])),
        clauses=_each(database, "clauses", doc_id, _clause),
        passages=_each(database, "passages", doc_id, _passage),
        duties=tuple(duty for _, duty in duties(database, doc_id)),
        targets=tuple(target for _, target in targets(database, doc_id)),
        references=_each(database, "cross_references", doc_id, reference),
        unread=_each(database, "unread", doc_id, _unread),
        tables=_each(database, "document_tables", doc_id, _table),
        amendments=_each(database, "amendments", doc_id, amendment),
        validity=validity(found[0]),
        uncertain=_each(database, "uncertain", doc_id, span_of),
        repairs=_each(database, "repairs", doc_id, _repair),
    )


def duties(database: Database, doc_id: str | None = None) -> list[tuple[str, Duty]]:
    """Return ``(doc_id, duty)`` of one document or of all, by document id, then in printed order."""
    where, values = ("WHERE doc_id = ?", (doc_id,)) if doc_id is not None else ("", ())
    bodies: dict[int, list[Body]] = {}
    chosen = f"SELECT b.* FROM bodies b JOIN duties d ON d.id = b.duty_id {where} ORDER BY b.id"
    for row in database.rows(chosen, values):
        bodies.setdefault(row["duty_id"], []).append(Body(row["name"], row["role"], row["kind"], row["canonical"]))
    found = database.rows(f"SELECT * FROM duties {where} ORDER BY doc_id, id", values)
    return [(row["doc_id"], _duty(row, tuple(bodies.get(row["id"], ())))) for row in found]


def targets(database: Database, doc_id: str | None = None) -> list[tuple[str, Target]]:
    """Return ``(doc_id, target)`` of one document or of all, by document id, then in printed order."""
    where, values = ("WHERE doc_id = ?", (doc_id,)) if doc_id is not None else ("", ())
    found = database.rows(f"SELECT * FROM targets {where} ORDER BY doc_id, id", values)
    return [(row["doc_id"], _target(row)) for row in found]


def _insert(connection: Connection, table: str, rows: Sequence[tuple[Value, ...]]) -> int:
    columns = _COLUMNS[table]
    sql = f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})"
    if len(rows) != 1:
        connection.executemany(sql, rows)
        return 0
    return connection.execute(sql, rows[0]).lastrowid or 0


def _each(database: Database, table: str, doc_id: str, build: Callable[[Row], T]) -> tuple[T, ...]:
    return tuple(build(row) for row in database.rows(f"SELECT * FROM {table} WHERE doc_id = ? ORDER BY id", (doc_id,)))


def _spans(spans: Sequence[Span]) -> str:
    return listed([ends(span) for span in spans])


def _proofs(row: Row) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(row["proofs"]))


def _document_row(document: Document, file: str) -> tuple[Value, ...]:
    s = document.source
    saved = datetime.now(UTC).isoformat(timespec="seconds")
    return (
        *(s.doc_id, s.sha256, os.fsencode(s.path), s.title, s.number, title_key(s.title), number_key(s.number)),
        *(listed(s.issuers), iso(s.dated), s.level, s.region, s.form, s.status, s.url),
        *(os.fsencode(file), saved, listed(document.page_starts), document.text),
        *(iso(document.validity.effective), iso(document.validity.expires)),
        listed(ends(span) for span in document.validity.spans),
    )


def _source(row: Row) -> Source:
    return Source(
        doc_id=row["doc_id"],
        path=Path(os.fsdecode(row["path"])),
        sha256=row["sha256"],
        title=row["title"],
        number=row["number"],
        issuers=tuple(json.loads(row["issuers"])),
        dated=day(row["dated"]),
        level=row["level"],
        region=row["region"],
        form=row["form"],
        status=row["status"],
        url=row["url"],
    )


def _clause_row(doc_id: str, c: Clause) -> tuple[Value, ...]:
    return (doc_id, c.ordinal, c.level, c.label, c.path, c.heading, *ends(c.span), *ends(c.extent), c.parent)


def _clause(row: Row) -> Clause:
    extent = Span(row["extent_start"], row["extent_end"])
    return Clause(
        row["ordinal"], row["level"], row["label"], row["path"], row["heading"], span_of(row), extent, row["parent"]
    )


def _passage(row: Row) -> Passage:
    return Passage(row["ordinal"], row["path"], span_of(row), row["breadcrumb"])


def _duty_row(doc_id: str, d: Duty) -> tuple[Value, ...]:
    flags = (d.phrase, d.shared, d.open_ended, listed(d.inherited))
    spans = (*ends(d.span), *ends(d.task_span))
    return (doc_id, d.path, d.ordinal, *spans, *flags, *ends(d.rule_span), d.deadline, _spans(d.proofs))


def _duty(row: Row, bodies: tuple[Body, ...]) -> Duty:
    return Duty(
        path=row["path"],
        ordinal=row["ordinal"],
        span=span_of(row),
        task_span=Span(row["task_start"], row["task_end"]),
        bodies=bodies,
        phrase=row["phrase"],
        shared=bool(row["shared"]),
        open_ended=bool(row["open_ended"]),
        inherited=tuple(json.loads(row["inherited"])),
        rule_span=None if row["rule_start"] is None else Span(row["rule_start"], row["rule_end"]),
        deadline=row["deadline"],
        proofs=_proofs(row),
    )


def _target_row(doc_id: str, t: Target) -> tuple[Value, ...]:
    figures = (str(t.value), None if t.value_max is None else str(t.value_max), t.unit)
    years = (t.baseline_year, t.deadline_year)
    said = (t.nature, listed(t.carried), _spans(t.proofs))
    return (doc_id, t.path, *ends(t.span), t.indicator, t.relation, *figures, *years, *said)


def _target(row: Row) -> Target:
    return Target(
        path=row["path"],
        span=span_of(row),
        indicator=row["indicator"],
        relation=row["relation"],
        value=Decimal(row["value"]),
        value_max=None if row["value_max"] is None else Decimal(row["value_max"]),
        unit=row["unit"],
        baseline_year=row["baseline_year"],
        deadline_year=row["deadline_year"],
        nature=row["nature"],
        carried=tuple(json.loads(row["carried"])),
        proofs=_proofs(row),
    )


def _unread(row: Row) -> Unread:
    return Unread(row["path"], span_of(row), row["reason"])


def _table_row(doc_id: str, t: Table) -> tuple[Value, ...]:
    cells = json.dumps([(*ends(c.span), c.row, c.column, c.rows, c.columns) for c in t.cells], separators=(",", ":"))
    return (doc_id, t.path, *ends(t.span), *ends(t.caption), cells)


def _table(row: Row) -> Table:
    caption = None if row["caption_start"] is None else Span(row["caption_start"], row["caption_end"])
    cells = tuple(TableCell(Span(start, end), *place) for start, end, *place in json.loads(row["cells"]))
    return Table(row["path"], span_of(row), caption, cells)


def _repair(row: Row) -> Repair:
    return Repair(row["kind"], row["page"], row["before"], row["after"])
