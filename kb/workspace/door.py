"""What every door asks before it acts and writes down afterwards: who is it, may they, and that it was done.

Signing in is asked for as soon as there is an account, whatever the address, or where the setting ``accounts`` says so;
from then on, or with the setting ``audit``, everything is logged. What changes the library is logged before it is done,
so that nothing is done that is not in the log; a question is logged with what became of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import PolicyError
from kb.errors import NotAllowed, NotSignedIn, SettingsError
from kb.settings import Settings
from kb.workspace import Workspace
from kb.workspace.accounts import Accounts, check_password
from kb.workspace.audit import HEAD, Audit
from kb.workspace.roles import ROLES, Account
from kb.workspace.sessions import Attempts, Sessions, Tokens

NOBODY = Account("", "未登录", "reader")
TOKEN = "token"
ENDED = "登录已过期，请重新登录。"
Notes = dict[str, object]


def workspace_of(settings: Settings) -> Workspace:
    """Open the workspace for people at a page; one that is damaged is begun anew, unless accounts may lie in it.

    Without its accounts the door would stand open, and the log would begin as if nothing had been done before.

    Raises:
        SettingsError, StoreDamaged, StoreUnusable, StoreLocked: see ``Workspace.open``.
    """
    logged = settings.accounts or settings.audit or _head(settings).exists()
    return Workspace.open(settings.home) if logged else Workspace.begun_anew(settings.home)


def _head(settings: Settings) -> Path:
    """Return the file outside the workspace that keeps the last hash of the audit log."""
    return Path(settings.audit_head) if settings.audit_head else settings.home / HEAD


class Door:
    """One way in (``page``, ``api`` or ``cli``) to the library of a workspace."""

    def __init__(
        self, workspace: Workspace, settings: Settings, name: str, clock: Callable[[], float] = time.time
    ) -> None:
        """Remember the settings; ``clock`` tells seconds since 1970."""
        database = workspace.database
        self.name = name
        self.accounts = Accounts(database)
        self.sessions = Sessions(
            database, idle=settings.session_idle * 60, longest=settings.session_hours * 3600, clock=clock
        )
        self.tokens = Tokens(database, clock)
        self.audit = Audit(database, _head(settings))
        self._attempts = Attempts(database, clock)
        self._settings = settings
        self._clock = clock

    @property
    def guarded(self) -> bool:
        """Whether one has to sign in."""
        return bool(self._settings.accounts) or self.accounts.any()

    @property
    def audited(self) -> bool:
        """Whether what is done is logged."""
        return bool(self._settings.audit) or self.guarded

    def note(
        self, actor: Account, action: str, subject: str = "", *, outcome: str = "ok", address: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        """Log something, where there is a log."""
        if self.audited:
            self.audit.write(actor, self.name, action, subject, outcome=outcome, address=address, details=details)

    @contextmanager
    def asking(self, actor: Account, action: str, subject: str = "", address: str = "") -> Iterator[Notes]:
        """Log what only reads after it was done, with the notes that the block leaves, or with what prevented it."""
        notes: Notes = {}
        try:
            yield notes
        except PolicyError as error:
            self.note(actor, action, subject, outcome="failed", address=address, details={"reason": str(error)})
            raise
        except Exception as error:
            self.note(actor, action, subject, outcome="failed", address=address, details={"reason": repr(error)})
            raise
        self.note(actor, action, subject, address=address, details=notes)

    @contextmanager
    def changing(
        self, actor: Account, action: str, subject: str = "", address: str = "", details: Notes | None = None
    ) -> Iterator[None]:
        """Log a change before it is done, and what prevented it.

        Raises:
            NotAllowed: the role does not allow it, which is logged too.
        """
        if not actor.may(action):
            self.note(actor, action, subject, outcome="refused", address=address, details=details)
            raise NotAllowed(f"你的角色是“{ROLES[actor.role]}”，不能做这件事。需要时请找管理员调整角色。")
        self.note(actor, action, subject, address=address, details=details)
        try:
            yield
        except Exception as error:
            reason = str(error) if isinstance(error, PolicyError) else repr(error)
            failed = {**(details or {}), "reason": reason}
            self.note(actor, action, subject, outcome="failed", address=address, details=failed)
            raise

    def sign_in(self, name: str, password: str, address: str = "") -> tuple[Account, str]:
        """Return the account that a name and password open, and the secret of its session; both ways are logged.

        Raises:
            NotSignedIn: they do not fit, or there were too many failures.
        """
        self._attempts.check(name, address)  # not logged: the failures before were, and a flood must not fill the disk
        account = self.accounts.check(name, password)
        if account is None:
            self._attempts.failed(name, address)
            self.note(NOBODY, "login", self._known(name), outcome="failed", address=address)
            raise NotSignedIn("账号或密码不对，或账号已停用。请核对后重试。")
        self._attempts.forget(name)
        secret = self.sessions.begin(account)
        self.note(account, "login", address=address)
        return account, secret

    def admit(self, claims: Mapping[str, object], address: str = "") -> tuple[Account, str]:
        """Return the account of somebody who signed in elsewhere (claims of OpenID Connect), and a session's secret.

        The account is the one whose name is the e-mail; with the setting ``oidc`` at ``reader`` it is added.

        Raises:
            NotSignedIn: no such account, an address that was not verified, or a sign-in that is over.
        """
        email, issued = str(claims.get("email") or ""), claims.get("iat")
        if not email or claims.get("email_verified") is not True:
            self.note(NOBODY, "login", email, outcome="refused", address=address, details={"by": "oidc"})
            raise NotSignedIn("统一身份认证没有给出经过验证的邮箱。请联系管理员。")
        subject = f"{claims.get('iss')} {claims.get('sub')} {issued}"
        oldest = self._clock() - self._settings.session_hours * 3600
        if not isinstance(issued, int) or issued < oldest or self.sessions.spent(subject):
            raise NotSignedIn(ENDED)
        known = {entry.account.name.casefold(): entry for entry in self.accounts.list()}
        entry = known.get(email.casefold())
        if entry is None and self._settings.oidc == "reader":
            account = self.accounts.add(email, "reader")
            self.note(account, "account", email, address=address, details={"change": "add", "by": "oidc"})
        elif entry is None or entry.disabled:
            self.note(NOBODY, "login", email, outcome="refused", address=address, details={"by": "oidc"})
            raise NotSignedIn("这个身份在本系统没有可用的账号。请联系管理员。")
        else:
            account = entry.account
        self.note(account, "login", address=address, details={"by": "oidc"})
        return account, self.sessions.begin(account, subject)

    def bearer(self, token: str, address: str = "") -> Account:
        """Return whose token this is; one that is not known is counted and logged like a wrong password.

        Raises:
            NotSignedIn: it is missing, unknown or over, or there were too many failures.
        """
        if not token:
            raise NotSignedIn("需要令牌：请在请求中写 Authorization: Bearer 令牌（由 kb account token 发放）。")
        account = self.tokens.account(token)
        if account is None:
            self._attempts.check(TOKEN, address)
            self._attempts.failed(TOKEN, address)
            self.note(NOBODY, "login", outcome="failed", address=address, details={"by": TOKEN})
            raise NotSignedIn("令牌不认识、已过期或已收回。请用 kb account token 重新发放。")
        return account

    def change_password(self, account: Account, old: str, new: str, address: str = "") -> str:
        """Change one's own password, which ends all sessions; return the secret of a new one.

        Raises:
            NotSignedIn: the old one is wrong. BadInput: the new one is not acceptable.
        """
        self._attempts.check(account.name, address)
        if self.accounts.check(account.name, old) is None:
            self._attempts.failed(account.name, address)
            self.note(account, "password", account.name, outcome="failed", address=address)
            raise NotSignedIn("现在的密码不对。请核对后重试。")
        check_password(account.name, new)
        self.note(account, "password", account.name, address=address)
        self.accounts.set_password(account.name, new)
        return self.sessions.begin(account)

    def reset_password(self, name: str, password: str) -> Account:
        """Give somebody a new password and let them try again at once.

        Raises:
            BadInput: there is no such account, or the password is not acceptable.
        """
        account = self.accounts.set_password(name, password)
        self._attempts.forget(name)
        return account

    def demand_admin(self) -> None:
        """Refuse to open to other machines before somebody can administer it.

        Raises:
            SettingsError: there is no admin.
        """
        if not self.accounts.admins():
            raise SettingsError(
                "要让其他机器访问，须先有管理账号：请运行 kb account add 名称 --role admin，再重新启动。"
            )

    def _known(self, name: str) -> str:
        """Return a name for the log, unless it is no account's: people type passwords into the field of the name."""
        known = {entry.account.name.casefold() for entry in self.accounts.list()}
        return name if name.casefold() in known else "（没有这个账号）"
