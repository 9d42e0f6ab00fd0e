"""Training pairs, made from the texts themselves: a pseudo-query and the unit it should find, both as token ids.

Few have asked questions of this corpus, so questions are imitated: a few rare words of a unit with a question phrase,
a clause cut out of it, its title and heading, its first half, the clause that cites it, a near twin in another law.
The bridges from a layman's words to the official ones are hand-written: everyday names that terms are swapped
for, everyday situations, and questions with the articles that answer them. Nothing here knows a question of any
evaluation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.embedding.vocabulary import Ragged

Ids = NDArray[np.int32]
# shares of the kinds of pairs; neighbours and citations fall back to keywords where a corpus has none
SHARES = {
    "keywords": 0.34,
    "clauses": 0.28,
    "headings": 0.08,
    "halves": 0.07,
    "twins": 0.08,
    "citations": 0.05,
    "terms": 0.10,
    "situations": 0.80,
}
# of the terms met in a query, these swap their name; of its words, these are cut into characters
SWAP = 0.12
PIECES = 0.2
# chances of no, one, two … fillers beside the words of a query
FILLERS = (0.3, 0.2, 0.15, 0.1, 0.1, 0.1, 0.05)
# chances of one, two, three everyday expressions of a situation in a query, and of words of the unit beside them
SAID = (0.5, 0.35, 0.15)
HINT = 0.5
WITH_TITLE = 0.6
SPAN_REMOVED = 0.7
POLICY_SHARE = 0.15
NATIONAL_SHARE = 0.4
MAX_DOCUMENT_TOKENS = 220


@dataclass(frozen=True, slots=True)
class Names:
    """The other names of one official term as token ids."""

    chinese: tuple[Ids, ...]
    english: tuple[Ids, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """The corpus as token ids. ``first_clause[i]`` is the row in ``clauses`` where unit ``i`` begins.

    ``term_at[p]`` is the term that begins at position ``p`` of ``clauses.values`` (-1: none), ``term_length`` its
    tokens there. ``twins`` and ``citations`` are rows (query unit, document unit). ``group`` is equal for equal texts.
    """

    clauses: Ragged
    first_clause: NDArray[np.int64]
    titles: Ragged
    headings: Ragged
    group: NDArray[np.int64]
    policy: NDArray[np.bool_]
    national: NDArray[np.bool_]
    weight: NDArray[np.float32]
    term_at: NDArray[np.int32]
    term_length: NDArray[np.int32]
    names: tuple[Names, ...]
    explanations: tuple[tuple[Ids, ...], ...]
    twins: NDArray[np.int64]
    citations: NDArray[np.int64]
    says: tuple[tuple[Ids, ...], ...]
    answers: Ragged
    phrases: tuple[Ids, ...]
    english_phrases: tuple[Ids, ...]
    pieces: dict[int, Ids]


def find_terms(
    values: Ids, starts: NDArray[np.int64], terms: Sequence[Ids]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return where each term's tokens occur inside one row, and their number; longer terms win at equal places."""
    at = np.full(len(values), -1, dtype=np.int32)
    length = np.ones(len(values), dtype=np.int32)
    row = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.argsort(values, kind="stable")
    for index in sorted(range(len(terms)), key=lambda i: len(terms[i])):
        term = terms[index]
        if not 0 < len(term) <= len(values):
            continue
        places = order[slice(*np.searchsorted(values, (term[0], term[0] + 1), sorter=order))]
        places = places[places <= len(values) - len(term)]
        for offset in range(1, len(term)):
            places = places[values[places + offset] == term[offset]]
        places = places[row[places] == row[places + len(term) - 1]]
        at[places], length[places] = index, len(term)
    return at, length


class PairMaker:
    """Draw batches of pairs from a material; equal seeds draw equal batches."""

    def __init__(self, material: Material, units: NDArray[np.int64], *, seed: int) -> None:
        """Draw targets from ``units`` only (the rest is held out)."""
        self._m, self._random = material, np.random.default_rng(seed)
        self._laws, self._policies = units[~material.policy[units]], units[material.policy[units]]
        self._national = units[material.national[units]]
        allowed = np.zeros(len(material.first_clause), dtype=bool)
        allowed[units] = True
        self._twins = material.twins[allowed[material.twins[:, 1]]]
        self._citations = material.citations[allowed[material.citations[:, 1]]]
        self._unit_of_clause = np.repeat(np.arange(len(material.first_clause) - 1), np.diff(material.first_clause))
        self._places = self._term_places(allowed)
        self._allowed = allowed
        self._asked = np.asarray([i for i in range(len(material.says)) if allowed[material.answers[i]].any()], np.int64)
        self._kinds = list(SHARES)
        self._shares = np.cumsum(list(SHARES.values())) / sum(SHARES.values())

    def batch(self, size: int) -> tuple[list[Ids], list[Ids], NDArray[np.int64]]:
        """Return queries, documents and the documents' groups (equal groups are no negatives of each other)."""
        queries: list[Ids] = []
        documents: list[Ids] = []
        groups: list[int] = []
        while len(queries) < size:
            query, document, unit = self._pair(self._kinds[int(np.searchsorted(self._shares, self._random.random()))])
            if len(query) and len(document):
                queries.append(self._broken(query))
                documents.append(document[:MAX_DOCUMENT_TOKENS])
                groups.append(int(self._m.group[unit]))
        return queries, documents, np.asarray(groups)

    def keyword_query(self, unit: int) -> Ids:
        """Return a few of the unit's telling words, in order, perhaps with a question phrase."""
        first, last = self._window(unit)
        low, high = self._m.clauses.starts[first], self._m.clauses.starts[last]
        weight = self._m.weight[self._m.clauses.values[low:high]]
        usable = int(np.count_nonzero(weight))
        if not usable:
            return np.empty(0, np.int32)
        count = min(usable, int(self._random.integers(2, 9)))
        keys = self._random.random(len(weight)) ** (1.0 / np.maximum(weight, 1e-6))
        chosen = np.sort(np.argpartition(keys, -count)[-count:]) + low
        return self._phrased(self._swapped(chosen))

    def _pair(self, kind: str) -> tuple[Ids, Ids, int]:
        m, random = self._m, self._random
        rows = {"twins": self._twins, "citations": self._citations}.get(kind)
        if rows is not None and len(rows):
            query_unit, unit = (int(u) for u in rows[random.integers(len(rows))])
            return self._text(query_unit), self._document(unit), unit
        if kind == "terms" and len(self._places):
            return self._term_pair()
        if kind == "situations" and len(self._asked):
            return self._situation_pair()
        unit = self._draw()
        if kind == "clauses":
            return self._clause_pair(unit)
        if kind == "headings":
            return np.concatenate([m.titles[unit], m.headings[unit]]), self._document(unit, titled=False), unit
        if kind == "halves" and m.first_clause[unit + 1] - m.first_clause[unit] > 1:
            middle = int(m.first_clause[unit] + m.first_clause[unit + 1]) // 2
            return self._between(m.first_clause[unit], middle), self._between(middle, m.first_clause[unit + 1]), unit
        return self.keyword_query(unit), self._document(unit), unit

    def _clause_pair(self, unit: int) -> tuple[Ids, Ids, int]:
        low, high = int(self._m.first_clause[unit]), int(self._m.first_clause[unit + 1])
        count = min(int(self._random.integers(1, 4)), high - low)
        first = int(self._random.integers(low, high - count + 1))
        span = np.arange(self._m.clauses.starts[first], self._m.clauses.starts[first + count])
        removed = count < high - low and self._random.random() < SPAN_REMOVED
        return self._swapped(span), self._document(unit, without=(first, first + count) if removed else None), unit

    def _term_pair(self) -> tuple[Ids, Ids, int]:
        """Ask for a unit by the other names of terms in it: all in English, or Chinese names among its own words."""
        m, random = self._m, self._random
        places = self._places[int(random.integers(len(self._places)))]
        place = int(places[random.integers(len(places))])
        clause = int(np.searchsorted(m.clauses.starts, place, side="right")) - 1
        unit = int(self._unit_of_clause[clause])
        low, high = m.clauses.starts[m.first_clause[unit]], m.clauses.starts[m.first_clause[unit + 1]]
        others = low + np.flatnonzero(m.term_at[low:high] >= 0)
        others = others[np.abs(others - place) < 40]
        random.shuffle(others)
        names = m.names[m.term_at[place]]
        english = bool(names.english) and (not names.chinese or random.random() < 0.5)
        chosen = sorted({place, *others[: int(random.integers(0, 4))].tolist()})
        parts = [name for p in chosen if (name := self._name(int(m.term_at[p]), english=english)) is not None]
        if not english:
            near = np.arange(max(low, place - 12), min(high, place + 12))
            near = near[(m.weight[m.clauses.values[near]] > 0) & (random.random(len(near)) < 0.15)]
            parts.append(m.clauses.values[near])
        if random.random() < 0.1 and len(m.explanations[m.term_at[place]]):
            return np.concatenate(parts), m.explanations[m.term_at[place]][0], unit
        return self._phrased(np.concatenate(parts), english=english), self._document(unit), unit

    def _situation_pair(self) -> tuple[Ids, Ids, int]:
        """Ask in everyday words for a unit that holds most of the official words for them."""
        m, random = self._m, self._random
        situation = int(self._asked[random.integers(len(self._asked))])
        answers = m.answers[situation]
        answers = answers[self._allowed[answers]]
        unit = int(answers[int(len(answers) * random.random() ** 1.7)])
        says = m.says[situation]
        count = min(len(says), 1 + int(random.choice(3, p=SAID)))
        parts = [says[i] for i in random.permutation(len(says))[:count]]
        if random.random() < HINT:
            parts.append(self.keyword_query(unit)[:3])
        return self._phrased(np.concatenate(parts)), self._document(unit), unit

    def _term_places(self, allowed: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
        places = np.flatnonzero(self._m.term_at >= 0)
        clause = np.searchsorted(self._m.clauses.starts, places, side="right") - 1
        places = places[allowed[self._unit_of_clause[clause]]]
        order = np.argsort(self._m.term_at[places], kind="stable")
        ends = np.searchsorted(self._m.term_at[places][order], np.arange(len(self._m.names) + 1))
        groups = [places[order[a:b]] for a, b in zip(ends[:-1], ends[1:], strict=True)]
        return [group for group in groups if len(group)]

    def _name(self, term: int, *, english: bool) -> Ids | None:
        names = self._m.names[term]
        pool = names.english if english else names.chinese or names.english
        return pool[int(self._random.integers(len(pool)))] if pool else None

    def _swapped(self, positions: NDArray[np.int64]) -> Ids:
        """Return the tokens at ``positions``, some terms under another name."""
        m, values = self._m, self._m.clauses.values
        roll = self._random.random(len(positions))
        parts: list[Ids] = []
        skip_to = -1
        for position, luck in zip(positions.tolist(), roll.tolist(), strict=True):
            if position < skip_to:
                continue
            term = int(m.term_at[position])
            name = self._name(term, english=luck < SWAP / 4) if luck < SWAP and term >= 0 else None
            if name is not None:
                parts.append(name)
                skip_to = position + int(m.term_length[position])
            else:
                parts.append(values[position : position + 1])
        return np.concatenate(parts) if parts else np.empty(0, np.int32)

    def _broken(self, query: Ids) -> Ids:
        """Cut some words into their characters, as happens to words that the vocabulary lacks."""
        chosen = np.flatnonzero(self._random.random(len(query)) < PIECES)
        parts = [self._m.pieces.get(int(query[i]), query[i : i + 1]) for i in chosen]
        kept = np.delete(query, chosen)  # the order of words does not count
        return np.concatenate([kept, *parts])

    def _phrased(self, query: Ids, *, english: bool = False) -> Ids:
        phrases = self._m.english_phrases if english else self._m.phrases
        count = int(self._random.choice(len(FILLERS), p=FILLERS)) if phrases else 0
        return np.concatenate([query, *(phrases[i] for i in self._random.integers(len(phrases), size=count))])

    def _window(self, unit: int) -> tuple[int, int]:
        low, high = int(self._m.first_clause[unit]), int(self._m.first_clause[unit + 1])
        count = int(self._random.integers(2, 5))
        if high - low <= count or self._random.random() < 0.5:
            return low, high
        first = int(self._random.integers(low, high - count + 1))
        return first, first + count

    def _draw(self) -> int:
        pool = self._laws
        if len(self._policies) and (not len(pool) or self._random.random() < POLICY_SHARE):
            pool = self._policies
        elif len(self._national) and self._random.random() < NATIONAL_SHARE:
            pool = self._national
        return int(pool[self._random.integers(len(pool))])

    def _between(self, first: int, last: int) -> Ids:
        return self._m.clauses.values[self._m.clauses.starts[first] : self._m.clauses.starts[last]]

    def _text(self, unit: int) -> Ids:
        return self._between(int(self._m.first_clause[unit]), int(self._m.first_clause[unit + 1]))

    def _document(self, unit: int, *, without: tuple[int, int] | None = None, titled: bool = True) -> Ids:
        low, high = int(self._m.first_clause[unit]), int(self._m.first_clause[unit + 1])
        cut = without or (low, low)
        body = [self._between(low, cut[0]), self._between(cut[1], high)]
        if titled and self._random.random() < WITH_TITLE:
            return np.concatenate([self._m.titles[unit], self._m.headings[unit], *body])
        return np.concatenate(body)
