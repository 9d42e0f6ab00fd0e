"""The accounts: a row each, with what can be done to it; each change is logged before it is made."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ingest.errors import PolicyError
from kb.views.account import address, door, who
from kb.views.literal import literal
from kb.views.session import problem, say
from kb.views.words import plain, word
from kb.workspace.accounts import LONGEST, LONGEST_NAME, SHORTEST, Entry
from kb.workspace.roles import ROLES


def show_accounts() -> None:
    """Show the accounts and the form for a new one; the dialog that is open."""
    entries = door().accounts.list()
    if said := st.session_state.pop("account_problem", ""):
        st.warning(literal(said), icon=":material/error:")
    for entry in entries:
        _row(entry)
    with st.expander(word("admin.add"), icon=":material/person_add:", expanded=not entries):
        _new()
    what, name = st.session_state.get("doing_account", ("", ""))
    chosen = next((entry for entry in entries if entry.account.name == name), None)
    if chosen and what == "remove":
        _remove(chosen)
    elif chosen and what == "reset":
        _reset(chosen)


def _row(entry: Entry) -> None:
    account = entry.account
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"account_{account.id}"):
        st.markdown(literal(account.name), width="stretch")
        if entry.disabled:
            st.badge(word("admin.disabled"), color="gray")
        if not entry.local:
            st.badge(word("admin.outside"), color="blue")
        st.selectbox(
            word("admin.role"), list(ROLES), list(ROLES).index(account.role), format_func=_role, width=130,
            key=f"role_{account.id}_{account.role}", label_visibility="collapsed", on_change=_set_role, args=(entry,),
        )  # fmt: skip
        label = word("admin.enable") if entry.disabled else word("admin.disable")
        st.button(label, key=f"disable_{account.id}", on_click=_switch, args=(entry,))
        if entry.local:
            st.button(word("admin.reset"), key=f"reset_{account.id}", on_click=_begin, args=("reset", account.name))
        st.button(word("admin.remove"), key=f"remove_{account.id}", on_click=_begin, args=("remove", account.name))


def _role(role: str) -> str:
    return word(f"role.{role}")


def _set_role(entry: Entry) -> None:
    account = entry.account
    role = st.session_state[f"role_{account.id}_{account.role}"]
    _change(entry, "role", lambda: door().accounts.set_role(account.name, role), role=role)


def _switch(entry: Entry) -> None:
    disable = not entry.disabled
    change = "disable" if disable else "enable"
    _change(entry, change, lambda: door().accounts.set_disabled(entry.account.name, disabled=disable))


def _change(entry: Entry, what: str, change: Callable[[], object], **details: object) -> bool:
    """Make a change in a callback; what prevents it is shown at the head of the page."""
    try:
        _logged(entry.account.name, what, change, **details)
    except PolicyError as error:
        st.session_state["account_problem"] = str(error)
        return False
    say(plain("admin.done", name=entry.account.name))
    return True


def _logged(name: str, what: str, change: Callable[[], object], **details: object) -> None:
    with door().changing(who(), "account", name, address(), {"change": what, **details}):
        change()


def _new() -> None:
    with st.form("new_account", border=False, clear_on_submit=True):
        name = st.text_input(word("admin.name"), max_chars=LONGEST_NAME, help=word("admin.name_help"))
        role = st.selectbox(word("admin.role"), list(ROLES), format_func=_role, help=word("admin.role_help"))
        password = st.text_input(
            word("admin.password"), type="password", max_chars=LONGEST, autocomplete="new-password",
            help=word("admin.password_help", shortest=SHORTEST),
        )  # fmt: skip
        if not st.form_submit_button(word("admin.create"), type="primary", key="create_account"):
            return
    try:
        _logged(name, "add", lambda: door().accounts.add(name, role, password))
    except PolicyError as error:
        problem(error)
        return
    say(plain("admin.created", name=name))
    st.rerun()


def _begin(what: str, name: str) -> None:
    st.session_state["doing_account"] = (what, name)


def _close() -> None:
    st.session_state.pop("doing_account", None)


@st.dialog(" ", on_dismiss=_close)
def _remove(entry: Entry) -> None:
    st.markdown(word("admin.remove_sure", name=entry.account.name))
    with st.container(horizontal=True):
        if st.button(word("admin.remove"), type="primary", key="remove_account"):
            _finish(entry, "remove", lambda: door().accounts.remove(entry.account.name))
        if st.button(word("admin.cancel"), type="tertiary", key="keep_account"):
            _close()
            st.rerun()


@st.dialog(" ", on_dismiss=_close)
def _reset(entry: Entry) -> None:
    st.markdown(word("admin.reset_for", name=entry.account.name))
    with st.form("reset_password", border=False):
        password = st.text_input(
            word("admin.password"), type="password", max_chars=LONGEST, autocomplete="new-password",
            help=word("login.rules", shortest=SHORTEST),
        )  # fmt: skip
        pressed = st.form_submit_button(word("admin.save"), type="primary", key="save_password")
    if pressed:
        _finish(entry, "password", lambda: door().reset_password(entry.account.name, password))


def _finish(entry: Entry, what: str, change: Callable[[], object]) -> None:
    """Make the change of a dialog and close it; what prevents it is said in the dialog."""
    try:
        _logged(entry.account.name, what, change)
    except PolicyError as error:
        problem(error)
        return
    say(plain("admin.done", name=entry.account.name))
    _close()
    st.rerun()
