"""Copying with one click: a citation, an answer, a link; and the sources of an answer, each with its own citation.

Streamlit's own copy buttons use ``navigator.clipboard``, which browsers withhold from pages served by plain http to
another machine, and say nothing when it fails. This small component falls back to a selection, and says how it went.
All sources of an answer are one element: a conversation shows many, and each element costs every question some time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from kb.views.address import Place, link_to, look_at
from kb.views.literal import one_line
from kb.views.words import plain

FOLDER = Path(__file__).parent
STYLE, SCRIPT = ((FOLDER / name).read_text("utf-8") for name in ("copy.css", "copy.js"))


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


def _component() -> ComponentRenderer:
    # Registered at each run: a component belongs to the server, not to the module.
    html = '<div class="copies"></div><span role="status"></span>'
    return st.components.v2.component("policy_kb.copy", html=html, css=STYLE, js=SCRIPT)


def _said() -> dict[str, str]:
    return {"copied": plain("copy.done"), "failed": plain("copy.failed")}
