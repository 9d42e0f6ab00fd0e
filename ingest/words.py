"""Word segmentation for Chinese policy text: the only room in which jieba lives.

jieba's method and dictionary, run by rjieba, which cuts twenty times as fast as jieba's own Python and opens at once;
they differ in one line of a thousand, where two ways to cut weigh the same.
Plain jieba splits ``挥发性|有机物`` and ``市|发展|改革|委``; a domain dictionary (glossary terms, names of
bodies) keeps them whole. Document numbers, figures with their units and dates are recognised before
segmenting, because jieba breaks ``晋市政发〔2023〕15号`` and ``0.9%`` apart. This module segments; it
knows nothing of ranking.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import pairwise
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rjieba import Jieba

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
# A run without punctuation, cut every thousand characters, so that a hostile text takes no more memory than others.
ENDLESS = re.compile(r"[一-鿿]{1000}")


class _Dictionary(NamedTuple):
    """jieba's dictionary with the frequencies of the terms it was taught besides."""

    jieba: Jieba
    taught: Mapping[str, int]


class Segmenter:
    """Cut text into words with the domain dictionary; safe to share between threads once built."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """Build a tokenizer of its own (never jieba's global one) and teach it ``terms``."""
        self._dictionary = _dictionary(frozenset(terms))

    def words(self, text: str) -> list[str]:
        """Return the words of ``text`` in order, punctuation and blanks left out, Latin in lower case.

        >>> domain_segmenter().words("挥发性有机物由市生态环境局负责")
        ['挥发性有机物', '由', '市生态环境局', '负责']
        """
        return [word.lower() for word in self._words(text) if word.isalnum() or any(c.isalnum() for c in word)]

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield ``(word, start, end)`` in order, tiling ``text`` without gaps; atoms such as 文号 stay whole."""
        at = 0
        for word in self._words(text):
            yield word, at, at + len(word)
            at += len(word)

    def frequency(self, word: str) -> int:
        """Return how often the corpus behind the dictionary has the word; 0 for words it lacks."""
        return self._dictionary.taught.get(word) or _frequency(word)

    def _words(self, text: str) -> Iterator[str]:
        """Yield the words, blanks and marks that make up ``text``."""
        at = 0
        for atom in ATOM.finditer(text):
            lead = LEAD.match(text, atom.start()) if atom.lastgroup == "number" else None
            start = lead.end() if lead else atom.start()
            yield from self._cut(text[at:start])
            yield text[start : atom.end()]
            at = atom.end()
        yield from self._cut(text[at:])

    def _cut(self, text: str) -> Iterator[str]:
        bounds = [0, *(run.end() for run in ENDLESS.finditer(text)), len(text)]
        for first, last in pairwise(bounds):
            piece = text[first:last]
            try:
                yield from self._dictionary.jieba.cut(piece)
            except UnicodeEncodeError:  # half a surrogate pair from a terminal
                for word in self._dictionary.jieba.cut(piece.encode("utf-8", "replace").decode("utf-8")):
                    yield text[first : first + len(word)]
                    first += len(word)


def bigrams(text: str) -> list[str]:
    """Return the character bigrams of every Chinese run in ``text``, in order.

    >>> bigrams("节能减排，2025年")
    ['节能', '能减', '减排']
    """
    return [pair for run in HAN.findall(text) for pair in map(add, run, run[1:])]


@cache
def domain_terms() -> tuple[str, ...]:
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
    return tuple(terms)


@cache
def domain_segmenter() -> Segmenter:
    """Return the one Segmenter with the domain dictionary (0.1 s on first use)."""
    return Segmenter(domain_terms())


def _table(name: str) -> dict[str, list[dict[str, str]]]:
    path = Path(__file__).with_name(name)
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def part_of_speech(word: str) -> str:
    """Return jieba's tag of a dictionary word (n, v, a, d, m, t …), or an empty string for other words.

    >>> part_of_speech("天气"), part_of_speech("明天"), part_of_speech("漏孙")
    ('n', 't', '')
    """
    return _entry(word)[1]


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


def _frequency(word: str) -> int:
    return int(_entry(word)[0] or 0)


@lru_cache(maxsize=4096)
def _entry(word: str) -> tuple[str, str]:
    """Return what the dictionary says of a word, its frequency and its tag; nothing of words it lacks."""
    printable = word.encode("utf-8", "replace").decode("utf-8")
    if not _dictionary(frozenset(domain_terms())).jieba.has_word(printable):
        return "", ""
    entries, line = _entries(), f"\n{printable} ".encode()
    at = _place(entries, line)
    if not entries.startswith(line, at):  # a few entries of jieba's dictionary are not in order
        at = entries.find(line)
    if at < 0:
        return "", ""
    _, frequency, tag = entries[at + 1 : entries.find(b"\n", at + 1)].decode().split(" ")
    return frequency, tag.strip()


@cache
def _entries() -> bytes:
    package = find_spec("jieba")  # not imported: only its dictionary is wanted
    assert package and package.origin
    return b"\n" + Path(package.origin).with_name("dict.txt").read_bytes()


@cache
def _dictionary(terms: frozenset[str]) -> _Dictionary:
    from rjieba import Jieba

    jieba = Jieba()
    return _Dictionary(jieba, {term: jieba.add_word(term, None, None) for term in sorted(terms)})
