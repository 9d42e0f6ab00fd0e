"""Names for the same thing: VOCs = 挥发性有机物, 电车 → 新能源汽车, sewage → 污水.

Three tables are joined: the glossary (aliases are interchangeable, ``lay`` words point to the official term), the
everyday lexicon and the English one. Nothing here is learned from questions; a library's own words are found by search.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ingest.glossary import glossary
from ingest.words import part_of_speech
from kb.results import Concept

LEXICON = Path(__file__).with_name("lexicon.toml")
CODE = re.compile(r"[A-Z][A-Za-z]*[\d.]*")


@cache
def _same() -> dict[str, tuple[str, ...]]:
    """Map each name, folded, to all interchangeable names of its term."""
    table: dict[str, dict[str, None]] = {}
    for term in glossary():
        names = term.names
        for name in names:
            table.setdefault(fold(name), {}).update(dict.fromkeys(names))
    return {name: tuple(group) for name, group in table.items()}


@cache
def _near() -> dict[str, tuple[str, ...]]:
    """Map each everyday expression, folded, to the official words for it."""
    table: dict[str, dict[str, None]] = {}
    for term in glossary():
        for word in term.lay:
            table.setdefault(fold(word), {})[term.zh] = None
    for row in tables().get("lay", []):
        for word in row["say"]:
            table.setdefault(fold(word), {}).update(dict.fromkeys(row["mean"]))
    return {word: tuple(meant) for word, meant in table.items()}


def everyday_names(word: str) -> frozenset[str]:
    """Return the everyday expressions whose first official word is this one."""
    return frozenset(said for said, meant in _near().items() if meant[:1] == (word,))


@cache
def tables() -> dict[str, Any]:
    """Return the everyday and English tables as they stand in the file."""
    return tomllib.loads(LEXICON.read_text("utf-8"))


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """Return the form in which names are compared: lower case, the plural s of an abbreviation dropped (VOCs, vocs).

    >>> fold("VOCs"), fold("vocs"), fold("PM2.5"), fold("挥发性有机物")
    ('voc', 'voc', 'pm2.5', '挥发性有机物')
    """
    return re.sub(r"^([A-Za-z]{2,5}?)s$", r"\1", word).lower()


def concept(term: str, *, carried: bool = False) -> Concept:
    """Return the concept for a word of a question with every name the tables know for it, weighed by its kind."""
    key = fold(term)
    same = dict.fromkeys((term, *_same().get(key, ())))
    near = dict.fromkeys(_near().get(key, ()))
    for word in list(near):
        near.update(dict.fromkeys(_same().get(fold(word), ())))
    known = len(same) > 1 or bool(near)
    others = tuple(word for word in near if word not in same)
    weight = 1.0 if known else _kind_weight(term)
    return Concept(term, tuple(same), others, carried, weight, required=not known and _is_name(term))


def _is_name(term: str) -> bool:
    """Tell whether a word names one thing only: a place by jieba's tag, or a code in Latin letters (PM10, LNG)."""
    return _tag(term).startswith("ns") or bool(CODE.fullmatch(term))


def _tag(term: str) -> str:
    """Return what kind of word it is: by jieba's tag, but for words that it takes for places.

    >>> _tag("长江"), _tag("入口"), _tag("新建")
    ('ns', 'n', 'v')
    """
    return _common().get(term) or part_of_speech(term)


@cache
def _common() -> dict[str, str]:
    """Map words that jieba's dictionary takes for places, and that name none, to their tags."""
    return {word: tag for tag, words in tables()["common"].items() for word in words}


def _kind_weight(term: str) -> float:
    """Return what a word of this kind counts, by jieba's tag; words the dictionary lacks count as most do.

    >>> _kind_weight("电影"), _kind_weight("推广"), _kind_weight("特别")
    (1.0, 0.6, 0.15)
    """
    tag = _tag(term)
    if not tag:
        return 0.7 if len(term) > 2 or not term.isalpha() else 0.5
    return next((weight for kinds, weight in KIND_WEIGHTS if tag in kinds or tag[0] in kinds), 0.15)


# By tag: nouns, names, set phrases; verbs and distinguishing words; adjectives. All others: adverbs, numerals, times.
KIND_WEIGHTS = (({"n", "j", "i", "l", "vn", "an", "eng"}, 1.0), ({"v", "b"}, 0.6), ({"a", "z"}, 0.4))


@cache
def known_phrases() -> frozenset[str]:
    """Return every Chinese expression of the tables, folded: words to keep whole when a question is cut."""
    return frozenset(_same()) | frozenset(_near())


def explain(name: str) -> str:
    """Return the glossary's explanation of the term that bears this name, or an empty string."""
    key = fold(name)
    exact = next((t.explain for t in glossary() if key in map(fold, (t.zh, *t.aliases, *t.en))), "")
    longer = [t.explain for t in glossary() if t.zh.startswith(name)] if len(name) > 1 else []
    return exact or (longer[0] if len(longer) == 1 else "")
