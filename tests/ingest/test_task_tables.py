"""Task tables: columns and merged cells, headers, names in cells, and what is kept with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Clause, Duty, Span
from ingest.duties import extract_duties
from tests.table_samples import lay_out

CASES = json.loads((Path(__file__).parent.parent / "cases" / "task_tables.json").read_text(encoding="utf-8"))
ROLES = {"leads": "lead", "supports": "support", "responsible": "responsible"}
WORDS = [
    "",
    "—",
    "任务",
    "责任单位",
    "牵头单位",
    "配合单位",
    "完成时限",
    "市水务局",
    "市财政局 市林业局",
    "同上",
    "清淤",
]
GRIDS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.sampled_from(WORDS), min_size=width, max_size=width), min_size=1, max_size=6)
)


def shown(duty: Duty, text: str) -> dict[str, object]:
    found: dict[str, object] = {
        key: [b.name for b in duty.bodies if b.role == role and b.kind != "local"] for key, role in ROLES.items()
    }
    found |= {"local": [b.name for b in duty.bodies if b.kind == "local"], "phrase": duty.phrase}
    found |= {"task": text[duty.task_span.start : duty.task_span.end], "deadline": duty.deadline}
    return found | {"open": duty.open_ended, "proofs": [text[s.start : s.end] for s in duty.proofs]}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_task_tables(case: dict) -> None:
    text, table = lay_out(case["rows"])
    clauses = (Clause(0, 0, "", table.path, "", table.span, table.span),)
    duties, unread = extract_duties(text, clauses, tables=(table,))
    assert len(duties) == len(case["duties"]), [d.phrase for d in duties]
    for duty, wanted in zip(duties, case["duties"], strict=True):
        empty: dict[str, object] = {key: [] for key in (*ROLES, "local")} | {"deadline": None, "open": False}
        found = shown(duty, text)
        assert {key: found[key] for key in empty | wanted} == empty | wanted
        assert table.span.holds(duty.span)
    assert [text[u.span.start : u.span.end] for u in unread] == case.get("unread", [])
    assert all(u.path == table.path and u.reason for u in unread)


def test_rows_stand_among_the_brackets_of_their_clause() -> None:
    text, table = lay_out([["任务", "责任单位"], ["清淤（市财政局配合）", "市水务局"]])
    before = "总则。（市政府办负责）\n"
    moved = Span(len(before), len(before) + len(text))
    cells = tuple(
        type(c)(Span(c.span.start + len(before), c.span.end + len(before)), c.row, c.column) for c in table.cells
    )
    table = type(table)("一", moved, None, cells)
    whole = Span(0, moved.end)
    duties, _ = extract_duties(before + text, (Clause(0, 1, "", "一", "", whole, whole),), tables=(table,))
    assert [(d.ordinal, d.named()) for d in duties] == [(1, ("市政府办",)), (2, ("市水务局",))]


@given(GRIDS)
def test_whatever_the_table_bodies_are_printed_in_their_row_or_its_proofs(rows: list[list[str]]) -> None:
    text, table = lay_out(rows)
    duties, unread = extract_duties(text, (Clause(0, 0, "", table.path, "", table.span, table.span),), tables=(table,))
    for duty in duties:
        printed = "".join("".join(text[s.start : s.end].split()) for s in (duty.span, *duty.proofs))
        assert all(body.name in printed for body in duty.bodies)
        assert table.span.holds(duty.task_span)
    assert all(table.span.holds(left.span) for left in unread)
