"""Page: the documents of the library; one document with its parts; files into it; a trial of the search."""

from __future__ import annotations

import streamlit as st

from kb.errors import UnknownDocument
from kb.views.document import show_document
from kb.views.filing import show_filing
from kb.views.session import knowledge_base, may, miss, show_said
from kb.views.shelf import show_shelf
from kb.views.trial import show_trial
from kb.views.words import word

VIEWS = ("shelf", "filing", "trial")


def main() -> None:
    """Lay out the page: the document that the address names, else the view chosen."""
    st.set_page_config(layout="wide")
    kb = knowledge_base()
    cards = {card.doc_id: card for card in kb.documents()}
    show_said()
    asked = st.query_params.get("doc", "")
    if asked in cards:
        try:
            show_document(kb, cards[asked])
            return
        except UnknownDocument:  # removed between the two lines above, by another window
            pass
    st.title(word("app.library"), anchor=False)
    if asked:
        miss([asked])
    views = [view for view in VIEWS if view != "filing" or may("file")]
    first = "filing" if not cards and "filing" in views else "shelf"
    view = st.segmented_control(
        word("library.view"), views, format_func=lambda name: word(f"library.{name}"), default=first, required=True,
        key="library_view", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    if view == "shelf":
        show_shelf(list(cards.values()))
    elif view == "filing":
        show_filing(kb, list(cards.values()))
    else:
        show_trial(kb)


main()
