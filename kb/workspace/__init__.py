"""What people make with a library: conversations, feedback, actual values, learning records, accounts, the audit log.

One module a topic over one SQLite file, ``workspace.sqlite3`` in the home folder, which ``kb rebuild`` never touches.
Knows nothing of search or answers: answers are kept as the JSON that every door prints.
"""

from __future__ import annotations

from pathlib import Path

from kb.store.database import Database
from kb.workspace.schema import WORKSPACE


class Workspace:
    """The workspace of one home folder; each topic takes the ``database``. Close after use."""

    def __init__(self, database: Database) -> None:
        """Keep the open database."""
        self.database = database

    @classmethod
    def open(cls, home: Path) -> Workspace:
        """Open the workspace of ``home``, creating it where missing.

        Raises:
            SettingsError, StoreDamaged, StoreUnusable, StoreLocked: see ``Database.open``.
        """
        return cls(Database.open(home, WORKSPACE))

    def close(self) -> None:
        """Close the file."""
        self.database.close()
