"""The web page's frame: who is there, navigation, the chosen page, and what is said when it cannot be shown."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ingest.errors import PolicyError
from kb.views.account import door, may, signed_in
from kb.views.address import talk
from kb.views.login import show_account, show_login
from kb.views.look import apply_look, tell_browser, type_switch
from kb.views.pages import FIRST, PAGES
from kb.views.session import problem
from kb.views.words import language_switch, word

VIEWS = Path(__file__).parent / "kb" / "views"


def main() -> None:
    """Show the chosen page, the form to sign in, or why there is nothing to show."""
    st.set_page_config(page_title=word("app.title"), page_icon=str(VIEWS / "icon.svg"))
    st.logo(VIEWS / "icon.svg", size="large")
    try:
        entered = signed_in()
        admin = entered and door().audited and may("audit")
        page = st.navigation(_pages(admin=admin), position="sidebar" if entered else "hidden")
        apply_look()
        if not entered:
            show_login()
            language_switch()
            tell_browser()
            return
        page.run()
        type_switch()
        show_account()
    except PolicyError as error:
        st.title(word("app.closed"), anchor=False)
        problem(error)
        st.button(word("app.retry"), icon=":material/refresh:")
    with st.sidebar:
        language_switch()
        tell_browser(talk())


def _pages(*, admin: bool) -> list[StreamlitPage]:
    """Return the pages; accounts and the audit log are offered to admins, where there are accounts.

    Their address is known all the same: whoever opens it signs in first, and the page itself turns others away.
    """
    return [
        st.Page(
            VIEWS / f"{name}.py", title=word(f"app.{name}"), icon=icon, url_path=name, default=name == FIRST,
            visibility="hidden" if name == "admin" and not admin else "visible",
        )
        for name, icon in PAGES.items()
    ]  # fmt: skip


main()
