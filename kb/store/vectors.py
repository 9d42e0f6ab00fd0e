"""Vector search: SQLite keeps the vectors, an engine is an index over them that can be lost and rebuilt at any moment.

Writing goes through SQLite first (``put``), then the engine is brought level (``sync``): passages are noted as indexed
only after it accepted them, what was removed from SQLite is removed there, and an index that is missing, unsealed (its
writer died), of another model or of another count is built anew. The engine is Chroma in a folder of the home, which
has one owner at a time, or one on a server (``kb.store.engine``).

Searching below ``exact_below`` passages, or within chosen documents, scans the vectors exactly and never touches the
engine; above it the engine answers where it can be had and is level, else the scan does. So a second process, a repair
in progress, a lost index or a silent server never changes what is found, only how fast. It embeds nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import StoreLocked, StoreUnusable
from kb.results import Check
from kb.store.engine import Engine, engine_for
from kb.store.exact import ExactVectors
from kb.store.level import Told, bring_level, tried, unheard
from kb.store.lock import OwnerLock
from kb.store.registry import Registry, StoredPassage

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

EXACT_BELOW = 50_000
"""Passages from which an engine in the home is asked: below, the scan takes no longer (docs/scaling.md)."""
TOLERATED = 0.05
"""Share of passages that may lack vectors for a while."""
WAIT_SECONDS = 15.0
TURN_SECONDS = 0.1
"""How long a question waits for another one's turn with the engine before it scans."""
_SEAL = "chroma_seal"
_REPAIR = "请运行 kb doctor --repair"
_LOG = logging.getLogger(__name__)


class VectorIndex:
    """The vectors of one model in one home folder; safe to share between threads."""

    def __init__(
        self, home: Path, registry: Registry, exact: ExactVectors, engine: Engine, *, exact_below: int = EXACT_BELOW
    ) -> None:
        """Stand on an open library; nothing is read or opened before it is needed."""
        self._registry, self._exact, self._engine = registry, exact, engine
        self._lock = OwnerLock(home / "chroma.lock")
        self._exact_below = exact_below if engine.exclusive else 0
        self._guard = threading.RLock()
        self._depth = 0
        self._level = False

    @classmethod
    def open(
        cls, home: Path, registry: Registry, *, dimensions: int, model: str, store: str = "",
        exact_below: int = EXACT_BELOW,
    ) -> VectorIndex:  # fmt: skip
        """Open the vectors that ``model`` computes, ``dimensions`` numbers each, in the folder ``home``.

        ``store`` is the address of a server whose engine to use, empty for a folder of the home.

        Raises:
            SettingsError: ``store`` is no address.
        """
        exact = ExactVectors(registry, model=model, dimensions=dimensions)
        engine = engine_for(store, home, library=registry.identity(), model=exact.model, dimensions=dimensions)
        return cls(home, registry, exact, engine, exact_below=exact_below)

    @contextmanager
    def writing(self, wait: float = WAIT_SECONDS) -> Iterator[None]:
        """Own the index during the block; blocks may nest.

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

    def complete(self) -> bool:
        """Tell whether all passages but a few new ones have vectors of this model."""
        return self._exact.share() >= 1 - TOLERATED

    def other_model(self) -> str:
        """Return the name of another model that has computed vectors of this library, or an empty text."""
        return self._exact.other_model()

    def put(self, keys: Sequence[int], vectors: Array) -> None:
        """Keep one vector per passage key: from now on they are found; the engine stays behind until ``sync``.

        Raises:
            StoreLocked: another process owns the index; nothing was kept.
        """
        with self.writing():
            self._exact.put(keys, vectors)

    def add(self, keys: Sequence[int], vectors: Array) -> None:
        """Keep one vector per passage key, then bring the engine level.

        Raises:
            StoreLocked: another process owns the index; nothing was kept.
            StoreUnusable: the engine refuses; the vectors are kept.
        """
        with self.writing():
            self.put(keys, vectors)
            self.sync()

    def sync(self, wait: float = WAIT_SECONDS, told: Told = unheard) -> int:
        """Bring the engine level with SQLite, building it anew where it is lost; return how many vectors it was given.

        ``told(done, total)`` hears of every batch.

        Raises:
            StoreLocked: another process owns the index.
            StoreUnusable: the engine refuses; searching goes on without it.
        """
        with self.writing(wait):
            if not self.behind():
                return 0
            try:
                self._ready()
                done = bring_level(self._engine, self._exact, self._registry, told)
            except BaseException:
                self._engine.close()  # without its seal: what was half done is done anew next time
                raise
            self._level = True
            return done

    def behind(self) -> bool:
        """Tell whether the engine is not level with SQLite, or being written to, or lost; without opening it."""
        if self._exact.behind():
            return True
        return self._exact.count() > 0 and not self._engine.fits(self._registry.setting(_SEAL))

    def rebuild(self) -> int:
        """Throw the engine's index away and build it anew from SQLite; return the number of vectors."""
        with self.writing():
            self._anew()
            return self.sync()

    def search(
        self, vector: Array | Sequence[float], *, limit: int, docs: Collection[str] | None = None, text: str = ""
    ) -> list[tuple[int, float]]:
        """Return ``(passage key, score)`` of the nearest passages, best first, in the documents ``docs`` or in all.

        An engine that ``reads_text`` ranks by the words of ``text`` too.
        """
        if docs is None and limit > 0 and self._exact.count() > self._exact_below:
            found = self._approximate(vector, limit, text)
            if found is not None:
                return found
        return self.scan(vector, limit=limit, docs=docs)

    def scan(
        self, vector: Array | Sequence[float], *, limit: int, docs: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return what is nearest by comparing every vector: the reference."""
        return self._exact.scan(vector, limit=limit, docs=docs)

    def check(self) -> list[Check]:
        """Check counts of passages, vectors and the engine's records, the seal and the lock."""
        passages = int(self._registry.database.rows("SELECT count(*) FROM passages")[0][0])
        vectors = self._exact.count()
        counts = f"段落 {passages}，向量 {vectors}"
        full = Check("段落向量", passages == vectors, counts if passages == vectors else f"{counts}；{_REPAIR}")
        return [full, self._check_engine()]

    def close(self) -> None:
        """Close the engine and give the lock back."""
        with self._guard:
            self._rest()

    def _ready(self) -> None:
        """Open the engine for writing: sealed and complete as it was, or anew. The seal is off from here on."""
        seal = self._unseal()
        if not self._engine.is_open and (not self._engine.open(seal) or not self._whole()):
            if seal or self._exact.in_chroma():
                _LOG.warning("向量索引缺失或未正常关闭，正在由数据库重建：%s", self._engine)
            self._anew()

    def _unseal(self) -> str:
        self._level = False
        seal = self._registry.setting(_SEAL)
        if seal:
            self._registry.set_setting(_SEAL, "")
        return seal

    def _anew(self) -> None:
        self._unseal()
        self._exact.unindex()
        self._engine.create()

    def _check_engine(self) -> Check:
        name = "向量索引"
        if not self._exact.count() and not self._exact.behind():
            return Check(name, True, "尚无向量")
        with self._guard:
            was_open = self._engine.is_open
            if not self._own():
                return Check(name, True, f"正由{self._lock.holder() or '另一个进程'}使用，未检查；检索不受影响")
            try:
                if self._exact.behind() or not self._readable():
                    return Check(name, False, f"与数据库不一致，或上次没有正常关闭；检索不受影响，{_REPAIR}")
                return tried(name, self._engine, self._exact, _REPAIR)
            except StoreUnusable as error:
                return Check(name, False, str(error))
            finally:
                if not was_open and not self._depth:
                    self._rest()

    def _whole(self) -> bool:
        return self._engine.count() == self._exact.in_chroma()

    def _rest(self) -> None:
        """Close the engine, put the seal on and give the lock back."""
        if not self._lock.held:
            if not self._engine.exclusive:
                self._engine.close()
            return
        try:
            self._engine.close()
            if self._level:
                self._registry.set_setting(_SEAL, self._engine.seal())
        finally:
            self._level = False
            self._lock.release()

    def _approximate(self, vector: Array | Sequence[float], limit: int, text: str) -> list[tuple[int, float]] | None:
        """Ask the engine; None where it cannot be had at once or is not level."""
        import numpy as np

        if not self._guard.acquire(timeout=TURN_SECONDS):
            return None
        try:
            if self._depth or self._exact.behind() or not self._readable():
                return None
            return self._engine.query(np.asarray(vector, dtype=np.float32), limit, text)
        except StoreUnusable as error:
            _LOG.warning("%s", error)
            if self._engine.exclusive:
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
        """Open the engine for reading if it is sealed and complete and, where it is exclusive, nobody else has it."""
        if not self._engine.exclusive:
            seal = self._registry.setting(_SEAL)
            if self._engine.is_open and self._engine.seal() != seal:
                self._engine.close()  # built anew meanwhile
            return self._engine.is_open or (self._engine.open(seal) and self._whole())
        if self._engine.is_open:
            return True
        if not self._own():
            return False
        self._level = self._engine.open(self._unseal()) and self._whole()
        if not self._level:
            self._rest()
            return False
        # Opening touches the files; from here on reading leaves them alone, so the new seal holds till a write.
        self._registry.set_setting(_SEAL, self._engine.seal())
        return True
