"""Progress of targets as flat rows, for sheets that are printed and passed on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ingest.document import Document, Target
from kb.ledger import Record, target_record
from kb.study.progress import BEHIND, MET, MISSED, NO_DATA, ON_TRACK, UNKNOWN, Progress, gap_unit, plain
from kb.study.sheets import place, said

STATUSES = {
    MET: "已达到", ON_TRACK: "不落后于直线路径", BEHIND: "落后", MISSED: "到期未达到", UNKNOWN: "不能判断快慢",
    NO_DATA: "没有录入实际值",
}  # fmt: skip
Judged = tuple[Document, Target, Progress, Sequence[str]]
"""A target, where it stands, and the values entered, each in words with its source."""


def progress_sheet(rows: Sequence[Judged]) -> list[Record]:
    """Return one row for each target."""
    return [_row(*row) for row in rows]


def _row(document: Document, target: Target, found: Progress, values: Sequence[str]) -> Record:
    record = target_record(document, target)

    def figure(value: Decimal | None, unit: str = target.unit) -> str:
        return "" if value is None else f"{plain(value)}{unit}"

    return {
        "指标": target.indicator, "要求": said(record), "进展": STATUSES[found.status], "年份": found.year,
        "实际": figure(found.reached), "应达到": figure(found.expected),
        "差距": figure(found.gap, gap_unit(target.unit)),
        "判断依据": "\n".join(filter(None, (found.rule, found.why))), "实际值来源": "\n".join(values),
        "依据": place(record), "原文": record["quote"],
    }  # fmt: skip
