"""Actual values of targets by year, as people enter them: shared by all who use a library, each with its source.

A value belongs to a target by document, clause, indicator and year of the target; entering it again replaces it. Who
entered it and when is kept with it. Refuses more than the cap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from kb.errors import BadInput
from kb.store.database import Database, Row
from kb.workspace.roles import Account

MOST = 100_000  # values


@dataclass(frozen=True, slots=True)
class Actual:
    """One value; ``measure`` is ``level`` or ``change``, ``deadline`` the year of the target, ``at`` UTC."""

    doc_id: str
    path: str
    indicator: str
    deadline: int | None
    year: int
    value: Decimal
    unit: str
    measure: str
    source: str
    by: str = ""
    at: str = ""

    @property
    def target(self) -> tuple[str, str, str, int | None]:
        """What it is a value of."""
        return self.doc_id, self.path, self.indicator, self.deadline

    @property
    def key(self) -> tuple[str, str, str, int, int, str]:
        """What there is one value of."""
        return self.doc_id, self.path, self.indicator, self.deadline or 0, self.year, self.measure


class Actuals:
    """The actual values of one library."""

    def __init__(self, database: Database) -> None:
        """Remember where they are kept."""
        self._database = database

    def of(self, doc_ids: Sequence[str]) -> list[Actual]:
        """Return the values of these documents by document, indicator and year."""
        marks = ", ".join("?" * len(doc_ids))
        rows = self._database.rows(
            f"SELECT * FROM actuals WHERE doc_id IN ({marks}) ORDER BY doc_id, path, indicator, year, measure",  # noqa: S608
            tuple(doc_ids),
        )
        return [_actual(row) for row in rows]

    def change(self, account: Account, put: Iterable[Actual], drop: Iterable[Actual] = ()) -> None:
        """Enter values, in place of those of the same target, year and measure, and remove others; all or none.

        Raises:
            BadInput: there would be too many.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing() as connection:
            where = "doc_id = ? AND path = ? AND indicator = ? AND deadline = ? AND year = ? AND measure = ?"
            connection.executemany(f"DELETE FROM actuals WHERE {where}", [old.key for old in drop])  # noqa: S608
            rows = [
                (*new.key, format(new.value, "f"), new.unit, new.source, account.id, account.name, now) for new in put
            ]
            connection.executemany(f"INSERT OR REPLACE INTO actuals VALUES ({', '.join('?' * 12)})", rows)
            if connection.execute("SELECT count(*) FROM actuals").fetchone()[0] > MOST:
                raise BadInput(f"实际值最多存{MOST}个，没有保存。请先移除不用的。")


def _actual(row: Row) -> Actual:
    return Actual(
        row["doc_id"], row["path"], row["indicator"], row["deadline"] or None, row["year"], Decimal(row["value"]),
        row["unit"], row["measure"], row["source"], row["name"], row["at"],
    )  # fmt: skip
