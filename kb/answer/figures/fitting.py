"""Which target of the ledger a question is about.

The figure asked for must be that of the indicator asked for: what the question is chiefly about must stand in the
target's own words, the unit and the year must agree, and names (a county, PM10) must be printed there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Document, Span, Target
from ingest.sentences import sentence_spans
from ingest.words import bigrams, part_of_speech
from kb.answer.evidence import Evidence, heading_of
from kb.answer.figures.years import years_asked, years_in, years_of
from kb.answer.matching import NEAR, matched
from kb.answer.measure import Measure
from kb.answer.values import OF_SHARE
from kb.results import Concept, Question, Quote

ACCEPT = 0.6  # Weighted share of the question that an indicator and its sentence must cover.
FAIR, LEAD = 0.4, 0.12  # ... or this much, where the best target stands this far ahead of the next.
INDICATOR, PHRASE, ABOVE, ABOUT = 1.0, 0.9, 0.6, 0.35  # Where a concept is found: what it counts.
CORE = 0.5  # The heaviest concept must be found this far in the target's own words.
COMMA = re.compile(r"[，；。]")
MANY = re.compile(r"分别|各|哪些|哪几|全部|所有|列出|几项|[两三四五]项|都有|\ball\b|\blist\b|\bwhat are\b", re.I)
# Asked for what is or was, not for what is to be: 现状, 基数, 已经
ACTUAL = re.compile(
    r"现状|基数|目前|现在|已经|实际(?:完成|达到)|去年|今年|完成了|\b(?:currently|current|actual|baseline value)\b"
)
COUNTED = frozenset("户家座个处台项辆")  # Counters people use for one another.
COUNTERS = COUNTED | frozenset("种类条名人件批所只")
CHANGE = re.compile(r"下降|降低|(?<!占)比(?![例重率值])|减|增|提高|削|fall|drop|reduc|below|compared|increase", re.I)
# 能效标杆水平以上的产能比例: tells of which plants, and is not what is measured
BEYOND = re.compile(r"[一-鿿]{0,4}(?:水平|标准|限值)以[上下]的?")
CODE = re.compile(r"[A-Z]+[A-Za-z]*[\d.]*")
RATE = re.compile(r"(?<![功效频税利汇费])率$|比例$|比重$|占比$")
SHARE = re.compile(r"率|比例|比重|占")
CLAUSE = re.compile(r"[，；。：\n]")
UNITS = {"成": "%", "百分点": "个百分点"}


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


def rank_targets(
    question: Question, evidence: Evidence, measure: Measure, among: Sequence[tuple[Document, Target]] | None = None
) -> list[Row]:
    """Return the targets ``among`` which to look (else those near the question) by how much they cover, best first."""
    targets = evidence.targets() if among is None else among
    near = evidence.similarity(question.standalone, [target.indicator for _, target in targets])
    several = asks_several(question)
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


def asks_several(question: Question) -> bool:
    """Tell whether several targets are asked for; 各多少 in a comparison means one of each document."""
    return question.intent != "compare" and bool(MANY.search(question.standalone))


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


def aside(question: Question, measure: Measure, words: str) -> bool:
    """Tell whether ``words`` name something asked for only to say of which plants they tell (标杆水平以上的产能)."""
    if BEYOND.search(question.standalone):
        return False
    rest = BEYOND.sub("", words)
    return rest != words and any(matched(c, words.lower()) > matched(c, rest.lower()) for c in measure.concepts)


def fitting(question: Question, measure: Measure, rows: Sequence[Row]) -> list[Row]:
    """Return the targets that cover enough of the question and agree with the unit and the year asked for.

    What the question is chiefly about must stand in the target's own words: a heading or a neighbour is not enough.
    """
    if ACTUAL.search(question.standalone):
        return []
    if question.years and not CHANGE.search(
        question.standalone
    ):  # 2020年的数值: the base year's own figure is asked for
        rows = [r for r in rows if r.target.baseline_year not in question.years]
    core = measure.core

    several = asks_several(question)

    def own(row: Row) -> bool:
        if not measure.names_in(row.document.slice(row.document.clause(row.target.path).span)):
            return False
        about = row.document.slice(sentence_around(row.document, row.target))
        codes = (c for c in measure.concepts if c.term.isascii() and len(c.same) > 1 and question.language == "zh")
        if any(measure.found(c, about) < CORE for c in codes):  # PM2.5 is not to be had from another indicator
            return False
        words = own_words(row.document, row.target, several=several)
        if aside(question, measure, words):
            return False
        if core is None:
            return True
        return measure.found(core, words) >= CORE and not another(core, words)

    enough = FAIR if _lead(rows) >= LEAD else ACCEPT
    return [
        r for r in rows if r.score >= enough and own(r) and _unit_fits(question, r.target) and _year_fits(question, r)
    ]


def another(c: Concept, words: str) -> bool:
    """Tell whether a noun without other names stands there in no form: what only resembles it is another indicator.

    So is what has a code and is printed by none of its names (PM2.5 of 颗粒物), and the rate of a thing where no rate
    printed there shares a word with it.
    """
    if any(map(CODE.fullmatch, c.same)) and matched(c, words.lower()) < NEAR:
        return True
    unnamed = c.weight >= 1.0 and len(c.same) == 1 and not c.near and c.term.isalpha() and not matched(c, words.lower())
    return unnamed or _of_another(c, words)


def _of_another(c: Concept, words: str) -> bool:
    """Tell whether a rate is asked for and only rates of other things are printed.

    >>> _of_another(Concept("污水处理率", ("污水处理率",)), "新增污水处理能力9万吨，污泥处置率达到90%")
    True
    >>> _of_another(Concept("污水处理率", ("污水处理率",)), "农村生活污水治理率达到25%")
    False
    """
    things = [name[: found.start()] for name in c.same if (found := RATE.search(name)) and found.start()]
    rates = [part for part in CLAUSE.split(words) if SHARE.search(part)]
    told = any(noun in part for thing in things for noun in _nouns(thing) for part in rates)
    return len(things) == len(c.same) and bool(rates) and not told


def _nouns(thing: str) -> list[str]:
    """Return the nouns of two characters in a compound (污水 of 污水处理), or all its pairs where it has none."""
    pairs = bigrams(thing)
    return [pair for pair in pairs if part_of_speech(pair)[:1] == "n"] or pairs


def _lead(rows: Sequence[Row]) -> float:
    """Return how far the best target stands ahead of the next one outside its sentence."""
    if not rows:
        return 0.0
    best = rows[0]
    sentence = sentence_around(best.document, best.target)
    others = (r.score for r in rows if r.document is not best.document or not sentence.holds(r.target.span))
    return best.score - next(others, 0.0)


def _unit_fits(question: Question, target: Target) -> bool:
    if "money" in question.asks:
        return "元" in target.unit
    if "count" in question.asks and not question.unit:
        return not target.unit or target.unit[0] in COUNTERS
    asked = UNITS.get(question.unit, question.unit)
    if not asked:
        return True
    if asked == "%":
        return target.unit in OF_SHARE
    plain = re.sub(r"^[百千万亿]+", "", asked)
    return plain in target.unit or bool(target.unit and target.unit in asked) or {plain, target.unit} <= COUNTED


def _year_fits(question: Question, row: Row) -> bool:
    """Tell whether the target is of the years asked for: its own, those its words speak of, or its document's."""
    document, target = row.document, row.target
    years = {year for year in (target.deadline_year, target.baseline_year) if year}
    asked = years_asked(question, document) - years
    if not asked or all(str(year) in document.slice(target.span) for year in asked):
        return True
    return not years and asked <= (years_of(document, target.path, target.span)[0] or _years_of_plan(document))


def _years_of_plan(document: Document) -> set[int]:
    """Return the years to which a document plans: that of its title, else those by which its targets are due."""
    return years_in(document.source.title) or {t.deadline_year for t in document.targets if t.deadline_year}
