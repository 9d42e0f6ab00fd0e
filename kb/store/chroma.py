"""Chroma, in a folder of our own or on a server: the only room in which chromadb lives.

Tried on 1.5.9: a process killed while it writes can leave a folder that answers wrongly without an error or takes the
next process down in native code when it is read. So a folder is opened only while its seal fits: the sizes and times of
all its files as they were when it was last at rest. The seal is taken off before the first write and put back after
closing. A folder without its seal is never opened but built anew from SQLite, which costs seconds. Reading leaves the
files alone once the folder is open and counted (tried), so a reader that dies costs nothing.

Each build lies in a subfolder of its own name, because chromadb remembers a path whose opening failed; on a server it
is a collection of its own name. Ids are passage keys; embeddings are always given (its own embedder would go to the
network) and nothing else: texts and places are SQLite's, and a filter there costs less than one here. Telemetry is off.
A record that changes is deleted and added, because ``add`` ignores known ids. A server has no sign-in and answers
whoever reaches it (CVE-2026-45829 is not mended): it belongs in a private network. None is ever started here.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import StoreUnusable
from kb.store.engine import Sealed, unanswered

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

COLLECTION = "passages"
# Recall of the true top 50 over 174,721 passages is 0.99: docs/scaling.md. The defaults (16, 100, 100) lose 5 %.
HNSW = {"space": "cosine", "ef_construction": 100, "max_neighbors": 32, "ef_search": 700}


class _Collection(Sealed):
    """One collection of passage vectors, open or not."""

    reads_text = False

    def __init__(self, *, model: str) -> None:
        self._model = model
        self._client: Any = None
        self._collection: Any = None
        self._build = ""

    @property
    def is_open(self) -> bool:
        """Tell whether the collection is open in this process."""
        return self._collection is not None

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
        with self._translated():
            return int(self._collection.count())

    def add(self, keys: Sequence[int], vectors: Array, texts: Sequence[str] = ()) -> None:
        """Add records of keys that are not there; at most ``batch()``."""
        with self._translated():
            self._collection.add(ids=[str(key) for key in keys], embeddings=vectors)

    def delete(self, keys: Sequence[int]) -> None:
        """Delete records; unknown keys are no error; at most ``batch()``."""
        with self._translated():
            self._collection.delete(ids=[str(key) for key in keys])

    def query(self, vector: Array, limit: int, text: str = "") -> list[tuple[int, float]]:
        """Return ``(key, cosine)`` of about the nearest records, best first."""
        with self._translated():
            found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        ranked = [(int(key), 1.0 - float(d)) for key, d in zip(found["ids"][0], found["distances"][0], strict=True)]
        return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))

    def _of(self, client: Any, name: str) -> Any:  # noqa: ANN401 - chromadb's client and collection
        return client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": HNSW}, metadata={"model": self._model}
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        try:
            yield
        except (ChromaError, HTTPError, OSError) as error:
            hint = "检索不受影响；请检查磁盘空间后运行 kb doctor --repair"
            raise StoreUnusable(f"向量索引不能读写：{self}（{error}）；{hint}") from error


class ChromaFolder(_Collection):
    """A collection under ``root``; the caller holds the lock and keeps the seal."""

    exclusive = True

    def __init__(self, root: Path, *, model: str) -> None:
        """Name the folder; ``model`` is stored with the collection."""
        super().__init__(model=model)
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

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

    def _open(self, build: str) -> None:
        import chromadb
        from chromadb.config import Settings

        folder = self.root / build
        # A .env file in the working folder is the user's, not Chroma's.
        options: dict[str, Any] = {"anonymized_telemetry": False, "_env_file": None}
        with self._translated():
            folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(path=str(folder), settings=Settings(**options))
            self._collection = self._of(self._client, COLLECTION)
            self._collection.count()
        self._build = build

    def _seal(self, build: str) -> str:
        folder = self.root / build
        files = {
            path.relative_to(folder).as_posix(): [path.stat().st_size, path.stat().st_mtime_ns]
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        return json.dumps({"build": build, "model": self._model, "files": files}, sort_keys=True)


def _connected(host: str, port: int) -> Any:  # noqa: ANN401 - chromadb's client
    import chromadb
    from chromadb.config import Settings

    options: dict[str, Any] = {"anonymized_telemetry": False, "_env_file": None}
    return chromadb.HttpClient(host=host, port=port, settings=Settings(**options))


class ChromaServer(_Collection):
    """A collection on a Chroma server of a private network, shared by all who read the library of this name."""

    exclusive = False

    def __init__(
        self, host: str, port: int, *, library: str, model: str, connect: Callable[[str, int], Any] = _connected
    ) -> None:
        """Name the server; nothing is connected yet."""
        super().__init__(model=model)
        self._host, self._port, self._connect = host, port, connect
        self._prefix = f"kb-{library}-"

    def __str__(self) -> str:
        return f"chroma://{self._host}:{self._port}"

    def create(self) -> None:
        """Throw away what the server has of this library and open an empty collection."""
        self._open(uuid.uuid4().hex[:8])
        with self._translated():
            for collection in self._client.list_collections():
                if collection.name.startswith(self._prefix) and collection.name != self._collection.name:
                    self._client.delete_collection(collection.name)

    def open(self, seal: str) -> bool:
        """Open the collection that the seal names; tell whether it is open.

        Raises:
            StoreUnusable: the server does not answer.
        """
        if not self.is_open and self.fits(seal):
            self._open(json.loads(seal)["build"])
        return self.is_open

    def close(self) -> None:
        """Forget the connection; the collection stays."""
        self._client = self._collection = None

    def _open(self, build: str) -> None:
        with self._translated():
            self._client = self._client or self._connect(self._host, self._port)
            self._collection = self._of(self._client, self._prefix + build)
        self._build = build

    def _seal(self, build: str) -> str:
        return json.dumps({"build": build, "model": self._model, "server": str(self)}, sort_keys=True)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with super()._translated():
                yield
        except ValueError as error:  # chromadb's word for a server that does not answer
            raise unanswered(self) from error
