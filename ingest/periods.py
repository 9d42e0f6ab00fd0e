"""Find the years of a sentence and what they are to its figures: deadline, baseline, start of a change, or the past.

Plans say one year in many ways: 到2025年, 2025年底前, 2022年9月底前, “十四五”期间, 2023—2025年. The same year may be
a goal in one document and an account in the next (到2020年 in a plan of 2019, 2020年 in one of 2021), so the year in
which the document was written decides. Names that contain a period (“十四五”规划) are no times. Spans without a
calendar year (三年内, 近期) are left alone: a deadline is never computed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.numerals import parse_year

DEADLINE, BASELINE, ORIGIN, PAST = "deadline", "baseline", "origin", "past"

# 十二五 ended in 2015, and so on in steps of five
PLAN_END = {"十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
# 2025年 · 二〇二五年 · 2023—2025年
_CALENDAR = (
    r"(?<![0-9〔])(?:(?:20[0-9]{2}|二[〇零○0一二三四五六七八九]{3})年?[—–\-~至到]{1,2})?"
    r"(?P<year>20[0-9]{2}|二[〇零○0一二三四五六七八九]{3})年(?!版|度第|第|级|产)度?"
)
# “十四五”期间 · 十三五末 · “十四五”累计新增
_PLAN = (
    r"[“\"]?(?P<plan>十[二三四五六]五)[”\"]?"
    r"(?:期间|时期|规划期间?|期末|末期|期内|以来|中后期|末|初|(?=，|累计|新增|年均))"
)
# 比“十三五”下降, said of the period's last year
_PLAN_AS_BASE = r"(?<=[比较])[“\"]?(?P<before>十[二三四五六]五)[”\"]?"
_HEDGE = r"力争|争取|原则上|努力|确保|预计|计划"
_TIME = re.compile(
    rf"(?P<hedge>{_HEDGE})?(?P<lead>到|至|在|截至|截止到?|截止至|自|于|(?<![占配同环对])比|较|相比于?|相较于?|同|与|以|由|从|对比|相对于?)?"
    rf"(?:{_CALENDAR}|{_PLAN}|{_PLAN_AS_BASE})"
    r"(?:[0-9]{1,2}月(?:份|[0-9]{1,2}日(?:[0-9]{1,2}[点时])?|底|末)?|上半年|下半年|第?[一二三四]季度)?"
    r"(?P<tail>(?:年|期)?(?:底|末|终)?(?:之前|以前|前|期间|时|止|为止|起|以来)?"
    r"(?P<base>的?(?:基础上|水平上?|为(?:基准|基期|基数|基年)(?:年)?|相比(?:较)?|同期相比|基准年?|同期))?)，?"
)
# What a text without time phrases has nothing of
SIGN_OF_PERIOD = re.compile(
    "[0-9]|二[〇零○0一二三四五六七八九]{3}|十[二三四五六]五|年来|近.年|过去|目前|现已|迄今|至今|以来"
)
_PAST_WORDS = re.compile(r"近年来|近[一二两三四五]年|[一二两三四五]年来|过去|目前|现已|迄今|至今|以来")
_DATE_LINE = re.compile(
    r"^[ \u3000]*([0-9〇零○一二三四五六七八九]{4})\s?年[ 0-9一二三四五六七八九十]{1,4}月"
    r"(?:[ 0-9一二三四五六七八九十]{1,4}日)?\s*$",
    re.M,
)
_NUMBERED = re.compile(r"[〔\[﹝](20[0-9]{2})[〕\]﹞]")


@dataclass(frozen=True, slots=True)
class Period:
    """A time phrase at ``[start, end)``; ``hedge`` is the 力争 or 原则上 printed with it."""

    start: int
    end: int
    kind: str
    year: int | None
    hedge: str = ""


def find_periods(text: str, *, written: int | None) -> tuple[Period, ...]:
    """Return the time phrases of flattened text in printed order; ``written`` is the year of the document if known.

    >>> [(p.kind, p.year) for p in find_periods("“十四五”期间，能耗比2020年下降5%，2030年底前达到峰值", written=2021)]
    [('deadline', 2025), ('baseline', 2020), ('deadline', 2030)]
    >>> [(p.kind, p.year) for p in find_periods("截至2020年底达到5%", written=None)]
    [('past', 2020)]
    """
    found = [_classify(time, written) for time in _TIME.finditer(text)]
    taken = [(period.start, period.end) for period in found]
    for words in _PAST_WORDS.finditer(text):
        if not any(start <= words.start() < end for start, end in taken):
            found.append(Period(words.start(), words.end(), PAST, None))
    return tuple(sorted(found, key=lambda period: period.start))


def year_dated(text: str) -> int | None:
    """Return the year of the first date that stands on a line of its own."""
    dated = _DATE_LINE.search(text)
    return parse_year(dated[1]) if dated else None


def year_written(text: str) -> int | None:
    r"""Return the year in which the document was written, as far as its text tells.

    The first date that stands on a line of its own counts; without one, the latest 发文字号 it cites.

    >>> year_written("通知\n2021年3月2日\n附件"), year_written("根据国发〔2022〕7号"), year_written("到2030年")
    (2021, 2022, None)
    """
    if dated := year_dated(text):
        return dated
    cited = [int(year) for year in _NUMBERED.findall(text)]
    return max(cited, default=None)


def _classify(time: re.Match[str], written: int | None) -> Period:
    year = parse_year(time["year"]) if time["year"] else PLAN_END[time["plan"] or time["before"]]
    lead, tail, hedge = time["lead"] or "", time["tail"], time["hedge"] or ""
    if time["base"] or lead.startswith(("比", "较", "相")):
        kind = BASELINE
    elif lead in ("由", "从") and not tail.endswith("起"):
        kind = ORIGIN
    elif _is_past(time, year, written):
        kind = PAST
    else:
        kind = DEADLINE
    return Period(time.start(), time.end(), kind, year, hedge)


def _is_past(time: re.Match[str], year: int | None, written: int | None) -> bool:
    if time["hedge"]:
        return False
    if "以来" in time[0]:
        return True
    if (time["lead"] or "").startswith("截"):
        return written is None or year is None or year <= written
    return written is not None and year is not None and year < written
