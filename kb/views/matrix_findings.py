"""What an evaluator would note of a document: nobody named, left out, other than its parent; proof on both sides."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kb import KnowledgeBase
from kb.ledger import Record
from kb.results import DocumentCard
from kb.study.findings import KINDS
from kb.study.sheets import findings_sheet, place
from kb.views.downloads import offer
from kb.views.literal import literal
from kb.views.records import record_button
from kb.views.words import plain, word

GROUPS = {
    "nobody": ("clause_without_body",),
    "missing": ("task_missing", "indicator_missing", "body_without_counterpart"),
    "differs": ("indicator_laxer", "indicator_stricter", "indicator_not_comparable"),
}
MIXED = ("differs",)  # groups of several kinds, each of which is named; the others' sentences say what they are
A_PAGE = 15  # findings
CLIP = 160  # characters of a quote
PARENT = "findings_parent"


def show_findings(kb: KnowledgeBase, chosen: Sequence[DocumentCard]) -> None:
    """Show the findings of one of the documents chosen against its parent."""
    card = chosen[0]
    others = {other.doc_id: other for other in kb.documents() if other.doc_id != card.doc_id}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        if len(chosen) > 1:
            titles = {each.doc_id: each.title for each in chosen}
            doc_id = st.selectbox(word("findings.document"), list(titles), format_func=titles.__getitem__, width=360)
            card = next(each for each in chosen if each.doc_id == doc_id)
        st.session_state.setdefault(f"{PARENT}_{card.doc_id}", _parent(kb, card))
        upper = st.selectbox(
            word("findings.parent"), ["", *(o for o in others if o != card.doc_id)], key=f"{PARENT}_{card.doc_id}",
            format_func=lambda doc_id: others[doc_id].title if doc_id else plain("findings.alone"), width=360,
            filter_mode="contains",
        )  # fmt: skip
    with st.spinner(word("findings.comparing")):
        rows = _findings(kb, kb.registry.revision(), card.doc_id, upper)
    st.caption(word("findings.note"))
    counts = {group: sum(row["finding"] in kinds for row in rows) for group, kinds in GROUPS.items()}

    def label(name: str) -> str:
        return word(f"findings.{name}") + f" {counts[name]}"

    group = st.segmented_control(
        word("findings.group"), list(GROUPS), default=next((g for g in GROUPS if counts[g]), "nobody"), required=True,
        format_func=label, key=f"findings_of_{card.doc_id}_{upper}",
        label_visibility="collapsed",
    )  # fmt: skip
    _group([row for kind in GROUPS[group] for row in rows if row["finding"] == kind], group)
    if rows:
        offer("findings", card.title, [
            ("findings", suffix, lambda: findings_sheet(rows)) for suffix in (".xlsx", ".docx", ".csv")
        ])  # fmt: skip


def _parent(kb: KnowledgeBase, card: DocumentCard) -> str:
    """Return the first document held that this one implements."""
    references = (r for r in kb.document(card.doc_id).references if r.kind == "implements")
    return next((doc_id for r in references if (doc_id := kb.resolve(r)) and doc_id != card.doc_id), "")


@st.cache_resource(show_spinner=False, max_entries=64)
def _findings(_kb: KnowledgeBase, revision: int, doc_id: str, parent: str) -> list[Record]:
    """Compare once for each library and pair of documents."""
    from kb.study.findings import findings

    if parent:
        return _kb.findings(doc_id, parent)
    return findings(_kb.current(doc_id).document, None, lambda _, texts: [0.0] * len(texts))


def _group(rows: Sequence[Record], group: str) -> None:
    if not rows:
        st.info(word(f"findings.no_{group}"), icon=":material/check:")
        return
    pages = -(-len(rows) // A_PAGE)
    number = st.pagination(pages, key=f"findings_page_{group}", max_visible_pages=5) if pages > 1 else 1
    for at, row in enumerate(rows[(number - 1) * A_PAGE : number * A_PAGE]):
        with st.container(key=f"finding_row_{at}", gap=None):
            kind = f"**{literal(KINDS[row['finding']])}**　" if group in MIXED else ""
            st.markdown(kind + literal(row["text"]))
            for side, cell in enumerate(row["evidence"]):
                record_button(place(cell), cell, key=f"finding_open_{at}_{side}")
                quote = str(cell["quote"]).strip()
                st.text(f"“{quote if len(quote) <= CLIP else quote[:CLIP] + '……'}”")
