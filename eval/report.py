"""A run of a gold set for people to read: plain text, Markdown, and one HTML page that needs no other file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kb.errors import BadInput

NAMES = {
    "answerable": "可答题答对", "unanswerable": "应拒答题答对", "held_out": "留出题", "tuned": "调试题",
    "false_refusal": "误拒", "first_citation": "首条出处正确", "clause_hit": "出处命中", "clause_mrr": "出处 MRR",
    "citation_precision": "出处精确率", "citation_recall": "出处召回率", "bodies_exact": "单位全对",
    "quotes_verbatim": "引文逐字", "figures_proved": "数字有据", "answer_chars": "答案平均字数",
    "semantic": "不用语义检索", "ledgers": "不用台账", "aliases": "不用别名", "statements": "有据的句子",
    "answers": "每题平均", "not_judged": "没有评的答案", "no": "无据", "unclear": "难判", "embedding": "向量模型",
    "llm": "语言模型", "documents": "文件数",
}  # fmt: skip
SHOWN = 160
"""Characters of a wrong answer that are listed."""
BY_KIND, NO_KIND = "各类问题", "未分类"
LISTED = 20
"""Questions of one change that are named; the rest is counted."""

Result = Mapping[str, Any]
Rows = list[tuple[str, str]]


def text(result: Result) -> str:
    """Return the run as lines for a terminal."""
    lines: list[str] = []
    for title, rows in sections(result):
        lines += [f"{title}", *(f"  {name}：{shown}" for name, shown in rows)]
    for title, said in remarks(result):
        lines += [title, *(f"  {line}" for line in said)]
    lines += [f"✗ {row['id']} {row['question']}：{'；'.join(row['faults'])}\n    {row['text'][:SHOWN]}"
              for row in result["failures"]]  # fmt: skip
    return "\n".join(lines)


def markdown(result: Result) -> str:
    """Return the run as a Markdown page."""
    parts = ["# 评测结果", _settings(result)]
    for title, rows in sections(result):
        table = ["| 项目 | 结果 |", "|---|---|", *(f"| {_cell(name)} | {shown} |" for name, shown in rows)]
        parts += [f"## {title}", "\n".join(table)]
    for title, said in remarks(result):
        parts += [f"## {title}", "\n".join(f"- {_cell(line)}" for line in said)]
    wrong = ["| 编号 | 问题 | 错在哪里 |", "|---|---|---|"]
    wrong += [
        f"| {_cell(row['id'])} | {_cell(row['question'])} | {_cell('；'.join(row['faults']))} |"
        for row in result["failures"]
    ]
    return "\n\n".join([*parts, "## 错题", "\n".join(wrong) if result["failures"] else "没有错题。"]) + "\n"


def html(result: Result) -> str:
    """Return the run as one self-contained HTML page; questions and answers are escaped text."""
    from jinja2 import Environment

    template = (Path(__file__).parent / "report.html").read_text("utf-8")
    page = Environment(autoescape=True).from_string(template)
    shares = {kind or NO_KIND: row["share"] for kind, row in result["types"].items()}
    return page.render(
        settings=_settings(result), sections=sections(result), shares=shares, by_kind=BY_KIND,
        remarks=remarks(result), failures=result["failures"],
    )  # fmt: skip


def _json(result: Result) -> str:
    return json.dumps(result, ensure_ascii=False, indent=1)


WRITERS: Mapping[str, Callable[[Result], str]] = {".json": _json, ".md": markdown, ".html": html}


def write(result: Result, path: Path) -> None:
    """Write the run in the format of the suffix.

    Raises:
        BadInput: another suffix, or a place that cannot be written.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise BadInput(f"评测结果不能写成 {path.suffix or '没有后缀'} 的文件：{path}。可用 {'、'.join(WRITERS)}。")
    try:
        path.write_text(writer(result), "utf-8")
    except OSError as error:
        raise BadInput(f"写不了文件：{path}（{error.strerror}）。请检查路径和权限。") from error


def sections(result: Result) -> list[tuple[str, Rows]]:
    """Return the figures of a run under their headings, each as a name and what is shown."""
    found: list[tuple[str, Rows]] = [("答对", _shares(result))]
    if all(row["answerable"]["of"] + row["unanswerable"]["of"] for row in result["splits"].values()):
        found += [(NAMES[split], _shares(row)) for split, row in result["splits"].items()]
    found.append((BY_KIND, [(kind or NO_KIND, _shown(row)) for kind, row in result["types"].items()]))
    spent = f"中位数 {result['elapsed_ms']['p50']} 毫秒，95% 在 {result['elapsed_ms']['p95']} 毫秒内"
    measured = [(NAMES[name], _shown(value)) for name, value in result["measures"].items()]
    found.append(("其他度量", [*measured, ("每题耗时", spent)]))
    found += [(NAMES[part], _shares(row)) for part, row in result.get("ablations", {}).items()]
    if judged := result.get("faithfulness"):
        names = ("statements", "answers", "not_judged")
        found.append(("模型评忠实度", [(NAMES[name], _shown(judged[name])) for name in names]))
    return found


def remarks(result: Result) -> list[tuple[str, list[str]]]:
    """Return what changed since the accepted run and what a model did not find borne out, where that was asked for."""
    found = []
    if changed := result.get("change"):
        lists = {"新答对": changed["gained"], "新答错": changed["lost"], "新题": changed["new"]}
        lines = [f"{name}{len(ids)}道{_listed(ids)}" for name, ids in lists.items()]
        lines += [f"{NAMES[kind]}的比例低于那次的 95% 区间" for kind in changed["fallen"]]
        found.append((f"与{changed['accepted'] or '上次'}认可的结果相比", lines))
    if doubted := result.get("faithfulness", {}).get("doubted"):
        lines = [f"{row['id']}（{NAMES[row['verdict']]}）{row['statement']}" for row in doubted]
        found.append(("模型认为无据的句子", lines))
    return found


def _shares(groups: Mapping[str, Any]) -> Rows:
    return [(NAMES[kind], _shown(groups[kind])) for kind in ("answerable", "unanswerable")]


def _shown(value: Mapping[str, Any] | float | None) -> str:
    if not isinstance(value, Mapping):
        return "—" if value is None else f"{value:.4g}"
    if not value["of"]:
        return "—"
    return f"{value['right']}/{value['of']}（{value['share']:.1%}，95% 区间 {value['low']:.1%}—{value['high']:.1%}）"


def _listed(ids: list[str]) -> str:
    more = "等" if len(ids) > LISTED else ""
    return f"：{'、'.join(ids[:LISTED])}{more}" if ids else ""


def _settings(result: Result) -> str:
    shown = "，".join(f"{NAMES[name]} {value}" for name, value in result.get("settings", {}).items())
    return f"{result.get('measured', '')} {shown}".strip()


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
