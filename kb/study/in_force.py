"""Ledgers as they stand today: what later notices change, applied when asked and never written over.

A notice says 将《…》三（二）中的“下降12%”修改为“下降15%”; the plan's row then has the new value, and its ``change``
says what changed it and what it was. Notices are taken in order of their dates; a later one wins over an earlier one.
Where two contradict each other and a date is missing or the same, the row keeps what is printed and its change is
``undecided``. A change that finds no place in the document (address or words unknown, several rows possible) moves
nothing and is listed with the reason. Notices that are not yet in effect, or are older than the document, change
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ingest.changes import Amendment, Change
from ingest.document import Document, Duty, Span, Target
from kb.study.placing import clauses_at, closest, find_words, swap
from kb.study.rereading import read_targets, reread_duty, reread_target, with_bodies, with_figure
from kb.study.versions import Row, Working, settled, working_row

FindName = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A change that could not be applied, and why."""

    change: Change
    reason: str


@dataclass(frozen=True, slots=True)
class Current:
    """A document with its ledgers as they stand, every change that found its place, and those that did not."""

    document: Document
    changes: tuple[Change, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edit:
    """One amendment with the words it is made of."""

    amendment: Amendment
    subject: str
    old: str
    new: str
    change: Change


def in_force(document: Document, notices: Sequence[Document], find: FindName, today: date) -> Current:
    """Return the document as the notices leave it on ``today``; ``find`` gives the document that a name means."""
    edits = [e for notice in _in_order(document, notices, today) for e in _edits(document, notice, find)]
    if not edits:
        return Current(document)
    printed: list[Row] = [*document.targets, *document.duties]
    working = [working_row(document, row) for row in printed]
    changes: list[Change] = []
    unplaced: list[Unplaced] = []
    for edit in edits:
        placed, reason = _apply(document, edit, working)
        changes += placed
        if reason:
            unplaced.append(Unplaced(edit.change, reason))
    rows = [settled(item) for item in working]
    targets = tuple(row for row in rows if isinstance(row, Target))
    duties = tuple(row for row in rows if isinstance(row, Duty))
    return Current(replace(document, targets=targets, duties=duties), tuple(changes), tuple(unplaced))


def without_moved(document: Document, current: Callable[[str], Current], find: FindName) -> Document:
    """Return a notice without the rows of its ledgers that only say how another document's rows change."""
    spans: list[Span] = []
    for amendment in document.amendments:
        target = find(amendment.number, amendment.title)
        if not target or target == document.source.doc_id:
            continue
        rows: list[Row] = [*current(target).document.targets, *current(target).document.duties]
        changes = [c for row in rows if row.change for c in (row.change, *row.change.others)]
        if any(c.doc_id == document.source.doc_id and c.span == amendment.span for c in changes):
            spans.append(amendment.span)
    targets = tuple(t for t in document.targets if not any(s.holds(t.span) for s in spans))
    duties = tuple(d for d in document.duties if not any(s.holds(d.span) for s in spans))
    return replace(document, targets=targets, duties=duties) if spans else document


def _in_order(document: Document, notices: Sequence[Document], today: date) -> list[Document]:
    """Return the notices in effect, the earliest first; those without a date last."""
    dated = document.source.dated

    def begins(notice: Document) -> date | None:
        return notice.validity.effective or notice.source.dated

    valid = [n for n in notices if (begins(n) or today) <= today]
    valid = [n for n in valid if not (dated and n.source.dated and n.source.dated < dated)]
    return sorted(valid, key=lambda n: (n.source.dated or date.max, n.source.doc_id))


def _edits(document: Document, notice: Document, find: FindName) -> Iterable[_Edit]:
    for a in notice.amendments:
        if find(a.number, a.title) != document.source.doc_id or notice is document:
            continue
        subject, old, new = (notice.slice(s) if s else "" for s in (a.subject, a.old, a.new))
        source = notice.source
        yield _Edit(a, subject, old, new, Change(
            source.doc_id, source.number, source.title, source.dated, a.path, a.span, notice.slice(a.span),
            notice.page_of(a.span.start), Span(0, 0), a.kind, old, new,
        ))  # fmt: skip


def _apply(document: Document, edit: _Edit, working: list[Working]) -> tuple[list[Change], str]:
    """Apply one edit to the rows it means; return the changes placed, and the reason where there is none."""
    clauses = clauses_at(document, edit.amendment.target_path)
    if not clauses and edit.amendment.kind != "add":
        return [], f"原文没有“{edit.amendment.target_path}”"
    scope = Span(clauses[0].extent.start, clauses[-1].extent.end) if clauses else Span(0, 0)
    rows = [w for w in working if scope.holds(w.printed.span)]
    match edit.amendment.kind:
        case "value":
            return _value(document, edit, rows, scope)
        case "body":
            return _body(document, edit, rows)
        case "add":
            return [replace(edit.change, at=Span(scope.end, scope.end), now=edit.new)], ""
        case "clause":
            return _whole(document, edit, rows, clauses[0].span)
        case "delete" if not edit.old:
            return _whole(document, edit, rows, scope)
        case _:
            return _words(document, edit, rows, scope)


def _words(document: Document, edit: _Edit, rows: list[Working], scope: Span) -> tuple[list[Change], str]:
    """Exchange words wherever they stand in scope, those that an earlier notice put there included."""
    found = find_words(document.text, edit.old, scope)
    meant = _meant(edit, rows, found)
    if meant is not None:
        found = tuple(s for s in found if any(w.region.holds(s) for w in meant))
        rows = meant
    new = edit.old + edit.new if edit.amendment.kind == "insert" else edit.new
    placed = [replace(edit.change, at=span, now=new, gone=edit.amendment.kind == "delete") for span in found]
    for w in rows:
        inside = [s for s in found if s.start < w.region.end and w.region.start < s.end]
        changed = swap(w.words, edit.old, new)
        if changed == w.words and inside:  # an earlier notice has exchanged them already
            changed = swap(document.slice(w.region), edit.old, new)
        if changed != w.words:
            change = replace(edit.change, at=inside[0] if inside else w.region)
            placed += [] if inside else [change]
            _restate(document, w, changed, change)
    return placed, "" if placed else f"原文没有“{edit.old}”"


def _meant(edit: _Edit, rows: list[Working], found: Sequence[Span]) -> list[Working] | None:
    """Return the rows that the words before the quotation single out, where the quoted words stand in several."""
    if len(found) < 2 or not edit.subject:
        return None
    targets = [w.printed for w in rows if isinstance(w.printed, Target)]
    named = closest(edit.subject, targets)
    return [w for w in rows if w.printed in named] or None


def _restate(document: Document, w: Working, words: str, change: Change) -> None:
    """Read a row again from its changed words and keep the version."""
    before = document.slice(w.region)
    if isinstance(w.printed, Duty):
        duty = reread_duty(w.printed, before, words, place=document.source.region)
        if duty is None and change.old and change.new:
            duty = with_bodies(w.printed, change.old, change.new, "", place=document.source.region)
        if duty is not None and duty != w.printed:
            w.keep(duty, words, replace(change, now=words))
        return
    found = reread_target(w.printed, w.region, before, words)
    if found and found[0] != w.printed:
        w.keep(found[0], words, replace(change, now=found[1]))
    elif not found and read_targets(before, w.printed.path):
        w.keep(w.printed, words, replace(change, now="", gone=True))


def _value(document: Document, edit: _Edit, rows: list[Working], scope: Span) -> tuple[list[Change], str]:
    """Give the one row that the subject names its new figure."""
    targets = [w for w in rows if isinstance(w.printed, Target)]
    named = closest(edit.subject, [w.printed for w in targets if isinstance(w.printed, Target)])
    meant = [w for w in targets if w.printed in named]
    if edit.old:
        holding = [w for w in meant or targets if _states(w, edit.old)]
        meant = holding if meant or len(holding) == 1 else []
    if len({id(w) for w in meant}) != 1:
        if edit.old and not meant and find_words(document.text, edit.old, scope) and edit.amendment.target_path:
            return _words(document, edit, rows, scope)
        return [], f"“{edit.subject}”在原文中{'不止一处' if meant else '没有找到'}"
    w = meant[0]
    printed = document.slice(w.printed.span)
    row = with_figure(w.row, edit.new) if isinstance(w.row, Target) else None
    if row is None:
        return [], f"“{edit.new}”不是一个数值"
    where = find_words(document.text, edit.old, w.printed.span) if edit.old else ()
    now = swap(printed, edit.old, edit.new) if where else f"{row.indicator}{edit.new}"
    change = replace(edit.change, at=where[0] if where else w.printed.span, now=now)
    w.keep(row, swap(w.words, edit.old, edit.new) if edit.old else w.words, change)
    return [change], ""


def _states(w: Working, old: str) -> bool:
    """Tell whether a row, as printed or as changed so far, has the figure that the notice says it had."""
    for row in (w.printed, w.row):
        said = with_figure(row, old) if isinstance(row, Target) else None
        if said and isinstance(row, Target) and (said.value, said.value_max) == (row.value, row.value_max):
            return True
    return False


def _body(document: Document, edit: _Edit, rows: list[Working]) -> tuple[list[Change], str]:
    """Exchange bodies in the duties in scope that name the old one; without an old one, in the only duty there."""
    roles = {"牵头": "lead", "主办": "lead", "主责": "lead", "配合": "support", "协办": "support"}
    role = next((value for word, value in roles.items() if word in edit.subject), "")
    duties = [w for w in rows if isinstance(w.printed, Duty)]
    if not edit.old and len(duties) != 1:
        return [], "没有写明原来的单位，原文有多处责任分工"
    placed: list[Change] = []
    for w in duties:
        for base in (w.row, w.printed):
            row = _exchanged(base, edit, role, document.source.region)
            if row is not None:
                change = replace(edit.change, at=w.printed.span, now=swap(w.words, edit.old, edit.new))
                w.keep(row, change.now, change)
                placed.append(change)
                break
    return placed, "" if placed else f"原文责任分工没有“{edit.old or edit.subject}”"


def _exchanged(base: Row, edit: _Edit, role: str, place: str) -> Duty | None:
    role = role or ("" if edit.old else "responsible")
    return with_bodies(base, edit.old, edit.new, role, place=place) if isinstance(base, Duty) else None


def _whole(document: Document, edit: _Edit, rows: list[Working], at: Span) -> tuple[list[Change], str]:
    """Put a new wording in a clause's place, or delete it: rows it states again are changed, the others are gone."""
    change = replace(edit.change, at=at, now=edit.new, gone=not edit.new)
    for w in rows:
        if not at.holds(w.printed.span):
            continue
        again: Row | None = None
        if isinstance(w.printed, Target) and edit.new:
            named = closest(w.printed.indicator, read_targets(edit.new, w.printed.path))
            again = named[0] if len(named) == 1 else None
        elif isinstance(w.printed, Duty) and edit.new:
            again = reread_duty(w.printed, document.slice(w.region), edit.new, place=document.source.region)
        row = replace(again, path=w.printed.path, span=w.printed.span) if again else w.printed
        w.keep(row, edit.new, replace(change, gone=again is None))
    return [change], ""
