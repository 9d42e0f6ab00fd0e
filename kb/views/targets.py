"""Page: one indicator over the levels, actual values by year, and how far each target has come.

The address names the document (``doc``) and the clause looked at.
"""

from __future__ import annotations

import streamlit as st

from kb.errors import UnknownDocument
from kb.study.entries import Stated
from kb.views.address import looked_at
from kb.views.session import foremost, knowledge_base, miss, problem, show_said
from kb.views.source import source_panel
from kb.views.targets_entry import show_entry
from kb.views.targets_levels import show_levels
from kb.views.targets_progress import show_progress
from kb.views.words import plain, word

VIEWS = ("levels", "progress", "entry")
CHOSEN = "targets_doc"


def main() -> None:
    """Lay out the page: the document, the view chosen, the clause looked at beside it."""
    kb = knowledge_base()
    st.set_page_config(layout="wide")
    st.title(word("targets.title"), anchor=False)
    show_said()
    cards = {card.doc_id: card for card in kb.documents()}
    sizes = {d: size for d, size in kb.registry.ledger_sizes("targets").items() if size and d in cards}
    if not sizes:
        st.info(word("targets.empty"), icon=":material/info:")
        return
    asked = st.query_params.get("doc", "")
    if asked and asked not in cards and not looked_at():
        miss([asked])
    if asked in sizes and asked != st.session_state.get("targets_written"):
        st.session_state[CHOSEN] = asked
    if st.session_state.get(CHOSEN) not in sizes:
        st.session_state[CHOSEN] = foremost([cards[d] for d in sizes]).doc_id

    def name(doc_id: str) -> str:
        said = plain("targets.count", count=sizes[doc_id])
        return f"{cards[doc_id].title} {cards[doc_id].doc_number}".strip() + f" · {said}"

    doc_id = st.selectbox(
        word("targets.document"), list(sizes), format_func=name, key=CHOSEN, filter_mode="contains",
        persist_state="session",
    )  # fmt: skip
    if place := looked_at():
        source_panel(kb, place)
    else:
        st.query_params["doc"] = doc_id
    st.session_state["targets_written"] = st.query_params.get("doc", "")
    view = st.segmented_control(
        word("targets.view"), VIEWS, format_func=lambda each: word(f"targets.view_{each}"), default="levels",
        required=True, key="targets_view", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    try:
        document = kb.current(doc_id).document
    except UnknownDocument as error:  # removed by another window since the cards were read
        problem(error)
        return
    stated: list[Stated] = [(document, t) for t in document.targets if not (t.change and t.change.gone)]
    if view == "levels":
        show_levels(kb, stated, [d for d in sizes if d != doc_id])
    elif view == "progress":
        show_progress(stated)
    else:
        show_entry(stated)


main()
