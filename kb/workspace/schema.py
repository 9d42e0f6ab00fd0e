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


WORKSPACE = Layout(
    "workspace.sqlite3",
    (own_migrations,),
    "请用备份恢复；也可把该文件改名后重试，对话、评价和学习记录将从空白开始，文件库不受影响",
)
