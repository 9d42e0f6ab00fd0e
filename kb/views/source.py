"""The clause behind an answer, with its quote highlighted and its neighbours one click away.

``source_panel`` is the panel beside an answer, ``show_clause`` the clause alone for any page. The text comes from the
stored document, never from the answer, so that what is highlighted is what the document says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from ingest.document import Clause, Document, Span
from ingest.errors import PolicyError
from kb import KnowledgeBase
from kb.errors import UnknownClause, UnknownDocument
from kb.render import citation_line
from kb.results import Citation, DocumentCard, address_name, cite
from kb.views.address import Place, link_to, look_at, look_away
from kb.views.copying import Copy, show_copies
from kb.views.downloads import file_button
from kb.views.former import is_former
from kb.views.grid import laid_out
from kb.views.literal import literal, show_marked
from kb.views.session import standing_badge
from kb.views.words import plain, word

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
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="files_of_source"):
                _original(kb, place.doc_id)
                address = {name: value for name, value in st.query_params.items() if name not in ("talk", "answer")}
                st.page_link(
                    LIBRARY, label=word("source.in_library"), icon=":material/library_books:", query_params=address
                )
        except (UnknownDocument, UnknownClause):
            st.warning(word("source.missing", doc=place.doc_id, path=place.path), icon=":material/link_off:")
            st.button(word("source.close"), icon=":material/close:", on_click=look_away, key="close_source")


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
    _cited(cite(document, hit.doc, clause.path, quote or clause.span), Place(hit.doc.doc_id, clause.path, quote))
    _standing(document, hit.doc, clause)
    show_marked("clause_text", laid_out(document, span, quote))


def _shown(clause: Clause, quote: Span | None) -> Span:
    """Return the clause's own words, or with its children where the quote reaches into them."""
    return clause.extent if quote and not clause.span.holds(quote) and clause.extent.holds(quote) else clause.span


def _turning(document: Document, card: DocumentCard, clause: Clause, *, go: Go, close: Close | None) -> None:
    """Offer the clauses before and after and the way back; a row that stays in view, with what must not be missed."""
    at = document.clauses.index(clause)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="turning"):
        for step, icon, what in (
            (-1, ":material/arrow_back:", "source.before"),
            (1, ":material/arrow_forward:", "source.after"),
        ):
            if 0 <= at + step < len(document.clauses):
                other = document.clauses[at + step]
                st.button(
                    literal(address_name(other.path)), icon=icon, icon_position="left" if step < 0 else "right",
                    help=word(what, heading=other.heading), type="tertiary", on_click=go,
                    args=(Place(document.source.doc_id, other.path),), key=f"turn_{step}",
                )  # fmt: skip
        if card.form == "digest":
            st.badge(word("source.digest_short"), color="orange", help=word("source.digest"))
        st.space("stretch")
        if close:
            st.button(
                word("source.close"), icon=":material/close:", type="tertiary", on_click=close, key="close_source"
            )


def _cited(citation: Citation, place: Place) -> None:
    """Show the citation in official form; the ways to take it along stay in view: the line, with the quote, a link."""
    line = citation_line(citation)
    st.text(line)
    copies = [Copy(line, plain("source.copy_line"), line)]
    if place.quote:
        text = f"{line}：“{citation.quote}”"
        copies.append(Copy(text, plain("source.copy_quote"), plain("source.with_quote")))
    link = Copy(link_to(place), plain("source.link"), plain("source.link_help"), link=True)
    show_copies("clause_copies", *copies, link)


def _standing(document: Document, card: DocumentCard, clause: Clause) -> None:
    """Say under which headings the clause stands, and what a reader must know of its document."""
    above = " › ".join(f"{c.label}{c.heading}" for c in _ancestors(document, clause))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="standing"):
        standing_badge(card)
        st.caption(literal(card.doc_number or f"《{card.title}》"), width="content")
    if above:
        st.caption(f"{literal(above)} ›")
    if card.standing != "in_force":
        by = "、".join(card.amended_by)
        stands = plain(f"standing.{card.standing}")
        said = word("source.by", standing=stands, by=by) if by else word("source.stands", standing=stands)
        st.warning(said, icon=":material/history:")
    if card.form == "digest":
        with st.container(border=True, key="digest"):
            st.markdown(word("source.digest_check", number=card.doc_number or plain("source.original_text")))
            if card.url.startswith(("https://", "http://")):
                st.link_button(word("source.official"), card.url, icon=":material/open_in_new:")


def _original(kb: KnowledgeBase, name: str) -> None:
    """Offer the file that the document was read from; say why where it is gone."""
    card = kb.card(name)
    try:
        kept = kb.original(card.doc_id)
    except PolicyError as error:
        st.caption(literal(str(error)))
        return
    file_button(
        word("source.original"), card.file, kept.read_bytes, key="original_file", subject=card.doc_id,
        action="original", kind="tertiary",
    )  # fmt: skip


def _ancestors(document: Document, clause: Clause) -> list[Clause]:
    if clause.parent is None:
        return []
    parent = document.clause(clause.parent)
    return [*_ancestors(document, parent), parent]
