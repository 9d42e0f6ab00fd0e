"""The files that paths name: of a folder all that can be read, of a manifest what it declares.

Folders hold files of kinds that are not read, copies, and files nobody may open. What is passed over and what cannot
be opened is kept for the report, and the rest goes on. Nothing is read but the bytes that a content's hash needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.document import Source
from ingest.errors import PolicyError, UnreadableFile
from ingest.manifest import read_manifest, source_of
from ingest.names import visible
from ingest.readers import SUFFIXES
from kb.results import Failure

MANIFEST = "manifest.jsonl"


@dataclass(slots=True)
class Sources:
    """Finds files; ``failed`` could not be opened, ``skipped`` are of no kind that is read."""

    failed: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def under(self, paths: Sequence[Path]) -> Iterator[Source]:
        """Yield what is to be read under these files and folders."""
        for path in paths:
            try:
                yield from self._found(path)
            except OSError as error:
                self.fail(path, UnreadableFile(f"读不了：{path}（{error.strerror}）。请检查路径和权限。"))

    def declared(self, path: Path) -> Iterator[Source]:
        """Yield what a manifest declares."""
        try:
            yield from read_manifest(path)
        except PolicyError as error:
            self.fail(path, error)

    def one(self, path: Path) -> Iterator[Source]:
        """Yield a file by itself."""
        try:
            yield source_of(path)
        except PolicyError as error:
            self.fail(path, error)

    def fail(self, path: Path, error: PolicyError) -> None:
        """Note that a file could not be read."""
        self.failed.append(Failure(visible(str(path)), visible(str(error))))

    def _found(self, path: Path) -> Iterator[Source]:
        if (path / MANIFEST).is_file():
            yield from self.declared(path / MANIFEST)
        elif path.is_dir():
            yield from self._folder(path)
        elif path.is_file():
            yield from self.one(path)
        else:
            self.fail(path, UnreadableFile(f"找不到文件：{path}。请检查路径。"))

    def _folder(self, folder: Path) -> Iterator[Source]:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            if path.suffix.lower() in SUFFIXES:
                yield from self.one(path)
            else:
                self.skipped.append(visible(str(path)))
