"""A question on its way: understood, put to the documents it means, its evidence gathered and answered.

Nothing here is kept between questions; the library may change while one is answered, and it is then asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ingest.changes import Change
from ingest.document import Document, Duty
from kb.embedding import Encoder
from kb.errors import UnknownDocument
from kb.results import Answer, Citation, DocumentCard, Hit, Question
from kb.search.hybrid import Searcher
from kb.search.lexicon import explain
from kb.search.question import understand
from kb.search.reading.addresses import addressed
from kb.search.reading.compound import questions_in
from kb.search.scope import Scope, choose_scope, narrowed, outside, widened, without
from kb.settings import Settings
from kb.store import excerpts
from kb.store.registry import Registry
from kb.study.ledgers import Ledgers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kb.answer.evidence import Evidence

EVIDENCE = 60  # clauses looked at for an answer
TOGETHER = ("compare", "metadata")  # kinds whose composers answer several questions at once
KEPT = 20_000  # vectors of words and clauses kept in memory
Days = tuple[str, str]  # the first and the last as ISO dates, empty where there is no limit
ANY_DAY: Days = ("", "")
PARTS = ("semantic", "ledgers", "aliases")  # what an evaluation may leave out, to see what it is worth


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The parts of an open library that answer one question.

    For evaluation only: ``without`` leaves out some of ``PARTS``, ``hidden`` holds clauses (doc_id, path) that are
    treated as if the documents did not have them.
    """

    settings: Settings
    registry: Registry
    searcher: Searcher
    ledgers: Ledgers
    similarity: Similarity
    without: frozenset[str] = field(default=frozenset())
    hidden: frozenset[tuple[str, str]] = field(default=frozenset())

    def ask(self, text: str, history: Sequence[str], docs: Sequence[str], level: str, dated: Days = ANY_DAY) -> Answer:
        """Answer ``text`` from ``docs`` (none: all) of ``level`` (empty: any), ``dated`` within days, or refuse."""
        return self._of_parts(text, history, docs, level, dated) or self._one(text, history, docs, level, dated)

    def _of_parts(
        self, text: str, history: Sequence[str], docs: Sequence[str], level: str, dated: Days
    ) -> Answer | None:
        """Answer question by question what puts several, of different kinds or subjects; None for one question."""
        parts = questions_in(text)
        if len(parts) == 1 or self._understood(text, history).intent in TOGETHER:
            return None
        from kb.answer.joined import joined

        asked = [self._understood(part, (*history, *parts[:n])) for n, part in enumerate(parts)]
        named = [bool(question.organs) or not all(c.carried for c in question.concepts) for question in asked]
        if not all(named) and len({question.intent for question in asked}) == 1:
            return None
        answers: list[Answer] = []
        for n, part in enumerate(parts):
            same = self._where_before(asked[n], answers)
            found = self._one(part, (*history, *parts[:n]), docs or same, level, dated)
            if same and not found.answered:
                found = self._one(part, (*history, *parts[:n]), docs, level, dated)
            if n and not found.answered and not part.endswith("呢"):  # …呢 says what is asked about, not what is asked
                own = any(c.weight >= 0.5 for c in self._understood(part, ()).concepts)  # 最高多少 asks of nothing
                alone = self._one(part, (), docs, level, dated) if own else found
                found = alone if alone.answered else found
            answers.append(found)
        return joined(text, answers, named)

    def _where_before(self, asked: Question, answers: Sequence[Answer]) -> list[str]:
        """Return the documents that answered the first of several questions, where a later one names none itself."""
        if not answers or asked.levels or asked.places or self._named(asked):
            return []
        return list(dict.fromkeys(citation.doc_id for citation in answers[0].citations))

    def _one(self, text: str, history: Sequence[str], docs: Sequence[str], level: str, dated: Days) -> Answer:
        """Answer one question."""
        asked = self._understood(text, history)
        if meant := self._clause_meant(asked, history, docs, level, dated):
            docs, asked = [meant.doc_id], replace(asked, clause_refs=(meant.path,))
        for last in (False, False, True):  # a document replaced meanwhile is read again, twice at most
            before = self.registry.revision()
            try:
                found = self._answer(asked, docs, level, dated, history)
            except (KeyError, UnknownDocument):
                if last or self.registry.revision() == before:
                    raise
                continue
            if self.registry.revision() == before:
                break
        return found

    def search(self, text: str, k: int, docs: Sequence[str], prefer: Sequence[str] = ()) -> list[Hit]:
        """Return the ``k`` best clauses, best first; ``prefer`` are levels or regions to rank higher."""
        chosen = [self.registry.find(name) for name in docs]
        question = self._understood(text, ())
        named = self._named(question)
        return self.searcher.search(question, limit=k, docs=chosen or None, named=named, whole=True, prefer=prefer)

    def _clause_meant(
        self, asked: Question, history: Sequence[str], docs: Sequence[str], level: str, dated: Days
    ) -> Citation | None:
        """Return the clause that answered the last question, where a follow-up only asks who is responsible for that.

        What the last question called a thing may be far from the clause's words; it was found all the same.
        """
        carried = asked.concepts and all(c.carried for c in asked.concepts)
        if not history or not carried or asked.intent != "duty" or asked.clause_refs or asked.organs:
            return None
        before = self._answer(self._understood(history[-1], history[:-1]), docs, level, dated, history[:-1])
        places = {(citation.doc_id, citation.path) for citation in before.citations}
        return before.citations[0] if len(places) == 1 else None

    def evidence(self, text: str, docs: Sequence[str] = ()) -> tuple[Question, Evidence]:
        """Return a question understood and what of ``docs`` would answer it, for learning from; nothing is answered."""
        asked = self._understood(text, ())
        return self._evidence(asked, docs, self.registry.cards(), self._named(asked))

    def _followed(
        self, asked: Question, history: Sequence[str], cards: Sequence[DocumentCard], named: Sequence[str]
    ) -> list[str]:
        """Return the documents that the last question named, where a follow-up names none itself."""
        if not asked.follows or asked.levels or self._scope(asked, (), cards, named).named:
            return []
        earlier = self._understood(history[-1], history[:-1])
        before = self._scope(earlier, (), cards, self._named(earlier))
        return [card.doc_id for card in before.cards] if before.named else []

    def _scope(
        self, question: Question, docs: Sequence[str], cards: Sequence[DocumentCard], named: Sequence[str]
    ) -> Scope:
        """Return the documents that a question is put to: ``docs``, where the user chose them, else those it means."""
        prints = self.registry.printer()
        return choose_scope(question, cards, [*docs, *named], prints, fixed=bool(docs), tells=self._prints)

    def _answer(
        self, asked: Question, docs: Sequence[str], level: str, dated: Days, history: Sequence[str] = ()
    ) -> Answer:
        from kb.answer.compose import answer

        every, chosen = self.registry.cards(), [self.registry.find(name) for name in docs]
        cards = [c for c in every if level in ("", c.level) and _within(c, dated)]
        named = self._named(asked)
        question, evidence = self._evidence(asked, chosen or self._followed(asked, history, cards, named), cards, named)
        limited = [card for card in cards if not chosen or card.doc_id in chosen]
        others = without(every, limited)
        beyond = outside(asked, limited, others, named) if others else ()
        return answer(question, replace(evidence, beyond=beyond), self.settings, explain)

    def _evidence(
        self, question: Question, docs: Sequence[str], cards: Sequence[DocumentCard], named: Sequence[str]
    ) -> tuple[Question, Evidence]:
        """Choose documents among ``cards``, take their names out of the question, rank their clauses for the rest."""
        from kb.answer.evidence import Evidence

        scope = widened(question, self._scope(question, docs, cards, named), self._prints)
        question = addressed(narrowed(question, scope), self._paths(scope))
        semantic = "semantic" not in self.without
        cards = self.registry.cards()
        ids = [card.doc_id for card in scope.cards] if len(scope.cards) < len(cards) else None
        hits = self.searcher.search(question, limit=EVIDENCE, docs=ids, named=named, semantic=semantic)
        documents = _Lazy(self._document, dict.fromkeys(card.doc_id for card in cards))
        similarity = self.similarity if semantic else _unlike
        shown = tuple(hit for hit in hits if (hit.doc.doc_id, hit.path) not in self.hidden)
        others = without(cards, scope.cards)
        return question, Evidence(shown, documents, scope.cards, similarity, scope.missing, others, self._changes)

    def _prints(self, card: DocumentCard, name: str) -> bool:
        return self.searcher.prints(card.doc_id, name)

    def _paths(self, scope: Scope) -> list[str]:
        """Return the addresses of the documents that the question means; they number their clauses as they like."""
        cards = scope.cards if scope.named or len(scope.cards) == 1 else ()
        return excerpts.paths(self.registry.database, [card.doc_id for card in cards])

    def _understood(self, text: str, history: Sequence[str]) -> Question:
        question = understand(text, history, self.searcher.vocabulary())
        if "aliases" in self.without:
            plain = tuple(replace(c, same=c.same[:1], near=()) for c in question.concepts)
            question = replace(question, concepts=plain)
        return question

    def _document(self, doc_id: str) -> Document:
        """Return a document, less what is hidden: a hidden clause's words are blank, its rows and passages gone."""
        document = self.ledgers.document(doc_id)
        if "ledgers" in self.without:
            document = replace(document, duties=(), targets=())
        hidden = {path for doc, path in self.hidden if doc == doc_id}
        return _less(document, hidden) if hidden else document

    def _changes(self, doc_id: str) -> Sequence[Change]:
        """Return what later documents change in the words of a document."""
        return () if "ledgers" in self.without else self.ledgers.current(doc_id).changes

    def _named(self, question: Question) -> list[str]:
        """Return the documents that the question names by 文号 or title, the likeliest first."""
        return self.searcher.naming().named(question)


def _within(card: DocumentCard, dated: Days) -> bool:
    """Tell whether a document is dated within these days; one without a date lies in no days but any."""
    first, last = dated
    return dated == ANY_DAY or (bool(card.date) and first <= (card.date or "") <= (last or "9999"))


def _less(document: Document, paths: set[str]) -> Document:
    """Return the document as if it had no clauses at ``paths``; what stands elsewhere keeps its place."""
    gone = [clause.span for clause in document.clauses if clause.path in paths]
    text = document.text
    for span in gone:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]

    def unruled(duty: Duty) -> Duty:
        lost = duty.rule_span and any(span.holds(duty.rule_span) for span in gone)
        return replace(duty, inherited=(), rule_span=None) if lost else duty

    return replace(
        document,
        text=text,
        clauses=tuple(
            replace(c, parent=None) if c.parent in paths else c for c in document.clauses if c.path not in paths
        ),
        passages=tuple(p for p in document.passages if p.path not in paths),
        duties=tuple(unruled(d) for d in document.duties if d.path not in paths),
        targets=tuple(t for t in document.targets if t.path not in paths),
        references=tuple(r for r in document.references if r.path not in paths),
    )


def _unlike(query: str, texts: Sequence[str]) -> list[float]:
    """Find nothing alike."""
    return [0.0] * len(texts)


class Similarity:
    """Cosines between texts. Vectors are kept, for words and clauses come back with every question."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def __call__(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return the cosine of ``query`` with each text."""
        kept = self._vectors
        found = {text: kept.get(text) for text in (query, *texts)}
        new = [text for text, vector in found.items() if vector is None]
        fresh = dict(zip(new, self._encoder.encode(new), strict=True)) if new else {}
        if fresh:  # a new table each time: another thread may be reading this one
            self._vectors = kept | fresh if len(kept) + len(fresh) <= KEPT else fresh
        found |= fresh
        rows = np.array([found[text] for text in (query, *texts)])
        cosines: list[float] = (rows[1:] @ rows[0]).tolist()
        return cosines


class _Lazy(Mapping[str, Document]):
    """Documents by id, each read once, when looked at."""

    def __init__(self, read: Callable[[str], Document], ids: dict[str, None]) -> None:
        self._read, self._ids = read, ids
        self._known: dict[str, Document] = {}

    def __getitem__(self, doc_id: str) -> Document:
        if doc_id not in self._ids:
            raise KeyError(doc_id)
        if doc_id not in self._known:
            self._known[doc_id] = self._read(doc_id)
        return self._known[doc_id]

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._ids  # without reading it

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)
