"""The retrieval test box: what a query finds, by which channel and at which rank, with the way to each clause.

For whoever asks why an answer cites this clause and not that one. Nothing is composed here.
"""

from __future__ import annotations

import time

import streamlit as st

from ingest.errors import PolicyError
from kb import KnowledgeBase
from kb.render import CHANNELS
from kb.results import Hit, address_name, on_page
from kb.views.address import Place
from kb.views.literal import literal
from kb.views.session import problem
from kb.views.source import place_button
from kb.views.words import plain, word

LONGEST = 500  # characters of a query
CLIP = 160  # characters of a clause shown
COUNTS = (5, 10, 20, 50)


def show_trial(kb: KnowledgeBase) -> None:
    """Show the box, and what the query finds."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = st.text_input(
            word("trial.query"), max_chars=LONGEST, key="trial_query", persist_state="session",
            icon=":material/search:", placeholder=plain("trial.hint"), width="stretch",
        )  # fmt: skip
        count = st.selectbox(
            word("trial.list"),
            COUNTS,
            index=1,
            format_func=lambda count: word("trial.first", count=count),
            key="trial_count",
            width=120,
        )
    st.caption(word("trial.channels"))
    if not query:
        return
    started = time.perf_counter()
    try:
        hits = kb.search(query, count)
    except PolicyError as error:
        problem(error)
        return
    st.caption(word("trial.took", count=len(hits), ms=round((time.perf_counter() - started) * 1000)))
    if not hits:
        st.info(word("trial.nothing"), icon=":material/search_off:")
    for number, hit in enumerate(hits, start=1):
        _hit(number, hit)


def _hit(number: int, hit: Hit) -> None:
    """Show one clause: its place as a link, ranks and score, the beginning of its words."""
    with st.container(key=f"hit_{number}", gap=None):
        label = f"{number}. 《{hit.doc.title}》{address_name(hit.path)} {hit.heading}"
        place_button(label, Place(hit.doc.doc_id, hit.path), key=f"found_{number}")
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            for channel in CHANNELS:
                if rank := hit.ranks.get(channel):
                    st.badge(word(f"trial.{channel}") + f" {rank}", color="blue" if channel == "exact" else "gray")
            facts = (
                plain("trial.score", score=f"{hit.score:.2f}"),
                hit.doc.doc_number,
                on_page(hit.page, hit.doc.form).removeprefix("，"),
            )
            st.caption("　".join(literal(fact) for fact in facts if fact), width="content")
        st.text(hit.text if len(hit.text) <= CLIP else f"{hit.text[:CLIP]}……")
