"""Page: who answers for which task. The matrix of bodies by tasks, one body's own list, what an evaluator would note.

The address names the documents (``doc``, several times), the body of the list (``body``) and the clause looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kb import KnowledgeBase
from kb.errors import UnknownDocument
from kb.results import DocumentCard
from kb.study.matrix import Matrix, matrix_of
from kb.views.address import looked_at
from kb.views.matrix_findings import show_findings
from kb.views.matrix_grid import show_matrix
from kb.views.matrix_unit import show_unit, unit_name
from kb.views.session import begin, foremost, miss, problem
from kb.views.source import source_panel
from kb.views.words import plain, word

VIEWS = ("all", "unit", "findings")
CHOSEN, VIEW, UNIT, WRITTEN = "matrix_docs", "matrix_view", "matrix_unit", "matrix_written"
MOST = 20  # documents in one matrix


def main() -> None:
    """Lay out the page: documents, the view chosen, the clause looked at beside it."""
    kb, cards = begin(word("matrix.title"), word("matrix.empty"), ":material/info:")
    if not cards:
        return
    place = looked_at()
    miss(_adopt_address(kb, cards) - {place.doc_id if place else ""})
    chosen = _choose_documents(kb, cards)
    if place:
        source_panel(kb, place)
    if chosen:
        _show(kb, chosen)
    else:
        st.info(word("matrix.choose"), icon=":material/info:")
    _write_address(chosen)


def _show(kb: KnowledgeBase, chosen: Sequence[DocumentCard]) -> None:
    try:
        matrix = _matrix(kb, kb.registry.revision(), tuple(card.doc_id for card in chosen))
    except UnknownDocument as error:  # removed by another window since the cards were read
        problem(error)
        return
    view = st.segmented_control(
        word("matrix.view"), VIEWS, format_func=lambda name: word(f"matrix.view_{name}"), default="all", required=True,
        key=VIEW, label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    if view == "findings":
        show_findings(kb, chosen)
    elif not matrix.tasks:
        titles = "".join(f"《{card.title}》" for card in chosen)
        st.info(word("matrix.no_duties", titles=titles), icon=":material/info:")
    elif view == "unit":
        show_unit(matrix, chosen, UNIT)
    else:
        show_matrix(matrix, chosen)


@st.cache_resource(show_spinner=False, max_entries=64)
def _matrix(_kb: KnowledgeBase, revision: int, doc_ids: tuple[str, ...]) -> Matrix:
    """Read the duties once for each library and choice of documents."""
    return matrix_of([_kb.current(doc_id).document for doc_id in doc_ids])


def _choose_documents(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> list[DocumentCard]:
    by_id, sizes = {card.doc_id: card for card in cards}, kb.registry.ledger_sizes("duties")

    def name(doc_id: str) -> str:
        said = plain("matrix.tasks", count=sizes.get(doc_id, 0))
        return f"{by_id[doc_id].title} {by_id[doc_id].doc_number}".strip() + f" · {said}"

    chosen = st.multiselect(
        word("matrix.documents"), [d for d in sizes if d in by_id], format_func=name, key=CHOSEN,
        placeholder=plain("matrix.choose_documents"), filter_mode="contains", select_all=False, max_selections=MOST,
        persist_state="session",
    )  # fmt: skip
    return [by_id[doc_id] for doc_id in chosen]


def _adopt_address(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> set[str]:
    """Take over what a link names, once, and return the documents that the library does not have.

    What the reader chose since wins over an address that this page wrote.
    """
    known = {card.doc_id for card in cards}
    named = [doc_id for doc_id in dict.fromkeys(st.query_params.get_all("doc")) if doc_id in known]
    kept = [doc_id for doc_id in st.session_state.get(CHOSEN, ()) if doc_id in known]
    if set(named) - set(kept):
        kept = named[:MOST]
    elif not kept and CHOSEN not in st.session_state:
        kept = _first(kb, cards)
    st.session_state[CHOSEN] = kept
    body = st.query_params.get("body", "")
    if body and body != st.session_state.get(WRITTEN):
        st.session_state[UNIT], st.session_state[VIEW] = body, "unit"
        st.session_state[WRITTEN] = body
    return set(st.query_params.get_all("doc")) - known


def _first(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> list[str]:
    """Return the document that the page begins with, if any assigns duties."""
    sizes = kb.registry.ledger_sizes("duties")
    stating = [card for card in cards if sizes.get(card.doc_id)]
    return [foremost(stating).doc_id] if stating else []


def _write_address(chosen: Sequence[DocumentCard]) -> None:
    """Have the address name what is shown; the document of the clause looked at comes last, as the clause asks."""
    place = looked_at()
    docs = [card.doc_id for card in chosen if not place or card.doc_id != place.doc_id]
    docs += [place.doc_id] if place else []
    body = unit_name(UNIT) if st.session_state.get(VIEW) == "unit" else ""
    if docs != st.query_params.get_all("doc"):
        st.query_params["doc"] = docs
    if body != st.query_params.get("body", ""):
        st.query_params["body"] = body
        if not body:
            del st.query_params["body"]
    st.session_state[WRITTEN] = body


main()
