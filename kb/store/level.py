"""Bring an engine level with the vectors that SQLite keeps, and try whether it finds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kb.results import Check
from kb.store.engine import Engine
from kb.store.exact import ExactVectors
from kb.store.registry import Registry

SAMPLE = 50
# Half precision keeps a vector's cosine with itself above this.
SAME = 0.999

Told = Callable[[int, int], None]


def unheard(done: int, total: int) -> None:
    """Listen to nothing."""


def bring_level(engine: Engine, exact: ExactVectors, registry: Registry, told: Told) -> int:
    """Have an open engine forget what has gone and take what came; return how many vectors it was given.

    ``told(done, total)`` hears of every batch.

    Raises:
        StoreUnusable: it refuses; what it had accepted is noted.
    """
    while keys := exact.removed(engine.batch()):
        engine.delete(keys)
        exact.mark_forgotten(keys)
    done, total = 0, exact.count_unindexed()
    while True:
        keys, vectors = exact.unindexed(engine.batch())
        if not keys:
            return done
        engine.add(keys, vectors, _texts(registry, keys) if engine.reads_text else ())
        exact.mark_indexed(keys)
        done += len(keys)
        told(done, max(done, total))


def tried(name: str, engine: Engine, exact: ExactVectors, hint: str) -> Check:
    """Return whether a sample of the vectors find themselves."""
    sample = exact.sample(SAMPLE)
    missed = sum(engine.query(vector, 1)[0][1] < SAME for vector in sample)
    detail = f"{engine.count()} 条记录，抽查 {len(sample)} 条，{missed} 条找不到自己"
    return Check(name, not missed, f"{detail}；{hint}" if missed else detail)


def _texts(registry: Registry, keys: Sequence[int]) -> list[str]:
    """Return the words of the passages with these keys; nothing of what has gone meanwhile."""
    words = {passage.key: f"{passage.breadcrumb} {passage.text}" for passage in registry.passages(keys)}
    return [words.get(key, "") for key in keys]
