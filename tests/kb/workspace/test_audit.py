"""The audit log: what is changed, left out, moved, cut off or rewritten is found; what is kept can be pruned."""

import sqlite3
import time
from datetime import UTC, datetime, timedelta

import pytest

from kb.errors import BadInput, StoreUnusable
from kb.workspace import Workspace
from kb.workspace.audit import LONGEST, Audit, parse_head
from kb.workspace.roles import Account

SOMEBODY = Account("a1", "张三", "editor")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(tmp_path, clock):
    workspace = Workspace.open(tmp_path)
    yield Audit(workspace.database, tmp_path / "audit.head", clock)
    workspace.close()


def fill(log, count=6):
    return [log.write(SOMEBODY, "page", "ask", f"第{n}问？") for n in range(count)]


def tamper(tmp_path, *statements, triggers=False):
    """Change the file as somebody does who may write to it."""
    connection = sqlite3.connect(tmp_path / "workspace.sqlite3")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    kept = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    for name in names:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for sql in kept if not triggers else []:
        connection.execute(sql)
    connection.commit()
    connection.close()


def test_entries_are_chained_and_sound(log):
    heads = fill(log)
    verdict = log.verify([heads[2]])
    assert (verdict.entries, verdict.first, verdict.head, verdict.faults) == (6, 1, heads[-1], ())
    newest = log.entries(limit=1)[0]
    assert (newest["subject"], newest["name"], newest["account"]) == ("第5问？", "张三", "a1")


def test_an_empty_log_is_sound(log):
    assert log.verify().faults == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE audit SET subject = '别的' WHERE number = 3", "第3条被改动"),
        ("UPDATE audit SET details = 'x' WHERE number = 3", "第3条被改动"),
        ("UPDATE audit SET subject = x'00' WHERE number = 3", "第3条被改动"),
        ("UPDATE audit SET hash = upper(hash) WHERE number = 6", "第6条被改动"),
        ("DELETE FROM audit WHERE number = 3", "第3至3条缺失"),
        ("DELETE FROM audit WHERE number IN (3, 4)", "第3至4条缺失"),
        ("DELETE FROM audit WHERE number <= 2", "第1至2条缺失"),
        ("DELETE FROM audit WHERE number > 4", "末尾缺失：链头文件记到第6条，现在只到第4条"),
        ("DELETE FROM audit", "末尾缺失"),
    ],
)
def test_what_was_done_to_the_file_is_found(log, tmp_path, change, said):
    fill(log)
    tamper(tmp_path, change)
    assert any(said in fault for fault in log.verify().faults), log.verify().faults


def test_entries_that_changed_places_are_found(log, tmp_path):
    fill(log)
    tamper(
        tmp_path, "UPDATE audit SET number = 99 WHERE number = 3", "UPDATE audit SET number = 3 WHERE number = 4",
        "UPDATE audit SET number = 4 WHERE number = 99",
    )  # fmt: skip
    assert len(log.verify().faults) >= 2


def test_a_chain_that_was_written_anew_is_found_by_a_head_kept_elsewhere(log, tmp_path, clock):
    heads = fill(log)
    tamper(tmp_path, "DELETE FROM audit")
    (tmp_path / "audit.head").unlink()
    for n in range(6):
        log.write(SOMEBODY, "page", "ask", f"另外第{n}问？")
    assert log.verify().faults == (), "nothing inside can show it"
    assert any("整体改写" in fault for fault in log.verify([heads[-1]]).faults)


def test_the_file_of_the_head_may_lag_behind(log, tmp_path):
    fill(log, 3)
    before = (tmp_path / "audit.head").read_bytes()
    fill(log, 3)
    (tmp_path / "audit.head").write_bytes(before)
    assert log.verify().faults == ()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x:y", b"-1:" + b"a" * 64])
def test_a_spoilt_head_file_is_written_anew(log, tmp_path, content):
    fill(log, 2)
    (tmp_path / "audit.head").write_bytes(content)
    assert log.verify().faults == ()
    (head,) = fill(log, 1)
    assert log.kept_head() == [head]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET subject = 'x'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT 1, at, account, name, door, address, action, outcome, 'x', details,"
        " previous, hash FROM audit WHERE number = 2",
    ],
)
def test_the_program_itself_cannot_change_an_entry(log, tmp_path, statement):
    fill(log, 3)
    connection = sqlite3.connect(tmp_path / "workspace.sqlite3")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_triggers_that_are_gone_are_reported(log, tmp_path):
    fill(log, 1)
    tamper(tmp_path, triggers=True)
    assert log.verify().faults == ("禁止改动日志的触发器被去掉了",)


def test_old_entries_are_pruned_and_the_rest_stays_verifiable(log, clock):
    fill(log, 4)
    clock.now += timedelta(days=200)
    heads = fill(log, 3)
    assert log.prune(SOMEBODY, "cli", 180) == 4
    verdict = log.verify([heads[0]])
    assert verdict.faults == () and verdict.first == 5 and verdict.entries == 4
    assert log.entries(limit=1)[0]["action"] == "prune"
    assert log.prune(SOMEBODY, "cli", 180) == 0
    clock.now += timedelta(days=200)
    assert log.prune(SOMEBODY, "cli", 180) == 4
    assert log.verify().faults == () and log.verify().entries == 1


def test_a_beginning_that_no_prune_names_is_found(log, tmp_path, clock):
    fill(log, 4)
    clock.now += timedelta(days=200)
    fill(log, 3)
    log.prune(SOMEBODY, "cli", 180)
    tamper(tmp_path, "DELETE FROM audit WHERE number <= 5", "INSERT INTO audit_pruned VALUES (5, 'x', 'x')")
    assert any("第1至5条缺失" in fault for fault in log.verify().faults)


def test_young_entries_are_never_pruned(log):
    fill(log, 2)
    with pytest.raises(BadInput, match="180"):
        log.prune(SOMEBODY, "cli", 179)


def test_a_damaged_chain_is_not_pruned(log, tmp_path, clock):
    fill(log, 4)
    clock.now += timedelta(days=200)
    tamper(tmp_path, "DELETE FROM audit WHERE number = 2")
    with pytest.raises(StoreUnusable, match="没有清理"):
        log.prune(SOMEBODY, "cli", 180)


@pytest.mark.parametrize("text", ["\ud800x", "问" * (LONGEST + 1), "\x00", "'; DROP TABLE audit; --", ""])
def test_any_text_is_kept_as_data(log, text):
    log.write(SOMEBODY, "api", "ask", text, details={"reason": text})
    assert log.verify().faults == ()
    assert len(log.entries()[0]["subject"]) <= LONGEST


def test_entries_are_chosen_by_time_person_and_action(log, clock):
    fill(log, 2)
    clock.now += timedelta(days=1)
    log.write(Account("b", "李四", "reader"), "api", "search", "锅炉")
    assert len(log.entries(since="2026-05-02")) == 1
    assert len(log.entries(until="2026-05-02")) == 2
    assert len(log.entries(user="张三")) == 2 and len(log.entries(user="b")) == 1
    assert len(log.entries(action="search")) == 1 and log.entries(user="' OR 1=1") == []


def test_an_unwritable_head_stops_what_is_to_be_logged(tmp_path, clock):
    workspace = Workspace.open(tmp_path)
    log = Audit(workspace.database, tmp_path / "missing" / "audit.head", clock)
    with pytest.raises(StoreUnusable, match="链头文件"):
        fill(log, 1)
    workspace.close()


@pytest.mark.parametrize("text", ["", "1", "x:" + "a" * 64, "1:" + "g" * 64, "١:" + "a" * 64])
def test_what_is_no_head_is_refused(text):
    with pytest.raises(BadInput):
        parse_head(text)


def test_an_entry_costs_little(log):
    fill(log, 5)
    times = []
    for _ in range(50):
        started = time.perf_counter()
        fill(log, 1)
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.05  # 5 ms on a quiet disk
