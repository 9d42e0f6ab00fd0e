"""References: which mentions of other documents are taken, and what kind they are."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.outline import build_outline
from ingest.references import extract_references, normal_number

CASES = json.loads((Path(__file__).parents[1] / "cases" / "references.json").read_text(encoding="utf-8"))
DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_references(case: dict) -> None:
    text = "\n".join(case["lines"])
    own = {"own_number": case["own_number"], "own_title": case["own_title"]}
    found = extract_references(text, build_outline(text), **own)
    assert [[r.kind, r.path, r.number, r.title, text[r.span.start : r.span.end]] for r in found] == case["expect"]


PIECES = [*"《》〈〉（）。\n", "〔2030〕", "7号", "某政发", "根据", "废止", "的通知", "关于", "令第3号", "一、", "甲乙"]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_mentions_lie_in_their_clause_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    clauses = build_outline(text)
    spans = {clause.path: clause.span for clause in clauses}
    found = extract_references(text, clauses)
    assert [r.span for r in found] == sorted(r.span for r in found)
    for reference in found:
        assert reference.number or reference.title
        assert spans[reference.path].start <= reference.span.start < spans[reference.path].end
        assert reference.span.start < reference.span.end <= len(text)


@pytest.mark.parametrize("text", ["《", "《\n》", "执行《节水规定，\n《", "《》《甲"])
def test_a_title_left_open_or_empty_is_none(text: str) -> None:
    assert not extract_references(text, build_outline(text))


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("某政发[2030] 第7号", "某政发〔2030〕7号"),
        ("某政发（2030）7 号", "某政发〔2030〕7号"),
        ("某政发﹝2030年﹞7号", "某政发〔2030〕7号"),
        ("水利部令 第 7 号", "水利部令第7号"),
        ("水利部公告（2030年）第7号", "水利部公告〔2030〕7号"),
        ("水利部公告2030年第 7 号", "水利部公告2030年第7号"),
        ("某政发〔2030〕7号", "某政发〔2030〕7号"),
        ("", ""),
    ],
)
def test_normal_number(printed: str, number: str) -> None:
    assert normal_number(printed) == number


def test_plan_implements_its_two_parents() -> None:
    plan = DATA / "plan" / "jincheng-2023-15.txt"
    if not plan.exists():
        pytest.skip("缺少 ../shared/data 中的方案原文")
    from ingest.cleaning import clean
    from ingest.readers import read

    text = clean(read(plan)).text
    found = extract_references(text, build_outline(text), own_number="晋市政发〔2023〕15号")
    assert [(r.number, r.title) for r in found if r.kind == "implements"] == [
        ("国发〔2021〕33号", "“十四五”节能减排综合工作方案"),
        ("晋政发〔2022〕25号", "“十四五”节能减排实施方案"),
    ]
    assert {r.kind for r in found if r.path != "0"} == {"cites"}


def test_titles_that_others_annotated_are_found() -> None:
    """At least 95 in 100 of the annotated titles that are printed in the texts, spelling of marks aside."""
    table = DATA / "policies" / "references.csv"
    if not table.exists():
        pytest.skip("缺少 ../shared/data 中的引用标注")
    from ingest.cleaning import clean
    from ingest.readers import read

    def bare(title: str) -> str:
        return re.sub(r"[\s《》〈〉<>“”\"（）()〔〕\[\]，、·—-]", "", title)

    wanted: dict[int, set[str]] = {}
    with table.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            wanted.setdefault(int(row["number"]), set()).add(bare(row["referenced_title"]))
    printed = found = 0
    for path in sorted(table.parent.glob("*.pdf"))[::4]:
        text = clean(read(path)).text
        titles = {bare(r.title) for r in extract_references(text, build_outline(text)) if r.title}
        for title in wanted.get(int(path.name[:3]), ()):
            if f"《{title}" in re.sub(r"[^\w《]", "", text) or title in bare(text):
                printed += 1
                found += any(title in known or known in title for known in titles)
    assert printed > 50
    assert found / printed >= 0.95
