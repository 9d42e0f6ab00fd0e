"""Runs of gold sets: the newest of each set are kept, so that the next run can say what was gained and lost."""

from __future__ import annotations

import json
from typing import Any

from kb.store.database import Database

KEPT = 20
"""Runs kept of one set."""


class Evaluations:
    """The runs of this library's gold sets; they belong to the library, not to a person."""

    def __init__(self, database: Database) -> None:
        """Keep the open database."""
        self._database = database

    def keep(self, name: str, result: dict[str, Any]) -> None:
        """Keep a run of the set ``name``; the oldest beyond ``KEPT`` are dropped."""
        with self._database.writing() as connection:
            row = (name, json.dumps(result, ensure_ascii=False))
            connection.execute("INSERT INTO evaluations (name, result) VALUES (?, ?)", row)
            newest = "SELECT id FROM evaluations WHERE name = ? ORDER BY id DESC LIMIT ?"
            connection.execute(f"DELETE FROM evaluations WHERE name = ? AND id NOT IN ({newest})", (name, name, KEPT))

    def last(self, name: str) -> dict[str, Any] | None:
        """Return the newest run of a set, None where it was never run."""
        sql = "SELECT result FROM evaluations WHERE name = ? ORDER BY id DESC LIMIT 1"
        found = self._database.rows(sql, (name,))
        return dict(json.loads(found[0]["result"])) if found else None
