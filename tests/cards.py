"""The card that a parsed document must get in the library."""

from __future__ import annotations

from ingest.document import Document
from kb.results import DocumentCard


def card_of(document: Document, *, file: str, amended_by: tuple[str, ...] = ()) -> DocumentCard:
    """Return the card of a document alone in its library; references are listed by 文号, else by title, each once."""
    named: dict[str, dict[str, None]] = {}
    numbers = {ref.title: ref.number for ref in document.references if ref.number and ref.title}
    for ref in document.references:
        named.setdefault(ref.kind, {})[ref.number or numbers.get(ref.title) or ref.title] = None
    source, ends = document.source, (*named.get("repeals", ()), *named.get("replaces", ()))
    return DocumentCard(
        doc_id=source.doc_id,
        title=source.title,
        doc_number=source.number,
        issuers=source.issuers,
        date=source.dated.isoformat() if source.dated else None,
        level=source.level,
        region=source.region,
        form=source.form,
        status=source.status,
        url=source.url,
        file=file,
        pages=len(document.page_starts),
        clauses=len(document.clauses),
        implements=tuple(named.get("implements", ())),
        cites=tuple(named.get("cites", ())),
        amends=tuple(named.get("amends", ())) + ends,
        amended_by=amended_by,
        repeals=ends,
        effective=document.validity.effective.isoformat() if document.validity.effective else None,
        expires=document.validity.expires.isoformat() if document.validity.expires else None,
        unresolved=tuple(dict.fromkeys(name for names in named.values() for name in names)),
        uncertain=len(document.uncertain),
    )
