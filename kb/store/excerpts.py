"""Clauses read for showing without their documents: where a passage stands, what a clause says, on which page.

A whole document is read in some milliseconds, which ten hits of ten documents would pay ten times. The text of a
document is sliced here and kept by the caller; SQL's substr would read it anew for every clause.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.document import Span
from kb.store.database import Database

ClauseKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A clause with the span of its own words and its extent, items included."""

    doc_id: str
    path: str
    label: str
    heading: str
    span: Span
    extent: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text and where its pages begin."""

    text: str
    page_starts: tuple[int, ...]
    form: str

    def page_of(self, offset: int) -> int | None:
        """Return the page as ``Document.page_of`` does."""
        known = self.page_starts or self.form == "digest"
        return max(1, bisect_right(self.page_starts, offset)) if known else None


def places(database: Database, keys: Sequence[int]) -> dict[int, ClauseKey]:
    """Return of which document and clause these passages are; those that are gone are left out."""
    found = database.rows(_PLACES, (json.dumps(list(keys)),))
    return {row["id"]: (row["doc_id"], row["path"]) for row in found}


def clauses(database: Database, keys: Iterable[ClauseKey]) -> dict[ClauseKey, Excerpt]:
    """Return these clauses; those that are gone are left out. Of clauses with one address the first counts."""
    found: dict[ClauseKey, Excerpt] = {}
    for row in database.rows(_CLAUSES, (json.dumps(list(keys)),)):
        key = (row["doc_id"], row["path"])
        spans = Span(row["start"], row["end"]), Span(row["extent_start"], row["extent_end"])
        found.setdefault(key, Excerpt(*key, row["label"], row["heading"], *spans))
    return found


def items(database: Database, article: Excerpt) -> list[ClauseKey]:
    """Return the clauses inside another, in the order of the text."""
    inside = (article.doc_id, article.extent.start, article.extent.end, article.path)
    return [(row["doc_id"], row["path"]) for row in database.rows(_INSIDE, inside)]


def paths(database: Database, doc_ids: Iterable[str]) -> list[str]:
    """Return the addresses of all clauses of these documents, document by document, in the order of the text."""
    return [row["path"] for doc_id in doc_ids for row in database.rows(_PATHS, (doc_id,))]


def first_clauses(database: Database, doc_ids: Iterable[str]) -> dict[str, str]:
    """Return the address of the first clause of each of these documents."""
    found = database.rows(_FIRST, (json.dumps(list(doc_ids)),))
    return {row["doc_id"]: row["path"] for row in found}


def text(database: Database, doc_id: str) -> Text:
    """Return the text of a document; raise KeyError where there is none."""
    for row in database.rows("SELECT text, page_starts, form FROM documents WHERE doc_id = ?", (doc_id,)):
        return Text(row["text"], tuple(json.loads(row["page_starts"])), row["form"])
    raise KeyError(doc_id)


_PLACES = "SELECT p.id, p.doc_id, p.path FROM json_each(?) wanted CROSS JOIN passages p ON p.id = wanted.value"
_CLAUSES = """
SELECT c.* FROM json_each(?) wanted JOIN clauses c
ON c.doc_id = json_extract(wanted.value, '$[0]') AND c.path = json_extract(wanted.value, '$[1]') ORDER BY c.id
"""
_INSIDE = "SELECT doc_id, path FROM clauses WHERE doc_id = ? AND start >= ? AND end <= ? AND path <> ? ORDER BY ordinal"
_PATHS = "SELECT path FROM clauses WHERE doc_id = ? ORDER BY id"
_FIRST = """
SELECT doc_id, path FROM clauses WHERE doc_id IN (SELECT value FROM json_each(?)) AND ordinal = 0
"""
