"""Clauses for a question: exact addresses first, then the lexical and the semantic channel fused by their scores.

Exact references (文号, title, 三（九）, 第二十三条) are a channel of their own and never averaged away. Passages are
what is matched; their clauses are what is returned: an article with its items as one (``whole``), or each by itself,
those that say most of the question first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from ingest.document import Document
from ingest.splitting import ARTICLE
from kb.embedding import Encoder
from kb.embedding.reranker import Reranker
from kb.results import Hit, Question
from kb.search.naming import Naming
from kb.search.question import Vocabulary
from kb.search.ranking import alike, covered, figures_of, first_seen, fuse, quoted, ranks, said, stated
from kb.search.terms import embedded, terms_of
from kb.store import excerpts
from kb.store.excerpts import ClauseKey, Excerpt
from kb.store.registry import Registry
from kb.store.vectors import VectorIndex

READ_AGAIN = 50  # clauses that a reranker reads
DEPTH = 100  # passages taken from each channel before fusing
SAID_BY = 10  # passages of the lexical channel that are looked at for how much of a question they print
SAYING = 0.5  # weight from which a concept's term counts for that
QUOTING = 0.5  # what a passage gains that prints the whole question in one piece
SAME = 0.7  # share of character pairs in common from which two versions of an article say the same
PREFERRED = 0.15  # what a clause of a preferred level or region gains; chosen to order near equals, no more
EVERYWHERE = 50  # documents in which an address is looked up when none is named

Channel = list[tuple[int, float]]


class _View:
    """What search shows of a library at one revision."""

    def __init__(self, registry: Registry) -> None:
        self.cards = {card.doc_id: card for card in registry.cards()}
        self.naming = Naming(registry.cards())
        self.words = cache(registry.vocabulary)  # one object while the words are the same
        self.text = lru_cache(maxsize=512)(lambda doc_id: excerpts.text(registry.database, doc_id))

    def gain(self, doc_id: str, prefer: Collection[str]) -> float:
        """Return what a clause gains because its document is of a level or region that the user prefers."""
        card = self.cards.get(doc_id)
        wanted = card and (card.level in prefer or any(name and card.region.startswith(name) for name in prefer))
        return PREFERRED if wanted else 0.0


class _Passage(NamedTuple):
    """Where a passage stands, its text, and what it gains by printing a long piece of a question, or its figures."""

    place: ClauseKey
    text: str
    gain: float


class Searcher:
    """Ranks the clauses of one library; holds no per-question state."""

    def __init__(
        self, registry: Registry, index: VectorIndex, encoder: Encoder, reranker: Reranker | None = None
    ) -> None:
        """Stand on an open store, a loaded encoder and, where the user has one, a reranker."""
        self._registry, self._index, self._encoder, self._reranker = registry, index, encoder, reranker
        self._beside = ThreadPoolExecutor(thread_name_prefix="nearest")
        self._document = lru_cache(maxsize=256)(lambda doc_id, revision: registry.document(doc_id))
        self._view = lru_cache(maxsize=1)(lambda revision, today: _View(registry))

    def close(self) -> None:
        """End the threads in which engines look; nothing can be searched afterwards."""
        self._beside.shutdown()

    def search(
        self,
        question: Question,
        *,
        limit: int = 10,
        docs: Collection[str] | None = None,
        named: Sequence[str] = (),
        semantic: bool = True,
        whole: bool = False,
        prefer: Collection[str] = (),
    ) -> list[Hit]:
        """Return at most ``limit`` clauses, best first.

        ``docs`` restricts to these documents; ``named`` are those that the question names by 文号 or title; without
        ``semantic`` that channel stays empty. ``whole`` gives an article together with its items, and of several
        versions of a document the newest in force, unless ``docs`` are given; there the reranker reads the best once
        more. ``prefer`` are levels or regions whose clauses gain ``PREFERRED``.
        """
        view, nearest = self._now(), self._nearest(question, docs) if semantic else None
        found = {"lexical": self._lexical(question, docs)}
        read = self._read(question, [key for key, _ in found["lexical"]])  # while the engine is looking
        weights = _weights(question, [passage.text for passage in islice(read.values(), SAID_BY)])
        found["semantic"] = nearest.result() if nearest else []
        read |= self._read(question, [key for key, _ in found["semantic"] if key not in read])
        scores: dict[ClauseKey, float] = {}
        for key, score in fuse(found, weights).items():
            if passage := read.get(key):
                scores[passage.place] = max(score + passage.gain, scores.get(passage.place, 0.0))
        if prefer:
            scores = {place: score + view.gain(place[0], prefer) for place, score in scores.items()}
        scope = list(named) or list(view.cards if docs is None else docs)
        exact = self._exact(question, named, scope, list(scores))
        order = first_seen([*exact, *sorted(scores, key=lambda key: -scores[key])])
        clauses = {name: [read[key].place for key, _ in channel if key in read] for name, channel in found.items()}
        placed = {name: ranks(first_seen(keys)) for name, keys in clauses.items()}
        placed["exact"] = ranks(exact)
        # More than asked for where versions may fall away.
        wanted = [key for key in order if key[0] in view.cards][: 2 * limit if whole else limit]
        hits = self._hits(view, wanted, scores, placed, question.standalone, whole)
        if prefer:
            hits = [replace(hit, preferred=view.gain(hit.doc.doc_id, prefer) > 0) for hit in hits]
        if whole and self._reranker:
            hits = reranked(hits, self._reranker, question.standalone)
        return current(hits, view.naming)[:limit] if whole and docs is None else hits[:limit]

    def document(self, doc_id: str) -> Document:
        """Return a document, kept in memory until the library changes."""
        return self._document(doc_id, self._registry.revision())

    def prints(self, doc_id: str, name: str) -> bool:
        """Tell whether a document prints a name anywhere; its text alone is read, and kept."""
        return name in self._now().text(doc_id).text

    def naming(self) -> Naming:
        """Return the names of the library's documents."""
        return self._now().naming

    def vocabulary(self) -> Vocabulary:
        """Return what the library's passages print, for spelling."""
        return Vocabulary(self._now().words, self._registry.printer())

    def _now(self) -> _View:
        return self._view(self._registry.revision(), date.today())

    def _lexical(self, question: Question, docs: Collection[str] | None) -> Channel:
        terms = terms_of(question)
        return self._registry.search_words(terms.words, terms.pairs, limit=DEPTH, docs=docs)

    def _nearest(self, question: Question, docs: Collection[str] | None) -> Future[Channel] | None:
        """Return what will be found by meaning: the engine looks in a thread beside, outside of Python's lock."""
        if not self._index.complete():  # what has vectors would come before what has none
            return None
        texts = embedded(question)
        weights = np.array([weight for _, weight in texts], dtype=np.float32)
        vector = weights @ self._encoder.encode([text for text, _ in texts])
        if not vector.any():
            return None
        return self._beside.submit(self._index.search, vector, limit=DEPTH, docs=docs, text=question.standalone)

    def _read(self, question: Question, keys: Sequence[int]) -> dict[int, _Passage]:
        """Return these passages as the question sees them, in the order given; those that are gone are left out."""
        places, asked = excerpts.places(self._registry.database, keys), question.standalone
        figures, found = figures_of(asked), dict[int, _Passage]()
        for key, text in zip(keys, self._registry.lexical.texts(keys), strict=True):
            if key in places:
                gain = QUOTING * quoted(asked, text) + (stated(asked, figures, text) if figures else 0.0)
                found[key] = _Passage(places[key], text, gain)
        return found

    def _exact(
        self, question: Question, named: Sequence[str], scope: Sequence[str], found: Sequence[ClauseKey]
    ) -> list[ClauseKey]:
        """Return the clauses at the addresses given, in the documents ``scope``; else the fronts of those named.

        An address is looked up in all documents if they are few, else among what was found.
        """
        database = self._registry.database
        if not question.clause_refs:
            fronts = excerpts.first_clauses(database, named)
            return [(doc_id, fronts[doc_id]) for doc_id in named if doc_id in fronts]
        if len(scope) > EVERYWHERE:
            return [key for ref in question.clause_refs for key in found if key[1] == ref]
        pairs = [(doc_id, ref) for ref in question.clause_refs for doc_id in scope]
        there = excerpts.clauses(database, pairs)
        return [pair for pair in pairs if pair in there]

    def _hits(
        self,
        view: _View,
        wanted: Sequence[ClauseKey],
        scores: Mapping[ClauseKey, float],
        placed: Mapping[str, Mapping[ClauseKey, int]],
        asked: str,
        whole: bool,
    ) -> list[Hit]:
        clauses = excerpts.clauses(self._registry.database, wanted)
        hits: dict[ClauseKey, Hit] = {}
        for key in wanted:
            if key in clauses:
                ranked = {name: table.get(key) for name, table in placed.items()}
                score = scores.get(key, 0.0) + (1.0 if key in placed["exact"] else 0.0)
                with suppress(KeyError):  # the document was removed meanwhile
                    for clause in self._shown(view, clauses[key], asked, whole):
                        hits.setdefault((clause.doc_id, clause.path), _hit(view, clause, score, ranked, whole))
        return list(hits.values())

    def _shown(self, view: _View, clause: Excerpt, asked: str, whole: bool) -> list[Excerpt]:
        """Return the clause, or an article and its items by themselves, those that say most of the question first."""
        if whole or clause.extent == clause.span or not ARTICLE.fullmatch(clause.label.strip()):
            return [clause]
        keys = excerpts.items(self._registry.database, clause)
        parts = [clause, *excerpts.clauses(self._registry.database, keys).values()]
        text = view.text(clause.doc_id)
        return sorted(parts, key=lambda part: -covered(asked, text.text[part.span.start : part.span.end]))


def _weights(question: Question, texts: Sequence[str]) -> dict[str, float]:
    """Weigh words by how much of the question the best of their passages prints: all of it, as much as vectors.

    Where people use words that no provision prints, what shares a stray word with them counts for little: the share
    is squared.
    """
    asked = [concept.term for concept in question.concepts if concept.weight >= SAYING] or [question.standalone]
    share = max((said(asked, text) for text in texts), default=0.0) ** 2
    return {"lexical": share / (1 + share), "semantic": 1 / (1 + share)}


def current(hits: Sequence[Hit], naming: Naming) -> list[Hit]:
    """Leave out what an older version of a document says like the newest one in force that was found too.

    What stands at an address that was asked for, the front of a 文号 for one, gives way only to another such place.
    """
    kept: list[Hit] = []
    for hit in hits:
        order = naming.versions(hit.doc.doc_id)
        newer = order[: order.index(hit.doc.doc_id)]
        rivals = [o for o in hits if o.doc.doc_id in newer and (o.ranks["exact"] or not hit.ranks["exact"])]
        if not any(alike(hit.text, other.text) >= SAME for other in rivals):
            kept.append(hit)
    return kept


def _hit(view: _View, clause: Excerpt, score: float, ranked: dict[str, int | None], whole: bool) -> Hit:
    text = view.text(clause.doc_id)
    span = clause.extent if whole and ARTICLE.fullmatch(clause.label.strip()) else clause.span
    said, page = text.text[span.start : span.end].strip(), text.page_of(span.start)
    return Hit(view.cards[clause.doc_id], clause.path, clause.heading, page, said, span, score, ranked)


def reranked(hits: Sequence[Hit], reranker: Reranker, asked: str) -> list[Hit]:
    """Return hits with the best of them in the order of the reranker; those at an exact address stay first."""
    exact = [hit for hit in hits if hit.ranks.get("exact")]
    others = [hit for hit in hits if not hit.ranks.get("exact")]
    read, rest = others[:READ_AGAIN], others[READ_AGAIN:]
    scores = reranker(asked, [f"{hit.doc.title} {hit.heading} {hit.text}" for hit in read]) if read else []
    read = sorted((replace(hit, score=s) for hit, s in zip(read, scores, strict=True)), key=lambda hit: -hit.score)
    low = min(scores, default=0.0)
    return [*exact, *read, *(replace(hit, score=low * hit.score / (1 + hit.score)) for hit in rest)]
