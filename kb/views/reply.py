"""One turn of the conversation: the question, how it was understood, the cited answer or the refusal, what to copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from kb.render import answer_text, citation_line, pages
from kb.results import Answer, Check, Citation
from kb.views.literal import literal, show_marked, with_markers
from kb.views.session import Place, address_name, look_at, looked_at, place_of
from kb.views.source import place_button

FEW = 3  # so many sources are shown with their quotes; more of them are one click away, lest they bury the list
CLIP = 120  # characters of a quote shown under an answer


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, where it was searched, and the answer or the problem that prevented one."""

    question: str
    searched: str
    answer: Answer | None = None
    problem: str = ""


def show_turn(number: int, turn: Turn) -> None:
    """Show one turn; ``number`` keeps its buttons apart from those of other turns."""
    with st.chat_message("user", avatar=":material/person:"):
        st.text(turn.question)
    with st.chat_message("assistant", avatar=":material/article:"):
        if turn.answer is None:
            st.warning(literal(turn.problem), icon=":material/error:")
            return
        if turn.answer.standalone_question.strip() != turn.question.strip():
            st.caption(f":material/subdirectory_arrow_right: 按此理解：{literal(turn.answer.standalone_question)}")
        if turn.answer.answered:
            _answered(number, turn.answer)
        else:
            _refused(number, turn.answer, turn.searched)


def _answered(number: int, answer: Answer) -> None:
    cited = {c.marker: c for c in answer.citations}
    labels = {marker: f"查看原文：{citation_line(c)}" for marker, c in cited.items()}
    place = looked_at()
    chosen = next((c.marker for c in answer.citations if place_of(c) == place), None)
    show_marked(
        f"answer_{number}", with_markers(answer.text, labels), chosen=chosen,
        on_cite=lambda marker: look_at(place_of(cited[marker])) if marker in cited else None,
    )  # fmt: skip
    _notices(answer.checks)
    many = len(answer.citations) > FEW
    with st.expander(f"{len(answer.citations)}处出处", icon=":material/format_quote:") if many else st.container():
        _sources(number, answer.citations)
    with st.expander("复制引文与全文", icon=":material/content_copy:"):
        st.caption("引文")
        st.code("\n".join(dict.fromkeys(map(citation_line, answer.citations))), language=None, wrap_lines=True)
        st.caption("全文（含出处和原文）")
        st.code(answer_text(answer), language=None, wrap_lines=True)


def _sources(number: int, citations: Sequence[Citation]) -> None:
    """Show where each quote stands, as a button, and its wording."""
    for c in citations:
        where = f"{c.doc_number or f'《{c.title}》'} {address_name(c.path)} {c.heading}".strip()
        label = f"〔{c.marker}〕{where}{pages(c)}"
        with st.container(gap=None, key=f"source_{number}_{c.marker}"):
            place_button(label, place_of(c), key=f"cite_{number}_{c.marker}")
            st.text(c.quote if len(c.quote) <= CLIP else f"{c.quote[:CLIP]}……")


def _refused(number: int, answer: Answer, searched: str) -> None:
    """Show that the documents do not say, what was searched, and the nearest clauses as what they are."""
    with st.container(border=True, key=f"refusal_{number}"):
        st.markdown(":material/search_off: **没有查到答案**")
        st.text(answer.text)
        st.caption(f"所选范围：{literal(searched)}")
        _notices(answer.checks)
        if not answer.related:
            return
        with st.container(gap=None):
            st.markdown("**最接近的条款（不是答案）**")
            for at, r in enumerate(answer.related):
                label = f"《{r.title}》{address_name(r.path)} {r.heading}"
                place_button(label, Place(r.doc_id, r.path), key=f"near_{number}_{at}")


def _notices(checks: Iterable[Check]) -> None:
    """Show what failed as warnings, what a reader should know as small print."""
    for check in checks:
        if not check.passed:
            st.warning(literal(check.detail), icon=":material/warning:")
        elif check.name == "form":
            st.caption(f":material/info: {literal(check.detail)}")
