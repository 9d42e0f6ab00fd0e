"""Questions and searches, one at a time or a file of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kb import render
from kb.batch import run_batch, text_of, turns_of
from kb.cli.door import logged
from kb.cli.frame import FILE, Texts, common, emit, main, open_library, print_json
from kb.results import Answer, Hit


@main.command()
@click.argument("question", required=False, default="")
@click.option("--history", multiple=True, help="此前的提问，由早到晚，可多次。")
@click.option("--doc", "docs", multiple=True, help="只在这份文件中查（编号、文号或标题），可多次。")
@click.option("--level", type=click.Choice(["国", "省", "市", "县"]), help="只在这一级的文件中查。")
@click.option("--batch", type=FILE, help="逐行回答 JSON Lines 文件中的问题。")
@common
def ask(question: str, history: Texts, docs: Texts, level: str | None, batch: Path | None, as_json: bool) -> None:
    """回答一个问题，附出处；文件没有写的，说明没有写。"""
    scope: dict[str, Any] = {"docs": docs, "level": level or ""}
    with open_library() as kb:

        def answered(text: str, turns: Sequence[str]) -> Answer:
            with logged("ask", text) as notes:
                given = kb.ask(text, turns, **scope)
                notes.update(answered=given.answered, kind=given.kind)
            return given

        if batch:
            _batch(batch, lambda row: answered(text_of(row, "question"), turns_of(row)).to_dict())
            return
        answer = answered(question, history)
    emit(answer.to_dict(), lambda: render.answer_text(answer), as_json)


@main.command()
@click.argument("query", required=False, default="")
@click.option("-k", "k", type=click.IntRange(1, 1000), default=10, show_default=True, help="条数。")
@click.option("--doc", "docs", multiple=True, help="只在这份文件中查，可多次。")
@click.option("--prefer", "prefer", multiple=True, help="把这一级（国、省、市、县）或这个地区的文件排得靠前，可多次。")
@click.option("--batch", type=FILE, help="逐行检索 JSON Lines 文件中的查询。")
@common
def search(query: str, k: int, docs: Texts, prefer: Texts, batch: Path | None, as_json: bool) -> None:
    """检索条款，按相关程度排列。"""
    with open_library() as kb:

        def found(text: str) -> list[Hit]:
            with logged("search", text):
                return kb.search(text, k, docs=docs, prefer=prefer)

        if batch:
            _batch(batch, lambda row: {"hits": [hit.to_dict() for hit in found(text_of(row, "query"))]})
            return
        hits = found(query)
    emit([hit.to_dict() for hit in hits], lambda: render.hits_text(hits), as_json)


def _batch(path: Path, respond: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Print one JSON object per input line, in order."""
    for result in run_batch(path, respond, lambda problem: click.echo(problem, err=True)):
        print_json(result)
