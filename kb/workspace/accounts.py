"""Accounts: names, roles and passwords of those who use one library together.

There is none for a single user on his own machine. Passwords are kept as Argon2id hashes (RFC 9106); at most a few are
computed at a time, each of which takes 64 MiB. A name is data: any that can be read, never one that hides or reverses
itself. Refuses to lose the last admin while others still have accounts.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.errors import BadInput
from kb.store.database import Connection, Database, Row
from kb.workspace.roles import ROLES, Account

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LONGEST_NAME = 64  # characters
SHORTEST, LONGEST = 10, 200  # characters of a password
DISTINCT = 5  # different characters of a password
PERSONAL = ("conversations", "preferences", "misses", "papers")  # tables of what belongs to one person
AT_ONCE = 2  # passwords hashed at a time
_HASHING = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Entry:
    """An account as an admin sees it; times are UTC."""

    account: Account
    disabled: bool
    local: bool
    """Whether it has a password; one that signs in elsewhere has none."""
    created: str

    def to_dict(self) -> dict[str, object]:
        """Return the record that every door prints."""
        own = {"id": self.account.id, "name": self.account.name, "role": self.account.role}
        return {**own, "disabled": self.disabled, "password": self.local, "created": self.created}


class Accounts:
    """The accounts of one library."""

    def __init__(self, database: Database) -> None:
        """Remember where they are kept."""
        self._database = database

    def any(self) -> bool:
        """Tell whether there is an account; then everybody has to sign in."""
        return bool(self._database.rows("SELECT 1 FROM accounts LIMIT 1"))

    def admins(self) -> int:
        """Return how many admins can sign in."""
        return int(self._database.rows("SELECT count(*) FROM accounts WHERE role = 'admin' AND NOT disabled")[0][0])

    def list(self) -> list[Entry]:
        """Return all accounts by name."""
        return [_entry(row) for row in self._database.rows("SELECT * FROM accounts ORDER BY key")]

    def active(self, account_id: str) -> Account | None:
        """Return the account with this id, unless it is disabled or gone."""
        rows = self._database.rows("SELECT * FROM accounts WHERE id = ? AND NOT disabled", (account_id,))
        return _entry(rows[0]).account if rows else None

    def find(self, name: str) -> Entry:
        """Return the account of this name.

        Raises:
            BadInput: there is none.
        """
        rows = self._database.rows("SELECT * FROM accounts WHERE key = ?", (folded(name),))
        if not rows:
            raise BadInput(f"没有账号“{name}”。请用 kb account list 查看。")
        return _entry(rows[0])

    def add(self, name: str, role: str, password: str = "") -> Account:
        """Add an account; without a password it can only sign in elsewhere.

        Raises:
            BadInput: the name, the role or the password is not acceptable, or the name is taken.
        """
        _check_name(name)
        _check_role(role)
        hashed = _hash(name, password) if password else ""
        account, now = Account(secrets.token_hex(8), name, role), _now()
        with self._database.writing() as connection:
            if connection.execute("SELECT 1 FROM accounts WHERE key = ?", (folded(name),)).fetchone():
                raise BadInput(f"已有账号“{name}”。请换一个名称，或用 kb account password 改密码。")
            row = (account.id, name, folded(name), role, hashed, 0, now, now)
            connection.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return account

    def set_role(self, name: str, role: str) -> Account:
        """Give an account another role.

        Raises:
            BadInput: there is no such account or role, or it is the last admin.
        """
        _check_role(role)
        account = self.find(name).account
        with self._database.writing() as connection:
            connection.execute("UPDATE accounts SET role = ? WHERE id = ?", (role, account.id))
            _keep_an_admin(connection)
        return Account(account.id, account.name, role)

    def set_password(self, name: str, password: str) -> Account:
        """Give an account another password, which ends its sessions.

        Raises:
            BadInput: there is no such account, or the password is not acceptable.
        """
        account = self.find(name).account
        hashed = _hash(account.name, password)
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE accounts SET password = ?, changed = ? WHERE id = ?", (hashed, _now(), account.id)
            )
            connection.execute("DELETE FROM sessions WHERE account = ?", (account.id,))
        return account

    def set_disabled(self, name: str, *, disabled: bool) -> Account:
        """Keep an account from signing in, or let it again; what it made stays.

        Raises:
            BadInput: there is no such account, or it is the last admin.
        """
        account = self.find(name).account
        with self._database.writing() as connection:
            connection.execute("UPDATE accounts SET disabled = ? WHERE id = ?", (int(disabled), account.id))
            if disabled:
                connection.execute("DELETE FROM sessions WHERE account = ?", (account.id,))
            _keep_an_admin(connection)
        return account

    def remove(self, name: str) -> Account:
        """Remove an account with its sessions and tokens and what it made for itself; the last one ends signing in.

        Nobody could reach its conversations any more, and they tell what somebody asked. What it did for all stays:
        actual values, documents, the log. To keep the rest, an account is disabled.

        Raises:
            BadInput: there is no such account, or it is the last admin.
        """
        account = self.find(name).account
        with self._database.writing() as connection:
            connection.execute("DELETE FROM accounts WHERE id = ?", (account.id,))
            _keep_an_admin(connection)
            for table in PERSONAL:  # also what accounts left that were removed before this was done
                gone = "owner <> '' AND owner NOT IN (SELECT id FROM accounts)"
                connection.execute(f"DELETE FROM {table} WHERE {gone}")  # noqa: S608 - names of ours
        return account

    def check(self, name: str, password: str) -> Account | None:
        """Return the account that this name and password open; an unknown name takes as long as a wrong password."""
        rows = self._database.rows("SELECT * FROM accounts WHERE key = ?", (folded(name),))
        known = rows[0]["password"] if rows else ""
        if not _fits(known or _nobody(), password) or not known or rows[0]["disabled"]:
            return None
        account = _entry(rows[0]).account
        if _hasher().check_needs_rehash(known):
            with self._database.writing() as connection:
                hashed = _hasher().hash(password)
                connection.execute("UPDATE accounts SET password = ? WHERE id = ?", (hashed, account.id))
        return account


def folded(name: str) -> str:
    """Return a name as it is compared: full- and half-width, large and small letters alike.

    >>> folded("Ｚhang San@EXAMPLE.cn ")
    'zhang san@example.cn'
    """
    return unicodedata.normalize("NFKC", name).casefold().strip()


def check_password(name: str, password: str) -> None:
    """Refuse a password that is short, of few characters, or contains the name.

    Raises:
        BadInput: it is not acceptable.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"密码应为 {SHORTEST} 到 {LONGEST} 个字符。请换一个。")
    if len(set(password)) < DISTINCT:
        raise BadInput(f"密码太简单：至少要有 {DISTINCT} 个不同的字符。请换一个。")
    if folded(name) in folded(password):
        raise BadInput("密码中不能含有账号名称。请换一个。")


def _check_name(name: str) -> None:
    if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(f"账号名称应为 1 到 {LONGEST_NAME} 个看得见的字符，首尾没有空格。请改正。")


def _check_role(role: str) -> None:
    if role not in ROLES:
        known = "、".join(f"{key}（{label}）" for key, label in ROLES.items())
        raise BadInput(f"没有角色“{role}”。可用的角色：{known}。")


def _keep_an_admin(connection: Connection) -> None:
    """Refuse a change that leaves accounts, and no admin among them who can sign in."""
    left, admins = connection.execute(
        "SELECT count(*), coalesce(sum(role = 'admin' AND NOT disabled), 0) FROM accounts"
    ).fetchone()
    if left and not admins:
        raise BadInput("这是最后一个可以登录的管理账号，不能移除、停用或降级。请先另建一个管理账号。")


def _entry(row: Row) -> Entry:
    account = Account(row["id"], row["name"], row["role"])
    return Entry(account, bool(row["disabled"]), bool(row["password"]), row["created"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # Argon2id with the second recommended setting of RFC 9106


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Return a hash that no password is known to fit, for names that are not known."""
    return _hasher().hash(secrets.token_hex(16))


def _hash(name: str, password: str) -> str:
    check_password(name, password)
    with _HASHING:
        return _hasher().hash(password.encode("utf-8", "surrogatepass"))


def _fits(known: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > LONGEST:
        return False
    with _HASHING:
        try:
            return _hasher().verify(known, password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
