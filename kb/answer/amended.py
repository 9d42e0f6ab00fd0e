"""What an answer says of words that a later document changed: the value in force, what it was, what changed it.

The later document's clause is cited first, the changed clause second. Rows of the ledgers bring their change along;
any other quote that overlaps a changed stretch gets a sentence that says so. Where two notices contradict each other
and no date decides, the answer says so and chooses neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.changes import Change
from ingest.document import Duty, Span, Target
from kb.answer.evidence import Evidence
from kb.results import Draft, Quote, Statement

MOST = 6  # remarks under one answer; the ledgers list all
CLIP = 60


def proof(change: Change) -> Quote:
    """Return the sentence of the later document."""
    return Quote(change.doc_id, change.path, change.span)


def proofs(doc_id: str, row: Target | Duty) -> tuple[Quote, ...]:
    """Return what proves a row: the later documents' sentences where they changed it, then its own words."""
    own = tuple(Quote(doc_id, row.path, span) for span in (row.span, *row.proofs))
    if row.change is None:
        return own
    if row.change.undecided:
        return (*own, *map(proof, _sides(row.change)))
    return (proof(row.change), *own)


def source(change: Change, *, english: bool = False) -> str:
    """Return 《title》（文号）clause and day, each on record of the document quoted."""
    number = f"（{change.doc_number}）" if change.doc_number else ""
    where = "" if change.path == "0" else change.path
    day = f"{change.dated.year}年{change.dated.month}月{change.dated.day}日" if change.dated else ""
    if english:
        return f"《{change.title}》{number}{where}" + (f" ({change.dated.isoformat()})" if change.dated else "")
    return f"《{change.title}》{number}{where}" + (f"（{day}）" if day else "（日期未见）")


def history(change: Change, was: str, *, english: bool = False) -> str:
    """Return the end of a sentence about a changed row: what it was and what changed it."""
    old = _clip(change.old or was)
    if english:
        return f" (formerly “{old}”; {'deleted' if change.gone else 'changed'} by {source(change, english=True)})"
    return f"，已由{source(change)}删去" if change.gone else f"，原为“{old}”，由{source(change)}调整"


def undecided(change: Change, words: str, *, english: bool = False) -> str:
    """Return the sentence that says that notices contradict each other."""
    sides = [f"{source(c, english=english)}：“{_clip(c.new)}”" for c in _sides(change)]
    if english:
        return f"Printed: “{_clip(words)}”. Later documents contradict each other ({'; '.join(sides)}); undecided."
    return f"原文为“{_clip(words)}”；后来的文件对此规定不一，日期不足以确定以哪一份为准：{'；'.join(sides)}。"


def with_changes(draft: Draft, evidence: Evidence) -> Draft:
    """Return the draft with a sentence for each quoted stretch that a later document changed, unless it is said."""
    if not draft.answered:
        return draft
    said = {quote for s in draft.statements for quote in s.quotes}
    remarks: dict[tuple[Quote, Span, str], Statement] = {}
    for quote in list(said):
        for change in evidence.changes(quote.doc_id):
            if _touches(quote.span, change.at) and proof(change) not in said:
                remarks.setdefault((proof(change), change.at, change.new), _remark(change, quote, draft.language))
    ordered = sorted(remarks.items(), key=lambda item: (item[0][1], item[0][0].doc_id))
    return replace(draft, statements=(*draft.statements, *(remark for _, remark in ordered[:MOST])))


def _remark(change: Change, quote: Quote, language: str) -> Statement:
    english = language == "en"
    old, new = _clip(change.old), _clip(change.now if change.kind == "insert" else change.new)
    if change.gone:
        text = f"“{old}”" if old else "该条"
        words = f"{text}已由{source(change)}删去。" if not english else f"Deleted by {source(change, english=True)}."
    elif old:
        words = (
            f"Now “{new}” instead of “{old}”: {source(change, english=True)}."
            if english
            else f"其中“{old}”已由{source(change)}改为“{new}”。"
        )
    else:
        words = (
            f"Changed by {source(change, english=True)} to “{_clip(change.new)}”." if english
            else f"该条已由{source(change)}修改为“{_clip(change.new)}”。"
        )  # fmt: skip
    return Statement(words, (proof(change), quote))


def _sides(change: Change) -> Iterator[Change]:
    yield change
    yield from change.others


def _touches(quoted: Span, at: Span) -> bool:
    return quoted.start < at.end and at.start < quoted.end


def _clip(words: str) -> str:
    plain = re.sub(r"\s+", " ", words).strip("，；。、 ")
    return plain if len(plain) <= CLIP else plain[:CLIP] + "……"
