"""The unit that a question asks in: 多少吨标准煤/万元, 几户, 百分之几, 几个工作日内.

Read from the words that ask, so that these are neither searched nor taken for the subject.
"""

from __future__ import annotations

import re

HOW_MANY = r"(?:多少|几)(?:个)?"
OF_TIME = r"工作日|自然日|小时|星期|周|天|(?<=个)月|日(?=之?内|以内)|年(?![级代份度底末初])"
OF_THINGS = (
    r"(?:[万亿]?(?:千瓦时|千瓦|吨标准煤|吨|克标准煤|克|毫克|微克|立方米|平方米|平方公里|"
    r"公里|公顷|蒸吨|亩|元)|户|家|座|台|辆|处|项|成|%|百分点|倍)(?:/[一-鿿]{1,4})?"
)
# 多少吨标准煤/万元 · 几户 · 百分之几
UNIT = re.compile(rf"{HOW_MANY}({OF_THINGS})|(?<!哪){HOW_MANY}({OF_TIME})|(百分之(?:几|多少)|百分比|多大比例|占比)")
# 有效期多久 · 多长时间: a time, in whatever unit
HOW_LONG = re.compile(rf"(?<!哪){HOW_MANY}(?:{OF_TIME})|多久|多长时间|(?:有效|试点|试行)期(?:限)?(?:是|为|有)?多[长少]")
# What a question says only to ask: 多少公里, 几个工作日内
ASKED_IN = rf"(?<!哪){HOW_MANY}(?:{OF_THINGS}|{OF_TIME})(?:之内|之前|以内|以前|内|前)?"


def unit_of(text: str) -> str:
    """Return the unit asked in, ``%`` for a share, or an empty string.

    >>> unit_of("几个工作日内要报告"), unit_of("新增管网多少公里"), unit_of("占百分之几"), unit_of("哪几年")
    ('工作日', '公里', '%', '')
    """
    found = UNIT.search(text)
    if not found:
        return ""
    return found[1] or found[2] or "%"
