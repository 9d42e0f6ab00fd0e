"""Questions to a document's outline: its parts, one of the parts that plans share, the items under one heading.

方案主要讲了什么 · 主要目标是什么 · 保障措施有哪些 · 十大工程是哪些. Whether a document has such a part, and whether a
question names another subject besides, is for the composer to see, which knows the documents.
"""

from __future__ import annotations

import re

from ingest.numerals import parse_integer
from kb.results import Selection

# The parts that plans share: how people name one, and what its heading says.
SECTIONS = {
    "(?:主要|总体?的?|工作|发展|奋斗)目标(?:任务)?|目标任务": "目标",
    "总体要求|总要求|指导思想|总体思路": "总体要求|指导思想|总体思路",
    "(?:基本|工作|主要)原则": "原则",
    "(?:组织|保障|落实)(?:措施|机制)|组织(?:实施|保障|领导)": "保障|组织(?:实施|领导|落实)|(?:工作|责任)落实",
    "(?:主要|重点|工作)(?:任务|举措|措施)": "(?:主要|重点|工作)(?:任务|举措|措施|工作)",
}
# What a plan numbers under one heading, with the count by which people know it: 十大工程, 重点行动
COUNT = r"(?:(?P<count>[二两三四五六七八九十]{1,3}|\d{1,2})(?:大|项|个|条|类)|[几多]少?[大项个条类])?"
ITEMS = r"(?:重点|主要|重大|专项|关键)*(?P<noun>工程|行动|任务|举措|措施|机制|制度|计划|政策)"
WHICH = r"(?:什么|啥|哪(?:些|[一二两三四五六七八九十几]+[个项条类大]?)|(?:几|多少)[个项条类大]?)"
IS = r"(?:一共|总共|都|分别|主要|具体|各|是|有|为|包括|包含|含|指)*"
NAMED = r"的?(?:名称|名字|清单|名单|一览)?(?:[？?。]|$)"
ENGLISH = {
    "工程": "projects?", "行动": "actions?|campaigns?", "任务": "tasks?", "措施": "measures?", "目标": "goals",
}  # fmt: skip
ITEMS_EN = (
    r"\b(?:what are|which are|list|name)\b.{{0,30}}\b(?:key|major|main|priority|{counts})\b.{{0,12}}\b(?:{noun})\b"
)
COUNTS_EN = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PARTS = re.compile(
    r"(?:主要|核心|大概|大致|基本)内容|(?:讲|写|说|规定)(?:了|的)?(?:些|是)*(?:什么|啥|哪些)|"
    r"(?:几|多少|哪些|哪几)个?大?(?:部分|章节|章|板块)|(?:文件|方案|规划|意见|通知|办法|全文)的?(?:目录|提纲|大纲|框架|结构)|"
    r"(?:概括|概述|总结|归纳|介绍)一?下?(?:这|本|该|全文|文件|方案|主要)|"
    r"\bsummari[sz]e\b|\boutline\b|\bhow many (?:parts|chapters|sections)\b|\bmain (?:contents?|points)\b",
    re.I,
)


def outline_of(text: str) -> tuple[Selection, str] | None:
    """Return what a question asks of an outline, with the words that ask it; None where it asks for something else.

    >>> [found and (found[0].of, found[1]) for found in map(outline_of, ("全市八大行动有哪些", "老旧锅炉怎么改造"))]
    [('items', '八大行动有哪些'), None]
    """
    for name, heading in SECTIONS.items():
        if found := _enumerated(f"(?:{name})", text):
            return Selection("section", names=heading), found.group()
    if found := _enumerated(COUNT + ITEMS, text):
        count = parse_integer(found["count"].replace("两", "二")) if found["count"] else 0
        return Selection("items", names=found["noun"], count=count), found.group()
    for noun, english in ENGLISH.items():
        if found := re.search(ITEMS_EN.format(counts="|".join(COUNTS_EN), noun=english), text, re.I):
            counts = [n for n, word in enumerate(COUNTS_EN, start=2) if word in found.group().lower().split()]
            return Selection("items", names=noun, count=counts[0] if counts else 0), found.group()
    found = PARTS.search(text)
    return (Selection("parts"), found.group()) if found else None


def _enumerated(name: str, text: str) -> re.Match[str] | None:
    """Find a name of which the question asks what it comprises: 主要目标是什么, 有哪些主要目标, 主要目标."""
    behind, before = rf"{name}(?:{IS}{WHICH}|{NAMED})", rf"{WHICH}{name}"
    return re.search(behind, text) or re.search(before, text)
