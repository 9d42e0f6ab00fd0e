"""What the ledgers cost beyond reading: processor time a page for duties, targets and references.

``python -m bench.extraction`` reads the PDFs of ../shared/data, or the bundled files without them, once, and then times
each extractor over the parsed documents.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bench.corpora import DATA, ROOT
from ingest.document import Document
from ingest.duties import extract_duties
from ingest.manifest import source_of
from ingest.pipeline import parse
from ingest.references import extract_references
from ingest.targets import extract_targets


def main() -> None:
    """Print one line an extractor."""
    documents, read = _documents()
    pages = sum(len(document.page_starts) for document in documents)
    print(f"{len(documents)} files, {pages} pages; reading {1000 * read / pages:.1f} ms a page")
    for name, extract in EXTRACTORS.items():
        print(f"{name}: {1000 * _spent(extract, documents) / pages:.2f} ms a page")


def _documents() -> tuple[list[Document], float]:
    paths = sorted((DATA / "policies").glob("*.pdf")) or sorted((ROOT / "corpus" / "documents").iterdir())
    started = time.process_time()
    documents = [parse(source_of(path)) for path in paths]
    return documents, time.process_time() - started


def _spent(extract: Callable[[Document], object], documents: Sequence[Document]) -> float:
    started = time.process_time()
    for document in documents:
        extract(document)
    return time.process_time() - started


EXTRACTORS: dict[str, Callable[[Document], object]] = {
    "duties": lambda d: extract_duties(d.text, d.clauses, tables=d.tables, place=d.source.region),
    "targets": lambda d: extract_targets(d.text, d.clauses, tables=d.tables),
    "references": lambda d: extract_references(d.text, d.clauses, own_number=d.source.number, own_title=d.source.title),
}

if __name__ == "__main__":
    main()
