"""The versions of one row while several notices change it, and which of them holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from ingest.changes import Change
from ingest.document import Document, Duty, Span, Target
from ingest.sentences import sentence_spans

Row = Target | Duty


@dataclass(slots=True)
class Working:
    """One row while changes are applied: the stretch that states it, that stretch as changed so far, the versions."""

    printed: Row
    region: Span
    words: str
    row: Row
    versions: list[tuple[Row, Change]] = field(default_factory=list)

    def keep(self, row: Row, words: str, change: Change) -> None:
        """Add a version."""
        self.row, self.words = row, words
        self.versions.append((row, change))


def working_row(document: Document, row: Row) -> Working:
    """Return a row with the stretch that states it: a target's whole sentence, a duty's bracket or sentence."""
    region = row.span
    if isinstance(row, Target):
        sentences = sentence_spans(document.text, document.clause(row.path).span)
        region = next((s for s in sentences if s.holds(row.span)), row.span)
    return Working(row, region, document.slice(region), row)


def settled(w: Working) -> Row:
    """Return the row that holds: the version of the latest date; the printed one where no date decides."""
    if not w.versions:
        return w.printed
    ordered = sorted(w.versions, key=lambda v: v[1].dated or date.min)
    days = [list(group) for _, group in groupby(ordered, key=lambda v: v[1].dated)]
    last = days[-1]
    doubtful = len(days) > 1 and any(change.dated is None for _, change in ordered)
    contrary = len({_content(v) for v in (ordered if doubtful else last)}) > 1 and len({v[1].doc_id for v in last}) > 1
    row, change = w.versions[-1] if len({v[1].doc_id for v in w.versions}) == 1 else last[-1]
    others = tuple(c for _, c in ordered if c is not change)
    if contrary or (doubtful and len({_content(v) for v in ordered}) > 1):
        return replace(w.printed, change=replace(change, undecided=True, was=w.printed, others=others))
    return replace(row, change=replace(change, was=w.printed, others=others))


def _content(version: tuple[Row, Change]) -> object:
    row, change = version
    if isinstance(row, Target):
        return (change.gone, row.value, row.value_max, row.unit, row.deadline_year)
    return (change.gone, tuple(body.name for body in row.bodies), row.deadline)
