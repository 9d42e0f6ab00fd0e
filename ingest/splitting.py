"""Clauses to passages of bounded size, for indexing.

A clause of a plan may run over a page; an embedding of the whole blurs its ten subjects. Passages never cross a clause
and never cut a word, a figure, a 文号 or a body's name: sentences are packed up to the size, and a sentence that is too
long on its own is cut between words, after the last comma-like mark that fits. The clause stays the unit of citation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ingest.document import Clause, Passage, Span
from ingest.sentences import sentence_spans
from ingest.words import Segmenter

MAX_CHARS = 280
SOFT_MARKS = "，；、：,;"


def split_passages(
    text: str, clauses: Sequence[Clause], segmenter: Segmenter, *, title: str = "", max_chars: int = MAX_CHARS
) -> tuple[Passage, ...]:
    """Return the passages of all clauses in document order; each lies inside its clause's own span."""
    headings = _breadcrumbs(clauses, title)
    passages: list[Passage] = []
    for clause in clauses:
        for span in pack(text, clause.span, segmenter, max_chars=max_chars):
            passages.append(Passage(len(passages), clause.path, span, headings[clause.path]))
    return tuple(passages)


def pack(text: str, span: Span, segmenter: Segmenter, *, max_chars: int = MAX_CHARS) -> list[Span]:
    """Return spans of at most ``max_chars`` characters, made of whole sentences where they fit.

    A single word longer than ``max_chars`` (a 5 MB line without punctuation) is the only thing cut anywhere.
    """
    packed: list[Span] = []
    for piece in _pieces(text, sentence_spans(text, span), segmenter, max_chars):
        if packed and piece.end - packed[-1].start <= max_chars:
            packed[-1] = Span(packed[-1].start, piece.end)
        else:
            packed.append(piece)
    return packed


def _pieces(text: str, sentences: Iterable[Span], segmenter: Segmenter, max_chars: int) -> Iterator[Span]:
    for sentence in sentences:
        if sentence.end - sentence.start <= max_chars:
            yield sentence
        else:
            yield from _cut(text, sentence, segmenter, max_chars)


def _cut(text: str, span: Span, segmenter: Segmenter, max_chars: int) -> Iterator[Span]:
    """Cut one long sentence between words, preferably after a comma in the second half of the size."""
    start = end = soft = span.start
    for _, a, b in segmenter.spans(text[span.start : span.end]):
        word_start, word_end = span.start + a, span.start + b
        while word_end - start > max_chars:
            cut = soft if soft - start > max_chars // 2 else end
            cut = cut if cut > start else start + max_chars
            yield Span(start, cut)
            start = soft = cut
            end = max(end, cut)
        end = word_end
        if text[word_start] in SOFT_MARKS:
            soft = word_end
    if start < span.end:
        yield Span(start, span.end)


def _breadcrumbs(clauses: Sequence[Clause], title: str) -> dict[str, str]:
    """Return for each path the title and the headings from the top down, joined for indexing."""
    crumbs: dict[str, str] = {}
    for clause in clauses:
        above = crumbs.get(clause.parent or "", title)
        crumbs[clause.path] = f"{above} {clause.heading}".strip()
    return crumbs
