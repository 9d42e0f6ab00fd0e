"""What an engine must do that finds near vectors fast, and which one a library uses (``KB_STORE``).

SQLite stays the truth whatever the engine: it is brought level from there, it can be lost at any moment, and while it
is behind, lost or silent the exact scan answers. An engine holds keys and vectors; one that ``reads_text`` gets the
words of each passage too and may use them to rank. ``seal`` names a build at rest: one whose seal was taken off and
never put back was cut short, and is built anew. An ``exclusive`` engine is for one process at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kb.errors import SettingsError, StoreUnusable

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

# chroma://10.1.2.3:8000 · milvus://milvus.intra:19530
ADDRESS = re.compile(r"(chroma|milvus)://([A-Za-z0-9.\-]{1,253}|\[[0-9A-Fa-f:]{2,45}\]):([0-9]{1,5})/?")


class Engine(Protocol):
    """An index over the vectors of one model; ``str()`` says where it is."""

    exclusive: bool
    reads_text: bool

    @property
    def is_open(self) -> bool:
        """Tell whether it can be asked."""
        ...

    def create(self) -> None:
        """Throw away what is there and open an empty one."""
        ...

    def open(self, seal: str) -> bool:
        """Open the build of this seal; tell whether it is open."""
        ...

    def fits(self, seal: str) -> bool:
        """Tell, without opening it, whether the seal can be that of a build at rest, of this model."""
        ...

    def seal(self) -> str:
        """Name the build as it is now, at rest."""
        ...

    def close(self) -> None:
        """Close it."""
        ...

    def batch(self) -> int:
        """Return how many records one call may carry."""
        ...

    def count(self) -> int:
        """Return the number of records."""
        ...

    def add(self, keys: Sequence[int], vectors: Array, texts: Sequence[str] = ()) -> None:
        """Add records of keys that are not there."""
        ...

    def delete(self, keys: Sequence[int]) -> None:
        """Delete records; unknown keys are no error."""
        ...

    def query(self, vector: Array, limit: int, text: str = "") -> list[tuple[int, float]]:
        """Return ``(key, score)``, best first: near vectors, or near vectors and the words of ``text`` in one."""
        ...


class Sealed:
    """What engines share: a seal that names the build they hold; how a build is described is each one's own."""

    _build: str

    def fits(self, seal: str) -> bool:
        """Tell whether the seal describes its build as it is now, of this model."""
        return bool(seal) and seal == self._seal(json.loads(seal)["build"])

    def seal(self) -> str:
        """Describe the build as it is now, at rest; empty where none was opened yet."""
        return self._seal(self._build) if self._build else ""

    def _seal(self, build: str) -> str:
        raise NotImplementedError


def engine_for(store: str, home: Path, *, library: str, model: str, dimensions: int) -> Engine:
    """Return the engine that ``store`` names, not yet open: empty for the folder ``chroma`` in the home.

    Raises:
        SettingsError: it is no address.
    """
    from kb.store.chroma import ChromaFolder, ChromaServer

    if not store.strip():
        return ChromaFolder(home / "chroma", model=model)
    kind, host, port = address(store)
    if kind == "chroma":
        return ChromaServer(host, port, library=library, model=model)
    from kb.store.milvus import Milvus

    return Milvus(host, port, library=library, model=model, dimensions=dimensions)


def address(store: str) -> tuple[str, str, int]:
    """Return kind, host and port of a store's address.

    >>> address("milvus://10.1.2.3:19530")
    ('milvus', '10.1.2.3', 19530)

    Raises:
        SettingsError: it is no address.
    """
    found = ADDRESS.fullmatch(store.strip())
    if not found or not 0 < int(found[3]) < 65536:
        raise SettingsError(
            f"KB_STORE 的值“{store}”不对；应为 chroma://主机:端口 或 milvus://主机:端口，留空则用本机文件夹"
        )
    return found[1], found[2], int(found[3])


def unanswered(engine: object) -> StoreUnusable:
    """Return what to say of a server that does not answer."""
    hint = "检索改用本机的逐条比较，结果不受影响；请检查 KB_STORE 和服务器，恢复后运行 kb ingest 补齐"
    return StoreUnusable(f"向量索引服务器没有应答：{engine}；{hint}")
