"""Alignment and findings: what is one indicator, what is stricter, what is missing, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.document import Document, Source
from ingest.pipeline import parse
from ingest.words import bigrams
from kb.render import align_text, findings_text
from kb.study.alignment import align, align_targets, align_tasks
from kb.study.comparing import in_base, judge
from kb.study.findings import business, clauses_without_body, findings
from kb.study.sheets import alignment_sheet, findings_sheet

CASES = json.loads((Path(__file__).parents[1] / "cases" / "comparing.json").read_text(encoding="utf-8"))


def alike(query: str, texts: Sequence[str]) -> list[float]:
    """Take shared pairs of characters for likeness, as a stand-in for the embedding."""
    own = set(bigrams(query))
    return [2 * len(own & set(bigrams(t))) / max(1, len(own) + len(set(bigrams(t)))) for t in texts]


def read(folder: Path, name: str, body: str, region: str = "云岭县") -> Document:
    path = folder / f"{name}.txt"
    path.write_text(body, "utf-8")
    return parse(Source(name, path, name, title=f"{name}方案", region=region))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_relations(case: dict, tmp_path: Path) -> None:
    regions = case.get("regions", ["云岭县", "云岭县"])
    documents = [
        read(tmp_path, name, f"一、目标\n{case[name]}", region)
        for name, region in zip(("first", "other"), regions, strict=True)
    ]
    found = judge(*((d, d.targets[0]) for d in documents))
    assert found.relation == case["relation"]
    assert case.get("reason", "") in found.reason


PARENT = """一、目标
到2025年，单位地区生产总值能耗比2020年下降13%，城市污水处理率达到95%，漏损率控制在9%以内。
二、任务
（一）工业节能改造工程。推进锅炉改造，建设能源中心。〔省工业和信息化厅牵头，省水利厅配合〕
（二）城镇节水工程。推进管网改造。〔省住房城乡建设厅负责〕
（三）河湖治理工程。开展清淤疏浚。〔省水利厅负责〕
"""
CHILD = """一、目标
到2025年，全县能耗强度比2020年下降15%，农村污水处理率达到45%，漏损率控制在10%以内。
二、任务
（一）实施城镇节水工程。推进老旧管网改造。〔县住建局负责〕
（二）工业节能改造工程。推进锅炉改造，建设能源站。〔县工信局牵头，县水务局、县气象局配合〕
三、保障
（一）宣传。每年开展一次宣传。
（二）督查。每年检查一次。〔县政府办负责〕
"""


@pytest.fixture
def parent(tmp_path: Path) -> Document:
    return read(tmp_path, "parent", PARENT, "云岭省")


@pytest.fixture
def child(tmp_path: Path) -> Document:
    return read(tmp_path, "child", CHILD)


def test_wordings_of_one_indicator_are_one_and_scopes_are_not(parent: Document, child: Document) -> None:
    rows = align_targets([parent, child], alike)
    found = {row["indicator"]: row["relation"] for row in rows}
    assert found == {
        "单位地区生产总值能耗": "stricter",
        "漏损率": "laxer",
        "城市污水处理率": "absent",
        "农村污水处理率": "absent",
    }
    assert all(0 <= row["confidence"] <= 1 for row in rows)


def test_cells_are_verbatim(parent: Document, child: Document) -> None:
    for row in align([parent, child], alike):
        for document, cell in zip((parent, child), row["cells"], strict=True):
            assert cell is None or cell["quote"] == document.text[cell["start"] : cell["end"]]


def test_tasks_are_paired_by_title_and_text_not_by_number(parent: Document, child: Document) -> None:
    rows = align_tasks([parent, child], alike)
    pairs = [tuple(cell and cell["path"] for cell in row["cells"]) for row in rows]
    assert pairs == [("二（一）", "二（二）"), ("二（二）", "二（一）"), ("二（三）", None), (None, "三（二）")]
    assert [row["relation"] for row in rows] == ["same", "same", "absent", "absent"]


def test_more_than_two_documents_are_set_against_the_first(parent: Document, child: Document) -> None:
    rows = align_targets([parent, child, parent], alike)
    assert rows[0]["relations"] == ["stricter", "same"]
    assert rows[0]["relation"] == "mixed"


def test_names_much_alike_of_another_scope_are_side_by_side_but_not_compared(tmp_path: Path) -> None:
    names = (
        "大型规模化养殖场氨排放总量",
        "平原地区大型规模化养殖场氨排放总量",
        "重点平原地区大型规模化养殖场氨排放总量",
    )
    first, _, other = (read(tmp_path, f"n{i}", f"一、目标\n到2025年，{n}削减5%。") for i, n in enumerate(names))
    (row,) = align_targets([first, other], alike)
    assert row["relation"] == "not_comparable"
    assert "范围不同" in row["reason"]


def test_a_document_is_the_same_as_itself(child: Document) -> None:
    assert {row["relation"] for row in align([child, child], alike)} == {"same"}


@pytest.mark.parametrize(
    ("one", "other", "times"),
    [
        ("μg/m3", "微克/立方米", 1), ("\u00b5g/m\u00b3", "ug/m3", 1), ("毫克/立方米", "微克/立方米", 1000),
        ("万m3/d", "立方米/日", 10**4), ("吨/天", "吨/日", 1), ("KW", "千瓦", 1), ("MW", "千瓦", 1000), ("％", "%", 1),
        ("μg/m3", "微克", None), ("A", "年", None), ("m2", "立方米", None), ("%", "个百分点", None),
        ("吨/日", "吨/年", None),
    ],
)  # fmt: skip
def test_a_unit_is_known_by_its_sign_and_by_its_name(one: str, other: str, times: int | None) -> None:
    (first, factor), (second, divisor) = in_base(one), in_base(other)
    assert (factor / divisor if first == second else None) == times


def test_findings_have_evidence(parent: Document, child: Document) -> None:
    found = findings(child, parent, alike)
    kinds: dict[str, list[str]] = {}
    for row in found:
        kinds.setdefault(row["finding"], []).append(row["text"])
        for e in row["evidence"]:
            text = parent.text if e["doc_id"] == "parent" else child.text
            assert e["quote"] == text[e["start"] : e["end"]]
    assert list(kinds) == [
        "task_missing", "indicator_missing", "indicator_laxer", "indicator_stricter", "body_without_counterpart",
        "clause_without_body",
    ]  # fmt: skip
    assert "河湖治理工程" in kinds["task_missing"][0]
    assert [t for t in kinds["body_without_counterpart"] if "气象局" in t]
    assert not [t for t in kinds["body_without_counterpart"] if "水务" in t]


def test_clauses_without_a_body_are_those_that_do_something(child: Document) -> None:
    assert [row["evidence"][0]["path"] for row in clauses_without_body(child)] == ["一", "三（一）"]


def test_a_document_without_bodies_has_no_clauses_without_a_body(tmp_path: Path) -> None:
    assert clauses_without_body(read(tmp_path, "bare", "一、目标\n漏损率控制在9%以内。")) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("市水务局", "省水利厅", True),
        ("县工信局", "工业和信息化部", True),
        ("市市场监管局", "市场监管总局", True),
        ("市城管局", "住房城乡建设部", True),
        ("市机关事务服务中心", "国管局", True),
        ("市园林绿化局", "国家林草局", False),
        ("市气象局", "省水利厅", False),
        ("市教育局", "市体育局", False),
    ],
)
def test_bodies_of_two_levels(one: str, other: str, same: bool) -> None:
    assert (business(one) == business(other)) == same


def test_sheets_have_a_column_for_each_document(parent: Document, child: Document) -> None:
    rows = alignment_sheet(align([parent, child], alike))
    assert list(rows[0])[-2:] == ["《parent方案》", "《child方案》"]
    assert rows[0]["《child方案》"] == "下降 15%（比2020年，到2025年，一）"
    assert findings_sheet(findings(child, parent, alike))[0]["证据"].startswith("《parent方案》二（三）：“")


def test_what_a_digest_states_is_called_a_digest(parent: Document, child: Document) -> None:
    digest = replace(parent, source=replace(parent.source, form="digest"))
    rows = alignment_sheet(align([digest, child], alike))
    assert list(rows[0])[-2:] == ["《parent方案》（要点摘编，非原文）", "《child方案》"]
    assert all("第1页" not in str(value) for row in rows for value in row.values())
    assert "》二（三）（要点摘编，非原文）：“" in findings_sheet(findings(child, digest, alike))[0]["证据"]
    text = align_text(align([digest, child], alike))
    assert "（要点摘编，非原文）\n" in text and findings_text(findings(child, digest, alike)).count("非原文") > 0


def test_the_plan_against_its_parent_in_full(data: Path) -> None:
    """Pairs that a reader finds in the two documents, with the figures printed there."""
    plan, upper = data / "plan" / "jincheng-2023-15.txt", next((data / "policies").glob("005-*.pdf"))
    documents = [parse(Source("parent", upper, "p")), parse(Source("plan", plan, "c"))]
    rows = align_targets(documents, alike)
    relations = {row["indicator"]: row["relation"] for row in rows if None not in row["cells"]}
    expected = {
        "全国单位国内生产总值能源消耗": "stricter", "万元工业增加值用水量": "laxer", "农村生活污水治理率": "laxer",
        "秸秆综合利用率": "stricter", "畜禽粪污综合利用率": "same", "绿色防控覆盖率": "laxer", "统防统治覆盖率": "same",
        "非化石能源占能源消费总量比重": "laxer", "城市污泥无害化处置率": "stricter",
        "新增污水处理能力": "not_comparable", "城镇生活垃圾焚烧处理能力": "not_comparable",
    }  # fmt: skip
    assert {name: relations.get(name) for name in expected} == expected
    tasks = [row for row in align_tasks(documents, alike) if None not in row["cells"]]
    assert len(tasks) >= 20  # 21 with the embedding
    moved = {row["cells"][0]["path"]: row["cells"][1]["path"] for row in tasks if row["indicator"].endswith("工程")}
    assert (moved["三（八）"], moved["三（一）"], moved["三（十）"]) == ("三（一）", "三（二）", "三（十）")
