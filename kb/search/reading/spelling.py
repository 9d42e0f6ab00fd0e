"""Questions as people type them: traditional characters, full-width letters, pinyin, homophones.

揮發性有機物, ＶＯＣ, ``zhili``, 漏孙率 for 漏损率. Each is brought back to words the library prints, by sound or by the
OpenCC tables, and only where what was typed is not a word of the library. Nothing is guessed that does not sound alike.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from ingest.levels import cities, provinces
from ingest.words import domain_segmenter, part_of_speech, rare
from kb.search.lexicon import fold, known_phrases

LATIN_WORD = re.compile(r"(?<![A-Za-z])[a-z]{2,}(?![A-Za-z])")
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
SCRAPS = frozenset("会有被要")  # with a neighbour they are cut into no word: 会受什么, 保护令有
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
        "有哪些",
        "措施",
        "达到",
        "归谁管",
        "要",
        "到",
        "年",
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
    runs = [[token for token, _, _ in domain_segmenter().spans(run)] for run in HAN_RUN.findall(text)]
    latin = _pinyin_runs(text)
    if not latin and not any(_doubtful(t) or (len(t) > 1 and not prints(t)) for tokens in runs for t in tokens):
        return text
    sounds = _by_sound(words)
    for start, end in reversed(latin):
        text = text[:start] + _from_pinyin(text[start:end], sounds) + text[end:]
    return HAN_RUN.sub(lambda m: _respell(_in_context(m.group(), sounds, prints), sounds, prints), text)


def _pinyin_runs(text: str) -> list[tuple[int, int]]:
    """Return where Latin words stand that can be pinyin, neighbours together; abbreviations the tables know are none.

    >>> _pinyin_runs("voc zhili you shui"), _pinyin_runs("PUE target")
    ([(4, 18)], [])
    """
    runs: list[tuple[int, int]] = []
    for m in LATIN_WORD.finditer(text):
        if not _syllabic(m.group()) or fold(m.group()) in known_phrases():
            continue
        if runs and not text[runs[-1][1] : m.start()].strip(" '"):
            runs[-1] = (runs[-1][0], m.end())
        else:
            runs.append(m.span())
    return runs


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
    return {"shaanxi": "陕西"} | {_sound(name): name for name in reversed(tuple(dict.fromkeys(names)))}


def is_pinyin(text: str) -> bool:
    """Tell whether the Latin words of a question are pinyin, names in capitals aside.

    >>> is_pinyin("voc zhili shui fuze"), is_pinyin("Who is responsible for VOC?")
    (True, False)
    """
    parts = re.findall(r"[A-Za-z]+", text)
    lower = [part for part in parts if part.islower()]
    spelt = [part for part in lower if fold(part) not in known_phrases()]
    return len(spelt) >= 2 and all(map(_syllabic, spelt))


def _doubtful(token: str) -> bool:
    """Tell whether a token looks like a piece of a misspelt word: a lone character, or no word of the dictionary."""
    if PARTICLES.issuperset(token) or (len(token) == 2 and SCRAPS & {*token} and not part_of_speech(token)):
        return False
    return len(token) == 1 or not part_of_speech(token) or rare(token)


def _in_context(run: str, sounds: dict[str, str], prints: Callable[[str], bool]) -> str:
    """Replace a word that the library never prints by one of the same sound that it prints beside the same neighbour.

    节能检察 is typed for 节能监察, though 检察 is a word; 检察机关 stays, where no 监察机关 is printed.
    """
    tokens = [token for token, _, _ in domain_segmenter().spans(run)]
    for at, token in enumerate(tokens):
        word = sounds.get(_sound(token), token) if len(token) > 1 else token
        if word == token or len(word) != len(token) or prints(token):
            continue
        before = tokens[at - 1] if at and len(tokens[at - 1]) > 1 else ""
        after = tokens[at + 1] if at + 1 < len(tokens) and len(tokens[at + 1]) > 1 else ""
        if (before and prints(before + word)) or (after and prints(word + after)):
            tokens[at] = word
    return "".join(tokens)


def _respell(run: str, sounds: dict[str, str], prints: Callable[[str], bool]) -> str:
    """Replace, longest first, each stretch of whole tokens that holds a doubtful one and sounds like a library word."""
    tokens = [token for token, _, _ in domain_segmenter().spans(run)]
    for size in range(min(LONGEST, len(tokens)), 0, -1):
        for at in range(len(tokens) - size + 1):
            piece = "".join(tokens[at : at + size])
            part = tokens[at : at + size]
            if not any(map(_doubtful, part)) or PARTICLES & {*part} or len(piece) < 2 or prints(piece):
                continue
            word = sounds.get(_sound(piece))
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
            sound = "".join(parts[at:end])
            if word := sounds.get(sound) or (_places().get(sound) if len(sound) > 5 else None):
                found.append(word)
                at = end
                break
        else:
            found.append(f" {parts[at]} ")
            at += 1
    return "".join(found)


@lru_cache(maxsize=1)
def _by_sound(words: Callable[[], Iterable[str]]) -> dict[str, str]:
    """Map the toneless pinyin of each word to the first word that has it."""
    table = {_sound(word): word for word in reversed(SPOKEN)}
    for word in words():
        if HAN_RUN.fullmatch(word):
            table.setdefault(_sound(word), word)
    return table


def _sound(word: str) -> str:
    """Return each character's own commonest reading, so that one wrong character leaves the others' sound alone."""
    return "".join(map(_reading, word))


@cache
def _reading(character: str) -> str:
    # Phrases tell nothing of single characters, and reading their dictionary takes longer than all else here.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import lazy_pinyin

    reading: str = lazy_pinyin(character)[0]
    return reading.replace("ü", "v")


@cache
def _syllabic(run: str) -> bool:
    """Tell whether every part of the run can be cut into pinyin syllables (``fuze`` can, ``target`` cannot)."""
    parts = re.split(r"['\s]+", run)
    return all(PINYIN.fullmatch(part) for part in parts)
