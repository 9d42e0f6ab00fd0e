"""A SQLite file: connections and explicit transactions; the library's own is the only truth of a knowledge base.

Several threads of the page and several processes (page and command line) use one file at the same time, a process may
be killed at any moment, and a file may come back from a backup, a full disk or a newer program. Write-ahead logging and
one transaction per change keep it sound; a file that cannot be used gives one Chinese line and is never deleted.
Refuses to guess: a schema newer than this program is an error, not something to read around.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.errors import SettingsError, StoreDamaged, StoreLocked, StoreUnusable
from kb.store.schema import MIGRATIONS

BUSY_SECONDS = 20.0
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_ACCESS = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}

Row = sqlite3.Row
Connection = sqlite3.Connection
Value = str | bytes | int | float | None


@dataclass(frozen=True, slots=True)
class Layout:
    """What a SQLite file is called, the migrations that make its tables, and what helps where it is damaged."""

    file: str
    migrations: tuple[Callable[[Connection], None], ...]
    remedy: str


LIBRARY = Layout("kb.sqlite3", MIGRATIONS, "请运行 kb rebuild 重建，或用备份恢复；原文件不会被删除")


class Database:
    """One SQLite file; a connection per thread, closed when its thread has ended."""

    def __init__(self, home: Path, layout: Layout = LIBRARY, *, wait: float = BUSY_SECONDS) -> None:
        """Remember where the file is; ``open`` creates and migrates it."""
        self.path = home / layout.file
        self._layout = layout
        self._wait = wait
        self._connections: dict[threading.Thread, Connection] = {}
        self._guard = threading.Lock()

    @classmethod
    def open(cls, home: Path, layout: Layout = LIBRARY, *, wait: float = BUSY_SECONDS) -> Database:
        """Open a database of the folder ``home``, creating both where missing; wait so many seconds for writers.

        Raises:
            SettingsError: the folder cannot be made.
            StoreDamaged: the file is not a database or is damaged. StoreUnusable: newer program, disk or rights.
            StoreLocked: another process keeps the file busy.
        """
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            hint = "请检查 KB_HOME 或 --home 的路径和权限"
            raise SettingsError(f"知识库文件夹不能建立：{home}（{error.strerror}）；{hint}") from error
        database = cls(home, layout, wait=wait)
        try:
            _migrate(database, layout.migrations)
        except BaseException:
            database.close()
            raise
        return database

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Return all rows of one reading statement."""
        with self._translated():
            return self._connection().execute(sql, parameters).fetchall()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Run the block as one transaction: all of it is kept, or none; a block inside another is part of that one."""
        with self._translated():
            connection = self._connection()
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def faults(self) -> list[str]:
        """Return what SQLite's own check finds wrong with the file; empty when it is sound."""
        found = [row[0] for row in self.rows("PRAGMA quick_check(5)") if row[0] != "ok"]
        dangling = self.rows("PRAGMA foreign_key_check")
        return found + [f"{row['table']} 第 {row['rowid']} 行指向不存在的 {row['parent']}" for row in dangling[:5]]

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._guard:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()

    def _connection(self) -> Connection:
        thread = threading.current_thread()
        connection = self._connections.get(thread)
        if connection is None:
            connection = _connect(self.path, self._wait)
            with self._guard:
                for ended in [other for other in self._connections if not other.is_alive()]:
                    self._connections.pop(ended).close()
                self._connections[thread] = connection
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _DAMAGED:
                raise StoreDamaged(f"知识库数据库损坏：{self.path}（{error}）；{self._layout.remedy}") from error
            if code in _BUSY:
                raise StoreLocked(f"知识库数据库正被另一个进程写入：{self.path}；请稍后重试") from error
            if code in _DISK | _ACCESS:
                raise StoreUnusable(f"知识库不能读写：{self.path}（{error}）；请检查磁盘空间和权限") from error
            raise


def set_aside(home: Path, layout: Layout = LIBRARY) -> Path | None:
    """Rename a damaged database and its journal, to make room for a new one; return the new name."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    kept = None
    for suffix in ("-shm", "-wal", ""):
        path = home / (layout.file + suffix)
        if path.exists():
            kept = path.rename(home / f"{layout.file}.damaged-{stamp}{suffix}")
    return kept


def _connect(path: Path, wait: float) -> Connection:
    # Autocommit: transactions are opened by name in ``writing``. Threads are kept apart by ``_connection``; the check
    # is off so that ``close`` may close connections of threads that have ended.
    connection = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(database: Database, migrations: tuple[Callable[[Connection], None], ...]) -> None:
    if _version(database) < len(migrations):
        with database.writing() as connection:
            done = connection.execute("PRAGMA user_version").fetchone()[0]
            for number, migration in enumerate(migrations[done:], start=done + 1):
                migration(connection)
                row = (number, migration.__name__, datetime.now(UTC).isoformat(timespec="seconds"))
                connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", row)
                connection.execute(f"PRAGMA user_version = {number:d}")
    if _version(database) > len(migrations):
        found = f"结构版本 {_version(database)}，本程序只认识到 {len(migrations)}"
        hint = "请升级 policy-kb，或换一个 KB_HOME"
        raise StoreUnusable(f"知识库由更新版本的程序建立：{database.path}（{found}）；{hint}")


def _version(database: Database) -> int:
    return int(database.rows("PRAGMA user_version")[0][0])
