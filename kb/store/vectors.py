"""Vector search: SQLite keeps the vectors, Chroma is an index over them that can be lost and rebuilt at any moment.

Writing goes through SQLite first (``add``), then Chroma is brought level (``sync``): passages are noted as indexed only
after Chroma accepted them, what was removed from SQLite is removed from Chroma, and a Chroma folder that is missing,
unsealed (its writer died), of another model or of another count is built anew. Chroma's folder has one owner at a time.

Searching below ``exact_below`` passages, or within chosen documents, scans the vectors exactly and never touches
Chroma; above it Chroma answers where this process can own the folder and the index is level, else the scan does. So a
second process, a repair in progress or a lost index never changes what is found, only how fast. It embeds nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import StoreLocked, StoreUnusable
from kb.results import Check
from kb.store.chroma import ChromaFolder
from kb.store.exact import ExactVectors
from kb.store.lock import OwnerLock
from kb.store.registry import Registry, StoredPassage

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

EXACT_BELOW = 20_000
WAIT_SECONDS = 15.0
_SEAL = "chroma_seal"
_REPAIR = "请运行 kb doctor --repair"
_SAMPLE = 50
# Half precision keeps a vector's cosine with itself above this.
_SAME = 0.999
_LOG = logging.getLogger(__name__)

Told = Callable[[int, int], None]


def unheard(done: int, total: int) -> None:
    """Listen to nothing."""


class VectorIndex:
    """The vectors of one model in one home folder; safe to share between threads."""

    def __init__(
        self, home: Path, registry: Registry, *, dimensions: int, model: str, exact_below: int = EXACT_BELOW
    ) -> None:
        """Stand on an open library; nothing is read or opened before it is needed."""
        self._registry = registry
        self._exact = ExactVectors(registry, model=model, dimensions=dimensions)
        self._chroma = ChromaFolder(home / "chroma", model=self._exact.model)
        self._lock = OwnerLock(home / "chroma.lock")
        self._exact_below = exact_below
        self._counted = lru_cache(maxsize=1)(lambda revision: self._exact.count())
        self._guard = threading.RLock()
        self._depth = 0
        self._level = False

    @classmethod
    def open(
        cls, home: Path, registry: Registry, *, dimensions: int, model: str, exact_below: int = EXACT_BELOW
    ) -> VectorIndex:
        """Open the vectors that ``model`` computes, ``dimensions`` numbers each, in the folder ``home``."""
        return cls(home, registry, dimensions=dimensions, model=model, exact_below=exact_below)

    @contextmanager
    def writing(self, wait: float = WAIT_SECONDS) -> Iterator[None]:
        """Own Chroma's folder during the block; blocks may nest.

        Raises:
            StoreLocked: another process or thread kept it for ``wait`` seconds.
        """
        if not self._guard.acquire(timeout=wait):
            raise StoreLocked("向量索引正被本进程的另一个写入操作占用；请等它结束后重试")
        try:
            if not self._lock.held:
                self._lock.acquire(wait)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    self._rest()
        finally:
            self._guard.release()

    def pending(self, limit: int = 1000, after: int = 0) -> list[StoredPassage]:
        """Return passages with keys above ``after`` that still need a vector of this model, at most ``limit``."""
        return self._registry.pending(self._exact.model, limit=limit, after=after)

    def missing(self) -> int:
        """Return how many passages still need a vector of this model."""
        return int(self._registry.database.rows("SELECT count(*) FROM passages")[0][0]) - self._exact.count()

    def put(self, keys: Sequence[int], vectors: Array) -> None:
        """Keep one vector per passage key: from now on they are found; Chroma stays behind until ``sync``.

        Raises:
            StoreLocked: another process owns the index; nothing was kept.
        """
        with self.writing():
            self._exact.put(keys, vectors)

    def add(self, keys: Sequence[int], vectors: Array) -> None:
        """Keep one vector per passage key, then bring Chroma level.

        Raises:
            StoreLocked: another process owns the index; nothing was kept.
            StoreUnusable: Chroma refuses; the vectors are kept.
        """
        with self.writing():
            self.put(keys, vectors)
            self.sync()

    def sync(self, wait: float = WAIT_SECONDS, told: Told = unheard) -> int:
        """Bring Chroma level with SQLite, building it anew where it is lost; return how many vectors it was given.

        ``told(done, total)`` hears of every batch.

        Raises:
            StoreLocked: another process owns the index.
            StoreUnusable: Chroma refuses; searching goes on without it.
        """
        with self.writing(wait):
            if not self.behind():
                return 0
            try:
                self._ready()
                done = self._forget_and_add(told)
            except BaseException:
                self._chroma.close()  # without its seal: what was half done is done anew next time
                raise
            self._level = True
            return done

    def behind(self) -> bool:
        """Tell whether Chroma is not level with SQLite, or being written to, or lost; without opening it."""
        if self._exact.behind():
            return True
        return self._exact.count() > 0 and not self._chroma.fits(self._registry.setting(_SEAL))

    def rebuild(self) -> int:
        """Throw Chroma's folder away and build it anew from SQLite; return the number of vectors."""
        with self.writing():
            self._anew()
            return self.sync()

    def search(
        self, vector: Array | Sequence[float], *, limit: int, docs: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return ``(passage key, cosine)`` of the nearest passages, best first, in the documents ``docs`` or in all."""
        if docs is None and limit > 0 and self._counted(self._registry.revision()) > self._exact_below:
            found = self._approximate(vector, limit)
            if found is not None:
                return found
        return self.scan(vector, limit=limit, docs=docs)

    def scan(
        self, vector: Array | Sequence[float], *, limit: int, docs: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return the same as ``search`` by comparing every vector: the reference."""
        return self._exact.scan(vector, limit=limit, docs=docs)

    def check(self) -> list[Check]:
        """Check counts of passages, vectors and Chroma's records, the seal and the lock."""
        passages = int(self._registry.database.rows("SELECT count(*) FROM passages")[0][0])
        vectors = self._exact.count()
        counts = f"段落 {passages}，向量 {vectors}"
        full = Check("段落向量", passages == vectors, counts if passages == vectors else f"{counts}；{_REPAIR}")
        return [full, self._check_chroma()]

    def close(self) -> None:
        """Close Chroma and give the lock back."""
        with self._guard:
            self._rest()

    def _ready(self) -> None:
        """Open Chroma for writing: sealed and complete as it was, or anew. The seal is off from here on."""
        seal = self._unseal()
        if not self._chroma.is_open and (not self._chroma.open(seal) or not self._whole()):
            if seal or self._exact.in_chroma():
                _LOG.warning("向量索引缺失或未正常关闭，正在由数据库重建：%s", self._chroma.root)
            self._anew()

    def _forget_and_add(self, told: Told) -> int:
        while keys := self._exact.removed(self._chroma.batch()):
            self._chroma.delete(keys)
            self._exact.mark_forgotten(keys)
        done, total = 0, self._exact.count_unindexed()
        while True:
            keys, vectors = self._exact.unindexed(self._chroma.batch())
            if not keys:
                return done
            self._chroma.add(keys, vectors)
            self._exact.mark_indexed(keys)
            done += len(keys)
            told(done, max(done, total))

    def _unseal(self) -> str:
        self._level = False
        seal = self._registry.setting(_SEAL)
        if seal:
            self._registry.set_setting(_SEAL, "")
        return seal

    def _anew(self) -> None:
        self._unseal()
        self._exact.unindex()
        self._chroma.create()

    def _check_chroma(self) -> Check:
        name = "向量索引"
        if not self._exact.count() and not self._exact.behind():
            return Check(name, True, "尚无向量")
        with self._guard:
            was_open = self._chroma.is_open
            if not self._own():
                return Check(name, True, f"正由{self._lock.holder() or '另一个进程'}使用，未检查；检索不受影响")
            try:
                if self._exact.behind() or not self._readable():
                    return Check(name, False, f"与数据库不一致，或上次没有正常关闭；检索不受影响，{_REPAIR}")
                sample = self._exact.sample(_SAMPLE)
                missed = sum(self._chroma.query(vector, 1)[0][1] < _SAME for vector in sample)
                detail = f"{self._chroma.count()} 条记录，抽查 {len(sample)} 条，{missed} 条找不到自己"
                return Check(name, not missed, f"{detail}；{_REPAIR}" if missed else detail)
            finally:
                if not was_open and not self._depth:
                    self._rest()

    def _whole(self) -> bool:
        return self._chroma.count() == self._exact.in_chroma()

    def _rest(self) -> None:
        """Close Chroma, put the seal on and give the lock back."""
        if not self._lock.held:
            return
        try:
            self._chroma.close()
            if self._level:
                self._registry.set_setting(_SEAL, self._chroma.seal())
        finally:
            self._level = False
            self._lock.release()

    def _approximate(self, vector: Array | Sequence[float], limit: int) -> list[tuple[int, float]] | None:
        """Ask Chroma; None where it cannot be had at once or is not level."""
        import numpy as np

        if not self._guard.acquire(blocking=False):
            return None
        try:
            if self._depth or self._exact.behind() or not self._readable():
                return None
            return self._chroma.query(np.asarray(vector, dtype=np.float32), limit)
        except StoreUnusable as error:
            _LOG.warning("%s", error)
            self._unseal()
            self._rest()
            return None
        finally:
            self._guard.release()

    def _own(self) -> bool:
        try:
            if not self._lock.held:
                self._lock.acquire(0)
        except StoreLocked:
            return False
        return True

    def _readable(self) -> bool:
        """Open Chroma for reading if it is sealed and complete and nobody else has it."""
        if self._chroma.is_open:
            return True
        if not self._own():
            return False
        self._level = self._chroma.open(self._unseal()) and self._whole()
        if not self._level:
            self._rest()
            return False
        # Opening touches the files; from here on reading leaves them alone, so the new seal holds till a write.
        self._registry.set_setting(_SEAL, self._chroma.seal())
        return True
