"""Level (国, 省, 市, 县) and place of a document, and the places that a text names.

Read from issuers and title as printed, with the table of provinces and prefecture-level divisions in ``places.toml``
(GB/T 2260). A document whose issuer and title name no place has neither level nor place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

LEVELS = "国省市县"  # from the top
# 国务院 · 国家发展改革委 · 生态环境部办公厅 · 中共中央
STATE = re.compile(
    r"国务院|中华人民共和国|中共中央|中央|国家|全国|最高人民|中国|[一-鿿]{2,10}部(?:办公厅|等|$)|[一-鿿]{2,8}总局"
)
# 徐汇区 · 陵川县 · 准格尔旗; not 自治区, 开发区, 各区, 工业园区, 城市市区, 大兴安岭地区
COUNTY = re.compile(
    r"(?!关于)(?:[一-鿿]{2,4}市)?([一-鿿]{1,6}?(?<!自治)(?<!开发)(?<!示范)(?<!城市)(?<![各园市地景社小片战步管])(?:县|区|旗))(?!域|块|间)"
)
CITY = re.compile(r"(?!关于)([一-鿿]{2,8}?(?:自治州|地区|盟|市|州))")
# 省生态环境厅 · 省委办公厅 · 自治区人民政府: a province that is not named; a 市 may be a 直辖市
UNNAMED = re.compile(r"(?:省|自治区)(?:人民政府|政府|党?委|[一-鿿]{2,12}?[厅局])")
# 2022年 · 2021-2023年度: before the place
YEARS = re.compile(r"20\d\d(?:[-—－~～至]20\d\d)?年度?")
# 吉林市, 海南藏族自治州: bear the short name of a province and are none
NAMESAKE = re.compile(r"市|[一-鿿]{0,8}自治州")
ENDING = re.compile(r"(?<=..)[省市]$|(?:壮族|回族|维吾尔)?自治区$")
# 中共晋城市委 · 国家税务总局某市税务局 · 关于印发《某省方案》的通知: the place comes after
LEAD = re.compile(
    r"(?:中共|国家税务总局|中国人民银行|国家统计局)(?!中央)(?=[一-鿿]{2,8}(?:省|市|区|州|盟|县))|"
    r"关于(?:印发|发布|公布)《?"
)

# 苏州河 · 青海湖: named after a place, and none; but 广东河源, 江苏河长制
WATER = "(?!河(?![北南源池长道流湖网段])|湖(?![北南州泊长库区滨]))"


def level_rank(level: str) -> int:
    """Return the place of a level from the top, 0 for the state; where none is known it stands last.

    >>> level_rank("国"), level_rank("市"), level_rank("")
    (0, 2, 3)
    """
    return LEVELS.find(level or LEVELS[-1])


@cache
def provinces() -> dict[str, str]:
    """Map every name of a province, full and short, to its full name."""
    short = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
    full = _table()
    return {name: whole for whole in full for name in (whole, short.sub("", whole))}


@cache
def cities() -> dict[str, str]:
    """Map the short name of each prefecture-level division to its province."""
    return {city: province for province, names in _table().items() for city in names}


@cache
def _table() -> dict[str, list[str]]:
    table: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("places.toml").read_text("utf-8"))["provinces"]
    return table


def level_of(issuers: Sequence[str], title: str) -> str:
    """Return 国, 省, 市, 县 or an empty string; issuers are asked before the title.

    >>> level_of(["晋城市人民政府"], ""), level_of(["国家发展改革委"], ""), level_of([], "徐汇区节能专项资金管理办法")
    ('市', '国', '县')
    """
    return _locate(issuers, title)[0]


def region_of(issuers: Sequence[str], title: str) -> str:
    """Return the place as printed (晋城市, 山西省), or an empty string for the state.

    >>> region_of(["晋城市人民政府"], ""), region_of(["国务院"], ""), region_of(["广西壮族自治区人民政府"], "")
    ('晋城市', '', '广西壮族自治区')
    """
    return _locate(issuers, title)[1]


def _locate(issuers: Sequence[str], title: str) -> tuple[str, str]:
    for printed in (*issuers, title):
        lead = LEAD.match(printed)
        name = printed[lead.end() :] if lead else printed
        years = YEARS.match(name)
        name = name[years.end() :] if years else name
        if STATE.match(name):
            return "国", ""
        if UNNAMED.match(name):
            return "省", ""
        if province := _province_of(name):
            rest = name.removeprefix(province)
            below = COUNTY.match(rest) or CITY.match(rest)
            if below and below.group(1) != rest[:1]:
                return ("县" if COUNTY.match(rest) else "市"), below.group(1)
            return "省", province
        if county := COUNTY.match(name):
            return "县", county.group(1)
        if city := CITY.match(name):
            return "市", city.group(1)
    return "", ""


def _province_of(name: str) -> str:
    """Return the province, as printed, that a name begins with; a city that bears its short name is none."""
    province = next((p for p in sorted(provinces(), key=len, reverse=True) if name.startswith(p)), "")
    short = province not in provinces().values()
    return "" if short and NAMESAKE.match(name.removeprefix(province)) else province


def places_in(text: str) -> tuple[str, ...]:
    """Return the provinces and cities that ``text`` names, in order, each once; without 省, and 市 but for 吉林市.

    >>> places_in("长治市和太原的目标，比山西省高多少")
    ('长治', '太原', '山西')
    """
    found = (name if name in cities() else ENDING.sub("", name) for name in _places().findall(text))
    return tuple(dict.fromkeys(found))


@cache
def _places() -> re.Pattern[str]:
    names = sorted({*provinces(), *cities()}, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, names))}){WATER}")
