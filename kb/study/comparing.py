"""Is a target stricter than another of the same indicator? Computed where it follows from the two, else said why not.

A share that falls by 20 % is stricter than one that falls by 15 %; a ceiling is stricter where it is lower, a floor
where it is higher. Not compared: a change with a level, percent with percentage points, other base years or deadlines,
units without an exact conversion, totals of different places (a city's tonnes with a province's), ranges that overlap.
What one side leaves unsaid (a base year) is compared, and said.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from ingest.document import Document, Target
from ingest.indicators import indicator_key

STRICTER, LAXER, SAME, ABSENT, NOT_COMPARABLE = "stricter", "laxer", "same", "absent", "not_comparable"
_FALL = re.compile(r"下降|降低|削减|减少|压减|压降|缩减|压缩|下调|回落|缩小|收窄|淘汰|退出|关停|关闭|化解|减排")
_LEVEL = re.compile(r"(?:下降|降低|削减|减少|压减|压降|缩减|提高|提升|增长|增加|上升|扩大|[降升增减])(?:到|至|为)")
_RISE = re.compile(r"提高|提升|增长|增加|上升|扩大|净增")
_CEILING = re.compile(r"以内|以下|不(?:得|能)?(?:超过|高于|大于|多于|突破)|低于|小于|少于|控制在|管控在|限制在|≤|<")
_FLOOR = re.compile(r"以上|不(?:得|能)?(?:低于|少于|小于)|至少|超过|高于|大于|≥|>")
# Indicators of which less is better, where the wording (达到, 为) does not tell
_LESS = re.compile(
    r"能耗|煤耗|电耗|水耗|排放量?$|碳排放|浓度|漏损|劣[ⅤV五]类|死亡|事故|煤炭消费|用水量|用水总量|"
    r"能源消费总量|能源消费量|pue|损耗|损失"
)
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
# Exact conversions to one unit of each kind.
_BASES: dict[str, tuple[str, Decimal]] = {
    "千克": ("克", Decimal(1000)), "公斤": ("克", Decimal(1000)), "吨": ("克", Decimal(10**6)),
    "克": ("克", Decimal(1)),
    "毫克": ("克", Decimal("0.001")), "微克": ("克", Decimal("0.000001")),
    "吨标准煤": ("克标准煤", Decimal(10**6)), "吨标煤": ("克标准煤", Decimal(10**6)),
    "千克标准煤": ("克标准煤", Decimal(1000)), "克标准煤": ("克标准煤", Decimal(1)),
    "公里": ("米", Decimal(1000)), "千米": ("米", Decimal(1000)), "米": ("米", Decimal(1)),
    "公顷": ("亩", Decimal(15)), "亩": ("亩", Decimal(1)),
    "千瓦": ("瓦", Decimal(1000)), "兆瓦": ("瓦", Decimal(10**6)), "吉瓦": ("瓦", Decimal(10**9)),
    "瓦": ("瓦", Decimal(1)),
    "千瓦时": ("瓦时", Decimal(1000)), "度电": ("瓦时", Decimal(1000)), "瓦时": ("瓦时", Decimal(1)),
    "‰": ("%", Decimal("0.1")), "百分点": ("个百分点", Decimal(1)),
}  # fmt: skip
# Signs and short names of units (GB 3100) that stand beside the full ones: μg/m3 and 微克/立方米, 万m3/d and 万吨/日
_NAMES = {
    "t": "吨", "kg": "千克", "g": "克", "mg": "毫克", "μg": "微克", "ug": "微克", "tce": "吨标准煤",
    "m": "米", "km": "公里", "m2": "平方米", "km2": "平方公里", "hm2": "公顷", "m3": "立方米", "方": "立方米",
    "h": "小时", "d": "日", "天": "日", "a": "年",
    "kw": "千瓦", "mw": "兆瓦", "gw": "吉瓦", "kwh": "千瓦时",
}  # fmt: skip
_UNIT = re.compile(r"(?P<scale>[十百千万亿]*)(?P<base>[^/]*)")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a target relates to the first one, why, and how far what is unsaid weakens it (0 to 1)."""

    relation: str
    reason: str
    doubt: float = 0.0


def judge(first: tuple[Document, Target], other: tuple[Document, Target]) -> Judgement:
    """Return how ``other`` relates to ``first``."""
    a, b = first[1], other[1]
    if hindrance := _hindrance(first, other):
        return Judgement(NOT_COMPARABLE, hindrance)
    (low_a, high_a), (low_b, high_b) = _bounds(a), _bounds(b)
    notes = _unsaid(a, b)
    doubt = 0.1 * len(notes)
    note = f"（{'；'.join(notes)}）" if notes else ""
    if (low_a, high_a) == (low_b, high_b):
        return Judgement(SAME, f"数值相同{note}", doubt)
    if not (high_a <= low_b or high_b <= low_a):
        return Judgement(NOT_COMPARABLE, "两个区间有重叠")
    more = low_b + high_b > low_a + high_a
    less_is_strict = direction(a) == "less"
    relation = STRICTER if more != less_is_strict else LAXER
    return Judgement(relation, f"{'越低' if less_is_strict else '越高'}越严：{_said(a)}，{_said(b)}{note}", doubt)


def _hindrance(first: tuple[Document, Target], other: tuple[Document, Target]) -> str:
    """Return why two targets cannot be compared, empty where they can."""
    a, b = first[1], other[1]
    if is_change(a) != is_change(b):
        return "一个是变化幅度，一个是要达到的水平"
    if direction(a) != direction(b):
        return f"要求的方向不同：{a.relation}，{b.relation}"
    (unit_a, _), (unit_b, _) = in_base(a.unit), in_base(b.unit)
    if unit_a != unit_b:
        return f"单位不同：{a.unit or '无单位'}，{b.unit or '无单位'}"
    if a.baseline_year and b.baseline_year and a.baseline_year != b.baseline_year:
        return f"基期不同：{a.baseline_year}年，{b.baseline_year}年"
    if a.deadline_year and b.deadline_year and a.deadline_year != b.deadline_year:
        return f"目标年不同：{a.deadline_year}年，{b.deadline_year}年"
    places = [document.source.region or document.source.level for document, _ in (first, other)]
    if not _is_relative(a) and places[0] != places[1]:
        return "总量指标，适用的地区不同"
    return ""


def _unsaid(a: Target, b: Target) -> list[str]:
    notes = []
    if is_change(a) and (a.baseline_year is None) != (b.baseline_year is None):
        notes.append("一方没有写基期")
    if (a.deadline_year is None) != (b.deadline_year is None):
        notes.append("一方没有写目标年")
    return notes


def in_base(unit: str) -> tuple[str, Decimal]:
    """Return the unit to which a unit is converted exactly, and the factor.

    >>> in_base("万吨"), in_base("吨"), in_base("个百分点")
    (('克', Decimal('10000000000')), ('克', Decimal('1000000')), ('个百分点', Decimal('1')))
    >>> in_base("μg/m³") == in_base("微克/立方米"), in_base("万m3/d")
    (True, ('立方米/日', Decimal('10000')))
    """
    whole, *per = (_named(part) for part in unicodedata.normalize("NFKC", unit).split("/"))
    if whole in _BASES and not per:
        return _BASES[whole]
    found = _UNIT.fullmatch(whole)
    if not found or (per and not found["base"]):
        return unit, Decimal(1)
    scale = Decimal(1)
    for sign in found["scale"]:
        scale *= _SCALES[sign]
    name = _named(found["base"])
    base, factor = _BASES.get(name, (name, Decimal(1)))
    return "/".join((base, *per)), scale * factor


def _named(sign: str) -> str:
    """Return the name of a sign; capitals of longer ones vary (KW, MWh), a single one is another unit (A)."""
    return _NAMES.get(sign if len(sign) == 1 else sign.lower(), sign)


def _bounds(target: Target) -> tuple[Decimal, Decimal]:
    factor = in_base(target.unit)[1]
    low, high = target.value, target.value if target.value_max is None else target.value_max
    return min(low, high) * factor, max(low, high) * factor


def is_change(target: Target) -> bool:
    """Tell whether the figure is a change (下降15%) rather than a level to be reached (降到15%)."""
    if _LEVEL.search(target.relation):
        return False
    return bool(_FALL.search(target.relation) or _RISE.search(target.relation))


def direction(target: Target) -> str:
    """Return whether more or less is stricter."""
    if is_change(target):
        return "more"
    if _CEILING.search(target.relation):
        return "less"
    if _FLOOR.search(target.relation):
        return "more"
    if re.search(r"(?:下降|降低|减少|削减|压减|降|减)(?:到|至|为)", target.relation):
        return "less"
    return "less" if _LESS.search(indicator_key(target.indicator)) else "more"


def _is_relative(target: Target) -> bool:
    """Tell whether a figure means the same for a place of any size: a share, or so much per unit of something."""
    unit = in_base(target.unit)[0]
    per = unit.partition("/")[2]
    shared = bool(per) and not re.fullmatch(r"[每]?(?:日|天|年|月|小时|h|d|a)", per)
    return unit in ("%", "个百分点") or shared or bool(re.search(r"^(?:单位|人均|平均|万元)", target.indicator))


def _said(target: Target) -> str:
    figure = format(target.value, "f") + (f"—{format(target.value_max, 'f')}" if target.value_max is not None else "")
    return f"{figure}{target.unit}"
