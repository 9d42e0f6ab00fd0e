"""Questions as people type them: traditional characters, full-width letters, pinyin, homophones.

揮發性有機物, ＶＯＣ, ``zhili``, 漏孙率 for 漏损率. Each is brought back to words the library prints, by sound or by the
OpenCC tables, and only where what was typed is not a word of the library. Nothing is guessed that does not sound alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from ingest.levels import cities, provinces
from ingest.words import domain_segmenter, part_of_speech, rare

# Runs of Latin syllables: zhili shui fuze
LATIN_RUN = re.compile(r"(?<![A-Za-z])[a-z]{2,}(?:['\s]+[a-z]{2,})*(?![A-Za-z])")
# One pinyin syllable or several, without tones: fuze, shengtai
PINYIN = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxrwy]|[zcs]h?)?"
    r"(?:[iuv]?(?:ang?|eng?|ai|ei|ao|ou|ong|a|o|e)|in|ing|iu|ie|ui|un|ue|ve|i|u|v|er))+"
)
PROPER = re.compile(r"\b[A-Z][a-z]{3,}\b")
HAN_RUN = re.compile(r"[一-鿿]{2,}")
LONGEST = 4  # tokens looked at together
# Lone characters that are words of grammar, never pieces of a misspelt noun.
PARTICLES = frozenset(
    "的了着过吗呢吧啊么和与及或并而且但就都也又再才只很最更被把将对于从向往由归给在到"
    "至按为是有没无不要需应该当须会能可想请问我你您他她它们这那此其哪啥谁多几管抓做干"
    "搞来去上下里内之等前后年月日号处个户家座项条款吨元占超每各"
)
# Question words by sound, so that a question typed wholly in pinyin keeps its sense.
SPOKEN = tuple(
    [
        "由谁负责",
        "谁负责",
        "负责",
        "是谁",
        "什么",
        "多少",
        "哪些",
        "部门",
        "单位",
        "治理",
        "目标",
        "怎么",
        "如何",
        "牵头",
        "是",
        "谁",
        "由",
        "的",
    ]
)


def normalise(text: str) -> str:
    """Return the question in simplified characters and half-width letters and digits; punctuation stays.

    >>> normalise("揮發性有機物治理由誰負責？ＶＯＣ")
    '挥发性有机物治理由谁负责？VOC'
    """
    text = "".join(unicodedata.normalize("NFKC", c) if c.isalnum() or c == "％" else c for c in text if c.isprintable())
    text = re.sub(r"(?<=\d)．(?=\d)", ".", text)
    return _simplifier()(" ".join(text.split())) if HAN_RUN.search(text) else " ".join(text.split())


@cache
def _simplifier() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def correct(text: str, words: Callable[[], Iterable[str]], prints: Callable[[str], bool]) -> str:
    """Return ``text`` with misspelt stretches replaced by words of the library that sound the same.

    ``words`` gives the library's vocabulary, most frequent first (asked for only when something looks misspelt);
    ``prints`` tells whether the library prints a stretch of characters.
    """
    runs = [m for m in HAN_RUN.finditer(text) if any(_doubtful(t) for t, _, _ in domain_segmenter().spans(m.group()))]
    latin = [m for m in LATIN_RUN.finditer(text) if _syllabic(m.group())]
    if not latin and not any(not prints(m.group()) for m in runs):
        return text
    sounds = _by_sound(tuple(words()))
    for match in reversed(latin):
        text = text[: match.start()] + _from_pinyin(match.group(), sounds) + text[match.end() :]
    return HAN_RUN.sub(lambda m: _respell(m.group(), sounds, prints), text)


def chinese_places(text: str) -> str:
    """Return an English question with the provinces and cities it names in Chinese characters.

    >>> chinese_places("Who issued the Jincheng plan?")
    'Who issued the 晋城 plan?'
    """
    return PROPER.sub(
        lambda m: _places().get(m.group().lower(), m.group()) if _syllabic(m.group().lower()) else m.group(), text
    )


@cache
def _places() -> dict[str, str]:
    """Map the pinyin of provinces and cities, 省 and 市 left off, to their short names; Shaanxi is spelt by custom."""
    names = (re.sub(r"(?<=..)[省市州盟]$", "", name) for name in (*provinces(), *cities()))
    return {"shaanxi": "陕西"} | {"".join(_syllables(name)): name for name in reversed(tuple(dict.fromkeys(names)))}


def is_pinyin(text: str) -> bool:
    """Tell whether the Latin words of a question are pinyin, names in capitals aside.

    >>> is_pinyin("VOC zhili shui fuze"), is_pinyin("Who is responsible for VOC?")
    (True, False)
    """
    parts = re.findall(r"[A-Za-z]+", text)
    lower = [part for part in parts if part.islower()]
    return len(lower) >= 2 and all(map(_syllabic, lower))


def _doubtful(token: str) -> bool:
    """Tell whether a token looks like a piece of a misspelt word: a lone character, or no word of the dictionary."""
    return token not in PARTICLES and (len(token) == 1 or not part_of_speech(token) or rare(token))


def _respell(run: str, sounds: dict[str, str], prints: Callable[[str], bool]) -> str:
    """Replace, longest first, each stretch of whole tokens that holds a doubtful one and sounds like a library word."""
    tokens = [token for token, _, _ in domain_segmenter().spans(run)]
    for size in range(min(LONGEST, len(tokens)), 0, -1):
        for at in range(len(tokens) - size + 1):
            piece = "".join(tokens[at : at + size])
            part = tokens[at : at + size]
            if not any(map(_doubtful, part)) or PARTICLES & {*part} or len(piece) < 2 or prints(piece):
                continue
            word = sounds.get("".join(_syllables(piece)))
            if word and len(word) == len(piece):
                left, right = "".join(tokens[:at]), "".join(tokens[at + size :])
                return _respell(left, sounds, prints) + word + _respell(right, sounds, prints)
    return run


def _from_pinyin(run: str, sounds: dict[str, str]) -> str:
    """Return the words that a run of Latin syllables spells; syllables that spell nothing stay as typed."""
    parts = re.split(r"['\s]+", run)
    found: list[str] = []
    at = 0
    while at < len(parts):
        for end in range(len(parts), at, -1):
            if word := sounds.get("".join(parts[at:end])):
                found.append(word)
                at = end
                break
        else:
            found.append(f" {parts[at]} ")
            at += 1
    return "".join(found)


@lru_cache(maxsize=1)
def _by_sound(words: tuple[str, ...]) -> dict[str, str]:
    """Map the toneless pinyin of each word to the first word that has it."""
    table: dict[str, str] = {"".join(_syllables(word)): word for word in reversed(SPOKEN)}
    for word in words:
        if HAN_RUN.fullmatch(word):
            table.setdefault("".join(_syllables(word)), word)
    return table


def _syllables(word: str) -> list[str]:
    """Return each character's own commonest reading, so that one wrong character leaves the others' sound alone."""
    return [_reading(character) for character in word]


@cache
def _reading(character: str) -> str:
    from pypinyin import lazy_pinyin

    reading: str = lazy_pinyin(character)[0]
    return reading.replace("ü", "v")


@cache
def _syllabic(run: str) -> bool:
    """Tell whether every part of the run can be cut into pinyin syllables (``fuze`` can, ``target`` cannot)."""
    parts = re.split(r"['\s]+", run)
    return all(PINYIN.fullmatch(part) for part in parts)
