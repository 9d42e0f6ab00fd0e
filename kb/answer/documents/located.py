"""Where something stands: its clause's address, its place among the clauses beside it, a paragraph (款) of an article.

充填开采在第几条 is answered by the address and the sentence that prints it, 绿道工程在各方案里排第几 by the place of
the clause of that heading in each, 第三条第二款 by that paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.document import Clause, Document, Span
from ingest.levels import level_rank
from ingest.numerals import to_chinese
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found, heading_of
from kb.answer.figures.compare import sides
from kb.answer.figures.fitting import ACCEPT
from kb.answer.laws.provisions import place_of
from kb.answer.measure import Measure
from kb.answer.ranking import is_heading, printed_apart, rank_sentences
from kb.answer.refusal import refuse
from kb.answer.texts.passages import at_addresses, sentence
from kb.results import Draft, Question, Quote, Statement, address_name

DEPTH = 4
WHOLLY = 0.8  # Covered share at which a heading is what the question names.


def compose_located(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return the address of the sentence that covers the question; None where none does or no place is asked for."""
    if "address" not in question.asks or question.organs:
        return None
    if places := _places(question, evidence, measure, clauses):
        return Draft("compare" if len(places) > 1 else "address", tuple(places), language=question.language)
    ranked = rank_sentences(question, clauses[:DEPTH], evidence, measure)
    best = max(ranked, key=lambda f: measure.coverage(f.text), default=None)
    if best is None or measure.coverage(best.text) < ACCEPT or not measure.names_in(best.text):
        return None
    said, where = sentence(best, question), _named(best.document, best.path)
    text = said.text if question.language == "en" else f"{where}：{said.text}"
    return Draft("address", (Statement(text, said.quotes),), language=question.language)


def _places(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> list[Statement]:
    """Say of each document where the clause stands whose heading the question names, from the highest level down."""
    best: dict[str, Found] = {}
    meant = sides(question, evidence)
    for found in clauses:
        if found.document in meant and measure.coverage(heading_of(found.document, found.path)) >= WHOLLY:
            best.setdefault(found.document.source.doc_id, found)
    ordered = sorted(best.values(), key=lambda f: level_rank(f.document.source.level))
    return [_place(found, evidence, item=len(ordered) > 1) for found in ordered]


def _place(found: Found, evidence: Evidence, *, item: bool) -> Statement:
    document, clause = found.document, found.document.clause(found.path)
    whole = evidence.card(document.source.doc_id).form == "fulltext"  # a digest leaves clauses out
    beside = [other.path for other in document.clauses[1:] if other.parent == clause.parent]
    under = f"在{clause.parent}“{heading_of(document, clause.parent)}”中" if clause.parent else "在全文中"
    place, of = str(beside.index(clause.path) + 1), str(len(beside))
    text = _named(document, clause.path) + (f"，{under}列第{place}，共{of}条。" if whole else "（摘编）。")
    head = document.text.find(clause.heading, clause.span.start) + len(clause.heading)
    quotes = [Quote(document.source.doc_id, clause.path, Span(clause.span.start, head))]
    if clause.parent:
        above = document.clause(clause.parent)
        quotes.append(Quote(document.source.doc_id, above.path, above.span))
    return Statement(text, tuple(quotes), item=item, derived=(place, of))


def _named(document: Document, path: str) -> str:
    heading = heading_of(document, path)
    return f"《{document.source.title}》{address_name(path)}" + (f"“{heading}”" if heading else "")


def compose_paragraph(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> Draft | None:
    """Return the 款 that the question names of a clause, a refusal where it has fewer; None without a clause."""
    found = next(iter(at_addresses(question, clauses)), None) if question.paragraph else None
    if found is None:
        return None
    document, clause = found.document, found.document.clause(found.path)
    if not clause.label:  # a paragraph below items is a clause of its own
        return None
    lines, wanted = _paragraphs(document, clause), to_chinese(question.paragraph)
    if question.paragraph > len(lines):
        reason = f"{_named(document, clause.path)}只有{to_chinese(len(lines))}款，没有第{wanted}款。"
        return refuse(question, evidence, clauses, reason)
    apart = printed_apart(document, clause.path)
    spans = [
        span for span in sentence_spans(document.text, lines[question.paragraph - 1])
        if not is_heading(document, clause.path, span) and not any(duty.holds(span) for duty in apart)
    ]  # fmt: skip
    said = [
        sentence(Found(document, place_of(document, clause.path, span), span, 1.0), question)
        for span in spans or [lines[question.paragraph - 1]]
    ]
    first = replace(said[0], text=f"{_named(document, clause.path)}第{wanted}款：{said[0].text}")
    return Draft("address", (first, *said[1:]), language=question.language)


def _paragraphs(document: Document, clause: Clause) -> list[Span]:
    """Return the paragraphs of a clause, its heading left out; those below its items are clauses of their own."""
    below = [other.span for other in document.clauses if other.parent == clause.path and not other.label]
    spans, at = [], clause.span.start
    for line in document.slice(clause.span).splitlines(keepends=True):
        span = Span(at, at + len(line.rstrip()))
        if line.strip() and not is_heading(document, clause.path, span):
            spans.append(span)
        at += len(line)
    return spans + [Span(span.start, span.start + len(document.slice(span).rstrip())) for span in below]
