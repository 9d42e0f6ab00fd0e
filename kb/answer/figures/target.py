"""Answers from the ledger of targets: how much, by when, against which year.

The answer is the printed wording of the targets that fit. A goal that the text states without a figure is quoted as
such where no figure was asked for, and is a refusal where one was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ingest.document import Span, Target
from ingest.sentences import sentence_spans
from kb.answer.amended import history, proofs, undecided
from kb.answer.duties.rows import words_of
from kb.answer.evidence import Evidence, Found, heading_of
from kb.answer.figures.fitting import (
    ACCEPT,
    ACTUAL,
    CHANGE,
    COMMA,
    CORE,
    COUNTED,
    Row,
    another,
    aside,
    asks_several,
    fitting,
    own_words,
    rank_targets,
    sentence_around,
)
from kb.answer.figures.years import is_past, years_asked, years_of
from kb.answer.matching import matched
from kb.answer.measure import Measure
from kb.answer.ranking import rank_sentences
from kb.answer.refusal import lacks, refuse
from kb.answer.values import MONEY, SHARE, number_of
from kb.results import Draft, Question, Quote, Statement

CLOSE = 0.08  # Targets this near to the best one answer too.
MARGIN = 0.12  # A sentence without a figure must cover this much more of the question to be the better answer.
ALL = re.compile(
    r"全部|所有|列出|都有哪些|有哪些|一览|清单|都是多少|各是多少|几个(?:数|指标|目标)|\ball\b|\blist\b", re.I
)
MOST = 12
COUNTER = re.compile(r"(?<=\d)(?=[个家户座处项台辆])")
DOCUMENTS = 4  # Documents that are listed where several state a figure.
WHOLLY = 0.6  # How far a target of another year must be what a claim is about.


def compose_target(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return the figures asked for, in printed wording; a goal without a figure; or why there is none."""
    if ALL.search(question.standalone) and (rows := _of_clause(measure, clauses)):
        return _said(rows, question)
    rows = fitting(question, measure, rank_targets(question, evidence, measure))
    stated = _statements(question, evidence, measure, clauses)
    chosen = _chosen(question, measure, rows) if rows else []
    own = "\n".join(own_words(row.document, row.target) for row in chosen)  # 化肥和农药分别减多少: one row for each
    if rows and (not stated or max(rows[0].own, measure.coverage(own)) + MARGIN >= measure.coverage(stated[0].text)):
        if question.asserted and question.claim:
            return _checked_claim(question, evidence, clauses, rows)
        return _by_document(question, chosen, rows) or _said(chosen, question)
    if question.claim and question.years and (row := _of_other_year(question, evidence, measure)):
        return _other_year(question, row)
    return _without_figure(question, evidence, measure, clauses, stated)


def _by_document(question: Question, chosen: Sequence[Row], rows: Sequence[Row]) -> Draft | None:
    """Return what several documents state of the same indicator, each under its title; None where they do not differ.

    Which of them is meant, a question that names none does not say; the best stands first.
    """
    best, others = rows[0], dict[str, Row]()
    for row in rows:
        if row.document is not best.document and row.score >= best.score - CLOSE:
            others.setdefault(row.document.source.doc_id, row)
    if all(_value(row) == _value(best) for row in others.values()):
        return None
    listed = [*chosen, *list(others.values())[: DOCUMENTS - 1]]
    statements = [(row.document.source.title, say(row, question)) for row in listed]
    items = tuple(replace(said, text=f"《{title}》：{said.text}", item=True) for title, said in statements)
    return Draft("target", items, language=question.language)


def _value(row: Row) -> tuple[Decimal, Decimal | None, str]:
    return row.target.value, row.target.value_max, row.target.unit


def _of_other_year(question: Question, evidence: Evidence, measure: Measure) -> Row | None:
    """Return the target that a claim speaks of, but for its year: 2座高炉要在2023年达标, where the text says 2025."""
    plain = replace(question, years=())
    rows = fitting(plain, measure, rank_targets(plain, evidence, measure))
    if not rows or rows[0].own < WHOLLY or rows[0].target.deadline_year in (None, *question.years):
        return None
    values = {number_of(figure) for figure in question.asserted}
    return rows[0] if not values or values & {rows[0].target.value, rows[0].target.value_max} else None


def _other_year(question: Question, row: Row) -> Draft:
    claimed = "、".join(map(str, question.years))
    text = f"No, not {claimed}." if question.language == "en" else f"不是{claimed}年，原文写的是："
    statements = (Statement(text, (row.quote,), echoes=(claimed,)), say(row, question))
    return Draft("target", statements, language=question.language)


def _said(rows: Sequence[Row], question: Question) -> Draft:
    return Draft("target", tuple(say(row, question) for row in rows[:MOST]), language=question.language)


def _chosen(question: Question, measure: Measure, rows: Sequence[Row]) -> list[Row]:
    """Return the best target, and those that stand beside it where the question asks for several."""
    best = rows[0]
    group = [row for row in rows if row.document is best.document and row.score >= best.score - CLOSE]
    core = measure.core
    told = not measure.uncovered(own_words(best.document, best.target))
    if (asks_several(question) and not told) or (core and measure.found(core, best.target.indicator) < CORE):
        beside = sentence_around(best.document, best.target)
        every = [Row(best.document, t, best.score, best.own) for t in best.document.targets if beside.holds(t.span)]
        group += [row for row in every if row.target not in [g.target for g in group]]
    group += _complementing(measure, best, rows)
    return _in_order(group)


def _of_clause(measure: Measure, clauses: Sequence[Found]) -> list[Row]:
    """Return all targets of the clause whose heading is what the question is about."""
    for found in clauses[:3]:
        if measure.coverage(heading_of(found.document, found.path)) >= ACCEPT:
            return _in_order([Row(found.document, t, 1.0, 1.0) for t in found.document.targets if t.path == found.path])
    return []


def _complementing(measure: Measure, best: Row, rows: Sequence[Row]) -> list[Row]:
    """Return targets of the same clause that cover a concept the best one leaves open (a question in two parts)."""
    left = measure.uncovered(f"{best.target.indicator} {best.document.slice(best.target.span)}")
    found = [
        row
        for c in left
        for row in rows
        if row.target.path == best.target.path and matched(c, row.target.indicator.lower()) >= 0.85
    ]
    return found[:2]


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """Return the rows in printed order, one for each stretch of text."""
    by_span = {(id(row.document), row.target.span): row for row in rows}
    return sorted(by_span.values(), key=lambda row: row.target.span)


def asserted_row(question: Question, evidence: Evidence, measure: Measure) -> Row | None:
    """Return the target that a question on something else speaks of with a figure (40%的目标由谁负责)."""
    rows = fitting(question, measure, rank_targets(question, evidence, measure)) if question.asserted else []
    return _spoken_of(question, rows) if rows else None


def _spoken_of(question: Question, rows: Sequence[Row]) -> Row:
    """Return the target that a claim speaks of: of those that fit as well as the best, rather one of its figure."""
    values = {number_of(figure) for figure in question.asserted}
    fit = (row for row in rows if row.score >= rows[0].score - CLOSE)
    return next((row for row in fit if values & {row.target.value, row.target.value_max}), rows[0])


def corrected(question: Question, row: Row | None) -> list[Statement]:
    """Return what the text says of the target where the question puts forward another figure."""
    values = {number_of(figure) for figure in question.asserted}
    if row is None or values & {row.target.value, row.target.value_max}:
        return []
    claimed = "、".join(question.asserted)
    text = f"The text does not say {claimed}." if question.language == "en" else f"文件中没有“{claimed}”的说法。"
    return [Statement(text, (row.quote,), echoes=question.asserted), say(row, question)]


def say(row: Row, question: Question) -> Statement:
    """Return the printed words that state a target, with the year where it was said a sentence before."""
    words = words_of(row.document, row.target).strip("，；。、 \n")
    change, english = row.target.change, question.language == "en"
    quotes = proofs(row.document.source.doc_id, row.target)
    if change and change.undecided:
        return Statement(undecided(change, words, english=english), quotes)
    was, words = words, (change.now.strip("，；。、 \n") if change and not change.gone else words)
    year = row.target.deadline_year
    if "deadline_year" in row.target.carried and year and str(year) not in words:
        sentence = _year_before(row)
        quotes = (*quotes, sentence) if sentence else quotes
        words = f"到{year}年，{words}" if sentence else words
    after = history(change, was, english=english) if change else ""
    words = f"原定“{words}”" if change and change.gone and not english else words
    if english:
        return Statement(f"Clause {row.target.path} says: “{spaced(words)}”{after}.", quotes)
    return Statement(f"{words}{after}。", quotes)


def _year_before(row: Row) -> Quote | None:
    """Return the sentence before the target, in its clause, that prints its deadline year."""
    clause = row.document.clause(row.target.path)
    for span in reversed(sentence_spans(row.document.text, Span(clause.span.start, row.target.span.start))):
        if str(row.target.deadline_year) in row.document.slice(span):
            return Quote(row.document.source.doc_id, row.target.path, span)
    return None


def spaced(words: str) -> str:
    """Set figures apart from counters, for English readers; with a unit of measure they stay one amount.

    >>> spaced("9个断面达到100%以上，新增250万平方米")
    '9 个断面达到100%以上，新增250万平方米'
    """
    return COUNTER.sub(" ", words)


def _checked_claim(question: Question, evidence: Evidence, clauses: Sequence[Found], rows: Sequence[Row]) -> Draft:
    """Confirm or correct the figure that the question puts forward; a right one says nothing of its reason."""
    best = _spoken_of(question, rows)
    values = {number_of(figure) for figure in question.asserted}
    right = bool(values & {best.target.value, best.target.value_max})
    english = question.language == "en"
    if right and "reason" in question.asks:
        return refuse(question, evidence, clauses, lacks("reason", question))
    if right:
        verdict = "Yes." if english else "是的。"
    elif best.target.change and isinstance(best.target.change.was, Target) and best.target.change.was.value in values:
        verdict = "No, that was the value before it was changed." if english else "不是，这是调整前的数值。"
    else:
        claimed = "、".join(question.asserted)
        verdict = f"No, not {claimed}." if english else f"不是，文件中没有“{claimed}”的说法。"
    statements = (Statement(verdict, (best.quote,), echoes=question.asserted), say(best, question))
    return Draft("target", statements, language=question.language)


def _statements(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> list[Found]:
    """Return the parts of sentences that cover the question in their own words, best first.

    Where a year is asked for, the sentences of the clause in question that print it count as well.
    """
    ranked = [
        f
        for f in rank_sentences(question, clauses[:6], evidence, measure)
        if not aside(question, measure, f.text) and not is_past(question, f)
    ]
    if question.years:
        dated = [f for f in ranked if all(str(year) in f.text for year in question.years)]
        about = [
            f
            for f in dated
            if measure.coverage(heading_of(f.document, f.path)) >= ACCEPT or measure.coverage(f.text) >= ACCEPT
        ]
        return about if "figure" not in question.asks else [f for f in ranked if measure.coverage(f.text) >= ACCEPT]
    return [f for f in ranked if measure.coverage(f.text) >= ACCEPT]


def _without_figure(
    question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found], stated: Sequence[Found]
) -> Draft:
    """Quote the goal that is stated without a figure, or refuse where a figure was asked for."""
    wants = "money" if "money" in question.asks else "figure" if "figure" in question.asks else ""
    if not stated:
        return refuse(question, evidence, clauses, lacks(wants or "figure", question))
    best = stated[0]
    if wants and not _printed_figure(question, measure, best):
        return refuse(question, evidence, clauses, lacks(wants, question, _short(best.text)))
    near = [s for s in stated if s.score >= best.score - CLOSE and s.path == best.path][:3]
    near.sort(key=lambda s: s.span)
    if question.language == "en":
        return Draft(
            "target",
            tuple(Statement(f"Clause {s.path} says: “{spaced(s.text)}”", (s.quote,)) for s in near),
            language="en",
        )
    return Draft("target", tuple(Statement(f"{s.text.rstrip('，；。')}。", (s.quote,)) for s in near))


def _printed_figure(question: Question, measure: Measure, found: Found) -> bool:
    """Tell whether the part of the sentence that is about the question prints a figure of the kind asked for."""
    core = measure.core
    if not measure.names_in(found.text) or (core and another(core, found.text)):
        return False
    text = "，".join(part for part in COMMA.split(found.text) if core and measure.found(core, part) >= CORE)
    if any(f"比{year}年" in found.text.replace(" ", "") for year in question.years) and not CHANGE.search(
        question.standalone
    ):
        return False  # the year is the base of a change, its own figure is not printed
    asked = years_asked(question, found.document)
    if ACTUAL.search(question.standalone) or not asked <= years_of(found.document, found.path, found.span)[0]:
        return False
    if "money" in question.asks:
        return bool(MONEY.search(text))
    bare = re.sub(r"(?:19|20)\d\d年?", "", text)
    if question.unit == "%":
        return bool(SHARE.search(bare))
    if question.unit:
        counters = "".join(COUNTED) if question.unit in COUNTED else ""
        return bool(re.search(rf"\d\s*(?:{re.escape(question.unit)}|[{counters or question.unit[0]}])", bare))
    return bool(re.search(r"\d|[一二两三四五六七八九十]+(?:个|项|类|家|户|座|次|元)", bare))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "……"
