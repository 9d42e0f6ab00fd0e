"""Pure ranking functions: what the channels found in, one order out.

Scores of one channel are stretched to 0 to 1 over what it found for this question (min-max), then weighed and added:
on lay questions over 150,000 clauses that puts the right clause higher than adding reciprocal positions does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from ingest.document import Span
from ingest.figures import find_figures, flatten

Key = TypeVar("Key", bound=Hashable)
Found = Sequence[tuple[Key, float]]

DIGITS = re.compile(r"\d+")
SHORTEST = 6  # characters printed in one piece from which a question is taken to quote


def fuse(channels: Mapping[str, Found[Key]], weights: Mapping[str, float]) -> dict[Key, float]:
    """Return keys with their fused score; each channel's list is best first.

    >>> fuse({"lexical": [("a", 9.0), ("b", 5.0)], "semantic": [("b", 0.8), ("c", 0.6)]}, {"lexical": 0.5})
    {'a': 0.5, 'b': 1.0, 'c': 0.0}
    """
    scores: dict[Key, float] = {}
    for name, found in channels.items():
        for key, score in stretched(found):
            scores[key] = scores.get(key, 0.0) + weights.get(name, 1.0) * score
    return scores


def stretched(found: Found[Key]) -> list[tuple[Key, float]]:
    """Return scores stretched so that the best is 1 and the last 0; all are 1 where all are equal.

    >>> stretched([("a", 3.0), ("b", 2.0), ("c", 1.0)]), stretched([("a", 3.0)])
    ([('a', 1.0), ('b', 0.5), ('c', 0.0)], [('a', 1.0)])
    """
    if not found:
        return []
    low, high = found[-1][1], found[0][1]
    return [(key, (score - low) / (high - low) if high > low else 1.0) for key, score in found]


def ranks(ranked: Iterable[Key]) -> dict[Key, int]:
    """Return the 1-based rank of each key."""
    return {key: rank for rank, key in enumerate(ranked, start=1)}


def first_seen(keys: Iterable[Key]) -> list[Key]:
    """Return keys without repetitions, in order of first appearance: passages' clauses, best passage first."""
    return list(dict.fromkeys(keys))


def said(terms: Sequence[str], text: str) -> float:
    """Return which share of these terms, by their letters, the text prints whole.

    >>> said(["绿色建筑", "占比"], "绿色建筑的比例")
    0.6666666666666666
    """
    return sum(len(term) for term in terms if term in text) / max(1, sum(map(len, terms)))


def quoted(question: str, text: str) -> float:
    """Return which share of a question the text prints in one piece; 0 where the piece is short.

    >>> quoted("农村生活污水治理率达到多少", "到2025年，农村生活污水治理率达到40%"), quoted("污水治理", "污水治理")
    (0.8461538461538461, 0.0)
    """
    # A piece of six letters holds three that begin at every fourth place: most texts have none of those.
    if not any(question[at : at + 3] in text for at in range(0, len(question) - 2, 4)):
        return 0.0
    longest, start = SHORTEST - 1, 0
    while start + longest < len(question):
        while start + longest < len(question) and question[start : start + longest + 1] in text:
            longest += 1
        start += 1
    return longest / len(question) if longest >= SHORTEST else 0.0


def figures_of(text: str) -> tuple[str, ...]:
    """Return the figures that a text prints in digits, with their units, flattened.

    >>> figures_of("2025年非化石能源消费比重 ２４％，两座门站"), figures_of("第三条")
    (('24%',), ())
    """
    flat = _flat(text)
    printed = (flat[figure.start : figure.end] for figure in find_figures(flat))
    return tuple(figure for figure in printed if DIGITS.search(figure))


def stated(question: str, figures: Sequence[str], text: str) -> float:
    """Return how far a text that prints all of these figures says the question's other words too; else 0.

    That is the share of their pairs that it has, and the share that it prints in one piece.

    >>> asked = "城市绿化覆盖率42%"
    >>> stated(asked, ("42%",), "城市绿化覆盖率达到42%"), stated(asked, ("42%",), "城市绿化覆盖率达到142%")
    (2.0, 0.0)
    """
    plain = unicodedata.normalize("NFKC", text)
    if not all(re.search(rf"(?<![\d.]){DIGITS.findall(figure)[0]}(?!\d)", plain) for figure in figures):
        return 0.0  # most texts: flattening takes a hundred times as long
    flat, words = _flat(plain), _flat(question)
    if not all(re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d.])", flat) for figure in figures):
        return 0.0
    for figure in figures:
        words = words.replace(figure, "")
    return covered(words, flat) + quoted(words, flat)


def _flat(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)  # 劣Ⅴ类, as people type it
    return flatten(plain, Span(0, len(plain))).text


def covered(asked: str, text: str) -> float:
    """Return which share of a question's pairs of letters and figures a text has.

    >>> covered("城市绿化", "绿化城市"), covered("", "绿化")
    (0.6666666666666666, 0.0)
    """
    pairs = {pair for at in range(len(asked) - 1) if (pair := asked[at : at + 2]).isalnum()}
    return sum(pair in text for pair in pairs) / max(1, len(pairs))


def alike(first: str, second: str) -> float:
    """Return which share of their character pairs two texts have in common, 0 to 1.

    >>> alike("节约用水条例", "节约用水条例"), alike("节约用水", "依法纳税")
    (1.0, 0.0)
    """
    one, other = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (first, second))
    return len(one & other) / max(1, len(one | other))
