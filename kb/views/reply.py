"""One turn of a conversation: the question, how it was understood, the cited answer or the refusal, what to copy."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ingest.errors import PolicyError
from kb import KnowledgeBase
from kb.render import answer_text, citation_line, pages
from kb.results import Answer, Check, Citation, Related, address_name
from kb.views.address import Place, link_to_answer, look_at, looked_at, place_of
from kb.views.arrival import to_question
from kb.views.copying import Copy, Source, clipped, show_copies, show_sources
from kb.views.literal import literal, show_marked, with_markers
from kb.views.opinion import show_opinion
from kb.views.talk import unsaved
from kb.views.words import plain, word
from kb.workspace.conversations import Conversations, Turn

FEW = 3  # so many sources are shown with their quotes; more of them are one click away, lest they bury the list


def show_turn(kb: KnowledgeBase, turn: Turn, talks: Conversations | None) -> None:
    """Show one turn; ``talks`` keep what the reader thinks of it."""
    show_question(turn.question)
    with reply_box():
        st.empty()  # where the spinner was, lest the answer be drawn anew
        show_reply(kb, turn, talks)


def show_question(question: str, *, asked: str = "") -> None:
    """Show what the user asked; ``asked`` just now, it is where one reads on, once for each value."""
    with st.chat_message("user", avatar=":material/person:"):
        st.text(question)
        if asked:
            to_question(asked)


def reply_box() -> DeltaGenerator:
    """Return the container of a reply."""
    return st.chat_message("assistant", avatar=":material/article:")


def show_reply(kb: KnowledgeBase, turn: Turn, talks: Conversations | None, *, fresh: bool = False) -> None:
    """Show what was said; a ``fresh`` reply appears sentence by sentence, all of it verified and sent at once."""
    if turn.answer is None:
        st.warning(literal(turn.problem), icon=":material/error:")
    else:
        _show_answer(kb, turn, turn.answer, talks, fresh=fresh)


def _show_answer(kb: KnowledgeBase, turn: Turn, answer: Answer, talks: Conversations | None, *, fresh: bool) -> None:
    """Show how the question was understood, the answer or refusal, and what can be done with it."""
    if answer.standalone_question.strip() != turn.question.strip():
        understood = word("reply.understood", question=answer.standalone_question)
        st.caption(f":material/subdirectory_arrow_right: {understood}")
    if answer.answered:
        _answered(turn, answer, fresh=fresh)
    else:
        _refused(kb, turn, answer)
    _since(kb, turn)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"actions_{turn.id}"):
        show_copies(
            f"copies_{turn.id}",
            Copy(answer_text(answer), plain("reply.copy"), plain("reply.copy_all")),
            Copy(link_to_answer(turn.id), plain("reply.link"), plain("reply.link_help"), link=True),
        )
        if talks and turn not in unsaved():
            show_opinion(talks, turn)


def _answered(turn: Turn, answer: Answer, *, fresh: bool) -> None:
    cited = {c.marker: c for c in answer.citations}
    labels = {marker: plain("reply.open", where=citation_line(c)) for marker, c in cited.items()}
    place = looked_at()
    chosen = next(
        (c.marker for c in answer.citations if place and _at(c) == (place.doc_id, place.path, place.quote)), 0
    )
    show_marked(
        f"answer_{turn.id}", with_markers(answer.text, labels), chosen=chosen or None, fresh=fresh,
        on_cite=lambda marker: look_at(place_of(cited[marker], turn.texts)) if marker in cited else None,
    )  # fmt: skip
    _notices(answer.checks)
    _sources(turn, answer)


def _at(citation: Citation) -> tuple[str, str, object]:
    place = place_of(citation)
    return place.doc_id, place.path, place.quote


def _sources(turn: Turn, answer: Answer) -> None:
    """Show the sources: a few at once, many when they are asked for."""
    if len(answer.citations) <= FEW:
        _quoted(turn, answer.citations)
        return
    label = word("reply.sources", count=len(answer.citations))
    box = st.expander(label, icon=":material/format_quote:", key=f"sources_{turn.id}", on_change="rerun")
    if box.open:
        with box:
            _quoted(turn, answer.citations)


def _quoted(turn: Turn, citations: Iterable[Citation]) -> None:
    """Show where quotes stand, their wording, and the way to copy both."""
    show_sources(f"cite_{turn.id}", [_source(c, place_of(c, turn.texts)) for c in citations])


def _source(c: Citation, place: Place) -> Source:
    where = f"{c.doc_number or f'《{c.title}》'} {address_name(c.path)} {c.heading}".strip()
    copy = Copy(f"{citation_line(c)}：“{c.quote}”", name=plain("reply.copy_one", marker=c.marker))
    return Source(f"〔{c.marker}〕{where}{pages(c)}", place, clipped(c.quote), copy)


def _refused(kb: KnowledgeBase, turn: Turn, answer: Answer) -> None:
    """Show that the documents do not say, what was searched, and the nearest clauses as what they are."""
    with st.container(border=True, key=f"refusal_{turn.id}"):
        st.markdown(f":material/search_off: **{word('reply.refused')}**")
        st.text(answer.text)
        st.caption(word("reply.searched", where=turn.searched))
        _notices(answer.checks)
        if not answer.related:
            return
        st.markdown(f"**{word('reply.nearest')}**")
        near = [_near(kb, related) for related in answer.related]
        show_sources(f"near_{turn.id}", near)


def _near(kb: KnowledgeBase, r: Related) -> Source:
    label = f"《{r.title}》{address_name(r.path)} {r.heading}"
    return Source(label, Place(r.doc_id, r.path), _words(kb, r.doc_id, r.path))


def _words(kb: KnowledgeBase, doc_id: str, path: str) -> str:
    """Return the beginning of a clause, empty where the library no longer has it."""
    try:
        return clipped(" ".join(kb.clause(doc_id, path).text.split()))
    except PolicyError:
        return ""


def _notices(checks: Iterable[Check]) -> None:
    """Show what failed as warnings, what a reader should know as small print."""
    for check in checks:
        if not check.passed:
            st.warning(literal(check.detail), icon=":material/warning:")
        elif check.name == "form":
            st.caption(f":material/info: {literal(check.detail)}")


def _since(kb: KnowledgeBase, turn: Turn) -> None:
    """Say which of the documents cited were replaced or removed after the answer was given."""
    if turn.answer is None or not turn.texts or turn.revision == kb.revision():
        return
    now = kb.texts()
    titles = {c.doc_id: c.title for c in turn.answer.citations} | {r.doc_id: r.title for r in turn.answer.related}
    replaced = [titles[doc] for doc, text in turn.texts.items() if doc in titles and now.get(doc, text) != text]
    removed = [titles[doc] for doc in turn.texts if doc in titles and doc not in now]
    for key, changed in (("reply.replaced", replaced), ("reply.removed", removed)):
        if changed:
            names = "".join(f"《{title}》" for title in changed)
            st.warning(word(key, day=turn.asked[:10], titles=names), icon=":material/history:")
