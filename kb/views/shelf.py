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
from kb.views.words import plain, word

PAGE = 20  # documents
ORDERS: dict[str, tuple[Callable[[DocumentCard], str | int], bool]] = {
    "newest": (lambda card: card.date or "", True),
    "oldest": (lambda card: card.date or "9999", False),
    "title": (lambda card: card.title, False),
    "longest": (lambda card: card.clauses, True),
}


def show_shelf(cards: Sequence[DocumentCard]) -> None:
    """Show the documents that the words and filters keep, and how many they are."""
    if not cards:
        st.info(word("shelf.empty"), icon=":material/upload_file:")
        return
    kept = _sorted(_filtered(cards))
    counted = word("shelf.counted", documents=len(cards), clauses=clause_count(cards))
    st.caption(counted if len(kept) == len(cards) else counted + word("shelf.kept", count=len(kept)))
    if not kept:
        st.info(word("shelf.nothing"), icon=":material/search_off:")
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
        card.doc_number or plain("shelf.no_number"),
        "、".join(card.issuers),
        card.date or plain("shelf.no_date"),
        plain(f"level.{card.level}") if card.level else "",
        plain("shelf.clauses", count=card.clauses),
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
            word("shelf.find"), placeholder=plain("shelf.hint"), icon=":material/search:", live=True,
            type="search", key="shelf_words", on_change=_to_first_page, persist_state="session",
        )  # fmt: skip
        level = _choice("level", levels, lambda level: word(f"level.{level}"))
        region = _choice("region", regions, str)
        standing = _choice("standing", standings, lambda standing: word(f"standing.{standing}"))
        st.selectbox(
            word("shelf.order"), list(ORDERS), format_func=lambda name: word(f"shelf.by_{name}"), key="shelf_order",
            persist_state="session", width=190,
        )  # fmt: skip
    sought = _folded(words or "").split()
    return [
        card for card in cards
        if level in (None, card.level) and region in (None, card.region) and standing in (None, card.standing)
        and all(word in _words(card) for word in sought)
    ]  # fmt: skip


def _choice(what: str, options: Sequence[str], name: Callable[[str], str]) -> str | None:
    chosen: str | None = st.selectbox(
        word(f"shelf.{what}"), options, index=None, format_func=name, placeholder=plain("shelf.all"),
        key=f"shelf_{what}", on_change=_to_first_page, persist_state="session", width=120,
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
