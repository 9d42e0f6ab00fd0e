"""Passages as flat arrays that tell which of them print the words and character pairs of a question, and how well.

Ranking is BM25F (Robertson, Zaragoza and Taylor 2004): how often a term stands in title, headings and text is summed
with a weight and a length correction for each field, then saturated. That figure is kept in one byte; what a term is
worth in the whole library (its idf) is left to the moment of asking, so that segments add up to one library. Terms are
jieba's words and pairs of Chinese characters side by side: either alone finds less. The texts are kept too, so that a
stretch of characters can be looked for. It reads no database and writes no file.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

K1 = 1.5  # How soon repeating a term stops counting.
WEIGHTS = (0.5, 1.0, 1.0)  # of title, headings, text
LENGTHS = (0.3, 0.3, 0.6)  # How much their length is held against them.
ROWS = 1 << 13  # entries at a time while building
PAIR = 1 << 33  # Pairs are told from words by this while building.
FULL = 255  # the largest saturated figure in a byte
FIRST_HAN, LAST_HAN = 0x4E00, 0x9FFF


class Entry(NamedTuple):
    """A passage to index: title, headings and text as printed, and each of them cut into words parted by blanks."""

    key: int
    doc_id: str
    printed: tuple[str, str, str]
    cut: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Segment:
    """Row ``i`` is passage ``keys[i]``, rising, of document ``names[owners[i]]``.

    Term ``t`` (words in order of their UTF-8, then pairs by code) stands in ``rows[starts[t]:starts[t + 1]]`` and
    counts there ``impacts`` of 255. ``words`` and ``text`` are joined, their ends beside them. ``averages`` are the
    mean lengths of title, headings and text that length was measured against.
    """

    keys: Array
    owners: Array
    names: tuple[str, ...]
    averages: tuple[float, ...]
    words: Array
    word_ends: Array
    pairs: Array
    starts: Array
    rows: Array
    impacts: Array
    text: Array
    text_ends: Array

    def __len__(self) -> int:
        return len(self.keys)

    def word(self, number: int) -> bytes:
        """Return a word of the vocabulary, in UTF-8."""
        start = int(self.word_ends[number - 1]) if number else 0
        return bytes(self.words[start : int(self.word_ends[number])])

    def find_word(self, word: str) -> int:
        """Return the number of the term that is this word; -1 where no passage has it."""
        wanted = word.encode("utf-8", "replace")
        low, high = 0, len(self.word_ends)
        while low < high:
            middle = (low + high) // 2
            if self.word(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self.word_ends) and self.word(low) == wanted else -1

    def find_pair(self, pair: str) -> int:
        """Return the number of the term that is these two characters; -1 where no passage has them."""
        if len(pair) != 2 or not all(FIRST_HAN <= ord(character) <= LAST_HAN for character in pair):
            return -1
        # Of the array's own type: numpy would copy the whole array to look up another.
        code = self.pairs.dtype.type((ord(pair[0]) << 16) | ord(pair[1]))
        at = int(self.pairs.searchsorted(code))
        return len(self.word_ends) + at if at < len(self.pairs) and int(self.pairs[at]) == code else -1

    def spread(self, term: int) -> int:
        """Return how many rows have a term."""
        return int(self.starts[term + 1]) - int(self.starts[term])

    def having(self, term: int) -> Array:
        """Return the rows that have a term."""
        return self.rows[int(self.starts[term]) : int(self.starts[term + 1])]

    def add(self, term: int, worth: float, scores: Array) -> None:
        """Add to the scores of all rows what this term is worth to each."""
        import numpy as np

        part = slice(int(self.starts[term]), int(self.starts[term + 1]))
        scores[self.rows[part]] += self.impacts[part] * np.float32(worth / FULL)

    def texts_with(self, keys: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Yield the texts of the passages with these keys that are here, each with its place among the keys."""
        rows = self.keys.searchsorted(keys)
        for at in (self.keys.take(rows, mode="clip") == keys).nonzero()[0].tolist() if len(self) else ():
            yield at, self.text_of(int(rows[at]))

    def text_of(self, row: int) -> str:
        """Return the text of a passage."""
        start = int(self.text_ends[row - 1]) if row else 0
        return bytes(self.text[start : int(self.text_ends[row])].tobytes()).decode("utf-16-le", "surrogatepass")


def build(batches: Iterable[Sequence[Entry]], averages: Sequence[float]) -> Segment:
    """Return the segment of all entries, which come in the order of their keys, not more than ``ROWS`` at a time."""
    builder = _Builder(averages)
    for entries in batches:
        if entries:
            builder.take(entries)
    return builder.finished()


class _Postings(NamedTuple):
    """Of a batch: its terms, rising, in how many rows each stands, those rows term by term, its impact in each."""

    terms: Array
    spreads: Array
    rows: Array
    impacts: Array


class _Builder:
    """Collects terms batch by batch, so that only the postings of all passages are held at once."""

    def __init__(self, averages: Sequence[float]) -> None:
        self._averages = tuple(max(1.0, float(length)) for length in averages)
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__  # a new word's number: how many there are before it
        self._names: dict[str, int] = {}
        self._keys, self._owners, self._text_lengths = array("q"), array("i"), array("q")
        self._texts: list[bytes] = []
        self._batches: list[_Postings] = []

    def take(self, entries: Sequence[Entry]) -> None:
        """Add a batch."""
        import numpy as np

        first = len(self._keys)
        for entry in entries:
            self._keys.append(entry.key)
            self._owners.append(self._names.setdefault(entry.doc_id, len(self._names)))
        terms, rows, weights = [], [], []
        for field in range(3):
            lengths = np.array([len(entry.printed[field]) for entry in entries], dtype=np.float32)
            slope = LENGTHS[field]
            norms = np.float32(WEIGHTS[field]) / (1 - slope + slope * lengths / np.float32(self._averages[field]))
            cut = (self._cut([e.cut[field] for e in entries]), self._paired([e.printed[field] for e in entries], field))
            for found, where in cut:
                terms.append(found)
                rows.append(where)
                weights.append(norms[where])
        self._keep(np.concatenate(terms), np.concatenate(rows), np.concatenate(weights), first)

    def finished(self) -> Segment:
        """Return all batches as one segment."""
        import numpy as np

        words = sorted((word.encode("utf-8", "replace"), number) for word, number in self._numbers.items())
        # Words are numbered as they came, from 0 without a gap, so they are the first of all terms in order.
        codes = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(batch.terms for batch in self._batches)]))
        places = np.arange(len(codes))
        places[[number for _, number in words]] = np.arange(len(words))
        numbers = [places[codes.searchsorted(batch.terms)] for batch in self._batches]
        starts, rows, impacts = self._together(numbers, len(codes))
        text = b"".join(self._texts)
        return Segment(
            keys=np.array(self._keys, dtype=np.int64),
            owners=np.array(self._owners, dtype=np.int32),
            names=tuple(self._names),
            averages=self._averages,
            words=np.frombuffer(b"".join(word for word, _ in words), dtype=np.uint8),
            word_ends=np.cumsum([len(word) for word, _ in words], dtype=np.int64),
            pairs=(codes[len(words) :] - PAIR).astype(np.uint32),
            starts=starts,
            rows=rows,
            impacts=impacts,
            text=np.frombuffer(text, dtype="<u2"),
            text_ends=np.cumsum(self._text_lengths, dtype=np.int64),
        )

    def _together(self, numbers: Sequence[Array], count: int) -> tuple[Array, Array, Array]:
        """Return where each of ``count`` terms starts, and its rows and impacts; ``numbers`` are the batches' terms."""
        import numpy as np

        starts = np.zeros(count + 1, dtype=np.int64)
        for number, batch in zip(numbers, self._batches, strict=True):
            starts[number + 1] += batch.spreads
        starts = starts.cumsum()
        rows, impacts = np.empty(int(starts[-1]), dtype=np.int32), np.empty(int(starts[-1]), dtype=np.uint8)
        free = starts[:-1].copy()  # where the next batch goes on with a term: its rows are higher
        for number, batch in zip(numbers, self._batches, strict=True):
            first = np.cumsum(batch.spreads) - batch.spreads
            at = np.repeat(free[number] - first, batch.spreads) + np.arange(len(batch.rows))
            rows[at], impacts[at] = batch.rows, batch.impacts
            free[number] += batch.spreads
        return starts, rows, impacts

    def _cut(self, texts: Sequence[str]) -> tuple[Array, Array]:
        """Return the numbers of all words and the row of each."""
        import numpy as np

        found, lengths = array("q"), array("q")
        for text in texts:
            words = text.split()
            found.extend(map(self._numbers.__getitem__, words))
            lengths.append(len(words))
        return np.array(found, dtype=np.int64), np.repeat(np.arange(len(texts)), lengths)

    def _paired(self, texts: Sequence[str], field: int) -> tuple[Array, Array]:
        """Return the codes of all character pairs and the row of each; keep the texts themselves."""
        import numpy as np

        coded = [text.encode("utf-16-le", "surrogatepass") for text in texts]
        if field == 2:
            self._texts += coded
            self._text_lengths.extend(len(text) // 2 for text in coded)
        units = np.frombuffer(b"\n\0".join([*coded, b""]), dtype="<u2").astype(np.int64)
        han = (units >= FIRST_HAN) & (units <= LAST_HAN)
        at = np.flatnonzero(han[:-1] & han[1:])
        rows = np.repeat(np.arange(len(texts)), [len(text) // 2 + 1 for text in coded])
        return PAIR + (units[at] << 16 | units[at + 1]), rows[at]

    def _keep(self, terms: Array, rows: Array, weights: Array, first: int) -> None:
        """Sum the weights of each term in each row, and keep them saturated in a byte."""
        import numpy as np

        if not len(terms):
            return
        places = terms * ROWS + rows
        order = np.argsort(places, kind="stable")
        places = places[order]
        begins = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
        sums = np.add.reduceat(weights[order], begins)
        found, spreads = np.unique(places[begins] // ROWS, return_counts=True)
        impacts = np.maximum(np.rint(FULL * sums / (sums + K1)), 1).astype(np.uint8)
        self._batches.append(_Postings(found, spreads, (places[begins] % ROWS + first).astype(np.int32), impacts))
