"""Signed-in browser sessions, tokens of programs, and failed attempts.

A session or a token is a random secret of which only the SHA-256 is kept, so that a copy of the file opens nothing.
Sessions end when nobody used them for a while, and in any case after a working day. Guessing a password is slowed by
counting failures of a name from an address, of a name, and of an address: one person who guesses locks out himself
first, the others last.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from contextlib import suppress

from kb.errors import BadInput, NotSignedIn, StoreLocked, StoreUnusable
from kb.store.database import Database
from kb.workspace.accounts import folded
from kb.workspace.roles import Account

WINDOW = 15 * 60  # seconds in which failures count
LIMITS = {"both": 5, "name": 20, "address": 50}  # failures in the window
STEP = 60  # seconds: how exactly the last use of a session is kept
TOKEN_DAYS = 90  # a program's token lasts so long unless said otherwise
PREFIX = "kb_"


class Sessions:
    """Who is signed in; ``idle`` and ``longest`` are seconds, ``clock`` tells seconds since 1970."""

    def __init__(
        self, database: Database, *, idle: float, longest: float, clock: Callable[[], float] = time.time
    ) -> None:
        """Remember where they are kept and how long they last."""
        self._database = database
        self._idle, self._longest, self._clock = idle, longest, clock

    def begin(self, account: Account, subject: str = "") -> str:
        """Open a session and return its secret; ``subject`` names a sign-in made elsewhere."""
        secret, now = secrets.token_urlsafe(32), int(self._clock())
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE begun < ?", (now - 7 * self._longest,))
            row = (_hashed(secret), account.id, now, now, subject)
            connection.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", row)
        return secret

    def account(self, secret: str, *, used: bool = True) -> Account | None:
        """Return who is signed in with this secret, None once it has ended; keep that it was used, unless it is not."""
        rows = self._database.rows(
            "SELECT a.id, a.name, a.role, s.seen FROM sessions s JOIN accounts a ON a.id = s.account"
            " WHERE s.hash = ? AND NOT a.disabled AND s.seen > ? AND s.begun > ?",
            (_hashed(secret), *self._bounds()),
        )
        if not rows:
            return None
        now = int(self._clock())
        if used and now - rows[0]["seen"] >= min(STEP, self._idle / 4):
            with suppress(StoreUnusable, StoreLocked), self._database.writing() as connection:  # it ends sooner then
                connection.execute("UPDATE sessions SET seen = ? WHERE hash = ?", (now, _hashed(secret)))
        return Account(rows[0]["id"], rows[0]["name"], rows[0]["role"])

    def spent(self, subject: str) -> bool:
        """Tell whether a sign-in made elsewhere has had its session here, which is over."""
        rows = self._database.rows(
            "SELECT max(seen > ? AND begun > ?) AS open FROM sessions WHERE subject = ?", (*self._bounds(), subject)
        )
        return bool(rows[0]["open"] == 0)

    def end(self, secret: str) -> None:
        """End a session; that of a sign-in made elsewhere stays known as over."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ? AND subject = ''", (_hashed(secret),))
            connection.execute("UPDATE sessions SET seen = 0 WHERE hash = ?", (_hashed(secret),))

    def _bounds(self) -> tuple[float, float]:
        return self._clock() - self._idle, self._clock() - self._longest


class Tokens:
    """Secrets with which programs call the HTTP interface in the name of an account."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        """Remember where they are kept."""
        self._database = database
        self._clock = clock

    def issue(self, account: Account, days: int = TOKEN_DAYS) -> str:
        """Return a new token, which cannot be shown again.

        Raises:
            BadInput: it would last less than a day or more than ten years.
        """
        if not 1 <= days <= 3660:
            raise BadInput("令牌的有效期应为 1 到 3660 天。请改正。")
        secret, now = PREFIX + secrets.token_urlsafe(32), int(self._clock())
        with self._database.writing() as connection:
            row = (_hashed(secret), account.id, now, now + days * 86400)
            connection.execute("INSERT INTO tokens VALUES (?, ?, ?, ?)", row)
        return secret

    def account(self, secret: str) -> Account | None:
        """Return whose token this is; None where it is unknown, over, or the account disabled."""
        rows = self._database.rows(
            "SELECT a.id, a.name, a.role FROM tokens t JOIN accounts a ON a.id = t.account"
            " WHERE t.hash = ? AND t.ends > ? AND NOT a.disabled",
            (_hashed(secret), int(self._clock())),
        )
        return Account(*rows[0]) if rows else None

    def revoke(self, account: Account) -> int:
        """End all tokens of an account; return how many."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM tokens WHERE account = ?", (account.id,)).rowcount


class Attempts:
    """Failures to sign in, counted."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        """Remember where they are kept."""
        self._database = database
        self._clock = clock

    def check(self, name: str, address: str) -> None:
        """Refuse a further attempt after too many failures.

        Raises:
            NotSignedIn: too many.
        """
        since = int(self._clock()) - WINDOW
        (counts,) = self._database.rows(
            "SELECT coalesce(sum(key = ?1 AND address = ?2), 0) AS both, coalesce(sum(key = ?1), 0) AS name,"
            " coalesce(sum(address = ?2), 0) AS address FROM attempts WHERE at > ?3",
            (_known(name), address, since),
        )
        if any(counts[what] >= limit for what, limit in LIMITS.items()):
            raise NotSignedIn(f"登录失败次数过多。请在{WINDOW // 60}分钟后再试，或请管理员重设密码。")

    def failed(self, name: str, address: str) -> None:
        """Count a failure."""
        now = int(self._clock())
        with self._database.writing() as connection:
            connection.execute("DELETE FROM attempts WHERE at <= ?", (now - WINDOW,))
            connection.execute("INSERT INTO attempts VALUES (?, ?, ?)", (_known(name), address, now))

    def forget(self, name: str) -> None:
        """Forget the failures of a name, after a success or a new password."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM attempts WHERE key = ?", (_known(name),))


def _known(name: str) -> str:
    """Return the name as counted: by hash, since people type passwords into the field of the name."""
    return _hashed(folded(name))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
