"""Who uses a browser session: the account signed in, or the local user where nobody has to sign in.

A sign-in is known by a secret, in the state of the session and in a cookie for the browser's next one; it is looked up
each time, so that an account that is disabled, or a session that has ended, can do nothing more.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import streamlit as st

from kb.errors import NotSignedIn
from kb.settings import load_settings
from kb.workspace import Workspace
from kb.workspace.door import ENDED, Door, workspace_of
from kb.workspace.roles import LOCAL, Account

SECRET = "secret"  # in the state of the session
COOKIE = "kb_session"  # the same, for the next session of this browser


@st.cache_resource(show_spinner=False, on_release=Workspace.close)
def _open_workspace(home: str | None) -> Workspace:
    return workspace_of(load_settings(home))


def workspace() -> Workspace:
    """Return what people have made with the knowledge base of KB_HOME.

    Raises:
        PolicyError: it cannot be opened.

    """
    return _open_workspace(os.environ.get("KB_HOME"))


@st.cache_resource(show_spinner=False)
def _open_door(home: str | None) -> Door:
    return Door(_open_workspace(home), load_settings(home), "page")


def door() -> Door:
    """Return what says who may come in and keeps what is done here.

    Raises:
        PolicyError: the workspace cannot be opened.

    """
    return _open_door(os.environ.get("KB_HOME"))


def secret() -> str:
    """Return the secret of this browser's sign-in: of this session, else of the cookie that outlives a reload."""
    return str(st.session_state.get(SECRET) or st.context.cookies.get(COOKIE, ""))


def address() -> str:
    """Return the address that this browser connects from, empty on this machine."""
    found = st.context.ip_address
    return found if isinstance(found, str) else ""


def signed_in() -> bool:
    """Tell whether somebody uses this browser session, or nobody has to sign in."""
    return not door().guarded or door().sessions.account(secret()) is not None


def who() -> Account:
    """Return the account that uses this browser session; its ``id`` owns what is made, empty for the local user.

    Raises:
        NotSignedIn: the sign-in has ended meanwhile; the page begins anew with the form to sign in.

    """
    if not door().guarded:
        return LOCAL
    account = door().sessions.account(secret())
    if account is None:
        st.rerun()
        raise NotSignedIn(ENDED)  # in a callback, where a rerun waits for its end
    return account


def may(action: str) -> bool:
    """Tell whether this account may do an action (see ``kb.workspace.roles``)."""
    return who().may(action)


def taken(action: str, subject: str, content: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return what makes a download and logs that it was taken (``export``, or ``original`` of a document)."""
    entrance, account, where = door(), who(), address()  # the download is made outside the run of the page

    def take() -> bytes:
        with entrance.asking(account, action, subject, where):
            return content()

    return take
