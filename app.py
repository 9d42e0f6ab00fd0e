"""The web page's frame: who is there, navigation, the chosen page, and what is said when it cannot be shown."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ingest.errors import PolicyError
from kb.views.account import door, may, signed_in
from kb.views.login import show_account, show_login
from kb.views.look import apply_look, type_switch
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
        if entered:
            page.run()
            type_switch()
            show_account()
        else:
            show_login()
    except PolicyError as error:
        st.title(word("app.closed"), anchor=False)
        problem(error)
        st.button(word("app.retry"), icon=":material/refresh:")
    language_switch()


def _pages(*, admin: bool) -> list[StreamlitPage]:
    """Return the pages; accounts and the audit log are offered to admins, where there are accounts.

    Their address is known all the same: whoever opens it signs in first, and the page itself turns others away.
    """
    return [
        st.Page(VIEWS / "chat.py", title=word("app.chat"), icon=":material/forum:", default=True),
        st.Page(VIEWS / "library.py", title=word("app.library"), icon=":material/library_books:", url_path="library"),
        st.Page(VIEWS / "matrix.py", title=word("app.matrix"), icon=":material/table_chart:", url_path="matrix"),
        st.Page(VIEWS / "targets.py", title=word("app.targets"), icon=":material/target:", url_path="targets"),
        st.Page(VIEWS / "lessons.py", title=word("app.lessons"), icon=":material/school:", url_path="lessons"),
        st.Page(VIEWS / "evaluation.py", title=word("app.evaluation"), icon=":material/rule:", url_path="evaluation"),
        st.Page(
            VIEWS / "admin.py", title=word("app.admin"), icon=":material/admin_panel_settings:", url_path="admin",
            visibility="visible" if admin else "hidden",
        ),
    ]  # fmt: skip


main()
