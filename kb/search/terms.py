"""What of a question is looked up: words and character pairs with their weights, and the texts that are embedded.

The question's own words count fully, all of them: which words are idle is left to how many clauses have them. Other
names of its concepts count less, and so do the words of provisions for the situation it tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.words import bigrams, domain_segmenter
from kb.results import Question
from kb.search.reading.forms import form
from kb.search.situations import official

ASKED, SITUATION, NEAR = 1.0, 0.5, 0.3  # weights of terms
EMBEDDED_SITUATION = 0.1  # against 1 for the question itself, as vectors
NAMES = 6  # other names of a concept that are looked up
OFFICIAL = 12  # of them (where a question is English), and of official words, that are embedded


@dataclass(slots=True)
class Terms:
    """Words and character pairs to look up, each with its weight."""

    words: dict[str, float] = field(default_factory=dict)
    pairs: dict[str, float] = field(default_factory=dict)

    def add(self, texts: Iterable[str], weight: float) -> None:
        """Add the words and pairs of these texts; a term keeps its highest weight."""
        segmenter = domain_segmenter()
        for text in texts:
            for word in (*segmenter.words(text), text.lower()):
                self.words[word] = max(weight, self.words.get(word, 0.0))
            for pair in bigrams(text):
                self.pairs[pair] = max(weight, self.pairs.get(pair, 0.0))


def terms_of(question: Question) -> Terms:
    """Return what to look up for a question."""
    terms, concepts = Terms(), question.concepts
    asked = "" if question.language == "en" and concepts else form("grammar").sub(" ", question.standalone)
    terms.add([*asked.split(), *(concept.term for concept in concepts), *question.organs], ASKED)
    terms.add(official(question.standalone), SITUATION)
    other = (name for c in concepts for name in (*c.same[:NAMES], *c.near[:NAMES]))
    terms.add(other, ASKED if question.language == "en" else NEAR)
    return terms


def embedded(question: Question) -> list[tuple[str, float]]:
    """Return the texts to embed, with their weights; other names of concepts are left to the words."""
    if question.language == "en":
        names = [w for c in question.concepts for w in (c.near or c.same)]
        return [(" ".join(names[:OFFICIAL] or [question.standalone]), 1.0)]
    situation = official(question.standalone)[:OFFICIAL]
    return [(question.standalone, 1.0), *([(" ".join(situation), EMBEDDED_SITUATION)] if situation else [])]
