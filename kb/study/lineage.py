"""Where a document stands among the others: what it names, what changes it, how it stands today, as one record."""

from __future__ import annotations

from collections.abc import Callable

from ingest.document import Document, Reference
from kb.ledger import Record, amending_record
from kb.results import DocumentCard
from kb.study.in_force import Current


def lineage_record(
    document: Document, card: DocumentCard, current: Current, resolve: Callable[[Reference], str | None]
) -> Record:
    """Return references with the documents they mean (None: not in the library), and what later documents change.

    ``standing`` is computed from the library, ``status`` was declared. ``unplaced`` lists changes that found no place
    in the text, with the reason.
    """
    return {
        "status": card.status,
        "standing": card.standing,
        "effective": card.effective,
        "expires": card.expires,
        "amended_by": list(card.amended_by),
        "replaced_by": list(card.replaced_by),
        "references": [
            {
                "kind": r.kind,
                "doc_id": resolve(r),
                "doc_number": r.number,
                "title": r.title,
                "dated": r.dated.isoformat() if r.dated else None,
                "path": r.path,
                "page": document.page_of(r.span.start),
                "quote": document.slice(r.span),
                "start": r.span.start,
                "end": r.span.end,
            }
            for r in document.references
        ],
        "changes": [
            {
                "path": _path_at(document, c.at.start),
                "start": c.at.start,
                "end": c.at.end,
                "was": document.slice(c.at),
                "now": "" if c.gone else c.new if c.kind != "insert" else c.now,
                "kind": c.kind,
                "amended_by": amending_record(c),
            }
            for c in current.changes
        ],
        "unplaced": [{"reason": u.reason, "amended_by": amending_record(u.change)} for u in current.unplaced],
    }


def _path_at(document: Document, at: int) -> str:
    return next(c.path for c in reversed(document.clauses) if c.span.start <= at)
