"""Targets: every form of a quantified goal, and as many figures that are none."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Clause, Span, Target
from ingest.figures import find_figures, flatten
from ingest.indicators import split_names
from ingest.periods import find_periods, year_written
from ingest.targets import extract_targets, indicator_key

CASES = json.loads((Path(__file__).parents[1] / "cases" / "targets.json").read_text(encoding="utf-8"))
GOLD = Path(__file__).parents[3] / "shared" / "data" / "gold" / "plan_structure.json"
OPTIONAL = {"value_max": None, "baseline_year": None, "deadline_year": None, "nature": None, "carried": []}


def one_clause(
    text: str, *, label: str = "", path: str = "一", heading: str = "", front: str = ""
) -> tuple[Clause, ...]:
    own = Span(len(front), len(text))
    return (
        Clause(0, 0, "", "0", "", Span(0, len(front)), Span(0, len(front))),
        Clause(1, 1, label, path, heading, own, own),
    )


def read(case: dict[str, Any]) -> tuple[str, tuple[Target, ...]]:
    front = case.get("front", "")
    text = front + case["text"]
    named = {key: case[key] for key in ("label", "path", "heading") if key in case}
    return text, extract_targets(text, one_clause(text, front=front, **named))[0]


def shown(target: Target, text: str, *, quote: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "indicator": target.indicator,
        "relation": target.relation,
        "value": str(target.value),
        "value_max": None if target.value_max is None else str(target.value_max),
        "unit": target.unit,
        "baseline_year": target.baseline_year,
        "deadline_year": target.deadline_year,
        "nature": target.nature,
        "carried": list(target.carried),
    }
    return found | ({"quote": text[target.span.start : target.span.end]} if quote else {})


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    text, targets = read(case)
    wanted = [OPTIONAL | target for target in case["targets"]]
    quotes = [*("quote" in target for target in wanted), *(False for _ in targets)]
    assert [shown(target, text, quote=quote) for target, quote in zip(targets, quotes, strict=False)] == wanted


@pytest.mark.parametrize("case", [case for case in CASES if case["targets"]], ids=lambda case: case["name"])
def test_the_quote_holds_the_value(case: dict[str, Any]) -> None:
    text, targets = read(case)
    for target in targets:
        assert target.span.start >= len(case.get("front", ""))
        quote = flatten(text, target.span).text
        assert target.value in {figure.value for figure in find_figures(quote)}


def test_children_take_the_deadline_of_their_lead_in() -> None:
    lead, child = "二、主要目标\n到2025年，实现以下目标：\n", "（一）林业。森林覆盖率达到40%。"
    text = lead + child
    clauses = (
        Clause(0, 1, "二、", "二", "主要目标", Span(0, len(lead)), Span(0, len(text))),
        Clause(1, 2, "（一）", "二（一）", "林业", Span(len(lead), len(text)), Span(len(lead), len(text)), "二"),
    )
    (target,), _ = extract_targets(text, clauses)
    assert (target.path, target.deadline_year, target.carried) == ("二（一）", 2025, ("deadline_year",))


def test_parts_before_the_general_aims_are_background() -> None:
    first, second = "一、开启新征程\n森林覆盖率达到33%。\n", "二、总体要求\n森林覆盖率达到35%。"
    text = first + second
    clauses = (
        Clause(0, 1, "一、", "一", "开启新征程", Span(0, len(first)), Span(0, len(first))),
        Clause(1, 1, "二、", "二", "总体要求", Span(len(first), len(text)), Span(len(first), len(text))),
    )
    assert [target.value for target in extract_targets(text, clauses)[0]] == [Decimal(35)]


WORDS = st.lists(
    st.sampled_from(
        [
            "到2025年，",
            "漏损率",
            "控制在",
            "9%",
            "以内",
            "、",
            "，",
            "；",
            "。",
            "\n",
            "分别",
            "达到",
            "15—20%",
            "和",
            "（",
            "）",
            "“",
            "”",
            "《",
            "》",
        ]
        + [
            "新建",
            "3座",
            "污水厂",
            "比2020年",
            "由",
            "的",
            "力争",
            "百分之",
            "十",
            "两",
            "为",
            "0",
            "截至",
            "万",
            "其中",
            "每",
            "第",
            " ",
            "：",
        ]
    ),
    max_size=40,
).map("".join)


@given(WORDS)
def test_targets_lie_in_their_clause_and_say_what_is_printed(text: str) -> None:
    for target in extract_targets(text, one_clause(text))[0]:
        assert 0 <= target.span.start < target.span.end <= len(text)
        assert target.indicator
        assert target.value_max is None or target.value_max.is_finite()
        assert not target.carried or target.deadline_year


@given(
    st.decimals(min_value=0, max_value=10**7, places=2),
    st.sampled_from(["%", "万吨", "公里", "家", "万立方米/日", "个百分点", "亿元"]),
)
def test_figures_read_back(value: Decimal, unit: str) -> None:
    (figure,) = find_figures(f"达到{value}{unit}以上")
    assert (figure.value, figure.unit, figure.suffix) == (value, unit, "以上")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("为0；", [("0", None, "", "")]),
        ("１００", []),
        ("10%以上（含本数）", [("10", None, "%", "以上（含本数）")]),
        ("三成以上", [("30", None, "%", "以上")]),
        ("超过七成", [("70", None, "%", "")]),
        ("三成为旱地", []),
        ("百分之十五至百分之二十", [("15", "20", "%", "")]),
        ("300克标准煤/千瓦时", [("300", None, "克标准煤/千瓦时", "")]),
        ("2.3万千瓦时/吨", [("2.3", None, "万千瓦时/吨", "")]),
        ("6吨/月·平方公里", [("6", None, "吨/月·平方公里", "")]),
        ("4万m3/d", [("4", None, "万m3/d", "")]),
        ("由5个到10个", [("5", None, "个", ""), ("10", None, "个", "")]),
        ("3个月、24个小时、5人", [("5", None, "人", "")]),
        ("零部件、四处、处理", []),
        ("PM2.5、CO2、A4、1:1、0.1%m/m", []),
    ],
)
def test_figures(text: str, expected: list[tuple[str, str | None, str, str]]) -> None:
    found = [
        (str(f.value), None if f.value_max is None else str(f.value_max), f.unit, f.suffix)
        for f in find_figures(text)
        if not f.spoken or f.value != 4
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "written", "expected"),
    [
        ("2025年底前", 2023, [("deadline", 2025)]),
        ("“十五五”末", None, [("deadline", 2030)]),
        ("2023—2025年", 2023, [("deadline", 2025)]),
        ("占比2025年达到", 2023, [("deadline", 2025)]),
        ("较2020年", 2023, [("baseline", 2020)]),
        ("与2020年相比", 2023, [("baseline", 2020)]),
        ("以2019年为基期", 2023, [("baseline", 2019)]),
        ("比“十三五”下降", 2023, [("baseline", 2020)]),
        ("由2020年的", 2023, [("origin", 2020)]),
        ("2021年，", 2023, [("past", 2021)]),
        ("“十四五”以来", 2023, [("past", 2025)]),
        ("近年来", None, [("past", None)]),
        ("“十四五”规划", 2023, []),
        ("12个月", 2023, []),
    ],
)
def test_periods(text: str, written: int | None, expected: list[tuple[str, int | None]]) -> None:
    assert [(period.kind, period.year) for period in find_periods(text, written=written)] == expected


def test_the_year_of_a_document() -> None:
    assert year_written("甲市人民政府\n2022年5月6日\n乙政发〔2023〕1号") == 2022
    assert year_written("二〇二二年五月六日\n") == 2022
    assert year_written("依据甲发〔2019〕3号、〔2021〕7号") == 2021
    assert year_written("到2025年5月建成") is None


@pytest.mark.parametrize(
    ("indicator", "count", "names"),
    [
        ("市、县污泥处置率", 2, ("市污泥处置率", "县污泥处置率")),
        (
            "钢铁、水泥、玻璃行业达到标杆水平的产能比例",
            3,
            ("钢铁行业达到标杆水平的产能比例", "水泥行业达到标杆水平的产能比例", "玻璃行业达到标杆水平的产能比例"),
        ),
        ("绿地率、覆盖率", 2, ("绿地率", "覆盖率")),
        ("甲企业（含A、B厂）、乙企业产量", 2, ("甲企业（含A、B厂）产量", "乙企业产量")),
        ("绿地率、覆盖率", 3, None),
        ("绿地率", 1, None),
    ],
)
def test_names_of_a_list(indicator: str, count: int, names: tuple[str, ...] | None) -> None:
    assert split_names(indicator, count) == names


SAME = [
    ["全市单位地区生产总值能源消耗", "单位国内生产总值能源消耗", "单位GDP能耗", "万元地区生产总值能耗", "能耗强度"],
    ["单位地区生产总值二氧化碳排放", "单位GDP二氧化碳排放量", "碳排放强度"],
    ["非化石能源占能源消费总量比重", "非化石能源占一次能源消费的比例", "非化石能源消费占比"],
    ["全省非化石能源占能源消费总量的比重", "非化石能源占比"],
    ["细颗粒物（PM2.5）年均浓度", "PM2.5浓度", "细颗粒物平均浓度"],
    ["挥发性有机物排放总量", "VOCs排放量", "VOC排放总量"],
    ["空气质量优良天数比率", "环境空气质量优良天数比例", "优良天数比率"],
    ["万元工业增加值用水量", "单位工业增加值用水量"],
    ["规模以上工业单位增加值能耗", "全省规模以上工业企业万元工业增加值能耗"],
    ["新建大型数据中心平均PUE值", "新建大型数据中心电能利用效率"],
    ["城镇新建建筑中绿色建筑占比", "全区城镇新建建筑中绿色建筑比重"],
    ["主要农作物秸秆综合利用率", "秸秆综合利用率"],
    ["农田灌溉水有效利用系数", "农业灌溉水有效利用系数"],
    ["焦化企业数", "焦化企业数量"],
    ["农村生活污水治理率", "到2025年，我市农村生活污水治理率"],
]  # fmt: skip
DIFFERENT = [
    ("城市污水处理率", "农村污水处理率"),
    ("单位GDP能耗", "单位GDP二氧化碳排放"),
    ("能源消费总量", "能耗强度"),
    ("污水处理能力", "新增污水处理能力"),
    ("规模以上工业单位增加值能耗", "单位GDP能耗"),
    ("化肥利用率", "农药利用率"),
    ("生活污水集中收集率", "生活污水收集率"),
    ("新建大型数据中心PUE值", "数据中心用电量"),
    ("规模以上工业单位增加值能耗", "规模以上工业增加值"),
]


@pytest.mark.parametrize("wordings", SAME, ids=lambda wordings: wordings[0])
def test_wordings_of_one_indicator_share_a_key(wordings: list[str]) -> None:
    assert len({indicator_key(wording) for wording in wordings}) == 1


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_indicators_keep_different_keys(one: str, other: str) -> None:
    assert indicator_key(one) != indicator_key(other)


@pytest.mark.skipif(not GOLD.exists(), reason="../shared/data is not there: the plan's target gold cannot be compared")
def test_plan_gives_exactly_its_targets() -> None:
    compared = 0
    for gold in json.loads(GOLD.read_text(encoding="utf-8"))["clauses"]:
        text = gold["text_nospace"]
        own = Span(0, len(text))
        clauses = (Clause(0, 1, gold["id"], gold["id"], gold["title"], own, own),)
        found = [(float(t.value), t.unit, t.baseline_year, t.deadline_year) for t in extract_targets(text, clauses)[0]]
        wanted = [(t["value"], t["unit"], t["baseline_year"], t["deadline_year"]) for t in gold["numeric_targets"]]
        assert found == wanted, gold["id"]
        compared += len(wanted)
    assert compared == 35
