"""Pure ranking functions: positions in, positions out.

Channels are fused by position (reciprocal rank fusion, Cormack, Clarke and Büttcher 2009), because FTS5 scores go flat
on one-topic libraries and cosines live on another scale.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

K = 60  # The constant of the paper: the larger, the flatter the advantage of the first places.

Key = TypeVar("Key", bound=Hashable)


def fuse(channels: Mapping[str, Sequence[Key]], *, k: int = K) -> list[tuple[Key, float]]:
    """Return keys with their fused score, best first; ties keep the order of first appearance.

    >>> fuse({"lexical": ["a", "b"], "semantic": ["b", "c"]}, k=1)
    [('b', 0.8333333333333333), ('a', 0.5), ('c', 0.3333333333333333)]
    """
    scores: dict[Key, float] = {}
    for ranked in channels.values():
        for rank, key in enumerate(ranked, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (k + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def ranks(ranked: Iterable[Key]) -> dict[Key, int]:
    """Return the 1-based rank of each key."""
    return {key: rank for rank, key in enumerate(ranked, start=1)}


def first_seen(keys: Iterable[Key]) -> list[Key]:
    """Return keys without repetitions, in order of first appearance: passages' clauses, best passage first."""
    return list(dict.fromkeys(keys))
