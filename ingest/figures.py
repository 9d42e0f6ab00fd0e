"""Find the figures of a sentence: a number or range with its unit and its 以上, 左右, 以内.

A figure is what could be the value of a goal. What only looks like one is left out here: years and dates, ordinals
(第3批), labels that contain digits (PM2.5, 5G, 4A级, GB 18918), classes of size (30万千瓦级), enumerators, ratios and
formulas. Whether a figure is a goal, a threshold or an account of the past is not decided here. Numbers written in
Chinese are figures only with a unit (两座, 百分之十五), and 一 never is one (一个平台, 一批). Text is flattened first:
blanks go, full-width forms become half-width, every character keeps its offset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.document import Span
from ingest.numerals import parse_decimal, parse_percent
from ingest.sentences import bracket_partners

MASK = "＿"

_FLAT = {ord("０") + n: str(n) for n in range(10)} | str.maketrans("％．／（）：；～－﹝﹞", "%./（）：；~-〔〕")
_FLAT |= str.maketrans("();µ", "（）；μ")
QUOTES = '“”"'
# what flattening has to look at one by one; everything else is translated or stays
_UNEVEN = re.compile(r'[\s,"]')

# Units that measure; all others count
_MEASURE = re.compile(r"[十百千万亿]*(?:.*?/.*|.*[吨瓦伏斤岁年克米亩顷升里方元煤碳量时天倍贝度%‰点]|[ -~μ²³]*)")
# Longest first; each may be followed by its lookahead, because 处 is a unit in 12处 and none in 处理.
_COUNT = (
    "人次|班次|车次|场次|标箱|床位|泊位|机位|车位|个(?!月|小时|工作日|交易日|人|性|体)|户|家(?!庭|电)|座(?!谈)|台套|台（套）|台/套|"
    "台(?!账|阶|风|州|湾)|套(?!餐)|辆|处(?!理|置|罚|于|长)|项|条(?!件|款|例)|所(?!示|在|有|需|得|属)|艘|列|架|件|种|只|头(?!部)|株(?!洲)|棵|片|块|"
    "支(?!持|撑|付)|名(?!单|录)|例|起|宗|部(?!门|分|委|位|级|件)|栋|幢|间|张|孔|口(?!岸)|眼|回(?=通道|线|路)|根|人|份|对|场|"
    "行政村|自然村|建制村"
)
_ENERGY = (
    "吨标准煤|吨标煤|吨煤|吨二氧化碳当量|吨二氧化碳|克标准煤|千克标准煤|"
    "千瓦时|千瓦|兆瓦时|兆瓦|吉瓦时|吉瓦|千伏安|千伏|度电|瓦时|瓦"
)
_PHYSICAL = (
    "蒸吨|吨|公斤|斤|千克|毫克|微克|克|立方米|标准立方米|标立方|标方|立方|方(?=/)|平方公里|平方千米|平方米|平方|公里|千米|海里|"
    "毫米|米|公顷|亩|升|小时|天|岁|分贝|美元|元|倍|株|艘次|度(?=电)"
)
_RANGE_SIGN = r"(?:[—–\-~]{1,2}|至|到)"
# 微克/立方米 · 吨/日 · 立方米/万元 · 起/每万枚
_PER = (
    r"/每?(?:万|亿|千|百)?(?:吨标准煤|吨标煤|千瓦时|立方米|平方公里|平方米|公里|公顷|小时|标准煤|万元|"
    r"人|日|天|年|亩|吨|元|枚|千米|千瓦|升|月|户|辆|个|台)(?:[·•](?:平方公里|平方千米|平方米|公顷|人))?"
)
# 50MW · 30μg/m3 · 2.5mg/m³ · 4万m3/d
_LATIN = (
    r"(?:μg|ug|mg|kgce|gce|tce|kg|t|g|km ?[2²]|km|hm ?[2²]|m ?[23²³]|[kMGT]Wh|[kMGT]W|kV|dB(?:（A）)?)"
    r"(?:/(?:N?m ?[3³]|L|d|h|a|t|kWh|GJ))?(?![A-Za-z0-9])"
)
_UNIT = re.compile(
    rf"(?P<share>个?百分点|[%‰])|(?P<unit>(?:余|多)?(?P<scale>[十百千万亿]*)(?:余|多)?"
    rf"(?:(?:{_ENERGY}|{_PHYSICAL}|{_COUNT})(?:{_PER})?|{_LATIN}|(?<=[万亿])(?:余|多)?次|(?<=[万亿])(?:余|多)?(?![十百千万亿年])))"
)
# 平均受教育年限达11.3年: elsewhere 年 makes a date
_YEARS = re.compile(r"(?P<share>(?!))|(?P<unit>(?P<scale>)年)")
_LIFETIME = re.compile(r"(?:年限|寿命|周期)[^，。]{0,4}$")
# 15.5 · 1,930 · 百分之十五 · 三成 · 三百二十 (the last only with a unit)
_NUMBER = re.compile(
    r"(?P<arabic>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)|(?P<share>[百千]分之(?:[一二三四五六七八九十百零点两]+|[0-9.]+))"
    r"|(?P<tenths>[一二三四五六七八九]成(?![为立本效果员熟长功型绩品分就]))|(?P<chinese>[一二两三四五六七八九十百千零]+)"
)
# 万余户 is counted in 万户
_LOOSE = re.compile(r"^[余多]|(?<=[十百千万亿])[余多]| ")
# What a sentence without figures has nothing of: most sentences of regulations
SIGN_OF_FIGURE = re.compile(
    rf"[0-9]|[百千]分之|[一二三四五六七八九]成|(?<![第一二两三四五六七八九十百千零])(?![一零](?![倍余多至到—–~二两三四五六七八九十百千零-]))"
    rf"[一二两三四五六七八九十百千零]+(?:{_RANGE_SIGN}|年|{_UNIT.pattern})"
)
# 微克/立方米 · 件/万人, as a column of units prints it
_RATIO = re.compile(r"[^\W\d_]{1,8}/[^\W_]{1,8}")
# 由15提高到20% is a change, no range
_CHANGES_FROM = re.compile(r"[由从自]$")
_RANGE = re.compile(_RANGE_SIGN)
# 以上 · 及以下 · 左右
_SUFFIX = re.compile(r"（?含?）?(?:及其?|或)?(?:以上|以下|以内|之内|左右|上下)(?:（含[^（）]{0,8}）)?")
# Behind these a number counts or orders something else: 第3批, 每5年, 前30名, PM2.5, DB14/1929, 〔2021
_NOT_AFTER = re.compile(r"[A-Za-z0-9第每前〔＿./:+·×÷=*-]$")
_NOT_AFTER_CHINESE = re.compile(r"[第每前某这那同任逐唯几数十百千万亿“]$")
# A number without unit must stand free, or it is a date, a label or an item number: 2025年, 4A级, 1:1, 9大行动
_FREE = re.compile(r"$|[，。；：！）和与及的]|、[0-9]|及?以[上下内]|左右|（(?!含)")
# 0.1%m/m: the sign belongs to a formula
_LATIN_TAIL = re.compile(r"(?<=%)[A-Za-z]")
# 2025, PM 2.5 and GB 18918 without a unit
_YEAR_OR_LABEL = re.compile(r"^\D*(?:19|20)\d\d$|[A-Za-z] [\d.]+$")
_SIZE_CLASS = re.compile(r"级(?!市|县|以上)")


@dataclass(frozen=True, slots=True)
class Flat:
    """A stretch of text without blanks and in half-width forms; ``offsets[i]`` is where character i stands."""

    text: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Return where the flattened characters ``[start, end)`` stand in the document."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit at ``[start, end)`` of the flattened text; ``suffix`` is 以上, 左右, 以内 as printed.

    ``spoken`` tells that a count was written in Chinese (两座), which is often a figure of speech.
    """

    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    suffix: str = ""
    spoken: bool = False

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share: percent or percentage points."""
        return self.unit in ("%", "‰", "个百分点")

    @property
    def is_count(self) -> bool:
        """Whether the figure counts things: 12家, 2万户."""
        return _MEASURE.fullmatch(self.unit) is None

    @property
    def is_money(self) -> bool:
        """Whether the figure is an amount of money."""
        return self.unit.endswith("元")


def flatten(text: str, span: Span) -> Flat:
    """Return ``span`` of ``text`` without blanks and in half-width forms; straight quotes open and close in turn.

    >>> flatten("达到 ８５％ 左右", Span(0, 9)).text
    '达到85%左右'
    """
    if not _UNEVEN.search(text, span.start, span.end):
        return Flat(text[span.start : span.end].translate(_FLAT), range(span.start, span.end))
    kept: list[str] = []
    offsets: list[int] = []
    opened = False
    for at in range(span.start, span.end):
        char = text[at].translate(_FLAT)
        if char.isspace():
            after = text[at + 1 : at + 2]
            if not (kept and kept[-1].isascii() and kept[-1].isalnum() and after.isascii() and after.isalnum()):
                continue
            char = " "
        elif char == "," and not (kept and kept[-1].isdigit() and text[at + 1 : at + 2].isdigit()):
            char = "，"
        elif char in QUOTES:
            char = char if char != '"' else "”" if opened else "“"
            opened = char == "“"
        kept.append(char)
        offsets.append(at)
    return Flat("".join(kept), tuple(offsets))


def mask(text: str, *, marks: str) -> str:
    """Blank out what stands inside the given opening marks, keeping the length.

    >>> mask("建设“871”工程（3个）", marks="“")
    '建设“＿＿＿”工程（3个）'
    """
    chars = list(text)
    for opened, closed in bracket_partners(text, 0, len(text)).items():
        if text[opened] in marks:
            chars[opened + 1 : closed] = MASK * (closed - opened - 1)
    return "".join(chars)


def find_figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of flattened text in printed order.

    >>> [(str(f.value), f.unit, f.suffix) for f in find_figures("2025年PM2.5下降15—20%，建成两座、约30余家以上")]
    [('15', '%', ''), ('2', '座', ''), ('30', '家', '以上')]
    """
    found: list[Figure] = []
    end = 0
    for number in _NUMBER.finditer(text):
        if number.start() < end:
            continue
        figure = _read(text, number)
        if figure:
            found.append(figure)
            end = figure.end
    return tuple(found)


def unit_at(text: str, at: int) -> tuple[str, int]:
    """Return the unit that stands at ``at`` of flattened text and where it ends; empty where none does.

    >>> unit_at("95%左右", 2), unit_at("2.5万余户", 3), unit_at("95", 2)
    (('%', 3), ('万户', 6), ('', 2))
    """
    unit = _UNIT.match(text, at)
    return (_plain_unit(unit), unit.end()) if unit else ("", at)


def is_unit(text: str) -> bool:
    """Tell whether words are a unit by themselves, as in a column of units or behind an indicator.

    >>> is_unit("吨标准煤/万元"), is_unit("%"), is_unit("PM2.5"), is_unit("含地下水")
    (True, True, False, False)
    """
    flat = flatten(text, Span(0, len(text))).text
    return any(pattern.fullmatch(flat) for pattern in (_UNIT, _RATIO)) or flat in ("年", "岁", "分", "级", "次")


def _read(text: str, number: re.Match[str]) -> Figure | None:
    """Read the figure that begins with this number; None where the number is no figure."""
    before = text[max(0, number.start() - 3) : number.start()]
    if (_NOT_AFTER_CHINESE if number["chinese"] else _NOT_AFTER).search(before):
        return None
    unit = _UNIT.match(text, number.end()) or _YEARS.match(text, number.end())
    if unit and unit.re is _YEARS and not _LIFETIME.search(text, max(0, number.start() - 8), number.start()):
        unit = None
    at = unit.end() if unit else number.end()
    upper = None
    if not _CHANGES_FROM.search(before):
        upper, unit, at = _upper_bound(text, unit, at)
    printed = _printed_unit(number, unit)
    if not printed and (number["chinese"] or not _FREE.match(text, at) or _YEAR_OR_LABEL.search(before + number[0])):
        return None
    if _SIZE_CLASS.match(text, at) or (number[0] in ("一", "零") and printed != "倍") or _LATIN_TAIL.match(text, at):
        return None
    suffix = _SUFFIX.match(text, at)
    try:
        value, value_max = _value(number[0]), _value(upper[0]) if upper else None
    except ValueError:
        return None
    end = suffix.end() if suffix else at
    spoken = number["chinese"] is not None and value < 10
    return Figure(number.start(), end, value, value_max, printed, suffix[0] if suffix else "", spoken)


def _upper_bound(
    text: str, unit: re.Match[str] | None, at: int
) -> tuple[re.Match[str] | None, re.Match[str] | None, int]:
    """Read the second number of a range such as 15%—20% or 1至2个; without one, return what was there."""
    link = _RANGE.match(text, at)
    second = _NUMBER.match(text, link.end()) if link else None
    if not second:
        return None, unit, at
    second_unit = _UNIT.match(text, second.end())
    if not second_unit and not second["share"]:
        return None, unit, at
    same = not unit or not second_unit or unit[0] == second_unit[0]
    if not same:
        return None, unit, at
    return second, second_unit, second_unit.end() if second_unit else second.end()


def _printed_unit(number: re.Match[str], unit: re.Match[str] | None) -> str:
    if number["share"] or number["tenths"]:
        return "%"
    if unit is None:
        return ""
    return _plain_unit(unit)


def _plain_unit(unit: re.Match[str]) -> str:
    if unit["share"]:
        return "个百分点" if "百分点" in unit["share"] else unit["share"]
    return _LOOSE.sub("", unit["unit"])


def _value(printed: str) -> Decimal:
    return parse_percent(printed) if "分之" in printed or printed.endswith("成") else parse_decimal(printed)
