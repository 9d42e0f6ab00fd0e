"""The embedded Chroma folder: the only room in which chromadb lives.

Tried on 1.5.9: a process killed while it writes can leave a folder that answers wrongly without an error or takes the
next process down in native code when it is read. So a folder is opened only while its seal fits: the sizes and times of
all its files as they were when it was last at rest. The seal is taken off before the first write and put back after
closing. A folder without its seal is never opened but built anew from SQLite, which costs seconds. Reading leaves the
files alone once the folder is open and counted (tried), so a reader that dies costs nothing.

Each build lies in a subfolder of its own name, because chromadb remembers a path whose opening failed. Ids are passage
keys; embeddings are always given (its own embedder would go to the network) and nothing else: texts and places are
SQLite's, and a filter there costs less than one here. Telemetry is off. A record that changes is deleted and added,
because ``add`` ignores known ids.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import StoreUnusable

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

COLLECTION = "passages"
# With the defaults (16, 100, 100) 5 % of the true top 50 are lost at 100,000 clauses; with these 0.3 %.
HNSW = {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 400}


class ChromaFolder:
    """One collection of passage vectors under ``root``; the caller holds the lock and keeps the seal."""

    def __init__(self, root: Path, *, model: str) -> None:
        """Name the folder; ``model`` is stored with the collection."""
        self.root = root
        self._model = model
        self._client: Any = None
        self._collection: Any = None
        self._build = ""

    @property
    def is_open(self) -> bool:
        """Tell whether the collection is open in this process."""
        return self._collection is not None

    def create(self) -> None:
        """Throw away what is there and open an empty collection."""
        self.close()
        with self._translated():
            # Renamed first: should this be cut short, the remains no longer look like a folder in use.
            if self.root.exists():
                self.root.rename(self.root.with_name(f"{self.root.name}.discarded-{uuid.uuid4().hex[:8]}"))
            for gone in self.root.parent.glob(f"{self.root.name}.discarded-*"):
                shutil.rmtree(gone, ignore_errors=True)
        self._open(uuid.uuid4().hex[:8])

    def open(self, seal: str) -> bool:
        """Open the folder if the seal fits; tell whether it is open."""
        if not self.is_open and self.fits(seal):
            try:
                self._open(json.loads(seal)["build"])
            except StoreUnusable:
                return False
        return self.is_open

    def fits(self, seal: str) -> bool:
        """Tell whether the seal is that of the folder as it is now, and of this model."""
        return bool(seal) and seal == self._seal(json.loads(seal)["build"])

    def seal(self) -> str:
        """Describe the files of the folder as they are now at rest; empty where nothing was opened yet."""
        return self._seal(self._build) if self._build else ""

    def close(self) -> None:
        """Close the collection."""
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None

    def batch(self) -> int:
        """Return how many records one call may carry."""
        return int(self._client.get_max_batch_size())

    def count(self) -> int:
        """Return the number of records."""
        return int(self._collection.count())

    def add(self, keys: Sequence[int], vectors: Array) -> None:
        """Add records of keys that are not there; at most ``batch()``."""
        with self._translated():
            self._collection.add(ids=[str(key) for key in keys], embeddings=vectors)

    def delete(self, keys: Sequence[int]) -> None:
        """Delete records; unknown keys are no error; at most ``batch()``."""
        with self._translated():
            self._collection.delete(ids=[str(key) for key in keys])

    def query(self, vector: Array, limit: int) -> list[tuple[int, float]]:
        """Return ``(key, cosine)`` of about the nearest records, best first."""
        with self._translated():
            found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        ranked = [(int(key), 1.0 - float(d)) for key, d in zip(found["ids"][0], found["distances"][0], strict=True)]
        return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))

    def _open(self, build: str) -> None:
        import chromadb
        from chromadb.config import Settings

        folder = self.root / build
        # A .env file in the working folder is the user's, not Chroma's.
        options: dict[str, Any] = {"anonymized_telemetry": False, "_env_file": None}
        with self._translated():
            folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(path=str(folder), settings=Settings(**options))
            self._collection = self._client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}, metadata={"model": self._model}
            )
            self._collection.count()
        self._build = build

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, OSError) as error:
            hint = "检索不受影响；请检查磁盘空间后运行 kb doctor --repair"
            raise StoreUnusable(f"向量索引不能读写：{self.root}（{error}）；{hint}") from error

    def _seal(self, build: str) -> str:
        folder = self.root / build
        files = {
            path.relative_to(folder).as_posix(): [path.stat().st_size, path.stat().st_mtime_ns]
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        return json.dumps({"build": build, "model": self._model, "files": files}, sort_keys=True)
