"""Copying with one click: a citation, an answer, a link.

Streamlit's own copy buttons use ``navigator.clipboard``, which browsers withhold from pages served by plain http to
another machine, and say nothing when it fails. This small component falls back to a selection, and says how it went.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from kb.views.words import plain

FOLDER = Path(__file__).parent
STYLE, SCRIPT = ((FOLDER / name).read_text("utf-8") for name in ("copy.css", "copy.js"))


def copy_button(text: str, *, key: str, label: str = "", name: str = "") -> None:
    """Show a button that copies ``text``; ``name`` says what, where the label is short or missing."""
    _show({"text": text, "label": label, "name": name or label, "icon": "copy"}, key)


def link_button(query: str, *, key: str, label: str = "", name: str = "") -> None:
    """Show a button that copies a link to this page with the ``query``, under the address that the reader uses."""
    _show({"text": query, "label": label, "name": name or label, "icon": "link", "link": True}, key)


def _show(data: dict[str, object], key: str) -> None:
    # Registered at each run: a component belongs to the server, not to the module.
    show = st.components.v2.component(
        "policy_kb.copy",
        html='<button type="button"></button><span role="status"></span>',
        css=STYLE,
        js=SCRIPT,
    )
    show(key=key, data={**data, "copied": plain("copy.done"), "failed": plain("copy.failed")}, width="content")
