"""The tables of what people make with a library, as numbered migrations that are only ever appended to.

Kept apart from the documents, in a SQLite file of its own: the documents can be read anew from their originals
(``kb rebuild``), a conversation, a typed figure or an entry of the audit log cannot.
"""

from __future__ import annotations

from kb.store.database import Connection, Layout


def own_migrations(connection: Connection) -> None:
    """Create the list of migrations done."""
    columns = "number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL"
    connection.execute(f"CREATE TABLE migrations ({columns})")


def conversations(connection: Connection) -> None:
    """Create conversations with their turns, and what readers think of answers."""
    connection.execute(
        "CREATE TABLE conversations (conversation_id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, "
        "started TEXT NOT NULL, changed TEXT NOT NULL)"
    )
    connection.execute("CREATE INDEX conversations_of_owner ON conversations (owner, changed)")
    connection.execute(
        "CREATE TABLE turns (number INTEGER PRIMARY KEY, turn_id TEXT NOT NULL UNIQUE, conversation_id TEXT NOT NULL "
        "REFERENCES conversations ON DELETE CASCADE, asked TEXT NOT NULL, question TEXT NOT NULL, "
        "searched TEXT NOT NULL, answer TEXT, problem TEXT NOT NULL, revision INTEGER NOT NULL, texts TEXT NOT NULL)"
    )
    connection.execute("CREATE INDEX turns_of_conversation ON turns (conversation_id, number)")
    connection.execute(
        "CREATE TABLE feedback (turn_id TEXT PRIMARY KEY REFERENCES turns (turn_id) ON DELETE CASCADE, liked INTEGER, "
        "note TEXT NOT NULL, given TEXT NOT NULL)"
    )


def preferences(connection: Connection) -> None:
    """Create what people have chosen for the page, a short value a name."""
    columns = "owner TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, name)"
    connection.execute(f"CREATE TABLE preferences ({columns}) WITHOUT ROWID")


def accounts(connection: Connection) -> None:
    """Create accounts; ``key`` is the name as compared, an empty password one that fits nothing."""
    connection.execute(
        "CREATE TABLE accounts (id TEXT PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE, role TEXT NOT NULL, "
        "password TEXT NOT NULL, disabled INTEGER NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL)"
    )


def sessions(connection: Connection) -> None:
    """Create signed-in sessions, programs' tokens and failed attempts; times are seconds since 1970."""
    account = "account TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE"
    connection.execute(
        f"CREATE TABLE sessions (hash TEXT PRIMARY KEY, {account}, begun INTEGER NOT NULL, seen INTEGER NOT NULL, "
        "subject TEXT NOT NULL)"
    )
    connection.execute(
        f"CREATE TABLE tokens (hash TEXT PRIMARY KEY, {account}, begun INTEGER NOT NULL, ends INTEGER NOT NULL)"
    )
    connection.execute("CREATE TABLE attempts (key TEXT NOT NULL, address TEXT NOT NULL, at INTEGER NOT NULL)")
    connection.execute("CREATE INDEX attempts_at ON attempts (at)")


def audit(connection: Connection) -> None:
    """Create the log, where its pruned beginnings ended, and the triggers that let nothing else change."""
    connection.execute(
        "CREATE TABLE audit (number INTEGER PRIMARY KEY, at TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, "
        "door TEXT NOT NULL, address TEXT NOT NULL, action TEXT NOT NULL, outcome TEXT NOT NULL, "
        "subject TEXT NOT NULL, details TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)"
    )
    connection.execute("CREATE INDEX audit_at ON audit (at)")
    connection.execute("CREATE TABLE audit_pruned (upto INTEGER PRIMARY KEY, hash TEXT NOT NULL, at TEXT NOT NULL)")
    kept = "WHEN OLD.number > (SELECT coalesce(max(upto), 0) FROM audit_pruned)"
    later = "WHEN NEW.number <= (SELECT coalesce(max(number), 0) FROM audit)"  # INSERT OR REPLACE fires no DELETE
    for name, event, table, when in (
        ("audit_insert", "INSERT", "audit", later),
        ("audit_update", "UPDATE", "audit", ""),
        ("audit_delete", "DELETE", "audit", kept),
        ("audit_pruned_update", "UPDATE", "audit_pruned", ""),
        ("audit_pruned_delete", "DELETE", "audit_pruned", ""),
    ):
        refusal = "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        connection.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when} {refusal}")


def learning(connection: Connection) -> None:
    """Create the questions missed, each with the day on which it comes again, and the scores of papers."""
    connection.execute(
        "CREATE TABLE misses (owner TEXT NOT NULL, item TEXT NOT NULL, box INTEGER NOT NULL, due TEXT NOT NULL, "
        "PRIMARY KEY (owner, item)) WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE papers (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, ended TEXT NOT NULL, "
        "number INTEGER NOT NULL, scope TEXT NOT NULL, right_answers INTEGER NOT NULL, total INTEGER NOT NULL)"
    )
    connection.execute("CREATE INDEX papers_of_owner ON papers (owner, id)")


def evaluations(connection: Connection) -> None:
    """Create the runs of gold sets; ``result`` is the JSON of ``kb eval``."""
    columns = "id INTEGER PRIMARY KEY, name TEXT NOT NULL, result TEXT NOT NULL"
    connection.execute(f"CREATE TABLE evaluations ({columns})")
    connection.execute("CREATE INDEX evaluations_of_set ON evaluations (name, id)")


def actuals(connection: Connection) -> None:
    """Create actual values of targets by year; ``deadline`` is 0 where the target names no year."""
    columns = (
        "doc_id TEXT NOT NULL, path TEXT NOT NULL, indicator TEXT NOT NULL, deadline INTEGER NOT NULL, "
        "year INTEGER NOT NULL, measure TEXT NOT NULL, value TEXT NOT NULL, unit TEXT NOT NULL, source TEXT NOT NULL, "
        "account TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL"
    )
    key = "PRIMARY KEY (doc_id, path, indicator, deadline, year, measure)"
    connection.execute(f"CREATE TABLE actuals ({columns}, {key}) WITHOUT ROWID")


WORKSPACE = Layout(
    "workspace.sqlite3",
    (own_migrations, conversations, preferences, accounts, sessions, audit, learning, evaluations, actuals),
    "请用备份恢复；也可把该文件改名后重试，对话、评价和学习记录将从空白开始，文件库不受影响",
)
