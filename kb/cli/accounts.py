"""Accounts: made, given roles and passwords, taken away. A password is typed or read from stdin, never an argument."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

import click

from kb.cli.door import actor, door
from kb.cli.frame import common, emit, main
from kb.errors import BadInput
from kb.workspace import printed
from kb.workspace.accounts import LONGEST
from kb.workspace.roles import ROLES, Account
from kb.workspace.sessions import TOKEN_DAYS

STDIN = click.option("--password-stdin", is_flag=True, help="从标准输入读密码（第一行），供脚本使用。")
ROLE = click.Choice(list(ROLES))


@main.group()
def account() -> None:
    """账号：谁可以登录网页和接口，可以做什么。没有账号时不用登录，只在本机可用。"""


@account.command()
@click.argument("name")
@click.option("--role", type=ROLE, default="reader", show_default=True, help="reader 查阅，editor 编辑，admin 管理。")
@click.option("--no-password", is_flag=True, help="不设密码：只能经统一身份认证登录，名称写邮箱。")
@STDIN
@common
def add(name: str, role: str, no_password: bool, password_stdin: bool, as_json: bool) -> None:
    """新建账号；密码在提示后输入。"""
    password = "" if no_password else _password(password_stdin)
    if not no_password and not password:
        raise BadInput("没有输入密码。请重新运行；只经统一身份认证登录的，请加 --no-password。")
    _changed("add", name, as_json, lambda: door().accounts.add(name, role, password), role=role)


@account.command("list")
@common
def list_accounts(as_json: bool) -> None:
    """列出账号。"""
    records = [entry.to_dict() for entry in door().accounts.list()]
    emit(records, lambda: printed.accounts_text(records), as_json)


@account.command()
@click.argument("name")
@click.argument("role", type=ROLE)
@common
def role(name: str, role: str, as_json: bool) -> None:
    """改角色：reader 只能提问和查阅，editor 还能改动文件库，admin 还能看账号和审计日志。"""
    _changed("role", name, as_json, lambda: door().accounts.set_role(name, role), role=role)


@account.command()
@click.argument("name")
@STDIN
@common
def password(name: str, password_stdin: bool, as_json: bool) -> None:
    """改密码；此前的登录随之失效。"""
    door().accounts.find(name)
    given = _password(password_stdin)
    _changed("password", name, as_json, lambda: door().reset_password(name, given))


@account.command()
@click.argument("name")
@click.option("--undo", is_flag=True, help="重新启用。")
@common
def disable(name: str, undo: bool, as_json: bool) -> None:
    """停用账号：立刻退出登录，不能再登录；已有的内容保留。"""
    what = "enable" if undo else "disable"
    _changed(what, name, as_json, lambda: door().accounts.set_disabled(name, disabled=not undo))


@account.command()
@click.argument("name")
@common
def remove(name: str, as_json: bool) -> None:
    """移除账号，连同它的对话和学习记录；要保留请用 disable。最后一个也移除后，不再需要登录。"""
    _changed("remove", name, as_json, lambda: door().accounts.remove(name))


@account.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 3660), default=TOKEN_DAYS, show_default=True, help="有效天数。")
@click.option("--revoke", is_flag=True, help="收回这个账号的全部令牌。")
@common
def token(name: str, days: int, revoke: bool, as_json: bool) -> None:
    """发放一个令牌，供程序以这个账号调用 kb api；只显示这一次。"""
    holder = door().accounts.find(name).account
    door().audit.write(
        actor(), "cli", "account", name, details={"change": "revoke" if revoke else "token", "days": days}
    )
    if revoke:
        count = door().tokens.revoke(holder)
        emit({"revoked": count}, lambda: f"已收回{count}个令牌。", as_json)
        return
    secret = door().tokens.issue(holder, days)
    click.echo(f"令牌只显示这一次，{days}天后失效；请求中写 Authorization: Bearer 令牌。", err=True)
    emit({"token": secret, "days": days}, lambda: secret, as_json)


def _changed(what: str, name: str, as_json: bool, change: Callable[[], Account], **details: object) -> None:
    """Log a change of accounts, which is logged even before there are any, then make it."""
    door().audit.write(actor(), "cli", "account", name, details={"change": what, **details})
    try:
        done = change()
    except BadInput as error:
        failed = {"change": what, **details, "reason": str(error)}
        door().audit.write(actor(), "cli", "account", name, outcome="failed", details=failed)
        raise
    record = {"change": what, "id": done.id, "name": done.name, "role": done.role}
    emit(record, lambda: f"{printed.CHANGES[what]}：{done.name}（{ROLES[done.role]}）。", as_json)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        line = sys.stdin.buffer.readline(4 * LONGEST + 2).rstrip(b"\r\n")
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise BadInput("标准输入中的密码不是 UTF-8 编码。请改正。") from error
    if not sys.stdin.isatty():
        raise BadInput("这里不能输入密码。请在终端中运行，或用 --password-stdin 从标准输入给出。")
    first = getpass.getpass("密码：")
    if getpass.getpass("再输一遍：") != first:
        raise BadInput("两次输入的密码不同。请重新运行。")
    return first
