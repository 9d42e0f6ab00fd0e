"""Rows of the ledger of duties as an answer uses them: which take part, what proves them, how a line names them."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.document import Document, Duty, Target
from ingest.organs import same_body
from ingest.sentences import sentence_spans
from kb.answer.amended import proofs
from kb.answer.evidence import Evidence, heading_of
from kb.results import Question, Quote, address_name

Row = tuple[Document, Duty]

ROLE_WORDS = {"lead": "牵头单位", "support": "配合单位", "": "责任单位"}
ROLE_EN = {"lead": "leading bodies", "support": "supporting bodies", "": "responsible bodies"}
LABEL_CHARS = 60
SHORTEST = 3  # characters of a name that can stand for a longer one
# Where a long text may be cut: behind a mark, never inside a figure.
CUT = re.compile(r"[，；、。：！？]|(?=[（(“《〔])")


def quote_of(row: Row) -> Quote:
    """Return the bracket or sentence that states the duty."""
    return Quote(row[0].source.doc_id, row[1].path, row[1].span)


def proof_of(row: Row) -> tuple[Quote, ...]:
    """Return what changed the duty, its words and, for a row of a table, its header and the merged cells above it."""
    return proofs(row[0].source.doc_id, row[1])


def rows_of(question: Question, evidence: Evidence) -> list[Row]:
    """Return the duties in which all bodies of the question take part, in the role asked for."""

    def takes_part(duty: Duty, organ: str) -> bool:
        return any(same_body(body.name, organ) and question.role in ("", body.role) for body in duty.bodies)

    return [(doc, duty) for doc, duty in evidence.duties() if all(takes_part(duty, organ) for organ in question.organs)]


def as_printed(question: Question, evidence: Evidence) -> Question:
    """Return the question with a body that no duty names put as the one printed name that holds its letters in order.

    邮政局 means 市邮政管理局 where no other name could be meant; 监管局 among several means none of them.
    """
    printed = dict.fromkeys(body.name for _, duty in evidence.duties() for body in duty.bodies)

    def meant(organ: str) -> str:
        if len(organ) < SHORTEST or any(same_body(name, organ) for name in printed):
            return organ
        longer = [name for name in printed if re.search(".*".join(map(re.escape, organ)), name)]
        return longer[0] if longer and all(same_body(longer[0], name) for name in longer) else organ

    return replace(question, organs=tuple(map(meant, question.organs)))


def bound_rows(question: Question, evidence: Evidence) -> list[Row]:
    """Return the duties that do not name the bodies of the question but bind them by a standing rule."""

    def bound(duty: Duty, organ: str) -> bool:
        named = any(same_body(body.name, organ) for body in duty.bodies)
        return not named and any(same_body(name, organ) for name in duty.inherited)

    return [(doc, duty) for doc, duty in evidence.duties() if all(bound(duty, organ) for organ in question.organs)]


def duties_at(document: Document, path: str) -> list[Duty]:
    """Return the duties stated in a clause, else those of the nearest clause above that states any."""
    at: str | None = path
    while at is not None:
        if own := [duty for duty in document.duties if duty.path == at]:
            return own
        at = document.clause(at).parent
    return []


def label_of(row: Row) -> tuple[str, tuple[Quote, ...]]:
    """Return the line that names a duty, with its proof: address and heading, and the task where they do not tell it.

    A clause may state several duties, and a table row or an unnumbered paragraph has no heading.
    """
    document, duty = row
    heading, quote = heading_of(document, duty.path), quote_of(row)
    where = f"{address_name(duty.path)} {heading}".strip()
    if heading and sum(other.path == duty.path for other in document.duties) == 1:
        return where, (quote,)
    spans = sentence_spans(document.text, duty.task_span)
    first = next((s for s in spans if document.slice(s).strip("。 ") != heading), None)
    if not heading and first == duty.span:  # a duty said in a sentence of an article
        label = document.clause(duty.path).label
        return f"{where}：{shorten(document.slice(first).removeprefix(label).strip())}", (quote,)
    if first is None or first == duty.span or not document.clause(duty.path).extent.holds(first):
        return where, (quote,)
    said = f"{where}：{shorten(document.slice(first))}"
    return said, (quote,) if duty.span.holds(first) else (quote, Quote(quote.doc_id, duty.path, first))


def shorten(text: str, limit: int = LABEL_CHARS) -> str:
    """Return the text on one line, cut behind a mark where it is too long.

    >>> shorten("推进管网改造，到2026年漏损率降到8.5%以内，完善计量。", 20)
    '推进管网改造……'
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line.rstrip("。；，")
    ends = [found.end() for found in CUT.finditer(line, 1, limit)]
    kept = line[: ends[-1]] if ends else re.sub(r"[\d.,%％]+$", "", line[:limit])
    return kept.rstrip("。；，、：") + "……"


def words_of(document: Document, target: Target) -> str:
    """Return what states a target: its printed words, or in words what a row of an indicator table prints in cells."""
    printed = document.slice(target.span)
    return _row_words(target) if "\t" in printed else printed


def _row_words(target: Target) -> str:
    """Say in words what a row of an indicator table prints in its cells.

    >>> from decimal import Decimal
    >>> from ingest.document import Span
    >>> _row_words(Target("三", Span(0, 9), "绿化率", "…以上", Decimal(24), unit="%", deadline_year=2025))
    '绿化率（2025年）：24%以上'
    """
    before, _, after = target.relation.partition("…")
    year = f"（{target.deadline_year}年）" if target.deadline_year else ""
    most = f"—{target.value_max:f}" if target.value_max is not None else ""
    nature = f"，{target.nature}" if target.nature else ""
    return f"{target.indicator}{year}：{before}{target.value:f}{most}{target.unit}{after}{nature}"
