"""Vectors for the passages that have none: after an intake, after an interrupted one, after a change of the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.progress import EMBEDDING, INDEXING, Step
from kb.embedding import Encoder
from kb.store.registry import StoredPassage
from kb.store.vectors import VectorIndex

BATCH = 2048  # passages embedded at a time
# Over the whole library everyday questions find most between .3 and .5.
HEADED = 0.4

Progress = Callable[[Step], None]


def embed_pending(encoder: Encoder, index: VectorIndex, progress: Progress) -> int:
    """Embed the passages without a vector of this model and bring Chroma level; return how many were embedded.

    A passage is found by its meaning as soon as its batch is kept; Chroma, which only makes that faster, comes last.

    Raises:
        StoreLocked: another process writes; the next call goes on where this one stopped.
    """
    if not index.pending(1) and not index.behind():
        return 0
    done, total, last = 0, index.missing(), 0
    with index.writing():
        while batch := index.pending(BATCH, after=last):
            index.put([p.key for p in batch], vectors(encoder, batch))
            done, last = done + len(batch), batch[-1].key
            progress(Step("", EMBEDDING, 0, 0, done, max(done, total)))
        index.sync(told=lambda part, parts: progress(Step("", INDEXING, 0, 0, part, parts)))
    return done


def vectors(encoder: Encoder, passages: Sequence[StoredPassage]) -> NDArray[np.float32]:
    """Return a vector for each passage: its text's and, ``HEADED`` times, that of the title and headings above it.

    Embedded in one piece with its headings, a long text would hide them and a short one hide behind them.
    """
    headings = {breadcrumb: row for row, breadcrumb in enumerate(dict.fromkeys(p.breadcrumb for p in passages))}
    found = encoder.encode([*headings, *(passage.text for passage in passages)])
    above: NDArray[np.float32] = found[[headings[passage.breadcrumb] for passage in passages]]
    return found[len(headings) :] + np.float32(HEADED) * above


def lacking(index: VectorIndex, model: str) -> str:
    """Return what to say where vectors are missing: the library was built with another model, or not to its end."""
    missing = index.missing()
    if missing and (other := index.other_model()):
        what = f"库中的向量由模型 {other.partition('#')[0]} 计算，现在设定的是 {model}，两者不能相比"
        return f"{what}；暂时按词语检索；请改回 KB_EMBEDDING，或运行 kb rebuild 换用现在的模型"
    if missing:
        return f"有{missing}个段落还没有向量（上次导入没有做完），补齐之前按词语检索；请再运行一次 kb ingest"
    return ""
