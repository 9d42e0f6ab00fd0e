"""Library: documents in and out of one home folder; the base of ``KnowledgeBase``.

It owns the stores and the child processes that parse. Whatever changes the library holds the vector index while it
writes, so that a second writer is refused before anything has changed; parsing a file for a preview holds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ingest.document import Document
from ingest.isolation.pool import Pool
from kb import originals
from kb.cluster import cluster
from kb.embedding import BUNDLED_FOLDER, Encoder, load_encoder
from kb.embedding.reranker import load_reranker
from kb.errors import Interrupted, SettingsError
from kb.intake import Intake, silent
from kb.intake.embedding import Progress, embed_pending, lacking
from kb.originals import Fields
from kb.results import Check, DocumentCard, IngestReport
from kb.search.hybrid import Searcher
from kb.settings import CORPUS, Settings, load_settings
from kb.store.database import set_aside
from kb.store.former import Former
from kb.store.registry import Registry
from kb.store.vectors import VectorIndex

_LOG = logging.getLogger(__name__)

if TYPE_CHECKING:
    from kb.embedding.own import Trained
    from kb.fetch import FetchReport


class Library:
    """Documents in one home folder. Use as a context manager, or call ``close``."""

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
        self._opening = Lock()
        self._pool = Pool(max_chars=settings.max_chars, workers=settings.workers)

    @classmethod
    def open(cls, home: Path | str | None = None, settings: Settings | None = None) -> Self:
        """Open or create the knowledge base of ``home`` (default: KB_HOME, else ``.kb`` in the project).

        Raises:
            StoreDamaged: the database cannot be used. SettingsError: a setting is wrong.
        """
        return cls(settings or load_settings(home))

    @classmethod
    def recover(cls, home: Path | str | None = None, progress: Progress = silent) -> tuple[Self, Path | None, int]:
        """Set a damaged database aside and build a new one from the kept originals and the bundled corpus.

        Return the new knowledge base, where the damaged file was put (nothing is deleted) and the number of passages.
        """
        settings = load_settings(home)
        aside = set_aside(settings.home)
        kb = cls(settings)
        with kb._writing():
            kb._intake(progress).restore(CORPUS)
            count = kb.catch_up(progress)
        return kb, aside, count

    def close(self) -> None:
        """Close both stores and end the threads and child processes."""
        self._pool.close()
        if self._parts:
            _, index, searcher = self._parts
            searcher.close()
            index.close()
        self.registry.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ingest(self, paths: Iterable[Path | str] = (), progress: Progress = silent, *, dask: str = "") -> IngestReport:
        """Read files and folders (none: the bundled corpus) that are new or changed; a bad file is reported.

        Files are parsed in child processes, or over the Dask cluster ``dask``; ``progress`` hears of each ``Step``.

        Raises:
            Interrupted: Ctrl-C; what was filed stays, and the next run goes on. BadInput: the cluster is not there.
        """
        settings, local = self.settings, self._open_parts()[0]
        helpers = cluster(dask, self._pool, local, setting=settings.embedding, max_chars=settings.max_chars)
        with self._writing() as index, helpers as (pool, encoder):
            intake = Intake(settings.home, self.registry, pool, settings.max_chars, progress)
            try:
                intake.run([Path(path) for path in paths] or [CORPUS])
                self.registry.lexical.catch_up()
                embed_pending(encoder, index, progress)
            except KeyboardInterrupt as stop:
                self._pool.close()
                raise Interrupted(intake.interrupted()) from stop
        return intake.report()

    def preview(self, path: Path | str, progress: Progress = silent) -> Document:
        """Parse a file, in a child process, and file nothing.

        Raises:
            UnreadableFile: it cannot become a document.
        """
        return self._intake(progress).preview(Path(path))

    def file(
        self, item: Document | Path | str, *, doc_id: str = "", corrections: Fields | None = None,
        progress: Progress = silent,
    ) -> str:  # fmt: skip
        """File a previewed document or a file, and return its id; ``doc_id`` names the document it takes the place of.

        ``corrections`` (title, doc_number, issuers, date, level, region, form, status) win over what is printed, now
        and whenever the document is read again; empty means that the document has none, None takes one back.

        Raises:
            UnreadableFile: it cannot become a document. UnknownDocument: ``doc_id`` names none.
            BadInput: a correction is wrong, or the content is filed under another id.
        """
        intake = self._intake(progress)
        document = item if isinstance(item, Document) else intake.preview(Path(item))
        replaced = self.registry.find(doc_id) if doc_id else ""
        with self._writing():
            filed = intake.file(document, replaced, corrections or {})
            self.catch_up(progress)
        return filed

    def filed_as(self, document: Document) -> str:
        """Return the id under which the content of a previewed document is filed, or an empty text."""
        return self.registry.sha256s().get(document.source.sha256, "")

    def amend_card(self, name: str, **fields: object) -> DocumentCard:
        """Correct the card of a filed document (fields: see ``file``) and what is extracted with its help.

        Raises:
            UnknownDocument: there is none. BadInput: a field is wrong.
        """
        doc_id = self.registry.find(name)
        with self._writing():
            self._intake(silent).amend(doc_id, fields)
            self.catch_up()
        return self.card(doc_id)

    def corrections(self, name: str) -> dict[str, object]:
        """Return which fields of a document's card were corrected, and to what."""
        return originals.corrections(self.settings.home, self.registry.find(name))

    def original(self, name: str) -> Path:
        """Return where the original of a document is kept.

        Raises:
            UnknownDocument: there is none. StoreUnusable: the original is gone.
        """
        card = self.card(name)
        return originals.place(self.settings.home, card.doc_id, card.file)

    def fetch(self, names: Sequence[str] = (), progress: Progress = silent) -> FetchReport:
        """Download the official texts of these documents (none: of all digests) and put them in their place.

        Raises:
            UnknownDocument: a name is none's.
        """
        from kb.fetch import fetch, folder_of
        from kb.fetch.download import Downloader

        chosen = [self.registry.find(name) for name in names]
        cards = [c for c in self.documents() if c.doc_id in chosen or (not names and c.form == "digest")]
        downloader = Downloader(folder_of(self.settings.home), private=bool(self.settings.fetch_private))
        report = fetch(cards, self._intake(progress), downloader, self._writing, progress)
        if report.fetched:
            self.catch_up(progress)
        return report

    def former(self, name: str) -> list[Former]:
        """Return the texts that fetched ones replaced in a document, oldest first.

        Raises:
            UnknownDocument: there is no such document.
        """
        return self.registry.former(self.registry.find(name))

    def catch_up(self, progress: Progress = silent) -> int:
        """Embed what an interrupted run left, and bring both indexes level; return the number of passages embedded."""
        encoder, index, _ = self._open_parts()
        self.registry.lexical.catch_up()
        return embed_pending(encoder, index, progress)

    def remove(self, name: str) -> str:
        """Remove a document from both stores and its original; return its id.

        Raises:
            UnknownDocument: no document has this id, 文号 or title.
        """
        doc_id = self.registry.find(name)
        with self._writing() as index:
            self.registry.remove(doc_id)
            originals.forget(self.settings.home, doc_id)
            index.sync()
        return doc_id

    def rebuild(self, progress: Progress = silent) -> int:
        """Build full text and vectors anew from the stored documents; return the number of passages."""
        with self._writing() as index:
            count = self.registry.reindex()
            index.rebuild()
            self.catch_up(progress)
        return count

    def train(
        self, folder: Path, docs: Sequence[str] = (), *, seed: int = 15, say: Callable[[str], None] = print
    ) -> Trained:
        """Go on training the bundled embedding model on the documents ``docs`` (none: all), into ``folder``.

        The library itself is not changed; ``embedding`` names the folder to use it.

        Raises:
            BadInput: the folder holds something, or there are too few clauses. UnknownDocument: ``docs`` names none.
            ModelUnavailable: torch is missing.
        """
        from kb.embedding.own import go_on

        names = [self.registry.find(name) for name in docs] or self.registry.doc_ids()
        documents = [self.registry.document(name) for name in dict.fromkeys(names)]
        return go_on(BUNDLED_FOLDER, documents, folder, seed=seed, say=say)

    def doctor(self, *, repair: bool = False) -> list[Check]:
        """Check both stores; with ``repair`` rebuild what is missing first."""
        if repair:
            self.rebuild()
        return [*self.registry.check(), *self._open_parts()[1].check()]

    def documents(self) -> list[DocumentCard]:
        """Return the cards of all documents."""
        return self.registry.cards()

    def revision(self) -> int:
        """Return the revision of the library: it grows with every change."""
        return self.registry.revision()

    def texts(self) -> dict[str, str]:
        """Return the SHA-256 of the file that each document was read from, by its id."""
        return {doc_id: sha256 for sha256, doc_id in self.registry.sha256s().items()}

    def card(self, name: str) -> DocumentCard:
        """Return a document's card.

        Raises:
            UnknownDocument: there is none.
        """
        doc_id = self.registry.find(name)
        return next(card for card in self.documents() if card.doc_id == doc_id)

    def _intake(self, progress: Progress) -> Intake:
        return Intake(self.settings.home, self.registry, self._pool, self.settings.max_chars, progress)

    @contextmanager
    def _writing(self) -> Iterator[VectorIndex]:
        """Own the vector index during the block, so that a second writer is refused before anything changes."""
        index = self._open_parts()[1]
        with index.writing():
            yield index

    def _open_parts(self) -> tuple[Encoder, VectorIndex, Searcher]:
        with self._opening:
            if self._parts is None:
                encoder, reranker = load_encoder(self.settings.embedding), load_reranker(self.settings.reranker)
                dimensions, model = encoder.dimensions, encoder.name
                home, store = self.settings.home, self.settings.store
                index = VectorIndex.open(home, self.registry, dimensions=dimensions, model=model, store=store)
                self._parts = (encoder, index, Searcher(self.registry, index, encoder, reranker))
                if said := lacking(index, model):
                    _LOG.warning("%s", said)
            return self._parts
