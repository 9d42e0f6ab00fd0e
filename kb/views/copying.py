"""Copying with one click: a citation, an answer, a link; and the sources of an answer, each with its own citation.

Streamlit's own copy buttons use ``navigator.clipboard``, which browsers withhold from pages served by plain http to
another machine, and say nothing when it fails. This small component falls back to a selection, and says how it went.
All sources of an answer are one element: a conversation shows many, and each element costs every question some time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from kb.views.address import Place, link_to, look_at
from kb.views.component import component
from kb.views.literal import one_line
from kb.views.words import plain

CLIP = 120  # characters of a quote, or of a clause, shown below its place


@dataclass(frozen=True, slots=True)
class Copy:
    """A text to copy, or the query of a ``link`` to this page; ``name`` says what, where the label is short."""

    text: str
    label: str = ""
    name: str = ""
    link: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A place as a link that opens it, its words below, and the citation to copy beside it, if there is one."""

    label: str
    place: Place
    words: str
    copy: Copy | None = None


def show_copies(key: str, *copies: Copy) -> None:
    """Show a row of buttons that copy."""
    _component()(key=key, data={"copies": tuple(map(asdict, copies)), "sources": (), **_said()}, width="content")


def show_sources(key: str, sources: Sequence[Source]) -> None:
    """Show where words stand; a click opens the clause beside the page, as the link does in a tab of its own."""

    def opened() -> None:
        number = st.session_state[key].open
        if isinstance(number, int) and 0 <= number < len(sources):
            look_at(sources[number].place)

    # Tuples, for lists are examined at length for being tables.
    rows = tuple(
        {"label": one_line(s.label), "link": link_to(s.place), "words": s.words, "copy": s.copy and asdict(s.copy)}
        for s in sources
    )
    _component()(key=key, data={"copies": (), "sources": rows, **_said()}, on_open_change=opened)


def clipped(text: str) -> str:
    """Return the beginning of the words that stand below a source."""
    return text if len(text) <= CLIP else f"{text[:CLIP]}……"


def _component() -> ComponentRenderer:
    return component("copy", '<div class="copies"></div><span role="status"></span>')


def _said() -> dict[str, str]:
    return {"copied": plain("copy.done"), "failed": plain("copy.failed")}
