"""The command line: parse arguments, call one KnowledgeBase method, print.

Machine output (``--json``) goes to stdout, messages and progress to stderr. Exit codes: 0 success, 1 a problem the user
can mend (one line in Chinese), 2 wrong usage. No traceback without ``--debug``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ingest.errors import PolicyError
from kb.errors import BadInput
from kb.knowledge_base import KnowledgeBase


class Group(click.Group):
    """Turns PolicyError into one line and exit code 1, in one place."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; ``--debug`` lets the traceback through."""
        try:
            return super().invoke(ctx)
        except PolicyError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(str(error), err=True)
            ctx.exit(1)
        except BrokenPipeError:
            ctx.exit(0)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="知识库文件夹（默认 KB_HOME，否则项目的 .kb/）。")
@click.option("--debug", is_flag=True, help="出错时显示详细的调用过程。")
@click.version_option(package_name="policy-kb", prog_name="kb")
@click.pass_context
def main(ctx: click.Context, home: Path | None, debug: bool) -> None:
    """政策文件知识库：导入、检索、带出处的问答、责任与指标台账。"""
    ctx.obj = home


def _home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Accept --home and --json after the command too."""
    command = click.option("--home", "home", type=click.Path(path_type=Path, file_okay=False), help="知识库文件夹。")(command)
    return click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")(command)


def _open(home: Path | None) -> KnowledgeBase:
    return KnowledgeBase.open(home or click.get_current_context().obj)


def _emit(value: Any, text: Callable[[], str], as_json: bool) -> None:
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else text())


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_home_option
def ingest(paths: tuple[Path, ...], home: Path | None, as_json: bool) -> None:
    """导入文件或文件夹（不写则导入随附的文件），只处理新增和变动的。"""
    from kb.render import report_text

    with _open(home) as kb:
        report = kb.ingest(paths, _progress)
    _emit(report.to_dict(), lambda: report_text(report), as_json)
    if report.failed and not (report.added or report.replaced or report.unchanged):
        click.get_current_context().exit(1)


@main.command()
@click.argument("question", required=False, default="")
@click.option("--history", multiple=True, help="此前的提问，由早到晚，可多次。")
@click.option("--doc", "docs", multiple=True, help="只在这份文件中查（编号、文号或标题），可多次。")
@click.option("--level", type=click.Choice(["国", "省", "市", "县"]), default=None, help="只在这一级的文件中查。")
@click.option("--batch", type=click.Path(path_type=Path, dir_okay=False), help="逐行回答 JSON Lines 文件中的问题。")
@_home_option
def ask(question: str, history: tuple[str, ...], docs: tuple[str, ...], level: str | None, batch: Path | None, home: Path | None, as_json: bool) -> None:  # fmt: skip
    """回答一个问题，附出处；文件没有写的，说明没有写。"""
    from kb.render import answer_text

    with _open(home) as kb:
        if batch:
            _batch(batch, lambda row: kb.ask(_text(row, "question"), _turns(row), docs=docs, level=level or "").to_dict())
            return
        answer = kb.ask(question, history, docs=docs, level=level or "")
    _emit(answer.to_dict(), lambda: answer_text(answer), as_json)


@main.command()
@click.argument("query", required=False, default="")
@click.option("-k", "k", type=click.IntRange(1, 1000), default=10, show_default=True, help="条数。")
@click.option("--doc", "docs", multiple=True, help="只在这份文件中查，可多次。")
@click.option("--batch", type=click.Path(path_type=Path, dir_okay=False), help="逐行检索 JSON Lines 文件中的查询。")
@_home_option
def search(query: str, k: int, docs: tuple[str, ...], batch: Path | None, home: Path | None, as_json: bool) -> None:
    """检索条款，按相关程度排列。"""
    from kb.render import hits_text

    with _open(home) as kb:
        if batch:
            _batch(batch, lambda row: {"hits": [hit.to_dict() for hit in kb.search(_text(row, "query"), k, docs=docs)]})
            return
        hits = kb.search(query, k, docs=docs)
    _emit([hit.to_dict() for hit in hits], lambda: hits_text(hits), as_json)


@main.command()
@_home_option
def docs(home: Path | None, as_json: bool) -> None:
    """列出库中的文件。"""
    from kb.render import cards_text

    with _open(home) as kb:
        cards = kb.documents()
    _emit([card.to_dict() for card in cards], lambda: cards_text(cards), as_json)


@main.command()
@click.argument("doc")
@click.argument("clause", required=False)
@_home_option
def show(doc: str, clause: str | None, home: Path | None, as_json: bool) -> None:
    """显示一份文件的目录，或其中一条的原文。"""
    from kb.ledger import document_record
    from kb.render import clause_text, outline_text

    with _open(home) as kb:
        if clause:
            hit = kb.clause(doc, clause)
            record = hit.to_dict()
            del record["score"], record["channels"]
            _emit(record, lambda: clause_text(hit), as_json)
        else:
            record = document_record(kb.document(doc))
            _emit(record, lambda: outline_text(record), as_json)


@main.command()
@click.option("--doc", help="只列这份文件。")
@click.option("--organ", help="只列这个单位。")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="导出为 .xlsx、.csv 或 .json。")
@_home_option
def duties(doc: str | None, organ: str | None, output: Path | None, home: Path | None, as_json: bool) -> None:
    """责任分工台账。"""
    from kb.ledger import duty_record
    from kb.render import duties_text

    with _open(home) as kb:
        rows = [duty_record(document, duty) for document, duty in kb.duties(doc, organ)]
    _ledger(rows, output, as_json, duties_text)


@main.command()
@click.option("--doc", help="只列这份文件。")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="导出为 .xlsx、.csv 或 .json。")
@_home_option
def targets(doc: str | None, output: Path | None, home: Path | None, as_json: bool) -> None:
    """量化目标台账。"""
    from kb.ledger import target_record
    from kb.render import targets_text

    with _open(home) as kb:
        rows = [target_record(document, target) for document, target in kb.targets(doc)]
    _ledger(rows, output, as_json, targets_text)


@main.command()
@click.argument("docs", nargs=-1, required=True)
@_home_option
def align(docs: tuple[str, ...], home: Path | None, as_json: bool) -> None:
    """并列显示几份文件中的同一指标。"""
    from kb.ledger import align as aligned
    from kb.render import align_text

    with _open(home) as kb:
        rows = aligned([kb.document(doc) for doc in docs])
    _emit(rows, lambda: align_text(rows), as_json)


@main.command()
@click.argument("doc")
@_home_option
def remove(doc: str, home: Path | None, as_json: bool) -> None:
    """移除一份文件及由它得出的一切。"""
    with _open(home) as kb:
        doc_id = kb.remove(doc)
    _emit({"removed": doc_id}, lambda: f"已移除 {doc_id}。", as_json)


@main.command()
@_home_option
def rebuild(home: Path | None, as_json: bool) -> None:
    """由数据库重建全文与向量索引。"""
    with _open(home) as kb:
        count = kb.rebuild(_progress)
    _emit({"passages": count}, lambda: f"已重建，共{count}个段落。", as_json)


@main.command()
@click.option("--repair", is_flag=True, help="先重建缺失的部分。")
@_home_option
def doctor(repair: bool, home: Path | None, as_json: bool) -> None:
    """检查数据库与索引是否完好。"""
    with _open(home) as kb:
        checks = kb.doctor(repair=repair)
    rows = [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in checks]
    healthy = all(c.passed for c in checks)
    _emit({"healthy": healthy, "checks": rows}, lambda: "\n".join(f"{'正常' if c.passed else '异常'}  {c.name}：{c.detail}" for c in checks), as_json)
    click.get_current_context().exit(0 if healthy else 1)


@main.command("eval")
@click.argument("gold", type=click.Path(path_type=Path, dir_okay=False))
@_home_option
def evaluate(gold: Path, home: Path | None, as_json: bool) -> None:
    """用题库为回答打分，列出每类得分与错题。"""
    from eval.gold import read_gold
    from eval.run import run, summary
    from kb.render import scores_text

    questions = read_gold(gold)
    with _open(home) as kb:
        result = summary(run(kb, questions))
    _emit(result, lambda: scores_text(result), as_json)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="端口。")
@click.option("--home", "home", type=click.Path(path_type=Path, file_okay=False), help="知识库文件夹。")
def serve(port: int, home: Path | None) -> None:
    """打开问答网页（只在本机可访问）。"""
    from kb.server import serve_page

    serve_page(home or click.get_current_context().obj, port)


def _ledger(rows: Sequence[Mapping[str, Any]], output: Path | None, as_json: bool, text: Callable[[Sequence[Mapping[str, Any]]], str]) -> None:
    if output:
        from kb.export import export

        export(rows, output)
        click.echo(f"已导出{len(rows)}项到 {output}", err=True)
    if as_json or not output:
        _emit(list(rows), lambda: text(rows), as_json)


def _batch(path: Path, respond: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Print one JSON object per input line, in order; a bad line gives its error and the rest goes on."""
    for number, line in _lines(path):
        row: Any = {}
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise BadInput(f"第{number}行不是 JSON 对象。")
            result = {**respond(row), "id": row.get("id")}
        except json.JSONDecodeError as error:
            result = {"id": None, "error": f"第{number}行不是 JSON：{error.msg}。"}
        except PolicyError as error:
            result = {"id": row.get("id") if isinstance(row, dict) else None, "error": str(error)}
        click.echo(json.dumps(result, ensure_ascii=False))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from ((number, line) for number, line in enumerate(file, start=1) if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"无法读取批量文件：{path}。请给出 UTF-8 编码的 JSON Lines 文件。") from error


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise BadInput(f"缺少文字字段 {key}。")
    return value


def _turns(row: Mapping[str, Any]) -> list[str]:
    history = row.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise BadInput("history 应为文字列表。")
    return history


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{done}/{total} {what[:40]}", err=True, nl=done == total)
