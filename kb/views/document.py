"""One document of the library: what it is, what can be done with it, and its parts."""

from __future__ import annotations

import streamlit as st

from ingest.document import Document
from kb import KnowledgeBase
from kb.ledger import duty_record, target_record
from kb.results import DocumentCard
from kb.views import parts
from kb.views.address import look_away
from kb.views.arrival import to_top
from kb.views.dialogs import show_actions
from kb.views.former import show_former
from kb.views.literal import literal
from kb.views.outline import show_outline
from kb.views.relations import show_relations
from kb.views.session import standing_badge
from kb.views.words import plain, word


def show_document(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Show the document of this card.

    Raises:
        UnknownDocument: it has gone meanwhile.

    """
    document = kb.document(card.doc_id)
    to_top(card.doc_id)  # another document begins at its beginning
    with st.container(gap=None):
        st.button(word("document.back"), icon=":material/arrow_back:", type="tertiary", on_click=look_away, key="back")
        st.header(literal(card.title), anchor=False)
    _facts(card)
    show_actions(kb, card)
    _parts(kb, document, card)


def _facts(card: DocumentCard) -> None:
    """Show what is known of the document, each fact under its name."""
    level = plain(f"level.{card.level}") if card.level else ""
    unseen = plain("document.unseen")
    facts = {
        "number": card.doc_number or unseen,
        "issuers": "、".join(card.issuers) or unseen,
        "date": card.date or unseen,
        "where": f"{level} {card.region}".strip() or unseen,
        "length": (plain("document.pages", count=card.pages) if card.pages else "")
        + plain("shelf.clauses", count=card.clauses),
    }
    if card.effective:
        facts["effective"] = card.effective
    if card.expires:
        facts["expires"] = card.expires
    if card.amended_by:
        facts["changed"] = "、".join(card.amended_by)
    with st.container(horizontal=True, gap="medium", key="facts"):
        for name, value in facts.items():
            with st.container(width="content", gap=None):
                st.caption(word(f"document.{name}"))
                st.markdown(literal(value))
        with st.container(width="content", gap=None):
            st.caption(word("shelf.standing"))
            with st.container(horizontal=True, gap="xsmall"):
                standing_badge(card)


def _parts(kb: KnowledgeBase, document: Document, card: DocumentCard) -> None:
    """Offer the document's parts and show the chosen one."""
    counts: dict[str, int | None] = {
        "outline": None,
        "tables": len(document.tables),
        "duties": len(document.duties),
        "targets": len(document.targets),
        "references": None,
        "passages": len(document.passages),
        "repairs": len(document.repairs),
    }
    if former := kb.former(card.doc_id):
        counts["former"] = len(former)
    names = {
        key: word(f"document.{key}") + ("" if count is None else f" {count}") for key, count in counts.items()
    }  # fmt: skip
    if st.session_state.get("library_part", "outline") not in names:  # kept from a document that had more parts
        del st.session_state["library_part"]
    part = st.segmented_control(
        word("library.view"), list(names), format_func=names.__getitem__, default="outline", required=True,
        key="library_part", label_visibility="collapsed", persist_state="page",
    )  # fmt: skip
    if part == "outline":
        show_outline(kb, document)
    elif part == "tables":
        parts.show_tables(document)
    elif part == "duties":
        parts.show_ledger("duties", [duty_record(document, duty) for duty in document.duties], card.title)
    elif part == "targets":
        parts.show_ledger("targets", [target_record(document, t) for t in document.targets], card.title)
    elif part == "references":
        show_relations(kb, document, card)
    elif part == "passages":
        parts.show_passages(document)
    elif part == "former":
        show_former(kb, card.doc_id)
    else:
        parts.show_repairs(document)
