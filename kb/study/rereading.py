"""A row of a ledger read again after its words were changed.

The changed words are read by the very rules that read the document, once before and once after the change; the fields
in which the two readings differ are the fields that the change moves. So a row keeps what it had from elsewhere: a
deadline said a sentence before, a base year, a nature.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ingest.document import Body, Clause, Duty, Span, Target
from ingest.figures import find_figures, flatten
from ingest.indicators import indicator_key
from ingest.organs import same_body
from ingest.phrases import Phrase, read_phrase
from ingest.targets import extract_targets

BRACKETS = "〔〕（）()[]［］【】。 "
_FIELDS = ("indicator", "relation", "value", "value_max", "unit", "baseline_year", "deadline_year", "nature")


def read_targets(words: str, path: str) -> tuple[Target, ...]:
    """Return the targets of a stretch of words as if they stood in the clause at ``path``."""
    whole = Span(0, len(words))
    return extract_targets(words, (Clause(0, 1, "", path, "", whole, whole),))[0]


def reread_target(row: Target, at: Span, before: str, after: str) -> tuple[Target, str] | None:
    """Return the row as the changed words state it, and the part of them that does; None where they state it no more.

    ``before`` and ``after`` are the sentence at ``at`` without and with the change.
    """
    old, new = read_targets(before, row.path), read_targets(after, row.path)
    index = next((i for i, t in enumerate(old) if _same_place(t, row, at)), None)
    if index is None:
        return None
    found = new[index] if len(new) == len(old) else _namesake(old[index], new)
    if found is None:
        return None
    moved: dict[str, Any] = {f: getattr(found, f) for f in _FIELDS if getattr(found, f) != getattr(old[index], f)}
    return replace(row, **moved), after[found.span.start : found.span.end]


def _same_place(found: Target, row: Target, at: Span) -> bool:
    return at.start + found.span.start == row.span.start and (found.indicator, found.value) == (
        row.indicator,
        row.value,
    )


def _namesake(old: Target, new: tuple[Target, ...]) -> Target | None:
    named = [t for t in new if indicator_key(t.indicator) == indicator_key(old.indicator)]
    return named[0] if len(named) == 1 else None


def with_figure(row: Target, new: str) -> Target | None:
    """Return the row with the one figure that ``new`` prints (15%, 下降15%以上, 20—25%); None where it prints none."""
    flat = flatten(new, Span(0, len(new))).text
    relation = row.relation.partition("…")[0]
    readings = [read_targets(f"{row.indicator}{verb}{new}", row.path) for verb in ("", relation)]
    stated = next((found for found in readings if len(found) == 1), ())
    if stated:
        found = stated[0]
        return replace(
            row,
            relation=found.relation,
            value=found.value,
            value_max=found.value_max,
            unit=found.unit,
            deadline_year=found.deadline_year or row.deadline_year,
        )
    figures = find_figures(flat)
    if len(figures) != 1:
        return None
    return replace(row, value=figures[0].value, value_max=figures[0].value_max, unit=figures[0].unit or row.unit)


def reread_duty(row: Duty, before: str, after: str, *, place: str = "") -> Duty | None:
    """Return the duty as its changed bracket or sentence states it; None where that names no body any more."""
    old, new = _phrase(before, place), _phrase(after, place)
    if old and new and _names(old.bodies) == _names(row.bodies):
        return replace(row, bodies=new.bodies, phrase="".join(after.split()), deadline=new.deadline or row.deadline)
    return None


def with_bodies(row: Duty, old: str, new: str, role: str, *, place: str = "") -> Duty | None:
    """Return the duty with one body in another's place; where no old one is named, all bodies of ``role`` leave."""
    phrase = _phrase(f"{new}负责", place)
    if phrase is None:
        return None
    leaving = _phrase(f"{old}负责", place) if old else None
    if old and not leaving:
        return None

    def leaves(body: Body) -> bool:
        if leaving:
            return any(same_body(body.name, other.name) for other in leaving.bodies) and role in ("", body.role)
        return body.role == role and body.kind != "local"

    at = next((i for i, body in enumerate(row.bodies) if leaves(body)), None)
    if at is None:
        return None
    joining = tuple(replace(body, role=row.bodies[at].role) for body in phrase.bodies)
    kept = [b for b in row.bodies if not leaves(b)]
    first = sum(not leaves(b) for b in row.bodies[:at])
    return replace(row, bodies=(*kept[:first], *joining, *kept[first:]))


def _phrase(words: str, place: str) -> Phrase | None:
    return read_phrase(words.strip(BRACKETS), place=place)


def _names(bodies: tuple[Body, ...]) -> list[str]:
    return [body.name for body in bodies]
