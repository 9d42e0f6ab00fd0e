"""The vocabulary of the bundled model: a Unigram tokenizer over jieba's words, and texts as flat arrays of its ids.

The words that jieba finds in the training text, with their log frequencies as scores, make the Rust tokenizer cut much
as jieba does, and no Python segmentation is needed when the model is used. Everything but Chinese characters, Latin
words and figures is dropped before cutting, so punctuation, full-width or not, never reaches the table. A Chinese
character outside the vocabulary becomes the unknown token, whose row is zero: it says nothing and weighs nothing.
Latin words carry a mark where they begin, so that ``in`` is never found inside ``cabin``, while an unlisted plural
still begins with its singular.
Training such a tokenizer on unsegmented text takes gigabytes and is not done here.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.words import Segmenter

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "[UNK]"
MIN_COUNT = 5
MAX_WORD_CHARACTERS = 8
MAX_FIGURE_CHARACTERS = 6
# a longer everyday name is cut into the words it is made of, which say more about other questions
MAX_NAME_CHARACTERS = 3
# of several official words for one everyday or English word, these many count as its meaning
NEAREST = 2
# what survives normalisation: Chinese runs, Latin words (pm2.5 and co2 keep their figures), figures
PIECE = r"[\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{f900}-\x{faff}]+|▁[a-z]+[0-9]*(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
WORD_START = "▁"
# 2,000
THOUSANDS = r"(?<=[0-9]),(?=[0-9]{3})"
# the place before voc in 降低voc
LATIN_START = r"(?<![a-z0-9.])(?=[a-z])|(?<=[0-9])(?=[a-z])"
HAN_WORD = re.compile(r"[一-鿿]+")
LATIN_WORD = re.compile(r"[a-z]+[0-9]*(?:\.[0-9]+)?")
# boundaries inside a unit at which a reader would pause
CLAUSE_END = re.compile(r"(?<=[，。；：！？、\n])")
MIN_CLAUSE_CHARACTERS = 8
# words that a library may add; the log-frequency of the rarest
MAX_ADDED = 20_000
BARELY = 16.0


@dataclass(frozen=True, slots=True)
class Term:
    """An official term, its other Chinese names (aliases and everyday words) and its English names."""

    official: str
    chinese: tuple[str, ...]
    english: tuple[str, ...]
    explain: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everyday expressions, and the words that provisions about the same situation use."""

    say: tuple[str, ...]
    mean: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """An everyday question and the articles of a law (title and numbers as printed) that answer it."""

    question: str
    law: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What the word tables hold; ``fillers`` and ``english_fillers`` say nothing about the subject of a question."""

    terms: tuple[Term, ...]
    situations: tuple[Situation, ...] = ()
    fillers: tuple[str, ...] = ()
    english_fillers: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of unequal length in one array: row ``i`` is ``values[starts[i]:starts[i + 1]]``."""

    values: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> NDArray[np.int32]:
        """Return one row."""
        return self.values[self.starts[row] : self.starts[row + 1]]


def read_terms(*paths: Path) -> list[Term]:
    """Return the terms of word tables (TOML), one for each official word; a file that is absent adds nothing.

    Understood are ``[[term]]`` (zh, aliases, lay, en, explain), ``[[lay]]`` (say, mean), ``[english]`` (English words
    to official ones, the nearest first) and ``[words]`` (an official word to its everyday and English names).
    """
    names: dict[str, dict[str, None]] = {}
    explained: dict[str, str] = {}
    for path in paths:
        table = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        for entry in table.get("term", []):
            own = [*entry.get("aliases", ()), *entry.get("lay", ()), *entry.get("en", ())]
            names.setdefault(entry["zh"], {}).update(dict.fromkeys(own))
            explained[entry["zh"]] = entry.get("explain", "")
        for entry in table.get("lay", []):
            for official in entry["mean"][:NEAREST]:
                names.setdefault(official, {}).update(dict.fromkeys(entry["say"]))
        for english, officials in table.get("english", {}).items():
            for official in officials[:NEAREST]:
                names.setdefault(official, {})[english] = None
        for official, own in table.get("words", {}).items():
            names.setdefault(official, {}).update(dict.fromkeys(own))
    return [_term(official, list(own), explained.get(official, "")) for official, own in names.items() if own]


def read_words(*paths: Path) -> Words:
    """Return all that word tables (TOML) and questions (JSON Lines) hold; a file that is absent adds nothing."""
    words = [path for path in paths if path.suffix == ".toml"]
    tables = [tomllib.loads(path.read_text(encoding="utf-8")) for path in words if path.exists()]
    rows = [
        json.loads(line)
        for path in paths
        if path.suffix == ".jsonl" and path.exists()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    asked = tuple(Asked(row["question"], row["law"], tuple(row["articles"])) for row in rows)
    situations = [Situation(tuple(row["say"]), tuple(row["mean"])) for table in tables for row in table.get("lay", [])]
    fillers = [word for table in tables for word in table.get("filler", [])]
    english = [word for word in fillers if word.isascii()]
    chinese = [word for word in fillers if not word.isascii()]
    return Words(tuple(read_terms(*words)), tuple(situations), tuple(chinese), tuple(english), asked)


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count jieba's words (plain dictionary), every single character, Latin words and figures."""
    segmenter = Segmenter()
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(segmenter.words(text))
    characters: Counter[str] = Counter()
    for word, count in counts.items():
        for character in word if HAN_WORD.fullmatch(word) else ():
            characters[character] += count
    for character, count in characters.items():
        counts.setdefault(character, min(count, MIN_COUNT))
    return counts


def build_tokenizer(counts: Counter[str], terms: Sequence[Term], *, min_count: int = MIN_COUNT) -> Tokenizer:
    """Return the Unigram tokenizer; words of the lexicon are in it whatever their count."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    kept = {word: count for word, count in counts.items() if count >= min_count and _allowed(word)}
    kept |= {word: counts[word] for word in counts if len(word) == 1 and HAN_WORD.fullmatch(word)}
    for word in _lexicon_words(terms):
        kept[word] = max(kept.get(word, 0), min_count)
    for character in "0123456789.":
        kept.setdefault(character, 1)
    total = math.log(sum(kept.values()))
    ranked = sorted(kept.items(), key=lambda item: (-item[1], item[0]))
    vocabulary = [(UNKNOWN, -30.0), *((_marked(word), math.log(count) - total) for word, count in ranked)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(THOUSANDS), ""),
            normalizers.Replace(Regex(LATIN_START), WORD_START),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(PIECE), behavior="removed", invert=True)
    return tokenizer


def added_words(tokenizer: Tokenizer, counts: Counter[str], *, min_count: int = MIN_COUNT) -> list[str]:
    """Return the words counted often that the tokenizer lacks and can cut into known pieces, the commonest first."""
    known = tokenizer.get_vocab()
    often = sorted((word for word, count in counts.items() if count >= min_count), key=lambda w: (-counts[w], w))
    new = [word for word in often if HAN_WORD.fullmatch(word) and _allowed(word) and word not in known]
    return [word for word in new[:MAX_ADDED] if all(tokenizer.encode(word, add_special_tokens=False).ids)]


def with_words(tokenizer: Tokenizer, words: Sequence[str]) -> Tokenizer:
    """Return a Unigram tokenizer with words added behind its own, each likelier than the pieces it was cut into."""
    from tokenizers import Tokenizer

    description = json.loads(tokenizer.to_str())
    vocabulary = description["model"]["vocab"]
    score = dict(vocabulary)
    for word in words:
        pieces = tokenizer.encode(word, add_special_tokens=False).tokens
        vocabulary.append([word, max(sum(score[piece] for piece in pieces) / 2, -BARELY)])
    return Tokenizer.from_str(json.dumps(description, ensure_ascii=False))


def encode(tokenizer: Tokenizer, texts: Sequence[str], *, batch: int = 20_000) -> Ragged:
    """Return the token ids of ``texts``, unknown tokens left out."""
    rows: list[NDArray[np.int32]] = []
    for at in range(0, len(texts), batch):
        for encoding in tokenizer.encode_batch_fast(list(texts[at : at + batch]), add_special_tokens=False):
            ids = np.asarray(encoding.ids, dtype=np.int32)
            rows.append(ids[ids > 0])
    return ragged(rows)


def ragged(rows: Sequence[NDArray[np.int32]]) -> Ragged:
    """Pack rows into one array."""
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    return Ragged(np.concatenate([np.empty(0, np.int32), *rows]), starts)


def split_clauses(text: str) -> list[str]:
    """Split a unit at its pauses; pieces shorter than a few words stay with the piece before.

    >>> split_clauses("县级以上人民政府应当建立节约用水制度，推广先进的节水技术。")
    ['县级以上人民政府应当建立节约用水制度，', '推广先进的节水技术。']
    """
    clauses: list[str] = []
    for piece in CLAUSE_END.split(text):
        if clauses and (len(piece) < MIN_CLAUSE_CHARACTERS or len(clauses[-1]) < MIN_CLAUSE_CHARACTERS):
            clauses[-1] += piece
        elif piece.strip():
            clauses.append(piece)
    return clauses


def _term(official: str, names: Sequence[str], explain: str = "") -> Term:
    english = tuple(name.lower() for name in names if not re.search("[一-鿿]", name))
    chinese = tuple(name for name in names if re.search("[一-鿿]", name) and name != official)
    return Term(official, chinese, english, explain)


def _marked(word: str) -> str:
    return WORD_START + word if "a" <= word[0] <= "z" else word


def _allowed(word: str) -> bool:
    if HAN_WORD.fullmatch(word):
        return len(word) <= MAX_WORD_CHARACTERS
    figure = word.isascii() and word.replace(".", "", 1).isdigit() and len(word) <= MAX_FIGURE_CHARACTERS
    return figure or bool(LATIN_WORD.fullmatch(word))


def _lexicon_words(terms: Sequence[Term]) -> Iterable[str]:
    """Yield Latin words whole, and short everyday words; longer Chinese names are left to be cut into known words."""
    for term in terms:
        for name in term.english:
            yield from (word for word in LATIN_WORD.findall(name))
        for name in term.chinese:
            yield from LATIN_WORD.findall(name.lower())
            if HAN_WORD.fullmatch(name) and len(name) <= MAX_NAME_CHARACTERS:
                yield name
