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
    "remove": "移除", "actuals": "录入实际值", "export": "导出", "original": "下载原件", "fetch": "下载原文",
    "rebuild": "重建", "login": "登录", "logout": "退出", "password": "改密码", "account": "账号变更",
    "call": "接口调用", "prune": "清理日志",
}  # fmt: skip
DOORS = {"page": "网页", "api": "接口", "cli": "命令行"}
OUTCOMES = {"ok": "", "failed": "失败", "refused": "被拒"}
CHANGES = {
    "add": "已新建账号", "role": "已改角色", "password": "已改密码", "disable": "已停用账号", "enable": "已启用账号",
    "remove": "已移除账号",
}  # fmt: skip
# What the notes of an entry say: by the name and the value of a note, else by its name alone.
NOTES = {
    "change_add": "新建账号", "change_role": "改角色", "change_password": "重设密码", "change_disable": "停用",
    "change_enable": "启用", "change_remove": "移除账号", "change_token": "发放令牌", "change_revoke": "收回令牌",
    "role_reader": "角色：查阅", "role_editor": "角色：编辑", "role_admin": "角色：管理", "by_oidc": "经统一身份认证",
    "by_token": "用令牌", "answered_true": "已回答", "answered_false": "没有答案", "kind_duty": "责任",
    "kind_target": "目标", "kind_organ_duties": "单位任务", "kind_measure": "措施", "kind_definition": "释义",
    "kind_list": "清单", "kind_compare": "比较", "kind_address": "条款位置", "kind_metadata": "文件信息",
    "kind_refusal": "拒答", "rows": "{value}项", "entered": "写入{value}个", "removed": "移除{value}个",
    "days": "{value}天", "audit": "日志{value}条", "upto": "到第{value}条", "hash": "哈希 {value}",
    "reason": "原因：{value}", "omitted": "说明过长，略去{value}字",
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


def notes(details: object, texts: Mapping[str, str] = NOTES) -> str:
    """Return the notes of an entry on one line, in words; one that ``texts`` do not know stays as it is.

    >>> notes({"change": "role", "role": "editor", "by": "oidc"}), notes({"answered": False, "ip": "x"})
    ('改角色，角色：编辑，经统一身份认证', '没有答案，ip=x')
    """
    if not isinstance(details, Mapping):
        return str(details)
    return texts.get("comma", "，").join(_note(name, value, texts) for name, value in details.items())


def _note(name: str, value: object, texts: Mapping[str, str]) -> str:
    text = texts.get(f"{name}_{str(value).casefold()}") or texts.get(name)
    return text.replace("{value}", str(value)) if text else f"{name}={value}"
