"""Maintenance."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kb import render
from kb.cli.door import logged
from kb.cli.frame import FOLDER, Texts, common, emit, main, open_library, show_progress
from kb.errors import StoreDamaged
from kb.knowledge_base import KnowledgeBase
from kb.ledger import unread_record


@main.command()
@common
def rebuild(as_json: bool) -> None:
    """由数据库重建全文与向量索引。"""
    try:
        with open_library() as kb, logged("rebuild"):
            count = kb.rebuild(show_progress)
    except StoreDamaged:
        kb, aside, count = KnowledgeBase.recover(click.get_current_context().find_root().obj, show_progress)
        kb.close()
        click.echo(f"数据库已损坏，移到 {aside}；已由保存的原件重建。", err=True)
    emit({"passages": count}, lambda: f"已重建，共{count}个段落。", as_json)


@main.command()
@click.option("--repair", is_flag=True, help="先重建缺失的部分。")
@common
def doctor(repair: bool, as_json: bool) -> None:
    """检查数据库与索引是否完好，列出未能读入台账的原文。"""
    with open_library() as kb:
        checks = kb.doctor(repair=repair)
        unread = [unread_record(document, left) for document, left in kb.unread()]
        unsure = [card for card in kb.documents() if card.uncertain]
    healthy = all(check.passed for check in checks)
    found = {"healthy": healthy, "checks": list(map(asdict, checks)), "unread": unread}
    found["uncertain"] = {card.doc_id: card.uncertain for card in unsure}
    text = render.checks_text(checks) + render.unread_text(unread) + render.unsure_text(unsure)
    emit(found, lambda: text, as_json)
    click.get_current_context().exit(0 if healthy else 1)


@main.command()
@click.option("-o", "folder", type=FOLDER, required=True, help="模型写到这个文件夹（新的或空的）。")
@click.option("--doc", "docs", multiple=True, help="只用这份文件训练（编号、文号或标题），可多次。")
@click.option("--seed", type=int, default=15, show_default=True, help="随机数种子。")
@common
def train(folder: Path, docs: Texts, seed: int, as_json: bool) -> None:
    """用库中的文件继续训练随包的向量模型；结果由 KB_EMBEDDING 指定后使用。"""
    with open_library() as kb:
        made = kb.train(folder, docs, seed=seed, say=lambda line: click.echo(line, err=True))
    emit(made.to_dict(), lambda: render.trained_text(made.to_dict()), as_json)
