"""Clauses to passages of bounded size, for indexing.

A clause of a plan may run over a page; an embedding of the whole blurs its ten subjects. Passages never cross a clause
and never cut a word, a figure with its unit, a 文号 or a body's name: sentences are packed up to the size, and a
sentence that is too long on its own is cut between words, after the last comma-like mark that fits. Rows of a table
stay whole, then their cells; the breadcrumb of rows names their table and its columns. The clause stays the unit of
citation.

An article and its items are one sentence (有下列情形之一的，…：（一）…；（二）…): an item alone says nothing. They
share their passages, up to twice the size, and where they need several each later one repeats how the article begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ingest.document import Clause, Passage, Span, Table
from ingest.organs import find_bodies
from ingest.sentences import sentence_spans, stripped
from ingest.tables import header_end, headers
from ingest.words import Segmenter

MAX_CHARS = 280
SOFT_MARKS = "，；、：,;"
ARTICLE = re.compile(r"第\S+条(?:之\S+)?")
TOGETHER = 2  # times the size: an article with its items
BEGINNING = 120  # characters of an article that its later passages repeat
LINE, CELL = re.compile(r"[^\n]+"), re.compile(r"[^\t\n]+")


def split_passages(
    text: str,
    clauses: Sequence[Clause],
    segmenter: Segmenter,
    *,
    tables: Sequence[Table] = (),
    title: str = "",
    max_chars: int = MAX_CHARS,
) -> tuple[Passage, ...]:
    """Return the passages of all clauses in document order.

    Each lies inside its clause's own span, those of an article inside its extent.
    """
    headings = _breadcrumbs(clauses, title)
    columns = [(table.span, header_end(table), headers(text, table)) for table in tables]
    passages: list[Passage] = []
    for clause, whole in _units(clauses):
        spans = pack(text, whole, segmenter, max_chars=max_chars * (1 if whole == clause.span else TOGETHER))
        for number, span in enumerate(spans):
            while columns and columns[0][0].end <= span.start:
                columns.pop(0)
            crumb = headings[clause.path]
            if number and whole != clause.span:
                crumb = f"{crumb} {_beginning(text, clause)}".strip()
            if columns and columns[0][0].start < span.start and columns[0][1] < span.end:
                crumb = f"{crumb} {columns[0][2]}".strip()
            passages.append(Passage(len(passages), clause.path, span, crumb))
    return tuple(passages)


def _units(clauses: Sequence[Clause]) -> Iterator[tuple[Clause, Span]]:
    """Yield what is split together: clauses with their own span, articles with their extent and without their items."""
    end = 0
    for clause in clauses:
        if clause.span.start >= end:
            article = ARTICLE.fullmatch(clause.label.strip()) and clause.extent.start == clause.span.start
            whole = clause.extent if article else clause.span
            end = whole.end if article else end
            yield clause, whole


def _beginning(text: str, clause: Clause) -> str:
    return " ".join(text[clause.span.start : clause.span.end][:BEGINNING].split())


def pack(text: str, span: Span, segmenter: Segmenter, *, max_chars: int = MAX_CHARS) -> list[Span]:
    """Return spans of at most ``max_chars`` characters, made of whole sentences where they fit.

    A single word longer than ``max_chars`` (a 5 MB line of digits) is the only thing cut anywhere.

    Raises:
        ValueError: ``max_chars`` is not positive.

    >>> from ingest.words import domain_segmenter
    >>> text = "推进节水；由市水务局负责。加强监测。"
    >>> spans = pack(text, Span(0, len(text)), domain_segmenter(), max_chars=9)
    >>> [text[span.start : span.end] for span in spans]
    ['推进节水；', '由市水务局负责。', '加强监测。']
    """
    if max_chars < 1:
        raise ValueError(f"max_chars must be positive, not {max_chars}")
    packed: list[Span] = []
    for piece in _pieces(text, span, segmenter, max_chars):
        if packed and piece.end - packed[-1].start <= max_chars:
            packed[-1] = Span(packed[-1].start, piece.end)
        else:
            packed.append(piece)
    return packed


def _pieces(text: str, span: Span, segmenter: Segmenter, max_chars: int) -> Iterator[Span]:
    for unit in _sentences(text, span, max_chars):
        if unit.end - unit.start <= max_chars:
            yield unit
        else:
            yield from _cut(text, unit, segmenter, max_chars)


def _sentences(text: str, span: Span, max_chars: int) -> Iterator[Span]:
    """Yield sentences, and of a table its rows: whole where they fit, else their cells, else those cells' sentences."""
    for line in LINE.finditer(text, span.start, span.end):
        row = stripped(text, *line.span())
        if "\t" not in line.group():
            yield from sentence_spans(text, row)
        elif row.end - row.start <= max_chars:
            yield from (row,) if row.start < row.end else ()
        else:
            for found in CELL.finditer(text, row.start, row.end):
                cell = stripped(text, *found.span())
                fits = 0 < cell.end - cell.start <= max_chars
                yield from (cell,) if fits else sentence_spans(text, cell)


def _cut(text: str, span: Span, segmenter: Segmenter, max_chars: int) -> Iterator[Span]:
    """Cut one long sentence between words, preferably after a comma in the second half of the size."""
    good, fair = _points(text, span, segmenter)
    start = span.start
    while span.end - start > max_chars:
        fitting = _between(good, start, start + max_chars) or _between(fair, start, start + max_chars)
        soft = [p for p in fitting if text[p - 1] in SOFT_MARKS and p - start > max_chars // 2]
        cut = soft[-1] if soft else fitting[-1] if fitting else start + max_chars
        yield Span(start, cut)
        start = cut
    yield Span(start, span.end)


def _between(points: Sequence[int], start: int, end: int) -> Sequence[int]:
    """Return the sorted points after ``start`` up to ``end``."""
    return points[bisect_right(points, start) : bisect_right(points, end)]


def _points(text: str, span: Span, segmenter: Segmenter) -> tuple[list[int], list[int]]:
    """Return where a sentence is cut best, and where at all: ends of words outside names, first without figures."""
    sentence = text[span.start : span.end]
    inside = {at for _, start, end in find_bodies(sentence) for at in range(start + 1, end)}
    ends = [(end, word) for word, _, end in segmenter.spans(sentence) if end not in inside]
    good = [span.start + end for end, word in ends if not word[-1].isdigit()]
    return good, [span.start + end for end, _ in ends]


def _breadcrumbs(clauses: Sequence[Clause], title: str) -> dict[str, str]:
    """Return for each path the title and the headings from the top down, joined for indexing."""
    crumbs: dict[str, str] = {}
    for clause in clauses:
        above = crumbs.get(clause.parent or "", title)
        crumbs[clause.path] = f"{above} {clause.heading}".strip()
    return crumbs
