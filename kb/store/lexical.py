"""Words and character pairs of all passages, searched in a millisecond or two; SQLite is the truth.

One large segment lies in the file ``lexical.bin`` and is mapped into memory. Passage keys only grow, so the file covers
every passage up to its last key: newer ones are read from SQLite into small segments in memory, those that are gone are
masked, and nothing else can have changed. When the newer and the gone are many, ``catch_up`` writes the file anew. Its
digest stands in SQLite; where the two do not fit (the program was killed between them, a backup was put back, the file
was deleted) the file is made again from SQLite at the next search. So adding a document costs what that document costs,
and a crash costs one rebuild at most. A question is never syntax: its tokens are looked up as they are.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ingest.words import bigrams
from kb.errors import StoreLocked, StoreUnusable
from kb.results import Check
from kb.store import segment_file
from kb.store.database import Database
from kb.store.segment import ROWS, Entry, Segment, build
from kb.store.segments import MAX_TOKENS, Joined, best_rows, joined, printing, rows_of, worths

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

FILE = "lexical.bin"
SEAL = "lexical_seal"
TOLERATED = 0.05  # share of passages that may be new or gone before the file is written anew
SEGMENTS = 8  # small ones kept apart before they are joined
_LOG = logging.getLogger(__name__)


class LexicalIndex:
    """The lexical index of one library; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        """Stand on an open database; nothing is read before it is needed."""
        self._database = database
        self._path = database.path.with_name(FILE)
        self._guard = threading.Lock()
        self._digest = ""
        self._segments: list[Segment] = []
        self._library: Joined | None = None

    def search(
        self, words: Mapping[str, float], pairs: Mapping[str, float], *, limit: int, docs: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage key, score)`` of passages with any of the words or pairs, best first.

        Each comes with its weight. ``docs`` restricts the search to these document ids. At most ``MAX_TOKENS`` words
        and as many pairs are used. Equals come in the order of the documents' ids and of the text.
        """
        import numpy as np

        library = self._current()
        scores = np.zeros(library.rows, dtype=np.float32)
        for worth, numbers in worths(library, words, pairs):
            for segment, first, number in zip(library.segments, library.firsts, numbers, strict=True):
                if number >= 0:
                    segment.add(number, worth, scores[first : first + len(segment)])
        if library.alive is not None:
            scores[~library.alive] = 0
        if docs is not None and not {*library.names} <= (chosen := {*docs}):
            scores[~rows_of(library, chosen)] = 0
        best = best_rows(scores, library.places, limit)
        return list(zip(library.keys[best].tolist(), scores[best].tolist(), strict=True))

    def vocabulary(self) -> list[str]:
        """Return the words that passages have, in title, headings or text, the most widespread first."""
        import numpy as np

        library, counts = self._current(), dict[bytes, int]()
        for segment, first in zip(library.segments, library.firsts, strict=True):
            number = len(segment.word_ends)
            spread = np.diff(segment.starts[: number + 1])
            if library.alive is not None and number:
                found = library.alive[first : first + len(segment)][segment.rows[: int(segment.starts[number])]]
                spread = np.add.reduceat(found, segment.starts[:number], dtype=np.int32)
            for at, count in enumerate(spread.tolist()):
                if count:
                    word = segment.word(at)
                    counts[word] = counts.get(word, 0) + count
        return [word.decode() for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]

    def printer(self) -> Callable[[str], bool]:
        """Return what tells whether a passage prints a stretch of two or more Chinese characters without a break.

        It knows the passages as they are now: one question asks it ten times.
        """
        library = self._current()

        @cache
        def prints(stretch: str) -> bool:
            pairs = bigrams(stretch)[:MAX_TOKENS]
            return bool(pairs) and any(
                library.alive is None or library.alive[first + row]
                for segment, first in zip(library.segments, library.firsts, strict=True)
                for row in printing(segment, stretch, pairs)
            )

        return prints

    def texts(self, keys: Sequence[int]) -> list[str]:
        """Return the texts of passages; empty for keys that are not known."""
        found = [""] * len(keys)
        for segment in self._current().segments:
            for at, text in segment.texts_with(keys):
                found[at] = text
        return found

    def catch_up(self) -> bool:
        """Write the file anew where many passages are new or gone; tell whether it was.

        Raises:
            StoreUnusable: the disk is full or the folder may not be written; searching goes on.
        """
        with self._guard:
            library = self._refreshed()
            base = len(self._segments[0]) if self._segments and self._digest else 0
            stale = library.rows - base + (int((~library.alive).sum()) if library.alive is not None else 0)
            if stale <= TOLERATED * base:
                return False
            self._rebuild()
            return True

    def check(self) -> Check:
        """Check that the file is the one that the database says, byte for byte."""
        seal, name = self._setting(SEAL), "检索索引"
        passages = int(self._database.rows("SELECT count(*) FROM passages")[0][0])
        if not passages:
            return Check(name, True, "尚无段落")
        if not seal:
            return Check(name, True, "尚未建立，首次检索时建立")
        good = segment_file.sound(self._path, seal)
        detail = f"{passages} 个段落" if good else "缺失或与数据库不一致；下次检索时自动重建，或运行 kb doctor --repair"
        return Check(name, good, detail)

    def close(self) -> None:
        """Forget what is in memory."""
        with self._guard:
            self._segments, self._library, self._digest = [], None, ""

    def _current(self) -> Joined:
        with self._guard:
            return self._refreshed()

    def _refreshed(self) -> Joined:
        """Return all passages as they are now; read what is new since the last time."""
        revision = int(self._setting("revision") or 0)
        if self._library is not None and self._library.revision == revision:
            return self._library
        seal = self._setting(SEAL)
        if not self._segments or seal != self._digest:
            base = segment_file.read(self._path, seal) if seal else None
            self._segments, self._digest = ([base], seal) if base is not None else ([], "")
        if not self._segments and self._database.rows("SELECT 1 FROM passages LIMIT 1"):
            try:
                self._rebuild()
            except (StoreUnusable, StoreLocked) as error:
                _LOG.warning("%s", error)
        if len(self._segments) > SEGMENTS:
            del self._segments[1:]
        self._append()
        self._library = joined(revision, self._segments, self._alive())
        return self._library

    def _append(self) -> None:
        last = max((int(segment.keys[-1]) for segment in self._segments if len(segment)), default=0)
        averages = self._segments[0].averages if self._segments else self._averages()
        newer = build(self._entries(last), averages)
        if len(newer):
            self._segments.append(newer)

    def _rebuild(self) -> None:
        """Make one segment of all passages and write it; on failure it serves from memory."""
        self._segments, self._digest, self._library = [build(self._entries(0), self._averages())], "", None
        try:
            digest = segment_file.write(self._path, self._segments[0])
            with self._database.writing() as connection:
                sql = "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?2"
                connection.execute(sql, (SEAL, digest))
        except OSError as error:
            hint = "检索不受影响，只是每次打开较慢；请检查磁盘空间和权限"
            raise StoreUnusable(f"检索索引写不下：{self._path}（{error.strerror}）；{hint}") from error
        self._segments = [segment_file.read(self._path, digest) or self._segments[0]]
        self._digest = digest

    def _alive(self) -> Array | None:
        """Tell for each row whether its passage is still there; None where all are."""
        import numpy as np

        if not self._segments:
            return None
        keys = np.concatenate([segment.keys for segment in self._segments])
        if self._database.rows("SELECT count(*) FROM passages")[0][0] == len(keys):
            return None
        return np.isin(keys, [row["id"] for row in self._database.rows("SELECT id FROM passages")])

    def _averages(self) -> tuple[float, ...]:
        found = self._database.rows(_AVERAGES)[0]
        return tuple(float(found[at] or 1) for at in range(3))

    def _entries(self, last: int) -> Iterator[list[Entry]]:
        """Yield the passages with keys above ``last``, in batches; a document's text is read once."""
        doc_id, text = "", ""
        while rows := self._database.rows(_ENTRIES, (last, ROWS)):
            entries = []
            for row in rows:
                if row["doc_id"] != doc_id:
                    doc_id = row["doc_id"]
                    read = self._database.rows("SELECT text FROM documents WHERE doc_id = ?", (doc_id,))
                    text = read[0]["text"] if read else ""
                printed = (row["name"], row["breadcrumb"].removeprefix(row["name"]), text[row["start"] : row["end"]])
                entries.append(Entry(row["id"], doc_id, printed, (row["title"], row["headings"], row["words"])))
            yield entries
            last = rows[-1]["id"]

    def _setting(self, name: str) -> str:
        found = self._database.rows("SELECT value FROM settings WHERE name = ?", (name,))
        return str(found[0]["value"]) if found else ""


_AVERAGES = """
SELECT avg(length(d.title)), avg(length(p.breadcrumb) - length(d.title)), avg(p.end - p.start)
FROM passages p JOIN documents d ON d.doc_id = p.doc_id
"""
_ENTRIES = """
SELECT p.id, p.doc_id, p.start, p.end, p.breadcrumb, d.title AS name, ifnull(t.title, '') AS title,
       ifnull(t.headings, '') AS headings, ifnull(t.words, '') AS words
FROM passages p JOIN documents d ON d.doc_id = p.doc_id LEFT JOIN tokens t ON t.passage_id = p.id
WHERE p.id > ? ORDER BY p.id LIMIT ?
"""
