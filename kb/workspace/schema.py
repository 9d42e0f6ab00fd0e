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


WORKSPACE = Layout(
    "workspace.sqlite3",
    (own_migrations, conversations, preferences),
    "请用备份恢复；也可把该文件改名后重试，对话、评价和学习记录将从空白开始，文件库不受影响",
)
