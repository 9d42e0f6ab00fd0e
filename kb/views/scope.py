"""Where questions are put: documents, level of government and years, as chips above the box that one click removes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from kb.results import DocumentCard
from kb.views.literal import literal
from kb.views.session import LEVELS
from kb.views.words import plain, word

FEW = 2  # chosen documents that have a chip of their own; more share one
CLIP = 24  # characters of a title on a chip


@dataclass(frozen=True, slots=True)
class Scope:
    """Where questions are answered from; empty means the whole library. Years are those of the documents' dates."""

    docs: tuple[str, ...] = ()
    level: str = ""
    since: int | None = None
    until: int | None = None

    @property
    def dated(self) -> tuple[str, str]:
        """The first and the last day, empty where there is no limit."""
        return f"{self.since}-01-01" if self.since else "", f"{self.until}-12-31" if self.until else ""

    def covers(self, cards: Sequence[DocumentCard]) -> list[DocumentCard]:
        """Return the cards that are searched."""
        return [
            c for c in cards
            if (not self.docs or c.doc_id in self.docs) and self.level in ("", c.level) and self._in_years(c)
        ]  # fmt: skip

    def label(self, cards: Sequence[DocumentCard]) -> str:
        """Say what is searched, as plain text."""
        if self == Scope():
            return plain("scope.all", count=len(cards))
        covered = self.covers(cards)
        what = [plain(f"level.{self.level}")] if self.level else []
        what += [_years(self)] if self.since or self.until else []
        if self.docs and covered:
            what.append("".join(f"《{card.title}》" for card in covered[:FEW]))
        if not self.docs or not 0 < len(covered) <= FEW:
            what.append(plain("scope.count", count=len(covered)))
        return plain("scope.comma").join(what)

    def _in_years(self, card: DocumentCard) -> bool:
        if not self.since and not self.until:
            return True
        return bool(card.date) and (self.since or 0) <= int((card.date or "0")[:4]) <= (self.until or 9999)


def scope(cards: Sequence[DocumentCard]) -> Scope:
    """Return the scope chosen, less what the library no longer has."""
    known = {card.doc_id for card in cards}
    docs = tuple(doc_id for doc_id in st.session_state.get("scope_docs") or () if doc_id in known)
    state = st.session_state
    return Scope(docs, state.get("scope_level") or "", state.get("scope_since"), state.get("scope_until"))


def show_scope(cards: Sequence[DocumentCard]) -> None:
    """Show the scope in a row: the way to change it, and a chip for each condition."""
    chosen = scope(cards)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="scope"):
        covered = chosen.label(cards) if chosen == Scope() else plain("scope.count", count=len(chosen.covers(cards)))
        label = word("scope.label", what=covered)
        popover = st.popover(
            label, icon=":material/filter_alt:", type="tertiary", key="scope_box", wrap=False,
            on_change="rerun", help=word("scope.help"),
        )  # fmt: skip
        if popover.open:  # the choices cost every question some time, and are sent to the browser with it
            with popover:
                _choices(cards, chosen)
        _chips(cards, chosen)


def _choices(cards: Sequence[DocumentCard], chosen: Scope) -> None:
    """Offer levels, years and documents, each narrowing the next."""
    levels = [level for level in LEVELS if any(card.level == level for card in cards)]
    st.pills(
        word("scope.level"), levels, format_func=lambda level: word(f"level.{level}"), key="scope_level",
        persist_state="session",
    )  # fmt: skip
    years = sorted({int(card.date[:4]) for card in cards if card.date}, reverse=True)
    with st.container(horizontal=True):
        for name in ("since", "until"):
            st.selectbox(
                word(f"scope.{name}"), years, index=None, placeholder=plain("scope.any"), key=f"scope_{name}",
                persist_state="session", width=120,
            )  # fmt: skip
    offered = Scope((), chosen.level, chosen.since, chosen.until).covers(cards)
    titles = {card.doc_id: card.title for card in cards if card in offered or card.doc_id in chosen.docs}
    st.session_state["scope_docs"] = list(chosen.docs)
    st.multiselect(
        word("scope.documents"), list(titles), format_func=titles.__getitem__, placeholder=plain("scope.whole"),
        key="scope_docs", filter_mode="contains", select_all=False, persist_state="session",
    )  # fmt: skip


def _chips(cards: Sequence[DocumentCard], chosen: Scope) -> None:
    """Show a chip for each condition; a click on it takes the condition back."""
    if chosen.level:
        _chip(word(f"level.{chosen.level}"), "level", ["scope_level"])
    if chosen.since or chosen.until:
        _chip(literal(_years(chosen)), "years", ["scope_since", "scope_until"])
    if len(chosen.docs) > FEW:
        _chip(word("scope.documents_count", count=len(chosen.docs)), "docs", ["scope_docs"])
        return
    titles = {card.doc_id: card.title for card in cards}
    for doc_id in chosen.docs:
        title = titles[doc_id]
        label = f"《{title if len(title) <= CLIP else f'{title[:CLIP]}…'}》"
        _chip(literal(label), doc_id, ["scope_docs"], doc_id)


def _chip(label: str, name: str, keys: Sequence[str], doc_id: str = "") -> None:
    st.button(
        label, icon=":material/close:", icon_position="right", key=f"chip_{name}", on_click=_drop, args=(keys, doc_id),
        help=word("scope.drop"),
    )  # fmt: skip


def _drop(keys: Sequence[str], doc_id: str) -> None:
    for key in keys:
        kept = [one for one in st.session_state.get(key) or () if one != doc_id] if doc_id else []
        st.session_state[key] = kept if key == "scope_docs" else None


def _years(chosen: Scope) -> str:
    """Return the years as words.

    A single year, an open end and both ends read differently: 2023年, 2021年以来, 2021—2023年.
    """
    if chosen.since and chosen.until:
        if chosen.since == chosen.until:
            return plain("scope.year", year=chosen.since)
        return plain("scope.years", since=chosen.since, until=chosen.until)
    return plain("scope.from", year=chosen.since) if chosen.since else plain("scope.to", year=chosen.until)
