"""The ledgers: printed, or written to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kb import render
from kb.cli.door import logged
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
@click.option("-o", "--output", type=FILE, help="导出为 .xlsx、.docx、.csv、.json 或 .md。")
@common
def align(docs: Texts, output: Path | None, as_json: bool) -> None:
    """并列几份文件中的同一指标、同一任务，说明与第一份相比更严、更宽、相同、没有还是无法比较。"""
    from kb.study.sheets import alignment_sheet

    if len(docs) < 2:
        raise click.UsageError("请给出至少两份文件（编号、文号或标题）。")
    with open_library() as kb:
        rows = kb.align(docs)
    _ledger(rows, output, as_json, render.align_text, alignment_sheet)


@main.command()
@click.argument("doc")
@click.option("--parent", help="上级文件（编号、文号或标题）；不写则取库中它所贯彻的第一份。")
@click.option("-o", "--output", type=FILE, help="导出为 .xlsx、.docx、.csv、.json 或 .md。")
@common
def findings(doc: str, parent: str | None, output: Path | None, as_json: bool) -> None:
    """一份文件与上级文件对照的发现：缺少的任务和指标、宽严变化、没有对应的单位、没有写明责任单位的条款。"""
    from kb.study.sheets import findings_sheet

    with open_library() as kb:
        rows = kb.findings(doc, parent)
    _ledger(rows, output, as_json, render.findings_text, findings_sheet)


def _ledger(
    rows: Rows,
    output: Path | None,
    as_json: bool,
    text: Callable[[Rows], str],
    sheet: Callable[[Rows], Rows] = lambda rows: rows,
) -> None:
    """Print the rows, or write them to a file; ``sheet`` lays records out flat for all files but JSON."""
    if output:
        with logged("export", output.name) as notes:
            export(rows if output.suffix.lower() == ".json" else sheet(rows), output)
            notes.update(rows=len(rows))
        click.echo(f"已导出{len(rows)}项到 {output}", err=True)
    if as_json or not output:
        emit(list(rows), lambda: text(rows), as_json)
