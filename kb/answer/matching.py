"""How far a text prints one concept of a question: by a name of it, in two halves, in pieces, or not at all."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.words import bigrams, domain_segmenter, part_of_speech
from kb.results import Concept

NEAR = 0.85  # An official word for an everyday one counts a little less than the word itself.
PARTLY = 0.8  # A long term of which only pieces are printed counts at most this much.
HAN = re.compile(r"[一-鿿]{4,8}")  # compounds into which people put a word, or leave one out


@lru_cache(maxsize=16384)
def words_of(text: str) -> frozenset[str]:
    """Return the distinct words of a text, two characters or longer."""
    return frozenset(word for word in domain_segmenter().words(text) if len(word) > 1)


@lru_cache(maxsize=4096)
def parts_of(term: str) -> tuple[str, ...]:
    """Return the two words that make a compound, each two characters or longer; nothing for other words.

    >>> parts_of("人才培养"), parts_of("汽车尾气"), parts_of("废钢铁"), parts_of("大气污染防治")
    (('人才', '培养'), ('汽车', '尾气'), (), ('大气污染', '防治'))
    """
    cuts = ((term[:at], term[at:]) for at in range(2, len(term) - 1)) if HAN.fullmatch(term) else ()
    return next((cut for cut in cuts if all(map(part_of_speech, cut))), ())


@lru_cache(maxsize=65536)
def matched(c: Concept, text: str) -> float:
    """Return how far ``text`` (in lower case) prints the concept, 0 to 1.

    >>> matched(Concept("VOCs", ("VOCs", "挥发性有机物")), "挥发性有机物治理")
    1.0
    >>> matched(Concept("老旧小区改造", ("老旧小区改造",)), "推进老旧小区节能改造")
    0.85
    >>> matched(Concept("清洁取暖率", ("清洁取暖率",)), "清洁取暖改造")
    0.6000000000000001
    """
    if any(name in text for name in _lowered(c.same)):
        return 1.0
    if any(name in text for name in _lowered(c.near)) or any(_apart(name).search(text) for name in c.same):
        return NEAR
    return max((PARTLY * _share(name, text) for name in (*c.same, *c.near)), default=0.0)


@lru_cache(maxsize=4096)
def _lowered(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


@lru_cache(maxsize=4096)
def _apart(name: str) -> re.Pattern[str]:
    """Return what finds a compound with a word put into it: 老旧小区（节能）改造."""
    halves = [(name[:at], name[at:]) for at in range(2, len(name) - 1)] if HAN.fullmatch(name) else []
    return re.compile("|".join(f"{before}[一-鿿]{{1,4}}{after}" for before, after in halves) or r"(?!)")


def _share(name: str, text: str) -> float:
    """Return the share of the character pairs of ``name`` that ``text`` prints; nothing for words of two characters."""
    pairs = _pairs(name)
    if len(pairs) < 2:
        return 0.0
    return sum(pair in text for pair in pairs) / len(pairs)


@lru_cache(maxsize=4096)
def _pairs(name: str) -> list[str]:
    return bigrams(name)
