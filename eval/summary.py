"""From scores to what a reviewer reads: shares with their intervals, by kind of question, and what changed since.

Intervals are Wilson's for a proportion at 95 % (E. B. Wilson, JASA 22, 1927): right also for few questions and for
shares near 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from statistics import mean, quantiles
from typing import Any

from eval.run import Score

Z = 1.959964  # two-sided 95 %
HELD_OUT = "held_out"


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share; of nothing, everything is possible.

    >>> [round(bound, 3) for bound in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not of:
        return 0.0, 1.0
    share, spread = right / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def share(flags: Iterable[bool]) -> dict[str, Any]:
    """Return how many are true, of how many, as a share with its interval (``low``, ``high``)."""
    counted = list(flags)
    right, of = sum(counted), len(counted)
    low, high = wilson(right, of)
    return {
        "right": right,
        "of": of,
        "share": round(right / of, 4) if of else None,
        "low": round(low, 4),
        "high": round(high, 4),
    }


def summary(scores: Sequence[Score]) -> dict[str, Any]:
    """Return the JSON of ``kb eval``: shares right, measures, latency, by type and by split, and the failures."""
    types = {kind: [s for s in scores if s.type == kind] for kind in dict.fromkeys(s.type for s in scores)}
    return {
        "questions": len(scores),
        **groups(scores),
        "splits": {
            "held_out": groups([s for s in scores if s.split == HELD_OUT]),
            "tuned": groups([s for s in scores if s.split != HELD_OUT]),
        },
        "types": {kind: share(s.right for s in rows) for kind, rows in types.items()},
        "measures": measures(scores),
        "elapsed_ms": latency([s.elapsed_ms for s in scores]),
        "results": {s.id: s.right for s in scores},
        "failures": [asdict(s) for s in scores if not s.right],
    }


def groups(scores: Sequence[Score]) -> dict[str, Any]:
    """Return the shares right of the questions to be answered and of those to be refused."""
    return {
        "answerable": share(s.right for s in scores if s.answerable),
        "unanswerable": share(s.right for s in scores if not s.answerable),
    }


def measures(scores: Sequence[Score]) -> dict[str, Any]:
    """Return what is measured beside right and wrong; every share has its interval."""
    asked = [s for s in scores if s.answerable]
    found = [s for s in asked if s.answered and s.precision is not None]
    return {
        "false_refusal": share(not s.answered for s in asked),
        "first_citation": share(s.rank == 1 for s in found),
        "clause_hit": share(s.rank is not None for s in found),
        "clause_mrr": _mean(1 / s.rank if s.rank else 0.0 for s in found),
        "citation_precision": _mean(s.precision for s in found),
        "citation_recall": _mean(s.recall for s in found),
        "bodies_exact": share(bool(s.bodies) for s in asked if s.bodies is not None),
        "quotes_verbatim": share(s.verbatim for s in scores),
        "figures_proved": share(s.proved for s in scores),
        "answer_chars": _mean(float(len(s.text)) for s in scores if s.answered),
    }


def latency(times: Sequence[float]) -> dict[str, float | None]:
    """Return the median and the 95th percentile, in milliseconds."""
    if len(times) < 2:
        return {"p50": times[0] if times else None, "p95": times[0] if times else None}
    cuts = quantiles(times, n=20, method="inclusive")
    return {"p50": round(cuts[9], 1), "p95": round(cuts[18], 1)}


def change(result: Mapping[str, Any], accepted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the questions gained and lost since an accepted run, and the groups that fell below its interval."""
    before, now = accepted["results"], result["results"]
    both = [key for key in now if key in before]
    kinds = [kind for kind in ("answerable", "unanswerable") if result[kind]["of"] and accepted[kind]["of"]]
    return {
        "accepted": accepted.get("measured", ""),
        "gained": [key for key in both if now[key] and not before[key]],
        "lost": [key for key in both if before[key] and not now[key]],
        "new": [key for key in now if key not in before],
        "fallen": [kind for kind in kinds if result[kind]["share"] < accepted[kind]["low"]],
    }


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(mean(known), 4) if known else None
