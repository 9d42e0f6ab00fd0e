"""KnowledgeBase: the one object behind every door (command line, page, LangChain, evaluation)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.document import Document, Duty, Reference, Target, Unread
from kb.errors import UnknownClause
from kb.inquiry import ANY_DAY, Days, Inquiry, Similarity
from kb.ledger import Record
from kb.library import Library
from kb.results import Answer, Hit
from kb.settings import Settings
from kb.study.in_force import Current
from kb.study.ledgers import Ledgers

if TYPE_CHECKING:
    from kb.langchain import PolicyRetriever
    from kb.study.quiz import Item


class KnowledgeBase(Library):
    """Documents, their ledgers and cited answers in one home folder. Use as a context manager, or call ``close``."""

    def __init__(self, settings: Settings) -> None:
        """Open the stores; the embedding model is loaded when first needed."""
        super().__init__(settings)
        self._read_ledgers: Ledgers | None = None
        self._cosines: Similarity | None = None

    # questions

    def unread(self) -> list[tuple[Document, Unread]]:
        """Return what looks like an entry of a ledger and could not be read, of all documents."""
        return [(document, left) for document in self._chosen(None) for left in document.unread]

    def ask(
        self, text: str, history: Sequence[str] = (), *, docs: Sequence[str] = (), level: str = "",
        dated: Days = ANY_DAY,
    ) -> Answer:  # fmt: skip
        """Answer a question with citations, or refuse; ``history`` holds the earlier user questions, oldest first.

        ``docs``, ``level`` and ``dated`` (first and last day as ISO dates, empty for no limit) narrow where it is put.

        Raises:
            EmptyQuestion: no word in it. UnknownDocument: ``docs`` names none. ModelUnavailable: see ``load_encoder``.
        """
        started = time.perf_counter()
        found = self.inquiry().ask(text, history, docs, level, dated)
        return replace(found, elapsed_ms=round((time.perf_counter() - started) * 1000, 1))

    def search(self, text: str, k: int = 10, *, docs: Sequence[str] = (), prefer: Sequence[str] = ()) -> list[Hit]:
        """Return the ``k`` best clauses for a query, best first; ``prefer`` are levels or regions to rank higher."""
        return self.inquiry().search(text, k, docs, prefer)

    def inquiry(self, without: Iterable[str] = (), hidden: Iterable[tuple[str, str]] = ()) -> Inquiry:
        """Return what answers questions, for evaluation less some parts or clauses (see ``Inquiry``)."""
        searcher, ledgers, similarity = self._open_parts()[2], self._ledgers(), self._similarity()
        without, hidden = frozenset(without), frozenset(hidden)
        return Inquiry(self.settings, self.registry, searcher, ledgers, similarity, without, hidden)

    # ledgers

    def document(self, name: str) -> Document:
        """Return a document by id, 文号 or exact title.

        Raises:
            UnknownDocument: there is none.
        """
        return self._open_parts()[2].document(self.registry.find(name))

    def clause(self, name: str, path: str) -> Hit:
        """Return one clause as a search hit without a score.

        Raises:
            UnknownDocument, UnknownClause: there is none.
        """
        document = self.document(name)
        card = self.card(name)
        try:
            clause = document.clause(path.strip().replace("(", "（").replace(")", "）"))
        except KeyError as error:
            raise UnknownClause(f"《{card.title}》没有条款“{path}”。请用 kb show {card.doc_id} 查看目录。") from error
        text = document.slice(clause.span).strip()
        return Hit(card, clause.path, clause.heading, document.page_of(clause.span.start), text, clause.span, 0.0)

    def duties(self, doc: str | None = None, organ: str | None = None) -> list[tuple[Document, Duty]]:
        """Return the ledger of duties, of one document or all; ``organ`` keeps those that name or bind this body."""
        from ingest.organs import same_body

        def names(duty: Duty) -> bool:
            return organ is None or any(
                same_body(n, organ) for n in (*(b.joining for b in duty.bodies), *duty.inherited)
            )

        return [(document, duty) for document in self._chosen(doc) for duty in document.duties if names(duty)]

    def targets(self, doc: str | None = None) -> list[tuple[Document, Target]]:
        """Return the ledger of targets in force, of one document or all."""
        return [(document, target) for document in self._chosen(doc) for target in document.targets]

    def as_retriever(self, k: int = 10) -> PolicyRetriever:
        """Return a LangChain retriever whose Documents carry the citation as metadata."""
        from kb.langchain import PolicyRetriever

        return PolicyRetriever(knowledge_base=self, k=k)

    def current(self, name: str) -> Current:
        """Return a document with its ledgers in force, what changed them, and the changes that found no place.

        Raises:
            UnknownDocument: there is none.
        """
        return self._ledgers().current(self.registry.find(name))

    def align(self, names: Sequence[str]) -> list[Record]:
        """Return the same indicators and tasks of several documents side by side, as they stand.

        Raises:
            UnknownDocument: one of them is not in the library.
        """
        from kb.study.alignment import align

        return align([self.current(name).document for name in names], self._similarity())

    def findings(self, name: str, parent: str | None = None) -> list[Record]:
        """Return what stands out in a document against its parent (none given: the first one held that it implements).

        Raises:
            UnknownDocument: one of them is not in the library.
        """
        from kb.study.findings import findings

        document = self.current(name).document
        implemented = (self.resolve(ref) for ref in document.references if ref.kind == "implements")
        upper = self.registry.find(parent) if parent else next((doc_id for doc_id in implemented if doc_id), None)
        above = self.current(upper).document if upper else None
        return findings(document, above, self._similarity())

    def quiz_items(self, docs: Sequence[str] = (), *, seed: int = 0) -> list[Item]:
        """Return every question for trainees that these documents yield (none given: all), the same for the same seed.

        Raises:
            UnknownDocument: one of them is not in the library.
        """
        from ingest.glossary import glossary
        from kb.study.quiz import items

        names = [self.registry.find(name) for name in docs] or [card.doc_id for card in self.documents()]
        return items([self._ledgers().document(name) for name in names], glossary(), seed=seed)

    def resolve(self, reference: Reference) -> str | None:
        """Return the id of the document that a reference means; None where the library does not hold it."""
        return self.registry.names().find(reference.number, reference.title)

    def _ledgers(self) -> Ledgers:
        searcher = self._open_parts()[2]
        with self._opening:
            self._read_ledgers = self._read_ledgers or Ledgers(self.registry, searcher.document)
            return self._read_ledgers

    def _similarity(self) -> Similarity:
        encoder = self._open_parts()[0]
        with self._opening:
            self._cosines = self._cosines or Similarity(encoder)
            return self._cosines

    def _chosen(self, doc: str | None) -> list[Document]:
        names = [self.registry.find(doc)] if doc is not None else [card.doc_id for card in self.documents()]
        return [self._ledgers().document(name) for name in names]
