"""Gold sets: scored, and written for any library."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kb.cli.frame import FILE, common, emit, main, open_library, show_count


class Evaluation(click.Group):
    """Takes ``kb eval GOLD`` for ``kb eval score GOLD``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the usual command before arguments that name none."""
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["score", *args]
        return super().parse_args(ctx, args)


@main.group("eval", cls=Evaluation)
def evaluation() -> None:
    """用题库为回答打分（kb eval 题库），或由台账生成题库（kb eval make）。"""


@evaluation.command()
@click.argument("gold", type=FILE)
@click.option("--against", type=FILE, help="与这次结果（以前 -o 写出的 .json）比较，列出新答对和新答错的题。")
@click.option("--ablations", is_flag=True, help="同时评测：不用语义检索、不用台账、不用别名各一遍。")
@click.option("--faithfulness", is_flag=True, help="请设定的模型逐句判断：答案是否由所引原文得出。")
@click.option("-o", "--output", type=FILE, help="把结果写成 .json、.md 或 .html。")
@common
def score(
    gold: Path, against: Path | None, ablations: bool, faithfulness: bool, output: Path | None, as_json: bool
) -> None:
    """用题库为回答打分，列出每类得分与错题。"""
    from eval import report
    from eval.faithfulness import judge_of
    from eval.library import evaluate

    with open_library() as kb:
        judge = judge_of(kb) if faithfulness else None
        result = evaluate(kb, gold, against=against, ablations=ablations, judge=judge, progress=show_count)
    if output:
        report.write(result, output)
        click.echo(f"评测结果已写到 {output}", err=True)
    emit(result, lambda: report.text(result), as_json)


@evaluation.command()
@click.option("-o", "--output", type=FILE, help="写到这个文件（默认打印）。")
@click.option("--doc", "docs", multiple=True, help="只就这份文件出题，可多次。")
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子；同一种子出同样的题。")
@click.option("--limit", type=click.IntRange(1, 1000), default=40, show_default=True, help="每份文件每类至多几道。")
@common
def make(output: Path | None, docs: tuple[str, ...], seed: int, limit: int, as_json: bool) -> None:
    """由库中文件的台账生成题库，含隐去答案条款的应拒答题。"""
    from eval.make import make_gold

    with open_library() as kb:
        chosen = [kb.document(name) for name in docs] or [kb.document(card.doc_id) for card in kb.documents()]
        rows = make_gold(chosen, seed=seed, limit=limit, named=len(kb.documents()) > 1)
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    if output:
        output.write_text(lines + "\n", "utf-8")
        click.echo(f"已写出{len(rows)}道题到 {output}", err=True)
    if as_json or not output:
        emit(rows, lambda: lines, as_json)
