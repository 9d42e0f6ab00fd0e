"""Numerals: printed forms to numbers and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numerals import (
    parse_decimal,
    parse_integer,
    parse_percent,
    parse_year,
    to_chinese,
)


@given(st.integers(1, 9999))
def test_chinese_integers_survive_the_round_trip(n: int) -> None:
    assert parse_integer(to_chinese(n)) == n


@given(st.integers(0, 10**12))
def test_arabic_integers_survive_the_round_trip(n: int) -> None:
    wide = str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert parse_integer(str(n)) == parse_integer(f"{n:,}") == parse_integer(wide) == n


@given(st.decimals(0, 10**6, places=3))
def test_decimals_survive_the_round_trip(value: Decimal) -> None:
    assert parse_decimal(f"{value:f}") == value
    assert parse_percent(f"{value:f}%") == value


@given(st.integers(1900, 2100))
def test_years_survive_the_round_trip(year: int) -> None:
    printed = "".join("〇一二三四五六七八九"[int(sign)] for sign in str(year))
    assert parse_year(f"{printed}年") == parse_year(f"{year}年底") == year


@given(st.text(alphabet="零〇一二两三九十百千万亿廿0１.,点%分之成", max_size=8))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for parse in (parse_integer, parse_decimal, parse_percent):
        try:
            assert parse(text) >= 0
        except ValueError as error:
            assert "不是" in str(error)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("一十二", 12),
        ("廿三", 23),
        ("卅", 30),
        ("一百零二", 102),
        ("一百十二", 112),
        ("两千零五", 2005),
        ("三万五千", 35_000),
        ("三万零五", 30_005),
        ("五亿三千万", 530_000_000),
        ("一亿零五十万", 100_500_000),
        ("二0二五", 2025),
        ("一九九○", 1990),
        ("零", 0),
        (" 12 ", 12),
        ("壹佰贰拾", 120),
    ],
)
def test_integer(text: str, value: int) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "第十二", "十百", "一百二", "三万五", "百", "万", "二十十", "一百零", "二十零三"),
        *("1,93", "1.5", "12a", "十二条", "-3", "①"),
    ],
)
def test_not_an_integer(text: str) -> None:
    with pytest.raises(ValueError, match="不是数字"):
        parse_integer(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１３．５", "13.5"),
        ("1,930.25", "1930.25"),
        ("一点五", "1.5"),
        ("十二点零八", "12.08"),
        ("三十", "30"),
        ("0.9", "0.9"),
    ],
)
def test_decimal(text: str, value: str) -> None:
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", ".5", "5.", "点五", "一点", "13.5%", "百分之五", "三成", "1.2.3", "一点十五"])
def test_not_a_decimal(text: str) -> None:
    with pytest.raises(ValueError, match="不是数字"):
        parse_decimal(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("15.5%", "15.5"),
        ("１５％", "15"),
        ("百分之十五", "15"),
        ("百分之零点五", "0.5"),
        ("千分之三", "0.3"),
        ("3‰", "0.3"),
        ("1.5个百分点", "1.5"),
        ("两个百分点", "2"),
        ("三成", "30"),
        ("三成五", "35"),
    ],
)
def test_percent(text: str, value: str) -> None:
    assert parse_percent(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "15", "十五", "%", "百分之", "万分之三", "十成", "成五", "百分之十五左右"])
def test_not_a_percent(text: str) -> None:
    with pytest.raises(ValueError, match="不是"):
        parse_percent(text)


@pytest.mark.parametrize(
    "text", ["", "12年", "2025吨", "二十年", "1800年", "3025年", "到2025年", "20255年", "二〇三五吨"]
)
def test_not_a_year(text: str) -> None:
    assert parse_year(text) is None


@pytest.mark.parametrize("n", [0, -1, 10_000])
def test_chinese_labels_have_bounds(n: int) -> None:
    with pytest.raises(ValueError, match="超出范围"):
        to_chinese(n)
