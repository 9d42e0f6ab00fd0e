"""The command line: parse arguments, call one KnowledgeBase method, print.

Machine output (``--json``) goes to stdout, messages and progress to stderr. Exit codes: 0 success, 1 a problem the user
can mend (one line in Chinese), 2 wrong usage. No traceback without ``--debug``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ingest.errors import PolicyError
from kb import render
from kb.batch import run_batch, text_of, turns_of
from kb.errors import BadInput, StoreDamaged
from kb.export import export
from kb.knowledge_base import KnowledgeBase
from kb.server import serve_page

Texts = tuple[str, ...]
Rows = Sequence[Mapping[str, Any]]
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


class Group(click.Group):
    """Turns PolicyError into one line and exit code 1, in one place."""

    def invoke(self, ctx: click.Context) -> object:
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


def _keep_home(context: click.Context, _: click.Parameter, home: Path | None) -> None:
    context.find_root().obj = home or context.find_root().obj


HELP = "知识库文件夹（默认 KB_HOME，否则项目的 .kb/）；写在命令前后都可以。"
HOME = click.option("--home", type=FOLDER, expose_value=False, callback=_keep_home, help=HELP)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@HOME
@click.option("--debug", is_flag=True, help="出错时显示详细的调用过程。")
@click.version_option(package_name="policy-kb", prog_name="kb")
def main(debug: bool) -> None:
    """政策文件知识库：导入、检索、带出处的问答、责任与指标台账。"""


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --home and --json."""
    return HOME(click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")(command))


def _open() -> KnowledgeBase:
    return KnowledgeBase.open(click.get_current_context().find_root().obj)


def _emit(value: object, text: Callable[[], str], as_json: bool) -> None:
    _print_json(value) if as_json else click.echo(text())


def _print_json(value: object) -> None:
    """Print one line of JSON, in UTF-8 whatever the terminal's encoding; a lone surrogate becomes a question mark."""
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_common
def ingest(paths: tuple[Path, ...], as_json: bool) -> None:
    """导入文件或文件夹（不写则导入随附的文件），只处理新增和变动的。"""
    with _open() as kb:
        report = kb.ingest(paths, _progress)
    _emit(report.to_dict(), lambda: render.report_text(report), as_json)
    if report.failed:
        where = f"{report.failed[0].path}{'等' if len(report.failed) > 1 else ''}"
        raise BadInput(f"有{len(report.failed)}个文件没有导入：{where}；其余不受影响。请按报告中的原因处理后重新导入。")


@main.command()
@click.argument("question", required=False, default="")
@click.option("--history", multiple=True, help="此前的提问，由早到晚，可多次。")
@click.option("--doc", "docs", multiple=True, help="只在这份文件中查（编号、文号或标题），可多次。")
@click.option("--level", type=click.Choice(["国", "省", "市", "县"]), help="只在这一级的文件中查。")
@click.option("--batch", type=FILE, help="逐行回答 JSON Lines 文件中的问题。")
@_common
def ask(question: str, history: Texts, docs: Texts, level: str | None, batch: Path | None, as_json: bool) -> None:
    """回答一个问题，附出处；文件没有写的，说明没有写。"""
    scope: dict[str, Any] = {"docs": docs, "level": level or ""}
    with _open() as kb:
        if batch:
            _batch(batch, lambda row: kb.ask(text_of(row, "question"), turns_of(row), **scope).to_dict())
            return
        answer = kb.ask(question, history, **scope)
    _emit(answer.to_dict(), lambda: render.answer_text(answer), as_json)


@main.command()
@click.argument("query", required=False, default="")
@click.option("-k", "k", type=click.IntRange(1, 1000), default=10, show_default=True, help="条数。")
@click.option("--doc", "docs", multiple=True, help="只在这份文件中查，可多次。")
@click.option("--batch", type=FILE, help="逐行检索 JSON Lines 文件中的查询。")
@_common
def search(query: str, k: int, docs: Texts, batch: Path | None, as_json: bool) -> None:
    """检索条款，按相关程度排列。"""
    with _open() as kb:
        if batch:
            _batch(batch, lambda row: {"hits": [h.to_dict() for h in kb.search(text_of(row, "query"), k, docs=docs)]})
            return
        hits = kb.search(query, k, docs=docs)
    _emit([hit.to_dict() for hit in hits], lambda: render.hits_text(hits), as_json)


@main.command()
@_common
def docs(as_json: bool) -> None:
    """列出库中的文件。"""
    with _open() as kb:
        cards = kb.documents()
    _emit([card.to_dict() for card in cards], lambda: render.cards_text(cards), as_json)


@main.command()
@click.argument("doc")
@click.argument("clause", required=False)
@_common
def show(doc: str, clause: str | None, as_json: bool) -> None:
    """显示一份文件的目录，或其中一条的原文。"""
    from kb.ledger import document_record

    with _open() as kb:
        if clause:
            hit = kb.clause(doc, clause)
            record = hit.to_dict()
            del record["score"], record["channels"]
            _emit(record, lambda: render.clause_text(hit), as_json)
        else:
            record = document_record(kb.document(doc))
            _emit(record, lambda: render.outline_text(record), as_json)


@main.command()
@click.option("--doc", help="只列这份文件。")
@click.option("--organ", help="只列这个单位。")
@click.option("-o", "--output", type=FILE, help="导出为 .xlsx、.csv 或 .json。")
@_common
def duties(doc: str | None, organ: str | None, output: Path | None, as_json: bool) -> None:
    """责任分工台账。"""
    from kb.ledger import duty_record

    with _open() as kb:
        rows = [duty_record(document, duty) for document, duty in kb.duties(doc, organ)]
    _ledger(rows, output, as_json, render.duties_text)


@main.command()
@click.option("--doc", help="只列这份文件。")
@click.option("-o", "--output", type=FILE, help="导出为 .xlsx、.csv 或 .json。")
@_common
def targets(doc: str | None, output: Path | None, as_json: bool) -> None:
    """量化目标台账。"""
    from kb.ledger import target_record

    with _open() as kb:
        rows = [target_record(document, target) for document, target in kb.targets(doc)]
    _ledger(rows, output, as_json, render.targets_text)


@main.command()
@click.argument("docs", nargs=-1, required=True)
@_common
def align(docs: Texts, as_json: bool) -> None:
    """并列显示几份文件中的同一指标。"""
    from kb.ledger import align as aligned

    if len(docs) < 2:
        raise click.UsageError("请给出至少两份文件（编号、文号或标题）。")
    with _open() as kb:
        rows = aligned([kb.document(doc) for doc in docs])
    _emit(rows, lambda: render.align_text(rows), as_json)


@main.command()
@click.argument("doc")
@_common
def remove(doc: str, as_json: bool) -> None:
    """移除一份文件及由它得出的一切。"""
    with _open() as kb:
        doc_id = kb.remove(doc)
    _emit({"removed": doc_id}, lambda: f"已移除 {doc_id}。", as_json)


@main.command()
@_common
def rebuild(as_json: bool) -> None:
    """由数据库重建全文与向量索引。"""
    try:
        with _open() as kb:
            count = kb.rebuild(_progress)
    except StoreDamaged:
        kb, aside = KnowledgeBase.recover(click.get_current_context().find_root().obj, _progress)
        with kb:
            count = kb.rebuild()
        click.echo(f"数据库已损坏，移到 {aside}；已由保存的原件重建。", err=True)
    _emit({"passages": count}, lambda: f"已重建，共{count}个段落。", as_json)


@main.command()
@click.option("--repair", is_flag=True, help="先重建缺失的部分。")
@_common
def doctor(repair: bool, as_json: bool) -> None:
    """检查数据库与索引是否完好。"""
    with _open() as kb:
        checks = kb.doctor(repair=repair)
    healthy = all(check.passed for check in checks)
    _emit({"healthy": healthy, "checks": list(map(asdict, checks))}, lambda: render.checks_text(checks), as_json)
    click.get_current_context().exit(0 if healthy else 1)


@main.command("eval")
@click.argument("gold", type=FILE)
@_common
def evaluate(gold: Path, as_json: bool) -> None:
    """用题库为回答打分，列出每类得分与错题。"""
    from eval.gold import read_gold
    from eval.run import run, summary

    questions = read_gold(gold)
    with _open() as kb:
        result = summary(run(kb, questions))
    _emit(result, lambda: render.scores_text(result), as_json)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="端口。")
@HOME
def serve(port: int) -> None:
    """打开问答网页（只在本机可访问）。"""
    serve_page(click.get_current_context().find_root().obj, port)


def _ledger(rows: Rows, output: Path | None, as_json: bool, text: Callable[[Rows], str]) -> None:
    if output:
        export(rows, output)
        click.echo(f"已导出{len(rows)}项到 {output}", err=True)
    if as_json or not output:
        _emit(list(rows), lambda: text(rows), as_json)


def _batch(path: Path, respond: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Print one JSON object per input line, in order."""
    for result in run_batch(path, respond, lambda problem: click.echo(problem, err=True)):
        _print_json(result)


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{done}/{total} {what[:40]}", err=True, nl=done == total)
