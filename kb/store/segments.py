"""Several segments as one library: what a term is worth in it, the best rows, the rows that print a stretch."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.store.segment import Segment

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

MAX_TOKENS = 400  # of a question, words and pairs each
# Terms that one passage in ten has tell little and cost most; below this many passages they cost nothing.
COMMON, COMMON_FROM = 0.1, 10_000
BLOCK = 256  # rows looked at together for the best
TINY = 1e-30  # less than any term is worth to a passage


class Joined(NamedTuple):
    """All passages at one revision by row, ``keys`` and ``places`` of their documents; ``firsts`` rows of segments."""

    revision: int
    segments: tuple[Segment, ...]
    firsts: tuple[int, ...]
    names: tuple[str, ...]
    keys: Array
    places: Array
    alive: Array | None

    @property
    def rows(self) -> int:
        """Return the number of passages, those that are gone included."""
        return len(self.places)


def joined(revision: int, segments: Sequence[Segment], alive: Array | None) -> Joined:
    """Return the segments as one library; ``alive`` tells which rows are still there (None: all)."""
    import numpy as np

    firsts = tuple(accumulate((len(segment) for segment in segments), initial=0))[:-1]
    names = tuple(sorted({name for segment in segments for name in segment.names}))
    ranks = {name: rank for rank, name in enumerate(names)}
    empty = np.zeros(0, dtype=np.int64)
    placed = [np.array([ranks[name] for name in s.names], dtype=np.int64)[s.owners] for s in segments if len(s)]
    keys = np.concatenate([empty, *(segment.keys for segment in segments)])
    return Joined(revision, tuple(segments), firsts, names, keys, np.concatenate([empty, *placed]), alive)


def worths(
    library: Joined, words: Mapping[str, float], pairs: Mapping[str, float]
) -> list[tuple[float, tuple[int, ...]]]:
    """Return what each term that occurs is worth (weight times idf), and its number in each segment."""
    found = []
    for tokens, find in ((words, Segment.find_word), (pairs, Segment.find_pair)):
        for token, weight in list(tokens.items())[:MAX_TOKENS]:
            numbers = tuple(find(segment, token) for segment in library.segments)
            spread = sum(s.spread(n) for s, n in zip(library.segments, numbers, strict=True) if n >= 0)
            if spread:
                worth = weight * math.log(1 + (library.rows - spread + 0.5) / (spread + 0.5))
                found.append((spread, worth, numbers))
    telling = [row for row in found if row[0] <= COMMON * library.rows]
    kept = telling if telling and library.rows >= COMMON_FROM else found
    return [(worth, numbers) for _, worth, numbers in kept]


def rows_of(library: Joined, docs: Collection[str]) -> Array:
    """Tell for each row whether it is of one of the documents."""
    import numpy as np

    chosen = np.array([name in docs for name in library.names] or [False])
    mask: Array = chosen[library.places]
    return mask


def best_rows(scores: Array, places: Array, limit: int) -> Array:
    """Return the rows of the ``limit`` highest scores above 0, best first."""
    import numpy as np

    rows = np.flatnonzero(scores >= _bound(scores, limit))
    if limit < 1 or not len(rows):
        return rows[:0]
    if len(rows) > limit:
        # All rows that tie with the last one are candidates, so that the order below decides between them.
        rows = rows[scores[rows] >= np.partition(scores[rows], len(rows) - limit)[len(rows) - limit]]
    return rows[np.lexsort((rows, places[rows], -scores[rows]))][:limit]


def _bound(scores: Array, limit: int) -> float:
    """Return a score above 0 that ``limit`` rows reach if any do: so many blocks of rows have a row as high."""
    import numpy as np

    highest = scores[: len(scores) // BLOCK * BLOCK].reshape(-1, BLOCK).max(axis=1)
    last = len(highest) - limit
    return max(float(np.partition(highest, last)[last]) if 0 <= last < len(highest) else 0.0, TINY)


def printing(segment: Segment, stretch: str, pairs: Sequence[str]) -> Iterator[int]:
    """Yield the rows whose text prints the stretch; those that have its rarest pairs are read."""
    numbers = [segment.find_pair(pair) for pair in dict.fromkeys(pairs)]
    if min(numbers) < 0:
        return
    lists = sorted((segment.having(number) for number in numbers), key=len)
    rows = lists[0]
    for other in lists[1:]:  # both rise; the shorter one is looked up in the longer
        rows = rows[other.take(other.searchsorted(rows), mode="clip") == rows]
    yield from (int(row) for row in rows if stretch in segment.text_of(int(row)))
