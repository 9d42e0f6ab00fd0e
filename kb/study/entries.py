"""Actual values as people hand them in: rows of a table checked against the targets that they are values of.

Either every row is good, or none is taken and every fault is named with its row and column. A row names its target by
document, clause and indicator, as the template prints them; a unit has to convert exactly into the target's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.document import Document, Target
from kb.ledger import Record
from kb.study.comparing import in_base, is_change
from kb.study.progress import CHANGE, LEVEL, is_amount, measures
from kb.workspace.actuals import Actual

COLUMNS = ("文件", "条款", "指标", "目标年", "年份", "数值", "单位", "口径", "来源")
OWN = COLUMNS[4:]  # what is said of a value; the others say of which target
NEEDED = ("文件", "指标", "年份", "数值", "来源")
MEASURES = {"水平值": LEVEL, "变化值": CHANGE}
FIRST, LAST = 1990, 2100  # years
SOURCE = 300  # characters
NUMBER = re.compile(r"-?(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d{1,6})?", re.ASCII)
Cell = tuple[str, str]
Stated = tuple[Document, Target]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row (as the user counts them) and column."""

    row: int
    column: str
    what: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"第{self.row}行“{self.column}”：{self.what}"


def template(stated: Sequence[Stated]) -> list[Record]:
    """Return a row for each target, to be filled in."""
    return [
        {
            "文件": d.source.number or d.source.title, "条款": t.path, "指标": t.indicator,
            "目标年": str(t.deadline_year or ""), "年份": "", "数值": "",
            "单位": "" if is_change(t) and not is_amount(t) and measures(t)[0] != CHANGE else t.unit,
            "口径": next(name for name, key in MEASURES.items() if key == measures(t)[0]), "来源": "",
        }
        for d, t in stated
    ]  # fmt: skip


def checked(
    table: Sequence[Sequence[Cell]], stated: Sequence[Stated], *, first: int = 2
) -> tuple[list[Actual], list[Fault]]:
    """Return the entries of a table whose first row names the columns, or all faults; blank rows are passed over.

    ``first`` is the number that the row after the heading has where the user sees it.
    """
    if not table:
        return [], [Fault(1, "表头", "文件是空的")]
    head = {text: at for at, (text, _) in enumerate(table[0]) if text in COLUMNS}
    missing = [name for name in NEEDED if name not in head]
    if missing:
        return [], [Fault(1, "表头", f"缺少列：{'、'.join(missing)}。请用模板")]
    entries: list[Actual] = []
    faults: list[Fault] = []
    seen: dict[object, int] = {}
    for number, row in enumerate(table[1:], start=first):
        cells = {name: row[at] if at < len(row) else ("", "") for name, at in head.items()}
        if not any(any(cells[name]) for name in ("年份", "数值", "来源")):
            continue  # a target of the template that nobody filled in
        found = _row(number, cells, stated)
        if isinstance(found, Actual):
            if found.key in seen:
                faults.append(Fault(number, "年份", f"与第{seen[found.key]}行重复：同一指标、年份和口径只能有一个数值"))
            seen.setdefault(found.key, number)
            entries.append(found)
        else:
            faults += found
    if not entries and not faults:
        faults.append(Fault(first, "数值", "没有填写任何数值"))
    return ([], faults) if faults else (entries, [])


def _row(number: int, cells: Mapping[str, Cell], stated: Sequence[Stated]) -> Actual | list[Fault]:
    faults = [Fault(number, name, problem) for name, (_, problem) in cells.items() if problem]
    texts = {name: unicodedata.normalize("NFKC", cells[name][0]) if name in ("年份", "数值", "目标年") else
             cells[name][0] for name in cells}  # fmt: skip
    faults += [Fault(number, name, "没有填写") for name in NEEDED if not texts[name] and not cells[name][1]]
    known = {fault.column for fault in faults}
    target, fault = (None, None) if known.intersection(COLUMNS[:4]) else _target(texts, stated)
    faults += [Fault(number, name, what) for name, what in filter(None, (fault, *_figures(texts))) if name not in known]
    if faults or target is None:
        return faults
    measure = MEASURES.get(texts.get("口径", ""), measures(target[1])[0])
    unit = texts.get("单位", "") or (target[1].unit if measure == measures(target[1])[0] else "")
    if problem := _measured(target[1], measure, unit):
        return [Fault(number, *problem)]
    row = target[1]
    return Actual(
        target[0].source.doc_id, row.path, row.indicator, row.deadline_year, int(texts["年份"]),
        Decimal(texts["数值"].replace(",", "")), unit, measure, texts["来源"],
    )  # fmt: skip


def _figures(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    wrong = []
    year = texts["年份"].removesuffix("年")
    if not (year.isascii() and year.isdigit() and FIRST <= int(year) <= LAST and year == texts["年份"]):
        wrong.append(("年份", f"应为{FIRST}到{LAST}的四位数字，现为“{texts['年份'][:20]}”"))
    if not NUMBER.fullmatch(texts["数值"]):
        wrong.append(("数值", f"应为数字，不带单位和百分号，最多六位小数，现为“{texts['数值'][:20]}”"))
    if texts.get("口径") and texts["口径"] not in MEASURES:
        wrong.append(("口径", f"应为{'或'.join(MEASURES)}，现为“{texts['口径'][:20]}”"))
    if len(texts["来源"]) > SOURCE:
        wrong.append(("来源", f"超过{SOURCE}字"))
    return wrong


def _target(texts: Mapping[str, str], stated: Sequence[Stated]) -> tuple[Stated | None, tuple[str, str] | None]:
    """Return the one target that a row names, or the column that names none and why."""
    held = [s for s in stated if texts["文件"] in (s[0].source.number, s[0].source.title, s[0].source.doc_id)]
    if not held:
        return None, ("文件", f"不是所选文件的文号或标题：“{texts['文件'][:40]}”")
    named = [s for s in held if s[1].indicator == texts["指标"]]
    if not named:
        return None, ("指标", f"文件中没有这个指标：“{texts['指标'][:40]}”")
    for column, value in (("条款", lambda t: t.path), ("目标年", lambda t: str(t.deadline_year or ""))):
        if texts.get(column):
            named = [s for s in named if value(s[1]) == texts[column]]
            if not named:
                return None, (column, f"这个指标不在“{texts[column][:20]}”")
    return (named[0], None) if len(named) == 1 else (None, ("条款", "文件中有几个同名指标，请写明条款和目标年"))


def _measured(target: Target, measure: str, unit: str) -> tuple[str, str] | None:
    """Say what is wrong with how a value is measured; the level of what falls by a share may have any unit."""
    if measure not in measures(target):
        names = [name for name, key in MEASURES.items() if key in measures(target)]
        return "口径", f"这个指标应填{'或'.join(names)}"
    if is_change(target) and not is_amount(target) and measure == LEVEL:
        return None
    if in_base(unit)[0] != in_base(target.unit)[0]:
        return "单位", f"不能换算成“{target.unit or '无单位'}”，现为“{unit[:20] or '无单位'}”"
    return None


def written(actual: Actual) -> dict[str, str]:
    """Return a value in the columns of the template that are its own."""
    measure = next(name for name, key in MEASURES.items() if key == actual.measure)
    figure = (str(actual.year), format(actual.value, "f"), actual.unit, measure, actual.source)
    return dict(zip(OWN, figure, strict=True))


def kept_sheet(stated: Sequence[Stated], kept: Sequence[Actual]) -> list[Record]:
    """Return values in the columns of the template, so that a file taken from here can be handed in again."""
    names = {document.source.doc_id: document.source.number or document.source.title for document, _ in stated}
    return [
        {
            "文件": names.get(actual.doc_id, actual.doc_id), "条款": actual.path, "指标": actual.indicator,
            "目标年": str(actual.deadline or ""), **written(actual), "录入人": actual.by, "录入时间": actual.at,
        }
        for actual in kept
    ]  # fmt: skip
