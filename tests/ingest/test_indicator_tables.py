"""Indicator tables: values by year, units, relations and natures, and what is kept with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.document import Clause, Span, Table, Target
from ingest.targets import extract_targets
from tests.table_samples import lay_out

CASES = json.loads((Path(__file__).parent.parent / "cases" / "indicator_tables.json").read_text(encoding="utf-8"))
EMPTY = {"relation": "", "max": None, "unit": "", "baseline": None, "deadline": None, "nature": None}


def moved(table: Table, by: int) -> Table:
    def shift(span: Span) -> Span:
        return Span(span.start + by, span.end + by)

    return replace(table, span=shift(table.span), cells=tuple(replace(c, span=shift(c.span)) for c in table.cells))


def shown(target: Target, text: str) -> dict[str, object]:
    return {
        "indicator": target.indicator,
        "relation": target.relation,
        "value": format(target.value, "f"),
        "max": target.value_max and format(target.value_max, "f"),
        "unit": target.unit,
        "baseline": target.baseline_year,
        "deadline": target.deadline_year,
        "nature": target.nature,
        "proofs": [text[span.start : span.end] for span in target.proofs],
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_indicator_tables(case: dict) -> None:
    before = case.get("before", "")
    rows, table = lay_out(case["rows"])
    text, table = before + rows, moved(table, len(before))
    clauses = (Clause(0, 0, "", table.path, "", Span(0, len(text)), Span(0, len(text))),)
    targets, unread = extract_targets(text, clauses, tables=(table,))
    found = [shown(target, text) for target in targets]
    assert len(found) == len(case["targets"]), found
    for target, wanted in zip(found, case["targets"], strict=True):
        assert {key: target[key] for key in EMPTY | wanted} == EMPTY | wanted
    assert all(table.span.holds(target.span) for target in targets)
    assert [text[u.span.start : u.span.end] for u in unread] == case.get("unread", [])
