"""A document of the library without its text: how it is named, how it stands, what it has to do with others."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

FORMS = {"fulltext": "", "digest": "要点摘编，非原文"}


def remark(form: str) -> str:
    """Return what must stand beside any reference to a digest, in brackets; nothing for a full text.

    >>> remark("digest"), remark("fulltext")
    ('（要点摘编，非原文）', '')
    """
    return f"（{FORMS[form]}）" if FORMS.get(form) else ""


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """One document of the library without its text: what lists, scopes and citations need.

    ``amends`` and ``amended_by`` hold ``repeals`` and ``replaced_by`` too; ``unresolved`` are the documents named that
    the library does not hold. ``status`` is what was declared; ``pages`` is None where the file
    does not tell its pages; ``uncertain`` counts what a scan was not read with
    confidence; ``fetched`` is when the text was downloaded.
    """

    doc_id: str
    title: str
    doc_number: str
    issuers: tuple[str, ...]
    date: str | None
    level: str
    region: str
    form: str
    status: str
    url: str
    file: str
    pages: int | None
    clauses: int
    implements: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    effective: str | None = None
    expires: str | None = None
    expired: bool = False
    unresolved: tuple[str, ...] = ()
    uncertain: int = 0
    fetched: str = ""

    @property
    def standing(self) -> str:
        """How the document stands: as declared if not in force, else superseded, expired, amended or in_force.

        Computed from the library: what other documents say of it, and its own term.
        """
        if self.status != "in_force":
            return self.status
        if self.replaced_by:
            return "superseded"
        if self.expired:
            return "expired"
        return "amended" if self.amended_by else "in_force"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of ``kb docs``."""
        listed = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}
        return {**listed, "standing": self.standing}
