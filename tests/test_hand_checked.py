"""Ledgers and outlines of real documents against the PDF: whole rows right, in printed words.

A duty is right when its clause and all bodies in all roles are; a target when its clause, value and unit are. Each file
under ``golden/duties`` and ``golden/targets`` holds the rows by hand and the F1 that is held. An outline under
``golden/outlines`` was compared with the pages by eye, clause by clause: address, level, page, how the heading begins.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.document import Document, Duty
from ingest.manifest import source_of
from ingest.pipeline import parse

GOLDEN = Path(__file__).parent / "golden"
SHOWN = 12
"""Characters of a heading that are held."""
POLICIES = Path(__file__).resolve().parents[2] / "shared" / "data" / "policies"


def by_hand(ledger: str) -> list[Path]:
    return sorted((GOLDEN / ledger).glob("*.json"))


@cache
def document(number: str) -> Document:
    found = sorted(POLICIES.glob(f"{number}-*.pdf"))
    if not found:
        pytest.skip("没有 ../shared/data/policies：手工核对的文件不在")
    return parse(source_of(found[0]))


def golden(path: Path) -> tuple[float, list[Any]]:
    record = json.loads(path.read_text("utf-8"))
    return record["f1"], record["rows"]


def names(duty: Duty, role: str) -> tuple[str, ...]:
    return tuple(sorted(body.name for body in duty.bodies if body.role == role))


def f1(found: Iterable[Hashable], wanted: Iterable[Hashable]) -> float:
    """Twice the rows that are in both over the rows of both.

    >>> f1("aab", "abb")
    0.6666666666666666
    """
    first, second = Counter(found), Counter(wanted)
    return 2 * (first & second).total() / (first.total() + second.total())


@pytest.mark.parametrize("path", by_hand("duties"), ids=lambda path: path.stem)
def test_duties_are_those_written_by_hand(path: Path) -> None:
    floor, rows = golden(path)
    wanted = [(address, *(tuple(sorted(bodies)) for bodies in roles)) for address, *roles in rows]
    roles = ("lead", "support", "responsible")
    found = [(duty.path, *(names(duty, role) for role in roles)) for duty in document(path.stem).duties]
    assert f1(found, wanted) >= floor, {"missing": Counter(wanted) - Counter(found)}


@pytest.mark.parametrize("path", by_hand("targets"), ids=lambda path: path.stem)
def test_targets_are_those_written_by_hand(path: Path) -> None:
    floor, rows = golden(path)
    wanted = [(address, Decimal(value), unit) for address, value, unit in rows]
    found = [(target.path, target.value, target.unit) for target in document(path.stem).targets]
    assert f1(found, wanted) >= floor, {"missing": Counter(wanted) - Counter(found)}


@pytest.mark.parametrize("path", by_hand("outlines"), ids=lambda path: path.stem)
def test_outlines_are_those_checked_by_eye(path: Path) -> None:
    read = document(path.stem)
    found = [[c.path, c.level, read.page_of(c.span.start), c.heading[:SHOWN]] for c in read.clauses]
    assert found == json.loads(path.read_text("utf-8"))
