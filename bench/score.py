"""Pure arithmetic of the bench: is a unit the right one, at which rank, recall, percentiles.

Ten chunks of 500 characters carry more text than ten clauses, so recall is given twice: among the first k units, and
within a fixed amount of text read in rank order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bench.items import Item, normalised

CONTEXT = 4_000  # characters


@dataclass(frozen=True, slots=True)
class Unit:
    """What a search gives back: a clause or a chunk, and the file it comes from."""

    file: str
    text: str


def is_right(item: Item, unit: Unit) -> bool:
    """Tell whether the unit is of the right file and shows enough of the needle in one piece.

    >>> is_right(Item("words", "城 墙", "a.txt", "修缮城墙和城门", 0.6), Unit("a.txt", "三、修缮 城墙和水道"))
    True
    >>> is_right(Item("words", "城 墙", "a.txt", "修缮城墙和城门", 0.6), Unit("a.txt", "三、城墙"))
    False
    """
    if unit.file != item.file:
        return False
    text = normalised(unit.text)
    if item.needle in text or item.share >= 1:
        return item.needle in text
    matcher = SequenceMatcher(None, item.needle, text, autojunk=False)
    return matcher.find_longest_match().size >= item.share * len(item.needle)


def placed(item: Item, units: Sequence[Unit]) -> tuple[int | None, bool]:
    """Return the rank (from 1) of the first right unit, and whether it lies within ``CONTEXT`` characters."""
    read = 0
    for rank, unit in enumerate(units, start=1):
        read += len(unit.text)
        if is_right(item, unit):
            return rank, rank == 1 or read <= CONTEXT
    return None, False


def recalls(places: Sequence[tuple[int | None, bool]]) -> dict[str, float | int]:
    """Return recall at 1 and 10 and within the context, and the number of items.

    >>> recalls([(1, True), (11, True), (None, False), (2, False)])
    {'items': 4, 'recall_1': 0.25, 'recall_10': 0.5, 'recall_context': 0.5}
    """
    total = len(places)
    return {
        "items": total,
        "recall_1": round(sum(rank == 1 for rank, _ in places) / total, 3),
        "recall_10": round(sum(rank is not None and rank <= 10 for rank, _ in places) / total, 3),
        "recall_context": round(sum(inside for _, inside in places) / total, 3),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the sorted values lie (nearest rank).

    >>> percentile([5, 1, 4, 2, 3], 0.5), percentile([1, 2, 3, 4], 0.95)
    (3, 4)
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]
