"""Documents in, listed, shown and out."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Event

import click

from ingest.names import visible
from kb import render
from kb.cli.door import logged
from kb.cli.frame import FOLDER, common, emit, main, open_library, show_progress
from kb.errors import BadInput, Interrupted


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--watch", "watched", type=FOLDER, help="守着这个文件夹：新到和变动的文件随到随入库，按 Ctrl-C 结束。")
@click.option("--dask", default="", metavar="ADDRESS", help="用这个 Dask 集群解析和计算向量（tcp://主机:8786）。")
@common
def ingest(paths: tuple[Path, ...], watched: Path | None, dask: str, as_json: bool) -> None:
    """导入文件或文件夹（不写则导入随附的文件），只处理新增和变动的。"""
    if watched:
        _watch(watched, as_json)
        return
    with open_library() as kb, logged("ingest", "、".join(map(str, paths))):
        report = kb.ingest(paths, show_progress, dask=dask)
    emit(report.to_dict(), lambda: render.report_text(report), as_json)
    if report.failed:
        where = f"{report.failed[0].path}{'等' if len(report.failed) > 1 else ''}"
        raise BadInput(f"有{len(report.failed)}个文件没有导入：{where}；其余不受影响。请按报告中的原因处理后重新导入。")


def _watch(folder: Path, as_json: bool) -> None:
    from kb.watch import watch

    stop, counts = Event(), {"added": 0, "replaced": 0, "failed": 0}
    with open_library() as kb, logged("ingest", str(folder)):
        click.echo(f"正在守着 {visible(str(folder))}，按 Ctrl-C 结束。", err=True)
        with suppress(KeyboardInterrupt, Interrupted):
            watch(kb, folder, lambda line: click.echo(line, err=True), stop, counts)
    said = f"已结束：入库{counts['added']}个，更新{counts['replaced']}个，未入库{counts['failed']}个。"
    emit(counts, lambda: said, as_json)


@main.command()
@common
def docs(as_json: bool) -> None:
    """列出库中的文件。"""
    with open_library() as kb:
        cards = kb.documents()
    emit([card.to_dict() for card in cards], lambda: render.cards_text(cards), as_json)


@main.command()
@click.argument("doc")
@click.argument("clause", required=False)
@click.option("--version", type=click.IntRange(1), help="显示被替换的第几个旧版本。")
@common
def show(doc: str, clause: str | None, version: int | None, as_json: bool) -> None:
    """显示一份文件的目录和它与其他文件的关系，或其中一条的原文。"""
    from kb.ledger import document_record, former_record
    from kb.study.lineage import lineage_record

    with open_library() as kb:
        if version:
            record = former_record(kb.former(doc), version, doc, clause)
            emit(record, lambda: render.former_text(record), as_json)
        elif clause:
            hit = kb.clause(doc, clause)
            record = hit.to_dict()
            del record["score"], record["channels"]
            emit(record, lambda: render.clause_text(hit), as_json)
        else:
            document, card = kb.document(doc), kb.card(doc)
            lineage = lineage_record(document, card, kb.current(doc), kb.resolve)
            record = {**document_record(document), "lineage": lineage}
            emit(record, lambda: render.outline_text(record), as_json)


@main.command()
@click.argument("docs", nargs=-1)
@common
def fetch(docs: tuple[str, ...], as_json: bool) -> None:
    """从官方网址下载原文，替换要点摘编（不写则下载全部摘编的原文）。"""
    with open_library() as kb, logged("fetch", "、".join(docs)):
        report = kb.fetch(docs, show_progress)
    emit(report.to_dict(), lambda: render.fetch_text(report.to_dict()), as_json)
    if report.failed or (docs and report.without_url):
        count = len(report.failed) + len(report.without_url)
        raise BadInput(f"有{count}份文件没有取得原文；库中内容没有变动。请按报告中的原因处理后再运行。")


@main.command()
@click.argument("doc")
@common
def remove(doc: str, as_json: bool) -> None:
    """移除一份文件及由它得出的一切。"""
    with open_library() as kb, logged("remove", doc):
        doc_id = kb.remove(doc)
    emit({"removed": doc_id}, lambda: f"已移除 {doc_id}。", as_json)
