"""What people make with a library: conversations, feedback, actual values, learning records, accounts, the audit log.

One module a topic over one SQLite file, ``workspace.sqlite3`` in the home folder, which ``kb rebuild`` never touches.
Knows nothing of search or answers: answers are kept as the JSON that every door prints.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from kb.errors import StoreDamaged
from kb.store.database import Database, set_aside
from kb.workspace.schema import WORKSPACE


class Workspace:
    """The workspace of one home folder; each topic takes the ``database``. Close after use."""

    def __init__(self, database: Database, damaged: Path | None = None) -> None:
        """Keep the open database, and where a damaged one lies that it has taken the place of."""
        self.database, self.damaged = database, damaged

    @classmethod
    def open(cls, home: Path) -> Workspace:
        """Open the workspace of ``home``, creating it where missing.

        Raises:
            SettingsError, StoreDamaged, StoreUnusable, StoreLocked: see ``Database.open``.
        """
        return cls(Database.open(home, WORKSPACE))

    @classmethod
    def begun_anew(cls, home: Path) -> Workspace:
        """Open the workspace of ``home``; one that is damaged is renamed and kept, and a blank one begun.

        Raises:
            SettingsError, StoreUnusable, StoreLocked: see ``Database.open``.
        """
        with suppress(StoreDamaged):
            workspace = cls.open(home)
            if not workspace.database.faults():
                return workspace
            workspace.close()
        damaged = set_aside(home, WORKSPACE)
        return cls(Database.open(home, WORKSPACE), damaged)

    def close(self) -> None:
        """Close the file."""
        self.database.close()
