"""Progress of targets, reckoned by hand: paths, ceilings, amounts, and what cannot be said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.document import Span, Target
from kb.study.progress import Value, measures, progress

FIELDS = ("indicator", "relation", "value", "unit", "baseline_year", "deadline_year")
FALL = ("单位产值能耗", "下降", "15", "%", 2020, 2025)
RATE = ("再生水利用率", "达到…以上", "30", "%", None, 2027)
CEILING = ("管网漏损率", "控制在…以内", "9", "%", 2020, 2025)
AMOUNT = ("污水管网", "新增", "100", "公里", 2020, 2025)
BARE = ("污水管网", "新增", "100", "公里", None, 2025)


def target(row, **more):
    given = dict(zip(FIELDS, row, strict=True))
    return Target("二", Span(0, 1), **{**given, "value": Decimal(given["value"]), **more})


def level(year, value, unit="%"):
    return Value(year, Decimal(value), unit)


def change(year, value, unit="%"):
    return Value(year, Decimal(value), unit, "change")


CASES = [
    # 15 % in five years: 9 % after three
    ("fall on the path", FALL, [change(2023, "9")], ("on_track", 2023, "9", "9", "0")),
    ("fall behind", FALL, [change(2023, "7.5")], ("behind", 2023, "7.5", "9", "1.5")),
    ("it rose", FALL, [change(2021, "-1")], ("behind", 2021, "-1", "3", "4")),
    ("met before its time", FALL, [change(2024, "15.2")], ("met", 2024, "15.2", "15", "0")),
    ("missed at its time", FALL, [change(2025, "14")], ("missed", 2025, "14", "15", "1")),
    ("its own year is judged", FALL, [change(2025, "14"), change(2026, "16")], ("missed", 2025, "14", "15", "1")),
    # 0.50 to 0.46 is a fall of 8 %; the path asks 6 % after two years
    ("from levels", FALL, [level(2020, "0.50", "吨"), level(2022, "0.46", "吨")], ("on_track", 2022, "8", "6", "0")),
    ("in other units", FALL, [level(2020, "0.5", "吨"), level(2022, "480", "千克")], ("behind", 2022, "4", "6", "2")),
    # 12 % to 9 %: 10.2 % after three years
    ("ceiling on the path", CEILING, [level(2020, "12"), level(2023, "10")], ("on_track", 2023, "10", "10.2", "0")),
    ("ceiling behind", CEILING, [level(2020, "12"), level(2023, "11")], ("behind", 2023, "11", "10.2", "0.8")),
    ("ceiling kept", CEILING, [level(2023, "8.7")], ("met", 2023, "8.7", "9", "0")),
    ("amount on the path", AMOUNT, [change(2022, "40", "公里")], ("on_track", 2022, "40", "40", "0")),
    ("amount in metres", AMOUNT, [change(2022, "30000", "米")], ("behind", 2022, "30", "40", "10")),
    ("rate met", RATE, [level(2024, "31")], ("met", 2024, "31", "30", "0")),
    ("rate missed", RATE, [level(2027, "28.5")], ("missed", 2027, "28.5", "30", "1.5")),
]  # fmt: skip


@pytest.mark.parametrize(("row", "values", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_can_be_said(row, values, expected):
    found = progress(target(row), values)
    status, year, reached, due, gap = expected
    assert (found.status, found.year) == (status, year)
    assert (found.reached, found.expected, found.gap) == (Decimal(reached), Decimal(due), Decimal(gap))
    assert found.rule


UNSAID = [
    ("no base year", RATE, [level(2024, "20")], "没有写基期"),
    ("no value of the base year", CEILING, [level(2023, "11")], "起点2020年"),
    ("no base value for a fall", FALL, [level(2023, "0.4", "吨")], "基期2020年"),
    ("a base of nought", FALL, [level(2020, "0", "吨"), level(2023, "1", "吨")], "不是正数"),
    ("another unit", AMOUNT, [change(2022, "40", "万元")], "单位不同"),
    ("only the base year", CEILING, [level(2020, "12")], "只有基期"),
    ("no year", ("再生水利用率", "达到", "30", "%", 2020, None), [level(2020, "10"), level(2023, "20")], "完成年份"),
    ("a yearly rate", ("工业增加值", "年均增长", "6", "%", 2020, 2025), [change(2023, "5")], "年均"),
    ("an amount without a start", BARE, [change(2022, "40", "公里")], "没有写基期"),
]


@pytest.mark.parametrize(("row", "values", "why"), [case[1:] for case in UNSAID], ids=[case[0] for case in UNSAID])
def test_what_cannot_be_said_is_said_with_the_reason(row, values, why):
    found = progress(target(row), values)
    assert found.status == "unknown"
    assert found.expected is None
    assert why in found.why


def test_nothing_entered_says_nothing():
    assert progress(target(FALL), []).status == "no_data"


def test_what_is_missing_to_the_target_is_said_without_a_path():
    found = progress(target(BARE), [change(2022, "40", "公里")])
    assert (found.reached, found.gap) == (Decimal(40), Decimal(60))


def test_a_chosen_start_draws_a_path_and_says_whose_it_is():
    found = progress(target(RATE), [level(2022, "20"), level(2024, "22")], start=2022)
    assert (found.status, found.expected, found.gap) == ("behind", Decimal(24), Decimal(2))
    assert "由使用者选定" in found.rule
    printed = progress(target(CEILING), [level(2020, "12"), level(2023, "10")], start=2022)
    assert "由使用者选定" not in printed.rule and printed.expected == Decimal("10.2")


def test_of_a_range_the_easier_end_meets_it():
    wide = target(RATE, value_max=Decimal(35))
    assert progress(wide, [level(2024, "31")]).status == "met"
    ceiling = target(CEILING, value_max=Decimal(10))
    assert progress(ceiling, [level(2025, "9.8")]).status == "met"


def test_about_is_said():
    assert "左右" in progress(target(("卫生厕所普及率", "达到…左右", "85", "%", None, 2025)), [level(2024, "86")]).rule


def test_how_a_target_is_measured():
    assert measures(target(FALL)) == ("change", "level")
    assert measures(target(RATE)) == ("level",)
    assert measures(target(AMOUNT)) == ("change",)
    assert measures(target(("锅炉", "淘汰", "40", "台", None, 2025))) == ("change",)
