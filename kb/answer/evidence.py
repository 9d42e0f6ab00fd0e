"""What a composer may use to answer one question: ranked clauses, their documents, the ledgers in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.changes import Change
from ingest.document import Document, Duty, Span, Target
from kb.results import DocumentCard, Hit, Quote


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a composer may use: ranked clauses, their documents, the documents in scope (best first).

    ``similarity(question, texts)`` gives one cosine per text. ``missing`` names places or documents that the question
    asks about and the library does not hold, ``beyond`` those that it holds outside the scope the asker chose. Ledgers
    are those in force; ``changes(doc_id)`` is what later documents changed in a document's words.
    """

    hits: tuple[Hit, ...]
    documents: Mapping[str, Document]
    cards: tuple[DocumentCard, ...]
    similarity: Callable[[str, Sequence[str]], Sequence[float]] = field(default=lambda text, texts: [0.0] * len(texts))
    missing: tuple[str, ...] = ()
    others: tuple[DocumentCard, ...] = ()
    changes: Callable[[str], Sequence[Change]] = field(default=lambda doc_id: ())
    beyond: tuple[str, ...] = ()

    def card(self, doc_id: str) -> DocumentCard:
        """Return the card of a document in scope or beside it."""
        return next(card for card in (*self.cards, *self.others) if card.doc_id == doc_id)

    def duties(self) -> list[tuple[Document, Duty]]:
        """Return every duty in force of the documents in scope, in printed order."""
        return [(document, duty) for document in self.scope() for duty in document.duties if _stands(duty)]

    def targets(self) -> list[tuple[Document, Target]]:
        """Return every target of the documents of the ranked clauses, and those that these change in others."""
        near = self.near()
        changed = [doc_id for document in near for doc_id in self._changed_by(document) if doc_id in self.documents]
        others = [self.documents[doc_id] for doc_id in dict.fromkeys(changed)]
        moved = [
            (other, target) for other in others if other not in near for target in other.targets
            if target.change and target.change.doc_id in {document.source.doc_id for document in near}
        ]  # fmt: skip
        return [(document, target) for document in near for target in document.targets] + moved

    def _changed_by(self, notice: Document) -> list[str]:
        """Return the ids of the documents whose words a notice changes."""
        if not notice.amendments:
            return []
        others = (card.doc_id for card in (*self.cards, *self.others) if card.doc_id != notice.source.doc_id)
        return [i for i in others if any(c.doc_id == notice.source.doc_id for c in self.changes(i))]

    def near(self) -> list[Document]:
        """Return the documents of the ranked clauses, best first: those whose targets can answer."""
        return [self.documents[doc_id] for doc_id in dict.fromkeys(hit.doc.doc_id for hit in self.hits)]

    def scope(self) -> list[Document]:
        """Return the documents in scope, best first."""
        return [self.documents[card.doc_id] for card in self.cards if card.doc_id in self.documents]


def _stands(duty: Duty) -> bool:
    return duty.change is None or not duty.change.gone


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence, ledger row or clause that covers the question, with its score."""

    document: Document
    path: str
    span: Span
    score: float

    @property
    def text(self) -> str:
        """The words themselves."""
        return self.document.slice(self.span)

    @property
    def quote(self) -> Quote:
        """The proof."""
        return Quote(self.document.source.doc_id, self.path, self.span)


def documents_of(clauses: Sequence[Found]) -> list[Document]:
    """Return the documents of clauses, each once, the nearest first."""
    return list({found.document.source.doc_id: found.document for found in clauses}.values())


def heading_of(document: Document, path: str) -> str:
    """Return the heading of the clause at a known address."""
    return document.clause(path).heading
