"""The conversation that is open, and those kept: begun, listed, renamed, exported, deleted."""

from __future__ import annotations

import streamlit as st

from ingest.errors import PolicyError
from kb.errors import UnknownConversation
from kb.views.address import go_to_talk, keep_talk, talk
from kb.views.arrival import to_question
from kb.views.desk import safe_name
from kb.views.downloads import file_button
from kb.views.literal import literal
from kb.views.session import attempt, problem, who, workspace
from kb.views.transcript import to_markdown, to_word
from kb.views.words import plain, word
from kb.workspace.conversations import NAME, Conversation, Conversations, Turn

LISTED = 8  # conversations listed at first, and added with each click: what stands below them stays in view


def conversations() -> Conversations:
    """Return the conversations of who uses this session."""
    return Conversations(workspace().database, who().id)


def open_talk(talks: Conversations) -> Conversation | None:
    """Return the conversation that is open, None for a new one; say so where it is gone."""
    wanted = talk()
    if not wanted:
        return None
    try:
        return talks.one(wanted)
    except UnknownConversation:
        st.session_state["problem"] = plain("talk.gone")
        keep_talk("")
        return None


def keep(talks: Conversations, here: Conversation | None, turn: Turn) -> str:
    """Keep a turn, and those that could not be kept before; return the conversation's id, empty where there is none.

    What cannot be kept stays on the page with the reason.
    """
    waiting, talk_id = unsaved(), here.id if here else ""
    waiting.append(turn)
    try:
        while waiting:
            talk_id = _kept(talks, talk_id, waiting[0])
            waiting.pop(0)
    except PolicyError as error:
        st.session_state["problem"] = plain("talk.unsaved", reason=str(error))
    return talk_id


def _kept(talks: Conversations, talk_id: str, turn: Turn) -> str:
    """Keep one turn, in a new conversation where there is none; return the conversation's id."""
    try:
        if talk_id:
            talks.add(talk_id, turn)
            return talk_id
    except UnknownConversation:  # deleted in another window: the answer is not lost for that
        st.session_state["problem"] = plain("talk.gone_new")
    fresh = talks.start(turn.question)
    talks.add(fresh, turn)
    return fresh


def unsaved() -> list[Turn]:
    """Return the turns of this session that could not be kept."""
    turns: list[Turn] = st.session_state.setdefault("unsaved", [])
    return turns


def list_talks(talks: Conversations, here: Conversation | None) -> None:
    """List the conversations in the sidebar, the open one marked."""
    with st.sidebar:
        st.button(
            word("talk.new"), icon=":material/add_comment:", key="talk_new", width="stretch", on_click=_new
        )  # fmt: skip
        limit = st.session_state.setdefault("talks_listed", LISTED)
        found = talks.listed(limit + 1)
        if not found:
            return
        st.caption(word("talk.kept"))
        with st.container(key="talks", gap=None):
            for one in found[:limit]:
                current = here is not None and one.id == here.id
                st.button(
                    literal(one.name), key=f"talk_{one.id}", type="secondary" if current else "tertiary",
                    icon=":material/chat_bubble:" if current else None, width="stretch", wrap=False,
                    on_click=go_to_talk, args=(one.id,),
                )  # fmt: skip
        if len(found) > limit:
            st.button(word("talk.more"), key="talks_more", type="tertiary", on_click=_more)


def show_head(talks: Conversations, here: Conversation) -> None:
    """Show the name of the open conversation and what can be done with it."""
    with st.container(horizontal=True, vertical_alignment="center", key="talk_head"):
        st.markdown(f"**{literal(here.name)}**", width="stretch")
        to_question(here.id)
        menu = st.popover(
            word("talk.menu"), icon=":material/more_horiz:", type="tertiary", key="talk_menu", on_change="rerun"
        )
        if menu.open:
            with menu:
                _menu(talks, here)
    if st.session_state.get("deleting", "") == here.id:
        st.dialog(word("talk.delete_title"), width="small", on_dismiss=_close)(_delete)(talks, here)


def _menu(talks: Conversations, here: Conversation) -> None:
    """Offer another name, the conversation as a file, and its end."""
    _rename(talks, here)
    name = safe_name(here.name)
    file_button(
        word("talk.word"), f"{name}.docx", lambda: to_word(here, talks.turns(here.id)), key="talk_word",
        icon=":material/description:", width="stretch",
    )  # fmt: skip
    file_button(
        word("talk.markdown"), f"{name}.md", lambda: to_markdown(here, talks.turns(here.id)),
        key="talk_markdown", icon=":material/markdown:", width="stretch",
    )  # fmt: skip
    st.button(
        word("talk.delete"), key="talk_delete", icon=":material/delete:", width="stretch",
        on_click=st.session_state.update, kwargs={"deleting": here.id, "talk_menu": False},
    )  # fmt: skip


def _close() -> None:
    st.session_state.pop("deleting", None)


def _rename(talks: Conversations, here: Conversation) -> None:
    key = f"name_{here.id}"

    def rename() -> None:
        attempt(lambda: talks.rename(here.id, st.session_state[key]))

    st.text_input(word("talk.name"), here.name, max_chars=NAME, key=key, on_change=rename)


def _delete(talks: Conversations, here: Conversation) -> None:
    """Ask before a conversation is deleted."""
    st.markdown(word("talk.delete_this", name=here.name, count=here.turns))
    with st.container(horizontal=True):
        if st.button(word("talk.delete"), type="primary", key="delete_confirm"):
            try:
                talks.delete(here.id)
            except PolicyError as error:
                problem(error)
            else:
                _close()
                go_to_talk("")
                st.rerun()
        if st.button(word("talk.cancel"), key="delete_cancel", on_click=_close):
            st.rerun()


def _new() -> None:
    unsaved().clear()
    go_to_talk("")


def _more() -> None:
    st.session_state["talks_listed"] += LISTED
