"""Answers that set rows of the ledgers beside each other: two figures, levels of government, the bodies of two tasks.

What cannot be compared (another unit) is put side by side and said to be so, never subtracted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ingest.document import Document, Target
from ingest.levels import level_rank, provinces
from kb.answer.duties.compared import compose_compared, two_duties, two_tasks
from kb.answer.evidence import Evidence, Found, documents_of
from kb.answer.figures.fitting import ACCEPT, Row, aside, fitting, own_words, rank_targets
from kb.answer.figures.sides import Side, beside, of_kinds, of_years
from kb.answer.figures.stricter import compose_stricter
from kb.answer.figures.target import compose_target, say
from kb.answer.matching import matched
from kb.answer.measure import Measure
from kb.answer.refusal import refuse
from kb.answer.texts.wordings import compose_wordings
from kb.answer.values import SHARES
from kb.results import Draft, Question, Statement
from kb.study.comparing import LAXER, STRICTER, is_change, judge

DIFFERENCE = re.compile(
    r"差|高多少|低多少|高出|低出|多多少|少多少|多几|differ|how much (?:higher|lower|more|less)", re.I
)
NAMED = 3  # Documents without a figure that are named; of more it is only said.
NUMBERED = re.compile(r"\d+号|《[^》]+》")
ACROSS = re.compile(r"三级|各级|两级|国省市|国家|国务院|全国|省|上级|national|provinc|level", re.I)
EVERY = re.compile(r"三级|各级|国省市")
WHICH = re.compile(r"哪一?[个项种者]")
LARGER = re.compile(rf"{WHICH.pattern}[^，。]*[多少高低大小]")
STRICT = re.compile(r"[严宽松]|strict|\blax", re.I)
TOTAL = re.compile(r"合起来|合计|加起来|总和|一共|总共|in total|altogether|combined", re.I)
UNLIKE = {
    "unit": ("两者单位不同，不能直接相减。", "Their units differ, so they cannot be subtracted."),
    "change": (
        "一个是变化幅度，一个是要达到的水平，不能直接相减。",
        "One is a change and one a level, so they cannot be subtracted.",
    ),
}


def compose_compare(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft:
    """Return figures side by side with their difference, or the bodies of two tasks side by side."""
    across = _across(question, evidence)
    if said := compose_stricter(question, evidence):
        return said
    if bodies := compose_compared(question, evidence, clauses, across=across):
        return bodies
    if years := compose_years(question, evidence, measure, clauses):
        return years
    if across and (said := _of_documents(question, evidence, measure, clauses)):
        return said
    if not across and len(rows := _pair(question, evidence, measure)) > 1:
        return _side_by_side(question, rows)
    amounts = DIFFERENCE.search(question.standalone) or LARGER.search(question.standalone)
    if not across and not amounts and (tasks := two_tasks(measure, clauses)):
        return two_duties(question, *tasks)
    if not across and (kinds := of_kinds(question, measure, of_places(question, evidence, clauses))):
        return _beside(question, kinds)
    plain = not question.asks and not question.unit
    if amounts or (across and (plain or len(question.places) > 1)):
        return refuse(question, evidence, clauses)
    return compose_target(question, evidence, measure, clauses)


def _of_documents(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return the figures of several documents, or what they say, where their figures are of different kinds or none."""
    rows, documents = _per_document(question, evidence, measure), sides(question, evidence)
    silent = [document for document in documents if document not in [row.document for row in rows]]
    alike = len(rows) > 1 and len({(row.target.unit, is_change(row.target)) for row in rows}) == 1
    if not alike and (said := compose_wordings(question, evidence, measure, clauses, documents)):
        return said
    if len(rows) > 1:
        return _side_by_side(question, rows, silent)
    only = [_titled(question, row) for row in rows]
    return Draft("compare", (*only, *_silent(question, silent)), language=question.language) if only else None


def compose_years(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return one indicator's values for the years asked for; None where they are not of several years."""
    sides = of_years(question, evidence, measure, of_places(question, evidence, clauses))
    return _beside(question, sides) if sides else None


def of_places(question: Question, evidence: Evidence, clauses: Sequence[Found]) -> list[Found]:
    """Return the clauses of documents of the places named, all where none is: another place answers nothing."""
    cards = [evidence.card(d.source.doc_id) for d in documents_of(clauses)] if question.places else []
    own = [c.doc_id for c in cards if any(place in c.region or place in c.title for place in question.places)]
    return [found for found in clauses if found.document.source.doc_id in own] if own else list(clauses)


def _titled(question: Question, row: Row) -> Statement:
    """Say a figure under the title of its document."""
    said, colon = say(row, question), ": " if question.language == "en" else "："
    return replace(said, text=f"《{row.document.source.title}》{colon}{said.text}")


def _silent(question: Question, documents: Sequence[Document]) -> list[Statement]:
    """Say which of the documents compared state no figure to set beside the others."""
    if not documents:
        return []
    titles = "、".join(f"《{document.source.title}》" for document in documents)
    if question.language == "en":
        said = f"No figure for it: {titles}." if len(documents) <= NAMED else "The others state no figure for it."
    else:
        said = f"{titles if len(documents) <= NAMED else '其他所比文件'}没有写明同一指标的数值。"
    return [Statement(said, proved=False)]


def _across(question: Question, evidence: Evidence) -> bool:
    """Tell whether documents are set beside each other, named by level, place, title or number."""
    sides = max(len(question.levels) + len(question.places), len(NUMBERED.findall(question.standalone)))
    return len(evidence.cards) > 1 and (sides > 1 or bool(ACROSS.search(question.standalone)))


def _pair(question: Question, evidence: Evidence, measure: Measure) -> list[Row]:
    """Return, for a question about two indicators, the best target of each, in the order asked."""
    rows = [
        row
        for row in rank_targets(question, evidence, measure)
        if row.score > 0.25 and not aside(question, measure, own_words(row.document, row.target))
    ]
    chosen: list[Row] = []
    open_concepts = list(measure.concepts)
    while rows and open_concepts and len(chosen) < 3:
        best = max(
            rows,
            key=lambda row: sum(
                measure.weights[c.term] * matched(c, row.target.indicator.lower()) for c in open_concepts
            ),
        )
        covered = [c for c in open_concepts if matched(c, best.target.indicator.lower()) >= 0.8]
        if not covered:
            break
        chosen.append(best)
        open_concepts = [c for c in open_concepts if c not in covered]
        rows = [
            row for row in rows if row.target.span != best.target.span or row.target.indicator != best.target.indicator
        ]
    told = measure.coverage("\n".join(own_words(row.document, row.target) for row in chosen))
    return chosen if len(chosen) > 1 and told >= ACCEPT else []


def _per_document(question: Question, evidence: Evidence, measure: Measure) -> list[Row]:
    """Return the best fitting target of each document, one a level, from the highest level down."""
    named = len(question.places) > 1 and len(evidence.cards) > 1
    documents = evidence.scope() if named and not question.levels else sides(question, evidence)
    targets = [(document, target) for document in documents for target in document.targets]
    best: dict[str, Row] = {}
    # 高几个百分点 asks for the difference, not for targets in points; a share is no amount
    question = replace(question, unit="%" if question.unit in SHARES else "")
    for row in fitting(question, measure, rank_targets(question, evidence, measure, targets)):
        best.setdefault(row.document.source.doc_id, row)
    return sorted(best.values(), key=lambda row: level_rank(row.document.source.level))


def sides(question: Question, evidence: Evidence) -> list[Document]:
    """Return the documents of the levels and places named, where at least two are; else all.

    国家和晋城市 asks for the state's and the city's document, not for the province's between them.
    """
    cards = [card for card in (*evidence.cards, *evidence.others) if card.doc_id in evidence.documents]
    provinces_named = any(place in provinces() for place in question.places)
    told = {"市": bool(question.places), "省": provinces_named}  # 江苏和山东: not every province's
    levels = [level for level in question.levels if not told.get(level)]
    chosen = [
        card for card in cards
        if card.level in levels or any(card.region.startswith(p) or p in card.title for p in question.places)
    ]  # fmt: skip
    several = len(levels) + len(question.places) > 1 and len(chosen) > 1 and not EVERY.search(question.standalone)
    return [evidence.documents[card.doc_id] for card in (chosen if several else cards)]


def _side_by_side(question: Question, rows: Sequence[Row], silent: Sequence[Document] = ()) -> Draft:
    several = len({row.document.source.doc_id for row in rows}) > 1
    statements: list[Statement] = []
    for row in rows:
        said = say(row, question)
        name = f"《{row.document.source.title}》：" if several else ""
        statements.append(Statement(f"{name}{said.text}", said.quotes, item=several))
    statements = list(dict.fromkeys(statements))  # both may stand in one sentence
    statements += [*_difference(question, rows), *_stricter(question, rows), *_silent(question, silent)]
    return Draft("compare", tuple(statements), language=question.language)


def _beside(question: Question, sides: Sequence[Side]) -> Draft:
    """Set two values of one document beside each other, with their difference where each side prints one value."""
    rows = [row for row, _ in sides]
    plain = len(rows) == 2 and not any(row.target.value.is_nan() for row in rows)
    return beside(question, sides, _difference(question, rows) if plain else ())


def _difference(question: Question, rows: Sequence[Row]) -> list[Statement]:
    """Say how far apart two figures are; say that they are not comparable where their units differ."""
    a, b = rows[0].target, rows[-1].target
    quotes = (rows[0].quote, rows[-1].quote)
    if TOTAL.search(question.standalone) and len({row.target.unit for row in rows}) == 1:
        figure = _plain(sum((row.target.value for row in rows), Decimal(0)))
        text = f"Together {figure}{a.unit}." if question.language == "en" else f"合计{figure}{a.unit}。"
        return [Statement(text, tuple(row.quote for row in rows), derived=(figure,))]
    if unlike := UNLIKE["unit"] if a.unit != b.unit else UNLIKE["change"] if is_change(a) != is_change(b) else ():
        return [Statement(unlike[question.language == "en"], quotes)]
    gap = abs(a.value - b.value)
    if gap == 0:
        return [Statement("The figures are equal." if question.language == "en" else "两者数值相同。", quotes)]
    unit = "个百分点" if a.unit in ("%", "％") else "个千分点" if a.unit == "‰" else a.unit
    figure = _plain(gap)
    ends = [f"《{row.document.source.title}》" for row in (rows[-1], rows[0])] if len(rows) > 2 else []
    if question.language == "en":
        who = " and ".join(ends) or "They"
        text = f"{who} differ by {figure} {'percentage points' if unit == '个百分点' else unit}."
    else:
        text = f"{'与'.join(ends) or '两者'}相差{figure}{unit}{_larger(question, a, b)}。"
    return [Statement(text, quotes, derived=(figure,))]


def _larger(question: Question, a: Target, b: Target) -> str:
    """Name the indicator with the larger figure where it is asked which one of two it is."""
    larger = a if a.value > b.value else b
    return f"，{larger.indicator}的数值较大" if WHICH.search(question.standalone) and a.indicator != b.indicator else ""


def _stricter(question: Question, rows: Sequence[Row]) -> list[Statement]:
    """Say which of the first and the last figure is the stricter one, or why that cannot be told."""
    if not STRICT.search(question.standalone):
        return []
    (first, last), english = (rows[0], rows[-1]), question.language == "en"
    judged = judge((first.document, first.target), (last.document, last.target))
    if judged.relation not in (STRICTER, LAXER):
        said = f"Which is stricter cannot be told: {judged.reason}." if english else f"宽严不能比较：{judged.reason}。"
        return [Statement(said, (first.quote, last.quote), echoes=(judged.reason,))]
    title = f"《{(last if judged.relation == STRICTER else first).document.source.title}》"
    return [Statement(f"{title} is stricter." if english else f"{title}更严。", (first.quote, last.quote))]


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
