"""Small libraries of invented documents, for tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kb import KnowledgeBase


@contextmanager
def holding_texts(texts: Mapping[str, Sequence[str]], folder: Path) -> Iterator[KnowledgeBase]:
    """Open a library in ``folder`` that holds these documents, given by name as lines of text."""
    files = [folder / f"{name}.txt" for name in texts]
    for file, lines in zip(files, texts.values(), strict=True):
        file.write_text("\n".join(lines), "utf-8")
    with KnowledgeBase.open(folder / "home") as kb:
        assert len(kb.ingest(files).added) == len(files)
        yield kb
