"""Questions to a whole ledger or outline: which tasks, bodies, targets or clauses, and how many.

哪些任务2024年底前要完成 · 配合单位有哪些 · 哪些条款没有责任单位 · 哪些单位任务最多 · 一共有多少个量化目标. This is
answered from every row, so it is told apart from one about a single task by its grammar alone: what is listed, and
what is asked of it. What names a subject besides is left to the composer, which knows the documents' titles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.numerals import parse_year
from kb.results import Concept, Selection
from kb.search.reading.outlines import outline_of

TASK = r"(?:任务|工作|事项|事情|事|活儿?|条款|举措|措施|工程|项目|条|项)"
GOAL = r"(?:目标|指标)"
BODY = r"(?:部门|单位|机构|主体|局|委办局)"
WHICH = r"(?:哪些|哪几|哪|什么|啥|多少|几|所有|全部)"
ASKED = r"(?:有|是|包括|包含|为|都|分别|一共|共|总共|各)*(?:哪些|哪几|什么|啥|谁|多少|几|清单|名单|一览|列出|列表)"
# 配合单位有哪些 · 有哪些牵头单位 · 列出所有责任单位 · 参与部门清单
KIND = r"(?:牵头|主办|主责|配合|协办|参与|责任|负责|承担|涉及|承办|实施)"
BODIES = re.compile(
    rf"{KIND}(?:的)?{BODY}(?:一共|共|总共|都|分别)*{ASKED}|{WHICH}(?:个|家)?{KIND}的?{BODY}|"
    rf"(?:列出|列举|罗列)[^，。？]{{0,12}}{KIND}的?{BODY}|"
    r"\b(?:which|what|list)\b.{0,20}\b(?:lead|leading|supporting|responsible) (?:bodies|departments|units)",
    re.I,
)
# 有多少家单位承担任务 · 涉及多少个部门 · 一共几个责任单位
COUNTED_BODIES = re.compile(
    rf"(?<!哪)(?:多少|几)(?:个|家)?(?:市直|省直|责任|牵头|配合|参与)*{BODY}|"
    r"how many (?:departments|bodies|bureaus|agencies)",
    re.I,
)
# 哪些单位任务最多 · 任务最多的是哪个部门 · 哪个条款的责任单位最多
EXTREME = re.compile(r"最多|最少|最重|\bmost\b|\bfewest\b", re.I)
LEAST = re.compile(r"最少|\bfewest\b", re.I)
BUSIEST = re.compile(
    rf"(?:哪|什么)[^，。？]{{0,3}}{BODY}[^，。？]{{0,12}}最[多少重]|{TASK}[^，。？]{{0,6}}最[多少重]的[^，。？]{{0,4}}{BODY}|"
    rf"(?:{BODY}|出现|涉及|参与|负责|承担|牵头)[^，。？]{{0,10}}最[多少]|"
    r"\b(?:which|what) (?:bod|department|bureau|agenc).*\b(?:most|fewest)\b",
    re.I,
)
CROWDED = re.compile(
    rf"(?:哪|什么)[^，。？]{{0,3}}(?:条款|条|项|任务)[^，。？]{{0,6}}(?:{KIND}的?)?{BODY}(?:数量?)?最[多少]|"
    rf"{BODY}(?:数量?)?最[多少]的[^，。？]{{0,4}}(?:条款|条|项|任务)"
)
# 没有责任单位 · 未明确牵头部门 · 没写完成时限
LACKING = r"(?:没有?|未|缺少?|不含|无)[^，。？]{0,6}"
WITHOUT_BODY = re.compile(
    rf"{LACKING}(?:责任|负责|牵头|{BODY}|谁管)|\bwithout\b.*\b(?:bod|department|responsib)|\bno responsible", re.I
)
WITHOUT_DATE = re.compile(r"(?:没有?|未|缺少?|不含|无)[^，。？]{0,8}(?:时限|期限|完成时间|截止|时间要求)")
CLAUSES = re.compile(rf"{WHICH}(?:个)?{TASK}|{TASK}{ASKED}|\bwhich (?:clauses|tasks)", re.I)
# 约束性指标有哪些 · 一共有多少个量化目标 · 列出全部量化指标
NATURE = re.compile(rf"(约束性|预期性)的?(?:量化)?{GOAL}")
TARGETS = re.compile(
    rf"(?:约束性|预期性)的?(?:量化)?{GOAL}(?:{ASKED}|[？?。]?$)|{WHICH}(?:个|项)?(?:约束性|预期性)的?{GOAL}|"
    rf"(?:多少|几)(?:个|项|条)?(?:量化|定量)的?{GOAL}|(?:量化|定量)的?{GOAL}{ASKED}|"
    rf"(?:一共|总共|合计|共)(?:有|提出|设定|列)?(?:了)?(?:多少|几)(?:个|项|条)?(?:具体)?{GOAL}|"
    rf"(?:所有|全部)(?:的)?(?:量化|定量)?{GOAL}|(?:列出|列举|有哪些|有什么|有多少个?)(?:具体)?指标|(?:(?<![一-鿿])|(?<=的))指标{ASKED}|"
    r"\bhow many (?:quantified )?(?:targets|indicators)\b",
    re.I,
)
# 2024年底前要完成 · 2023年要完成 · 到2025年实现
YEAR = r"(?:20\d\d|二[〇零○][一二三四五六七八九〇零○]{2})年?"
MONTH = r"(?P<month>1[0-2]|0?[1-9])月(?:份|底|末)?"
HALF = r"(?P<half>上半年|下半年|第?[一二三四]季度)"
DUE = re.compile(
    rf"(?P<by>到|至|截至|截止到?|在)?(?P<year>{YEAR})(?:{MONTH}|{HALF})?(?P<end>年?底|年?末)?"
    r"(?P<before>之前|以前|前)?(?P<within>内|当年|年内)?"
)
DONE = re.compile(
    r"完成|办结|到期|落实到位|做完|实现|达到|达成|截止|时限|期限|结束|见效|\bdue\b|complete|deadline", re.I
)
DUE_ITEMS = re.compile(
    rf"{WHICH}(?:个|项|条)?(?:量化)?(?:{TASK}|{GOAL})|(?:{TASK}|{GOAL}){ASKED}|(?:要|应|需|须|必须)?(?:完成|办结|做完|实现|到期)的?(?:有)?"
    rf"(?:哪些|什么|啥|多少|几[项个条])|列出.*(?:{TASK}|{GOAL})|\b(?:which|what|list)\b.*\b(?:tasks?|targets?|duties)\b",
    re.I,
)
# What asks of a row and names no subject: 完成, 年底, 明确, 时限, 量化
ASKING = re.compile(
    r"(?:完成|办结|到期|落实到位|做完|实现|达到|达成|截止|时限|期限|时间|结束|见效|年底|月底|底前|年末|年内|以前|之前|以内|"
    r"明确|写明|注明|标明|列明|量化|定量|约束性?|预期性?|清单|名单|一览|单位|数量|合计|总数|单列|最[多少重]|要求|提出|设定|"
    r"目标|指标|任务|部门|主体|due|complete[d]?|deadlines?|targets?|indicators?|most|fewest|assigned|named|quantified)+",
    re.I,
)
LAST_MONTH = {"上半年": 6, "下半年": 12, "一": 3, "二": 6, "三": 9, "四": 12}


def selection_of(text: str, years: Sequence[int], concepts: Sequence[Concept]) -> Selection | None:
    """Return what a question selects from the ledgers; None where it asks about one thing or in other ways.

    >>> selection_of("哪些任务2024年底前要完成", (2024,), ()).last
    (2024, 12)
    >>> selection_of("VOC治理由谁负责", (), ()) is None
    True
    """
    if found := _selection(text, years):
        return replace(found, topic=tuple(c.term for c in concepts if not ASKING.fullmatch(c.term)))
    if outline := outline_of(text):
        found, words = outline
        return replace(found, topic=tuple(c.term for c in concepts if c.term not in words))
    return None


def _selection(text: str, years: Sequence[int]) -> Selection | None:
    if years and (due := _due(text)):
        return due
    if WITHOUT_DATE.search(text) and CLAUSES.search(text):
        return Selection("undated")
    if WITHOUT_BODY.search(text) and CLAUSES.search(text):
        return Selection("unassigned")
    if CROWDED.search(text):
        return Selection("crowded", least=bool(LEAST.search(text)))
    if EXTREME.search(text) and BUSIEST.search(text):
        return Selection("busiest", least=bool(LEAST.search(text)))
    if TARGETS.search(text):
        nature = NATURE.search(text)
        return Selection("targets", nature=nature[1] if nature else "")
    if BODIES.search(text) or COUNTED_BODIES.search(text):
        return Selection("bodies")
    return None


def _due(text: str) -> Selection | None:
    """Read the time by which, or in which, something is to be done.

    >>> _due("2024年6月底前要完成哪些任务").last, _due("2023年要完成的任务有哪些").first
    ((2024, 6), (2023, 1))
    >>> _due("2023年到2025年要完成哪些任务").last
    (2025, 12)
    """
    found = [m for m in DUE.finditer(text) if m["year"]]
    if not found or not DUE_ITEMS.search(text) or not (DONE.search(text) or found[-1]["before"]):
        return None
    first, last = found[0], found[-1]
    until = (_year(last), _month(last))
    by = any(last[name] for name in ("before", "end")) or (len(found) == 1 and last["by"] in ("截至", "截止", "截止到"))
    since = (_year(first), 1) if len(found) > 1 or not by else None
    if len(found) == 1 and not by and last["month"]:
        since = until
    return Selection("due", first=since, last=until)


def _year(found: re.Match[str]) -> int:
    printed = found["year"] if found["year"].endswith("年") else f"{found['year']}年"
    return parse_year(printed) or 0


def _month(found: re.Match[str]) -> int:
    if found["month"]:
        return int(found["month"])
    half = (found["half"] or "").removeprefix("第").removesuffix("季度")
    return LAST_MONTH.get(half, 12)
