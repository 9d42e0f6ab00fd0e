"""How far a target has come, from the actual values that people enter: what can be said, and why the rest cannot.

A path is drawn only where its two ends are known: the base year that the document prints (or a starting year that the
reader chooses, which is said) and the year of the target. Between them progress is taken as even, year by year; that
is an assumption of this reckoning, not of the document. Changes (下降) count against the base year's value, amounts
(新增) from nothing, levels (达到) from the value of the base year. Yearly rates (年均) follow no such path and are not
judged. Values are converted only between units with an exact conversion; nothing is estimated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.document import Target
from kb.study.comparing import direction, in_base, is_change

MET, ON_TRACK, BEHIND, MISSED, UNKNOWN, NO_DATA = "met", "on_track", "behind", "missed", "unknown", "no_data"
LEVEL, CHANGE = "level", "change"  # what a value measures: the state of that year, or what has changed since the base
SHARES = ("%", "个百分点")
_YEARLY = re.compile(r"年均|平均每年|每年|逐年|年度|同比")
_AMOUNT = re.compile(r"新增|新建|完成|创建|建成|建设|改造|推进|遴选|培育|打造|实施|治理|累计|淘汰|退出|关停|化解")
_FALL = re.compile(r"下降|降低|削减|减少|压减|压降|缩减|压缩|下调|回落|缩小|收窄")


@dataclass(frozen=True, slots=True)
class Value:
    """An actual value of one year; ``measure`` is ``level`` or ``change`` (the amount done, a fall as a positive)."""

    year: int
    value: Decimal
    unit: str
    measure: str = LEVEL


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a target stands.

    ``reached`` and ``expected`` are what was reached in ``year`` and what the even path asks of it, in the target's
    unit; ``gap`` is what is missing to the path, or to the target where there is none, never negative. ``rule`` says in
    Chinese how it was reckoned; ``why`` why nothing more can be said.
    """

    status: str
    year: int | None = None
    reached: Decimal | None = None
    expected: Decimal | None = None
    gap: Decimal | None = None
    rule: str = ""
    why: str = ""


def is_amount(target: Target) -> bool:
    """Tell whether a target is an amount to be done (新增 9 万立方米/日, 淘汰 40 台) rather than a state or a rate."""
    return in_base(target.unit)[0] not in SHARES and bool(_AMOUNT.search(target.relation + target.indicator))


def measures(target: Target) -> tuple[str, ...]:
    """Return how a target may be measured, the plainest first: 下降15% by the change or by the values of the years."""
    if is_amount(target):
        return (CHANGE,)
    return (CHANGE, LEVEL) if is_change(target) else (LEVEL,)


def progress(target: Target, values: Sequence[Value], start: int | None = None) -> Progress:
    """Return where a target stands; ``start`` is a starting year chosen where the document prints no base year."""
    if not values:
        return Progress(NO_DATA)
    if _YEARLY.search(target.relation + target.indicator):
        return Progress(UNKNOWN, why="这是年均或逐年的要求，不能按起点到期限的直线路径判断")
    base = target.baseline_year or start
    points, why = _points(target, values, base)
    later = [(year, value) for year, value in points if base is None or year > base]
    if not later:
        return Progress(UNKNOWN, why=why or "只有基期的数值，还没有之后年份的数值")
    year, reached = _judged(later, target.deadline_year)
    begin = _begin(target, points, base)
    return _stand(target, year, reached, (base, begin))


def _points(target: Target, values: Sequence[Value], base: int | None) -> tuple[list[tuple[int, Decimal]], str]:
    """Return the values in the target's terms and unit by year, and why others could not be brought into them."""
    points: dict[int, Decimal] = {}
    why = ""
    for value in sorted(values, key=lambda v: (v.measure != measures(target)[0], v.year)):
        said, reason = _in_terms(target, value, values, base)
        why = why or reason
        if said is not None:
            points.setdefault(value.year, said)
    return sorted(points.items()), why


def _in_terms(target: Target, value: Value, values: Sequence[Value], base: int | None) -> tuple[Decimal | None, str]:
    if is_change(target) and not is_amount(target) and value.measure == LEVEL:
        return _changed(target, value, values, base)
    if value.measure not in measures(target):
        return None, "数值的口径与目标不同"
    said = _converted(value.value, value.unit, target.unit)
    return said, "" if said is not None else f"单位不同：{value.unit or '无单位'}，{target.unit or '无单位'}"


def _changed(target: Target, value: Value, values: Sequence[Value], base: int | None) -> tuple[Decimal | None, str]:
    """Return how much a value has changed since the base year, a fall as a positive where a fall is asked."""
    if base is None:
        return None, "文件没有写基期，不能由各年数值算出变化"
    first = next((v for v in values if v.year == base and v.measure == LEVEL), None)
    if first is None:
        return None, f"没有录入基期{base}年的数值"
    now = _converted(value.value, value.unit, first.unit)
    if now is None:
        return None, f"单位不同：{value.unit}，{first.unit}"
    change = first.value - now if _FALL.search(target.relation) else now - first.value
    if in_base(target.unit)[0] == "%":
        return (change / first.value * 100, "") if first.value > 0 else (None, "基期数值不是正数，不能算百分比")
    unit = "%" if in_base(target.unit)[0] == "个百分点" else target.unit
    said = _converted(change, first.unit, unit)
    return said, "" if said is not None else f"单位不同：{first.unit}，{unit}"


def _converted(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    (one, factor), (other, divisor) = in_base(unit), in_base(wanted)
    return value * factor / divisor if one == other else None


def _judged(points: Sequence[tuple[int, Decimal]], deadline: int | None) -> tuple[int, Decimal]:
    """Return the point that is judged: that of the target's year if there is one, else the latest."""
    return next((point for point in points if point[0] == deadline), points[-1])


def _begin(target: Target, points: Sequence[tuple[int, Decimal]], base: int | None) -> Decimal | None:
    """Return where the path begins: a change and an amount at nothing, a level at the value of the base year."""
    if base is None:
        return None
    if is_change(target):
        return Decimal(0)
    known = dict(points).get(base)
    return known if known is not None else Decimal(0) if is_amount(target) else None


def _stand(target: Target, year: int, reached: Decimal, path: tuple[int | None, Decimal | None]) -> Progress:
    goal, less = _goal(target), _less(target)
    short = reached - goal if less else goal - reached
    deadline, (base, begin) = target.deadline_year, path
    if short <= 0:
        kept = "；期限前已达到，到期仍以当年数值为准" if deadline and year < deadline else ""
        return Progress(MET, year, reached, goal, Decimal(0), _bound(target, goal) + kept)
    if deadline and year >= deadline:
        return Progress(MISSED, year, reached, goal, short, _bound(target, goal))
    missing = _unready(deadline, base, begin)
    if missing or deadline is None or base is None or begin is None:
        return Progress(UNKNOWN, year, reached, None, short, _bound(target, goal), missing)
    expected = begin + (goal - begin) * (year - base) / (deadline - base)
    behind = reached - expected if less else expected - reached
    ends = [f"{plain(each)}{target.unit}" for each in (begin, goal, expected)]
    rule = (
        f"{base}年{ends[0]}到{deadline}年{ends[1]}逐年均匀推进，{year}年应为"
        f"{plain(begin)}+（{plain(goal)}-{plain(begin)}）×{year - base}/{deadline - base}={ends[2]}"
    )
    rule += "" if target.baseline_year else "；起点年由使用者选定，文件没有写"
    return Progress(BEHIND if behind > 0 else ON_TRACK, year, reached, expected, max(behind, Decimal(0)), rule)


def _unready(deadline: int | None, base: int | None, begin: Decimal | None) -> str:
    """Say what is missing for a path."""
    if deadline is None:
        return "文件没有写完成年份，不能判断进度"
    if base is None:
        return "文件没有写基期，不能画出起点到期限的路径"
    if base >= deadline:
        return "起点年不早于期限，不能画出路径"
    return "" if begin is not None else f"没有录入起点{base}年的数值"


def _less(target: Target) -> bool:
    """Tell whether less is what is asked: a ceiling, or an indicator of which less is better."""
    return not is_amount(target) and direction(target) == "less"


def _goal(target: Target) -> Decimal:
    """Return the figure that has to be reached: of a range the easier end, which already meets it."""
    ends = [target.value, *([] if target.value_max is None else [target.value_max])]
    return max(ends) if _less(target) else min(ends)


def _bound(target: Target, goal: Decimal) -> str:
    about = "（文件写的是“左右”，按该数值判断）" if "左右" in target.relation else ""
    span = "（文件写的是区间，按较易达到的一端判断）" if target.value_max is not None else ""
    return f"{'不高于' if _less(target) else '不低于'}{plain(goal)}{target.unit}为达到{about}{span}"


def gap_unit(unit: str) -> str:
    """Return the unit of a difference of two figures: of shares it is in percentage points.

    >>> gap_unit("%"), gap_unit("公里")
    ('个百分点', '公里')
    """
    return "个百分点" if in_base(unit)[0] == "%" else unit


def plain(value: Decimal) -> str:
    """Return a number without needless noughts, rounded to two decimals.

    >>> plain(Decimal("15.500")), plain(Decimal(1) / 3), plain(Decimal("1930")), plain(Decimal("0.004"))
    ('15.5', '0.33', '1930', '0')
    """
    text = format(round(value, 2), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
