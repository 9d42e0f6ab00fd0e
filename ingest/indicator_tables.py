"""Tables of indicators: one target for each value to reach, with unit, year, nature and what proves them.

主要指标表 print 指标, 单位, 2020年, 2025年, 年均增长〔累计〕 and 属性 as columns; a unit may stand in the indicator
(``污水处理率（%）``), in the head of the column or in the cell. The value of the base year is no target. A value that
is no number (完成国家下达任务, 持续改善) is left as text, and one that cannot be read as a number or a range is kept
with the reason. Figures are as printed; nothing is converted and no year or unit is supplied that the table does not
print.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.cell_values import Value, read_values
from ingest.document import Span, Table, Target, Unread
from ingest.figures import flatten, is_unit
from ingest.indicators import METRIC_END
from ingest.periods import BASELINE, DEADLINE, find_periods
from ingest.sheets import Field, Heads, Row, Sheet, read_sheets

# 指标 · 主要指标名称 · 具体指标 · 指标体系
INDICATOR = re.compile("[一-鿿]{0,6}指标(?:名称|内容|项目|体系)?")
CATEGORY = re.compile("[一-鿿]{0,4}(?:类别|类型|分类|领域|维度)|一级指标")
UNIT = re.compile("(?:计量|指标)?单位")
NATURE_HEAD = re.compile("(?:指标)?(?:属性|性质|类型)")
NATURE = re.compile("约束性|预期性")
NUMBER = re.compile("序号?|编号|号")
REMARK = re.compile("[（(〔\\[][^（）()〔〕\\[\\]]*[）)〕\\]]")
BRACKETED = re.compile("（([^（）]+)）")
DIGIT = re.compile("[0-9]")
YEAR = re.compile("20[0-9]{2}")
BASE = re.compile("现状|基期|基准|基数|基础值|实际|完成(?:值|情况|数)|现值|十三五")
GOAL = re.compile("目标|规划|预期|计划|要求|期末|终期|指标值|任务")
VALUED = re.compile("目标值?$|规划值|现状值?$|基期|基准值?|期末|指标值")
CHANGE = re.compile("年均(?:增长|增速|下降|变化)?(?:率|速度)?|增速|累计|增长率?|增幅|降幅|下降率?|降低率?|变化")
# 单位GDP能耗降低 · 森林蓄积量增长: the verb is the relation
CHANGING = re.compile("(?P<name>.{2,}?)(?P<verb>(?:累计|年均)?(?:降低|下降|减少|削减|增长|提高|提升|增加|上升|新增))")
ENUMERATED = re.compile("^(?:[0-9]{1,2}[.、．]|（[0-9一二三四五六七八九十]{1,3}）|[①-⑳]|其中[:：]?)+")
UNIT_TAIL = re.compile("(?P<name>.+?)（(?P<unit>[^（）]+)）")
# the first head may be left blank where a column of units tells what the table is
NAMES = ("项目", "名称", "目标", "内容", "")
SCALE = re.compile("[十百千万亿]+")
BASE_COLUMN, GOAL_COLUMN, CHANGE_COLUMN = "base", "goal", "change"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of values: ``year`` to reach, ``base`` to compare with, what its head says of unit and relation."""

    kind: str
    year: int | None
    base: int | None
    unit: str
    relation: str


def table_targets(
    text: str, table: Table, *, written: int | None, dated: int | None
) -> tuple[tuple[Target, ...], tuple[Unread, ...]]:
    """Return the targets of an indicator table in printed order, and the values that could not be read.

    Both are empty for other tables. ``written``: the document's year as far as known; ``dated``: that of its own date.
    """
    targets: list[Target] = []
    unread: list[Unread] = []
    caption = flatten(text, table.caption).text if table.caption else ""
    named = {period.year for period in find_periods(caption, written=written) if period.kind == DEADLINE}
    due = named.pop() if len(named) == 1 else None
    for sheet in read_sheets(text, table, is_indicator_header):
        columns = _columns(sheet.heads, written=written, dated=dated, due=due)
        for row in sheet.rows:
            found, left = _read_row(row, sheet, columns, table)
            targets += found
            unread += [Unread(table.path, row.span, f"指标表中的数值未能读作一个数：{'、'.join(left)}")] if left else []
    return tuple(targets), tuple(unread)


def is_indicator_header(heads: Heads) -> bool:
    """Tell whether these are the heads of an indicator table: a name in one column, values by year in others.

    >>> is_indicator_header((("指标",), ("单位",), ("2020年",), ("2025年",), ("属性",)))
    True
    >>> is_indicator_header((("指标",), ("评分标准",), ("分值",))), is_indicator_header((("项目",), ("2025年",)))
    (False, False)
    """
    plain = ["".join(head) for head in heads]
    names = any(INDICATOR.fullmatch(_bare(words)) for head in heads for words in head)
    names |= any(UNIT.fullmatch(words) for words in plain) and any(words in NAMES for words in plain)
    values = [words for words in plain if _is_value(words)]
    return names and bool(values) and any(YEAR.search(words) or GOAL.search(words) for words in values)


def _bare(words: str) -> str:
    return REMARK.sub("", words)


def _is_value(words: str) -> bool:
    """Tell whether a head stands over values; 指标 and 目标名称 do not."""
    if INDICATOR.fullmatch(words) or NUMBER.fullmatch(words) or NATURE_HEAD.fullmatch(words):
        return False
    return bool(YEAR.search(words) or CHANGE.search(words) or VALUED.search(words))


def _columns(heads: Heads, *, written: int | None, dated: int | None, due: int | None) -> list[_Column | None]:
    """Return what each column of values holds, None for the others."""
    words = ["".join(head).replace("(", "（").replace(")", "）") for head in heads]
    past = _latest_past([each for each in words if _is_value(each) and not CHANGE.search(each)], written, dated)
    columns = [_column(each, past, written) if _is_value(each) else None for each in words]
    bases = {column.year for column in columns if column and column.kind == BASE_COLUMN and column.year}
    base = bases.pop() if len(bases) == 1 else None
    goals = [column.year for column in columns if column and column.kind == GOAL_COLUMN and column.year]
    last = max(goals, default=due)
    return [column and replace(column, year=column.year or last, base=column.base or base) for column in columns]


def _latest_past(heads: Sequence[str], written: int | None, dated: int | None) -> int:
    """Return the latest year that is no goal unless its head says so: a base's, or else the earliest of several."""
    years = {int(year) for head in heads for year in YEAR.findall(head)}
    bases = [int(y) for head in heads if BASE.search(head) and not GOAL.search(head) for y in YEAR.findall(head)]
    if not bases and len(years) > 1 and (dated is None or min(years) <= dated):
        bases = [min(years)]
    return max([*bases, written - 1 if written else 0])


def _column(words: str, past: int, written: int | None) -> _Column:
    flat = flatten(words, Span(0, len(words))).text
    periods = find_periods(flat, written=written)
    base = next((p.year for p in periods if p.kind == BASELINE), None)
    reached = [p.year for p in periods if p.kind == DEADLINE and p.year]
    printed = [int(year) for year in YEAR.findall(words)]
    unit = next((u for u in BRACKETED.findall(flat) if is_unit(u)), "")
    change = CHANGE.search(_bare(words)) or CHANGE.search(words)
    if change and not (BASE.search(words) and not GOAL.search(words)):
        return _Column(CHANGE_COLUMN, reached[-1] if reached else None, base, unit, change[0])
    year = printed[-1] if printed else (reached[-1] if reached else None)
    is_base = BASE.search(words) or (year is not None and year <= past and not GOAL.search(words))
    return _Column(BASE_COLUMN if is_base else GOAL_COLUMN, year, base, unit, "")


def _read_row(
    row: Row, sheet: Sheet, columns: Sequence[_Column | None], table: Table
) -> tuple[list[Target], list[str]]:
    names = _names(row, sheet, columns)
    if row.is_section or not names:
        return [], []
    unit_field = _said(row, sheet, UNIT)
    nature_field = next((f for f in row.fields if f and NATURE.search(f.words)), None)
    nature = NATURE.search(nature_field.words) if nature_field else None
    name, name_unit = _name(names)
    targets: list[Target] = []
    left: list[str] = []
    seen: set[Span] = set()
    for field, column in zip(row.fields, columns, strict=True):
        if not (field and column and field.words and column.kind != BASE_COLUMN) or field.span in seen:
            continue
        seen.add(field.span)
        values = read_values(field.words)
        if not values and DIGIT.search(YEAR.sub("", field.words)):
            left.append(field.words)
        used = [*names, *(f for f in (unit_field, nature_field) if f), field]
        proofs = (*sheet.head_spans, *(f.span for f in used if not f.own))
        blank = Target(table.path, row.span, name, "", Decimal(0), nature=nature[0] if nature else None, proofs=proofs)
        units = (unit_field.words if unit_field else "", name_unit, column.unit)
        targets += [_target(blank, value, column, units) for value in values]
    return targets, left


def _target(blank: Target, value: Value, column: _Column, units: tuple[str, str, str]) -> Target:
    """Return the row's target with one value of one column."""
    name, relation = _relation(blank.indicator, value, column)
    changes = column.kind == CHANGE_COLUMN or relation != value.relation
    return replace(
        blank,
        indicator=name,
        relation=relation,
        value=value.value,
        value_max=value.value_max,
        unit=_unit(value.unit, *units),
        baseline_year=value.base or (column.base if changes else None),
        deadline_year=column.year,
        proofs=tuple(dict.fromkeys(blank.proofs)),
    )


def _said(row: Row, sheet: Sheet, head: re.Pattern[str]) -> Field | None:
    """Return the row's field under a head of this meaning."""
    found = (f for f, words in zip(row.fields, sheet.heads, strict=True) if words and head.fullmatch(_bare(words[-1])))
    return next((field for field in found if field and field.words), None)


def _names(row: Row, sheet: Sheet, columns: Sequence[_Column | None]) -> list[Field]:
    """Return the fields that name the indicator, from the widest to the row's own."""
    fields: list[Field] = []
    for field, head, column in zip(row.fields, sheet.heads, columns, strict=True):
        if not field or not field.words or column or field in fields:
            continue
        plain = _bare(head[-1]) if head else ""
        other = any(p.fullmatch(plain) for p in (NUMBER, UNIT, NATURE_HEAD, CATEGORY))
        if not other and (INDICATOR.fullmatch(plain) or any(map(INDICATOR.fullmatch, head)) or plain in NAMES):
            fields.append(field)
    return fields if fields and any(field.own for field in fields) else []


def _name(fields: Sequence[Field]) -> tuple[str, str]:
    """Return the indicator's name and the unit printed behind it; a wider name stands before one that needs it."""
    parts = [flatten(field.words, Span(0, len(field.words))).text for field in fields]
    names, unit = [], ""
    for part in parts:
        tail = UNIT_TAIL.fullmatch(part)
        if tail and is_unit(tail["unit"]):
            part, unit = tail["name"], tail["unit"]
        names.append(ENUMERATED.sub("", part) or part)
    whole = METRIC_END.search(names[-1]) or CHANGING.fullmatch(names[-1]) or len(names) == 1
    return names[-1] if whole else f"{names[-2]}：{names[-1]}", unit


def _relation(name: str, value: Value, column: _Column) -> tuple[str, str]:
    """Return the indicator without the verb that ends it, and the relation: as the cell, the head or the name says."""
    changing = CHANGING.fullmatch(name)
    plain, verb = (changing["name"], changing["verb"]) if changing else (name, "")
    if value.cumulative and column.kind == CHANGE_COLUMN:
        return plain, f"累计{verb}" if not verb.startswith("累计") else verb
    if value.relation:
        return (plain if verb and verb in value.relation else name), value.relation
    if column.kind == CHANGE_COLUMN and column.relation and not verb:
        return name, column.relation
    return plain, verb


def _unit(printed: str, column: str, behind_name: str, head: str) -> str:
    """Return the unit: the cell's own, else that of its column, its name or its head; a mere scale is completed."""
    column = flatten(column, Span(0, len(column))).text if column else ""
    usual = next((unit for unit in (column, behind_name, head) if unit and is_unit(unit)), column or "")
    if printed and SCALE.fullmatch(printed) and usual and not usual.startswith(printed):
        return printed + usual
    return printed or usual
