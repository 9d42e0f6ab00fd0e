"""What a person has chosen for the page: large type, language. One short value a name."""

from __future__ import annotations

from kb.store.database import Database

LONGEST = 200  # characters of a value


class Preferences:
    """The preferences of one person; ``owner`` is the account's id, empty for the single local user."""

    def __init__(self, database: Database, owner: str) -> None:
        """Remember whose they are."""
        self._database = database
        self._owner = owner

    def get(self, name: str, default: str = "") -> str:
        """Return what was chosen."""
        rows = self._database.rows("SELECT value FROM preferences WHERE owner = ? AND name = ?", (self._owner, name))
        return str(rows[0]["value"]) if rows else default

    def set(self, name: str, value: str) -> None:
        """Keep what is chosen, at most ``LONGEST`` characters of it."""
        with self._database.writing() as connection:
            row = (self._owner, name, value[:LONGEST])
            connection.execute("INSERT OR REPLACE INTO preferences VALUES (?, ?, ?)", row)
