"""How every page looks: the style sheet, and large type for those who choose it, kept with the person's preferences."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from kb.views.account import signed_in
from kb.views.component import component
from kb.views.session import attempt, preferences, show_problem
from kb.views.words import language, plain, word

FOLDER = Path(__file__).parent
CHOICE, LARGE, NORMAL = "type", "large", "normal"
IN_STYLE = ("app.title", "app.no_file", "upload.choose", "upload.more", "upload.too_large")
HYPHENS = str.maketrans("._", "--")


def apply_look() -> None:
    """Apply the style sheet; with large type the one for it too, at least 18 px and a contrast of 7:1."""
    st.html(FOLDER / "page.css")
    st.html(f"<style>:root {{ {_words()} }}</style>")
    if large():
        st.html(FOLDER / "large.css")


def _words() -> str:
    """Return what the style sheet puts in place of Streamlit's own words, as custom properties of CSS."""
    names = {name: f"--word-{name.translate(HYPHENS)}" for name in IN_STYLE}
    return " ".join(f"{names[name]}: {json.dumps(plain(name), ensure_ascii=False)};" for name in IN_STYLE)


def large() -> bool:
    """Tell whether who is there has chosen large type."""
    return signed_in() and preferences().get(CHOICE) == LARGE


def type_switch() -> None:
    """Show the switch for large type at the foot of the sidebar."""
    key = "large_type"
    st.session_state.setdefault(key, large())
    with st.sidebar:
        st.toggle(word("app.large"), key=key, on_change=_choose_type, args=(key,))
        show_problem()


def tell_browser(shown: str | None = None) -> None:
    """Tell the browser the language, for readers of screens, and what is ``shown``, see ``components/page.js``."""
    component("page", "<span></span>")(key="told", data={"language": language(), "shown": shown})


def _choose_type(key: str) -> None:
    attempt(lambda: preferences().set(CHOICE, LARGE if st.session_state[key] else NORMAL))
