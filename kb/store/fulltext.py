"""Lexical search: SQLite FTS5 over words that were cut before they were stored, and character bigrams.

FTS5's own tokenizers do not find two-character words such as 养老 in running Chinese, so each passage is stored as
lists of tokens (words and bigrams of its text, of its document's title and of its headings) and a question is asked in
tokens of the same kind. A question is never FTS5 syntax: each token is quoted, so ``NEAR(``, ``*`` or a quotation mark
finds nothing special. FTS5's ranks go flat on a small corpus about one matter: passages of equal rank come in the order
of the documents' ids and of the text, and callers fuse positions, not scores. It refuses to segment questions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence

from ingest.document import Clause, Document
from ingest.words import bigrams
from kb.store.database import Connection, Database

Words = Callable[[str], Sequence[str]]
Entry = tuple[str, str, str, str]

MAX_TOKENS = 400
TITLE, HEADINGS, WORDS, BIGRAMS = 0.5, 1.0, 1.0, 1.0

_SEARCH = f"""
SELECT p.id AS id, bm25(fulltext, {TITLE}, {HEADINGS}, {WORDS}, {BIGRAMS}) AS distance
FROM fulltext JOIN passages p ON p.id = fulltext.rowid
WHERE fulltext MATCH ? AND (? IS NULL OR p.doc_id IN (SELECT value FROM json_each(?)))
ORDER BY distance, p.doc_id, p.ordinal, p.id LIMIT ?
"""


def search_words(
    database: Database,
    terms: Sequence[str],
    pairs: Sequence[str] = (),
    *,
    limit: int,
    docs: Collection[str] | None = None,
) -> list[tuple[int, float]]:
    """Return ``(passage key, score)`` of passages with any of the words or character pairs, best first.

    ``docs`` restricts the search to these document ids. At most ``MAX_TOKENS`` words and as many pairs are used.
    """
    wanted = [
        f"{{{columns}}} : ({' OR '.join(quoted)})"
        for columns, tokens in (("title headings words", terms), ("title headings bigrams", pairs))
        if (quoted := [_quote(token) for token in tokens[:MAX_TOKENS]])
    ]
    if not wanted or limit < 1:
        return []
    chosen = None if docs is None else json.dumps(sorted(docs))
    found = database.rows(_SEARCH, (" OR ".join(wanted), chosen, chosen, limit))
    return [(row["id"], -row["distance"]) for row in found]


def vocabulary(database: Database) -> list[str]:
    """Return the words of the passages' texts, the most widespread first; equals in order of code."""
    found = database.rows("SELECT term FROM vocabulary WHERE col = 'words' ORDER BY doc DESC, term")
    return [row["term"] for row in found]


def prints(database: Database, stretch: str) -> bool:
    """Tell whether a passage prints this stretch of two or more Chinese characters without a break."""
    pairs = bigrams(stretch)[:MAX_TOKENS]
    phrase = "{bigrams} : " + _quote(" ".join(pairs))
    return bool(pairs and database.rows("SELECT 1 FROM fulltext WHERE fulltext MATCH ? LIMIT 1", (phrase,)))


def index(connection: Connection, keys: Sequence[int], found: Sequence[Entry]) -> None:
    """Store what ``entries`` gave under the passages' keys, inside the caller's transaction."""
    connection.executemany(
        "INSERT INTO fulltext (rowid, title, headings, words, bigrams) VALUES (?, ?, ?, ?, ?)",
        [(key, *entry) for key, entry in zip(keys, found, strict=True)],
    )


def forget(connection: Connection, doc_id: str) -> None:
    """Remove the tokens of a document's passages, before its rows go."""
    connection.execute("DELETE FROM fulltext WHERE rowid IN (SELECT id FROM passages WHERE doc_id = ?)", (doc_id,))


def clear(connection: Connection) -> None:
    """Remove the tokens of all passages."""
    connection.execute("DELETE FROM fulltext")


def entries(document: Document, words: Words) -> list[Entry]:
    """Return the tokens of title, headings, text and text in bigrams for each passage of a document."""
    by_path = {clause.path: clause for clause in reversed(document.clauses)}
    title = _tokens(document.source.title, words)
    found = []
    for passage in document.passages:
        text = document.slice(passage.span)
        headings = " ".join(_headings(by_path.get(passage.path), by_path))
        found.append((title, _tokens(headings, words), " ".join(words(text)), " ".join(bigrams(text))))
    return found


def _headings(clause: Clause | None, by_path: dict[str, Clause]) -> list[str]:
    found: list[str] = []
    while clause is not None and len(found) < len(by_path):
        found.append(clause.heading)
        clause = by_path.get(clause.parent) if clause.parent else None
    return found[::-1]


def _tokens(text: str, words: Words) -> str:
    return " ".join((*words(text), *bigrams(text)))


def _quote(token: str) -> str:
    # "他说""好""" - a doubled quotation mark is FTS5's only escape; NUL and half characters cannot be bound.
    clean = token.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
    return '"' + clean.replace('"', '""') + '"'
