"""The documents of a library with their ledgers as they stand, read once per change of the library and per day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from ingest.document import Document
from kb.store.registry import Registry
from kb.study.in_force import Current, in_force, without_moved

KEPT = 256  # documents kept in memory


class Ledgers:
    """Gives documents whose duties and targets are those in force; safe to share between threads."""

    def __init__(self, registry: Registry, read: Callable[[str], Document]) -> None:
        """Stand on an open library; ``read`` gives a document as it was saved."""
        self._registry, self._read = registry, read
        self._current = lru_cache(maxsize=KEPT)(self._compute)
        self._whole = lru_cache(maxsize=KEPT)(self._complete)

    def current(self, doc_id: str) -> Current:
        """Return the document with the values in force and what changed them.

        Raises:
            UnknownDocument: no document has this id.
        """
        return self._whole(doc_id, self._registry.revision(), date.today())

    def document(self, doc_id: str) -> Document:
        """Return the document with the values in force.

        Raises:
            UnknownDocument: no document has this id.
        """
        return self.current(doc_id).document

    def _compute(self, doc_id: str, revision: int, today: date) -> Current:
        document = self._read(doc_id)
        notices = [self._read(by) for by in self._registry.amended().get(doc_id, ())]
        return in_force(document, notices, self._registry.names().find, today)

    def _complete(self, doc_id: str, revision: int, today: date) -> Current:
        """Leave out of a notice what only says how another document's rows change."""
        current = self._current(doc_id, revision, today)
        find = self._registry.names().find
        moved = without_moved(current.document, lambda other: self._current(other, revision, today), find)
        return current if moved is current.document else replace(current, document=moved)
