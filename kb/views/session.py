"""What the pages of one browser session share: the open knowledge base, the scope of questions, the clause looked at.

The clause looked at lives in the address (``?doc=…&clause=…&at=start-end``), so that a link restores it; the address is
user input and is believed only after the library has confirmed it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from ingest.document import Span
from ingest.errors import PolicyError
from kb import KnowledgeBase
from kb.render import STATUSES
from kb.results import FORMS, Citation, DocumentCard
from kb.results import address_name as address_name
from kb.settings import load_settings
from kb.views.literal import literal
from kb.workspace import Workspace
from kb.workspace.preferences import Preferences
from kb.workspace.roles import LOCAL, Account

LEVELS = {"国": "国家", "省": "省级", "市": "市级", "县": "县级"}
STANDINGS = {standing: words or "现行" for standing, words in STATUSES.items()}
COLOURS: dict[str, Literal["green", "orange", "red"]] = {
    "in_force": "green", "amended": "orange", "superseded": "red", "expired": "red",
}  # fmt: skip
# 4993-5003, 4993-5003-22992c5a: the offsets, and the beginning of the SHA-256 of the file they were cited from
AT = re.compile(r"(\d{1,9})-(\d{1,9})(?:-([0-9a-f]{8}))?", re.ASCII)


@st.cache_resource(show_spinner="正在打开知识库……", on_release=KnowledgeBase.close)
def _open(home: str | None) -> KnowledgeBase:
    """Open once per server; a first search loads the dictionary and the embedding model before anybody asks."""
    kb = KnowledgeBase.open(home)
    for card in kb.documents()[:1]:
        kb.search(card.title, 1)
    return kb


def knowledge_base() -> KnowledgeBase:
    """Return the knowledge base of KB_HOME.

    Raises:
        PolicyError: it cannot be opened.

    """
    return _open(os.environ.get("KB_HOME"))


@st.cache_resource(show_spinner=False, on_release=Workspace.close)
def _open_workspace(home: str | None) -> Workspace:
    return Workspace.open(load_settings(home).home)


def workspace() -> Workspace:
    """Return what people have made with the knowledge base of KB_HOME.

    Raises:
        PolicyError: it cannot be opened.

    """
    return _open_workspace(os.environ.get("KB_HOME"))


def who() -> Account:
    """Return the account that uses this browser session; its ``id`` owns what is made, empty for the local user."""
    return LOCAL


def may(action: str) -> bool:
    """Tell whether this account may do an action (see ``kb.workspace.roles``)."""
    return who().may(action)


def preferences() -> Preferences:
    """Return what this person has chosen for the page."""
    return Preferences(workspace().database, who().id)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where questions are answered from; empty means the whole library."""

    docs: tuple[str, ...] = ()
    level: str = ""

    def covers(self, cards: Sequence[DocumentCard]) -> list[DocumentCard]:
        """Return the cards that are searched."""
        return [c for c in cards if (not self.docs or c.doc_id in self.docs) and self.level in ("", c.level)]

    def label(self, cards: Sequence[DocumentCard]) -> str:
        """Say in Chinese what is searched, as plain text."""
        if not self.docs and not self.level:
            return f"全部{len(cards)}份文件"
        covered, level = self.covers(cards), LEVELS.get(self.level, "")
        if not self.docs:
            return f"{level}{len(covered)}份文件"
        titles = "".join(f"《{card.title}》" for card in covered[:2])
        return level + titles + (f"等{len(covered)}份文件" if len(covered) > 2 else "")


def scope_sidebar(cards: Sequence[DocumentCard]) -> None:
    """Show what library is open and let the user narrow it."""
    with st.sidebar:
        st.caption(f"库中{len(cards)}份文件，{clause_count(cards)}条")
        levels = [level for level in LEVELS if any(card.level == level for card in cards)]
        level = st.pills(
            "只查这一级", levels, format_func=LEVELS.__getitem__, key="scope_level", persist_state="session"
        )
        titles = {card.doc_id: card.title for card in cards if level in (None, card.level)}
        kept = [doc_id for doc_id in st.session_state.get("scope_docs", ()) if doc_id in titles]
        st.session_state["scope_docs"] = kept
        st.multiselect(
            "只查这些文件", list(titles), format_func=titles.__getitem__, placeholder="全部文件", key="scope_docs",
            filter_mode="contains", select_all=False, persist_state="session",
        )  # fmt: skip


def scope() -> Scope:
    """Return the scope chosen in the sidebar."""
    return Scope(tuple(st.session_state.get("scope_docs", ())), st.session_state.get("scope_level") or "")


@dataclass(frozen=True, slots=True)
class Place:
    """A clause of a document, and what to highlight in it: offsets in its text, or in the former ``text`` it was."""

    doc_id: str
    path: str
    quote: Span | None = None
    text: str = ""


def place_of(citation: Citation) -> Place:
    """Return where a citation stands."""
    return Place(citation.doc_id, citation.path, Span(citation.start, citation.end))


def looked_at() -> Place | None:
    """Return the place that the address names, not yet confirmed by the library."""
    doc, path = st.query_params.get("doc", ""), st.query_params.get("clause", "")
    at = AT.fullmatch(st.query_params.get("at", ""))
    quote = Span(int(at[1]), int(at[2])) if at else None
    return Place(doc, path, quote, at[3] or "" if at else "") if doc and path else None


def look_at(place: Place) -> None:
    """Put the place into the address."""
    at = {"at": f"{place.quote.start}-{place.quote.end}{_text_of(place.doc_id)}"} if place.quote else {}
    _go(doc=place.doc_id, clause=place.path, **at)


def _text_of(doc_id: str) -> str:
    """Return the mark of the text that a document has now: the link must not point into another."""
    try:
        return f"-{knowledge_base().document(doc_id).source.sha256[:8]}"
    except PolicyError:
        return ""


def look_away() -> None:
    """Close the clause looked at."""
    _go()


def open_document(doc_id: str) -> None:
    """Put a document into the address; on the library page it is shown."""
    _go(doc=doc_id)


def _go(**address: str) -> None:
    """Change the address; the language stays in it."""
    lang = {"lang": st.query_params["lang"]} if "lang" in st.query_params else {}
    st.query_params.from_dict({**address, **lang})


def clause_count(cards: Sequence[DocumentCard]) -> str:
    """Return how many clauses these documents have, with thousands set apart.

    >>> clause_count([])
    '0'
    """
    return f"{sum(card.clauses for card in cards):,}"


def standing_badge(card: DocumentCard) -> None:
    """Show whether a document is in force, and whether its text is the original wording."""
    st.badge(STANDINGS[card.standing], color=COLOURS[card.standing])
    if form := FORMS[card.form]:
        st.badge("非原文", color="orange", help=form)


def say(what: str) -> None:
    """Have a message shown after the next run of the page: what was done is no longer to be seen."""
    st.session_state["said"] = what


def show_said() -> None:
    """Show the message that the last action left, once."""
    if said := st.session_state.pop("said", ""):
        st.success(literal(said), icon=":material/check:")


def problem(error: Exception) -> None:
    """Show a problem that the user can mend, in place."""
    st.warning(literal(str(error)), icon=":material/error:")
