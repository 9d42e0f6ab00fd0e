"""The ledgers: printed, or written to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kb import render
from kb.cli.frame import FILE, Texts, common, emit, main, open_library
from kb.export import export

Rows = Sequence[Mapping[str, Any]]


@main.command()
@click.option("--doc", help="只列这份文件。")
@click.option("--organ", help="只列这个单位。")
@click.option("-o", "--output", type=FILE, help="导出为 .xlsx、.docx、.csv、.json 或 .md。")
@common
def duties(doc: str | None, organ: str | None, output: Path | None, as_json: bool) -> None:
    """责任分工台账。"""
    from kb.ledger import duty_record

    with open_library() as kb:
        rows = [duty_record(document, duty) for document, duty in kb.duties(doc, organ)]
    _ledger(rows, output, as_json, render.duties_text)


@main.command()
@click.option("--doc", help="只列这份文件。")
@click.option("-o", "--output", type=FILE, help="导出为 .xlsx、.docx、.csv、.json 或 .md。")
@common
def targets(doc: str | None, output: Path | None, as_json: bool) -> None:
    """量化目标台账。"""
    from kb.ledger import target_record

    with open_library() as kb:
        rows = [target_record(document, target) for document, target in kb.targets(doc)]
    _ledger(rows, output, as_json, render.targets_text)


@main.command()
@click.argument("docs", nargs=-1, required=True)
@common
def align(docs: Texts, as_json: bool) -> None:
    """并列显示几份文件中的同一指标。"""
    from kb.ledger import align as aligned

    if len(docs) < 2:
        raise click.UsageError("请给出至少两份文件（编号、文号或标题）。")
    with open_library() as kb:
        rows = aligned([kb.document(doc) for doc in docs])
    emit(rows, lambda: render.align_text(rows), as_json)


def _ledger(rows: Rows, output: Path | None, as_json: bool, text: Callable[[Rows], str]) -> None:
    if output:
        export(rows, output)
        click.echo(f"已导出{len(rows)}项到 {output}", err=True)
    if as_json or not output:
        emit(list(rows), lambda: text(rows), as_json)
