"""Answers from the cells of a table: 水泥熟料的基准水平, 风电2015年的装机, 污水处理率的现状值.

What a table of indicators sets as a goal is in the ledger of targets; here are the other cells. A cell answers where
its row, with the caption and the headings above, covers the question, and where the question names its column: by the
year, by words of the head that no other head has, or because there is no other column of values. Where the question
does not tell the columns apart none is chosen, and nothing is read from a blank cell or one without a figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from ingest.cell_values import read_values
from ingest.indicator_tables import BASE, GOAL, REMARK, YEAR
from ingest.sheets import Field
from ingest.words import bigrams
from kb.answer.evidence import Found
from kb.answer.figures.entries import Cells, Entry, entries_of
from kb.answer.figures.fitting import ACTUAL, another
from kb.answer.figures.stated import headings
from kb.answer.matching import matched
from kb.answer.measure import Measure
from kb.answer.values import PERCENT
from kb.results import Concept, Draft, Question, Statement

KINDS = ("target", "measure", "compare")
DEPTH = 20  # Clauses whose tables are read.
ENOUGH = 0.75  # Share of the question's weight that the row, its column and what stands above must cover.
CORE = 0.5  # How far the row or the head must print what the question is chiefly about.
ABOVE = 0.7  # What a concept counts that only the caption, a heading or the title prints.
TELLING = 0.5  # Words of this weight must be printed: all but adverbs, adjectives and numerals.
EQUAL = 0.02  # Rows this near to the best one answer as well: the four kinds of one product.
MOST = 6
AND = "[和与、及跟同]"
PERIOD = re.compile(r"[“\"]?十[一二三四五六]五[”\"]?|20\d\d年?")
MARKS = '“”"年'
DIGIT = re.compile(r"\d")
BY_UNIT = {"/": ("浓度", "强度"), "%": ("比例", "比重", "占比")}  # measures that a unit tells, where no word does
DIFFERENCE = re.compile(r"差(?!别)|[高低多少]多少|[高低多少]几|differ", re.I)


def compose_tabled(question: Question, measure: Measure, clauses: Sequence[Found]) -> Draft | None:
    """Return the cells whose rows and columns the question names, in printed order; None where it names none."""
    if question.intent not in KINDS or question.claim or not measure.concepts:
        return None
    entries = [entry for clause in _with_tables(clauses) for entry in entries_of(clause)]
    said = [(entry, _cells(question, entry)) for entry in _chosen(question, measure, entries)]
    if not 0 < len(said) <= MOST or any(entry.is_changed for entry, _ in said):
        return None
    statements = [Statement(_said(entry, cells), entry.quotes(cells), item=len(said) > 1) for entry, cells in said]
    return Draft("target", (*statements, *_difference(question, said)), language=question.language)


def _with_tables(clauses: Sequence[Found]) -> list[Found]:
    """Return the clauses in which tables stand, each once."""
    first = {(found.document.source.doc_id, found.path): found for found in reversed(clauses[:DEPTH])}
    return [found for found in first.values() if any(table.path == found.path for table in found.document.tables)]


def _chosen(question: Question, measure: Measure, entries: Sequence[Entry]) -> list[Entry]:
    """Return the rows that the question names, in printed order; nothing where they cover too little of it."""
    tables = {id(entry.table) for entry in entries if _cells(question, entry)}  # that have the column, or the year
    entries = [entry for entry in entries if id(entry.table) in tables]
    printed = [(_share(question, measure, [entry], _printed), entry) for entry in entries]
    best = max((share for share, _ in printed), default=0.0)
    rows = [entry for share, entry in printed if share >= best - EQUAL and _cells(question, entry)] if best else []
    if not rows:
        return []
    rows = [entry for entry in rows if entry.table is rows[0].table]
    rows += _beside(question, measure, rows, [entry for entry in entries if entry.table is rows[0].table])
    return sorted(rows, key=lambda entry: entry.row.span) if _covers(question, measure, rows) else []


def _beside(question: Question, measure: Measure, chosen: Sequence[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """Return rows of the same table for the other sides of a question: 风电和光伏."""
    told = "\n".join(entry.label for entry in chosen)
    terms = [re.escape(c.term) for c in measure.concepts if c.term not in told]
    sides = [term for term in terms if re.search(f"{AND}{term}|{term}{AND}", question.standalone)]
    return [entry for term in sides for entry in [e for e in entries if term in e.label][:1]]


def _covers(question: Question, measure: Measure, rows: Sequence[Entry]) -> bool:
    """Tell whether the rows, the heads of the cells chosen and what stands above print what the question is about."""
    own, above = _words(question, rows), _above(rows[0])
    words, core = f"{own}\n{above}", measure.core
    missing = [c for c in measure.concepts if not _told(question, c, rows)]
    if core in missing and (measure.found(core, own) < CORE or another(core, words)):
        return False
    if any(_printed(c, words) < CORE for c in missing if c.weight >= TELLING):
        return False
    return measure.names_in(words) and _share(question, measure, rows, measure.found) >= ENOUGH


def _share(
    question: Question, measure: Measure, rows: Sequence[Entry], found: Callable[[Concept, str], float]
) -> float:
    """Return the share of the question's weight that rows cover in their own words or in what stands above them."""
    own, above = _words(question, rows), _above(rows[0])

    def covered(c: Concept) -> float:
        return 1.0 if _told(question, c, rows) else max(found(c, own), ABOVE * found(c, above))

    return sum(measure.weights[c.term] * covered(c) for c in measure.concepts) / measure.total


def _words(question: Question, rows: Sequence[Entry]) -> str:
    """Return the words that name rows, their units and the heads over the cells asked for, else over all of them."""
    heads = (head for entry in rows for head, _ in _cells(question, entry) or entry.cells)
    return "\n".join((*(f"{entry.label} {entry.unit}" for entry in rows), *heads))


def _printed(c: Concept, words: str) -> float:
    return matched(c, words.lower())


def _told(question: Question, c: Concept, rows: Sequence[Entry]) -> bool:
    """Tell whether a head or the unit says what a word asks for: 基准水平 基准值, 2020年基准值 现状, mg/m3 浓度."""
    term = c.term.lower()
    heads = [head for entry in rows for head, _ in _cells(question, entry)]
    if any(sign in term for head in heads for sign in _signs(head)):
        return True
    if any(BASE.search(head) for head in heads) and (BASE.search(term) or ACTUAL.search(term)):
        return True
    return any(term in words and unit in _words(question, rows) for unit, words in BY_UNIT.items())


def _above(entry: Entry) -> str:
    """Return the caption of a table, the headings above it and the title."""
    document = entry.clause.document
    caption = document.slice(entry.table.caption) if entry.table.caption else ""
    return "\n".join((caption, headings(document, entry.clause.path), document.source.title))


def _cells(question: Question, entry: Entry) -> Cells:
    """Return the cells of a row whose columns the question names, in printed order; none unless all hold figures."""
    cells = entry.cells
    years = [str(year) for year in question.years if str(year) not in entry.label]
    if years != [*map(str, question.years)] and YEAR.fullmatch(entry.label.removesuffix("年")):
        years = []  # a row for each year
    if years:
        found = [[cell for cell in cells if year in cell[0]] for year in years]
        cells = [cell for of_year in found for cell in of_year] if all(found) else []
        aimed = bool(GOAL.search(question.standalone))  # 2020年目标 and 2020年情况 stand beside each other
        meant = [cell for cell in cells if bool(GOAL.search(cell[0])) == aimed]
        cells = meant if len(cells) > len(years) and meant else cells
    else:
        cells = _by_words(question, cells) or (cells if len(cells) == 1 else [])
    held = [(head, field) for head, field in cells if field and DIGIT.search(field.words)]
    return held if len(held) == len(cells) else []


def _by_words(question: Question, cells: Sequence[tuple[str, Field | None]]) -> Sequence[tuple[str, Field | None]]:
    """Return the cells under heads of which the question prints words that no other head has.

    现状 and 目前 ask for the column of what is, whatever it is called.
    """
    heads = {head: _signs(head) for head, _ in cells}
    asked = question.standalone.lower()
    own = {
        head: [s for s in signs if not any(s in others for other, others in heads.items() if other != head)]
        for head, signs in heads.items()
    }
    named = [cell for cell in cells if any(sign in asked for sign in own[cell[0]])]
    named = [cell for cell in named if all(period.strip(MARKS) in asked for period in PERIOD.findall(cell[0]))]
    if not named and ACTUAL.search(asked):
        named = [cell for cell in cells if BASE.search(cell[0])]
    return named


def _signs(head: str) -> tuple[str, ...]:
    """Return what tells a head from others: the pairs of its characters, or a code as a whole (PM2.5)."""
    plain = PERIOD.sub("", REMARK.sub("", head).lower())
    return tuple(bigrams(plain)) if not plain.isascii() else (plain,) if plain else ()


def _said(entry: Entry, cells: Cells) -> str:
    """Put a row into words: its names, then each cell with its head and its unit.

    A % of another cell is written behind the figure; any other unit stands where the table prints it.
    """
    percent = "%" if any(PERCENT.search(words) for words in (entry.unit, entry.label)) else ""
    unit = f"（{entry.unit}）" if entry.unit and not percent else ""
    values = (f"{head}{_figure(field.words, percent or _unit_of(head))}" for head, field in cells)
    return f"{entry.label}{unit}：{'，'.join(values)}。"


def _figure(words: str, unit: str) -> str:
    return f"{words}{unit}" if words[-1:].isdigit() else words


def _unit_of(head: str) -> str:
    return "%" if PERCENT.search(head) else ""


def _difference(question: Question, said: Sequence[tuple[Entry, Cells]]) -> list[Statement]:
    """Return how far apart the two values asked for are, where they are two, of one unit."""
    cells = [(entry, field) for entry, fields in said for _, field in fields]
    values = [found[0].value for _, field in cells if len(found := read_values(field.words)) == 1]
    units = {entry.unit or "".join(REMARK.findall(entry.label)) for entry, _ in cells}
    if len(cells) != 2 or len(values) != 2 or len(units) > 1 or not DIFFERENCE.search(question.standalone):
        return []
    gap = format(abs(Decimal(values[0]) - Decimal(values[1])).normalize(), "f")
    quotes = tuple(quote for entry, fields in said for quote in entry.quotes(fields))
    english = question.language == "en"
    return [Statement(f"They differ by {gap}." if english else f"两者相差{gap}。", quotes, derived=(gap,))]
