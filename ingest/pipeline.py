"""One file to one Document: the steps in order, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.amendments import extract_amendments, mark_amended
from ingest.cleaning import clean
from ingest.document import Document, Masthead, Page, Source
from ingest.duties import extract_duties
from ingest.errors import EmptyFile
from ingest.levels import level_of, region_of
from ingest.masthead import read_masthead
from ingest.names import visible
from ingest.outline import build_outline
from ingest.progress import PARSING, READING, tell
from ingest.readers import read
from ingest.references import extract_references
from ingest.splitting import MAX_CHARS, split_passages
from ingest.tables import broken_tables, masked, placed
from ingest.targets import extract_targets
from ingest.unread import unread_pages
from ingest.validity import read_validity
from ingest.words import domain_segmenter

VERSION = 12  # Raised when parsing changes what is stored; an older library is then read again.


def parse(source: Source, *, max_chars: int = MAX_CHARS) -> Document:
    """Read the file and return the parsed document; what the manifest declares wins over the printed masthead.

    Raises:
        UnreadableFile: the file cannot become a document.
    """
    tell(READING)
    return parse_pages(source, read(source.path), max_chars=max_chars)


def parse_pages(source: Source, pages: Sequence[Page], *, max_chars: int = MAX_CHARS) -> Document:
    """Return the document whose pages have been read.

    Raises:
        EmptyFile: the pages hold no text.
    """
    cleaned = clean(pages)
    text = cleaned.text
    if not text.strip():
        raise EmptyFile(f"文件没有文字：{source.path.name}。请确认文件内容，扫描件需先识别文字。")
    tell(PARSING, 0, len(text))
    prose = masked(text, cleaned.tables)
    masthead = read_masthead(prose)
    source = complete(source, masthead)
    clauses = build_outline(prose, masthead.body_start)
    tables = placed(text, cleaned.tables, clauses)
    bare = Document(
        source=source,
        text=text,
        page_starts=cleaned.page_starts if all(page.paged for page in pages) else (),
        clauses=clauses,
        passages=(),
        tables=tables,
        uncertain=cleaned.uncertain,
        repairs=cleaned.repairs,
    )
    return revise(bare, source, max_chars=max_chars)


def revise(document: Document, source: Source, *, max_chars: int = MAX_CHARS) -> Document:
    """Return the document with this source and with its ledgers and passages extracted anew; the file is not read."""
    text, clauses, tables = document.text, document.clauses, document.tables
    targets, unread_figures = extract_targets(text, clauses, tables=tables)
    duties, unread = extract_duties(text, clauses, tables=tables, place=source.region)
    references = extract_references(text, clauses, own_number=source.number, own_title=source.title)
    amendments = extract_amendments(text, clauses, references)
    return replace(
        document,
        source=source,
        passages=split_passages(
            text, clauses, domain_segmenter(), tables=tables, title=source.title, max_chars=max_chars
        ),
        duties=duties,
        targets=targets,
        unread=(*unread, *unread_figures, *broken_tables(document), *unread_pages(document)),
        references=mark_amended(references, amendments),
        amendments=amendments,
        validity=read_validity(text, dated=source.dated),
    )


def printed(document: Document) -> Masthead:
    """Return the masthead of a document as printed."""
    return read_masthead(masked(document.text, document.tables))


def complete(source: Source, masthead: Masthead) -> Source:
    """Fill the fields that the manifest left empty from the masthead; a file without a title gets its name."""
    issuers = source.issuers or masthead.issuers
    title = source.title or masthead.title or visible(source.path.stem)
    return replace(
        source,
        title=title,
        number=source.number or masthead.number,
        issuers=issuers,
        dated=source.dated or masthead.dated,
        level=source.level or level_of(issuers, title),
        region=source.region or region_of(issuers, title),
    )
