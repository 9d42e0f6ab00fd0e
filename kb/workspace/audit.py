"""The audit log: who did what and when, each entry chained to the one before by its SHA-256.

Entries are only added. Triggers keep a program's mistake from changing them; against somebody who may write to the
file the chain stands: an entry that is altered, left out or moved no longer fits the next. What a chain alone cannot
show is that its end was cut off, so the number and hash of the last entry are also kept in a small file, best on
another disk, and are printed for keeping elsewhere. Entries older than the time of keeping can be pruned: the prune is
an entry itself and names the hash at which the rest begins.

Cannot find: a chain rewritten together with every kept head, an entry that was never made, a wrong clock.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kb.errors import BadInput, StoreUnusable
from kb.store.database import Connection, Database, Row, Value
from kb.workspace.roles import Account

LEAST_DAYS = 180  # entries younger than this are never pruned
GENESIS = "0" * 64  # what the first entry is chained to
LONGEST = 4000  # characters kept of a question, a name or a reason
BATCH = 5000  # entries read at a time
HEAD = "audit.head"
PRUNE = "prune"
FIELDS = ("number", "at", "account", "name", "door", "address", "action", "outcome", "subject", "details")

Head = tuple[int, str]
"""Number and hash of an entry."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found: how many entries, the last one's number and hash, and what is wrong."""

    entries: int
    first: int
    head: Head
    faults: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the record that ``kb audit verify`` prints."""
        number, digest = self.head
        return {
            "sound": not self.faults, "entries": self.entries, "first": self.first, "last": number, "hash": digest,
            "faults": list(self.faults),
        }  # fmt: skip


class Audit:
    """The log of one library; ``head`` is the file outside the database that keeps the last entry's hash."""

    def __init__(
        self, database: Database, head: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Remember where it is kept."""
        self._database = database
        self._head = head
        self._clock = clock

    def write(
        self, actor: Account, door: str, action: str, subject: str = "", *, outcome: str = "ok", address: str = "",
        details: Mapping[str, object] | None = None,
    ) -> Head:  # fmt: skip
        """Add an entry and return its number and hash.

        Raises:
            StoreUnusable, StoreLocked: it cannot be kept; then what it is about must not be done.
        """
        words = (_sound(word)[:LONGEST] for word in (actor.id, actor.name, door, address, action, outcome, subject))
        values = (*words, _details(details or {}))
        with self._database.writing() as connection:
            head = self._add(connection, values)
        self._keep(head)
        return head

    def _add(self, connection: Connection, values: Sequence[str]) -> Head:
        number, previous = _last(connection)
        at = self._clock().isoformat(timespec="milliseconds")
        entry: dict[str, Value] = dict(zip(FIELDS, (number + 1, at, *values), strict=True))
        digest = _digest(entry, previous)
        marks = ", ".join("?" * (len(FIELDS) + 2))
        connection.execute(f"INSERT INTO audit VALUES ({marks})", (*entry.values(), previous, digest))
        return number + 1, digest

    def entries(
        self, *, since: str = "", until: str = "", user: str = "", action: str = "", limit: int = 0
    ) -> list[dict[str, Any]]:
        """Return entries, the newest first; ``since`` and ``until`` are dates or times, ``user`` a name or id."""
        wanted = (("at >= ?", since), ("at < ?", until), ("? IN (name, account)", user), ("action = ?", action))
        tests = [(test, value) for test, value in wanted if value]
        where = f" WHERE {' AND '.join(test for test, _ in tests)}" if tests else ""
        most = f" LIMIT {limit:d}" if limit else ""
        rows = self._database.rows(f"SELECT * FROM audit{where} ORDER BY number DESC{most}", [v for _, v in tests])
        return [_record(row) for row in rows]

    def verify(self, heads: Sequence[Head] = ()) -> Verdict:
        """Check the whole chain, its pruned beginning, the kept head and the ``heads`` that were noted elsewhere."""
        faults = [*self._unguarded()]
        count, first, previous, last = 0, 0, "", (0, GENESIS)
        pruned, hashes = [], {}
        asked = {number for number, _ in heads} | {number for number, _ in self.kept_head()}
        for row in self._all():
            entry, number = {name: row[name] for name in FIELDS}, row["number"]
            if not count:
                first, previous = number, row["previous"]
            elif number != last[0] + 1:
                faults.append(f"第{last[0] + 1}至{number - 1}条缺失")
            elif row["previous"] != last[1]:
                faults.append(f"第{number}条与前一条不衔接（前一条被改动、替换或调换）")
            if _digest(entry, row["previous"]) != row["hash"]:
                faults.append(f"第{number}条被改动")
            elif row["action"] == PRUNE:
                pruned.append(json.loads(row["details"]))
            if number in asked:
                hashes[number] = row["hash"]
            count, last = count + 1, (number, row["hash"])
        faults += self._beginning(first, previous, pruned)
        for kept, where in [(head, "链头文件") for head in self.kept_head()] + [(head, "所给链头") for head in heads]:
            faults += _against(kept, where, first, last, hashes)
        return Verdict(count, first, last, tuple(faults))

    def prune(self, actor: Account, door: str, days: int) -> int:
        """Remove entries older than ``days`` and log it; return how many were removed.

        Raises:
            BadInput: fewer days than entries have to be kept. StoreUnusable: the chain is not sound.
        """
        if days < LEAST_DAYS:
            raise BadInput(f"审计日志至少保存 {LEAST_DAYS} 天，不能清理更近的。请写 {LEAST_DAYS} 或更多。")
        if faults := self.verify().faults:
            raise StoreUnusable(f"审计日志不完整（{faults[0]}），没有清理。请先用 kb audit verify 查明原因。")
        before = (self._clock() - timedelta(days=days)).isoformat(timespec="milliseconds")
        with self._database.writing() as connection:
            kept = connection.execute("SELECT min(number) FROM audit WHERE at >= ?", (before,)).fetchone()[0]
            upto = (kept or _last(connection)[0] + 1) - 1
            row = connection.execute("SELECT number, hash FROM audit WHERE number = ?", (upto,)).fetchone()
            if row is None:
                return 0
            connection.execute(
                "INSERT INTO audit_pruned VALUES (?, ?, ?)", (upto, row["hash"], self._clock().isoformat())
            )
            details = _details({"upto": upto, "hash": row["hash"]})
            head = self._add(connection, (actor.id, actor.name, door, "", PRUNE, "ok", f"{days}天以前的记录", details))
            removed = connection.execute("DELETE FROM audit WHERE number <= ?", (upto,)).rowcount
        self._keep(head)
        return removed

    def kept_head(self) -> list[Head]:
        """Return the head that the file outside the database keeps, if it keeps one."""
        try:
            return [parse_head(self._head.read_text("ascii").strip())]
        except (OSError, UnicodeDecodeError, BadInput):
            return []

    def _keep(self, head: Head) -> None:
        """Keep the head outside, unless another process has kept a later one meanwhile."""
        try:
            if any(number > head[0] for number, _ in self.kept_head()):
                return
            descriptor = os.open(self._head, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(descriptor, f"{head[0]:020d}:{head[1]}\n".encode(), 0)
            finally:
                os.close(descriptor)
        except OSError as error:
            hint = "请检查设置 audit_head 的路径、权限和磁盘空间"
            raise StoreUnusable(f"审计日志的链头文件不能写入：{self._head}（{error.strerror}）；{hint}。") from error

    def _all(self) -> Iterator[Row]:
        number = 0
        while rows := self._database.rows(
            "SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?", (number, BATCH)
        ):
            yield from rows
            number = rows[-1]["number"]

    def _unguarded(self) -> list[str]:
        names = self._database.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'")
        return [] if len(names) == 5 else ["禁止改动日志的触发器被去掉了"]

    def _beginning(self, first: int, previous: str, pruned: Sequence[Mapping[str, object]]) -> list[str]:
        """Say what is wrong with the beginning: it has to be the first entry, or where a logged prune ended."""
        if not first:
            return ["全部记录缺失"] if self._database.rows("SELECT 1 FROM audit_pruned") else []
        if first == 1 and previous == GENESIS:
            return []
        if {"upto": first - 1, "hash": previous} in pruned:
            return []
        return [f"第1至{first - 1}条缺失，且没有与之相符的清理记录" if first > 1 else "第1条之前的衔接不对"]


def parse_head(text: str) -> Head:
    """Return the number and hash of a head as printed.

    Raises:
        BadInput: it is none.

    >>> parse_head("12:" + "a" * 64)[0]
    12
    """
    number, _, digest = text.partition(":")
    if not number.isascii() or not number.isdigit() or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise BadInput("链头应为“序号:64 位十六进制”，如 kb audit verify 所印。请改正。")
    return int(number), digest


def _against(kept: Head, where: str, first: int, last: Head, hashes: Mapping[int, str]) -> list[str]:
    number, digest = kept
    if number > last[0]:
        return [f"末尾缺失：{where}记到第{number}条，现在只到第{last[0]}条"]
    if number < first:  # pruned since
        return []
    return [] if hashes.get(number) == digest else [f"第{number}条与{where}不符：日志被整体改写过"]


def _last(connection: Connection) -> Head:
    row = connection.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    return (row["number"], row["hash"]) if row else (0, GENESIS)


def _digest(entry: Mapping[str, Value], previous: str) -> str:
    return hashlib.sha256(_canonical({**entry, "previous": previous}).encode()).hexdigest()


def _canonical(value: Mapping[str, object]) -> str:
    """Return JSON with its keys in order and no blanks: the same value is always the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)


def _details(value: Mapping[str, object]) -> str:
    text = _sound(_canonical(value))
    return text if len(text) <= LONGEST else _canonical({"omitted": len(text)})


def _sound(text: str) -> str:
    """Return the text without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _record(row: Row) -> dict[str, Any]:
    record: dict[str, Any] = {name: row[name] for name in FIELDS}
    with suppress(ValueError, TypeError):  # altered; verify says so
        record["details"] = json.loads(record["details"])
    return {**record, "previous": row["previous"], "hash": row["hash"]}
