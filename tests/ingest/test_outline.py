"""Outline: which lines open a clause, under which address, and that clauses tile the text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Clause
from ingest.endings import Role, paragraph_roles
from ingest.headings import heading_of, title_of
from ingest.labels import Rank, read_label
from ingest.outline import build_outline

CASES = json.loads((Path(__file__).parents[1] / "cases" / "outline.json").read_text(encoding="utf-8"))
DATA = Path(__file__).parents[3] / "shared" / "data"
PIECES = [
    *("一、总则", "二、任务", "三、保障", "（一）修渠。清淤。", "（二）植树", "（七）验收"),
    *("1.清淤", "2.衬砌", "1.1 选址"),
    *("2.1.1布置", "（1）干渠", "①机械", "第一章 总则", "第二章 供水"),
    *("第一条 供水应当计量。", "第三条之一 备用。"),
    *("附件", "附件2", "附件：1.任务表", "专栏1 工程", "目录", "云岭县人民政府", "2031年3月5日", "抄送：县委办。"),
    *("云岭县清渠方案", "正文一段，没有编号。", "", "一、总则（一）原则", "第一条 甲。 第二条 乙。"),
    *("（", "第条", "附"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_outline(case: dict) -> None:
    found = build_outline("\n".join(case["lines"]))
    assert [[clause.path, clause.heading] for clause in found] == case["expect"]


def check_invariants(text: str, clauses: tuple[Clause, ...]) -> None:
    assert clauses[0].path == "0" and clauses[0].level == 0
    assert "".join(text[c.span.start : c.span.end] for c in clauses) == text
    assert all(a.span.end == b.span.start for a, b in zip(clauses, clauses[1:], strict=False))
    paths = [clause.path for clause in clauses]
    assert len(set(paths)) == len(paths)
    by_path = {clause.path: clause for clause in clauses}
    for clause in clauses:
        assert clause.extent.holds(clause.span)
        assert clause.ordinal == paths.index(clause.path)
        if clause.parent is None:
            assert clause.level <= 1
        else:
            parent = by_path[clause.parent]
            assert parent.level == clause.level - 1 and parent.ordinal < clause.ordinal
            assert parent.extent.holds(clause.extent)
        inside = [c for c in clauses[clause.ordinal + 1 :] if c.span.start < clause.extent.end]
        assert all(c.level > clause.level for c in inside)


@given(st.lists(st.sampled_from(PIECES), max_size=30))
@settings(max_examples=300)
def test_own_words_tile_and_extents_nest(lines: list[str]) -> None:
    text = "\n".join(lines)
    check_invariants(text, build_outline(text))


@given(st.text(alphabet="一二十（）()、.．1２第章节条附件专栏①。\n 《》", max_size=80))
@settings(max_examples=300)
def test_any_text_is_tiled(text: str) -> None:
    check_invariants(text, build_outline(text))


def test_levels_parents_and_extents() -> None:
    text = "题名\n一、甲\n引言\n（一）乙\n1.丙\n二、丁"
    _, first, second, third, last = build_outline(text)
    assert [c.level for c in (first, second, third, last)] == [1, 2, 3, 1]
    assert [c.parent for c in (first, second, third, last)] == [None, "一", "一（一）", None]
    assert text[first.span.start : first.span.end] == "一、甲\n引言\n"
    assert text[first.extent.start : first.extent.end] == "一、甲\n引言\n（一）乙\n1.丙\n"
    assert [c.label for c in (first, second, third)] == ["一、", "（一）", "1."]


def test_labels_above_the_body_are_not_read() -> None:
    text = "一、某栏目\n关于清渠的通知\n一、时间\n二、要求"
    assert [c.path for c in build_outline(text, text.index("关于"))] == ["0", "一", "二"]
    assert build_outline(text, text.index("关于"))[1].span.start == text.index("一、时间")


def test_ending_does_not_belong_to_the_last_clause() -> None:
    text = "一、安排\n二、要求\n抓紧清渠。\n特此通知。\n联系人：王某，电话：000-1。\n云岭县水利局\n2031年3月5日"
    clauses = build_outline(text)
    assert clauses[-1].path == "落款" and clauses[-1].level == 1
    assert text[clauses[-2].span.start : clauses[-2].span.end] == "二、要求\n抓紧清渠。\n"


@pytest.mark.parametrize(
    ("line", "rank", "address"),
    [
        ("（ 十二 ）推进", Rank.SECOND, "（十二）"),
        ("㈢推进", Rank.SECOND, "（三）"),
        ("１．推进", Rank.THIRD, "1"),
        ("⒊推进", Rank.THIRD, "3"),
        ("12、推进", Rank.THIRD, "12"),
        ("（２）推进", Rank.FOURTH, "（2）"),
        ("3）推进", Rank.FIFTH, "3）"),
        ("⑳推进", Rank.SIXTH, "⑳"),
        ("第 12 条 推进", Rank.ARTICLE, "第12条"),
        ("第一百二十条之二　推进", Rank.ARTICLE, "第一百二十条之二"),
        ("附 件 2-1：任务表", Rank.ATTACHMENT, "附件2-1"),
        ("附录A 术语", Rank.ATTACHMENT, "附录A"),
        ("专栏三：工程", Rank.BOX, "专栏三"),
    ],
)
def test_label(line: str, rank: Rank, address: str) -> None:
    label = read_label(line)
    assert label is not None and (label.rank, label.address) == (rank, address)


@pytest.mark.parametrize(
    "line",
    [
        *("", "推进", "一是推进", "一", "二〇三一年", "2031年，推进", "0.9%以内", "3.15万元", "第一，推进"),
        *("第一批项目", "第三方核查", "第二章规定的程序", "附件所列", "附近居民", "专栏所列工程"),
        *("（试行）", "（2031年）推进", "3万吨"),
        *("一、二期工程", "（三）、（四）项", "10.5%", "1，推进", "第十条第二款规定", "附表明细请见附件。", "①"),
    ],
)
def test_no_label(line: str) -> None:
    assert read_label(line) is None


@pytest.mark.parametrize(
    ("line", "following", "heading"),
    [
        ("（一）节约用水。全面推进。", [], "节约用水"),
        ("（一）节约用水", ["正文。"], "节约用水"),
        ("（一）节约用水。", ["正文接着写。"], "节约用水"),
        ("（一）节约用水。", ["（二）植树。"], ""),
        ("（一）节约用水；", ["（二）植树。"], ""),
        ("1.县水利局应当在每年汛期结束以后组织对全部渠道进行一次全面的检查评估。并公布。", [], ""),
        ("1.到2030年，漏损率降至9%以内。", [], ""),
        ("一、节约用水（县水利局、县财政局按职责分工负责）", [], "节约用水"),
        ("第五条 【抢修】管网破损应当抢修。", [], "抢修"),
        ("第五条 （抢修）", ["管网破损应当抢修。"], "抢修"),
        ("第五条 （一）项所列材料", [], ""),
        ("附件1", ["云岭县", "清渠工作方案", "一、目标"], "云岭县清渠工作方案"),
        ("附件1：任务表", [], "任务表"),
        ("附件1", ["1.清渠"], ""),
    ],
)
def test_heading(line: str, following: list[str], heading: str) -> None:
    label = read_label(line)
    assert label is not None and heading_of(label, line, following) == heading


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["云岭县清渠方案（试行）"], "云岭县清渠方案（试行）"),
        (["云岭县", "清渠方案", "为了清渠。"], "云岭县清渠方案"),
        (["各乡镇：", "清渠方案"], ""),
        (["为了清渠，制定本方案。"], ""),
        ([], ""),
    ],
)
def test_title(lines: list[str], title: str) -> None:
    assert title_of(lines) == title


@pytest.mark.parametrize(
    ("lines", "endings"),
    [
        (["正文。", "云岭县人民政府", "2031年3月5日"], [1, 2]),
        (["正文。", "教 育 部", "水\t利\t部", "二〇三一年三月五日", "（此件公开发布）"], [1, 2, 3, 4]),
        (["正文。", "云岭县水利局2031年3月5日"], [1]),
        (["正文。", "附件：1.清渠表", "2.植树表", "云岭县水利局", "2031年3月5日"], [1, 2, 3, 4]),
        (["正文。", "抄送：县委办，县", "人大办。", "云岭县政府办公室 2031年3月6日印发"], [1, 2, 3]),
        (["正文。", "附件：1.清渠任务分解", "表", "云岭县水利局", "2031年3月5日"], [1, 2, 3, 4]),
        (["正文。", "（新华社北京3月5日电）"], [1]),
        (["据新华社3月5日电，水位下降。"], []),
        (["工期自", "2031年3月5日", "开始。"], []),
        (["2031年3月5日，县水利局开会。"], []),
        (["附件：清渠任务表见县政府网站。", "正文。"], []),
        (["（一）成立领导小组", "2031年3月5日"], []),
    ],
)
def test_endings(lines: list[str], endings: list[int]) -> None:
    assert [at for at, role in enumerate(paragraph_roles(lines)) if role is Role.ENDING] == endings


def test_plan_has_the_clauses_of_the_gold_file() -> None:
    plan, gold = DATA / "plan" / "jincheng-2023-15.txt", DATA / "gold" / "plan_structure.json"
    if not plan.exists() or not gold.exists():
        pytest.skip("缺少 ../shared/data 中的方案原文或标注")
    from ingest.cleaning import clean
    from ingest.readers import read

    text = clean(read(plan)).text
    clauses = build_outline(text)
    expected = json.loads(gold.read_text(encoding="utf-8"))["clauses"]
    assert [c.path for c in clauses] == [e["id"] for e in expected]
    assert [c.heading for c in clauses[1:]] == [e["title"] for e in expected[1:]]
    for clause, wanted in zip(clauses, expected, strict=True):
        own = text[clause.span.start : clause.span.end]
        assert re.sub(r"\s", "", own) == re.sub(r"\s", "", wanted["text"])
