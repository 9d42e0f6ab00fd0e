"""Documents into the library: find sources, parse, keep, embed.

Folders hold scans, empty files, copies under two names and files nobody may open. A bad file is one entry of the report
and the rest goes on; a file that is unchanged by content is not read again. The original is kept beside the database
(``originals/<doc_id>/<its name>``), so that a library whose database is lost can be read in anew.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.document import Document, Source
from ingest.errors import PolicyError, UnreadableFile
from ingest.manifest import read_manifest, source_of
from ingest.readers import SUFFIXES
from kb.embedding import Encoder
from kb.errors import StoreUnusable
from kb.results import Failure, IngestReport
from kb.store.registry import Registry
from kb.store.vectors import VectorIndex

MANIFEST = "manifest.jsonl"
ORIGINALS = "originals"
BATCH = 512  # passages embedded at a time

Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """Report no progress."""


@dataclass(slots=True)
class Intake:
    """One run of ``ingest`` into the library of ``home``; ``progress(what, done, total)`` is told of each file."""

    home: Path
    registry: Registry
    max_chars: int
    progress: Progress = silent
    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def run(self, paths: Sequence[Path]) -> None:
        """Read every new or changed file under ``paths``, by content; documents of an older parser are read again."""
        self._read(list(self._sources(paths)))

    def restore(self, corpus: Path) -> None:
        """Read the kept originals into an empty library; those of ``corpus`` get back what its manifest declares."""
        declared = {source.sha256: source for source in self._manifest(corpus / MANIFEST)}
        kept = (path for path in sorted((self.home / ORIGINALS).glob("*/*")) if path.is_file())
        found = (source for path in kept for source in self._file(path))
        self._read([declared.get(source.sha256) or replace(source, doc_id=source.path.parent.name) for source in found])

    def report(self) -> IngestReport:
        """Return what was done since the start."""
        return IngestReport(
            added=tuple(self.added),
            unchanged=tuple(self.unchanged),
            replaced=tuple(self.replaced),
            failed=tuple(self.failed),
            skipped=tuple(self.skipped),
            seconds=round(time.perf_counter() - self.started, 3),
        )

    def _read(self, sources: Sequence[Source]) -> None:
        from ingest.pipeline import VERSION, parse

        current = self.registry.setting("parser") == str(VERSION)
        known = self.registry.sha256s() if current else {}
        present = set(self.registry.doc_ids())
        for number, source in enumerate(sources, start=1):
            self.progress(source.path.name, number, len(sources))
            if source.sha256 in known:
                self._leave(source, known[source.sha256], present)
                continue
            try:
                self._keep(parse(source, max_chars=self.max_chars))
            except PolicyError as error:
                self._fail(source.path, error)
                continue
            known[source.sha256] = source.doc_id
            (self.replaced if source.doc_id in present else self.added).append(source.doc_id)
        # A run over some files leaves the others as the older parser read them.
        if present <= {*known.values()}:
            self.registry.set_setting("parser", str(VERSION))

    def _leave(self, source: Source, doc_id: str, present: set[str]) -> None:
        """Let the document with this content be; what a file held before it became a copy of that one goes."""
        self.unchanged.append(doc_id)
        if source.doc_id != doc_id and source.doc_id in present:
            present.discard(source.doc_id)
            self.registry.remove(source.doc_id)
            forget_original(self.home, source.doc_id)

    def _sources(self, paths: Sequence[Path]) -> Iterator[Source]:
        for path in paths:
            try:
                yield from self._found(path)
            except OSError as error:
                self._fail(path, UnreadableFile(f"读不了：{path}（{error.strerror}）。请检查路径和权限。"))

    def _found(self, path: Path) -> Iterator[Source]:
        if (path / MANIFEST).is_file():
            yield from self._manifest(path / MANIFEST)
        elif path.is_dir():
            yield from self._folder(path)
        elif path.is_file():
            yield from self._file(path)
        else:
            self._fail(path, UnreadableFile(f"找不到文件：{path}。请检查路径。"))

    def _manifest(self, path: Path) -> Iterator[Source]:
        try:
            yield from read_manifest(path)
        except PolicyError as error:
            self._fail(path, error)

    def _folder(self, folder: Path) -> Iterator[Source]:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            if path.suffix.lower() in SUFFIXES:
                yield from self._file(path)
            else:
                self.skipped.append(str(path))

    def _file(self, path: Path) -> Iterator[Source]:
        try:
            yield source_of(path)
        except PolicyError as error:
            self._fail(path, error)

    def _fail(self, path: Path, error: PolicyError) -> None:
        self.failed.append(Failure(str(path), str(error)))

    def _keep(self, document: Document) -> None:
        """Keep the original under its own name, then the document."""
        source = document.source
        kept = self.home / ORIGINALS / source.doc_id / source.path.name
        try:
            if not kept.exists() or not kept.samefile(source.path):
                forget_original(self.home, source.doc_id)
                kept.parent.mkdir(parents=True)
                shutil.copyfile(source.path, kept)
        except OSError as error:
            hint = "请检查磁盘空间和文件夹权限"
            raise StoreUnusable(f"原件不能存入知识库：{kept}（{error.strerror}）；{hint}") from error
        self.registry.save(document, file=source.path.name)


def forget_original(home: Path, doc_id: str) -> None:
    """Delete the kept original of a document."""
    shutil.rmtree(home / ORIGINALS / doc_id, ignore_errors=True)


def embed_pending(encoder: Encoder, index: VectorIndex, progress: Progress = silent) -> int:
    """Embed the passages without a vector of this model and bring Chroma level; return how many were embedded.

    Raises:
        StoreLocked: another process writes; the next call goes on where this one stopped.
    """
    if not index.pending(1):
        if index.behind():
            index.sync()
        return 0
    done = 0
    with index.writing():
        while batch := index.pending(BATCH):
            index.add([p.key for p in batch], encoder.encode([f"{p.breadcrumb} {p.text}" for p in batch]))
            done += len(batch)
            progress("建立索引", done, done)
    return done
