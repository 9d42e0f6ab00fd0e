"""What a learner has practised: when each question comes again, and the score of every paper.

Questions missed come back by Leitner's boxes (S. Leitner, So lernt man lernen, 1972): one answered right moves a box
up and waits longer, one answered wrong goes back to the first. Only a question that was missed once is kept; what was
right at first sight need not come again. Times are days of the local calendar, so that "tomorrow" means tomorrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kb.store.database import Database

WAITS = (0, 1, 3, 7, 14, 30)
"""Days until a question in each box comes again; from the last box it is learned and comes no more."""
LISTED = 200
"""Papers that the history shows, the newest."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that was answered to its end: ``number`` is its seed, ``scope`` says of which documents."""

    ended: str
    number: int
    scope: str
    right: int
    total: int


class Learning:
    """The learning record of one person; ``owner`` is the account's id, empty for the single local user."""

    def __init__(self, database: Database, owner: str) -> None:
        """Remember whose record it is."""
        self._database = database
        self._owner = owner

    def answered(self, key: str, *, right: bool, today: date | None = None) -> None:
        """Note an answer to the question ``key``."""
        day = today or date.today()
        with self._database.writing() as connection:
            mine = (self._owner, key)
            known = connection.execute("SELECT box FROM misses WHERE owner = ? AND item = ?", mine).fetchone()
            if known is None and right:
                return
            box = known["box"] + 1 if known and right else 0
            if box >= len(WAITS):
                connection.execute("DELETE FROM misses WHERE owner = ? AND item = ?", mine)
                return
            due = (day + timedelta(days=WAITS[box])).isoformat()
            connection.execute("INSERT OR REPLACE INTO misses VALUES (?, ?, ?, ?)", (*mine, box, due))

    def due(self, today: date | None = None) -> list[str]:
        """Return the keys of the questions that are to come again by now, the longest overdue first."""
        day = (today or date.today()).isoformat()
        sql = "SELECT item FROM misses WHERE owner = ? AND due <= ? ORDER BY due, box, item"
        return [str(row["item"]) for row in self._database.rows(sql, (self._owner, day))]

    def waiting(self) -> int:
        """Return how many questions have been missed and are not yet learned."""
        return int(self._database.rows("SELECT count(*) FROM misses WHERE owner = ?", (self._owner,))[0][0])

    def finished(self, *, number: int, scope: str, right: int, total: int) -> None:
        """Keep the score of a paper."""
        row = (self._owner, datetime.now().isoformat(timespec="seconds"), number, scope, right, total)
        with self._database.writing() as connection:
            connection.execute("INSERT INTO papers VALUES (NULL, ?, ?, ?, ?, ?, ?)", row)

    def papers(self) -> Sequence[Paper]:
        """Return the papers answered, newest first."""
        sql = "SELECT * FROM papers WHERE owner = ? ORDER BY id DESC LIMIT ?"
        return [
            Paper(row["ended"], row["number"], row["scope"], row["right_answers"], row["total"])
            for row in self._database.rows(sql, (self._owner, LISTED))
        ]

    def forget(self) -> None:
        """Delete the whole record."""
        with self._database.writing() as connection:
            for table in ("misses", "papers"):
                connection.execute(f"DELETE FROM {table} WHERE owner = ?", (self._owner,))
