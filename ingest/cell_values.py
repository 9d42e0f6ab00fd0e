"""What a cell of an indicator table says: ≥95, 〔13.5〕, 比2020年下降18%左右, 0.5~0.6, 95（力争97）.

A cell is read whole or not at all: words that are no value (完成国家下达任务) give none, and so does a value with
anything unknown around it. Figures are as printed; nothing is converted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.document import Span
from ingest.figures import flatten, unit_at
from ingest.numerals import parse_decimal

DIGIT = re.compile("[0-9]")
CUMULATIVE = re.compile("[〔\\[［（【](?P<inside>.+)[〕\\]］）】]")
SAID = (
    "力争|争取|约|达到|达|完成|累计|年均|下降|降低|减少|削减|提高|提升|增长|增加|上升|新增|控制在|保持在|稳定在|不低于|不高于|"
    "不超过|不少于|不大于|不小于|大于|小于|高于|低于|超过|优于|至少|[≥≤><≧≦〉〈＜＞﹤﹥]|[增升降减压](?=[至到])|到|至|为|在|[:：]"
)
VALUE = re.compile(rf"(?P<said>(?:{SAID})*)(?P<number>[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?)")
# 比2020年下降18%
COMPARED = re.compile("(?:比|较)(?P<year>20[0-9]{2})年(?:底|末)?")
LINK = re.compile("[—–~～-]{1,2}|至|到")
SUFFIX = re.compile("(?:及|或)?(?:以上|以下|以内|之内|左右|上下)?(?:（[^（）]*）)?")
# 95（力争97）
TWO_VALUES = re.compile("(?P<first>[^（）]+)（(?P<second>(?:力争|争取)[^（）]+)）")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a cell; ``cumulative``: printed in 〔〕; ``base``: the year with which it is compared."""

    value: Decimal
    value_max: Decimal | None
    unit: str
    relation: str
    cumulative: bool
    base: int | None


def read_values(words: str) -> tuple[Value, ...]:
    """Read a cell of a table: one value, or two where a bracket states the second; none where it says anything else.

    >>> [str(read_values(cell)[0].value) for cell in ("≥95", "〔13.5〕", "下降18%左右", "1,930", "0.5~0.6")]
    ['95', '13.5', '18', '1930', '0.5']
    >>> [(str(value.value), value.relation) for value in read_values("95（力争97）")]
    [('95', ''), ('97', '力争')]
    >>> read_values("完成国家下达任务"), read_values("2025年底前完成")
    ((), ())
    """
    flat = flatten(words, Span(0, len(words))).text
    if (two := TWO_VALUES.fullmatch(flat)) and (second := _read_value(two["second"])):
        first = _read_value(two["first"])
        return (first, replace(second, unit=second.unit or first.unit)) if first else ()
    value = _read_value(flat)
    return (value,) if value else ()


def _read_value(flat: str) -> Value | None:
    inside = CUMULATIVE.fullmatch(flat)
    body = inside["inside"] if inside else flat
    compared = COMPARED.match(body)
    body = body[compared.end() :] if compared else body
    found = VALUE.match(body)
    if found is None:
        return None
    unit, at = unit_at(body, found.end())
    upper = None
    if (link := LINK.match(body, at)) and (second := VALUE.match(body, link.end())) and not second["said"]:
        upper = second["number"]
        later, at = unit_at(body, second.end())
        unit = later or unit
    suffix = SUFFIX.match(body, at)
    end = suffix.end() if suffix else at
    if end < len(body) or (suffix and DIGIT.search(suffix[0])):
        return None
    relation = found["said"].strip(":：") + (
        "…" + suffix[0].split("（")[0] if suffix and suffix[0].split("（")[0] else ""
    )
    try:
        value, value_max = parse_decimal(found["number"]), parse_decimal(upper) if upper else None
    except ValueError:
        return None
    base = int(compared["year"]) if compared else None
    return Value(value, value_max, unit, relation, inside is not None, base)
