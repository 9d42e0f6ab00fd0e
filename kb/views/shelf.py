"""The list of documents: found by words, filtered, sorted, a page at a time.

A row is a button and lines of text, not a grid: it is reached by keyboard, read aloud, and fits a telephone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import streamlit as st

from kb.results import DocumentCard
from kb.views.address import open_document
from kb.views.literal import literal
from kb.views.session import LEVELS, STANDINGS, clause_count, standing_badge

PAGE = 20  # documents
ORDERS: dict[str, tuple[Callable[[DocumentCard], str | int], bool]] = {
    "日期从新到旧": (lambda card: card.date or "", True),
    "日期从旧到新": (lambda card: card.date or "9999", False),
    "标题": (lambda card: card.title, False),
    "条款从多到少": (lambda card: card.clauses, True),
}


def show_shelf(cards: Sequence[DocumentCard]) -> None:
    """Show the documents that the words and filters keep, and how many they are."""
    if not cards:
        st.info("库中还没有文件。点上面的“导入”，把文件拖进去。", icon=":material/upload_file:")
        return
    kept = _sorted(_filtered(cards))
    counted = f"共{len(cards)}份文件，{clause_count(cards)}条"
    st.caption(counted if len(kept) == len(cards) else f"{counted}；符合条件的{len(kept)}份")
    if not kept:
        st.info("没有符合条件的文件。请换一个词，或清除筛选条件。", icon=":material/search_off:")
        return
    pages = -(-len(kept) // PAGE)
    number = min(st.session_state.get("shelf_page", 1), pages)  # fewer may be left than there were
    for card in kept[(number - 1) * PAGE : number * PAGE]:
        _row(card)
    if pages > 1:
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="shelf_page", persist_state="session")


def _row(card: DocumentCard) -> None:
    facts = [
        card.doc_number or "无文号",
        "、".join(card.issuers),
        card.date or "日期未见",
        LEVELS.get(card.level, ""),
        f"{card.clauses}条",
    ]
    with st.container(key=f"row_{card.doc_id}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.button(
                literal(card.title), key=f"open_{card.doc_id}", type="tertiary", wrap=True, on_click=open_document,
                args=(card.doc_id,),
            )  # fmt: skip
            standing_badge(card)
        st.caption("　".join(literal(fact) for fact in facts if fact))


def _filtered(cards: Sequence[DocumentCard]) -> list[DocumentCard]:
    """Show the filters and return the cards that they keep."""
    levels = [level for level in LEVELS if any(card.level == level for card in cards)]
    regions = sorted({card.region for card in cards if card.region})
    standings = [key for key in STANDINGS if any(card.standing == key for card in cards)]
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        words = st.text_input(
            "查找文件", placeholder="标题、文号、发文机关中的词", icon=":material/search:", live=True,
            type="search", key="shelf_words", on_change=_to_first_page, persist_state="session",
        )  # fmt: skip
        level = _choice("层级", levels, LEVELS.__getitem__)
        region = _choice("地区", regions, str)
        standing = _choice("状态", standings, STANDINGS.__getitem__)
        st.selectbox("排序", list(ORDERS), key="shelf_order", persist_state="session", width=150)
    sought = _folded(words or "").split()
    return [
        card for card in cards
        if level in (None, card.level) and region in (None, card.region) and standing in (None, card.standing)
        and all(word in _words(card) for word in sought)
    ]  # fmt: skip


def _choice(label: str, options: Sequence[str], name: Callable[[str], str]) -> str | None:
    chosen: str | None = st.selectbox(
        label, options, index=None, format_func=name, placeholder="全部", key=f"shelf_{label}",
        on_change=_to_first_page, persist_state="session", width=120,
    )  # fmt: skip
    return chosen


def _to_first_page() -> None:
    st.session_state.pop("shelf_page", None)


def _words(card: DocumentCard) -> str:
    return _folded(" ".join((card.title, card.doc_number, *card.issuers, card.region, card.file, card.doc_id)))


def _folded(text: str) -> str:
    """Make full- and half-width, large and small letters alike."""
    return unicodedata.normalize("NFKC", text).casefold()


def _sorted(cards: Sequence[DocumentCard]) -> list[DocumentCard]:
    """Sort as chosen; whole texts stand before digests."""
    key, late_first = ORDERS[st.session_state["shelf_order"]]
    ordered = sorted(cards, key=key, reverse=late_first)
    return sorted(ordered, key=lambda card: card.form != "fulltext")
