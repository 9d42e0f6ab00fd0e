"""Word segmentation for Chinese policy text: the only room in which jieba lives.

Plain jieba splits ``挥发性|有机物`` and ``市|发展|改革|委``; a domain dictionary (glossary terms, names of
bodies) keeps them whole. Document numbers, figures with their units and dates are recognised before
segmenting, because jieba breaks ``晋市政发〔2023〕15号`` and ``0.9%`` apart. This module segments; it
knows nothing of ranking.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

# 晋市政发〔2023〕15号 · 国办函[2022]7号
NUMBER = r"[一-鿿]{2,12}[〔\[［（(﹝][ ]?(?:19|20)\d\d[ ]?[〕\]］）)﹞][ ]?第?\d{1,5}[ ]?号"
# 依据, 贯彻落实: what runs into a 文号 from before; two characters of its 机关代字 stay
LEAD = re.compile(
    "[一-鿿]*(?:根据|依据|按照|遵照|贯彻|落实|执行|废止|修改|印发|转发|文件|通知|精神|以及|[和与及见的以经由对])(?=[一-鿿]{2})"
)
# 15.5% · 1,930
FIGURE = r"[0-9]+(?:[.,][0-9]+)*[%％‰]?"
LATIN = r"[A-Za-z][A-Za-z0-9.\-]*"
ATOM = re.compile(f"(?P<number>{NUMBER})|(?P<figure>{FIGURE})|(?P<latin>{LATIN})")
RARE = 3  # occurrences in the corpus behind jieba's dictionary
HAN = re.compile(r"[一-鿿]+")
# A run without punctuation, cut every thousand characters: jieba takes quadratic time over words it does not know.
ENDLESS = re.compile(r"[一-鿿]{1000}")


class Segmenter:
    """Cut text into words with the domain dictionary; safe to share between threads once built."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """Build a tokenizer of its own (never jieba's global one) and teach it ``terms``."""
        self._tokenizer = _tokenizer(frozenset(terms))

    def words(self, text: str) -> list[str]:
        """Return the words of ``text`` in order, punctuation and blanks left out, Latin in lower case.

        >>> domain_segmenter().words("挥发性有机物由市生态环境局负责")
        ['挥发性有机物', '由', '市生态环境局', '负责']
        """
        return [
            word.lower() for word, _, _ in self.spans(text) if not word.isspace() and any(c.isalnum() for c in word)
        ]

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield ``(word, start, end)`` in order, tiling ``text`` without gaps; atoms such as 文号 stay whole."""
        at = 0
        for atom in ATOM.finditer(text):
            lead = LEAD.match(text, atom.start())
            start = lead.end() if lead else atom.start()
            yield from self._cut(text, at, start)
            yield text[start : atom.end()], start, atom.end()
            at = atom.end()
        yield from self._cut(text, at, len(text))

    def frequency(self, word: str) -> int:
        """Return how often the corpus behind the dictionary has the word; 0 for words it lacks."""
        return int(self._tokenizer.FREQ.get(word, 0))

    def _cut(self, text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        bounds = [start, *(run.end() for run in ENDLESS.finditer(text, start, end)), end]
        for first, last in pairwise(bounds):
            for word, a, b in self._tokenizer.tokenize(text[first:last]):
                yield word, first + a, first + b


def bigrams(text: str) -> list[str]:
    """Return the character bigrams of every Chinese run in ``text``, in order.

    >>> bigrams("节能减排，2025年")
    ['节能', '能减', '减排']
    """
    return [run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)]


def domain_terms() -> list[str]:
    """Return the words of the domain dictionary: glossary terms, their aliases, and the names of bodies."""
    terms: dict[str, None] = {}
    for entry in _table("glossary.toml").get("term", []):
        for word in (entry["zh"], *entry.get("aliases", ())):
            if HAN.fullmatch(word):
                terms[word] = None
    for entry in _table("organs.toml").get("organ", []):
        for word in (entry["name"], *entry.get("short", ()), *entry.get("former", ())):
            if HAN.fullmatch(word):
                terms.update(
                    dict.fromkeys([word] if entry.get("level") else [word, *(level + word for level in "市省县区")])
                )
    return list(terms)


@cache
def domain_segmenter() -> Segmenter:
    """Return the one Segmenter with the domain dictionary (0.9 s on first use)."""
    return Segmenter(domain_terms())


def _table(name: str) -> dict[str, list[dict[str, str]]]:
    path = Path(__file__).with_name(name)
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@lru_cache(maxsize=4096)
def part_of_speech(word: str) -> str:
    """Return jieba's tag of a dictionary word (n, v, a, d, m, t …), or an empty string for other words.

    >>> part_of_speech("天气"), part_of_speech("明天"), part_of_speech("漏孙")
    ('n', 't', '')
    """
    if not domain_segmenter().frequency(word):
        return ""
    entries, line = _entries(), f"\n{word} ".encode()
    at = _place(entries, line)
    if not entries.startswith(line, at):  # a few entries of jieba's dictionary are not in order
        at = entries.find(line)
    return entries[at : entries.find(b"\n", at + 1)].decode().rpartition(" ")[2].strip() if at >= 0 else ""


def _place(entries: bytes, line: bytes) -> int:
    """Return where ``line`` stands in sorted entries, or would stand; each begins with a line end."""
    low, high = 0, len(entries)
    while low < high:
        middle = entries.rfind(b"\n", low, (low + high) // 2 + 1)
        if middle < low:
            break
        end = entries.find(b"\n", middle + 1)
        end = len(entries) if end < 0 else end
        if entries[middle:end] >= line:
            high = middle
        else:
            low = end
    return low


def rare(word: str) -> bool:
    """Tell whether the dictionary hardly knows a word (煤碳 for 煤炭): misspellings get into dictionaries too."""
    return domain_segmenter().frequency(word) <= RARE


@cache
def _entries() -> bytes:
    import jieba

    return b"\n" + Path(jieba.__file__).with_name("dict.txt").read_bytes()


@cache
def _tokenizer(terms: frozenset[str]) -> jieba.Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # Not initialize(): it unmarshals a cache file from the shared temporary folder, and is slower than this.
    tokenizer.FREQ, tokenizer.total = _frequencies()
    tokenizer.initialized = True
    for term in sorted(terms):
        tokenizer.add_word(term)
    return tokenizer


def _frequencies() -> tuple[dict[str, int], int]:
    """Return jieba's prefix dictionary, as its own ``gen_pfdict`` builds it, and the sum of the frequencies."""
    entries = _entries().decode().split()  # word, frequency, tag; word, frequency, tag; …
    words, counts = entries[0::3], list(map(int, entries[1::3]))
    table = dict.fromkeys((word[:end] for word in words for end in range(1, len(word))), 0)
    table.update(zip(words, counts, strict=True))
    return table, sum(counts)
