"""References, amendments and terms to rows and back."""

from __future__ import annotations

import json

from ingest.changes import Amendment, Validity
from ingest.document import Reference, Span
from kb.store.columns import day, ends, iso, span_of
from kb.store.database import Row, Value


def reference_row(doc_id: str, r: Reference) -> tuple[Value, ...]:
    """Return the columns of a reference."""
    return (doc_id, r.path, *ends(r.span), r.kind, r.number, r.title, iso(r.dated))


def reference(row: Row) -> Reference:
    """Return a reference."""
    return Reference(row["path"], span_of(row), row["kind"], row["number"], row["title"], day(row["dated"]))


def amendment_row(doc_id: str, a: Amendment) -> tuple[Value, ...]:
    """Return the columns of an amendment."""
    named = (a.kind, a.number, a.title, a.target_path)
    return (doc_id, a.path, *ends(a.span), *named, *ends(a.subject), *ends(a.old), *ends(a.new))


def amendment(row: Row) -> Amendment:
    """Return an amendment."""
    subject, old, new = (
        None if row[f"{name}_start"] is None else Span(row[f"{name}_start"], row[f"{name}_end"])
        for name in ("subject", "old", "new")
    )
    named = (row["kind"], row["number"], row["title"], row["target_path"])
    return Amendment(row["path"], span_of(row), *named, subject, old, new)


def validity(row: Row) -> Validity:
    """Return the term of a document."""
    spans = tuple(Span(*ends) for ends in json.loads(row["term_spans"]))
    return Validity(day(row["effective"]), day(row["expires"]), spans)
