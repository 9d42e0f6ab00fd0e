"""The tables of a knowledge base, as numbered migrations that are only ever appended to.

A home folder outlives the program that made it: each migration is a function run once, inside one transaction, and
recorded with its time. Spans are stored as ``start``/``end`` columns (character offsets of ``documents.text``); lists
of plain strings as JSON; file names as bytes, because a name need not be valid UTF-8. Refuses to change a migration
that has been released: a change is a new function at the end of ``MIGRATIONS``.

``vectors.indexed`` says that Chroma has accepted the vector; ``removed_vectors`` lists what Chroma still has to forget.
Passage ids are never used twice (AUTOINCREMENT), so a forgotten id in Chroma can never stand for another passage.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

Connection = sqlite3.Connection

_M001 = """
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO settings VALUES ('revision', '0');
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, path BLOB NOT NULL, title TEXT NOT NULL, number TEXT NOT NULL,
    title_key TEXT NOT NULL, number_key TEXT NOT NULL, issuers TEXT NOT NULL, dated TEXT, level TEXT NOT NULL,
    region TEXT NOT NULL, form TEXT NOT NULL, status TEXT NOT NULL, url TEXT NOT NULL, file BLOB NOT NULL,
    saved TEXT NOT NULL, page_starts TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX documents_sha256 ON documents (sha256);
CREATE INDEX documents_number ON documents (number_key);
CREATE INDEX documents_title ON documents (title_key);
CREATE TABLE clauses (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, ordinal INTEGER NOT NULL,
    level INTEGER NOT NULL, label TEXT NOT NULL, path TEXT NOT NULL, heading TEXT NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, extent_start INTEGER NOT NULL, extent_end INTEGER NOT NULL, parent TEXT);
CREATE INDEX clauses_doc ON clauses (doc_id);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, path TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    breadcrumb TEXT NOT NULL);
CREATE INDEX passages_doc ON passages (doc_id);
CREATE TABLE duties (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, path TEXT NOT NULL,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, task_start INTEGER NOT NULL,
    task_end INTEGER NOT NULL, phrase TEXT NOT NULL, shared INTEGER NOT NULL, open_ended INTEGER NOT NULL,
    inherited TEXT NOT NULL, rule_start INTEGER, rule_end INTEGER, deadline TEXT);
CREATE INDEX duties_doc ON duties (doc_id);
CREATE TABLE bodies (
    id INTEGER PRIMARY KEY, duty_id INTEGER NOT NULL REFERENCES duties ON DELETE CASCADE, name TEXT NOT NULL,
    role TEXT NOT NULL, kind TEXT NOT NULL, canonical TEXT NOT NULL);
CREATE INDEX bodies_duty ON bodies (duty_id);
CREATE TABLE targets (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, path TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, indicator TEXT NOT NULL, relation TEXT NOT NULL,
    value TEXT NOT NULL, value_max TEXT, unit TEXT NOT NULL, baseline_year INTEGER, deadline_year INTEGER,
    nature TEXT, carried TEXT NOT NULL);
CREATE INDEX targets_doc ON targets (doc_id);
CREATE TABLE cross_references (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, path TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL);
CREATE INDEX cross_references_doc ON cross_references (doc_id);
CREATE TABLE repairs (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, kind TEXT NOT NULL,
    page INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL);
CREATE INDEX repairs_doc ON repairs (doc_id);
CREATE TABLE vectors (
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE, model TEXT NOT NULL, vector BLOB NOT NULL,
    indexed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX vectors_model ON vectors (model, indexed);
CREATE TABLE removed_vectors (passage_id INTEGER PRIMARY KEY);
CREATE TRIGGER vectors_removed AFTER DELETE ON vectors WHEN OLD.indexed BEGIN
    INSERT OR IGNORE INTO removed_vectors VALUES (OLD.passage_id); END;
CREATE VIRTUAL TABLE fulltext USING fts5(
    title, headings, words, bigrams, tokenize = "ascii tokenchars '.,%-_'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(fulltext, col);
"""


def _run(connection: Connection, script: str) -> None:
    # Not executescript: that commits the transaction in progress.
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def m001_documents(connection: Connection) -> None:
    """Create the tables of documents, of what is extracted from them, of their vectors and of the full text."""
    _run(connection, _M001)


_PROOFS = """
ALTER TABLE duties ADD COLUMN proofs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE targets ADD COLUMN proofs TEXT NOT NULL DEFAULT '[]';
CREATE TABLE unread (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, path TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE INDEX unread_doc ON unread (doc_id);
"""


def proofs_and_unread(connection: Connection) -> None:
    """Add what proves a row of a table beside the row (a list of spans), and what could not be read."""
    _run(connection, _PROOFS)


_TABLES = """
CREATE TABLE document_tables (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, path TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, caption_start INTEGER, caption_end INTEGER, cells TEXT NOT NULL);
CREATE INDEX document_tables_doc ON document_tables (doc_id);
"""


def tables_of_documents(connection: Connection) -> None:
    """Create the table of tables; ``cells`` is a JSON list of [start, end, row, column, rows, columns]."""
    _run(connection, _TABLES)


_LINEAGE = """
ALTER TABLE cross_references ADD COLUMN dated TEXT;
ALTER TABLE documents ADD COLUMN effective TEXT;
ALTER TABLE documents ADD COLUMN expires TEXT;
ALTER TABLE documents ADD COLUMN term_spans TEXT NOT NULL DEFAULT '[]';
CREATE TABLE amendments (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, path TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL,
    target_path TEXT NOT NULL, subject_start INTEGER, subject_end INTEGER, old_start INTEGER, old_end INTEGER,
    new_start INTEGER, new_end INTEGER);
CREATE INDEX amendments_doc ON amendments (doc_id);
"""


def lineage(connection: Connection) -> None:
    """Add what a document changes in others, from when others end, and its own term."""
    _run(connection, _LINEAGE)


_UNCERTAIN = """
CREATE TABLE uncertain (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents ON DELETE CASCADE, start INTEGER NOT NULL,
    end INTEGER NOT NULL);
CREATE INDEX uncertain_doc ON uncertain (doc_id);
"""


def uncertain_stretches(connection: Connection) -> None:
    """Create the table of stretches that the character recogniser was not sure of."""
    _run(connection, _UNCERTAIN)


_FETCHED = """
ALTER TABLE documents ADD COLUMN fetched TEXT NOT NULL DEFAULT '';
CREATE TABLE former (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL, version INTEGER NOT NULL,
    title TEXT NOT NULL, number TEXT NOT NULL, form TEXT NOT NULL, sha256 TEXT NOT NULL,
    replaced TEXT NOT NULL, text TEXT NOT NULL, outline TEXT NOT NULL, UNIQUE (doc_id, version));
"""


def fetched_and_former(connection: Connection) -> None:
    """Add when a document's text was downloaded, and the texts that a download replaced."""
    _run(connection, _FETCHED)


_TOKENS = """
CREATE TABLE tokens (
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE, title TEXT NOT NULL, headings TEXT NOT NULL,
    words TEXT NOT NULL);
INSERT INTO tokens SELECT rowid, title, headings, words FROM fulltext WHERE rowid IN (SELECT id FROM passages);
DROP TABLE vocabulary;
DROP TABLE fulltext;
"""


def words_of_passages(connection: Connection) -> None:
    """Keep the words of passages as plain rows; the full-text tables give way to the file of ``kb.store.lexical``."""
    _run(connection, _TOKENS)


_ADDRESSES = """
CREATE INDEX clauses_address ON clauses (doc_id, path);
DROP INDEX clauses_doc;
"""


def clauses_by_address(connection: Connection) -> None:
    """Find a clause by its address without reading all clauses of its law."""
    _run(connection, _ADDRESSES)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    m001_documents,
    proofs_and_unread,
    tables_of_documents,
    lineage,
    uncertain_stretches,
    fetched_and_former,
    words_of_passages,
    clauses_by_address,
)
