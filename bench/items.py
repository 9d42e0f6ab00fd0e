"""Known items: questions whose one right place is known because they were made from it.

Drawn from the plain texts by shape alone, never from what either system extracted: a 文号 printed on a line of its own,
a declared title, an article by its number, an indicator whose figure is asked for, five words of one sentence. What
stands in more than one file is not asked, because either place would be right. These are look-ups, not lay questions:
they say whether a printed thing is found, nothing about understanding.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bench.corpora import ARTICLE, Corpus

# 晋市政发〔2023〕15号 · 国办函[2021]8号, alone on its line
NUMBER_LINE = re.compile(r"\s*([一-鿿]{2,14}\s?[〔\[﹝(（]\s?\d{4}\s?[〕\]﹞)）]\s?第?\s?\d{1,4}\s?号)\s*")
FRONT_LINES = 40
# 农村生活污水治理率达到40%: words, a relation, a percentage, at the end of a stretch
INDICATOR = re.compile(
    r"([一-鿿“”A-Za-z0-9.]{8,40}?(?:达到|提高到|控制在|下降到|不低于|降至))(\d{1,3}(?:\.\d+)?%)(?=[，。；、左以])"
)
# The items of an article stand on paragraphs of their own; articles that have some are not asked.
LISTED = re.compile(r"^\s*[（(][一二三四五六七八九十]+[）)]", re.MULTILINE)
ARTICLE_CHARACTERS = (40, 300)
SENTENCE_CHARACTERS = (40, 160)
WORDS = 5
# 节水; not 第三条, which is an address, nor single characters
WORD = re.compile(r"(?!第)[一-鿿]{2,}")
WHOLE, MOST = 1.0, 0.6


@dataclass(frozen=True, slots=True)
class Item:
    """A query, the file it must lead to and, unless empty, the normalised text of which ``share`` must be shown."""

    kind: str
    query: str
    file: str
    needle: str = ""
    share: float = WHOLE


def normalised(text: str) -> str:
    """Return text without blanks, full-width forms folded.

    >>> normalised("到 ２０２５ 年")
    '到2025年'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def known_items(corpus: Corpus, *, per_kind: int, seed: int) -> list[Item]:
    """Return at most ``per_kind`` items of each kind, drawn with ``seed``."""
    makers = (_numbers, _titles, _articles, _indicators, _words)
    chosen = []
    for maker in makers:
        by_query: dict[str, Item] = {}
        items = list(maker(corpus, random.Random(seed)))
        random.Random(seed).shuffle(items)
        for item in items:
            by_query.setdefault(item.query, item)
        chosen += list(by_query.values())[:per_kind]
    return chosen


def _numbers(corpus: Corpus, _: random.Random) -> Iterator[Item]:
    found = {
        file: next((m[1] for line in text.splitlines()[:FRONT_LINES] if (m := NUMBER_LINE.fullmatch(line))), "")
        for file, text in corpus.texts.items()
    }
    for file, number in _unique({file: normalised(number) for file, number in found.items()}):
        yield Item("number", number, file)


def _titles(corpus: Corpus, _: random.Random) -> Iterator[Item]:
    for file, title in _unique(corpus.titles):
        yield Item("title", title, file)


def _articles(corpus: Corpus, _: random.Random) -> Iterator[Item]:
    low, high = ARTICLE_CHARACTERS
    for file, title in _unique(corpus.titles):
        text = corpus.texts[file]
        starts = [match.start() for match in ARTICLE.finditer(text)]
        labels = Counter(ARTICLE.findall(text))
        for start, end in pairwise([*starts, len(text)]):
            body = text[start:end].split("\n#")[0]
            label = ARTICLE.match(body)
            if label and labels[label[0]] == 1 and low <= len(body) <= high and not LISTED.search(body):
                yield Item("article", f"《{title}》{label[0]}", file, normalised(body), MOST)


def _indicators(corpus: Corpus, _: random.Random) -> Iterator[Item]:
    texts = {file: normalised(text) for file, text in corpus.texts.items()}
    everything = "\n".join(texts.values())
    for file, text in texts.items():
        for match in INDICATOR.finditer(text):
            if everything.count(match[1]) == 1:
                yield Item("indicator", f"{match[1]}多少？", file, match[0])


def _words(corpus: Corpus, chance: random.Random) -> Iterator[Item]:
    import jieba

    jieba.setLogLevel("WARNING")
    low, high = SENTENCE_CHARACTERS
    for file, text in corpus.texts.items():
        sentences = [s for s in re.split(r"[。；]", normalised(text)) if low <= len(s) <= high]
        for sentence in chance.sample(sentences, min(2, len(sentences))):
            words = [word for word in dict.fromkeys(jieba.lcut(sentence)) if WORD.fullmatch(word)]
            if len(words) >= 2 * WORDS:
                kept = sorted(chance.sample(range(len(words)), WORDS))
                yield Item("words", " ".join(words[i] for i in kept), file, sentence, MOST)


def _unique(names: dict[str, str]) -> Iterable[tuple[str, str]]:
    counts = Counter(names.values())
    return [(file, name) for file, name in names.items() if name and counts[name] == 1]
