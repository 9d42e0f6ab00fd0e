"""The SQLite file: transactions, threads, processes, damage, newer programs."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kb.errors import SettingsError, StoreDamaged, StoreLocked, StoreUnusable
from kb.store.database import LIBRARY, Database, set_aside
from kb.store.schema import MIGRATIONS


@pytest.fixture
def database(home: Path):
    opened = Database.open(home)
    yield opened
    opened.close()


def names(database: Database) -> list[str]:
    return [row["name"] for row in database.rows("SELECT name FROM settings ORDER BY name")]


def test_a_block_that_fails_leaves_nothing(database):
    with pytest.raises(RuntimeError, match="mid-way"), database.writing() as connection:
        connection.execute("INSERT INTO settings VALUES ('half', '1')")
        raise RuntimeError("mid-way")
    assert "half" not in names(database)
    with database.writing() as connection:
        connection.execute("INSERT INTO settings VALUES ('whole', '1')")
    assert "whole" in names(database)


def test_migrations_run_once_and_are_recorded_with_their_time(home):
    for _ in range(2):
        database = Database.open(home)
        found = [tuple(row) for row in database.rows("SELECT number, name, applied FROM migrations ORDER BY number")]
        database.close()
        assert [(number, name) for number, name, _ in found] == [
            (number, migration.__name__) for number, migration in enumerate(MIGRATIONS, start=1)
        ]
        assert all(applied.startswith("20") for _, _, applied in found)


def test_write_ahead_log_and_foreign_keys_are_on(database):
    assert database.rows("PRAGMA journal_mode")[0][0] == "wal"
    assert database.rows("PRAGMA foreign_keys")[0][0] == 1
    with pytest.raises(sqlite3.IntegrityError), database.writing() as connection:
        connection.execute("INSERT INTO passages VALUES (1, 'no-such', 0, '0', 0, 1, '')")


def test_connections_of_ended_threads_are_closed(database):
    for _ in range(5):
        thread = threading.Thread(target=lambda: database.rows("SELECT 1"))
        thread.start()
        thread.join()
    database.rows("SELECT 1")
    assert len(database._connections) <= 2


def test_threads_write_side_by_side(database):
    def write(name: str) -> None:
        for i in range(20):
            with database.writing() as connection:
                connection.execute("INSERT INTO settings VALUES (?, '')", (f"{name}{i:02d}",))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([name for name in names(database) if name[0] in "abc" and name[1:].isdigit()]) == 60


def test_a_busy_file_says_so(home, database):
    impatient = Database(home, wait=0.05)
    with database.writing(), pytest.raises(StoreLocked, match="另一个进程"), impatient.writing():
        pass
    impatient.close()


@pytest.mark.parametrize(
    "content",
    [b"not a database at all" * 200, b"SQLite format 3\x00" + b"\xff" * 8192, "公文\n".encode() * 999],
    ids=["text", "header only", "chinese"],
)
def test_a_file_that_is_no_database_is_reported_and_kept(home, content):
    home.mkdir()
    (home / LIBRARY.file).write_bytes(content)
    with pytest.raises(StoreDamaged) as caught:
        Database.open(home)
    assert "kb rebuild" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (home / LIBRARY.file).read_bytes() == content


def test_damaged_pages_are_reported_as_damage(home, database):
    with database.writing() as connection:
        connection.executemany("INSERT INTO settings VALUES (?, ?)", [(f"k{i}", "值" * 300) for i in range(400)])
    database.close()
    size = (home / LIBRARY.file).stat().st_size
    with (home / LIBRARY.file).open("r+b") as file:
        file.seek(4096 * 8)
        file.write(b"\x5a" * (size - 4096 * 8))
    with pytest.raises(StoreDamaged):
        database.rows("SELECT sum(length(value)) FROM settings")


def test_a_newer_schema_is_refused_untouched(home, database):
    with database.writing() as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 3}")
    database.close()
    before = (home / LIBRARY.file).read_bytes()
    with pytest.raises(StoreUnusable, match=f"更新版本的程序.*{len(MIGRATIONS) + 3}"):
        Database.open(home)
    assert (home / LIBRARY.file).read_bytes() == before


def test_a_home_that_is_a_file_is_a_setting_to_mend(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(SettingsError, match="KB_HOME"):
        Database.open(tmp_path / "taken")


def test_setting_aside_keeps_the_damaged_file(home):
    home.mkdir()
    assert set_aside(home) is None
    (home / LIBRARY.file).write_bytes(b"damaged")
    (home / f"{LIBRARY.file}-wal").write_bytes(b"journal")
    kept = set_aside(home)
    assert kept is not None
    assert kept.read_bytes() == b"damaged"
    assert sorted(path.read_bytes() for path in home.iterdir()) == [b"damaged", b"journal"]
    fresh = Database.open(home)
    assert fresh.faults() == []
    fresh.close()


def test_several_processes_may_create_the_same_library(home):
    code = (
        "import sys, pathlib; from kb.store.database import Database; Database.open(pathlib.Path(sys.argv[1])).close()"
    )
    root = Path(__file__).parents[3]
    children = [subprocess.Popen([sys.executable, "-c", code, str(home)], cwd=root) for _ in range(4)]
    assert [child.wait(timeout=60) for child in children] == [0] * 4
