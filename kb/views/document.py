"""One document of the library: what it is, what can be done with it, and its parts."""

from __future__ import annotations

import streamlit as st

from ingest.document import Document
from kb import KnowledgeBase
from kb.ledger import duty_record, target_record
from kb.results import DocumentCard
from kb.views import parts
from kb.views.address import look_away
from kb.views.dialogs import show_actions
from kb.views.former import show_former
from kb.views.literal import literal, show_marked
from kb.views.outline import show_outline
from kb.views.relations import show_relations
from kb.views.session import LEVELS, standing_badge


def show_document(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Show the document of this card.

    Raises:
        UnknownDocument: it has gone meanwhile.

    """
    document = kb.document(card.doc_id)
    show_marked(f"top_{card.doc_id}", [])
    with st.container(gap=None):
        st.button("全部文件", icon=":material/arrow_back:", type="tertiary", on_click=look_away, key="back")
        st.header(literal(card.title), anchor=False)
    _facts(card)
    show_actions(kb, card)
    _parts(kb, document, card)


def _facts(card: DocumentCard) -> None:
    """Show what is known of the document, each fact under its name."""
    level = LEVELS.get(card.level, "")
    facts = {
        "文号": card.doc_number or "未见",
        "发文机关": "、".join(card.issuers) or "未见",
        "成文日期": card.date or "未见",
        "层级与地区": f"{level} {card.region}".strip() or "未见",
        "篇幅": f"{card.pages}页，{card.clauses}条" if card.pages else f"{card.clauses}条",
    }
    if card.effective:
        facts["施行日期"] = card.effective
    if card.expires:
        facts["有效期至"] = card.expires
    if card.amended_by:
        facts["修改或废止它的文件"] = "、".join(card.amended_by)
    with st.container(horizontal=True, gap="medium", key="facts"):
        for name, value in facts.items():
            with st.container(width="content", gap=None):
                st.caption(name)
                st.markdown(literal(value))
        with st.container(width="content", gap=None):
            st.caption("状态")
            with st.container(horizontal=True, gap="xsmall"):
                standing_badge(card)


def _parts(kb: KnowledgeBase, document: Document, card: DocumentCard) -> None:
    """Offer the document's parts and show the chosen one."""
    counts = {
        "outline": ("目录与条文", None),
        "tables": ("表格", len(document.tables)),
        "duties": ("责任分工", len(document.duties)),
        "targets": ("量化目标", len(document.targets)),
        "references": ("引用关系", None),
        "passages": ("检索段落", len(document.passages)),
        "repairs": ("整理记录", len(document.repairs)),
    }
    if former := kb.former(card.doc_id):
        counts["former"] = ("旧版本", len(former))
    names = {key: name if count is None else f"{name} {count}" for key, (name, count) in counts.items()}
    if st.session_state.get("library_part", "outline") not in names:  # kept from a document that had more parts
        del st.session_state["library_part"]
    part = st.segmented_control(
        "内容", list(names), format_func=names.__getitem__, default="outline", required=True, key="library_part",
        label_visibility="collapsed", persist_state="page",
    )  # fmt: skip
    if part == "outline":
        show_outline(kb, document)
    elif part == "tables":
        parts.show_tables(document)
    elif part == "duties":
        parts.show_ledger("责任分工", [duty_record(document, duty) for duty in document.duties], card.title)
    elif part == "targets":
        parts.show_ledger("量化目标", [target_record(document, t) for t in document.targets], card.title)
    elif part == "references":
        show_relations(kb, document, card)
    elif part == "passages":
        parts.show_passages(document)
    elif part == "former":
        show_former(kb, card.doc_id)
    else:
        parts.show_repairs(document)
