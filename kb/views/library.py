"""Page: the documents of the library; one document with its parts; files into it; a trial of the search."""

from __future__ import annotations

import streamlit as st

from kb.errors import UnknownDocument
from kb.views.document import show_document
from kb.views.filing import show_filing
from kb.views.literal import literal
from kb.views.session import knowledge_base, may, show_said
from kb.views.shelf import show_shelf
from kb.views.trial import show_trial

VIEWS = {"shelf": "文件", "filing": "导入", "trial": "检索测试"}


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
    st.title("文件库", anchor=False)
    if asked:
        st.warning(literal(f"库中没有链接所指的文件：{asked}，可能已被移除。"), icon=":material/link_off:")
    views = [view for view in VIEWS if view != "filing" or may("file")]
    first = "filing" if not cards and "filing" in views else "shelf"
    view = st.segmented_control(
        "内容", views, format_func=VIEWS.__getitem__, default=first, required=True,
        key="library_view", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    if view == "shelf":
        show_shelf(list(cards.values()))
    elif view == "filing":
        show_filing(kb, list(cards.values()))
    else:
        show_trial(kb)


main()
