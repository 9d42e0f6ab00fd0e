"""Signing in and out: the form before the pages, the account's own menu at the foot of the sidebar.

A sign-in lives in the state of the browser session and, for the next reload or tab, in a cookie that no script reads
(see ``kb.views.site``). Somebody else who signs in in the same window finds nothing of the one before.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ingest.errors import PolicyError
from kb.errors import NotSignedIn
from kb.views import tickets
from kb.views.account import SECRET, address, door, secret, who
from kb.views.component import component
from kb.views.literal import literal
from kb.views.session import BOX, PICKED, problem, say
from kb.views.words import plain, word
from kb.workspace.accounts import LONGEST, LONGEST_NAME, SHORTEST
from kb.workspace.roles import Account

OWNER, TICKET = "owner", "ticket"  # in the state of the session: whose it is, and what is exchanged for the cookie
SECRETS = (Path(".streamlit/secrets.toml"), Path.home() / ".streamlit" / "secrets.toml")
OFTEN = 60.0  # seconds between two looks whether the sign-in has ended


def show_login() -> None:
    """Show the form, and whoever fits it the page that was asked for."""
    _keep_cookie()
    with st.container(key="login", width=420):
        st.title(word("app.title"), anchor=False)
        if st.session_state.get(OWNER):
            st.info(word("login.ended"), icon=":material/timer_off:")
            _keep_question()
        if not door().accounts.any():
            st.info(word("login.no_account"), icon=":material/person_add:")
            st.code("kb account add NAME --role admin", language=None)
            return
        if _configured():
            _elsewhere()
        with st.form("login_form"):
            name = st.text_input(word("login.name"), max_chars=LONGEST_NAME, autocomplete="username")
            password = st.text_input(
                word("login.password"), type="password", max_chars=LONGEST, autocomplete="current-password"
            )
            pressed = st.form_submit_button(word("login.enter"), type="primary", width="stretch", key="login_enter")
        if pressed:
            try:
                account, opened = door().sign_in(name, password, address())
            except PolicyError as error:
                problem(error)
            else:
                _enter(account, opened)


def _keep_question() -> None:
    """Keep the question that came when the sign-in had ended: it is asked once its owner has signed in again."""
    if asked := st.session_state.get(BOX):
        st.session_state[PICKED] = asked
    if asked := st.session_state.get(PICKED):
        st.info(word("login.question", question=asked), icon=":material/forum:")


def show_account() -> None:
    """Show who is signed in, with the ways to change the password and to leave; nothing for the local user."""
    if not door().guarded:
        return
    _keep_cookie()
    account = who()
    st.session_state[OWNER] = account.id
    with st.sidebar, st.container(key="account"):
        st.caption(f":material/person: {literal(account.name)}　{word(f'role.{account.role}')}")
        with st.container(horizontal=True, gap="xsmall"):
            if door().accounts.find(account.name).local:
                st.button(word("login.change"), type="tertiary", key="change_password", on_click=_begin_change)
            if st.button(word("login.leave"), type="tertiary", icon=":material/logout:", key="leave"):
                _leave(account)
    if st.session_state.get("changing_password"):
        _change(account)
    _watch()


@st.fragment(run_every=OFTEN)
def _watch() -> None:
    """Take the page away once the sign-in has ended, also while nobody touches it."""
    if door().guarded and door().sessions.account(secret(), used=False) is None:
        st.rerun()


def _enter(account: Account, opened: str) -> None:
    """Begin a session; what somebody else left in this window goes."""
    if st.session_state.get(OWNER, account.id) != account.id:
        st.session_state.clear()
    st.session_state.update({SECRET: opened, OWNER: account.id, TICKET: tickets.issue(opened)})
    st.rerun()


def _leave(account: Account) -> None:
    door().note(account, "logout", address=address())
    door().sessions.end(secret())
    st.session_state.clear()
    st.session_state[TICKET] = ""
    if _configured() and st.user.is_logged_in:
        st.logout()
    st.rerun()


def _keep_cookie() -> None:
    """Have the script exchange a ticket for the cookie; an empty one deletes it."""
    ticket = st.session_state.get(TICKET)
    if ticket is None or (ticket and not tickets.waiting(ticket)):
        return
    component("cookie", "<span></span>")(key="cookie", data={"ticket": ticket})


def _begin_change() -> None:
    st.session_state["changing_password"] = True


def _end_change() -> None:
    st.session_state.pop("changing_password", None)


@st.dialog(" ", on_dismiss=_end_change)
def _change(account: Account) -> None:
    """Change one's own password, which ends the other sessions."""
    st.subheader(word("login.change"), anchor=False)
    with st.form("password_form", border=False):
        old = st.text_input(word("login.old"), type="password", max_chars=LONGEST, autocomplete="current-password")
        new = st.text_input(
            word("login.new"), type="password", max_chars=LONGEST, autocomplete="new-password",
            help=word("login.rules", shortest=SHORTEST),
        )  # fmt: skip
        again = st.text_input(word("login.again"), type="password", max_chars=LONGEST, autocomplete="new-password")
        if not st.form_submit_button(word("login.change"), type="primary", key="password_save"):
            return
    if new != again:
        st.warning(word("login.differ"), icon=":material/error:")
        return
    try:
        opened = door().change_password(account, old, new, address())
    except PolicyError as error:
        problem(error)
        return
    _end_change()
    say(plain("login.changed"))
    _enter(account, opened)


def _elsewhere() -> None:
    """Offer to sign in with the organisation's own provider; who comes back from there is let in as their account."""
    if not st.user.is_logged_in:
        st.button(word("login.elsewhere"), width="stretch", icon=":material/badge:", on_click=st.login, key="elsewhere")
        return
    try:
        account, opened = door().admit(st.user.to_dict(), address())
    except NotSignedIn as error:
        problem(error)
        st.button(word("login.other"), width="stretch", on_click=st.logout, key="other_identity")
    else:
        _enter(account, opened)


def _configured() -> bool:
    """Tell whether a file of secrets sets up OpenID Connect."""
    return any(path.exists() for path in SECRETS) and "auth" in st.secrets
