"""The learner's record: papers and scores, what is still to be learned, and how to forget all of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kb import KnowledgeBase
from kb.results import DocumentCard
from kb.views.learning.practice import learning
from kb.views.session import attempt
from kb.views.words import plain, word
from kb.workspace.learning import Learning


def show_record(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> None:
    """Show the papers answered and the questions that will come again."""
    record = learning()
    papers = record.papers()
    if not papers and not record.waiting():
        st.info(word("lessons.no_record"), icon=":material/history_edu:")
        return
    with st.container(horizontal=True):
        st.metric(word("lessons.papers"), len(papers), width=160)
        st.metric(word("lessons.waiting"), record.waiting(), width=160)
        st.metric(word("lessons.due"), len(record.due()), width=160)
    if papers:
        rows = [
            {
                plain("lessons.when"): paper.ended.replace("T", " "),
                plain("lessons.number"): paper.number,
                plain("lessons.documents"): paper.scope,
                plain("lessons.score"): f"{paper.right} / {paper.total}",
            }
            for paper in papers
        ]
        st.dataframe(rows, hide_index=True, alt=plain("lessons.papers"))
    with st.popover(word("lessons.forget"), icon=":material/delete:"):
        st.markdown(word("lessons.forget_sure"))
        st.button(word("lessons.forget_yes"), type="primary", key="forget_yes", on_click=_forget, args=(record,))


def _forget(record: Learning) -> None:
    attempt(record.forget)
