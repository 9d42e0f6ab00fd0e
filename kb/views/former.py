"""Texts that a document had before: a link that cites one says so with the old words, and each can be read.

A link keeps the beginning of the SHA-256 of the file it was cited from, so offsets into one text are never shown as
words of another. Former texts are only shown; nothing is searched in them or answered from them.
"""

from __future__ import annotations

import streamlit as st

from kb import KnowledgeBase
from kb.results import address_name, remark
from kb.views.address import Place
from kb.views.literal import show_marked, with_quote
from kb.views.words import plain, word

DAY = len("2024-03-05")


def is_former(kb: KnowledgeBase, place: Place) -> bool:
    """Tell whether a link cites a text that the document no longer has; show the words it cites, if they are kept."""
    document = kb.document(place.doc_id)
    if not place.text or not place.quote or document.source.sha256.startswith(place.text):
        return False
    former = next((one for one in kb.former(place.doc_id) if one.sha256.startswith(place.text)), None)
    if former is None:
        st.warning(word("former.gone"), icon=":material/history:")
        return True
    said = word("former.cited", version=_version(former.version, former.form), day=former.replaced[:DAY])
    st.warning(said, icon=":material/history:")
    with st.container(border=True, key="former_quote"):
        st.caption(word("former.words", place=address_name(place.path)))
        st.text(former.text[place.quote.start : place.quote.end])
    return True


def show_former(kb: KnowledgeBase, doc_id: str) -> None:
    """Show one former text at a time, a clause of it or the whole."""
    texts = {one.version: one for one in reversed(kb.former(doc_id))}
    names = {
        n: plain("former.named", version=_version(one.version, one.form), day=one.replaced[:DAY])
        for n, one in texts.items()
    }
    former = texts[
        st.selectbox(word("former.label"), list(names), format_func=names.__getitem__, key=f"former_{doc_id}")
    ]
    st.warning(word("former.note"), icon=":material/history:")
    rows = former.outline
    labels = [plain("former.whole"), *(f"{address_name(str(row['path']))} {row['heading']}".strip() for row in rows)]
    at = st.selectbox(word("former.clause"), range(len(labels)), format_func=labels.__getitem__, filter_mode="contains")
    text = former.text if not at else former.text[int(rows[at - 1]["start"] or 0) : int(rows[at - 1]["end"] or 0)]
    with st.container(border=True):
        show_marked(f"former_text_{former.version}_{at}", with_quote(text.strip(), None))


def _version(number: int, form: str) -> str:
    return plain("former.version", number=number, remark=remark(form))
