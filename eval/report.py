"""A run of a gold set for people to read: plain text, Markdown, and one HTML page that needs no other file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kb.errors import BadInput

NAMES = {
    "answerable": "可答", "unanswerable": "应拒答", "false_refusal": "误拒", "first_citation": "首条出处正确",
    "clause_hit": "出处命中", "clause_mrr": "出处 MRR", "citation_precision": "出处精确率",
    "citation_recall": "出处召回率", "bodies_exact": "单位全对", "quotes_verbatim": "引文逐字",
    "figures_proved": "数字有据", "answer_chars": "答案平均字数", "semantic": "不用语义检索", "ledgers": "不用台账",
    "aliases": "不用别名", "faithfulness": "模型评忠实度", "statements": "有据的句子", "answers": "每题平均",
    "not_judged": "没有评的答案", "no": "无据", "unclear": "难判",
}  # fmt: skip
SHOWN = 160
"""Characters of a wrong answer that are listed."""

Result = Mapping[str, Any]


def text(result: Result) -> str:
    """Return the run as lines for a terminal."""
    lines = [f"{name}：{shown}" for name, shown in _rows(result)]
    if changed := _changed(result):
        lines += ["", *changed]
    lines += [f"✗ {row['id']} {row['question']}：{'；'.join(row['faults'])}\n    {row['text'][:SHOWN]}"
              for row in result["failures"]]  # fmt: skip
    lines += [f"？ {line}" for line in _doubted(result)]
    return "\n".join(lines)


def markdown(result: Result) -> str:
    """Return the run as a Markdown page."""
    table = ["| 项目 | 结果 |", "|---|---|", *(f"| {_cell(name)} | {shown} |" for name, shown in _rows(result))]
    wrong = ["| 编号 | 问题 | 错在哪里 |", "|---|---|---|"]
    wrong += [
        f"| {_cell(row['id'])} | {_cell(row['question'])} | {_cell('；'.join(row['faults']))} |"
        for row in result["failures"]
    ]
    parts = ["# 评测结果", _settings(result), "\n".join(table)]
    if changed := _changed(result):
        parts += ["## 与上次认可的结果相比", "\n".join(f"- {line}" for line in changed)]
    parts += ["## 错题", "\n".join(wrong) if result["failures"] else "没有错题。"]
    if doubted := _doubted(result):
        parts += ["## 模型认为无据的句子", "\n".join(f"- {_cell(line)}" for line in doubted)]
    return "\n\n".join(parts) + "\n"


def html(result: Result) -> str:
    """Return the run as one self-contained HTML page; questions and answers are escaped text."""
    from jinja2 import Environment

    template = (Path(__file__).parent / "report.html").read_text("utf-8")
    page = Environment(autoescape=True).from_string(template)
    return page.render(
        result=result, rows=_rows(result), bars=_bars(result), settings=_settings(result), changed=_changed(result),
        doubted=_doubted(result),
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


def _rows(result: Result) -> list[tuple[str, str]]:
    """Return the figures of a run as pairs of a name and what is shown."""
    rows = [(f"{NAMES[kind]}题答对", _shown(result[kind])) for kind in ("answerable", "unanswerable")]
    for split, name in (("held_out", "留出"), ("tuned", "调试")):
        if result["splits"]["held_out"]["answerable"]["of"]:
            rows += [(f"{name}题·{NAMES[k]}", _shown(row)) for k, row in result["splits"][split].items()]
    rows += [(kind or "未分类", _shown(row)) for kind, row in result["types"].items()]
    rows += [(NAMES[name], _shown(value)) for name, value in result["measures"].items()]
    rows += [(f"{NAMES[part]}·{NAMES[kind]}题答对", _shown(row)) for part, shares in result.get("ablations", {}).items()
             for kind, row in shares.items()]  # fmt: skip
    rows += [(f"{NAMES['faithfulness']}·{NAMES[key]}", _shown(result["faithfulness"][key]))
             for key in ("statements", "answers", "not_judged") if "faithfulness" in result]  # fmt: skip
    rows.append(("每题耗时", f"中位数 {result['elapsed_ms']['p50']} 毫秒，95% 在 {result['elapsed_ms']['p95']} 毫秒内"))
    return rows


def _shown(value: Mapping[str, Any] | float | None) -> str:
    if not isinstance(value, Mapping):
        return "—" if value is None else f"{value:g}"
    if not value["of"]:
        return "—"
    return f"{value['right']}/{value['of']}（{value['share']:.1%}，95% 区间 {value['low']:.1%}—{value['high']:.1%}）"


def _bars(result: Result) -> list[tuple[str, Mapping[str, Any]]]:
    return [(kind or "未分类", row) for kind, row in result["types"].items() if row["of"]]


def _settings(result: Result) -> str:
    shown = "，".join(f"{name} {value}" for name, value in result.get("settings", {}).items())
    return f"{result.get('measured', '')} {shown}".strip()


def _changed(result: Result) -> list[str]:
    changed = result.get("change")
    if not changed:
        return []
    lists = {"新答对": changed["gained"], "新答错": changed["lost"], "新题": changed["new"]}
    lines = [f"{name}{len(ids)}道{'：' + '、'.join(ids) if ids else ''}" for name, ids in lists.items()]
    return lines + [f"{NAMES[kind]}题低于上次的 95% 区间" for kind in changed["fallen"]]


def _doubted(result: Result) -> list[str]:
    """Return the sentences that a model did not find borne out, where one was asked."""
    doubted = result.get("faithfulness", {}).get("doubted", [])
    return [f"{row['id']}（{NAMES[row['verdict']]}）{row['statement']}" for row in doubted]


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
