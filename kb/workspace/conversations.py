"""Conversations: questions with the answers as they were given, and what readers think of them.

Each belongs to an owner (empty: the single local user) and is seen by that owner alone. A turn keeps its answer as the
JSON that every door prints, with the revision of the library and the SHA-256 of each text cited, so that a link to it
restores what was said and can tell whether the texts have changed since. Whoever has a turn's id may read that turn:
the id cannot be guessed, and a link is given away on purpose. Refuses to keep names and notes beyond their caps.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kb.errors import BadInput, StoreDamaged, UnknownConversation
from kb.results import Answer
from kb.store.database import Connection, Database, Row

NAME, NOTE = 60, 1000  # characters of a name, of a note
FIRST = 30  # Chinese characters of the first question that name a new conversation; Latin ones are half as wide
ID = 12  # random bytes of an id
GONE = "这个对话不存在或已被删除；请在左侧另选一个，或开始新对话"
TURN = """SELECT t.*, f.liked, f.note FROM turns t JOIN conversations c USING (conversation_id)
LEFT JOIN feedback f USING (turn_id)"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in a list: times in UTC as ISO 8601; ``turns`` is how many it has."""

    id: str
    name: str
    started: str
    changed: str
    turns: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, where it was searched (in words), and the answer or the problem that prevented one.

    ``texts`` maps the documents cited to the SHA-256 of the files they were cited from. ``liked`` is None without a
    judgement.
    """

    id: str
    asked: str
    question: str
    searched: str
    answer: Answer | None = None
    problem: str = ""
    revision: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)
    liked: bool | None = None
    note: str = ""


def new_turn(question: str, searched: str, **kept: object) -> Turn:
    """Return a turn asked now, with an id of its own."""
    return Turn(secrets.token_hex(ID), _now(), question, searched, **kept)  # type: ignore[arg-type]


class Conversations:
    """The conversations of one owner."""

    def __init__(self, database: Database, owner: str) -> None:
        """Keep the database and whose conversations are meant."""
        self._database, self._owner = database, owner

    def listed(self, limit: int) -> list[Conversation]:
        """Return the latest conversations, the last changed first."""
        rows = self._database.rows(
            "SELECT c.*, (SELECT count(*) FROM turns t WHERE t.conversation_id = c.conversation_id) AS turns "
            "FROM conversations c WHERE owner = ? ORDER BY changed DESC, rowid DESC LIMIT ?",
            (self._owner, limit),
        )
        return [_conversation(row) for row in rows]

    def one(self, conversation_id: str) -> Conversation:
        """Return one conversation.

        Raises:
            UnknownConversation: the owner has none with this id.
        """
        rows = self._database.rows(
            "SELECT c.*, (SELECT count(*) FROM turns t WHERE t.conversation_id = c.conversation_id) AS turns "
            "FROM conversations c WHERE owner = ? AND conversation_id = ?",
            (self._owner, conversation_id),
        )
        if not rows:
            raise UnknownConversation(GONE)
        return _conversation(rows[0])

    def turns(self, conversation_id: str, last: int | None = None) -> list[Turn]:
        """Return the turns of a conversation, oldest first; ``last`` keeps so many of the latest."""
        rows = self._database.rows(
            f"{TURN} WHERE c.owner = ? AND c.conversation_id = ? ORDER BY t.number DESC LIMIT ?",  # noqa: S608
            (self._owner, conversation_id, -1 if last is None else last),
        )
        return [_turn(row) for row in reversed(rows)]

    def questions(self, conversation_id: str) -> list[str]:
        """Return the questions of a conversation that were understood, oldest first."""
        rows = self._database.rows(
            "SELECT question FROM turns t JOIN conversations c USING (conversation_id) "
            "WHERE c.owner = ? AND c.conversation_id = ? AND answer IS NOT NULL ORDER BY t.number",
            (self._owner, conversation_id),
        )
        return [row["question"] for row in rows]

    def start(self, question: str) -> str:
        """Start a conversation named by its first question; return its id."""
        conversation_id, now = secrets.token_hex(ID), _now()
        name = " ".join(question.split())
        name = _cut(name)
        with self._database.writing() as connection:
            row = (conversation_id, self._owner, name or "…", now, now)
            connection.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", row)
        return conversation_id

    def add(self, conversation_id: str, turn: Turn) -> None:
        """Add a turn at the end.

        Raises:
            UnknownConversation: the conversation was deleted meanwhile.
        """
        answer = json.dumps(turn.answer.to_dict(), ensure_ascii=False) if turn.answer else None
        texts = json.dumps(dict(turn.texts))
        with self._database.writing() as connection:
            self._touch(connection, conversation_id)
            connection.execute(
                "INSERT INTO turns (turn_id, conversation_id, asked, question, searched, answer, problem, revision, "
                "texts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (turn.id, conversation_id, turn.asked, turn.question, turn.searched, answer, turn.problem,
                 turn.revision, texts),
            )  # fmt: skip

    def rename(self, conversation_id: str, name: str) -> None:
        """Give a conversation another name.

        Raises:
            BadInput: no name, or too long a one. UnknownConversation: there is none.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= NAME:
            raise BadInput(f"对话的名称应有1到{NAME}个字；请改短或填写")
        with self._database.writing() as connection:
            self._one(connection, "UPDATE conversations SET name = ?", (name,), conversation_id)

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation with its turns and what was thought of them; links to its answers end.

        Raises:
            UnknownConversation: there is none.
        """
        with self._database.writing() as connection:
            self._one(connection, "DELETE FROM conversations", (), conversation_id)

    def judge(self, turn_id: str, *, liked: bool | None, note: str = "") -> None:
        """Keep what the owner thinks of an answer, in place of what was thought before.

        Raises:
            BadInput: the note is too long. UnknownConversation: the answer was deleted meanwhile.
        """
        if len(note) > NOTE:
            raise BadInput(f"备注有{len(note)}字，最多{NOTE}字；请删减")
        with self._database.writing() as connection:
            own = "SELECT 1 FROM turns JOIN conversations USING (conversation_id) WHERE turn_id = ? AND owner = ?"
            if not connection.execute(own, (turn_id, self._owner)).fetchone():
                raise UnknownConversation(GONE)
            connection.execute("DELETE FROM feedback WHERE turn_id = ?", (turn_id,))
            if liked is not None or note.strip():
                row = (turn_id, liked, note.strip(), _now())
                connection.execute("INSERT INTO feedback VALUES (?, ?, ?, ?)", row)

    def _touch(self, connection: Connection, conversation_id: str) -> None:
        self._one(connection, "UPDATE conversations SET changed = ?", (_now(),), conversation_id)

    def _one(self, connection: Connection, change: str, values: tuple[str, ...], conversation_id: str) -> None:
        where = f"{change} WHERE conversation_id = ? AND owner = ?"
        if not connection.execute(where, (*values, conversation_id, self._owner)).rowcount:
            raise UnknownConversation(GONE)


def shared_turn(database: Database, turn_id: str) -> Turn:
    """Return a turn by its id, whoever owns it, without what its owner thinks of it.

    Raises:
        UnknownConversation: there is none, or it was deleted.
    """
    rows = database.rows("SELECT t.*, NULL AS liked, '' AS note FROM turns t WHERE turn_id = ?", (turn_id,))
    if not rows:
        raise UnknownConversation("链接所指的回答不存在，或所在的对话已被删除；请重新提问")
    return _turn(rows[0])


def _conversation(row: Row) -> Conversation:
    return Conversation(row["conversation_id"], row["name"], row["started"], row["changed"], row["turns"])


def _turn(row: Row) -> Turn:
    try:
        answer = Answer.from_dict(json.loads(row["answer"])) if row["answer"] else None
        texts = {str(doc_id): str(sha256) for doc_id, sha256 in json.loads(row["texts"]).items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreDamaged(f"对话中 {row['asked']} 的一轮读不出来（{error}）；请用备份恢复，或删除这个对话") from error
    return Turn(
        row["turn_id"], row["asked"], row["question"], row["searched"], answer, row["problem"], row["revision"], texts,
        None if row["liked"] is None else bool(row["liked"]), row["note"] or "",
    )  # fmt: skip


def _cut(name: str) -> str:
    """Return a name as wide as a title can be.

    >>> _cut("Who is responsible for VOC governance?"), len(_cut("长" * 40)), len(_cut("x" * 99))
    ('Who is responsible for VOC governance?', 31, 60)
    """
    width = 0.0
    for at, character in enumerate(name):
        width += 1 if ord(character) > 0x2E7F else 0.5
        if width > FIRST or at == NAME - 1:
            return f"{name[:at]}…"
    return name


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
