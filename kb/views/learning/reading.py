"""A path through a document, clause by clause, with what its parents say of the same tasks and indicators beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ingest.document import Clause, Document, Span
from kb import KnowledgeBase
from kb.results import FORMS, DocumentCard, address_name
from kb.views.address import Place
from kb.views.grid import laid_out
from kb.views.literal import literal, show_marked
from kb.views.source import place_button
from kb.views.words import word

Rows = list[dict[str, Any]]


def show_reading(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> None:
    """Show one clause at a time, beside it the clauses of the parents that match."""
    by_id = {card.doc_id: card for card in cards}
    able = sorted(by_id, key=lambda doc_id: (not _has_parent(by_id[doc_id]), by_id[doc_id].form != "fulltext"))
    chosen = st.selectbox(
        word("lessons.document"), able, format_func=lambda doc_id: by_id[doc_id].title, key="reading_doc",
        persist_state="session",
    )  # fmt: skip
    document = kb.document(chosen)
    clauses = list(document.clauses)
    names = [f"{address_name(clause.path)} {clause.heading}".strip() for clause in clauses]
    key = f"reading_at_{chosen}"
    st.session_state[key] = min(st.session_state.get(key, min(1, len(clauses) - 1)), len(clauses) - 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            word("lessons.before"), icon=":material/arrow_back:", key="reading_before", on_click=_turn, args=(key, -1),
            disabled=st.session_state[key] == 0,
        )  # fmt: skip
        st.selectbox(
            word("lessons.clause"), range(len(clauses)), format_func=names.__getitem__, key=key, persist_state="session"
        )
        st.button(
            word("lessons.after"), icon=":material/arrow_forward:", key="reading_after", on_click=_turn, args=(key, 1),
            disabled=st.session_state[key] == len(clauses) - 1,
        )  # fmt: skip
    _clause(kb, document, clauses[st.session_state[key]], _parents(kb, document))


def _turn(key: str, step: int) -> None:
    st.session_state[key] += step


def _has_parent(card: DocumentCard) -> bool:
    """Tell whether the library holds a document that this one implements."""
    return any(name not in card.unresolved for name in card.implements)


def _parents(kb: KnowledgeBase, document: Document) -> list[str]:
    """Return the documents of the library that this one implements, in the order in which it names them."""
    named = (kb.resolve(reference) for reference in document.references if reference.kind == "implements")
    return [name for name in dict.fromkeys(named) if name and name != document.source.doc_id]


@st.cache_data(show_spinner=False, max_entries=50)
def _aligned(_kb: KnowledgeBase, docs: tuple[str, ...], texts: tuple[str, ...]) -> Rows:
    return list(_kb.align(docs))


def _clause(kb: KnowledgeBase, document: Document, clause: Clause, parents: Sequence[str]) -> None:
    columns = st.columns(2 if parents else 1, gap="medium")
    with columns[0], st.container(border=True):
        st.markdown(f"**{literal(document.source.title)}**")
        show_marked("reading_own", laid_out(document, clause.span, None))
        place_button(word("lessons.source"), Place(document.source.doc_id, clause.path), key="reading_open")
    if not parents:
        st.caption(word("lessons.no_parent"))
        return
    docs = (document.source.doc_id, *parents)
    with columns[1], st.spinner(word("lessons.aligning")):
        rows = _aligned(kb, docs, tuple(kb.document(name).source.sha256 for name in docs))
    here = [row for row in rows if row["cells"][0] and row["cells"][0]["path"] == clause.path]
    with columns[1]:
        for at, name in enumerate(parents, start=1):
            _parent(kb.document(name), at, here)


def _parent(parent: Document, at: int, rows: Rows) -> None:
    """Show what one parent says of the clause's tasks and indicators, and how that stands to the clause."""
    with st.container(border=True):
        st.markdown(f"**{literal(parent.source.title)}**")
        if form := FORMS[parent.source.form]:
            st.caption(literal(form))
        matched = [row for row in rows if row["cells"][at]]
        if not matched:
            st.caption(word("lessons.no_match"))
        paths = list(dict.fromkeys(row["cells"][at]["path"] for row in matched))
        for path in paths:
            of_path = [row for row in matched if row["cells"][at]["path"] == path]
            cell = of_path[0]["cells"][at]
            clause = parent.clause(path)
            place_button(
                f"{address_name(path)} {clause.heading}", Place(parent.source.doc_id, path), key=f"parent_{at}_{path}"
            )  # fmt: skip
            span = Span(cell["start"], cell["end"]) if len(of_path) == 1 and of_path[0]["kind"] == "target" else None
            show_marked(f"reading_text_{at}_{path}", laid_out(parent, clause.span, span))
            for row in of_path:
                if row["kind"] == "target":
                    st.caption(_compared(row, at))


def _compared(row: dict[str, Any], at: int) -> str:
    """Say what both print of an indicator, and how the parent's figure stands to the document's."""
    own, other = (
        f"{cell['relation']}{cell['value']}{cell['unit']}" for cell in (row["cells"][0], row["cells"][at])
    )  # fmt: skip
    relation = word(f"lessons.parent_{row['relations'][at - 1]}")
    return word("lessons.compared", indicator=row["indicator"], own=own, other=other) + relation
