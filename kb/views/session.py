"""What the pages of one browser session share: the open knowledge base, the scope of questions, the clause looked at.

The clause looked at lives in the address (``?doc=…&clause=…&at=start-end``), so that a link restores it; the address is
user input and is believed only after the library has confirmed it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, cast

import streamlit as st

from ingest.errors import PolicyError
from ingest.manifest import ALLOWED
from kb import KnowledgeBase
from kb.render import STATUSES
from kb.results import DocumentCard
from kb.views.account import may as may
from kb.views.account import who as who
from kb.views.account import workspace as workspace
from kb.views.guarded import Guarded
from kb.views.literal import literal
from kb.views.words import word
from kb.workspace.preferences import Preferences

LEVELS = tuple(level for level in ALLOWED["level"] if level)  # from the state to the county
STANDINGS = tuple(STATUSES)
BOX, PICKED = "box", "picked"  # in the state of the session: the question typed, and one to be asked at the next run
COLOURS: dict[str, Literal["green", "orange", "red"]] = {
    "in_force": "green", "amended": "orange", "superseded": "red", "expired": "red",
}  # fmt: skip


@st.cache_resource(show_spinner=False, on_release=KnowledgeBase.close)
def _open(home: str | None) -> KnowledgeBase:
    """Open once per server; the dictionary and the embedding model are read at the first question, or by ``warm``."""
    return KnowledgeBase.open(home)


def knowledge_base(*, guarded: bool = True) -> KnowledgeBase:
    """Return the knowledge base of KB_HOME, less what this account may not do; what is done with it is logged.

    Not ``guarded``, it is for what the page itself looks up, such as which questions to suggest.

    Raises:
        PolicyError: it cannot be opened.

    """
    kb = _open(os.environ.get("KB_HOME"))
    return cast(KnowledgeBase, Guarded(kb)) if guarded else kb


def begin(title: str, empty: str, icon: str) -> tuple[KnowledgeBase, list[DocumentCard]]:
    """Begin a page over the whole width; without cards there is nothing to show but that the library is ``empty``."""
    st.set_page_config(layout="wide")
    st.title(title, anchor=False)
    show_problem()
    kb = knowledge_base()
    cards = kb.documents()
    if not cards:
        st.info(empty, icon=icon)
    return kb, cards


def foremost(cards: Sequence[DocumentCard]) -> DocumentCard:
    """Return the document that a page begins with: the newest one in its original wording."""
    return max(cards, key=lambda card: (card.form == "fulltext", card.date or ""))


def preferences() -> Preferences:
    """Return what this person has chosen for the page."""
    return Preferences(workspace().database, who().id)


def clause_count(cards: Sequence[DocumentCard]) -> str:
    """Return how many clauses these documents have, with thousands set apart.

    >>> clause_count([])
    '0'
    """
    return f"{sum(card.clauses for card in cards):,}"


def standing_badge(card: DocumentCard) -> None:
    """Show whether a document is in force, and whether its text is the original wording."""
    st.badge(word(f"standing.{card.standing}"), color=COLOURS[card.standing])
    if card.form == "digest":
        st.badge(word("source.digest_short"), color="orange", help=word("source.digest"))


def say(what: str) -> None:
    """Have a message shown after the next run of the page: what was done is no longer to be seen."""
    st.session_state["said"] = what


def show_said() -> None:
    """Show the message that the last action left, once."""
    if said := st.session_state.pop("said", ""):
        st.success(literal(said), icon=":material/check:")


def attempt(action: Callable[[], object]) -> bool:
    """Do what a click asks for; what prevents it is shown with the page."""
    try:
        action()
    except PolicyError as error:
        st.session_state["problem"] = str(error)
        return False
    return True


def show_problem() -> None:
    """Show what the last action could not do, once."""
    if said := st.session_state.pop("problem", ""):
        st.warning(literal(said), icon=":material/error:")


def miss(doc_ids: Iterable[str]) -> None:
    """Say which documents, named by a link, the library does not have."""
    for doc_id in doc_ids:
        st.warning(word("library.missing", doc=doc_id), icon=":material/link_off:")


def problem(error: Exception) -> None:
    """Show a problem that the user can mend, in place."""
    st.warning(literal(str(error)), icon=":material/error:")
