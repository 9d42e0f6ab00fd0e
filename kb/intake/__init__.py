"""Documents into the library: find sources, parse, keep, embed.

Folders hold scans, empty files, copies under two names and files nobody may open. A bad file is one entry of the report
and the rest goes on; a file that is unchanged by content is not read again. The original is kept beside the database
(``originals/<doc_id>/<its name>``), so that a library whose database is lost can be read in anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.document import Document, Source
from ingest.errors import PolicyError
from ingest.isolation.pool import Pool
from ingest.manifest import source_of
from ingest.names import visible
from ingest.progress import FILING, Step
from ingest.unread import partial
from kb import originals
from kb.errors import BadInput
from kb.intake.embedding import Progress
from kb.intake.sources import MANIFEST, Sources
from kb.results import Failure, IngestReport
from kb.store.registry import Registry


def silent(step: Step) -> None:
    """Report no progress."""


@dataclass(slots=True)
class Intake:
    """Runs of ``ingest`` into the library of ``home``; files are parsed by ``pool``, ``progress`` is told of each step.

    Everything is written by this object, in the order of the sources, whatever is parsed first.
    """

    home: Path
    registry: Registry
    pool: Pool
    max_chars: int
    progress: Progress = silent
    done: list[tuple[int, str, str]] = field(default_factory=list)
    sources: Sources = field(default_factory=Sources)
    partial: list[Failure] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)
    _behind: int = 0
    _refused: int = 0
    _total: int = 0

    def run(self, paths: Sequence[Path]) -> None:
        """Read every new or changed file under ``paths``, by content; documents of an older parser are read again."""
        self._read(list(self.sources.under(paths)))

    def restore(self, corpus: Path) -> None:
        """Read the kept originals into an empty library; those of ``corpus`` get back what its manifest declares."""
        declared = {source.sha256: source for source in self.sources.declared(corpus / MANIFEST)}
        found = (source for path in originals.every(self.home) for source in self.sources.one(path))
        self._read([declared.get(source.sha256) or replace(source, doc_id=source.path.parent.name) for source in found])

    def preview(self, path: Path) -> Document:
        """Parse one file and file nothing.

        Raises:
            UnreadableFile: it cannot become a document.
        """
        self._behind, self._total = 0, 1
        return self.pool.parse(source_of(path), self._told)

    def file(self, document: Document, doc_id: str, fields: Mapping[str, object]) -> str:
        """File a parsed document with corrections, in place of what ``doc_id`` holds; return the id it has.

        Without ``doc_id`` a document whose content is filed already keeps its id.

        Raises:
            BadInput: the file was changed or moved since it was parsed, or its content is filed under another id.
        """
        source = document.source
        if source_of(source.path).sha256 != source.sha256:
            raise BadInput(f"{visible(source.path.name)}：文件在读取之后又变了；请重新读取后再入库")
        self._current()
        known = self.registry.sha256s().get(source.sha256, "")
        if doc_id and known not in ("", doc_id):
            raise BadInput(f"{visible(source.path.name)}：内容与库中的 {known} 相同；请改用那份文件，或先移除它")
        chosen = doc_id or known or source.doc_id
        merged = originals.merged(originals.corrections(self.home, chosen), fields)
        document = self._revised(document, replace(source, doc_id=chosen), merged, set(fields))
        originals.correct(self.home, chosen, merged)
        self._keep(document)
        return chosen

    def amend(self, doc_id: str, fields: Mapping[str, object]) -> None:
        """Correct the card of a filed document and what is extracted with its help.

        Raises:
            UnknownDocument: there is none. BadInput: a field cannot be corrected so.
        """
        document = self.registry.document(doc_id)
        merged = originals.merged(originals.corrections(self.home, doc_id), fields)
        kept = next(card.file for card in self.registry.cards() if card.doc_id == doc_id)
        originals.correct(self.home, doc_id, merged)
        self.registry.save(self._revised(document, document.source, merged, set(fields)), file=kept)

    def report(self) -> IngestReport:
        """Return what was done since the start, in the order of the sources."""
        listed = sorted(self.done)
        return IngestReport(
            added=tuple(doc_id for _, what, doc_id in listed if what == "added"),
            unchanged=tuple(doc_id for _, what, doc_id in listed if what == "unchanged"),
            replaced=tuple(doc_id for _, what, doc_id in listed if what == "replaced"),
            failed=tuple(self.sources.failed),
            skipped=tuple(self.sources.skipped),
            partial=tuple(self.partial),
            seconds=round(time.perf_counter() - self.started, 3),
        )

    def interrupted(self) -> str:
        """Return what to say when a run was stopped."""
        filed = sum(what != "unchanged" for _, what, _ in self.done)
        left = self._total - len(self.done) - self._refused
        return f"已中断：本次已入库{filed}个文件，还有{left}个没有读；再次运行 kb ingest 会接着做。"

    def parse(self, source: Source) -> Document:
        """Parse one file of a document that is filed, and file nothing.

        Raises:
            UnreadableFile: it cannot become a document.
        """
        return self.pool.parse(source, self._told)

    def take(self, document: Document, fetched: str) -> None:
        """File a downloaded text in place of what its id holds, which becomes a former version; corrections hold."""
        fields = originals.corrections(self.home, document.source.doc_id)
        self._keep(self._revised(document, document.source, fields, set()), fetched)

    def _read(self, given: Sequence[Source]) -> None:
        sources = self._whole(given)
        current = self._current()
        known = self.registry.sha256s() if current else {}
        present = set(self.registry.doc_ids())
        # A document whose file now holds something else is no twin of what it held before.
        moving = {s.doc_id for s in sources if s.doc_id in present and known.get(s.sha256) != s.doc_id}
        known = {sha256: doc_id for sha256, doc_id in known.items() if doc_id not in moving}
        self._total, waiting = len(sources), dict(enumerate(sources))
        while waiting:
            for number in [n for n, source in waiting.items() if source.sha256 in known]:
                self._leave(number, waiting.pop(number), known, present)
            # Of copies the first is parsed; the others wait for what becomes of it.
            first = {source.sha256: n for n, source in reversed(waiting.items())}
            batch = {n: waiting.pop(n) for n in sorted(first.values())}
            numbers = {source.doc_id: n for n, source in batch.items()}
            for documents in self._parsed([*batch.values()]):
                self._keep_all(documents)
                for source in (document.source for document in documents):
                    known[source.sha256] = source.doc_id
                    what = "replaced" if source.doc_id in present else "added"
                    self.done.append((numbers[source.doc_id], what, source.doc_id))
        # A run over some files leaves the others as the older parser read them.
        if present <= {*known.values()}:
            self.registry.set_setting("parser", _version())

    def _whole(self, sources: Sequence[Source]) -> list[Source]:
        """Return the sources; in place of a digest whose full text is held under its id, that text as kept."""
        held = {card.doc_id: card.file for card in self.registry.cards() if card.form == "fulltext"}
        chosen = list(sources)
        for number, source in enumerate(sources):
            if source.form == "digest" and source.doc_id in held:
                kept = originals.place(self.home, source.doc_id, held[source.doc_id])
                chosen[number] = replace(self.registry.document(source.doc_id).source, path=kept)
        return chosen

    def _current(self) -> bool:
        """Tell whether all documents were read by this parser; an empty library is this parser's from now on."""
        if not self.registry.doc_ids():
            self.registry.set_setting("parser", _version())
        return self.registry.setting("parser") == _version()

    def _parsed(self, sources: Sequence[Source]) -> Iterator[list[Document]]:
        """Yield the documents of the sources, with their corrections, as many at a time as are ready together."""
        from ingest.words import domain_segmenter

        fields = {source.doc_id: originals.corrections(self.home, source.doc_id) for source in sources}
        given = [originals.applied(source, fields[source.doc_id], empty=False) for source in sources]
        outcomes = self.pool.parse_all(given, self._told)
        if given:
            domain_segmenter()  # saving needs it: loaded while the children parse
        for ready in outcomes:
            documents = []
            for source, outcome in ready:
                self.progress(Step(visible(source.path.name), FILING, self._behind, self._total))
                if isinstance(outcome, PolicyError):
                    self._refused += 1
                    self.sources.fail(source.path, outcome)
                    continue
                if reason := partial(outcome):
                    self.partial.append(Failure(visible(str(source.path)), reason))
                documents.append(self._revised(outcome, outcome.source, fields[source.doc_id], set()))
            yield documents
            for source, _ in ready:
                self._behind += 1
                self.progress(Step(visible(source.path.name), FILING, self._behind, self._total))

    def _told(self, source: Source, stage: str, part: int, parts: int) -> None:
        self.progress(Step(visible(source.path.name), stage, self._behind, self._total, part, parts))

    def _leave(self, number: int, source: Source, known: Mapping[str, str], present: set[str]) -> None:
        """Let the document with this content be; what a file held before it became a copy of that one goes."""
        doc_id = known[source.sha256]
        self.done.append((number, "unchanged", doc_id))
        self._behind += 1
        if source.doc_id != doc_id and source.doc_id in present:
            present.discard(source.doc_id)
            self.registry.remove(source.doc_id)
            originals.forget(self.home, source.doc_id)

    def _revised(self, document: Document, source: Source, fields: Mapping[str, object], touched: Set[str]) -> Document:
        """Return the document with ``source`` corrected; ``touched`` fields that nothing holds are read anew."""
        from ingest.pipeline import complete, printed, revise

        if not fields and not touched and source == document.source:
            return document
        follow = {"level", "region"} if touched & {"title", "issuers"} else set()
        blank = originals.blank(source, (touched | follow) - fields.keys())
        full = complete(originals.applied(blank, fields), printed(document))
        full = originals.applied(full, fields)
        return document if full == document.source else revise(document, full, max_chars=self.max_chars)

    def _keep_all(self, documents: Sequence[Document]) -> None:
        """Keep several documents in one transaction: waiting for the disk once costs no more than waiting for one."""
        with self.registry.database.writing():
            for document in documents:
                self._keep(document)

    def _keep(self, document: Document, fetched: str = "") -> None:
        """Keep the original under its own name, then the document."""
        originals.keep(self.home, document.source)
        self.registry.save(document, file=document.source.path.name, fetched=fetched)


def _version() -> str:
    from ingest.pipeline import VERSION

    return str(VERSION)
