"""Everyday situations in the words of provisions: 被辞退 → 解除劳动合同, 经济补偿; 房东 → 出租人.

The table is the one that the bundled model is trained with (``kb/embedding/lexicon.toml``). Concepts of a question
have their own official words (``kb.search.lexicon``), which answers rely on; what stands here only widens the search,
at half the weight of the words asked.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib import resources

LONGEST = 10  # characters of an everyday expression
# Rows of the table stand on one line each and their lists are JSON too: tomllib takes forty times as long.
SITUATION = re.compile(r"^\s*\{ say = (\[.*?\]), mean = (\[.*?\]) \}", re.MULTILINE)
NAME = re.compile(r'^"([^"]+)" = (\[.*?\])', re.MULTILINE)


@lru_cache(maxsize=64)
def official(text: str) -> tuple[str, ...]:
    """Return the words of provisions for the situations that a question tells, longest expressions first.

    >>> "租赁合同" in official("房东不退押金"), official("今天")
    (True, ())
    """
    table, text, found = _table(), text.lower(), dict[str, None]()
    for start in range(len(text)):
        for end in range(min(len(text), start + LONGEST), start, -1):
            if means := table.get(text[start:end]):
                found.update(dict.fromkeys(means))
                break
    return tuple(found)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    text = resources.files("kb.embedding").joinpath("lexicon.toml").read_text("utf-8")
    found: dict[str, dict[str, None]] = {}
    for everyday, official_words in SITUATION.findall(text):
        means = dict.fromkeys(json.loads(official_words))
        for said in json.loads(everyday):
            found.setdefault(said.lower(), {}).update(means)
    for meant, everyday in NAME.findall(text):
        for said in json.loads(everyday):
            if not said.isascii():  # English questions are put into Chinese words before
                found.setdefault(said.lower(), {})[meant] = None
    return {said: tuple(means) for said, means in found.items()}
