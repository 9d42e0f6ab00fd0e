"""What is due when: deadlines of duties, target years, and sentences that print a time by which something is done.

Deadlines are printed in many ways (2024年底前, 2024年6月底, 2023年四季度, “十四五”期间). They are compared as the last
month they name and shown as printed. A deadline taken over from an earlier sentence is said to be so and cited with the
words it comes from. What names no year (12月底, 长期坚持) is never dated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.document import FRONT, Document, Duty, Span, Target
from ingest.periods import DEADLINE, find_periods, year_written
from ingest.sentences import sentence_spans
from kb.answer.amended import proofs
from kb.answer.duties.rows import label_of, proof_of, shorten, words_of
from kb.answer.evidence import heading_of
from kb.answer.lists.longlist import Line
from kb.results import Question, Quote, address_name

# 2024年 · 二〇二四年 · “十四五”
DATED = re.compile(r"20\d\d ?年|二[〇零○]..年|十[二三四五六]五")
MONTH = re.compile(r"年 ?(1[0-2]|0?[1-9]) ?月")
QUARTER = {"一季度": 3, "1季度": 3, "二季度": 6, "2季度": 6, "上半年": 6, "三季度": 9, "3季度": 9}
# 到2025年 · 2025年底前: an end is named, not only a year or a period
ENDING = re.compile(r"^(?:力争|争取|原则上|努力|确保|计划)?[到至]|前|[底末]")
BEGINNING = re.compile(r"起|以来|初")

Month = tuple[int, int]


def due_lines(question: Question, document: Document, duties: Sequence[Duty] | None = None) -> list[Line]:
    """Return what a document says is due in the time asked for, in printed order; of these duties only, if given."""
    selection = question.selection
    if selection is None or selection.last is None:
        return []
    first, last = selection.first or (0, 0), selection.last
    within = None if duties is None else [duty.task_span for duty in duties]
    rows = [
        *_duties(document, first, last, duties),
        *_targets(document, first, last),
        *_sentences(document, first, last),
    ]
    taken: list[Span] = []
    lines: list[Line] = []
    for span, line in rows:
        inside = within is None or any(task.holds(span) for task in within) or _own(span, duties)
        if inside and not any(other.holds(span) or span.holds(other) for other in taken):
            taken.append(span)
            lines.append(line)
    return sorted(lines, key=lambda line: line.quotes[0].span)


def _own(span: Span, duties: Sequence[Duty] | None) -> bool:
    return any(duty.span == span for duty in duties or ())


def dated(printed: str) -> Month | None:
    """Return the last month that a printed deadline names; None where it names no year.

    >>> dated("2024年底前"), dated("2024年6月底"), dated("2023年四季度"), dated("12月底"), dated("长期坚持")
    ((2024, 12), (2024, 6), (2023, 12), None, None)
    """
    periods = [p for p in find_periods("".join(printed.split()), written=None) if p.year]
    if not periods:
        return None
    flat = "".join(printed.split())
    words = flat[periods[-1].start : periods[-1].end]
    return periods[-1].year or 0, _month(words)


def _month(words: str) -> int:
    """Return the last month of its year that a time phrase names."""
    if found := MONTH.search(words):
        return int(found[1])
    return next((month for word, month in QUARTER.items() if word in words), 12)


def _duties(
    document: Document, first: Month, last: Month, duties: Sequence[Duty] | None
) -> Iterator[tuple[Span, Line]]:
    for duty in document.duties if duties is None else duties:
        month = dated(duty.deadline) if duty.deadline else None
        if month and first <= month <= last:
            text, quotes = label_of((document, duty))
            printed = "".join((duty.deadline or "").split())
            proof = proof_of((document, duty))
            holds = next((q for q in proof if printed in "".join(document.slice(q.span).split())), None)
            if holds:
                text, quotes = f"{text}（时限：{printed}）", tuple(dict.fromkeys((*quotes, holds)))
            yield duty.span, Line(document, text, quotes)


def _targets(document: Document, first: Month, last: Month) -> Iterator[tuple[Span, Line]]:
    for target in document.targets:
        year = target.deadline_year or 0
        if year and first[0] <= year <= last[0] and first <= (year, _target_month(document, target)) <= last:
            quote = Quote(document.source.doc_id, target.path, target.span)
            carried = "deadline_year" in target.carried
            words = shorten(words_of(document, target))
            text = f"{_where(document, target.path)}：{words}"
            if not carried:
                yield target.span, Line(document, text, proofs(document.source.doc_id, target))
                continue
            source = _carried_from(document, target)
            printed = f"：{shorten(document.slice(source.span), 20)}" if source else ""
            yield target.span, Line(document, f"{text}（时限承前文{printed}）", (quote, source) if source else (quote,))


def _target_month(document: Document, target: Target) -> int:
    """Return the month in which a target's year ends for it: as printed in its own words, else December."""
    words = "".join(document.slice(target.span).split())
    periods = [p for p in find_periods(words, written=None) if p.year == target.deadline_year]
    return _month(words[periods[-1].start : periods[-1].end]) if periods else 12


def _carried_from(document: Document, target: Target) -> Quote | None:
    """Return the time phrase before a target from which its deadline was taken over."""
    clause = document.clause(target.path)
    start = clause.span.start
    text = document.text[start : target.span.start]
    found = [p for p in find_periods(text, written=None) if p.year == target.deadline_year]
    if not found:
        return None
    words = text[found[-1].start : found[-1].end].rstrip("，")
    span = Span(start + found[-1].start, start + found[-1].start + len(words))
    return Quote(document.source.doc_id, clause.path, span)


def _sentences(document: Document, first: Month, last: Month) -> Iterator[tuple[Span, Line]]:
    """Yield the sentences that print an end in the time asked for; only what a year stands in is looked at."""
    written = document.source.dated.year if document.source.dated else year_written(document.text)
    places = [m.start() for m in DATED.finditer(document.text)]
    for clause in document.clauses:
        here = [at for at in places if clause.span.start <= at < clause.span.end]
        if not here or clause.path == FRONT:
            continue
        for span in sentence_spans(document.text, clause.span, semicolons=True):
            if any(span.start <= at < span.end for at in here) and _ends_within(document, span, first, last, written):
                words = shorten(document.slice(span).removeprefix(clause.label))
                quote = Quote(document.source.doc_id, clause.path, span)
                yield span, Line(document, f"{_where(document, clause.path)}：{words}", (quote,))


def _ends_within(document: Document, span: Span, first: Month, last: Month, written: int | None) -> bool:
    text = document.slice(span)
    for period in find_periods(text, written=written):
        words = text[period.start : period.end]
        if period.kind != DEADLINE or not period.year or not ENDING.search(words) or BEGINNING.search(words):
            continue
        if first <= (period.year, _month(words)) <= last:
            return True
    return False


def _where(document: Document, path: str) -> str:
    return f"{address_name(path)} {heading_of(document, path)}".strip()
