"""What the knowledge base hands out: questions understood, hits, drafts, answers.

Scores: higher is better, comparable only within one result list. ``to_dict`` methods give the JSON of the README.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from ingest.document import FRONT, Document, Span
from kb.card import FORMS as FORMS
from kb.card import DocumentCard as DocumentCard
from kb.card import remark as remark


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing a question asks about.

    ``term`` as asked; ``same`` are its interchangeable names (itself first), ``near`` official words for an everyday
    expression. ``carried`` concepts come from an earlier question. ``weight`` is what its kind of word counts, 0 to 1:
    nouns and terms count fully, verbs less, adverbs and numerals hardly. ``required`` concepts (places, codes such as
    PM10) must be printed in the very words that answer.
    """

    term: str
    same: tuple[str, ...]
    near: tuple[str, ...] = ()
    carried: bool = False
    weight: float = 1.0
    required: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """What a question asks for as a whole: rows of the ledgers, or headings of a document's outline.

    ``of``: ``due`` (tasks and targets that end from ``first`` to ``last``, as year and month), ``undated``,
    ``unassigned`` (clauses without a body), ``bodies``, ``busiest`` (bodies with most duties, ``least`` for fewest),
    ``crowded`` (duties with most bodies) or ``targets`` (of one ``nature``, else all); ``parts`` (all of the first
    level), ``section`` (whose heading matches ``names``) or ``items`` (called ``names``, under one heading; ``count``
    of them, 0 where the question does not say). ``topic`` are the concepts that narrow it.
    """

    of: str
    first: tuple[int, int] | None = None
    last: tuple[int, int] | None = None
    nature: str = ""
    least: bool = False
    names: str = ""
    count: int = 0
    topic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood. ``standalone`` is what is really searched, after follow-up resolution and spelling.

    ``intent`` is a kind of the Answer's, ``asks`` the types of value wanted (figure, money, record:title …), ``unit``
    that asked in; ``asserted`` figures put forward, ``claim`` that something is to be confirmed or explained (对吗),
    ``issuers`` bodies whose documents are meant (工信部的规划), ``phrases`` wordings quoted, ``paragraph`` the 款
    named, ``selection`` what is asked of a whole ledger.
    """

    text: str
    standalone: str
    language: str
    intent: str
    concepts: tuple[Concept, ...] = ()
    organs: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    clause_refs: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset()
    unit: str = ""
    role: str = ""
    asserted: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    claim: bool = False
    misuse: bool = False
    paragraph: int = 0
    follows: bool = False
    selection: Selection | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked clause, with its rank from 1 in each channel or None; ``preferred`` by level or region if asked."""

    doc: DocumentCard
    path: str
    heading: str
    page: int | None
    text: str
    span: Span
    score: float
    ranks: dict[str, int | None] = field(default_factory=dict)
    preferred: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of ``kb search``."""
        return {
            "doc_id": self.doc.doc_id,
            "title": self.doc.title,
            "doc_number": self.doc.doc_number,
            "path": self.path,
            "heading": self.heading,
            "page": self.page,
            "text": self.text,
            "score": round(self.score, 6),
            "channels": {name: self.ranks.get(name) for name in ("lexical", "semantic", "exact")},
        } | ({"preferred": True} if self.preferred else {})


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of one document offered as proof."""

    doc_id: str
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, or with ``item`` one list item on a line of its own, and the quotes that prove it.

    ``introduces`` marks the sentence before a list: the items' quotes prove it and it bears no markers. ``unmarked``
    quotes are cited without a marker in the text: rows of a long list that the text only counts.
    ``echoes`` are words of the question repeated to deny them (a body, a figure that the documents do not print);
    ``derived`` are figures computed from the quotes: a difference, or the number of items. ``proved`` is False only for
    remarks that claim nothing about the documents (where something was searched).
    """

    text: str
    quotes: tuple[Quote, ...] = ()
    item: bool = False
    introduces: bool = False
    unmarked: bool = False
    echoes: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    proved: bool = True


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer proposes; ``kb.answer.verify`` turns it into an Answer, without ``answered`` into a refusal."""

    kind: str
    statements: tuple[Statement, ...]
    departments: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()
    related: tuple[Quote, ...] = ()
    composer: str = "extractive"
    answered: bool = True
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified quote, the text at ``[start:end]``; ``page`` is the clause's, ``quote_page`` its own, if known."""

    marker: int
    doc_id: str
    title: str
    doc_number: str
    path: str
    heading: str
    page: int | None
    quote: str
    start: int
    end: int
    form: str
    status: str
    url: str = ""
    quote_page: int | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One verification of an answer, in words a reviewer can follow."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """A clause near the question, shown with a refusal; not an answer."""

    doc_id: str
    path: str
    heading: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer or refusal; built only in ``kb.answer.verify``."""

    question: str
    standalone_question: str
    answered: bool
    kind: str
    text: str
    departments: tuple[str, ...]
    inherited: tuple[str, ...]
    citations: tuple[Citation, ...]
    checks: tuple[Check, ...]
    related: tuple[Related, ...]
    composer: str
    elapsed_ms: float = 0.0
    id: str = ""
    language: str = "zh"  # of the text: that of the question

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of ``kb ask``."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Return an answer that was verified before and kept by ``to_dict``.

        Raises:
            KeyError, TypeError, AttributeError: the record is none.
        """
        known: dict[str, Any] = {name: record[name] for name in cls.__dataclass_fields__ if name in record}
        for name, kind in (("citations", Citation), ("checks", Check), ("related", Related)):
            known[name] = tuple(kind(**entry) for entry in record[name])
        given: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in known.items()}
        return cls(**given)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one ``ingest`` did: ids added, unchanged, replaced; files failed, skipped, in but for some pages."""

    added: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    skipped: tuple[str, ...] = ()
    partial: tuple[Failure, ...] = ()
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of ``kb ingest``."""
        return asdict(self)


def cite(document: Document, card: DocumentCard, path: str, span: Span, marker: int = 0) -> Citation:
    """Return the citation of ``span`` in the clause at ``path``."""
    clause = document.clause(path)
    return Citation(
        marker=marker,
        doc_id=card.doc_id,
        title=card.title,
        doc_number=card.doc_number,
        path=clause.path,
        heading=clause.heading,
        page=document.page_of(clause.span.start),
        quote=document.slice(span),
        start=span.start,
        end=span.end,
        form=card.form,
        status=card.standing,
        url=card.url,
        quote_page=document.page_of(span.start),
        uncertain=any(doubt.start < span.end and span.start < doubt.end for doubt in document.uncertain),
    )


def on_page(page: int | None, form: str = "fulltext") -> str:
    """Return the end of a reference that names a page: nothing if it is not known, or of a digest.

    >>> on_page(9), on_page(None), on_page(1, "digest")
    ('，第9页', '', '')
    """
    return "" if page is None or form == "digest" else f"，第{page}页"


def address_name(path: str) -> str:
    """Return a clause's address as people say it: what stands before the first clause has no number."""
    return "文首" if path == FRONT else path
