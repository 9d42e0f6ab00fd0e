"""Accounts and the audit log as plain text for a terminal, and as flat rows for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ingest.names import visible
from kb.workspace.roles import ROLES

Record = Mapping[str, Any]

NAMES = {
    "ask": "提问", "search": "检索", "ingest": "导入", "file": "入库", "replace": "替换", "amend": "更正",
    "remove": "移除", "export": "导出", "original": "下载原件", "fetch": "下载原文", "rebuild": "重建", "login": "登录",
    "logout": "退出", "password": "改密码", "account": "账号变更", "call": "接口调用", "prune": "清理日志",
}  # fmt: skip
DOORS = {"page": "网页", "api": "接口", "cli": "命令行"}
OUTCOMES = {"ok": "", "failed": "失败", "refused": "被拒"}
CHANGES = {
    "add": "已新建账号", "role": "已改角色", "password": "已改密码", "disable": "已停用账号", "enable": "已启用账号",
    "remove": "已移除账号",
}  # fmt: skip


def accounts_text(records: Sequence[Record]) -> str:
    """Return accounts, a line each."""
    if not records:
        return "还没有账号：不用登录，只在本机可用。新建请用 kb account add 名称 --role admin。"
    return "\n".join(
        f"{visible(row['name'])}  {ROLES[row['role']]}"
        + ("" if row["password"] else "  无密码（统一身份认证）")
        + ("  已停用" if row["disabled"] else "")
        for row in records
    )


def audit_text(records: Sequence[Record]) -> str:
    """Return entries of the log, a line each."""
    shown = ("序号", "时间", "账号", "入口", "动作", "结果", "内容", "说明")
    lines = ["  ".join(str(row[name]) for name in shown if row[name] != "") for row in audit_rows(records)]
    return "\n".join([*(visible(line.replace("\n", " ")) for line in lines), f"共{len(records)}条。"])


def audit_rows(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Return entries with Chinese column names, times as on this machine."""
    return [
        {
            "序号": row["number"],
            "时间": local_time(row["at"]),
            "账号": row["name"],
            "入口": DOORS.get(row["door"], row["door"]),
            "地址": row["address"],
            "动作": NAMES.get(row["action"], row["action"]),
            "结果": OUTCOMES.get(row["outcome"], row["outcome"]),
            "内容": row["subject"],
            "说明": notes(row["details"]),
            "哈希": row["hash"],
        }
        for row in records
    ]


def verdict_text(verdict: Record) -> str:
    """Return what the check of the log found."""
    lines = [f"异常  {fault}" for fault in verdict["faults"]]
    state = "不完整" if lines else "完整"
    lines.append(f"审计日志{state}：{verdict['entries']}条（第{verdict['first']}至{verdict['last']}条）。")
    if verdict["entries"]:
        lines.append(f"链头（请抄存到别处，以后用 --head 核对）：{verdict['last']}:{verdict['hash']}")
    return "\n".join(lines)


def local_time(at: str) -> str:
    """Return a time of the log as on this machine, to the second; what is no time stays as it is."""
    try:
        return datetime.fromisoformat(at).astimezone().isoformat(" ", "seconds")[:19]
    except ValueError:
        return at


def notes(details: object) -> str:
    """Return the notes of an entry on one line."""
    if not isinstance(details, Mapping):
        return str(details)
    return "，".join(f"{key}={value}" for key, value in details.items())
