"""Where one begins to read when something else comes up on the page: at the last question, or at the top.

Streamlit would run to the end of a page whose question box it has put at the bottom by itself, again and again while
something comes in. Put there by us (``st.bottom``), the box leaves the page where it is.
"""

from __future__ import annotations

from kb.views.component import component


def to_question(occasion: str) -> None:
    """Take the page to its last question, once for each occasion, and hold it there while the reply comes in."""
    _arrive(f"question_{occasion}", question=True)


def to_top(occasion: str) -> None:
    """Take the page to its top, once for each occasion."""
    _arrive(f"top_{occasion}", question=False)


def _arrive(occasion: str, *, question: bool) -> None:
    shown = component("arrival", "<span></span>")
    shown(key=f"arrived_{occasion}", data={"occasion": occasion, "question": question})
