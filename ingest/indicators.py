"""What a figure measures: clean the printed name of an indicator, share it out over a list, compare it.

The name stands in front of the figure with everything else a sentence puts there (``并确保全市…``), lists elide what
their members share (``绿色防控、统防统治覆盖率分别达到…``), and the same indicator is printed in several wordings
(单位GDP能耗, 单位地区生产总值能源消耗, 能耗强度). Only printed words are ever put together; the normalised key is for
comparing, never for showing. Indicators that differ in scope (城市, 县城, 规模以上) keep different keys.
"""

from __future__ import annotations

import re

from ingest.sentences import bracket_partners

# How names of indicators end: 利用率, 占比, 排放总量, 年均浓度
METRIC_END = re.compile(
    r"(?:率|比例|比重|占比|比|总量|(?<!需氧)量|能力|面积|规模|容量|装机|产值|增加值|收入|浓度|强度|系数|数量|数|里程|长度|权重|覆盖|消费|"
    r"投资|份额|增速|涨幅|增幅|降幅|值|排放|能耗|煤耗|电耗|水耗|消耗|指标|效率|水平|额|密度|盖度|蓄积|产能|绿地|耗|减排)(?:（[^（）]{1,20}）)?$"
)
# 重点工程减排量: what may stand between the own name and the metric and belongs to all names of a list
_SHARED_TAIL = re.compile(
    r"(?:年均|平均|累计|重点工程|综合|安全|无害化|资源化|排放|减排|消费|使用|利用|覆盖|处理|处置|回收|治理|收集|普及|循环|转化|达标|"
    r"漏损|装机|发电|销售|总体|有效|登记|联网|安装|监测|集中|生产|能源|新增|年|总|施)*"
    r"(?:率|产量|销量|用量|产能|保有量|比例|比重|占比|比率|总量|量|能力|面积|规模|容量|产值|增加值|浓度|强度|系数|数量|数|水平|排放|消费|投资|额|长度|里程)$"
    r"|(?:单位|人均|万元|平均每).+$"
)
# 乙二醇行业达到标杆水平的产能比例: what the members of a list are
_CLASS_NOUN = re.compile(r"(?:行业|领域|产业|企业|机组|工序|阶段)(?=.)")
_PLACE = re.compile(r"城市|县城|城镇|农村|乡镇|乡村|地级市|县级市|省|市|县|区|镇|乡|村|东部|中部|西部|国家")
_JOINTS = re.compile(r"以及|和|与|及")
# What opens a clause without naming anything: 并确保 · 力争实现 · 其中，
_OPENING = re.compile(
    r"^(?:[、，：；。—\-·*●]+|其中|同时|此外|另外|并(?!网)|且|以及|及(?!时|格)|和(?!谐|田)|与|使得?|让|确保|保证|保障(?=全|各)|力争|争取|努力|"
    r"实现|推动|促进|保持|要(?!素)|将(?!来)|需(?!求)|应(?!急|用|对|收)|须|有力支撑|支撑|带动|预计|计划|原则上|严格控制|严控|锚定|再(?![生制就造次利循融贷])|年均|累计|率先|逐步|"
    r"进一步|稳步|持续|有效|切实|加快|大力|积极|不断|鼓励(?!类)|基本(?!农田|公共|养老|医疗|草原)|力求|做到|达到(?=全|各)|每年|各地(?=要|应)|"
    r"[（(][一二三四五六七八九十0-9]{1,3}[）)]|[一二三四五六七八九十]{1,3}是|[0-9]{1,2}[.、](?![0-9])|[①-⑳])+"
)
# 某市力争细颗粒物浓度 · 全省完成改造面积
_MIDDLE_HEDGE = re.compile(
    r"力争|争取(?=.*[率量度比])|(?<=^全[国省市区县州])完成|^完成(?=.*(?:面积|长度|里程|规模|总量)$)|^为(?=全|我)|^组织(?=在)|^在(?![建运线校册产岗职用])"
)
_LEADING_FIGURE = re.compile(
    r"^(?:全[市省国县区]|我[市省县区])?约?[0-9][0-9.,]*(?:余|多)?(?:个|家|座|处|条|户|项|所|台|辆)(?:以上)?的?"
)
_TRAILING = re.compile(
    r"(?:[、，：；]|的|(?<![履节合条契公违])约|(?<![临附邻最])近|(?<!公)共|共计|总计|合计|各|分别|(?<![发直])达|(?<![行作认成])为|至少)+$"
)


def clean_indicator(printed: str) -> str:
    """Return the indicator without what merely opens or closes the clause around it.

    >>> clean_indicator("并确保全市农村污水治理率"), clean_indicator("9个断面优良水体比例")
    ('全市农村污水治理率', '断面优良水体比例')
    """
    name = _MIDDLE_HEDGE.sub("", _OPENING.sub("", printed))
    name = _LEADING_FIGURE.sub("", name) or name
    name = _TRAILING.sub("", name)
    return _OPENING.sub("", name).strip(" ＿")


def split_names(indicator: str, count: int) -> tuple[str, ...] | None:
    """Return the ``count`` indicators that a list names, each with the words they share; None where it does not match.

    >>> split_names("绿色防控、统防统治覆盖率", 2)
    ('绿色防控覆盖率', '统防统治覆盖率')
    >>> split_names("营运车辆和船舶单位周转量碳排放", 2)
    ('营运车辆单位周转量碳排放', '船舶单位周转量碳排放')
    >>> split_names("化肥利用率", 2)
    """
    pieces = _pieces(indicator, count)
    if pieces is None:
        return None
    *firsts, last = pieces
    tail = "" if all(METRIC_END.search(name) for name in firsts) else _shared_tail(last, firsts[-1])
    return tuple(name if METRIC_END.search(name) else name + tail for name in firsts) + (last,)


def _pieces(indicator: str, count: int) -> list[str] | None:
    """Cut a list into ``count`` members: at 、, then at the last 和, then at every 和; marks in brackets do not cut."""
    members = _outside_brackets(indicator, re.compile("、"))
    if len(members) == count > 1:
        return members
    joints = [joint for joint in _JOINTS.finditer(members[-1]) if joint.start() and joint.end() < len(members[-1])]
    if len(members) == count - 1 and joints:
        last = members[-1]
        return [*members[:-1], last[: joints[-1].start()], last[joints[-1].end() :]]
    everywhere = _outside_brackets(indicator, re.compile(f"、|{_JOINTS.pattern}"))
    return everywhere if len(everywhere) == count > 1 else None


def _outside_brackets(text: str, separator: re.Pattern[str]) -> list[str]:
    inside = bracket_partners(text, 0, len(text))
    pieces, start = [], 0
    for mark in separator.finditer(text):
        if not any(opened < mark.start() < closed for opened, closed in inside.items()):
            pieces.append(text[start : mark.start()])
            start = mark.end()
    return [piece for piece in (*pieces, text[start:]) if piece]


def _shared_tail(last: str, before: str) -> str:
    """Return the end of the last name that the name before it elides."""
    own_place, place = _PLACE.match(last), _PLACE.search(before)
    if own_place and place and place.end() == len(before) and (place.start() == 0 or len(place[0]) > 1):
        return last[own_place.end() :]
    shortest = 1 if before[-1] in "县市区省镇乡村州盟旗" else 2
    for size in range(min(4, len(before)), shortest - 1, -1):
        at = last.find(before[-size:])
        if at > 0 and at + size < len(last):
            return last[at + size :]
    kind = _CLASS_NOUN.search(last, 1)
    if kind:
        return last[kind.end() if kind[0] in before else kind.start() :]
    tail = _SHARED_TAIL.search(last, 1)
    return tail[0] if tail else ""


_SCOPE = re.compile(
    r"全[市省县区州盟国]|我[市省县区州国]|本[市省县区]|各[县市](?:（市、区）|（区）)?|到?20[0-9]{2}年底?[，,]?"
)
# One indicator in several wordings; applied in this order, so that later entries see the earlier ones' result
_SAME: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"[（(\[〔][^（）()〔〕\[\]]*[）)\]〕]|[“”\"'‘’\s]", ""),
        (
            r"非化石能源占(?:一次)?能源消费(?:总量)?的?(?:比[重例率])?|非化石能源(?:消费)?(?:占比|比[重例率])",
            "非化石能源占比",
        ),
        (r"^(?:二氧化碳|碳|co2)(?:排放)?强度$", "单位gdp碳排放"),
        (r"(?:万元|单位)?(?:国内|地区|国民)?生产总值|(?:万元|单位)?gdp", "单位gdp"),
        (r"^(.*)单位gdp(?=增长|增速|年均)", r"\1gdp"),
        (r"(?:规模以上|规上)(?:工业企业|工业)?(?:万元|单位)(?:工业)?增加值", "规上工业单位增加值"),
        (r"(?:万元|单位)工业增加值", "单位工业增加值"),
        (r"能源(?:消耗|消费)强度|综合能源?消费量|综合能耗|能源(?:消耗|消费)(?!总量|结构)(?:量)?", "能耗"),
        (r"^能耗强度$|^单位gdp能耗(?:强度)?$", "单位gdp能耗"),
        (r"二氧化碳排放(?:强度|量)?|co2排放(?:强度|量)?|碳排放(?:强度|量)", "碳排放"),
        (r"细颗粒物(?:pm2\.5)?|pm2\.5", "pm2.5"),
        (r"可吸入颗粒物(?:pm10)?|pm10", "pm10"),
        (r"臭氧|o3", "臭氧"),
        (r"挥发性有机物(?:vocs?)?|vocs?", "挥发性有机物"),
        (r"氮氧化物(?:nox)?|nox", "氮氧化物"),
        (r"化学需氧量(?:cod)?|cod", "化学需氧量"),
        (r"二氧化硫|so2", "二氧化硫"),
        (r"(?:占比|比重|比例|比率)$", "比例"),
        (r"(占.+?)(?<!比例)$", r"\1比例"),
        (r"(?:环境)?空气质量?优良天数(?:率|比例)?|优良天数(?:率|比例)", "空气优良天数比例"),
        (r"(?:主要)?(?:农作物)?秸[秆杆]", "秸秆"),
        (r"农村(?:生活)?污水", "农村生活污水"),
        (r"农[业田]灌溉水", "农田灌溉水"),
        (r"(?:年)?(?:平)?均浓度", "浓度"),
        (r"排放总量|排放量", "排放量"),
        (r"用水(?:总)?量", "用水量"),
        (r"数据中心.*pue值?|数据中心.*(?:电能|能源)利用效率", "数据中心pue"),
        (r"(?:数量|总数|规模)$|(?<=[业位户座家])数$", ""),
        (r"的|(?<=[筑辆])中", ""),
    )
)


def indicator_key(indicator: str) -> str:
    """Return a normalised form in which wordings of the same indicator are equal; for comparing, not for showing.

    >>> indicator_key("全市单位地区生产总值能源消耗") == indicator_key("单位GDP能耗") == indicator_key("能耗强度")
    True
    >>> indicator_key("城市污水处理率") == indicator_key("农村污水处理率")
    False
    """
    key = _SCOPE.sub("", clean_indicator(indicator)).lower()
    for pattern, name in _SAME:
        key = pattern.sub(name, key)
    return key
