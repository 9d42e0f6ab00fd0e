"""What a reader thinks of an answer: a thumb, and a note once there is one; kept with the conversation."""

from __future__ import annotations

import streamlit as st

from kb.views.session import attempt
from kb.views.words import plain, word
from kb.workspace.conversations import NOTE, Conversations, Turn


def show_opinion(talks: Conversations, turn: Turn) -> None:
    """Ask for an opinion, in the row of what can be done with the answer."""
    thumb, note = f"thumb_{turn.id}", f"note_{turn.id}"

    def keep() -> None:
        liked = st.session_state.get(thumb)
        text = st.session_state.get(note, turn.note) or ""
        attempt(lambda: talks.judge(turn.id, liked=None if liked is None else bool(liked), note=text))

    liked = st.feedback("thumbs", key=thumb, default=None if turn.liked is None else int(turn.liked), on_change=keep)
    if liked is not None or turn.note:
        st.text_input(
            word("opinion.note"), turn.note, max_chars=NOTE, key=note, on_change=keep, width="stretch",
            placeholder=plain("opinion.why" if liked == 0 else "opinion.more"), label_visibility="collapsed",
        )  # fmt: skip
