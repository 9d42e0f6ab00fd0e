"""The web page's frame: navigation, the chosen page, and what is said when the knowledge base cannot be opened."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ingest.errors import PolicyError
from kb.views.look import apply_look, type_switch
from kb.views.session import problem
from kb.views.words import language_switch, word

VIEWS = Path(__file__).parent / "kb" / "views"


def main() -> None:
    """Show the chosen page, or why there is nothing to show."""
    st.set_page_config(page_title=word("app.title"), page_icon=str(VIEWS / "icon.svg"))
    st.logo(VIEWS / "icon.svg", size="large")
    page = st.navigation(
        [
            st.Page(VIEWS / "chat.py", title=word("app.chat"), icon=":material/forum:", default=True),
            st.Page(
                VIEWS / "library.py", title=word("app.library"), icon=":material/library_books:", url_path="library"
            ),
        ]
    )
    try:
        apply_look()
        page.run()
        type_switch()
    except PolicyError as error:
        st.title(word("app.closed"), anchor=False)
        problem(error)
        st.button(word("app.retry"), icon=":material/refresh:")
    language_switch()


main()
