"""The product as the bench drives it: ingest a folder, search, ask."""

from __future__ import annotations

from pathlib import Path

from bench.score import Unit
from kb import KnowledgeBase


class Ours:
    """A knowledge base in ``home``."""

    def __init__(self, home: Path) -> None:
        """Name the folder; nothing is opened yet."""
        self._home = home

    def ingest(self, folder: Path) -> dict[str, int]:
        """Read the folder; return how many documents and passages there are and how many files failed."""
        with KnowledgeBase.open(self._home) as kb:
            report = kb.ingest([folder])
            documents = [kb.document(card.doc_id) for card in kb.documents()]
        passages = sum(len(document.passages) for document in documents)
        return {"documents": len(documents), "units": passages, "failed": len(report.failed)}

    def open(self) -> None:
        """Open for searching."""
        self._kb = KnowledgeBase.open(self._home)
        self._kb.catch_up()
        self._files = {card.doc_id: card.file for card in self._kb.documents()}

    def search(self, query: str, k: int) -> list[Unit]:
        """Return the best clauses."""
        return [Unit(self._files[hit.doc.doc_id], hit.text) for hit in self._kb.search(query, k)]

    def ask(self, question: str) -> bool:
        """Compose a cited answer; tell whether the question was answered."""
        return self._kb.ask(question).answered

    def close(self) -> None:
        """Close both stores."""
        self._kb.close()
