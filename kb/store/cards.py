"""The library's cards: documents without their text, and which of them implement, amend or end which.

A policy rarely says that it has been amended; the later document says it. So ``amended_by`` and ``replaced_by`` are
read backwards from the references of all documents, by 文号 where one is printed and else by title. A reference that no
document of the library answers, or that several answer, stays open. ``status`` stays what was declared: what a
reference or a term implies is shown beside it, never written over it. What takes effect after ``today`` does not count
yet.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import date

from kb.results import DocumentCard
from kb.store.database import Database, Row
from kb.store.rows import number_key, title_key

ENDING = ("repeals", "replaces")
CHANGING = ("amends", *ENDING)
# 关于印发某县节水方案的通知: the document issued and its cover name one another
_ISSUED = re.compile(r"^.*?关于(?:印发|发布|公布|下发)《?(.+?)》?的(?:通知|公告|决定|函)$")


class Names:
    """Which document of the library a reference means."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Index the documents by 文号 and title."""
        self._numbers: dict[str, list[str]] = {}
        self._titles: dict[str, list[str]] = {}
        self._unnumbered = {row["doc_id"] for row in rows if not row["number_key"]}
        for row in rows:
            if row["number_key"]:
                self._numbers.setdefault(row["number_key"], []).append(row["doc_id"])
            for title in {row["title_key"], _bare(row["title_key"])} - {""}:
                self._titles.setdefault(title, []).append(row["doc_id"])

    def find(self, number: str, title: str) -> str | None:
        """Return the one document meant; None where the library has none, or several of this name."""
        found = self._numbers.get(number_key(number), []) if number else []
        if not found and title:
            key = title_key(title)
            named = self._titles.get(key) or self._titles.get(_bare(key), [])
            found = [doc_id for doc_id in named if not number or doc_id in self._unnumbered]
        return found[0] if len(found) == 1 else None


def _bare(title: str) -> str:
    issued = _ISSUED.match(title)
    return issued[1] if issued else title


def read(database: Database, today: date) -> list[DocumentCard]:
    """Return the cards of all documents, by id, as they stand on ``today``."""
    found = database.rows(_CARDS)
    names = Names(found)
    mentions: dict[str, list[Row]] = {}
    for row in database.rows(_REFERENCES):
        mentions.setdefault(row["doc_id"], []).append(row)
    changed = _changed(found, mentions, names, today)
    return [_card(row, mentions.get(row["doc_id"], []), changed.get(row["doc_id"], {}), names, today) for row in found]


def amended(database: Database) -> dict[str, tuple[str, ...]]:
    """Map the ids of documents that others change in their words to those others."""
    names = Names(database.rows(_CARDS))
    found: dict[str, dict[str, None]] = {}
    for row in database.rows("SELECT DISTINCT doc_id, number, title FROM amendments ORDER BY doc_id"):
        doc_id = names.find(row["number"], row["title"])
        if doc_id and doc_id != row["doc_id"]:
            found.setdefault(doc_id, {})[row["doc_id"]] = None
    return {doc_id: tuple(by) for doc_id, by in found.items()}


def names_of(database: Database) -> Names:
    """Return which document of the library a reference means."""
    return Names(database.rows(_CARDS))


def _card(
    row: Row, mentions: Sequence[Row], changed: Mapping[str, Sequence[str]], names: Names, today: date
) -> DocumentCard:
    named: dict[str, dict[str, None]] = {}
    unresolved: dict[str, None] = {}
    numbers = {mention["title"]: mention["number"] for mention in mentions if mention["number"] and mention["title"]}
    for mention in mentions:
        number = mention["number"] or numbers.get(mention["title"], "")
        name = number or mention["title"]
        named.setdefault(mention["kind"], {})[name] = None
        if not names.find(number, mention["title"]):
            unresolved[name] = None
    ends = (*named.get("repeals", ()), *named.get("replaces", ()))
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
        pages=row["pages"] or (1 if row["form"] == "digest" else None),
        clauses=row["clauses"],
        uncertain=row["uncertain"],
        implements=tuple(named.get("implements", ())),
        cites=tuple(named.get("cites", ())),
        amends=(*named.get("amends", ()), *ends),
        amended_by=tuple(dict.fromkeys(name for kind in CHANGING for name in changed.get(kind, ()))),
        repeals=ends,
        replaced_by=tuple(dict.fromkeys(name for kind in ENDING for name in changed.get(kind, ()))),
        effective=row["effective"],
        expires=row["expires"],
        expired=bool(row["expires"] and row["expires"] < today.isoformat()),
        unresolved=tuple(unresolved),
        fetched=row["fetched"],
    )


def _changed(
    found: Sequence[Row], mentions: Mapping[str, Sequence[Row]], names: Names, today: date
) -> dict[str, dict[str, list[str]]]:
    """Map document ids to the 文号 (else title) of those that amend, repeal or replace them, by kind."""
    rows = {row["doc_id"]: row for row in found}
    changed: dict[str, dict[str, list[str]]] = {}
    for by, said in mentions.items():
        for row in said:
            doc_id = names.find(row["number"], row["title"]) if row["kind"] in CHANGING else None
            begins = row["dated"] or rows[by]["effective"] or ""
            if doc_id and doc_id != by and begins <= today.isoformat():
                name = rows[by]["number"] or rows[by]["title"] or by
                changed.setdefault(doc_id, {}).setdefault(row["kind"], []).append(name)
    return changed


_REFERENCES = "SELECT doc_id, kind, number, title, dated FROM cross_references ORDER BY doc_id, id"
_CARDS = """
SELECT d.doc_id, d.title, d.number, d.title_key, d.number_key, d.issuers, d.dated, d.level, d.region, d.form, d.status,
       d.url, d.file, d.fetched, d.effective, d.expires, json_array_length(d.page_starts) AS pages,
       (SELECT count(*) FROM clauses c WHERE c.doc_id = d.doc_id) AS clauses,
       (SELECT count(*) FROM uncertain u WHERE u.doc_id = d.doc_id) AS uncertain
FROM documents d ORDER BY d.doc_id
"""
