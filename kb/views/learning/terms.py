"""The glossary page: terms with their names and an explanation, and the clauses of the library that use them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ingest.document import FRONT, Document, Span
from ingest.glossary import Term, glossary
from ingest.sentences import sentence_spans
from kb import KnowledgeBase
from kb.results import DocumentCard, address_name
from kb.views.address import Place
from kb.views.literal import literal
from kb.views.source import place_button
from kb.views.words import plain, word

PAGE = 12  # terms
PLACES = 4  # clauses shown of one term


def show_terms(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> None:
    """Show the terms that words and heading keep, a page at a time."""
    st.caption(word("lessons.terms_note"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sought = st.text_input(
            word("lessons.find_term"), key="term_words", live=True, icon=":material/search:", max_chars=40,
            persist_state="session", on_change=_first_page,
        )  # fmt: skip
        heads = list(dict.fromkeys(term.category for term in glossary()))
        head = st.selectbox(
            word("lessons.heading"), heads, index=None, placeholder=plain("lessons.all"), key="term_head", width=280,
            persist_state="session", on_change=_first_page,
        )  # fmt: skip
    needle = (sought or "").strip().casefold()
    kept = [
        term for term in glossary()
        if head in (None, term.category)
        and any(needle in name.casefold() for name in (*term.names, *term.lay, *term.en))
    ]  # fmt: skip
    if not kept:
        st.info(word("lessons.no_term"), icon=":material/search_off:")
        return
    pages = -(-len(kept) // PAGE)
    at = min(st.session_state.get("term_page", 1), pages)
    documents = [kb.document(card.doc_id) for card in cards if card.form == "fulltext"][:20]
    for term in kept[(at - 1) * PAGE : at * PAGE]:
        _term(term, documents)
    if pages > 1:
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="term_page", persist_state="session")


def _first_page() -> None:
    st.session_state.pop("term_page", None)


def _term(term: Term, documents: Sequence[Document]) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{literal(term.zh)}**　{literal('、'.join(term.en[:1]))}")
        st.markdown(literal(term.explain))
        if term.aliases:
            st.caption(word("lessons.aliases", names="、".join(term.aliases)))
        with st.container(horizontal=True, gap="small"):
            for document, path, span in _places(term, documents):
                label = f"{document.source.number or document.source.title} {address_name(path)}"
                place_button(
                    label,
                    Place(document.source.doc_id, path, span),
                    key=f"term_{term.zh}_{document.source.doc_id}_{path}",
                )


def _places(term: Term, documents: Sequence[Document]) -> list[tuple[Document, str, Span]]:
    """Return the first clauses that use the term, each with the sentence."""
    found = []
    for document in documents:
        for clause in document.clauses:
            words = document.slice(clause.span)
            name = next((name for name in term.names if name in words), None)
            if clause.path == FRONT or name is None:
                continue
            at = clause.span.start + words.index(name)
            sentences = sentence_spans(document.text, clause.span)
            found.append((document, clause.path, next((s for s in sentences if s.start <= at < s.end), clause.span)))
            if len(found) == PLACES:
                return found
    return found
