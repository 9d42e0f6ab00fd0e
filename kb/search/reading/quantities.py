"""Figures in a question: the unit that it asks in (几个工作日内) and the figures that it puts forward (30%, 1.8以上).

Read from the words that ask, so that these are neither searched nor taken for the subject.
"""

from __future__ import annotations

import re

from kb.search.reading.forms import spelt_out

# 多少吨标准煤/万元 · 几户 · 百分之几
UNIT = re.compile(
    spelt_out(
        r"{how_many}个?({thing}{per})|{how_many}个?({time})|(百分之{how_many}|{how_many}个点|百分比|多大比例|占比)"
    )
)
# How many kilowatts: units that English questions ask in
ENGLISH = {
    "kilowatt": "千瓦", "square met": "平方米", "cubic met": "立方米", "kilomet": "公里", "tonne": "吨", "tons": "吨",
    "hectare": "公顷", "percentage point": "个百分点", "percent": "%", "per cent": "%", "yuan": "元", "days": "天",
    "years": "年", "months": "月",
}  # fmt: skip
# 清洁取暖率目标值: a rate is a share, asked for by its name
RATE = re.compile(
    r"(?:(?<![表频效汇])率|比例|比重)"
    r"(?=的?(?:目标|指标|要|应|须|是|为|达|控制|多|定|[上下]限|底线|最[多少高低]|不|[？?]|$))"
)
UNIT_EN = re.compile(rf"\bhow many (?:\w+ ){{0,2}}?({'|'.join(ENGLISH)})", re.I)
SCALED = r"[万亿]?(?:千瓦时?|吨标准煤|吨|元|户|家|座|公里|立方米|蒸吨|个|辆|台)(?:/[一-鿿]{1,3})?"
# 1.8以上 · 30% · 20万千瓦 · 20日内; not PM10, 15号, 2025年
FIGURE = re.compile(
    r"(?<![A-Za-z\d.〔])(?!\d+号)\d+(?:\.\d+)?\s*"
    rf"(?:%|％|个百分点|{SCALED}|年(?![\d底末前初均])|天|日内)?"
)


# 有效期是三年吧: a figure in numerals, where it ends what is put forward
CLAIMED = re.compile(
    r"(?<=[是为要到])[一二两三四五六七八九十][一二两三四五六七八九十百千]*个?(?:年|月|天|日|小时|工作日|成|次|家|项|类|种|座|户|人|名|倍|[万亿]?元)"
    r"(?=[吧吗嘛么对，。？?]|是|$)"
)


def unit_of(text: str) -> str:
    """Return the unit asked in, ``%`` for a share, or an empty string.

    >>> unit_of("几个工作日内要报告"), unit_of("新增管网多少公里"), unit_of("占百分之几"), unit_of("哪几年")
    ('工作日', '公里', '%', '')
    >>> unit_of("清洁取暖率目标值"), unit_of("提高效率的办法"), unit_of("抵销比例上限"), unit_of("削减几个点")
    ('%', '', '%', '%')
    >>> unit_of("How many million kilowatts?"), unit_of("How many plants?")
    ('千瓦', '')
    """
    if found := UNIT_EN.search(text):
        return ENGLISH[found[1].lower()]
    if found := UNIT.search(text):
        return (found[1] or found[2] or "%").split("每")[0]
    return "%" if RATE.search(text) else ""


def figures_in(text: str) -> tuple[str, ...]:
    """Return the figures that a text prints with their units; years, 文号 and addresses are to be taken out before.

    >>> figures_in("新增20万千瓦，比例不低于30%，PM10和15号不算")
    ('20万千瓦', '30%')
    >>> figures_in("有效期是三年吧"), figures_in("三年行动分为三类推进")
    (('三年',), ())
    """
    found = [*FIGURE.finditer(text), *CLAIMED.finditer(text)]
    return tuple(re.sub(r"\s", "", m.group()) for m in found)
