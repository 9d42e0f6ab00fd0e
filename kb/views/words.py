"""What the pages say, in the language chosen: one table a language, ``words.zh.toml`` and ``words.en.toml``.

A text is Markdown of ours and may name values in braces; the values are data (titles, questions, messages) and show
literally, whatever marks they contain. Documents, citations and the lines of problems stay in their own language.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

import streamlit as st

from kb.views.literal import literal

LANGUAGES = {"zh": "中文", "en": "English"}
CHINESE = "zh"
KEY = "language"  # in the state of the session; the address has lang=en


def language() -> str:
    """Return the language chosen in this session, else the one that the address names, else Chinese."""
    chosen = st.session_state.get(KEY) or st.query_params.get("lang", "")
    return chosen if chosen in LANGUAGES else CHINESE


def word(key: str, **values: object) -> str:
    """Return the text under ``key`` as Markdown in the language chosen; ``values`` show as they are."""
    shown = {name: literal(value) if isinstance(value, str) else value for name, value in values.items()}
    return said(language(), key, **shown)


def plain(key: str, **values: object) -> str:
    """Return the text under ``key`` for what takes no Markdown: a placeholder, a file, the clipboard."""
    return said(language(), key, **values)


def said(language: str, key: str, **values: object) -> str:
    """Return the text under ``key`` in a language, for what is made outside a run of the page."""
    text = table(language)[key]
    return text.format_map(values) if values else text


def language_switch() -> None:
    """Show the switch, and keep the choice in the address: it outlives a reload and goes into links."""
    st.session_state.setdefault(KEY, language())
    st.segmented_control(
        "语言 Language", list(LANGUAGES), format_func=LANGUAGES.__getitem__, key=KEY, required=True,
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    if language() == CHINESE:
        st.query_params.pop("lang", None)
    elif st.query_params.get("lang") != language():
        st.query_params["lang"] = language()


@lru_cache
def table(language: str) -> dict[str, str]:
    """Return the texts of a language by their keys, ``section.name``."""
    sections = tomllib.loads(Path(__file__).with_name(f"words.{language}.toml").read_text("utf-8"))
    return {f"{section}.{name}": text for section, texts in sections.items() for name, text in texts.items()}
