"""Evidence for one question and how well a stretch of text covers it.

A question is a handful of concepts, each with its other names. A text covers a concept when it prints one of the names;
rare concepts weigh more than common ones. The same measure chooses clauses, sentences and ledger rows, and tells when
nothing answers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.changes import Change
from ingest.document import FRONT, Document, Duty, Span, Target
from ingest.sentences import sentence_spans
from kb.answer.kinds import asked_noun, preferred
from kb.answer.lines import lines
from kb.answer.matching import NEAR, PARTLY, matched, parts_of, words_of
from kb.results import Concept, DocumentCard, Hit, Question, Quote

HEADING = 1.35  # A concept in the heading says what the clause is about.
CARRIED = 0.5
UNPRINTED = 0.5  # What a word counts that no clause prints in any form: everyday wording, more often than a lack.
LONG = 150  # A sentence of more characters covers much because it says much, and counts less.
PRINTED = 0.5  # How far a clause must print a word for it to be said there at all.
COVER = 0.6  # The cover repeats what the document is about; its clauses say it.
# Lines that do not end like this are headings and cells; one in several parts is a sentence without its full stop, and
# 有下列情形之一的： one with its items below.
ENDED = re.compile(
    r"[。；！？.;][”’）)〕】》]*$|[”’）)〕】]$|^[^\t]{4,}[，；][^\t]{8,}$|(?:以下|下列|如下)[^。]*[：:]$"
)
MEASURED = re.compile(r".{0,2}(?:率|比例|比重|占比|规模|总量|数量|浓度)")  # 覆盖率: of what, another word says
# 截止时间为2022年2月28日, 请各单位对真实性负责: a sentence set as a heading says something, 组织保障 only names
STATES = re.compile(r"\d|^请|不得|必须|(?<![供响反适相对效])应(?=当|[由向在于为按])|由[^，]{2,}负责")
APART = re.compile(r"\s*(?:[（(\[〔【]|[^，。：:]{0,6}(?:单位|部门|分工)[：:])")  # （责任单位：… · 牵头单位：…
LIKE = 0.75  # A word of like meaning counts at most this much ...
UNLIKE, ALIKE = 0.3, 0.6  # ... from the cosine at which words have something in common to that of near synonyms.
CLAUSE = ("covered", "sentence", "alike", "ranked", "front")  # What speaks for a clause; lines.toml weighs it.
OFFICIAL = 0.4  # An official term has its names; a neighbour of it (清洁取暖 for 清洁生产) is another thing.


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a composer may use: ranked clauses, their documents, the documents in scope (best first).

    ``similarity(question, texts)`` gives one cosine per text. ``missing`` names places or documents that the question
    asks about and the library does not hold, ``beyond`` those that it holds outside the scope the asker chose. Ledgers
    are those in force; ``changes(doc_id)`` is what later documents changed in a document's words.
    """

    hits: tuple[Hit, ...]
    documents: Mapping[str, Document]
    cards: tuple[DocumentCard, ...]
    similarity: Callable[[str, Sequence[str]], Sequence[float]] = field(default=lambda text, texts: [0.0] * len(texts))
    missing: tuple[str, ...] = ()
    others: tuple[DocumentCard, ...] = ()
    changes: Callable[[str], Sequence[Change]] = field(default=lambda doc_id: ())
    beyond: tuple[str, ...] = ()

    def card(self, doc_id: str) -> DocumentCard:
        """Return the card of a document in scope or beside it."""
        return next(card for card in (*self.cards, *self.others) if card.doc_id == doc_id)

    def duties(self) -> list[tuple[Document, Duty]]:
        """Return every duty in force of the documents in scope, in printed order."""
        return [(document, duty) for document in self.scope() for duty in document.duties if _stands(duty)]

    def targets(self) -> list[tuple[Document, Target]]:
        """Return every target of the documents of the ranked clauses, and those that these change in others."""
        near = self.near()
        changed = [doc_id for document in near for doc_id in self._changed_by(document) if doc_id in self.documents]
        others = [self.documents[doc_id] for doc_id in dict.fromkeys(changed)]
        moved = [
            (other, target) for other in others if other not in near for target in other.targets
            if target.change and target.change.doc_id in {document.source.doc_id for document in near}
        ]  # fmt: skip
        return [(document, target) for document in near for target in document.targets] + moved

    def _changed_by(self, notice: Document) -> list[str]:
        """Return the ids of the documents whose words a notice changes."""
        if not notice.amendments:
            return []
        others = (card.doc_id for card in (*self.cards, *self.others) if card.doc_id != notice.source.doc_id)
        return [i for i in others if any(c.doc_id == notice.source.doc_id for c in self.changes(i))]

    def near(self) -> list[Document]:
        """Return the documents of the ranked clauses, best first: those whose targets can answer."""
        return [self.documents[doc_id] for doc_id in dict.fromkeys(hit.doc.doc_id for hit in self.hits)]

    def scope(self) -> list[Document]:
        """Return the documents in scope, best first."""
        return [self.documents[card.doc_id] for card in self.cards if card.doc_id in self.documents]


def _stands(duty: Duty) -> bool:
    return duty.change is None or not duty.change.gone


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


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence, ledger row or clause that covers the question, with its score."""

    document: Document
    path: str
    span: Span
    score: float

    @property
    def text(self) -> str:
        """The words themselves."""
        return self.document.slice(self.span)

    @property
    def quote(self) -> Quote:
        """The proof."""
        return Quote(self.document.source.doc_id, self.path, self.span)


def documents_of(clauses: Sequence[Found]) -> list[Document]:
    """Return the documents of clauses, each once, the nearest first."""
    return list({found.document.source.doc_id: found.document for found in clauses}.values())


def rank_clauses(question: Question, evidence: Evidence, measure: Measure, *, depth: int = 60) -> list[Found]:
    """Return the hit clauses, best first, by what speaks for each, weighed as learned."""
    hits = [hit for hit in evidence.hits[:depth] if hit.doc.doc_id in evidence.documents]
    addressed = bool(question.clause_refs)  # a document that is named puts its front first, which answers nothing
    weights = [float(lines()["clause"][name]) for name in CLAUSE]
    found: list[Found] = []
    for hit, shares in zip(hits, speaking(question, evidence, measure, hits), strict=True):
        score = sum(weight * share for weight, share in zip(weights, shares, strict=True))
        score += 1.0 if any(phrase in hit.text for phrase in question.phrases) else 0.0
        score += 2.0 if hit.ranks.get("exact") and (addressed or not question.concepts) else 0.0
        found.append(Found(evidence.documents[hit.doc.doc_id], hit.path, hit.span, score))
    return sorted(found, key=lambda f: -f.score)


def speaking(question: Question, evidence: Evidence, measure: Measure, hits: Sequence[Hit]) -> list[tuple[float, ...]]:
    """Return the shares ``CLAUSE`` of each clause that search found.

    That is what it covers of the question with its heading, what its best one sentence covers, how like the question
    it is, how high search put it (1 the first), and whether it is the front.
    """
    near = evidence.similarity(question.standalone, [f"{hit.heading} {hit.text[:400]}" for hit in hits])
    highest = max((hit.score for hit in hits if not hit.ranks.get("exact")), default=0.0) or 1.0
    rows: list[tuple[float, ...]] = []
    for hit, cosine in zip(hits, near, strict=True):
        text = evidence.documents[hit.doc.doc_id].text
        sentences = (text[span.start : span.end] for span in sentence_spans(text, hit.span))
        best = max(map(measure.coverage, sentences), default=0.0)
        ranked = min(1.0, max(0.0, hit.score / highest))
        rows.append((measure.coverage(hit.text, hit.heading), best, cosine, ranked, float(hit.path == FRONT)))
    return rows


def rank_sentences(
    question: Question, clauses: Sequence[Found], evidence: Evidence, measure: Measure, *, brackets: bool = False
) -> list[Found]:
    """Return the sentences of these clauses by coverage, best first; duty brackets only with ``brackets``.

    A sentence is cut at its semicolons. What the clause as a whole is about counts a little for each of its sentences.
    """
    rows: list[tuple[Found, float]] = []
    for clause in clauses:
        duties = printed_apart(clause.document, clause.path)
        for span in sentence_spans(clause.document.text, clause.span, semicolons=True):
            words = clause.document.slice(span)
            if is_heading(clause.document, clause.path, span) or not ENDED.search(words):
                continue
            if not brackets and any(
                duty.holds(span) or (span.holds(duty) and duty.start == span.start) for duty in duties
            ):
                continue
            own = measure.coverage(words) * (COVER if clause.path == FRONT else 1.0)
            own *= min(1.0, (LONG / len(words)) ** 0.25)
            rows.append((Found(clause.document, clause.path, span, own), 0.7 * own + 0.3 * min(clause.score, 1.0)))
    near = evidence.similarity(question.standalone, [row.text for row, _ in rows])
    scored = [
        Found(r.document, r.path, r.span, s + 0.25 * cosine + preferred(question, r.text))
        for (r, s), cosine in zip(rows, near, strict=True)
    ]
    return sorted(scored, key=lambda f: -f.score)


def is_heading(document: Document, path: str, span: Span) -> bool:
    """Tell whether a sentence is only the label and heading of its clause, and no more than a name."""
    clause = document.clause(path)
    words = document.slice(span).removeprefix(clause.label).strip("。 \n")
    return span.start == clause.span.start and words == clause.heading.strip("。") and not STATES.search(words)


def printed_apart(document: Document, path: str) -> list[Span]:
    """Return the duties of a clause that stand in brackets, lists or tables; one said in a sentence is its words."""
    duties = (duty for duty in document.duties if duty.path == path)
    return [duty.span for duty in duties if duty.proofs or APART.match(document.slice(duty.span))]


def heading_of(document: Document, path: str) -> str:
    """Return the heading of the clause at a known address."""
    return document.clause(path).heading
