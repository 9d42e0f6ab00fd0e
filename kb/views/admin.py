"""Page of admins: the accounts, and the audit log."""

from __future__ import annotations

import streamlit as st

from kb.views.account import door, may
from kb.views.admin_accounts import show_accounts
from kb.views.admin_audit import show_audit
from kb.views.session import show_said
from kb.views.words import word

PARTS = ("accounts", "audit")


def main() -> None:
    """Lay out the page: the part chosen, for admins alone."""
    st.set_page_config(layout="wide")
    st.title(word("admin.title"), anchor=False)
    show_said()
    if not may("audit"):  # the page is not offered to others, but its address can be typed
        st.warning(word("admin.denied"), icon=":material/lock:")
        return
    if not door().guarded:
        st.info(word("admin.local"), icon=":material/info:")
        st.code("kb account add NAME --role admin", language=None)
        if not door().audited:
            return
    part = st.segmented_control(
        word("admin.title"), PARTS, format_func=_name, default=PARTS[0], required=True, key="admin_part",
        label_visibility="collapsed", persist_state="page",
    )  # fmt: skip
    if part == "accounts":
        show_accounts()
    else:
        show_audit()


def _name(part: str) -> str:
    return {"accounts": word("admin.accounts"), "audit": word("admin.audit")}[part]


main()
