"""Answers from the ledger of targets: how much, by when, against which year.

The figure asked for must be that of the indicator asked for: every heavy word of the question must stand in the
indicator, its sentence or its heading, the unit and the year must agree. The answer is the printed wording. A goal that
the text states without a figure is quoted as such where no figure was asked for, and is a refusal where one was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.document import Document, Span, Target
from ingest.sentences import sentence_spans
from kb.answer.evidence import Evidence, Found, Measure, heading_of, matched, rank_sentences
from kb.answer.refusal import lacks, refuse
from kb.results import Concept, Draft, Question, Quote, Statement

ACCEPT = 0.6  # Weighted share of the question that an indicator and its sentence must cover.
FAIR, LEAD = 0.4, 0.12  # ... or this much, where the best target stands this far ahead of the next.
CLOSE = 0.08  # Targets this near to the best one answer too.
INDICATOR, PHRASE, ABOVE, ABOUT = 1.0, 0.9, 0.6, 0.35  # Where a concept is found: what it counts.
MARGIN = 0.12  # A sentence without a figure must cover this much more of the question to be the better answer.
CORE = 0.5  # The heaviest concept must be found this far in the target's own words.
COMMA = re.compile(r"[，；。]")
MANY = re.compile(r"分别|各|哪些|哪几|全部|所有|列出|几项|[两三四五]项|都有|\ball\b|\blist\b|\bwhat are\b", re.I)
ALL = re.compile(r"全部|所有|列出|都有哪些|有哪些|一览|清单|都是多少|各是多少|几个(?:数|指标|目标)|\ball\b|\blist\b", re.I)
# Asked for what is or was, not for what is to be: 现状, 基数, 已经
ACTUAL = re.compile(r"现状|基数|目前|现在|已经|实际(?:完成|达到)|去年|今年|完成了|\b(?:currently|current|actual|baseline value)\b")
COUNTED = frozenset("户家座个处台项辆")  # Counters people use for one another.
CHANGE = re.compile(r"下降|降低|相比|比|减|增|提高|削|fall|drop|reduc|below|compared|increase", re.I)
UNITS = {"成": "%", "百分点": "个百分点", "比例": "%"}
MOST = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A target with how well it fits the question; ``own`` is what its indicator and phrase alone cover."""

    document: Document
    target: Target
    score: float
    own: float

    @property
    def quote(self) -> Quote:
        """The words that state it."""
        return Quote(self.document.source.doc_id, self.target.path, self.target.span)


def compose_target(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return the figures asked for, in printed wording; a goal without a figure; or why there is none."""
    if ALL.search(question.standalone) and (rows := _of_clause(measure, clauses)):
        return _said(rows, question)
    rows = fitting(question, measure, rank_targets(question, evidence, measure))
    stated = _statements(question, evidence, measure, clauses)
    if rows and (not stated or rows[0].own + MARGIN >= measure.coverage(stated[0].text)):
        if question.asserted and question.claim:
            return _checked_claim(question, rows)
        return _said(_chosen(question, measure, rows), question)
    return _without_figure(question, evidence, measure, clauses, stated)


def _said(rows: Sequence[Row], question: Question) -> Draft:
    return Draft("target", tuple(say(row, question) for row in rows[:MOST]), language=question.language)


def rank_targets(
    question: Question, evidence: Evidence, measure: Measure, among: Sequence[tuple[Document, Target]] | None = None
) -> list[Row]:
    """Return the targets ``among`` which to look (else those near the question) by how much they cover, best first."""
    targets = evidence.targets() if among is None else among
    near = evidence.similarity(question.standalone, [target.indicator for _, target in targets])
    several = bool(MANY.search(question.standalone))
    rows = [
        Row(
            document,
            target,
            fit(measure, document, target, PHRASE if several else ABOUT) + 0.12 * cosine,
            measure.coverage(own_words(document, target, several=several)),
        )
        for (document, target), cosine in zip(targets, near, strict=True)
    ]
    return sorted(rows, key=lambda row: -row.score)


def fit(measure: Measure, document: Document, target: Target, beside: float = ABOUT) -> float:
    """Return the weighted share of the question's concepts that the target covers, by where each is found.

    ``beside`` is what a concept counts that stands elsewhere in the target's sentence.
    """
    own, above = own_words(document, target), heading_of(document, target.path)
    about = document.slice(sentence_around(document, target))

    def found(c: Concept) -> float:
        return max(
            INDICATOR * measure.found(c, target.indicator),
            PHRASE * measure.found(c, own),
            ABOVE * measure.found(c, above),
            beside * measure.found(c, about),
        )

    return sum(measure.weights[c.term] * found(c) for c in measure.concepts) / measure.total


def own_words(document: Document, target: Target, *, several: bool = False) -> str:
    """Return the indicator and the part of the sentence, between commas, that states it.

    With ``several`` the whole sentence: 三改联动 stands beside the three figures that make it up.
    """
    if several:
        return f"{target.indicator}\n{document.slice(sentence_around(document, target))}"
    return f"{target.indicator}\n{COMMA.split(document.slice(target.span))[-1]}"


def sentence_around(document: Document, target: Target) -> Span:
    """Return the whole sentence in which the target stands."""
    clause = document.clause(target.path)
    return next((s for s in sentence_spans(document.text, clause.span) if s.holds(target.span)), target.span)


def fitting(question: Question, measure: Measure, rows: Sequence[Row]) -> list[Row]:
    """Return the targets that cover enough of the question and agree with the unit and the year asked for.

    What the question is chiefly about must stand in the target's own words: a heading or a neighbour is not enough.
    """
    if ACTUAL.search(question.standalone):
        return []
    if question.years and not CHANGE.search(question.standalone):  # 2020年的数值: the base year's own figure is asked for
        rows = [r for r in rows if r.target.baseline_year not in question.years]
    core = measure.core

    several = bool(MANY.search(question.standalone))

    def own(row: Row) -> bool:
        if not measure.names_in(row.document.slice(row.document.clause(row.target.path).span)):
            return False
        return core is None or measure.found(core, own_words(row.document, row.target, several=several)) >= CORE

    lead = rows[0].score - next((r.score for r in rows[1:] if r.target.span != rows[0].target.span), 0.0) if rows else 0.0
    enough = FAIR if lead >= LEAD else ACCEPT
    return [r for r in rows if r.score >= enough and own(r) and _unit_fits(question, r.target) and _year_fits(question, r)]


def _unit_fits(question: Question, target: Target) -> bool:
    if "money" in question.asks:
        return "元" in target.unit
    asked = UNITS.get(question.unit, question.unit)
    if not asked:
        return True
    if asked == "%":
        return target.unit in ("%", "％", "个百分点")
    plain = re.sub(r"^[百千万亿]+", "", asked)
    return plain in target.unit or bool(target.unit and target.unit in asked) or {plain, target.unit} <= COUNTED


def _year_fits(question: Question, row: Row) -> bool:
    years = {row.target.deadline_year, row.target.baseline_year} - {None}
    asked = [year for year in question.years if year not in years]
    return not asked or not years or all(str(year) in row.document.slice(row.target.span) for year in asked)


def _chosen(question: Question, measure: Measure, rows: Sequence[Row]) -> list[Row]:
    """Return the best target, and those that stand beside it where the question asks for several."""
    best = rows[0]
    group = [row for row in rows if row.document is best.document and row.score >= best.score - CLOSE]
    core = measure.core
    if MANY.search(question.standalone) or (core and measure.found(core, best.target.indicator) < CORE):
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
    found = [row for c in left for row in rows if row.target.path == best.target.path and matched(c, row.target.indicator.lower()) >= 0.85]
    return found[:2]


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """Return the rows in printed order, one for each stretch of text."""
    by_span = {(id(row.document), row.target.span): row for row in rows}
    return sorted(by_span.values(), key=lambda row: row.target.span)


def say(row: Row, question: Question) -> Statement:
    """Return the printed words that state a target, with the year where it was said a sentence before."""
    words = row.document.slice(row.target.span).strip("，；。、 \n")
    year = row.target.deadline_year
    quotes = (row.quote,)
    if "deadline_year" in row.target.carried and year and str(year) not in words:
        sentence = _year_before(row)
        quotes = (row.quote, sentence) if sentence else quotes
        words = f"到{year}年，{words}" if sentence else words
    if question.language == "en":
        return Statement(f"Clause {row.target.path} says: “{spaced(words)}”.", quotes)
    return Statement(f"{words}。", quotes)


def _year_before(row: Row) -> Quote | None:
    """Return the sentence before the target, in its clause, that prints its deadline year."""
    clause = row.document.clause(row.target.path)
    for span in reversed(sentence_spans(row.document.text, Span(clause.span.start, row.target.span.start))):
        if str(row.target.deadline_year) in row.document.slice(span):
            return Quote(row.document.source.doc_id, row.target.path, span)
    return None


def spaced(words: str) -> str:
    """Set figures apart from Chinese characters, as is usual in English text.

    >>> spaced("9个断面达到100%以上")
    '9 个断面达到 100% 以上'
    """
    words = re.sub(r"(?<=[一-鿿])(?=\d)", " ", words)
    return re.sub(r"(?<=[\d%])(?=[一-鿿])", " ", words)


def _checked_claim(question: Question, rows: Sequence[Row]) -> Draft:
    """Confirm or correct the figure that the question puts forward."""
    best = rows[0]
    values = {_number(figure) for figure in question.asserted}
    right = bool(values & {best.target.value, best.target.value_max})
    english = question.language == "en"
    if right:
        verdict = "Yes." if english else "是的。"
    else:
        claimed = "、".join(question.asserted)
        verdict = f"No, not {claimed}." if english else f"不是，文件中没有“{claimed}”的说法。"
    statements = (Statement(verdict, (best.quote,), echoes=question.asserted), say(best, question))
    return Draft("target", statements, language=question.language)


def _number(figure: str) -> Decimal:
    return Decimal(re.match(r"[\d.]+", figure).group().rstrip("."))  # type: ignore[union-attr]


def _statements(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> list[Found]:
    """Return the parts of sentences that cover the question in their own words, best first.

    Where a year is asked for, the sentences of the clause in question that print it count as well.
    """
    ranked = rank_sentences(question, clauses[:6], evidence, measure)
    if question.years:
        dated = [f for f in ranked if all(str(year) in f.text for year in question.years)]
        about = [f for f in dated if measure.coverage(heading_of(f.document, f.path)) >= ACCEPT or measure.coverage(f.text) >= ACCEPT]
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
        return Draft("target", tuple(Statement(f"Clause {s.path} says: “{spaced(s.text)}”", (s.quote,)) for s in near), language="en")
    return Draft("target", tuple(Statement(s.text, (s.quote,)) for s in near))


def _printed_figure(question: Question, measure: Measure, found: Found) -> bool:
    """Tell whether the part of the sentence that is about the question prints a figure of the kind asked for."""
    core = measure.core
    if not measure.names_in(found.text):
        return False
    text = "，".join(part for part in COMMA.split(found.text) if core and measure.found(core, part) >= CORE)
    if ACTUAL.search(question.standalone) or not all(str(year) in found.text for year in question.years):
        return False
    if "money" in question.asks:
        return bool(re.search(r"\d[十百千万亿]*元", text))
    bare = re.sub(r"(?:19|20)\d\d年?", "", text)
    if question.unit == "%":
        return bool(re.search(r"\d[%％]|百分之", bare))
    if question.unit:
        counters = "".join(COUNTED) if question.unit in COUNTED else ""
        return bool(re.search(rf"\d\s*(?:{re.escape(question.unit)}|[{counters or question.unit[0]}])", bare))
    return bool(re.search(r"\d|[一二两三四五六七八九十]+(?:个|项|类|家|户|座|次)", bare))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "……"
