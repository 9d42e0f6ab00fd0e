"""Which years a sentence speaks of: those it prints, else those said before it or above it.

An account of a past five-year plan prints no year in its sentences: “十三五”时期的主要成效 stands above them, and what
they reach was reached by the end of that plan. A year of comparison (较2015年提高) is not the year of the figure.
"""

from __future__ import annotations

import re

from ingest.document import Document, Span
from ingest.periods import PLAN_END
from ingest.sentences import sentence_spans
from kb.answer.evidence import Found
from kb.results import Question, Quote

PLAN_YEARS = 5
AIMED = re.compile(r"目标|任务|力争|争取|\btargets?\b|\bgoals?\b", re.I)
# 2025年 · “十三五”; not 较2020年, the year of comparison
TIME = re.compile(rf"(?<![比较\d“\"])(?:(20\d\d)(?!\d)(?=年|[-—~～至到])|[“\"]?({'|'.join(PLAN_END)})(?!规划))")


def years_in(text: str) -> set[int]:
    """Return the years that a text speaks of, a plan by its last one.

    >>> sorted(years_in("到2025年，较2020年提高2个百分点")), years_in("“十三五”时期的主要成效")
    ([2025], {2020})
    """
    return {int(m[1]) if m[1] else PLAN_END[m[2]] for m in TIME.finditer(text.replace(" ", ""))}


def years_of(document: Document, path: str, span: Span) -> tuple[set[int], Quote | None]:
    """Return the years that a stretch of a clause speaks of, and what else of the document says so.

    A stretch speaks of what its sentence said before, else of the time that a heading above names, else of that last
    named in its clause. The plan's own period in a heading is that of a whole part, and titles say nothing: a plan to
    2025 tells of other years as well.
    """
    doc_id = document.source.doc_id
    clause = document.clause(path)
    if own := years_in(document.slice(span)):
        return own, None
    earlier = sentence_spans(document.text, Span(clause.span.start, max(span.start, clause.span.start)))
    before = [(found, Quote(doc_id, path, s)) for s in reversed(earlier) if (found := years_in(document.slice(s)))]
    if before and "。" not in document.text[before[0][1].span.start : span.start]:
        return before[0]
    at, planned = path, years_in(document.source.title)
    while at:
        clause = document.clause(at)
        if found := years_in(clause.heading) - planned:
            return found, Quote(doc_id, at, next(iter(sentence_spans(document.text, clause.span)), clause.span))
        at = clause.parent or ""
    if before and not before[0][0] & planned:
        return before[0]
    return set(), None


def is_past(question: Question, found: Found) -> bool:
    """Tell whether a goal is asked for and a sentence tells what was: before the plan, or before the document's year.

    A year that is asked for may be past as well.
    """
    document = found.document
    if not AIMED.search(question.standalone) or years_asked(question, document):
        return False
    years, _ = years_of(document, found.path, found.span)
    begins = [year - PLAN_YEARS + 1 for year in years_in(document.source.title)]
    begins += [document.source.dated.year] if document.source.dated else []
    return bool(years and begins) and max(years) < min(begins)


def years_asked(question: Question, document: Document) -> set[int]:
    """Return the years that a question asks about; a plan that is not the document's own is its last year."""
    title = document.source.title
    plans = {PLAN_END[m[2]] for m in TIME.finditer(question.standalone) if m[2] and m[2] not in title}
    return {*question.years} or plans
