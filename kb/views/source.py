"""One clause with its quote highlighted: where it stands, how to cite it, what comes before and after.

Shown beside an answer and in the library. A digest says that it is not the original wording. The text comes from the
stored document, never from the answer, so that what is highlighted is what the document says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from ingest.document import Clause, Document, Span
from kb import KnowledgeBase
from kb.errors import UnknownClause, UnknownDocument
from kb.render import STATUSES, citation_line
from kb.results import FORMS, DocumentCard, cite
from kb.views.former import is_former
from kb.views.grid import laid_out
from kb.views.literal import literal, show_marked
from kb.views.session import Place, address_name, look_at, look_away

LIBRARY = Path(__file__).with_name("library.py")
Go = Callable[[Place], None]
Close = Callable[[], None]


def place_button(label: str, place: Place, *, key: str) -> None:
    """Show a link that opens the clause at ``place``."""
    st.button(literal(label), key=key, type="tertiary", on_click=look_at, args=(place,), wrap=True)


def source_panel(kb: KnowledgeBase, place: Place) -> None:
    """Show the clause at ``place`` with a button to close it; say so where there is none."""
    with st.container(border=True, key="source", gap="xsmall"):
        try:
            quote = None if is_former(kb, place) else place.quote
            show_clause(kb, Place(place.doc_id, place.path, quote), go=look_at, close=look_away)
            address = dict(st.query_params)
            st.page_link(LIBRARY, label="在文件库中打开", icon=":material/library_books:", query_params=address)
        except (UnknownDocument, UnknownClause):
            missing = f"库中没有链接所指的条款：{place.doc_id} {place.path}。请在“文件库”中查找。"
            st.warning(literal(missing), icon=":material/link_off:")
            st.button("关闭", icon=":material/close:", on_click=look_away)


def show_clause(kb: KnowledgeBase, place: Place, *, go: Go, close: Close | None = None) -> None:
    """Show one clause; ``go`` is called with the neighbour that the user turns to.

    Raises:
        UnknownDocument, UnknownClause: the library does not have it.

    """
    hit = kb.clause(place.doc_id, place.path)
    document = kb.document(hit.doc.doc_id)
    clause = document.clause(hit.path)
    span = _shown(clause, place.quote)
    quote = place.quote if place.quote and span.holds(place.quote) else None
    _turning(document, hit.doc, clause, go=go, close=close)
    st.markdown(f"#### {literal(f'{address_name(clause.path)} {clause.heading}')}")
    st.code(citation_line(cite(document, hit.doc, clause.path, quote or clause.span)), language=None, wrap_lines=True)
    _standing(document, hit.doc, clause)
    show_marked("clause_text", laid_out(document, span, quote))


def _shown(clause: Clause, quote: Span | None) -> Span:
    """Return the clause's own words, or with its children where the quote reaches into them."""
    return clause.extent if quote and not clause.span.holds(quote) and clause.extent.holds(quote) else clause.span


def _turning(document: Document, card: DocumentCard, clause: Clause, *, go: Go, close: Close | None) -> None:
    """Offer the clauses before and after and the way back; a row that stays in view, with what must not be missed."""
    at = document.clauses.index(clause)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="turning"):
        for step, icon, what in ((-1, ":material/arrow_back:", "上一条"), (1, ":material/arrow_forward:", "下一条")):
            if 0 <= at + step < len(document.clauses):
                path = document.clauses[at + step].path
                st.button(
                    literal(address_name(path)), icon=icon, icon_position="left" if step < 0 else "right", help=what,
                    type="tertiary", on_click=go, args=(Place(document.source.doc_id, path),), key=f"turn_{step}",
                )  # fmt: skip
        if form := FORMS[card.form]:
            st.badge("非原文", color="orange", help=form)
        st.space("stretch")
        if close:
            st.button("关闭", icon=":material/close:", type="tertiary", on_click=close, key="close_source")


def _standing(document: Document, card: DocumentCard, clause: Clause) -> None:
    """Say under which headings the clause stands, and what a reader must know of its document."""
    if above := _ancestors(document, clause):
        st.caption(literal(" › ".join(f"{c.label}{c.heading}" for c in above)) + " ›")
    if card.standing != "in_force":
        by = f"：{'、'.join(card.amended_by)}" if card.amended_by else ""
        st.warning(literal(f"{STATUSES[card.standing]}{by}，请核对现行规定。"), icon=":material/history:")
    if card.form == "digest":
        with st.container(border=True, key="digest"):
            st.markdown(f"这份文本是**{FORMS['digest']}**，引用前请核对{literal(card.doc_number or '原文')}。")
            if card.url.startswith(("https://", "http://")):
                st.link_button("打开官方原文", card.url, icon=":material/open_in_new:")


def _ancestors(document: Document, clause: Clause) -> list[Clause]:
    if clause.parent is None:
        return []
    parent = document.clause(clause.parent)
    return [*_ancestors(document, parent), parent]
