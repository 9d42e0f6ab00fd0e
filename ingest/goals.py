"""Walk through a sentence and list its goals, with the year, baseline and 力争 that reach each of them.

Deadlines stand in front of a clause, of the whole sentence, or of an earlier one; a year in the middle of a clause
reaches no further than the next semicolon. A list of names shares its values out (分别), and so does a list of years.
An account of the past ends where a year to come is named. Years are taken as printed and never computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.figures import Figure
from ingest.indicators import split_names
from ingest.parts import Part, Slot, label_length, parts_of, slots_of
from ingest.periods import BASELINE, DEADLINE, PAST, Period
from ingest.readings import Around, Reading, read_slot

_NATURE = re.compile(r"约束性|预期性")
_KEPT_HEDGES = ("力争", "争取", "原则上", "预计")
# What stands in front of a year at the head of a sentence, other than 力争到 and the like
_NAMED_BEFORE = re.compile(r"[^，力争取到确保努]")
_YEAR_LINK = re.compile(r"[和、及与]?")
# Names too short to be understood without what stands before them: 利用率达到98%
_MERE_METRIC = re.compile(r".{0,3}(?:率|比例|占比|比重|能力|总量|规模|面积|产能)")
# A sentence that begins something new; it does not take over a deadline from the one before
_PROCESS = re.compile(
    r"(?:加快|大力|积极|全面|深入|持续|进一步|不断|稳步|有序|着力|重点|统筹|科学|继续)*(?:推进|推动|加强|支持|鼓励|开展|实施|组织|建立|健全|完善|深化|"
    r"强化|严格|优化|落实|引导|坚持|探索|构建|围绕|以|对|在|针对|依托|聚焦|巩固|加大|促进|规范|严控|抓好|做好|制定|研究|推广|发展|加快)"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a sentence takes over from above: the year to reach, its 力争, or that it tells of the past.

    ``is_goal`` tells that a heading announces goals; ``counted`` is the last unit and noun that were counted.
    """

    deadline: int | None = None
    hedge: str = ""
    is_past: bool = False
    is_goal: bool = False
    is_carried: bool = False
    counted: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure as a goal; ``[start, end)`` is what to quote of the flattened sentence."""

    figure: Figure
    indicator: str
    relation: str
    start: int
    end: int
    scope: Scope
    baseline: int | None
    nature: str | None


def read_goals(text: str, scope: Scope, *, written: int | None) -> tuple[Goal, ...]:
    """Return the goals of one flattened sentence in printed order; ``written`` is the document's year if known.

    >>> sentence = "到2025年，漏损率力争控制在9%以内、污水处理率达到95%"
    >>> goals = read_goals(sentence, Scope(), written=2023)
    >>> [(goal.indicator, goal.relation, str(goal.figure.value)) for goal in goals]
    [('漏损率', '力争控制在…以内', '9'), ('污水处理率', '达到', '95')]
    """
    return tuple(_goals(text, scope, written=written))


def scope_after(text: str, scope: Scope, *, written: int | None) -> Scope:
    """Return what the sentence after this one takes over.

    A year at the head of the sentence reaches on; a sentence that begins something new ends that reach,
    unless a heading says that all are goals, but an account of the past goes on until a year to come is named.

    >>> scope_after("到2025年，能效明显提升。", Scope(), written=2023).deadline
    2025
    >>> scope_after("推进管网改造，到2025年漏损率降到9%。", Scope(), written=2023).deadline
    """
    start = label_length(text)
    for part in parts_of(text, written=written)[:2]:
        for period in part.periods:
            if period.kind in (DEADLINE, PAST) and not _NAMED_BEFORE.search(text[start : period.start]):
                return replace(_moved(scope, period), is_carried=True)
    if scope.is_past or scope.is_goal or not _PROCESS.match(text, start):
        return scope
    return replace(scope, deadline=None, hedge="", is_carried=False)


def _moved(scope: Scope, period: Period) -> Scope:
    """Return the scope behind a time phrase."""
    if period.kind == PAST:
        return replace(scope, deadline=None, hedge="", is_past=True)
    if period.kind == DEADLINE:
        return replace(scope, deadline=period.year, hedge=period.hedge, is_past=False, is_carried=False)
    return scope


def _goals(text: str, scope: Scope, *, written: int | None) -> Iterator[Goal]:
    """Walk the stretches; a baseline in a stretch of its own (与2020年相比，) holds for those behind it."""
    if scope.is_carried and not scope.is_goal and _PROCESS.match(text, label_length(text)):
        scope = replace(scope, deadline=None, hedge="", is_carried=False)
    natures = set(_NATURE.findall(text))
    nature = natures.pop() if len(natures) == 1 else None
    standing, baseline, words, shown = scope, None, "", 0
    last: Reading | None = None
    years: list[Period] = []
    for part in parts_of(text, written=written):
        own = baseline
        if text[part.start - 1 : part.start] == "；":
            scope = replace(standing, counted=scope.counted)
            last = replace(last, verb="") if last else None
        for item in _in_order(text, part):
            if isinstance(item, Period):
                scope = _moved(scope, item)
                standing = scope if item.start <= part.start + 1 else standing
                own = item.year if item.kind == BASELINE else own
                years = _row_of_years(text, item, before=years)
                continue
            reading = None if scope.is_past else read_slot(item, _around(scope, last, words=words))
            if reading is None:
                continue
            leans = reading.elided or (words and _MERE_METRIC.fullmatch(reading.indicator))
            shown = shown if leans else part.shown
            last = replace(reading, unit=item.figures[-1].unit)
            if reading.noun:
                scope = replace(scope, counted=(item.figures[0].unit, reading.noun))
            goal = Goal(item.figures[0], "", "", shown, part.shown_end, scope, own, nature)
            yield from _spread(item, reading, goal=goal, years=years)
        if part.is_time:
            baseline = own
        elif part.figures:
            words = ""
        else:
            words, shown = text[part.start : part.end], shown if last else part.shown


def _in_order(text: str, part: Part) -> list[Period | Slot]:
    items: list[Period | Slot] = [*part.periods, *slots_of(text, part)]
    return sorted(items, key=lambda item: item.start)


def _around(scope: Scope, last: Reading | None, *, words: str) -> Around:
    is_aim = bool(scope.deadline or scope.hedge or scope.is_goal or last)
    return Around(is_aim, scope.deadline is not None or scope.is_goal, last, words, scope.counted)


def _row_of_years(text: str, period: Period, *, before: list[Period]) -> list[Period]:
    """Lengthen a row of deadlines such as 2025年和2030年, or begin a new one."""
    if period.kind != DEADLINE:
        return before
    follows = bool(before) and _YEAR_LINK.fullmatch(text, before[-1].end, period.start) is not None
    return [*before, period] if follows else [period]


def _spread(slot: Slot, reading: Reading, *, goal: Goal, years: list[Period]) -> Iterator[Goal]:
    """Give each figure of a slot its own name of the list, or its own year, or else all of them the whole name."""
    count = len(slot.figures)
    names = split_names(reading.indicator, count)
    by_year = names is None and count > 1 and len(years) == count
    hedge = goal.scope.hedge if goal.scope.hedge in _KEPT_HEDGES and goal.scope.hedge not in reading.before else ""
    for at, figure in enumerate(slot.figures):
        after = figure.suffix.split("（")[0] + reading.after
        yield replace(
            goal,
            figure=figure,
            indicator=names[at] if names else reading.indicator,
            relation=hedge + reading.before + ("…" + after if after else ""),
            scope=replace(goal.scope, deadline=years[at].year) if by_year else goal.scope,
        )
