"""The only door from a Draft to an Answer: what its quotes do not prove is withheld.

Each quote is sliced from the document and kept verbatim. Each figure, date, 文号 and body that a statement names must
stand in its quotes, or in the record of the document they come from (title, 文号, issuer, date, address, heading); a
difference or a count must follow from them. A statement that fails is left out and listed in ``checks``; when nothing
is left, the answer is a refusal with the nearest clauses. Both composers pass through here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.document import FRONT, Document, Duty, Target
from ingest.figures import unit_at
from ingest.organs import find_bodies, split_names
from kb.answer.evidence import Evidence
from kb.answer.values import PERCENT
from kb.results import Answer, Check, Citation, Draft, Question, Quote, Related, Statement, cite

# 15.5% · 1,930 · 2025; a digit inside PM2.5 or CO2 belongs to the name
FIGURE = re.compile(r"(?<![A-Za-z\d.])\d+(?:[.,]\d+)*(?:[%％])?")
# 三万元 · 十五日 · 二倍: amounts as laws print them; 一个 and 两类 are words, 第三年 is an order
WRITTEN = re.compile(
    r"(?<![第一二两三四五六七八九十百千万〇零])[一二两三四五六七八九十百千万〇零]+(?:亿?元|倍|年|个?月|个?工作日|日|周岁|小时|吨)"
)
# 政发〔2023〕15号: the words before a 文号 run into it, so two characters of its 机关代字 are compared
NUMBER = re.compile(r"[一-鿿]{2}[〔\[［（(](?:19|20)\d\d[〕\]］）)]\s*第?\d{1,5}\s*号")
BLANKS = re.compile(r"(?<!\d)[ 　\t]+|[ 　\t]+(?!\d)")  # between figures they keep the cells of a row apart
CLOSING = re.compile(r"[。！？；：，.!?;:,]+$")
MARKERS = 4  # A sentence proved by more quotes shows this many markers and says how many there are.


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a statement names that its quotes do not prove."""

    kind: str
    what: str


def verify(draft: Draft, question: Question, evidence: Evidence) -> Answer:
    """Return the draft as an Answer, without the statements that fail; a refusal when no proved statement is left."""
    kept: list[Statement] = []
    checks: list[Check] = []
    for statement, faults in _checked(draft, evidence) if draft.answered else [(s, []) for s in draft.statements]:
        checks += [Check(f.kind, False, f"“{f.what}”不在所引原文中，该句不予显示。") for f in faults]
        if not faults:
            kept.append(statement)
    answered = draft.answered and any(s.quotes for s in kept)
    if draft.answered and not answered:
        kept = [Statement(_nothing(question), proved=False)]
    citations = _citations(kept, evidence) if answered else ()
    checks += _passed(citations, evidence)
    complete = answered and len(kept) == len(draft.statements)
    return Answer(
        question=question.text,
        standalone_question=question.standalone,
        answered=answered,
        kind=draft.kind if answered else "refusal",
        text=_text(kept, citations),
        departments=draft.departments if complete else (),
        inherited=draft.inherited if complete else (),
        citations=citations,
        checks=tuple(checks),
        related=_related(draft.related, evidence),
        composer=draft.composer,
    )


def _checked(draft: Draft, evidence: Evidence) -> list[tuple[Statement, list[Fault]]]:
    """Pair each statement with its faults; the sentence before a list is judged by the quotes of the whole list.

    One that brings the rows it counts (``unmarked``) is judged by them alone.
    """
    items = [s for s in draft.statements if s.item]
    listed = tuple(quote for s in items for quote in s.quotes)
    return [
        (s, _faults(replace(s, quotes=(*s.quotes, *listed)) if s.introduces and not s.unmarked else s, evidence, items))
        for s in draft.statements
    ]


def _faults(statement: Statement, evidence: Evidence, items: Sequence[Statement]) -> list[Fault]:
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


def _citations(statements: Sequence[Statement], evidence: Evidence) -> tuple[Citation, ...]:
    """Return one citation per distinct quote, numbered in order of first use."""
    quotes = dict.fromkeys(quote for statement in statements for quote in statement.quotes)
    return tuple(
        cite(evidence.documents[quote.doc_id], evidence.card(quote.doc_id), quote.path, quote.span, marker)
        for marker, quote in enumerate(quotes, start=1)
    )


def _passed(citations: Sequence[Citation], evidence: Evidence) -> list[Check]:
    """Return the checks of what is shown: quotes verbatim, and documents that are no longer in force as printed."""
    if not citations:
        return []
    checks = [
        Check("verbatim", True, f"{len(citations)}处引文均与原文逐字一致；所列数字、日期、文号、单位均见于引文。")
    ]
    for doc_id in dict.fromkeys(c.doc_id for c in citations):
        card = evidence.card(doc_id)
        if card.standing == "expired":
            checks.append(Check("status", False, f"《{card.title}》有效期至{card.expires}，已经届满，请核对现行规定。"))
        elif card.standing != "in_force":
            by = "、".join(card.amended_by) or "后文"
            how = "修改" if card.standing == "amended" else "废止或替代"
            checks.append(Check("status", False, f"《{card.title}》已被{by}{how}，请核对现行规定。"))
        if card.form == "digest":
            checks.append(
                Check("form", True, f"《{card.title}》为要点摘编，非原文；引用前请核对{card.doc_number or '原文'}。")
            )
    return checks


def _text(statements: Sequence[Statement], citations: Sequence[Citation]) -> str:
    """Join the statements, each with its markers before the closing punctuation; items stand on lines of their own."""
    marker = {(c.doc_id, c.path, c.start, c.end): c.marker for c in citations}
    text, listing, number = "", False, 0
    for statement in statements:
        number = number + 1 if statement.item else 0
        shown = statement.quotes if marker and not statement.unmarked else ()
        numbers = [marker[(q.doc_id, q.path, q.span.start, q.span.end)] for q in shown]
        words = f"{number}. {statement.text}" if statement.item else statement.text
        line = _marked(words, _markers(tuple(dict.fromkeys(numbers))))
        apart = statement.item or statement.introduces or listing
        text += ("\n" if text and apart else "" if _cjk_end(text) else " ") + line
        listing = statement.item
    return text.strip()


def _markers(numbers: Sequence[int]) -> str:
    """Return the markers of a sentence; of many only the first, with their number.

    >>> _markers((1, 2)), _markers((1, 2, 3, 4, 5, 9))
    ('〔1〕〔2〕', '〔1〕〔2〕〔3〕〔4〕等6处')
    """
    marked = "".join(f"〔{n}〕" for n in numbers[:MARKERS])
    return f"{marked}等{len(numbers)}处" if len(numbers) > MARKERS else marked


def _marked(text: str, markers: str) -> str:
    closing = CLOSING.search(text)
    at = closing.start() if closing else len(text)
    return text[:at] + markers + text[at:]


def _cjk_end(text: str) -> bool:
    return not text or text[-1] in "。！？；：\n"


def _related(quotes: Sequence[Quote], evidence: Evidence) -> tuple[Related, ...]:
    found: dict[tuple[str, str], Related] = {}
    for quote in quotes:
        if quote.doc_id in evidence.documents:
            clause = evidence.documents[quote.doc_id].clause(quote.path)
            title = evidence.card(quote.doc_id).title
            found.setdefault((quote.doc_id, clause.path), Related(quote.doc_id, clause.path, clause.heading, title))
    return tuple(found.values())


def _nothing(question: Question) -> str:
    if question.language == "en":
        return "The documents in the library do not say. The clauses listed are the nearest ones, not an answer."
    return "库中文件没有写明。所列条款只是与问题最接近的内容，不是答案。"


def with_check(answer: Answer, check: Check) -> Answer:
    """Return the answer with a further check, for what happened on the way (a language model that failed)."""
    return replace(answer, checks=(*answer.checks, check))
