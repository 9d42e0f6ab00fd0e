"""The knowledge base as whoever uses this browser session may use it: questions and changes go through the door.

One place refuses what the role does not allow, whatever page or dialog asks for it, and logs what is done.
"""

# ruff: noqa: ANN401 -- arguments are handed on as they are
from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from ingest.document import Document
from kb import KnowledgeBase
from kb.results import Answer, DocumentCard, Hit
from kb.views.account import address, door, who


class Guarded:
    """Stands before a knowledge base; what is not named here is its own."""

    def __init__(self, kb: KnowledgeBase) -> None:
        """Remember what it stands before."""
        self._kb = kb

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kb, name)

    def ask(self, text: str, *rest: Any, **named: Any) -> Answer:
        """Answer a question, see ``KnowledgeBase.ask``."""
        with door().asking(who(), "ask", text, address()) as notes:
            answer = self._kb.ask(text, *rest, **named)
            notes.update(answered=answer.answered, kind=answer.kind)
        return answer

    def search(self, text: str, *rest: Any, **named: Any) -> list[Hit]:
        """Return the best clauses, see ``KnowledgeBase.search``."""
        with door().asking(who(), "search", text, address()):
            return self._kb.search(text, *rest, **named)

    def file(self, item: Document, *, doc_id: str = "", **named: Any) -> str:
        """File a document that was read, see ``Library.file``."""
        with self._changing("replace" if doc_id else "file", doc_id or item.source.title):
            return self._kb.file(item, doc_id=doc_id, **named)

    def amend_card(self, name: str, **fields: object) -> DocumentCard:
        """Correct a card, see ``Library.amend_card``."""
        with self._changing("amend", name):
            return self._kb.amend_card(name, **fields)

    def remove(self, name: str) -> str:
        """Remove a document, see ``Library.remove``."""
        with self._changing("remove", name):
            return self._kb.remove(name)

    def _changing(self, action: str, subject: str) -> AbstractContextManager[None]:
        return door().changing(who(), action, subject, address())
