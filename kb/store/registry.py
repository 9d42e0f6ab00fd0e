"""The library: documents in and out of SQLite, each change one transaction.

A document is saved whole (rows, ledgers, full text) or not at all; saving it again replaces everything it had, removing
it leaves nothing behind. Its passages get integer keys that stay while the document stays and are never used again; the
vectors are added later (``kb.store.vectors``), so a crash in between loses nothing and lexical search works at once.
A document is found by its id, its 文号 (whatever brackets and blanks) or its exact title; a title borne by several
documents names none of them. It keeps no original files and decides nothing about what to ingest.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ingest.document import Document, Duty, Span, Target
from kb.errors import StoreDamaged, UnknownDocument
from kb.results import Check, DocumentCard
from kb.store import cards, former, fulltext, rows
from kb.store.cards import Names
from kb.store.database import Connection, Database, Row
from kb.store.former import Former
from kb.store.lexical import SEAL, LexicalIndex
from kb.store.rows import number_key, title_key


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its key; ``text`` is the document's text at ``span``, the breadcrumb is never quoted."""

    key: int
    doc_id: str
    ordinal: int
    path: str
    span: Span
    breadcrumb: str
    text: str


class Registry:
    """What the knowledge base holds; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        """Stand on an open database."""
        self.database = database
        self._cards = lru_cache(maxsize=1)(lambda revision, today: tuple(cards.read(database, today)))
        self._amended = lru_cache(maxsize=1)(lambda revision: cards.amended(database))
        self._names = lru_cache(maxsize=1)(lambda revision: cards.names_of(database))
        self.lexical = LexicalIndex(database)

    @classmethod
    def open(cls, home: Path) -> Registry:
        """Open or create the library in the folder ``home``.

        Raises:
            SettingsError: the folder cannot be made.
            StoreDamaged: the database cannot be used.
            StoreLocked: another process keeps it busy.
        """
        return cls(Database.open(home))

    def close(self) -> None:
        """Close the index and all connections."""
        self.lexical.close()
        self.database.close()

    # writing

    def save(
        self, document: Document, *, file: str, words: fulltext.Words | None = None, fetched: str = ""
    ) -> list[int]:
        """Save a document in one transaction, replacing what its id had; return its passages' keys in order.

        ``file`` is where the original is kept; ``words`` cuts text into words (default: the domain segmenter).
        ``fetched`` is when it was downloaded: then what it replaces is kept as a former version.
        """
        entries = fulltext.entries(document, words or _segmenter())
        with self.database.writing() as connection:
            fetched = former.give_way(connection, document.source, fetched)
            _drop(connection, document.source.doc_id)
            keys = rows.write(connection, document, file=file)
            former.mark(connection, document.source.doc_id, fetched)
            fulltext.index(connection, keys, entries)
            touch(connection)
        return keys

    def remove(self, doc_id: str) -> None:
        """Remove a document and all that was extracted from it.

        Raises:
            UnknownDocument: no document has this id.
        """
        with self.database.writing() as connection:
            if not _drop(connection, doc_id):
                raise UnknownDocument(f"没有这个文件：{doc_id}；请用 kb docs 查看已有文件")
            former.forget(connection, doc_id)
            touch(connection)

    def reindex(self, words: fulltext.Words | None = None) -> int:
        """Build the full text of all documents anew from their rows; return the number of passages."""
        cut, count = words or _segmenter(), 0
        documents = [self.document(doc_id) for doc_id in self.doc_ids()]
        with self.database.writing() as connection:
            fulltext.clear(connection)
            put_setting(connection, SEAL, "")
            for document in documents:
                listed = "SELECT id FROM passages WHERE doc_id = ? ORDER BY id"
                keys = [row["id"] for row in connection.execute(listed, (document.source.doc_id,))]
                fulltext.index(connection, keys, fulltext.entries(document, cut))
                count += len(keys)
            touch(connection)
        return count

    # reading

    def doc_ids(self) -> tuple[str, ...]:
        """Return the ids of all documents, sorted."""
        return tuple(row["doc_id"] for row in self.database.rows("SELECT doc_id FROM documents ORDER BY doc_id"))

    def find(self, name: str) -> str:
        """Return the id of the document with this id, 文号 or exact title.

        Raises:
            UnknownDocument: none has it, or several have it.
        """
        name = name.encode("utf-8", "replace").decode("utf-8")  # a name typed in another encoding cannot be bound
        for column, key in (("doc_id", name.strip()), ("number_key", number_key(name)), ("title_key", title_key(name))):
            found = self.database.rows(f"SELECT doc_id FROM documents WHERE {column} = ? ORDER BY doc_id", (key,))
            if key and len(found) == 1:
                return str(found[0]["doc_id"])
            if key and found:
                ids = "、".join(row["doc_id"] for row in found[:5])
                raise UnknownDocument(f"有 {len(found)} 个文件都叫“{name}”：{ids}；请改用文件编号")
        raise UnknownDocument(f"没有这个文件：{name}；请用 kb docs 查看已有文件的编号、文号和标题")

    def document(self, doc_id: str) -> Document:
        """Return the document as it was saved.

        Raises:
            UnknownDocument: no document has this id.
        """
        document = rows.read(self.database, doc_id)
        if document is None:
            raise UnknownDocument(f"没有这个文件：{doc_id}；请用 kb docs 查看已有文件")
        return document

    def former(self, doc_id: str) -> list[Former]:
        """Return the former versions of a document, oldest first."""
        return former.versions(self.database, doc_id)

    def cards(self) -> list[DocumentCard]:
        """Return the cards of all documents, by id; read anew when the library changed."""
        return list(self._cards(self.revision(), date.today()))

    def amended(self) -> dict[str, tuple[str, ...]]:
        """Map the ids of documents that others change in their words to those others."""
        return self._amended(self.revision())

    def names(self) -> Names:
        """Return which document of the library a reference means."""
        return self._names(self.revision())

    def sha256s(self) -> dict[str, str]:
        """Return content hash to document id."""
        found = self.database.rows("SELECT sha256, doc_id FROM documents ORDER BY doc_id DESC")
        return {row["sha256"]: row["doc_id"] for row in found}

    def duties(self, doc_id: str | None = None) -> list[tuple[str, Duty]]:
        """Return ``(doc_id, duty)`` of one document or of all, by document id, then in printed order."""
        return rows.duties(self.database, doc_id)

    def targets(self, doc_id: str | None = None) -> list[tuple[str, Target]]:
        """Return ``(doc_id, target)`` of one document or of all, by document id, then in printed order."""
        return rows.targets(self.database, doc_id)

    def ledger_sizes(self, ledger: Literal["duties", "targets"]) -> dict[str, int]:
        """Return how many rows of a ledger each document has as printed, those with most first; none left out."""
        found = self.database.rows(
            f"SELECT d.doc_id, count(l.id) AS size FROM documents d LEFT JOIN {ledger} l USING (doc_id) "  # noqa: S608
            "GROUP BY d.doc_id ORDER BY size DESC, d.doc_id"
        )
        return {row["doc_id"]: row["size"] for row in found}

    def passages(self, keys: Sequence[int]) -> list[StoredPassage]:
        """Return the passages with these keys, in the order of the keys; keys that are gone are left out."""
        wanted = json.dumps(list(keys))
        found = self.database.rows("SELECT * FROM passages WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
        by_key = {passage.key: passage for passage in self._with_text(found)}
        return [by_key[key] for key in keys if key in by_key]

    def pending(self, model: str, *, limit: int = 1000, after: int = 0) -> list[StoredPassage]:
        """Return passages with keys above ``after`` and no vector of this model yet, at most ``limit``, by key."""
        return self._with_text(self.database.rows(_PENDING, (model, after, limit)))

    def search_words(
        self,
        terms: Iterable[str] | Mapping[str, float],
        bigrams: Iterable[str] | Mapping[str, float] = (),
        *,
        limit: int,
        docs: Collection[str] | None = None,
    ) -> list[tuple[int, float]]:
        """Return ``(passage key, score)`` of passages with any of these words or bigrams, best first.

        Given as a mapping, each has its own weight; else they weigh the same.
        """
        words, pairs = (t if isinstance(t, Mapping) else dict.fromkeys(t, 1.0) for t in (terms, bigrams))
        return self.lexical.search(words, pairs, limit=limit, docs=docs)

    def vocabulary(self) -> tuple[str, ...]:
        """Return the words of all passages' texts, the most frequent first; counted anew each time."""
        return tuple(self.lexical.vocabulary())

    def printer(self) -> Callable[[str], bool]:
        """Return what tells whether a passage, as they are now, prints a stretch of Chinese characters unbroken."""
        return self.lexical.printer()

    def revision(self) -> int:
        """Return a number that grows with every change of documents or vectors, by whatever process."""
        return int(self.setting("revision", "0"))

    def identity(self) -> str:
        """Return the name that this library has wherever several libraries share a server; made up once."""
        if not self.setting("library"):
            with self.database.writing() as connection:
                connection.execute("INSERT OR IGNORE INTO settings VALUES ('library', ?)", (uuid.uuid4().hex[:12],))
        return self.setting("library")

    def setting(self, name: str, default: str = "") -> str:
        """Return a stored setting (parser version, embedding model)."""
        found = self.database.rows("SELECT value FROM settings WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else default

    def set_setting(self, name: str, value: str) -> None:
        """Store a setting."""
        with self.database.writing() as connection:
            put_setting(connection, name, value)

    def check(self) -> list[Check]:
        """Check the file and the full text."""
        try:
            faults = self.database.faults()
            passages, indexed = (
                self.database.rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("passages", "tokens")
            )
        except StoreDamaged as error:
            return [Check("数据库完整性", False, str(error))]
        counts = f"段落 {passages}，全文索引 {indexed}"
        return [
            Check("数据库完整性", not faults, "；".join(faults) or str(self.database.path)),
            Check("全文索引", passages == indexed, counts if passages == indexed else f"{counts}；请运行 kb rebuild"),
            self.lexical.check(),
        ]

    def _with_text(self, found: Sequence[Row]) -> list[StoredPassage]:
        # The text is sliced here and not by SQL's substr, which reads the document anew for every passage.
        wanted = json.dumps(sorted({row["doc_id"] for row in found}))
        listed = "SELECT doc_id, text FROM documents WHERE doc_id IN (SELECT value FROM json_each(?))"
        texts = {row["doc_id"]: row["text"] for row in self.database.rows(listed, (wanted,))}
        return [_stored(row, texts[row["doc_id"]]) for row in found if row["doc_id"] in texts]


def touch(connection: Connection) -> None:
    """Count a change, so that caches in this and other processes see it; inside the caller's transaction."""
    connection.execute("UPDATE settings SET value = value + 1 WHERE name = 'revision'")


def put_setting(connection: Connection, name: str, value: str) -> None:
    """Store a setting inside the caller's transaction."""
    connection.execute("INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?2", (name, value))


_PENDING = """
SELECT p.* FROM passages p LEFT JOIN vectors v ON v.passage_id = p.id AND v.model = ?
WHERE p.id > ? AND v.passage_id IS NULL ORDER BY p.id LIMIT ?
"""


def _drop(connection: Connection, doc_id: str) -> bool:
    # The vectors' trigger notes what Chroma must forget; the other rows go with the document.
    return connection.execute("DELETE FROM documents WHERE doc_id = ?", (doc_id,)).rowcount > 0


def _segmenter() -> fulltext.Words:
    from ingest.words import domain_segmenter

    return domain_segmenter().words


def _stored(row: Row, text: str) -> StoredPassage:
    span = Span(row["start"], row["end"])
    place = (row["id"], row["doc_id"], row["ordinal"], row["path"])
    return StoredPassage(*place, span, row["breadcrumb"], text[span.start : span.end])
