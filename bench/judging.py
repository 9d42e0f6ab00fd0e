"""Measures of one result list against its gold, their means, and how sure a difference of two systems is.

A chunk shows an article if it prints 60 % of it in one piece. Recall is also given at equal context, because ten chunks
carry several times the text of ten articles. MRR and nDCG are those of ir-measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from bench.items import normalised
from bench.lay import Place, Query, Unit

CONTEXT, SHOWN = 4_300, 0.6
EQUAL = f"R@{CONTEXT}c"
RESAMPLES = 10_000


def scored(query: Query, found: Sequence[Unit], wanted: dict[Place, str]) -> dict[str, float]:
    """Return the measures of one result list; a chunk may show several gold articles at one rank."""
    import ir_measures
    from ir_measures import RR, Qrel, ScoredDoc, nDCG

    groups = {f"gold{n}": group for n, group in enumerate(query.gold)}
    run, seen, read, inside = [ScoredDoc("q", "none", 0.0)], dict[str, int](), 0, 0
    for rank, unit in enumerate(found, start=1):
        read += len(unit.text)
        inside = rank if read <= CONTEXT or rank == 1 else inside
        new = [name for name, group in groups.items() if name not in seen and _shows(unit, group, wanted)]
        seen |= dict.fromkeys(new, rank)
        run += [ScoredDoc("q", name, 1.0 / rank - 1e-9 * n) for n, name in enumerate(new or [f"other{rank}"])]
    measured = ir_measures.calc_aggregate([RR @ 10, nDCG @ 10], [Qrel("q", name, 1) for name in groups], run)
    recalls = {f"R@{k}": sum(rank <= k for rank in seen.values()) / len(groups) for k in (5, 10, 20, 100)}
    context = {EQUAL: sum(rank <= inside for rank in seen.values()) / len(groups)}
    ranked = {"MRR@10": measured[RR @ 10], "nDCG@10": measured[nDCG @ 10]}
    return {"first": float(min(seen.values(), default=0) == 1), **recalls, **ranked, **context}


def _shows(unit: Unit, group: frozenset[Place], wanted: dict[Place, str]) -> bool:
    """Tell whether a unit is one of these places, or as a chunk prints most of one."""
    for file, path in group:
        if unit.file == file and (
            not path or unit.path == path or (not unit.path and _printed(unit.text, wanted.get((file, path), "")))
        ):
            return True
    return False


@lru_cache(maxsize=100_000)
def _printed(chunk: str, article: str) -> bool:
    text = normalised(chunk)
    if article in text:
        return True
    longest = SequenceMatcher(None, article, text, autojunk=False).find_longest_match().size
    return longest >= SHOWN * len(article)


def mean(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the means of the measures, and of how many.

    >>> mean([{"R@5": 1.0}, {"R@5": 0.0}])
    {'n': 2, 'R@5': 0.5}
    """
    return {"n": len(rows), **{name: round(sum(row[name] for row in rows) / len(rows), 3) for name in rows[0]}}


def interval(ours: Sequence[float], theirs: Sequence[float], *, seed: int = 1) -> dict[str, float]:
    """Return the mean difference over the same questions, and between what 95 % of resamplings of them lie.

    Paired bootstrap, by percentiles (Efron and Tibshirani 1993).

    >>> interval([1.0, 1.0, 0.0], [0.0, 0.0, 0.0])["difference"]
    0.667
    """
    import numpy as np

    differences = np.array(ours) - np.array(theirs)
    drawn = np.random.default_rng(seed).integers(0, len(differences), (RESAMPLES, len(differences)))
    low, high = np.percentile(differences[drawn].mean(axis=1), [2.5, 97.5])
    return {"difference": round(float(differences.mean()), 3), "low": round(low, 3), "high": round(high, 3)}
