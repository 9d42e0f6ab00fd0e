"""The words of each passage, cut once before they are stored: what the lexical index is made of.

Cutting takes most of the time of indexing and depends on the dictionary, so its result is kept in SQLite and the index
(``kb.store.lexical``) can be made again in seconds. Character pairs cost nothing to find and are not stored. It refuses
to segment questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ingest.document import Document
from kb.store.database import Connection

Words = Callable[[str], Sequence[str]]
Entry = tuple[str, str, str]


def index(connection: Connection, keys: Sequence[int], found: Sequence[Entry]) -> None:
    """Store what ``entries`` gave under the passages' keys, inside the caller's transaction."""
    connection.executemany(
        "INSERT INTO tokens (passage_id, title, headings, words) VALUES (?, ?, ?, ?)",
        [(key, *entry) for key, entry in zip(keys, found, strict=True)],
    )


def clear(connection: Connection) -> None:
    """Remove the words of all passages; those of removed passages go with them."""
    connection.execute("DELETE FROM tokens")


def entries(document: Document, words: Words) -> list[Entry]:
    """Return the words of title, headings and text of each passage of a document, parted by blanks."""
    title, cut = document.source.title, dict[str, str]()

    def once(text: str) -> str:
        if text not in cut:
            cut[text] = " ".join(words(text))
        return cut[text]

    return [
        (once(title), once(p.breadcrumb.removeprefix(title)), " ".join(words(document.slice(p.span))))
        for p in document.passages
    ]
