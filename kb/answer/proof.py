"""What a statement names against what its quotes prove: figures with their units, dates, 文号, bodies.

Each must stand in the quotes, or in the record of the document they come from (title, 文号, issuer, date, address,
heading); a difference or a count must follow from them. Units are compared where the quotes print one behind the
figure: a table keeps it in another cell. Other words are not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.document import FRONT, Document, Duty, Target
from ingest.figures import unit_at
from ingest.organs import find_bodies, split_names
from kb.answer.evidence import Evidence
from kb.answer.values import PERCENT
from kb.results import Quote, Statement

# 15.5% · 1,930 · 2025; a digit inside PM2.5 or CO2 belongs to the name
FIGURE = re.compile(r"(?<![A-Za-z\d.])\d+(?:[.,]\d+)*(?:[%％])?")
# 三万元 · 十五日 · 二倍: amounts as laws print them; 一个 and 两类 are words, 第三年 is an order
WRITTEN = re.compile(
    r"(?<![第一二两三四五六七八九十百千万〇零])[一二两三四五六七八九十百千万〇零]+(?:亿?元|倍|年|个?月|个?工作日|日|周岁|小时|吨)"
)
# 政发〔2023〕15号: the words before a 文号 run into it, so two characters of its 机关代字 are compared
NUMBER = re.compile(r"[一-鿿]{2}[〔\[［（(](?:19|20)\d\d[〕\]］）)]\s*第?\d{1,5}\s*号")
BLANKS = re.compile(r"(?<!\d)[ 　\t]+|[ 　\t]+(?!\d)")  # between figures they keep the cells of a row apart


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a statement names that its quotes do not prove."""

    kind: str
    what: str


def faults_of(statement: Statement, evidence: Evidence, items: Sequence[Statement]) -> list[Fault]:
    """Return what the statement names that its quotes, with ``items`` listed below it, do not prove."""
    if any(not _exists(quote, evidence) for quote in statement.quotes):
        return [Fault("quote", statement.text)]
    if not statement.quotes and statement.proved and not statement.derived:
        return [Fault("quote", statement.text)]
    proof = _squeeze("\n".join(_proof(quote, evidence) for quote in statement.quotes))
    text = _without_records(statement, evidence)
    faults = [Fault("number", number) for number in NUMBER.findall(text) if number not in proof]
    figures = {_plain(figure) for figure in FIGURE.findall(proof)}
    figures |= {figure for quote in statement.quotes for figure in _of_rows(quote, evidence)}
    echoed = {_plain(figure) for echo in statement.echoes for figure in FIGURE.findall(echo)}
    printed = _amounts(proof)
    for figure, units in _amounts(NUMBER.sub("", text)).items():
        if figure not in figures | echoed and not _derives(figure, statement, figures, len(items), evidence):
            faults.append(Fault("figure", figure))
        elif figure not in echoed and figure not in map(_plain, statement.derived):
            behind = printed.get(figure, set())
            faults += [Fault("unit", f"{figure}{unit}") for unit in units if _contradicts(unit, behind)]
    told = set(WRITTEN.findall("\n".join((proof, *statement.echoes))))
    faults += [Fault("figure", written) for written in WRITTEN.findall(text) if written not in told]
    for name, _, _ in find_bodies(text):
        if name not in proof and not any(name in echo or echo in name for echo in statement.echoes):
            faults.append(Fault("body", name))
    return faults


def _amounts(text: str) -> dict[str, set[str]]:
    """Return the figures of a text with the units printed behind each; an empty unit where none is.

    >>> _amounts("建成120公里，占15.5%，2025年")
    {'120': {'公里'}, '15.5%': {''}, '2025': {''}}
    """
    amounts: dict[str, set[str]] = {}
    for found in FIGURE.finditer(text):
        amounts.setdefault(_plain(found[0]), set()).add(unit_at(text, found.end())[0])
    return amounts


def _contradicts(unit: str, printed: Collection[str]) -> bool:
    """Tell whether a unit is another than the quotes print; where they print one elsewhere (a cell), it is not."""
    return bool(unit and printed) and "" not in printed and unit not in printed


def _of_rows(quote: Quote, evidence: Evidence) -> Iterator[str]:
    """Yield the figures of a quoted row of a table with the unit that the row prints in another cell (≤9, %)."""
    document = evidence.documents[quote.doc_id]
    for target in document.targets:
        if target.proofs and target.span == quote.span and target.unit == "%":
            values = (target.value, target.value_max)
            yield from (_plain(f"{value:f}%") for value in values if value is not None)
    cells = document.slice(quote.span).split("\t")
    if len(cells) > 1 and any(PERCENT.search(cell) for cell in cells):
        yield from (f"{_plain(figure)}%" for cell in cells for figure in FIGURE.findall(cell) if figure[-1].isdigit())


def _derives(figure: str, statement: Statement, figures: Iterable[str], items: int, evidence: Evidence) -> bool:
    """Tell whether a computed figure is a difference or sum of quoted ones, or a count on record or of a list."""
    if figure not in statement.derived:
        return False
    value = Decimal(_plain(figure).rstrip("%"))
    documents = {quote.doc_id: evidence.documents[quote.doc_id] for quote in statement.quotes}
    counts = {len(rows) for d in documents.values() for rows in (d.clauses, d.duties, d.targets)}
    clauses = {(quote.doc_id, quote.path) for quote in statement.quotes}
    counts |= {len(statement.quotes), len(clauses), len(documents), items, *_named(statement.text)}
    counts |= {count for quote in statement.quotes for count in _place(quote, documents[quote.doc_id])}
    if value in counts:
        return True
    numbers = [Decimal(f.rstrip("%")) for f in figures]
    return any(value in (abs(a - b), a + b) for a in numbers for b in numbers) or sum(numbers) == value


def _place(quote: Quote, document: Document) -> tuple[int, int]:
    """Return the place of the clause quoted among those beside it, from 1, and how many these are."""
    parent = document.clause(quote.path).parent
    beside = [clause.path for clause in document.clauses if clause.parent == parent and clause.path != FRONT]
    return (beside.index(quote.path) + 1 if quote.path != FRONT else 0), len(beside)


def _named(text: str) -> tuple[int, ...]:
    """Return how many names are listed after a colon; a mark may also stand inside a name (市、县〔区〕政府)."""
    listed = text.rpartition("：")[2].rstrip("。.") if "：" in text else ""
    return (len(split_names(listed)), len(listed.split("、"))) if listed else ()


def _without_records(statement: Statement, evidence: Evidence) -> str:
    """Return the statement's text without what is on record of the quoted documents, each as a whole.

    Title, 文号, issuers, date, address and heading were read from the document or declared in the manifest; a piece of
    one (the 7 of a 文号) proves nothing.
    """
    text = _squeeze(statement.text)
    records = {_squeeze(record) for quote in statement.quotes for record in _records(quote, evidence)}
    for record in sorted(records, key=len, reverse=True):
        text = text.replace(record, " ") if len(record) > 1 else text
    return text


def _records(quote: Quote, evidence: Evidence) -> Iterable[str]:
    card = evidence.card(quote.doc_id)
    clause = evidence.documents[quote.doc_id].clause(quote.path)
    day = "{}年{}月{}日".format(*(int(part) for part in card.date.split("-"))) if card.date else ""
    named = f"{clause.path}“{clause.heading}”"
    yield from (card.title, card.doc_number, *card.issuers, card.date or "", day, named, clause.path, clause.heading)


def _exists(quote: Quote, evidence: Evidence) -> bool:
    """Tell whether the quote is a stretch of the clause it is said to stand in."""
    document = evidence.documents.get(quote.doc_id)
    clause = next((c for c in document.clauses if c.path == quote.path), None) if document else None
    return bool(clause and quote.span.start < quote.span.end and clause.extent.holds(quote.span))


def _proof(quote: Quote, evidence: Evidence) -> str:
    """Return the words quoted; those of a table's row with its header and the merged cells that govern it."""
    document = evidence.documents[quote.doc_id]
    ledger: tuple[Duty | Target, ...] = (*document.duties, *document.targets)
    above = (span for row in ledger if row.span == quote.span for span in row.proofs)
    return "\n".join(document.slice(span) for span in (quote.span, *above))


def _squeeze(text: str) -> str:
    return BLANKS.sub("", text)


def _plain(figure: str) -> str:
    return figure.replace("％", "%").replace(",", "").rstrip(".")
