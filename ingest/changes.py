"""The nouns of lineage: a document's own term, what it changes in others, what others change in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.document import Duty, Span, Target


@dataclass(frozen=True, slots=True)
class Validity:
    """From which day and up to which day (inclusive) a document says that it is in force, and where it says so."""

    effective: date | None = None
    expires: date | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change that the sentence at ``span`` makes to another document, named by number or title.

    ``kind``: words (“X”修改为“Y”), value (目标由A调整为B), body (牵头单位由甲调整为乙), clause (第×条修改为), insert
    (“X”后增加“Y”), delete or add. ``target_path`` is the address in that document, empty where none is given.
    ``subject`` is the indicator, role or task it is said of, ``old`` and ``new`` the words before and after.
    """

    path: str
    span: Span
    kind: str
    number: str
    title: str
    target_path: str = ""
    subject: Span | None = None
    old: Span | None = None
    new: Span | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a later document does to a stretch of this one; only a library knows it, ``parse`` leaves it out.

    ``at`` is what it changes here, ``now`` the words in force instead (empty where deleted). ``doc_id`` to ``page`` say
    which document changes it and where, ``quote`` in its words. ``was`` is the row of the ledger as printed.
    ``undecided`` tells that ``others`` contradict it and no date settles which holds; else they are its forerunners.
    """

    doc_id: str
    doc_number: str
    title: str
    dated: date | None
    path: str
    span: Span
    quote: str
    page: int | None
    at: Span
    kind: str
    old: str = ""
    new: str = ""
    now: str = ""
    gone: bool = False
    undecided: bool = False
    was: Target | Duty | None = None
    others: tuple[Change, ...] = ()
