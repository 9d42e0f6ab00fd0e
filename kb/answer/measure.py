"""How well a stretch of text covers a question.

A question is a handful of concepts, each with its other names. A text covers a concept when it prints one of the names;
rare concepts weigh more than common ones. The same measure chooses clauses, sentences and ledger rows, and tells when
nothing answers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from kb.answer.evidence import Evidence
from kb.answer.kinds import asked_noun
from kb.answer.matching import NEAR, PARTLY, matched, parts_of, words_of
from kb.results import Concept, Question

HEADING = 1.35  # A concept in the heading says what the clause is about.
CARRIED = 0.5
UNPRINTED = 0.5  # What a word counts that no clause prints in any form: everyday wording, more often than a lack.
PRINTED = 0.5  # How far a clause must print a word for it to be said there at all.
MEASURED = re.compile(r".{0,2}(?:率|比例|比重|占比|规模|总量|数量|浓度)")  # 覆盖率: of what, another word says
LIKE = 0.75  # A word of like meaning counts at most this much ...
UNLIKE, ALIKE = 0.3, 0.6  # ... from the cosine at which words have something in common to that of near synonyms.
OFFICIAL = 0.4  # An official term has its names; a neighbour of it (清洁取暖 for 清洁生产) is another thing.


class Measure:
    """How well texts cover the concepts of one question; concepts are weighed by their rarity among the hits.

    A concept is covered by its names; failing that, in part by its pieces or by a word of like meaning.
    """

    def __init__(self, question: Question, evidence: Evidence) -> None:
        """Weigh the concepts over the ranked clauses and compare them with the words printed there."""
        pool = [f"{hit.heading}\n{hit.text}".lower() for hit in evidence.hits]
        self.concepts = question.concepts
        self._found: dict[tuple[str, str], float] = {}
        self._strict = question.intent == "target"
        self._parts = {c.term: () if self._strict or len(c.same) > 1 else parts_of(c.term) for c in self.concepts}
        self._alike = self._likeness(evidence, pool)
        self._foreign = question.language == "en"
        self._noun = asked_noun(question.standalone)
        self.unprinted = {c.term for c in self.concepts if not any(matched(c, text) >= PRINTED for text in pool)}
        self.weights = {
            c.term: self._rarity(c, pool) * c.weight * (CARRIED if c.carried else 1.0) for c in self.concepts
        }
        self.total = sum(self.weights[c.term] for c in self.concepts) or 1.0

    def _likeness(self, evidence: Evidence, pool: Sequence[str]) -> dict[str, dict[str, float]]:
        """Return for each concept, and each part of one, words of the pool that mean much the same: what each counts.

        A piece of the term is no word of like meaning: 钢铁 is another thing than 废钢铁.
        """
        words = sorted(frozenset[str]().union(*map(words_of, pool)))
        if not words or not self.concepts:
            return {}
        asked = {c.term: (" ".join(c.same[:3]), OFFICIAL if len(c.same) > 1 else LIKE) for c in self.concepts}
        asked |= {part: (part, LIKE) for parts in self._parts.values() for part in parts}
        table: dict[str, dict[str, float]] = {}
        for term, (names, most) in asked.items():
            near = zip(words, evidence.similarity(names, words), strict=True)
            alike = {word: min(1.0, (cosine - UNLIKE) / (ALIKE - UNLIKE)) for word, cosine in near if word not in term}
            table[term] = {word: most * value for word, value in alike.items() if value > 0}
        return table

    def _rarity(self, c: Concept, pool: Sequence[str]) -> float:
        covered = [matched(c, text) for text in pool]
        rarity = math.log(1 + (len(pool) + 1) / (1 + sum(share >= NEAR for share in covered)))
        known = len(c.same) > 1 and not self._foreign  # names of a dictionary say no more than the word did
        if any(covered) or known or c.near or c.required or (self._strict and c.weight >= 1.0):
            return rarity  # an unprinted noun makes another indicator: 森林覆盖率 is no 覆盖率
        return rarity * UNPRINTED

    def found(self, c: Concept, text: str) -> float:
        """Return how far ``text`` covers one concept, 0 to 1."""
        known = self._found.get((c.term, text))
        if known is None:
            known = self._found[c.term, text] = self._read(c, text.lower())
        return known

    def _read(self, c: Concept, text: str) -> float:
        printed = matched(c, text)
        if printed >= NEAR:
            return printed
        parts = [1.0 if part in text else self._like(part, text) for part in self._parts[c.term]]
        return max(printed, self._like(c.term, text), PARTLY * sum(parts) / max(1, len(parts)))

    def _like(self, term: str, text: str) -> float:
        alike = self._alike.get(term, {})
        return max((alike[word] for word in alike.keys() & words_of(text)), default=0.0)

    def coverage(self, text: str, heading: str = "") -> float:
        """Return the covered share of the question's weight, 0 to 1 (to ``HEADING`` where the heading covers it)."""
        return sum(self.weights[c.term] * self._best(c, text, heading) for c in self.concepts) / self.total

    def printed(self, text: str) -> float:
        """Return the share of the question's weight whose names ``text`` prints whole, 0 to 1."""
        return sum(self.weights[c.term] for c in self.concepts if self.found(c, text) >= NEAR) / self.total

    @property
    def core(self) -> Concept | None:
        """What the question is chiefly about: its heaviest concept, and rather a thing than a measure of things."""
        things = [c for c in self.concepts if c.weight >= 1.0 and not MEASURED.fullmatch(c.term)]
        told = [c for c in things if c.term != self._noun]  # 哪些地方: the kind of thing asked for
        return max(told or things or self.concepts, key=lambda c: self.weights[c.term], default=None)

    def names_in(self, text: str) -> bool:
        """Tell whether ``text`` prints every name (place, code) that the question is about."""
        return all(matched(c, text.lower()) >= NEAR for c in self.concepts if c.required and not c.carried)

    def uncovered(self, text: str) -> list[Concept]:
        """Return the concepts of which ``text`` prints next to nothing, heaviest first."""
        left = [c for c in self.concepts if not c.carried and self.found(c, text) < 0.5]
        return sorted(left, key=lambda c: -self.weights[c.term])

    def _best(self, c: Concept, text: str, heading: str) -> float:
        return max(self.found(c, text), HEADING * self.found(c, heading) if heading else 0.0)
