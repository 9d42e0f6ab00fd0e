"""The plan as it is read today, record by record; and as it was read by hand.

``pytest tests/test_golden.py --regen`` writes the golden files anew and fails, so that a change is looked at in the
diff.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest.document import Document
from ingest.manifest import read_manifest
from ingest.pipeline import parse
from kb.ledger import duty_record, target_record
from kb.settings import CORPUS

DOC = "jincheng-2023-15"
GOLDEN = Path(__file__).parent / "golden" / DOC
ADDRESSES = ("doc_id", "title", "doc_number")


@pytest.fixture(scope="module")
def document() -> Document:
    return parse(next(s for s in read_manifest(CORPUS / "manifest.jsonl") if s.doc_id == DOC))


@pytest.fixture(scope="module")
def gold(data: Path) -> dict[str, Any]:
    """The same document, read by hand."""
    found: dict[str, Any] = json.loads((data / "gold" / "plan_structure.json").read_text("utf-8"))
    return found


def outline(document: Document) -> list[Any]:
    page_of = document.page_of
    return [
        [c.path, c.level, c.label, c.heading, c.parent, c.span.start, c.span.end, c.extent.end, page_of(c.span.start)]
        for c in document.clauses
    ]


def duties(document: Document) -> list[Any]:
    records = [duty_record(document, duty) for duty in document.duties]
    bodies = [[[b.name, b.role, b.kind, b.canonical] for b in duty.bodies] for duty in document.duties]
    return [
        {k: v for k, v in r.items() if k not in ADDRESSES} | {"bodies": b} for r, b in zip(records, bodies, strict=True)
    ]


def targets(document: Document) -> list[Any]:
    records = (target_record(document, target) for target in document.targets)
    return [{key: value for key, value in record.items() if key not in ADDRESSES} for record in records]


def references(document: Document) -> list[Any]:
    return [[r.path, r.kind, r.number, r.title, document.slice(r.span)] for r in document.references]


def repairs(document: Document) -> list[Any]:
    """Count equal repairs: most drop a blank or a line end."""
    counted = Counter((r.kind, r.page, r.before, r.after) for r in document.repairs)
    return [[*repair, times] for repair, times in counted.items()]


@pytest.mark.parametrize("part", [outline, duties, targets, references, repairs])
def test_the_plan_is_read_as_before(document: Document, part: Any, request: pytest.FixtureRequest) -> None:
    records, file = part(document), GOLDEN / f"{part.__name__}.json"
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    if request.config.getoption("--regen", default=False):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"[\n{lines}\n]\n", "utf-8")
        pytest.fail(f"已重写 {file.name}：请核对差异后去掉 --regen 再运行")
    golden = json.loads(file.read_text("utf-8"))
    for now, before in zip(records, golden, strict=False):
        assert now == before
    assert len(records) == len(golden)


def test_the_plan_is_read_as_by_hand(document: Document, gold: dict[str, Any]) -> None:
    assert len(document.clauses) == gold["clause_count"] == 27
    assert len(document.duties) == gold["bracketed_clause_count"] == 21
    assert len(document.targets) == gold["numeric_target_count"] == 35
    assert {organ for duty in document.duties for organ in duty.named()} == set(gold["reverse_index"])


def test_every_clause_is_read_as_by_hand(document: Document, gold: dict[str, Any]) -> None:
    for clause, wanted in zip(document.clauses, gold["clauses"], strict=True):
        assert clause.path == wanted["id"]
        assert re.sub(r"\s", "", document.slice(clause.span)) == wanted["text_nospace"]
        own = [duty for duty in document.duties if duty.path == clause.path]
        assert [document.slice(duty.span) for duty in own] == ([wanted["bracket"]] if wanted["bracket"] else [])
        assert [list(duty.named()) for duty in own] == ([wanted["departments"]] if wanted["bracket"] else [])
        assert [duty.open_ended for duty in own] == ([wanted["has_deng"]] if wanted["bracket"] else [])
        targets = [target for target in document.targets if target.path == clause.path]
        figures = [(float(t.value), t.unit, t.baseline_year, t.deadline_year) for t in targets]
        by_hand = [(t["value"], t["unit"], t["baseline_year"], t["deadline_year"]) for t in wanted["numeric_targets"]]
        assert figures == by_hand


def test_the_duties_of_a_body_are_those_found_by_hand(document: Document, gold: dict[str, Any]) -> None:
    for organ, paths in gold["reverse_index"].items():
        assert [duty.path for duty in document.duties if organ in duty.named()] == paths, organ
