"""Former versions of documents: text and outline of what a fetched official text replaced.

An answer that was given out cites a span of a text. When that text gives way to another under the same id, it is kept
here under a version number (from 1), so that the citation can still be shown. Former texts are never searched or
answered from.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.document import Source
from kb.store.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Former:
    """A text that was replaced: ``outline`` holds path, heading, level, start, end and page of each clause."""

    doc_id: str
    version: int
    title: str
    number: str
    form: str
    sha256: str
    replaced: str
    text: str
    outline: tuple[dict[str, str | int | None], ...]


def give_way(connection: Connection, source: Source, fetched: str) -> str:
    """Make way for a text: keep what it replaces if it was ``fetched``; return when it was fetched, now or before."""
    found = connection.execute("SELECT sha256, fetched FROM documents WHERE doc_id = ?", (source.doc_id,)).fetchone()
    if found is None:
        return fetched
    if fetched and found["sha256"] != source.sha256:
        _keep(connection, source.doc_id)
    return fetched or (str(found["fetched"]) if found["sha256"] == source.sha256 else "")


def mark(connection: Connection, doc_id: str, fetched: str) -> None:
    """Note when a document's text was downloaded."""
    if fetched:
        connection.execute("UPDATE documents SET fetched = ? WHERE doc_id = ?", (fetched, doc_id))


def forget(connection: Connection, doc_id: str) -> None:
    """Delete the former versions of a document that is removed."""
    connection.execute("DELETE FROM former WHERE doc_id = ?", (doc_id,))


def _keep(connection: Connection, doc_id: str) -> None:
    found = connection.execute("SELECT * FROM documents WHERE doc_id = ?", (doc_id,)).fetchone()
    starts = json.loads(found["page_starts"])
    known = starts or found["form"] == "digest"
    clauses = connection.execute("SELECT * FROM clauses WHERE doc_id = ? ORDER BY id", (doc_id,)).fetchall()
    outline = [
        {
            "path": row["path"], "heading": row["heading"], "level": row["level"], "start": row["start"],
            "end": row["end"], "page": max(1, sum(start <= row["start"] for start in starts)) if known else None,
        }
        for row in clauses
    ]  # fmt: skip
    last = connection.execute("SELECT max(version) FROM former WHERE doc_id = ?", (doc_id,)).fetchone()[0] or 0
    values = (doc_id, last + 1, found["title"], found["number"], found["form"], found["sha256"])
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(
        "INSERT INTO former (doc_id, version, title, number, form, sha256, replaced, text, outline) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, now, found["text"], json.dumps(outline, ensure_ascii=False)),
    )


def versions(database: Database, doc_id: str) -> list[Former]:
    """Return the former versions of a document, oldest first."""
    found = database.rows("SELECT * FROM former WHERE doc_id = ? ORDER BY version", (doc_id,))
    return [
        Former(
            row["doc_id"], row["version"], row["title"], row["number"], row["form"], row["sha256"], row["replaced"],
            row["text"], tuple(json.loads(row["outline"])),
        )
        for row in found
    ]  # fmt: skip
