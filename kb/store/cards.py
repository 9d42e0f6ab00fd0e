"""The library's cards: documents without their text, and which of them amend or repeal which.

A policy rarely says that it has been amended; the later document says it. So ``amended_by`` is read backwards from the
references of all documents, by 文号 where one is printed and else by exact title. ``status`` stays what was declared:
what a reference implies is shown beside it, never written over it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from kb.results import DocumentCard
from kb.store.database import Database, Row
from kb.store.rows import number_key, title_key


def read(database: Database) -> list[DocumentCard]:
    """Return the cards of all documents, by id; ``amended_by`` lists those that say they amend or repeal it."""
    found = database.rows(_CARDS)
    named = database.rows("SELECT doc_id, kind, number, title FROM cross_references ORDER BY doc_id, id")
    mentions: dict[str, list[Row]] = {}
    for row in named:
        mentions.setdefault(row["doc_id"], []).append(row)
    amended = _amendments(found, named)
    return [_card(row, mentions.get(row["doc_id"], []), amended.get(row["doc_id"], ())) for row in found]


def _card(row: Row, mentions: Sequence[Row], amended_by: Sequence[str]) -> DocumentCard:
    named: dict[str, dict[str, None]] = {}
    numbers = {mention["title"]: mention["number"] for mention in mentions if mention["number"] and mention["title"]}
    for mention in mentions:
        name = mention["number"] or numbers.get(mention["title"]) or mention["title"]
        named.setdefault(mention["kind"], {})[name] = None
    return DocumentCard(
        doc_id=row["doc_id"],
        title=row["title"],
        doc_number=row["number"],
        issuers=tuple(json.loads(row["issuers"])),
        date=row["dated"],
        level=row["level"],
        region=row["region"],
        form=row["form"],
        status=row["status"],
        url=row["url"],
        file=os.fsdecode(row["file"]),
        pages=row["pages"],
        clauses=row["clauses"],
        implements=tuple(named.get("implements", ())),
        cites=tuple(named.get("cites", ())),
        amends=tuple(named.get("amends", ())) + tuple(named.get("repeals", ())),
        amended_by=tuple(amended_by),
    )


def _amendments(found: Sequence[Row], named: Sequence[Row]) -> dict[str, list[str]]:
    """Map document ids to the 文号 (else title) of those that amend or repeal them, by 文号, else by title."""
    keyed: dict[str, list[str]] = {}
    for row in found:
        for key in {row["number_key"], row["title_key"]} - {""}:
            keyed.setdefault(key, []).append(row["doc_id"])
    names = {row["doc_id"]: row["number"] or row["title"] or row["doc_id"] for row in found}
    amended: dict[str, dict[str, None]] = {}
    for row in named:
        if row["kind"] in ("amends", "repeals"):
            key = number_key(row["number"]) or title_key(row["title"])
            for doc_id in keyed.get(key, ()):
                if doc_id != row["doc_id"]:
                    amended.setdefault(doc_id, {})[names[row["doc_id"]]] = None
    return {doc_id: list(by) for doc_id, by in amended.items()}


_CARDS = """
SELECT d.doc_id, d.title, d.number, d.title_key, d.number_key, d.issuers, d.dated, d.level, d.region, d.form, d.status,
       d.url, d.file, json_array_length(d.page_starts) AS pages,
       (SELECT count(*) FROM clauses c WHERE c.doc_id = d.doc_id) AS clauses
FROM documents d ORDER BY d.doc_id
"""
