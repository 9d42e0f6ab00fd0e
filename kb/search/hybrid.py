"""Clauses for a question: exact addresses first, then the lexical and the semantic channel fused by position.

Exact references (文号, title, 三（九）, 第二十三条) are a channel of their own and never averaged away. Passages are
what is matched; their clauses are what is returned.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from ingest.document import Document
from ingest.words import bigrams, domain_segmenter
from kb.embedding import Encoder
from kb.results import DocumentCard, Hit, Question
from kb.search.question import content_words
from kb.search.ranking import first_seen, fuse, ranks
from kb.store.registry import Registry
from kb.store.vectors import VectorIndex

DEPTH = 200  # passages taken from each channel before fusing

ClauseKey = tuple[str, str]


class Searcher:
    """Ranks the clauses of one library; holds no per-question state."""

    def __init__(self, registry: Registry, index: VectorIndex, encoder: Encoder) -> None:
        """Stand on an open store and a loaded encoder."""
        self._registry, self._index, self._encoder = registry, index, encoder
        self._document = lru_cache(maxsize=256)(lambda doc_id, revision: registry.document(doc_id))

    def search(
        self,
        question: Question,
        *,
        limit: int = 10,
        docs: Collection[str] | None = None,
        named: Sequence[str] = (),
        semantic: bool = True,
    ) -> list[Hit]:
        """Return at most ``limit`` clauses, best first.

        ``docs`` restricts to these documents; ``named`` are those that the question names by 文号 or title; without
        ``semantic`` that channel stays empty.
        """
        channels = {
            "exact": self._exact(question, named, docs),
            "lexical": self._lexical(question, docs),
            "semantic": self._semantic(question, docs) if semantic else [],
        }
        fused = fuse({name: ranked for name, ranked in channels.items() if name != "exact"})
        scores = dict(fused)
        order = first_seen([*channels["exact"], *(key for key, _ in fused)])
        placed = {name: ranks(ranked) for name, ranked in channels.items()}
        cards = {card.doc_id: card for card in self._registry.cards()}
        hits: list[Hit] = []
        for key in [key for key in order if key[0] in cards][:limit]:  # one may have been removed meanwhile
            score = scores.get(key, 0.0) + (1.0 if key in placed["exact"] else 0.0)
            hits.append(self._hit(key, score, {name: table.get(key) for name, table in placed.items()}, cards))
        return hits

    def document(self, doc_id: str) -> Document:
        """Return a document, kept in memory until the library changes."""
        return self._document(doc_id, self._registry.revision())

    def _hit(
        self, key: ClauseKey, score: float, placed: dict[str, int | None], cards: Mapping[str, DocumentCard]
    ) -> Hit:
        document = self.document(key[0])
        clause = document.clause(key[1])
        page, text = document.page_of(clause.span.start), document.slice(clause.span).strip()
        return Hit(cards[key[0]], clause.path, clause.heading, page, text, clause.span, score, placed)

    def _lexical(self, question: Question, docs: Collection[str] | None) -> list[ClauseKey]:
        words, pairs = query_tokens(question)
        if not words and not pairs:
            return []
        return self._clauses(self._registry.search_words(words, pairs, limit=DEPTH, docs=docs))

    def _semantic(self, question: Question, docs: Collection[str] | None) -> list[ClauseKey]:
        vector = self._encoder.encode([query_text(question)])[0]
        if not vector.any():
            return []
        return self._clauses(self._index.search(vector, limit=DEPTH, docs=docs))

    def _clauses(self, found: Sequence[tuple[int, float]]) -> list[ClauseKey]:
        passages = self._registry.passages([key for key, _ in found])
        return first_seen((passage.doc_id, passage.path) for passage in passages)

    def _exact(self, question: Question, named: Sequence[str], docs: Collection[str] | None) -> list[ClauseKey]:
        """Return the clauses at the addresses given, in the documents named (else in all); else their fronts."""
        if not question.clause_refs:
            return [(doc_id, self.document(doc_id).clauses[0].path) for doc_id in named]
        scope = list(named) or (list(docs) if docs is not None else list(self._registry.doc_ids()))
        pairs = ((doc_id, ref) for ref in question.clause_refs for doc_id in scope)
        return [key for key in pairs if _has(self.document(key[0]), key[1])]


def _has(document: Document, path: str) -> bool:
    return any(clause.path == path for clause in document.clauses)


def query_text(question: Question) -> str:
    """Return the text to embed: the question's own words and the official words for them."""
    official = [
        word for c in question.concepts for word in (c.near or (c.same if question.language == "en" else c.same[1:2]))
    ]
    own = "" if question.language == "en" and official else question.standalone
    return " ".join((own, *official[:12])).strip()


def query_tokens(question: Question) -> tuple[list[str], list[str]]:
    """Return the words and the character pairs to look up: concepts with all their names, else the plain question.

    Pairs come from the words as asked only: the names of an alias would drown them.
    """
    names = [name for c in question.concepts for name in (*c.same[:6], *c.near[:6])] + list(question.organs)
    if not names:
        names = content_words(question.standalone) or [question.standalone]
    segmenter = domain_segmenter()
    words = first_seen(word for name in names for word in (*segmenter.words(name), name.lower()))
    asked = [c.term for c in question.concepts] + [near for c in question.concepts for near in c.near[:3]]
    return words, first_seen(pair for name in (asked or names) for pair in bigrams(name))
