"""Questions about two values of one document: of two years, or for two kinds of thing, with their difference.

Each side is answered by itself: by a target of that year in the ledger, else by the sentence that states the value. A
year for which no document states a value is said to be silent. Sentences that print more than one value of the kind
asked for are quoted and not subtracted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from decimal import Decimal

from ingest.document import Span, Target
from ingest.figures import find_figures, flatten
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found
from kb.answer.figures.fitting import CHANGE, Row, fitting, rank_targets
from kb.answer.figures.stated import ASKED, dated, headings, stated_values
from kb.answer.figures.target import say
from kb.answer.measure import Measure
from kb.answer.values import value_in, values
from kb.results import Concept, Draft, Question, Statement

# 地级市和区县相差 · 甲类与乙类分别: the two things compared
TWO = re.compile(r"(?:^|[，。：的])([^，。：的]{1,10})[和与、及跟同]([^，。：的]{1,10}?)(?=各|分别|相?差|的|，|$)")
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(\D+)")
SIDE = 0.5  # How far the clause must print each word of the question.
PART = re.compile(r"[^；。\n]+[；。]?")
Side = tuple[Row, Statement]  # one value and how it is said


def of_years(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> list[Side]:
    """Return the value of one indicator for each year asked for, in their order, all from one document."""
    if len(question.years) < 2 or (CHANGE.search(question.standalone) and question.intent != "compare"):
        return []
    found = [_of_year(question, year, evidence, measure, clauses) for year in sorted(question.years)]
    first = next((sides[0][0].document for sides in found if sides), None)
    return [side for sides in found for side in sides if side[0].document is first][: len(question.years)]


def _of_year(
    question: Question, year: int, evidence: Evidence, measure: Measure, clauses: Sequence[Found]
) -> list[Side]:
    """Return the best value of one year: a target due then, else what a sentence of that year states."""
    alone = replace(question, years=(year,), intent="target")
    rows = fitting(replace(alone, unit=""), measure, rank_targets(alone, evidence, measure))
    due = [row for row in rows if row.target.deadline_year in (year, None)]
    return [(due[0], _dated(due[0], alone))] if due else _stated(alone, measure, clauses)[:1]


def _dated(row: Row, question: Question) -> Statement:
    """Say a target behind its year."""
    said, year = say(row, question), row.target.deadline_year
    mark = ": " if question.language == "en" else "年："
    return replace(said, text=f"{year}{mark}{said.text}", echoes=(str(year),)) if year else said


def of_kinds(question: Question, measure: Measure, clauses: Sequence[Found]) -> list[Side]:
    """Return the values that one clause states for two kinds of thing: 地市级50亿元，区县级30亿元.

    What the two kinds are called is no subject of both sentences; one of them must print it all the same.
    """
    if not question.asks & ASKED:
        return []
    kinds = TWO.search(question.standalone)
    shared = tuple(c for c in question.concepts if not (kinds and any(c.term in kind for kind in kinds.groups())))
    alone = replace(question, intent="target", concepts=shared)
    sides = _stated(alone, _only(measure, shared), clauses)
    if len(sides) == 1:
        sides = _parts(alone, sides[0][0])
    above = [f"{row.document.source.title}\n{headings(row.document, row.target.path)}" for row, _ in sides[:1]]
    printed = "\n".join((*above, *(said.text for _, said in sides)))
    return sides if len(sides) > 1 and all(_prints(measure, c, printed) for c in question.concepts) else []


def _only(measure: Measure, concepts: Sequence[Concept]) -> Measure:
    """Return the measure of some of the concepts, weighed as they are."""
    some = copy(measure)
    some.concepts = tuple(concepts)
    some.total = sum(measure.weights[c.term] for c in concepts) or 1.0
    return some


def _prints(measure: Measure, c: Concept, text: str) -> bool:
    """Tell whether a text prints a word of the question, its characters in whatever order (地市级, 地级市)."""
    size, letters = len(c.term), sorted(c.term)
    swapped = size > 2 and any(sorted(text[at : at + size]) == letters for at in range(len(text) - size + 1))
    return swapped or measure.found(c, text) >= SIDE


def _parts(question: Question, row: Row) -> list[Side]:
    """Return the parts of the whole sentence around a value, from mark to mark, that print one value each."""
    document, at = row.document, row.target
    whole = next((s for s in sentence_spans(document.text, document.clause(at.path).span) if s.holds(at.span)), at.span)
    parts = [Span(*m.span()) for m in PART.finditer(document.text, whole.start, whole.end)]
    found = [Found(document, at.path, part, 1.0) for part in parts if value_in(question, document.slice(part))]
    return [(_row(question, f), dated(f, question)) for f in found]


def _stated(question: Question, measure: Measure, clauses: Sequence[Found]) -> list[Side]:
    """Return the sentences that state the value asked for, as rows; without a value where they print several."""
    return [(_row(question, found), dated(found, question)) for found in stated_values(question, measure, clauses)]


def _row(question: Question, found: Found) -> Row:
    value, unit = _only_value(question, found) or (Decimal("NaN"), "")
    year = question.years[0] if question.years else None
    return Row(found.document, Target(found.path, found.span, "", "", value, unit=unit, deadline_year=year), 1.0, 1.0)


def _only_value(question: Question, found: Found) -> tuple[Decimal, str] | None:
    """Return the value of the kind asked for that a sentence prints, with its unit; None where it prints several."""
    flat = flatten(found.document.text, found.span).text
    places = values(question, flat)
    figures = [f for f in find_figures(flat) if any(f.start < end and start < f.end for start, end in places)]
    if len(figures) == 1:
        return figures[0].value, figures[0].unit
    term = AMOUNT.fullmatch(flat[slice(*places[0])]) if len(places) == 1 else None  # 5年, 20个工作日: no figure
    return (Decimal(term[1]), term[2]) if term else None


def silent_years(question: Question, sides: Sequence[Side]) -> list[Statement]:
    """Say for which of the years asked about no value is stated."""
    told = {row.target.deadline_year for row, _ in sides}
    left = [str(year) for year in sorted(question.years) if year not in told]
    if not left or None in told:
        return []
    years = "、".join(left)
    text = f"No figure is stated for {years}." if question.language == "en" else f"没有写明{years}年的数值。"
    return [Statement(text, proved=False, echoes=tuple(left))]


def beside(question: Question, sides: Sequence[Side], difference: Sequence[Statement]) -> Draft:
    """Set the values of one document beside each other, each once, with their difference."""
    said = list({statement.text: statement for _, statement in sides}.values())
    return Draft("compare", (*said, *difference, *silent_years(question, sides)), language=question.language)
