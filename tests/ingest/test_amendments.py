"""Amendments: which sentences change another document, where in it, and with which words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.amendments import extract_amendments, mark_amended
from ingest.document import Span
from ingest.outline import build_outline
from ingest.references import extract_references

CASES = json.loads((Path(__file__).parents[1] / "cases" / "amendments.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_amendments(case: dict) -> None:
    text = "\n".join(case["lines"])
    clauses = build_outline(text)
    references = extract_references(text, clauses)

    def words(span: Span | None) -> str:
        return text[span.start : span.end] if span else ""

    found = extract_amendments(text, clauses, references)
    assert [
        [a.kind, a.path, a.number, a.title, a.target_path, words(a.subject), words(a.old), words(a.new)] for a in found
    ] == case["expect"]
    for reference in mark_amended(references, found):
        assert reference.kind == "amends" or not any(a.span.holds(reference.span) for a in found)


PIECES = [
    *"“”。；，\n",
    "将",
    "《甲方案》",
    "第三条",
    "中的",
    "修改为",
    "由",
    "调整为",
    "目标",
    "12%",
    "删去",
    "增加一条",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_amendments_lie_in_their_clause(pieces: list[str]) -> None:
    text = "关于修改《甲方案》的决定\n一、" + "".join(pieces)
    clauses = build_outline(text)
    extents = {clause.path: clause.extent for clause in clauses}
    for a in extract_amendments(text, clauses, extract_references(text, clauses)):
        assert extents[a.path].holds(a.span)
        for span in (a.subject, a.old, a.new):
            assert span is None or 0 <= span.start <= span.end <= len(text)
