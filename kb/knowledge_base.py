"""KnowledgeBase: the one object behind every door (command line, page, LangChain, evaluation)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from ingest.document import Document, Duty, Reference, Target, Unread
from kb.embedding import Encoder, load_encoder
from kb.errors import SettingsError, UnknownClause
from kb.inquiry import Inquiry
from kb.intake import Intake, Progress, embed_pending, forget_original, silent
from kb.results import Answer, Check, DocumentCard, Hit, IngestReport
from kb.search.hybrid import Searcher
from kb.settings import CORPUS, Settings, load_settings
from kb.store.database import set_aside
from kb.store.registry import Registry
from kb.store.vectors import VectorIndex
from kb.study.in_force import Current
from kb.study.ledgers import Ledgers

if TYPE_CHECKING:
    from kb.langchain import PolicyRetriever


class KnowledgeBase:
    """Documents, their ledgers and cited answers in one home folder. Use as a context manager, or call ``close``."""

    def __init__(self, settings: Settings) -> None:
        """Open the stores; the embedding model is loaded when first needed."""
        self.settings = settings
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SettingsError(f"知识库文件夹用不了：{settings.home}（{reason}）。请检查 --home、KB_HOME。") from error
        self.registry = Registry.open(settings.home)
        self._parts: tuple[Encoder, VectorIndex, Searcher] | None = None
        self._read_ledgers: Ledgers | None = None
        self._opening = Lock()

    @classmethod
    def open(cls, home: Path | str | None = None, settings: Settings | None = None) -> KnowledgeBase:
        """Open or create the knowledge base of ``home`` (default: KB_HOME, else ``.kb`` in the project).

        Raises:
            StoreDamaged: the database cannot be used. SettingsError: a setting is wrong.
        """
        return cls(settings or load_settings(home))

    @classmethod
    def recover(
        cls, home: Path | str | None = None, progress: Progress = silent
    ) -> tuple[KnowledgeBase, Path | None, int]:
        """Set a damaged database aside and build a new one from the kept originals and the bundled corpus.

        Return the new knowledge base, where the damaged file was put (nothing is deleted) and the number of passages.
        """
        settings = load_settings(home)
        aside = set_aside(settings.home)
        kb = cls(settings)
        with kb._writing():
            Intake(settings.home, kb.registry, settings.max_chars, progress).restore(CORPUS)
            count = kb.catch_up(progress)
        return kb, aside, count

    def close(self) -> None:
        """Close both stores."""
        if self._parts:
            self._parts[1].close()
        self.registry.close()

    def __enter__(self) -> KnowledgeBase:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # documents in

    def ingest(self, paths: Iterable[Path | str] = (), progress: Progress = silent) -> IngestReport:
        """Read files and folders (none: the bundled corpus) that are new or changed; a bad file is reported.

        ``progress(what, done, total)`` is called for each file and each batch of passages.
        """
        with self._writing():
            intake = Intake(self.settings.home, self.registry, self.settings.max_chars, progress)
            intake.run([Path(path) for path in paths] or [CORPUS])
            self.catch_up(progress)
        return intake.report()

    def catch_up(self, progress: Progress = silent) -> int:
        """Embed what an interrupted run left, and bring the vector index level; return the number of passages."""
        encoder, index, _ = self._open_parts()
        return embed_pending(encoder, index, progress)

    def remove(self, name: str) -> str:
        """Remove a document from both stores and its original; return its id.

        Raises:
            UnknownDocument: no document has this id, 文号 or title.
        """
        doc_id = self.registry.find(name)
        with self._writing() as index:
            self.registry.remove(doc_id)
            forget_original(self.settings.home, doc_id)
            index.sync()
        return doc_id

    def rebuild(self, progress: Progress = silent) -> int:
        """Build full text and vectors anew from the stored documents; return the number of passages."""
        with self._writing() as index:
            count = self.registry.reindex()
            index.rebuild()
            self.catch_up(progress)
        return count

    def doctor(self, *, repair: bool = False) -> list[Check]:
        """Check both stores; with ``repair`` rebuild what is missing first."""
        if repair:
            self.rebuild()
        return [*self.registry.check(), *self._open_parts()[1].check()]

    def unread(self) -> list[tuple[Document, Unread]]:
        """Return what looks like an entry of a ledger and could not be read, of all documents."""
        return [(document, left) for document in self._chosen(None) for left in document.unread]

    # questions

    def ask(self, text: str, history: Sequence[str] = (), *, docs: Sequence[str] = (), level: str = "") -> Answer:
        """Answer a question with citations, or refuse; ``history`` holds the earlier user questions, oldest first.

        Raises:
            EmptyQuestion: no word in it. UnknownDocument: ``docs`` names none. ModelUnavailable: see ``load_encoder``.
        """
        started = time.perf_counter()
        found = self.inquiry().ask(text, history, docs, level)
        return replace(found, elapsed_ms=round((time.perf_counter() - started) * 1000, 1))

    def search(self, text: str, k: int = 10, *, docs: Sequence[str] = ()) -> list[Hit]:
        """Return the ``k`` best clauses for a query, best first."""
        return self.inquiry().search(text, k, docs)

    def inquiry(self, without: Iterable[str] = (), hidden: Iterable[tuple[str, str]] = ()) -> Inquiry:
        """Return what answers questions, for evaluation less some parts or clauses (see ``Inquiry``)."""
        encoder, _, searcher = self._open_parts()
        return Inquiry(
            self.settings, self.registry, encoder, searcher, self._ledgers(), frozenset(without), frozenset(hidden)
        )

    # ledgers and library

    def documents(self) -> list[DocumentCard]:
        """Return the cards of all documents."""
        return self.registry.cards()

    def document(self, name: str) -> Document:
        """Return a document by id, 文号 or exact title.

        Raises:
            UnknownDocument: there is none.
        """
        return self._open_parts()[2].document(self.registry.find(name))

    def card(self, name: str) -> DocumentCard:
        """Return a document's card.

        Raises:
            UnknownDocument: there is none.
        """
        doc_id = self.registry.find(name)
        return next(card for card in self.documents() if card.doc_id == doc_id)

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

    def resolve(self, reference: Reference) -> str | None:
        """Return the id of the document that a reference means; None where the library does not hold it."""
        return self.registry.names().find(reference.number, reference.title)

    def _ledgers(self) -> Ledgers:
        searcher = self._open_parts()[2]
        with self._opening:
            self._read_ledgers = self._read_ledgers or Ledgers(self.registry, searcher.document)
            return self._read_ledgers

    def _chosen(self, doc: str | None) -> list[Document]:
        names = [self.registry.find(doc)] if doc is not None else [card.doc_id for card in self.documents()]
        return [self._ledgers().document(name) for name in names]

    @contextmanager
    def _writing(self) -> Iterator[VectorIndex]:
        """Own the vector index during the block, so that a second writer is refused before anything changes."""
        index = self._open_parts()[1]
        with index.writing():
            yield index

    def _open_parts(self) -> tuple[Encoder, VectorIndex, Searcher]:
        with self._opening:
            if self._parts is None:
                encoder = load_encoder(self.settings.embedding)
                dimensions, model = encoder.dimensions, encoder.name
                index = VectorIndex.open(self.settings.home, self.registry, dimensions=dimensions, model=model)
                self._parts = (encoder, index, Searcher(self.registry, index, encoder))
            return self._parts
