"""Which of the offences that a law states is the deed that a question names.

The deed stands in the sanction (``offences``), or in the article that it says is broken (``broken``), or in a rule
whose own words it repeats (不得分设重点班 · 分设重点班的). People name deeds in words that no provision prints; so
beside the words covered it counts how high search put the deed or its rule. Where no offence is told by its words, the
one that search put first is meant, if what it put first is likely to answer and the two have enough in common.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.words import bigrams
from kb.answer.evidence import Evidence, Found, documents_of
from kb.answer.laws.broken import rules_broken
from kb.answer.laws.offences import GRADE, Offence, offences
from kb.answer.laws.provisions import ARTICLE, SANCTION, Paragraph, article_of, asked_about, paragraphs
from kb.answer.likely import unlikely
from kb.answer.measure import Measure
from kb.results import Question

COVERED = 0.5  # Share of the question's weight, words of sanctions left out, that the deed must cover, ...
ENOUGH = 1.05  # ... and what that share and the cosine of question and deed must come to.
FOUND = 0.78  # ... at least, where search put it first and what it put first is likely to answer.
FIRST = 0.95  # How high search puts what it puts first, as a share of the score of the clause before it.
REFERRED = 0.9  # What is said of the deed in the article that is broken counts a little less.
OWN = 0.3  # ... and only where the behaviour itself covers this much, or names nothing but the article.
# 违反本条例第五条规定 · 违反本办法第五条规定，其他法律、法规有规定的: not 有第五条所列行为，从事犯罪活动
BARE = re.compile(r"(?:违反|有)[^，。；]*(?:规定|情形|行为)(?:之一)?(?:$|，(?:其他)?法律)")
DOCUMENTS = 3
ECHOES = 0.6  # Share of a behaviour's character pairs that a rule prints whose breach it is, ...
RULES = 5  # ... among the clauses that search found first.
BINDS = re.compile(
    r"(?:不得|禁止|严禁|应当|必须)(?![^，。；]*条件：)"
)  # 应当符合下列条件：… is broken by no item of it
PART = re.compile(r"[^，；]+")
SHAPE = re.compile(r"违反(?:本[一-鿿]{1,3})?(?:的有关)?规定，?|^第[一-鿿]+条")  # 违反本条例规定，: of every behaviour


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far an offence is the one asked about: by words, by meaning, by how high search put it; 1 each at most.

    ``rule`` is where the deed stands, a lead with its item or a sentence, if the offence says it less well.
    """

    offence: Offence
    covered: float
    alike: float
    ranked: float
    rule: tuple[Found, ...] = ()

    @property
    def score(self) -> float:
        """What speaks for it, together."""
        return self.covered + self.alike + self.ranked

    @property
    def told(self) -> bool:
        """Tell whether its words alone say that it is meant."""
        return self.covered >= COVERED and self.covered + self.alike >= ENOUGH


def deeds(question: Question, evidence: Evidence, measure: Measure, clauses: Sequence[Found]) -> list[Likeness] | None:
    """Return the offences that may be meant, the likeliest first; None where no document found states any."""
    stated = [offence for document in documents_of(clauses)[:DOCUMENTS] for offence in offences(document)]
    if not stated:
        return None
    asked = Measure(replace(question, concepts=asked_about(question)), evidence)
    like = Likening(question, evidence, asked, clauses)
    ranked = [like.best(offence) for offence in stated]
    meant = [likeness for likeness in ranked if likeness.told]
    if not meant and not all(unlikely(kind, question, evidence, measure, clauses) for kind in ("article", "measure")):
        meant = _first([*ranked, *like.repeated()], clauses[0])
    return sorted(meant, key=lambda row: -row.score)


def _first(ranked: Sequence[Likeness], first: Found) -> list[Likeness]:
    """Return the offences of the document found first, if the one that search put first is like enough."""
    own = [o for o in ranked if o.offence.document is first.document and not GRADE.match(o.offence.behaviour)]
    best = max(own, key=lambda o: o.score, default=None)
    return own if best and best.ranked >= FIRST and best.covered + best.alike >= FOUND else []


@dataclass(frozen=True, slots=True)
class Likening:
    """One question, to be compared with offences."""

    question: Question
    evidence: Evidence
    asked: Measure
    clauses: Sequence[Found]

    def best(self, offence: Offence) -> Likeness:
        """Return how far the behaviour, or a rule that it names, is the one asked about."""
        rules = _said(rules_broken(offence.document, offence.behaviour))
        return max(
            (self._of(offence, *rule) for rule in [((), offence.behaviour), *rules]), key=lambda like: like.score
        )

    def repeated(self) -> list[Likeness]:
        """Return how far the rules among the clauses found first are meant, each with the offence that repeats it."""
        document = self.clauses[0].document
        found = [f for f in self.clauses[:RULES] if f.document is document and ARTICLE.match(f.path)]
        near = {article.path: article for article in map(article_of, found)}.values()
        duties = (article for article in near if not SANCTION.search(document.slice(article.extent)))
        rules = [p for article in duties for p in paragraphs(document, article) if BINDS.search(p.sentences[-1].text)]
        stated = [offence for offence in offences(document) if not GRADE.match(offence.behaviour)]
        likely: list[Likeness] = []
        for rule, words in _said(rules):
            share, at = max(((_echoed(o.behaviour, words), n) for n, o in enumerate(stated)), default=(0.0, 0))
            if share >= ECHOES:
                likely.append(self._of(stated[at], rule, words))
        return likely

    def _of(self, offence: Offence, rule: tuple[Found, ...], words: str) -> Likeness:
        covered = self.asked.coverage(words) * (REFERRED if rule else 1.0)
        alike = self.evidence.similarity(self.question.standalone, [words])[0]
        return Likeness(offence, covered, alike, self._ranked(offence, rule), rule)

    def _ranked(self, offence: Offence, rule: Sequence[Found]) -> float:
        """Return how high search put the behaviour or the rule, as a share of the clause put first."""
        own = offence.spans[:2][-1]  # of a lead and its item the item
        starts = [own.start, *(found.span.start for found in rule)]
        mine = (f for f in self.clauses if f.document is offence.document)
        placed = (f.score for f in mine if any(f.span.start <= start < f.span.end for start in starts))
        return max(placed, default=0.0) / self.clauses[0].score


def _said(rules: Sequence[Paragraph]) -> list[tuple[tuple[Found, ...], str]]:
    """Return each rule of paragraphs and its words: parts of sentences, for one may hold many; items with leads."""
    alone = [said for rule in rules for said in rule.sentences[: -1 if rule.items else None]]
    parts = [((said,), part) for said in alone for part in PART.findall(said.text)]
    return parts + [
        ((lead := rule.sentences[-1], item), lead.text + item.text) for rule in rules for item in rule.items
    ]


def _echoed(behaviour: str, rule: str) -> float:
    """Return the share of a behaviour's character pairs that stand in a rule.

    >>> _echoed("违反本条例规定，分设重点班和非重点班", "学校不得分设重点班和非重点班。")
    1.0
    >>> _echoed("违反本条例规定，开除学生", "学校不得分设重点班和非重点班。")
    0.0
    """
    pairs = set(bigrams(SHAPE.sub("", behaviour)))
    return len(pairs & set(bigrams(rule))) / max(1, len(pairs))
