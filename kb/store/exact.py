"""Passage vectors as SQLite keeps them, and the exact scan over them.

An approximate index hides records (long runs of equal clauses, torn files) and belongs to one process; these vectors
belong to everybody: half-precision rows beside the passages, read into one matrix and compared one by one. The scan is
the reference for every other way of searching, costs a few milliseconds up to some hundred thousand passages, and gives
ties in the order of the documents' ids and of the text. When the library changes, only what came is read: keys are
never given out twice, so what is known stays right until its key is gone. ``indexed`` notes what Chroma has accepted.
It computes no vectors itself.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.store.database import Database, Row
from kb.store.registry import Registry, touch

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Matrix(NamedTuple):
    """All vectors at one revision of the library: row ``i`` is passage ``keys[i]`` of document ``names[owners[i]]``.

    Keys rise; within a document they rise with the text.
    """

    revision: int
    keys: Array
    owners: Array
    names: tuple[str, ...]
    vectors: Array


class ExactVectors:
    """The vectors of one model; safe to share between threads."""

    def __init__(self, registry: Registry, *, model: str, dimensions: int) -> None:
        """Stand on an open library; ``model`` names vectors that may be compared with each other."""
        self._registry = registry
        self._database: Database = registry.database
        self._model = f"{model}#{dimensions}"
        self._dimensions = dimensions
        self._matrix: Matrix | None = None
        self._guard = threading.Lock()
        self._counted = lru_cache(maxsize=1)(self._count)
        self._share = lru_cache(maxsize=1)(self._shared)

    @property
    def model(self) -> str:
        """Name of the model and its dimensions, as written beside each vector."""
        return self._model

    def put(self, keys: Sequence[int], vectors: Array) -> None:
        """Keep vectors, scaled to length 1; passages that have gone meanwhile are left out.

        Raises:
            ValueError: not one row of finite numbers of the right length for each key.
        """
        blobs = [row.tobytes() for row in self._unit(vectors, len(keys)).astype("<f2")]
        with self._database.writing() as connection:
            connection.executemany(_REPLACED, [(key,) for key in keys])
            connection.executemany(_PUT, [(self._model, blob, key) for key, blob in zip(keys, blobs, strict=True)])
            touch(connection)
        with self._guard:
            if self._matrix is not None and len(keys) and min(keys) <= self._matrix.keys[-1:].max(initial=0):
                self._matrix = None  # a vector that is known may have changed

    def scan(
        self, vector: Array | Sequence[float], *, limit: int, docs: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage key, cosine)`` of the nearest passages, best first, in the documents ``docs`` or in all."""
        import numpy as np

        query = self._unit(np.asarray(vector)[None, :], 1)[0]
        matrix = self._current() if docs is None else self._of(docs)
        if docs is None:
            rows, scores = np.arange(len(matrix.keys)), matrix.vectors @ query
        else:
            wanted = [owner for owner, name in enumerate(matrix.names) if name in set(docs)]
            rows = np.flatnonzero(np.isin(matrix.owners, wanted))
            scores = matrix.vectors[rows] @ query
        if limit < 1 or not len(scores):
            return []
        # All rows that tie with the last one are candidates, so that ids and text decide between them.
        cut = max(0, len(scores) - limit)
        found = np.flatnonzero(scores >= np.partition(scores, cut)[cut])
        ranked = sorted(
            (-float(scores[at]), matrix.names[matrix.owners[rows[at]]], int(matrix.keys[rows[at]])) for at in found
        )
        return [(key, -distance) for distance, _, key in ranked[:limit]]

    def count(self) -> int:
        """Return the number of vectors of this model; counted anew when the library changed."""
        return self._counted(self._registry.revision())

    def share(self) -> float:
        """Return the share of passages that have vectors of this model; 1 of none."""
        return self._share(self._registry.revision())

    def other_model(self) -> str:
        """Return another model's name that has vectors of this library, or an empty text."""
        found = self._database.rows(_OTHER, (self._model, self._model))
        return str(found[0]["model"]) if found else ""

    def in_chroma(self) -> int:
        """Return the number of records that Chroma must have: accepted ones and those it has still to forget."""
        return int(self._database.rows(_IN_CHROMA)[0][0])

    def count_unindexed(self) -> int:
        """Return how many vectors Chroma has not accepted."""
        counted = "SELECT count(*) FROM vectors WHERE model = ? AND indexed = 0"
        return int(self._database.rows(counted, (self._model,))[0][0])

    def unindexed(self, limit: int) -> tuple[list[int], Array]:
        """Return keys and vectors of passages Chroma has not accepted, at most ``limit``."""
        found = self._database.rows(_UNINDEXED, (self._model, limit))
        return [row["passage_id"] for row in found], self._unit(self._stack(found), len(found))

    def mark_indexed(self, keys: Sequence[int]) -> None:
        """Note that Chroma has these vectors; those whose passage has gone meanwhile are to be forgotten again."""
        with self._database.writing() as connection:
            connection.executemany(_MARK, [(self._model, key) for key in keys])
            connection.executemany(_MISSED, [(key, key) for key in keys])

    def removed(self, limit: int) -> list[int]:
        """Return keys that Chroma still has to forget, at most ``limit``."""
        found = self._database.rows("SELECT passage_id FROM removed_vectors ORDER BY passage_id LIMIT ?", (limit,))
        return [row["passage_id"] for row in found]

    def mark_forgotten(self, keys: Sequence[int]) -> None:
        """Note that Chroma has forgotten these keys."""
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM removed_vectors WHERE passage_id = ?", [(key,) for key in keys])

    def unindex(self) -> None:
        """Note that Chroma has nothing."""
        with self._database.writing() as connection:
            connection.execute("UPDATE vectors SET indexed = 0 WHERE indexed")
            connection.execute("DELETE FROM removed_vectors")

    def behind(self) -> bool:
        """Tell whether Chroma lacks vectors or has some to forget."""
        return bool(self._database.rows(_BEHIND, (self._model,))[0][0])

    def sample(self, count: int) -> Array:
        """Return at most ``count`` of the vectors, spread evenly over the library; none of length 0."""
        import numpy as np

        vectors = self._current().vectors
        lengthy = np.flatnonzero(np.linalg.norm(vectors, axis=1) > 0)
        chosen: Array = vectors[lengthy[:: max(1, -(-len(lengthy) // count))]]
        return chosen

    def _shared(self, revision: int) -> float:
        passages = int(self._database.rows("SELECT count(*) FROM passages")[0][0])
        return self.count() / passages if passages else 1.0

    def _count(self, revision: int) -> int:
        return int(self._database.rows("SELECT count(*) FROM vectors WHERE model = ?", (self._model,))[0][0])

    def _of(self, docs: Collection[str]) -> Matrix:
        """Return the vectors of these documents alone; of all where those are at hand or not many fewer."""
        import numpy as np

        if self._matrix is not None and self._matrix.revision == self._registry.revision():
            return self._matrix
        wanted = json.dumps(sorted(docs))
        if int(self._database.rows(_HOW_MANY, (wanted,))[0][0]) > _AT_ONCE:
            return self._current()
        found = self._database.rows(_OF_DOCS, (self._model, wanted))
        names = {name: owner for owner, name in enumerate(sorted({row["doc_id"] for row in found}))}
        keys = np.array([row["passage_id"] for row in found], dtype=np.int64)
        owners = np.array([names[row["doc_id"]] for row in found], dtype=np.int32)
        return Matrix(0, keys, owners, tuple(names), self._unit(self._stack(found), len(found)))

    def _current(self) -> Matrix:
        with self._guard:
            revision = self._registry.revision()
            if self._matrix is None or self._matrix.revision != revision:
                self._matrix = self._load(revision, self._matrix)
            return self._matrix

    def _load(self, revision: int, known: Matrix | None) -> Matrix:
        """Return the vectors as they are now: those that are ``known`` and still there, and those that came."""
        import numpy as np

        listed = self._database.rows("SELECT passage_id FROM vectors WHERE model = ? ORDER BY 1", (self._model,))
        keys = np.fromiter((row[0] for row in listed), dtype=np.int64, count=len(listed))
        vectors = np.empty((len(keys), self._dimensions), dtype=np.float32)
        owners = np.empty(len(keys), dtype=np.int32)
        names: dict[str, int] = {}
        kept = 0
        if known is not None:
            staying = np.isin(known.keys, keys)
            if np.array_equal(known.keys[staying], keys[: staying.sum()]):  # what came has higher keys
                kept, names = int(staying.sum()), {name: owner for owner, name in enumerate(known.names)}
                vectors[:kept], owners[:kept] = known.vectors[staying], known.owners[staying]
        for start in range(kept, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            found = self._database.rows(_BETWEEN, (self._model, int(part[0]), int(part[-1])))
            if [row["passage_id"] for row in found] != part.tolist():
                return self._load(self._registry.revision(), None)  # the library changed meanwhile
            vectors[start : start + len(part)] = self._unit(self._stack(found), len(found))
            owners[start : start + len(part)] = [names.setdefault(row["doc_id"], len(names)) for row in found]
        return Matrix(revision, keys, owners, tuple(names), vectors)

    def _stack(self, found: Sequence[Row]) -> Array:
        import numpy as np

        return np.frombuffer(b"".join(row["vector"] for row in found), dtype="<f2").reshape(-1, self._dimensions)

    def _unit(self, vectors: Array, count: int) -> Array:
        import numpy as np

        rows: Array = np.array(vectors, dtype=np.float32)
        if rows.shape != (count, self._dimensions) or not np.isfinite(rows).all():
            raise ValueError(f"expected {count} finite vectors of {self._dimensions} numbers, got shape {rows.shape}")
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        rows /= np.where(lengths > 0, lengths, 1)[:, None]
        return rows


_REPLACED = "INSERT OR IGNORE INTO removed_vectors SELECT passage_id FROM vectors WHERE indexed AND passage_id = ?"
_PUT = """
INSERT INTO vectors (model, vector, passage_id) SELECT ?1, ?2, id FROM passages WHERE id = ?3
ON CONFLICT (passage_id) DO UPDATE SET model = ?1, vector = ?2, indexed = 0
"""
_UNINDEXED = """
SELECT passage_id, vector FROM vectors WHERE model = ? AND indexed = 0 ORDER BY passage_id LIMIT ?
"""
_IN_CHROMA = "SELECT (SELECT count(*) FROM vectors WHERE indexed) + (SELECT count(*) FROM removed_vectors)"
_MARK = "UPDATE vectors SET indexed = 1 WHERE model = ? AND passage_id = ?"
_MISSED = """
INSERT OR IGNORE INTO removed_vectors SELECT ? WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE passage_id = ?)
"""
_BEHIND = """
SELECT EXISTS (SELECT 1 FROM vectors WHERE model = ? AND indexed = 0) OR EXISTS (SELECT 1 FROM removed_vectors)
"""
_BETWEEN = """
SELECT v.passage_id, p.doc_id, v.vector FROM vectors v JOIN passages p ON p.id = v.passage_id
WHERE v.model = ? AND v.passage_id BETWEEN ? AND ? ORDER BY v.passage_id
"""
_OF_DOCS = """
SELECT v.passage_id, p.doc_id, v.vector FROM passages p JOIN vectors v ON v.passage_id = p.id
WHERE v.model = ? AND p.doc_id IN (SELECT value FROM json_each(?)) ORDER BY v.passage_id
"""
_HOW_MANY = "SELECT count(*) FROM passages WHERE doc_id IN (SELECT value FROM json_each(?))"
_OTHER = """
SELECT model FROM vectors WHERE model < ? UNION ALL SELECT model FROM vectors WHERE model > ? LIMIT 1
"""
_AT_ONCE = 20_000
