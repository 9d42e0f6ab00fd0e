"""The audit log: shown, exported, checked, and its old entries pruned."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kb.cli.door import actor, door
from kb.cli.frame import FILE, Texts, common, emit, main
from kb.errors import BadInput
from kb.export import export
from kb.workspace import printed
from kb.workspace.audit import LEAST_DAYS, parse_head


@main.group()
def audit() -> None:
    """审计日志：谁在什么时候问了什么、改了什么；条条相扣，改动、删除、调换都能查出。"""


@audit.command()
@click.option("--since", help="从这一天或这一刻起（2026-05-01 或 2026-05-01T08:30，本地时间）。")
@click.option("--until", help="到这一天或这一刻之前。")
@click.option("--user", default="", help="只列这个账号（名称或编号）。")
@click.option("--action", default="", help="只列这种动作，如 ask、login、remove。")
@click.option("-n", "--limit", type=click.IntRange(1), default=100, show_default=True, help="最近多少条；导出时不限。")
@click.option("-o", "--output", type=FILE, help="导出为 .xlsx、.docx、.csv、.json 或 .md。")
@common
def show(
    since: str | None, until: str | None, user: str, action: str, limit: int, output: Path | None, as_json: bool
) -> None:
    """列出日志，新的在前。"""
    records = door().audit.entries(
        since=_moment(since), until=_moment(until), user=user, action=action, limit=0 if output else limit
    )
    if output:
        export(records if output.suffix.lower() == ".json" else printed.audit_rows(records), output)
        door().audit.write(actor(), "cli", "export", output.name, details={"audit": len(records)})
        click.echo(f"已导出{len(records)}条到 {output}", err=True)
    if as_json or not output:
        emit(records, lambda: printed.audit_text(records), as_json)


@audit.command()
@click.option("--head", "heads", multiple=True, help="以前抄存的链头（序号:哈希），可多次；不符即日志被改写过。")
@common
def verify(heads: Texts, as_json: bool) -> None:
    """检查日志是否完整：改动、缺失、调换、截断。打印链头，请抄存到别处。"""
    verdict = door().audit.verify([parse_head(head) for head in heads])
    emit(verdict.to_dict(), lambda: printed.verdict_text(verdict.to_dict()), as_json)
    click.get_current_context().exit(1 if verdict.faults else 0)


@audit.command()
@click.option("--days", type=int, default=LEAST_DAYS, show_default=True, help="清理多少天以前的；不能少于 180。")
@common
def prune(days: int, as_json: bool) -> None:
    """清理很早的日志；清理本身记入日志，其余部分照样可以检查。"""
    removed = door().audit.prune(actor(), "cli", days)
    emit({"removed": removed}, lambda: f"已清理{removed}条。", as_json)


def _moment(text: str | None) -> str:
    """Return a local date or time as the log keeps it, in UTC."""
    if not text:
        return ""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError) as error:
        raise BadInput(f"不认识的时间：{text}。请写 2026-05-01 或 2026-05-01T08:30。") from error
