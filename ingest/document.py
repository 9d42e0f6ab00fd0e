"""The nouns: what a policy document is once it has been read.

Everything extracted is a half-open span of one canonical text, ``Document.text``, so that every claim can be checked by
slicing. Positions are character offsets; pages count from 1. All types are frozen and built complete.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from ingest.changes import Amendment, Change, Validity

FRONT = "0"  # the path of the front: cover, title and preamble


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open character range ``[start, end)`` of ``Document.text``."""

    start: int
    end: int

    def holds(self, other: Span) -> bool:
        """Tell whether ``other`` lies inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read and what is declared about it; empty fields are filled from the masthead.

    ``doc_id`` survives a corrected file. ``form`` is ``fulltext`` or ``digest`` (要点摘编, not the original wording).
    ``level`` is one of 国, 省, 市, 县 or empty; ``status`` one of in_force, amended, superseded.
    """

    doc_id: str
    path: Path
    sha256: str
    title: str = ""
    number: str = ""
    issuers: tuple[str, ...] = ()
    dated: date | None = None
    level: str = ""
    region: str = ""
    form: str = "fulltext"
    status: str = "in_force"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table as a reader finds it; ``row`` and ``column`` count from 0, a merged cell covers several."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One visual line. ``left``, ``right``, ``top``, ``size`` in points (PDF) or character cells (text files).

    A line with ``cells`` is one row of a table (row 0 begins the next table): the cells that begin in this row, with
    ``text`` their texts joined by tabs, one field per grid column. ``confidence``: how likely a recogniser
    got every character right. ``after`` tells what parts the line from the one before, where a file that keeps
    paragraphs says so: ``paragraph``, a ``break`` by hand inside one, or the end of a ``page`` in mid-sentence.
    """

    text: str
    page: int
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    size: float = 0.0
    cells: tuple[Cell, ...] = ()
    confidence: float = 1.0
    after: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Page:
    """What every reader yields. ``hard_wrapped``: line ends are layout; ``paged``: the file tells its pages apart."""

    number: int
    width: float
    lines: tuple[Line, ...]
    hard_wrapped: bool = True
    broken_tables: tuple[float, ...] = ()  # tops of those that were not made out
    paged: bool = True
    unread: bool = False  # a picture left out, because its recognition did not come to an end


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that cleaning made: ``before`` in the file became ``after`` in the canonical text."""

    kind: str
    page: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell in the canonical text: what it holds stands at ``span`` (empty where it is blank); rows count from 0."""

    span: Span
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table in the canonical text: one paragraph a row, a tab between the columns, merged cells printed once.

    ``caption`` is the paragraph above that names it, if any. A table that goes on over a page is one table; headers
    printed again on the next page are dropped from the text as a repair.
    """

    path: str
    span: Span
    caption: Span | None
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class Masthead:
    """版头 and 成文信息 as printed (GB/T 9704-2012): title, 发文字号, issuers, date; empty where not printed."""

    title: str = ""
    number: str = ""
    issuers: tuple[str, ...] = ()
    dated: date | None = None
    body_start: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    """A node of the outline. ``path`` is the printed address joined from the top (``三（九）``); ``0`` is the front.

    ``span`` covers its own words (label and heading included), ``extent`` its children too; ``level`` counts from 1.
    """

    ordinal: int
    level: int
    label: str
    path: str
    heading: str
    span: Span
    extent: Span
    parent: str | None = None

    def words(self, text: str) -> Span:
        """Return where the clause's own words stand behind its label; ``text`` is the document's."""
        return Span(self.span.start + text.startswith(self.label, self.span.start) * len(self.label), self.span.end)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one clause, bounded in size, that is indexed. The breadcrumb is indexed but never quoted."""

    ordinal: int
    path: str
    span: Span
    breadcrumb: str


@dataclass(frozen=True, slots=True)
class Body:
    """A party named in a duty, as printed.

    ``role``: lead (牵头), support (配合) or responsible. ``kind``: department, zone (开发区, 管委会), local (地方政府).
    ``canonical`` is the registered name joined through ``organs.toml``; empty where unknown.
    """

    name: str
    role: str
    kind: str
    canonical: str = ""

    @property
    def joining(self) -> str:
        """The name by which the body is compared: the registered one, which tells the level that a list elides."""
        return self.canonical or self.name


@dataclass(frozen=True, slots=True)
class Duty:
    """One responsibility: the bracket, table row or sentence at ``span`` governs the text at ``task_span``.

    ``shared`` keeps 等 and 按职责分工 (an open or divided list); ``inherited`` names bodies bound by a standing rule
    said elsewhere, whose wording is at ``rule_span``; ``deadline`` is as printed; ``proofs``: header, merged cells.
    """

    path: str
    ordinal: int
    span: Span
    task_span: Span
    bodies: tuple[Body, ...]
    phrase: str
    shared: bool = False
    open_ended: bool = False
    inherited: tuple[str, ...] = ()
    rule_span: Span | None = None
    deadline: str | None = None
    proofs: tuple[Span, ...] = ()
    change: Change | None = None

    def named(self, *, role: str | None = None, local: bool = False) -> tuple[str, ...]:
        """Names in printed order: departments and zones of ``role``, or with ``local`` the local governments."""
        wanted = [b for b in self.bodies if (b.kind == "local") == local and role in (None, b.role)]
        return tuple(b.name for b in wanted)


@dataclass(frozen=True, slots=True)
class Target:
    """A quantified goal. ``relation`` is the printed wording (下降, 控制在…以内); ``nature`` 约束性/预期性 or None.

    ``carried`` names the fields (``deadline_year``) taken over from the sentence before, not printed in ``span``.
    ``proofs`` is what a table prints in other rows and the row needs, as in ``Duty``.
    """

    path: str
    span: Span
    indicator: str
    relation: str
    value: Decimal
    value_max: Decimal | None = None
    unit: str = ""
    baseline_year: int | None = None
    deadline_year: int | None = None
    nature: str | None = None
    carried: tuple[str, ...] = ()
    proofs: tuple[Span, ...] = ()
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """What looks like a ledger entry and could not be read: kept whole as text at ``span``, with the reason."""

    path: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document named: ``kind`` is implements, cites, amends, repeals or replaces, ``dated`` the day it ends."""

    path: str
    span: Span
    kind: str
    number: str
    title: str
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document. Page ``i + 1`` begins at ``page_starts[i]``, if any is known; ``uncertain``: recognised so."""

    source: Source
    text: str
    page_starts: tuple[int, ...]
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    duties: tuple[Duty, ...] = ()
    targets: tuple[Target, ...] = ()
    references: tuple[Reference, ...] = ()
    tables: tuple[Table, ...] = ()
    unread: tuple[Unread, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    validity: Validity = Validity()
    uncertain: tuple[Span, ...] = ()
    repairs: tuple[Repair, ...] = field(default=(), repr=False)

    def slice(self, span: Span) -> str:
        """Return the canonical text at ``span``."""
        return self.text[span.start : span.end]

    def page_of(self, offset: int) -> int | None:
        """Return the page (from 1) of the character at ``offset``; None if not known. A digest is one of its own."""
        known = self.page_starts or self.source.form == "digest"
        return max(1, bisect_right(self.page_starts, offset)) if known else None

    def clause(self, path: str) -> Clause:
        """Return the clause with this address; raise KeyError where no clause has it."""
        for clause in self.clauses:
            if clause.path == path:
                return clause
        raise KeyError(path)
