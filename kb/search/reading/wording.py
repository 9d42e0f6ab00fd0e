"""The words of a question that carry meaning: what is left of it without grammar, in expressions that the tables know.

jieba cuts everyday questions wrongly at their function words (来管, 压给); such scraps are told from words by the
dictionary and dropped.
"""

from __future__ import annotations

import re

from ingest.words import domain_segmenter, part_of_speech
from kb.search import lexicon
from kb.search.reading.forms import form

FUNCTION = frozenset("是来去给这那搞管卡压换到把被让在归抓些么个要该时能会得应需可")
STOP = frozenset(lexicon.tables()["stop"]["zh"].split())
# 控制目标, 治理工作: what is asked of a thing is not part of its name
ATTRIBUTE = re.compile(r"(?<=..)(?:目标|指标|工作|情况|要求|问题|任务)$")
LONGEST = 6  # Words that make one expression of the tables, at most.


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning: expressions of the tables whole, then jieba's words, grammar left out.

    >>> content_words("养殖场的粪便要怎么处理，各多少吨")
    ['养殖场', '粪便', '处理']
    """
    words = [w for w, _, _ in domain_segmenter().spans(form("grammar").sub(" ", text)) if any(map(str.isalnum, w))]
    found: list[str] = []
    while words:
        size, word, known = _longest(words)
        word = word if known else _trimmed(ATTRIBUTE.sub("", word))
        if word not in STOP and not word[0].isdigit() and (known or (len(word) > 1 and not _scrap(word))):
            found.append(word)
        words = words[size:]
    return found


def _longest(words: list[str]) -> tuple[int, str, bool]:
    """Return the longest expression of the tables that the words begin with, or the first word: size, text, known."""
    phrases = lexicon.known_phrases()
    for size in range(min(LONGEST, len(words)), 0, -1):
        joined = "".join(words[:size])
        if lexicon.fold(joined) in phrases:
            return size, joined, True
    return 1, words[0], False


def _scrap(word: str) -> bool:
    """Tell whether a word is none, but a function word with what stood beside it (来管, 压给, 局管, 时该).

    >>> _scrap("来管"), _scrap("来源"), _scrap("散煤"), _scrap("要省")
    (True, False, False, True)
    """
    return len(word) == 2 and bool(FUNCTION & {*word}) and not part_of_speech(word)


def _trimmed(word: str) -> str:
    """Return a word that no dictionary knows without the function words that were cut off with it.

    >>> _trimmed("能治好"), _trimmed("可再生能源"), _trimmed("要害")
    ('治好', '可再生能源', '要害')
    """
    if len(word) != 3 or part_of_speech(word):
        return word
    return word[1:] if word[0] in FUNCTION else word[:-1] if word[-1] in FUNCTION else word
