"""Documents into the library: find sources, parse, keep, embed. A bad file is one entry of the report; the rest goes on."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.document import Document, Source
from ingest.errors import PolicyError
from ingest.manifest import read_manifest, source_of
from ingest.readers import SUFFIXES
from kb.embedding import Encoder
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
        from ingest.pipeline import VERSION, parse

        sources = list(self._sources(paths))
        current = self.registry.setting("parser") == str(VERSION)
        known = self.registry.sha256s() if current else {}
        present = set(self.registry.doc_ids())
        for number, source in enumerate(sources, start=1):
            self.progress(source.path.name, number, len(sources))
            if source.sha256 in known:
                self.unchanged.append(known[source.sha256])
                continue
            try:
                self._keep(parse(source, max_chars=self.max_chars))
            except PolicyError as error:
                self.failed.append(Failure(str(source.path), str(error)))
                continue
            known[source.sha256] = source.doc_id
            (self.replaced if source.doc_id in present else self.added).append(source.doc_id)
        self.registry.set_setting("parser", str(VERSION))

    def report(self) -> IngestReport:
        """Return what was done since the start."""
        seconds = round(time.perf_counter() - self.started, 3)
        lists = (self.added, self.unchanged, self.replaced, self.failed, self.skipped)
        return IngestReport(*(tuple(entries) for entries in lists), seconds)  # type: ignore[arg-type]

    def _sources(self, paths: Sequence[Path]) -> Iterator[Source]:
        for path in paths:
            if (path / MANIFEST).is_file():
                yield from read_manifest(path / MANIFEST)
            elif path.is_dir():
                yield from self._in_folder(path)
            elif path.is_file():
                yield source_of(path)
            else:
                self.failed.append(Failure(str(path), f"找不到文件：{path}。请检查路径。"))

    def _in_folder(self, folder: Path) -> Iterator[Source]:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            if path.suffix.lower() in SUFFIXES:
                yield source_of(path)
            else:
                self.skipped.append(str(path))

    def _keep(self, document: Document) -> None:
        source = document.source
        kept = self.home / ORIGINALS / f"{source.doc_id}{source.path.suffix.lower()}"
        kept.parent.mkdir(exist_ok=True)
        shutil.copyfile(source.path, kept)
        self.registry.save(document, file=source.path.name)


def forget_original(home: Path, doc_id: str) -> None:
    """Delete the kept original of a document."""
    for kept in (home / ORIGINALS).glob(f"{doc_id}.*"):
        kept.unlink()


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
