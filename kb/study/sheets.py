"""Alignments and findings as flat rows, one cell a document, for sheets that are printed and passed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.document import FRONT
from kb.ledger import Record
from kb.results import on_page, remark

RELATIONS = {
    "stricter": "更严", "laxer": "更宽", "same": "相同", "absent": "没有对应", "not_comparable": "无法比较",
    "mixed": "各不相同",
}  # fmt: skip
KINDS = {"target": "指标", "task": "任务"}


def alignment_sheet(rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Return aligned rows with one column for each document: what it states and where."""
    count = max((len(row["cells"]) for row in rows), default=0)
    titles = [next((row["cells"][at] for row in rows if row["cells"][at]), None) for at in range(count)]
    names = [
        f"《{cell['title']}》{cell['doc_number']}{remark(cell['form'])}" if cell else f"文件{at + 1}"
        for at, cell in enumerate(titles)
    ]
    return [
        {
            "类别": KINDS[row["kind"]],
            "指标或任务": row["indicator"],
            "与第一份相比": "；".join(relations(row)),
            "把握": str(row["confidence"]),
            "理由": row["reason"],
            **{name: said(cell) for name, cell in zip(names, row["cells"], strict=True)},
        }
        for row in rows
    ]


def relations(row: Mapping[str, Any]) -> list[str]:
    """Return in words how each later document stands to the first."""
    return ["对应" if (row["kind"], word) == ("task", "same") else RELATIONS[word] for word in row["relations"]]


def findings_sheet(rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    """Return findings with their evidence in one column."""
    return [
        {
            "发现": row["label"],
            "说明": row["text"],
            "证据": "\n".join(f"{place(e)}：“{e['quote']}”" for e in row["evidence"]),
        }
        for row in rows
    ]


def said(cell: Record | None) -> str:
    """Return what a document states in an aligned row, with its clause and page; empty where it states nothing."""
    if cell is None:
        return ""
    if "value" not in cell:
        return f"{cell['heading'] or cell['quote']}（{_clause(cell)}{on_page(cell['page'], cell['form'])}）"
    figure = cell["value"] + (f"—{cell['value_max']}" if cell["value_max"] else "") + cell["unit"]
    years = [f"比{cell['baseline_year']}年"] if cell["baseline_year"] else []
    years += [f"到{cell['deadline_year']}年"] if cell["deadline_year"] else []
    where = "，".join([*years, _clause(cell)])
    return f"{cell['relation']} {figure}（{where}{on_page(cell['page'], cell['form'])}）".strip()


def _clause(cell: Record) -> str:
    return "文首" if cell["path"] == FRONT else str(cell["path"])


def place(cell: Record) -> str:
    """Return 文号 (else title), clause and page of a piece of evidence; a digest is called one.

    >>> place({"doc_number": "某政发〔2024〕7号", "title": "", "path": "三（九）", "page": 4, "form": "fulltext"})
    '某政发〔2024〕7号 三（九），第4页'
    """
    name = f"{cell['doc_number']} " if cell["doc_number"] else f"《{cell['title']}》"
    return f"{name}{_clause(cell)}{on_page(cell['page'], cell['form'])}{remark(cell['form'])}"
