"""Who may do what: three roles, each of which may do all that the one before may.

A reader asks and reads; an editor also changes the library; an admin also sees accounts and the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {"reader": "查阅", "editor": "编辑", "admin": "管理"}
# What takes more than reading: the least role that may do it.
ACTIONS = {
    "ingest": "editor",
    "fetch": "editor",
    "rebuild": "editor",
    "file": "editor",
    "replace": "editor",
    "amend": "editor",
    "remove": "editor",
    "actuals": "editor",
    "account": "admin",
    "audit": "admin",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who uses the library; ``id`` owns what they make and is empty for the single local user."""

    id: str
    name: str
    role: str

    def may(self, action: str) -> bool:
        """Tell whether the role allows an action; all may read.

        >>> Account("a", "某人", "reader").may("remove"), Account("", "本机用户", "admin").may("remove")
        (False, True)
        """
        order = list(ROLES)
        return order.index(self.role) >= order.index(ACTIONS.get(action, order[0]))


LOCAL = Account("", "本机用户", "admin")
