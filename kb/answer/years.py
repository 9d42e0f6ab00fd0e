"""Which years a sentence speaks of: those it prints, else those said before it in the same sentence or above it.

An account of a past five-year plan prints no year in its sentences: “十三五”时期的主要成效 stands above them, and what
they reach was reached by the end of that plan. A year of comparison (较2015年提高) is not the year of the figure.
"""

from __future__ import annotations

import re

from ingest.document import Document, Span
from ingest.periods import PLAN_END
from kb.results import Question

# 2025年 · “十三五”; not 较2020年, the year of comparison
TIME = re.compile(rf"(?<![比较\d])(?:(20\d\d)(?!\d)(?=年|[-—~～至到])|[“\"]?({'|'.join(PLAN_END)})(?!规划))")


def years_in(text: str) -> set[int]:
    """Return the years that a text speaks of, a plan by its last one.

    >>> sorted(years_in("到2025年，较2020年提高2个百分点")), years_in("“十三五”时期的主要成效")
    ([2025], {2020})
    """
    return {int(m[1]) if m[1] else PLAN_END[m[2]] for m in TIME.finditer(text.replace(" ", ""))}


def years_of(document: Document, path: str, span: Span) -> tuple[set[int], str]:
    """Return the years that a stretch of a clause speaks of, and the path of the heading that says so, if it does not.

    A stretch behind a semicolon speaks of what the sentence said before. Titles say nothing: a plan to 2025 tells of
    other years as well.
    """
    clause = document.clause(path)
    before = document.text[clause.span.start : span.start]
    sentence = re.split(r"[。\n]", before)[-1]
    for words in (document.slice(span), sentence):
        if found := years_in(words):
            return found, ""
    at: str | None = path
    while at is not None:
        clause = document.clause(at)
        if found := years_in(clause.heading):
            return found, at
        at = clause.parent
    return set(), ""


def years_asked(question: Question, document: Document) -> set[int]:
    """Return the years that a question asks about; a plan that is not the document's own is its last year."""
    title = document.source.title
    plans = {PLAN_END[m[2]] for m in TIME.finditer(question.standalone) if m[2] and m[2] not in title}
    return {*question.years} or plans
