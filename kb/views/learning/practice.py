"""Practice: a paper of questions answered one by one, each explained by its clause as soon as it is answered.

The paper lives in the browser session; what was missed and the scores are kept in the learner's record.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from kb import KnowledgeBase
from kb.errors import UnknownClause, UnknownDocument
from kb.export.letter import to_letter
from kb.render import citation_line
from kb.results import DocumentCard, cite
from kb.study.quiz import KINDS, Item, paper
from kb.views.account import who
from kb.views.address import Place, look_away
from kb.views.arrival import to_top
from kb.views.copying import Copy, Source, clipped, show_sources
from kb.views.downloads import file_button
from kb.views.learning.printed import LETTERS, printed
from kb.views.literal import literal
from kb.views.session import attempt, knowledge_base, workspace
from kb.views.words import plain, word
from kb.workspace.learning import Learning

COUNTS = (5, 10, 20, 50)
NUMBERS = 9999  # papers; the number is the seed


@dataclass(slots=True)
class Paper:
    """A paper in progress: ``given`` holds the answers so far, in order; ``open`` an answer that is being explained."""

    number: int
    scope: str
    items: Sequence[Item]
    given: list[str] = field(default_factory=list)
    explained: bool = False

    @property
    def right(self) -> int:
        """How many answers so far are right."""
        return sum(item.right(given) for item, given in zip(self.items, self.given, strict=False))


def learning() -> Learning:
    """Return the record of whoever uses this browser session."""
    return Learning(workspace().database, who().id)


def show_practice(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> None:
    """Show the paper in progress, its result, or the choice of a new one."""
    current: Paper | None = st.session_state.get("paper")
    if current is None:
        _choice(kb, cards)
    elif len(current.given) - current.explained < len(current.items):
        _question(current)
    else:
        _result(current)


@st.cache_data(show_spinner=False, max_entries=20)
def _pool(_kb: KnowledgeBase, docs: tuple[str, ...], seed: int, texts: tuple[str, ...]) -> list[Item]:
    """Return the questions of these documents; ``texts`` tell the versions, so that a changed one is read anew."""
    return _kb.quiz_items(docs, seed=seed)


def _choice(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> None:
    """Offer documents, kinds, length and number of a paper."""
    st.markdown(word("lessons.intro"))
    titles = {card.doc_id: card.title for card in cards}
    whole = [card.doc_id for card in cards if card.form == "fulltext"] or list(titles)
    docs = st.multiselect(
        word("lessons.documents"), list(titles), default=whole[:3], format_func=titles.__getitem__, key="quiz_docs",
        persist_state="session", placeholder=plain("lessons.choose"),
    )  # fmt: skip
    kinds = st.pills(
        word("lessons.kinds"), list(KINDS), default=list(KINDS), selection_mode="multi", key="quiz_kinds",
        format_func=lambda kind: word(f"lessons.kind_{kind}"), persist_state="session",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.selectbox(
            word("lessons.count"), COUNTS, index=1, key="quiz_count", width=120, persist_state="session"
        )
        st.session_state.setdefault("quiz_number", random.randint(1, NUMBERS))
        number = st.number_input(
            word("lessons.number"), 1, NUMBERS, key="quiz_number", width=160, help=word("lessons.number_help"),
            persist_state="session",
        )  # fmt: skip
    if not docs or not kinds:
        st.info(word("lessons.choose_both"), icon=":material/checklist:")
        return
    chosen = [card for card in cards if card.doc_id in docs]
    with st.spinner(word("lessons.making")):
        pool = _pool(kb, tuple(docs), int(number), tuple(kb.document(card.doc_id).source.sha256 for card in chosen))
    _start(pool, int(number), count, kinds, chosen)


def _start(pool: Sequence[Item], number: int, count: int, kinds: Sequence[str], cards: Sequence[DocumentCard]) -> None:
    """Offer the paper itself: on the page, of what was missed, or printed."""
    items = paper(pool, seed=number, count=count, kinds=kinds)
    known = {item.key for item in pool if item.kind in kinds}
    due = [key for key in learning().due() if key in known]
    if not items:
        st.info(word("lessons.nothing"), icon=":material/search_off:")
        return
    scope = "、".join(card.title for card in cards)
    st.caption(word("lessons.available", known=len(known), due=len(due)))
    with st.container(horizontal=True):
        st.button(
            word("lessons.start", count=len(items)), type="primary", icon=":material/play_arrow:", key="quiz_start",
            on_click=_open, args=(number, scope, items),
        )  # fmt: skip
        if due:
            again = paper(pool, seed=number, count=min(count, len(due)), kinds=kinds, due=due)
            st.button(
                word("lessons.again", count=len(again)), icon=":material/replay:", key="quiz_again",
                on_click=_open, args=(number, scope, again),
            )  # fmt: skip
        file_button(
            word("lessons.print"), plain("file.paper", number=number),
            lambda: to_letter(*printed(items, cards, number)), key="quiz_print", subject=scope, icon=":material/print:",
        )  # fmt: skip


def _open(number: int, scope: str, items: Sequence[Item]) -> None:
    st.session_state["paper"] = Paper(number, scope, items)
    look_away()


def _question(current: Paper) -> None:
    """Show one question; once it is answered, what is right and where it stands."""
    at = len(current.given) - current.explained
    item = current.items[at]
    st.progress(
        len(current.given) / len(current.items),
        word("lessons.progress", at=at + 1, count=len(current.items), right=current.right),
    )
    with st.container(border=True, key="quiz_item"):
        st.caption(word(f"lessons.kind_{item.kind}"))
        st.text(item.prompt)
        to_top(f"paper_{current.number}_{at}")
        if current.explained:
            _explanation(item, current.given[at])
            st.button(word("lessons.next"), type="primary", key="quiz_next", on_click=_next, args=(current,))
        else:
            _form(current, item, at)
    st.button(word("lessons.leave"), type="tertiary", icon=":material/close:", key="quiz_leave", on_click=_leave)


def _form(current: Paper, item: Item, at: int) -> None:
    key = f"given_{current.number}_{at}"
    with st.form(f"item_{current.number}_{at}", border=False):
        if item.choices:
            labels = dict(zip(item.choices, LETTERS, strict=True))
            st.radio(
                word("lessons.pick"), item.choices, index=None, key=key,
                format_func=lambda choice: f"{labels[choice]}. {literal(choice)}",
            )  # fmt: skip
        else:
            st.text_input(word("lessons.fill"), key=key, max_chars=40, autocomplete="off")
        st.form_submit_button(word("lessons.submit"), type="primary", on_click=_submit, args=(current, item, key))


def _submit(current: Paper, item: Item, key: str) -> None:
    given = str(st.session_state.get(key) or "").strip()
    if not given or current.explained:
        return
    current.given.append(given)
    current.explained = True
    attempt(lambda: learning().answered(item.key, right=item.right(given)))


def _explanation(item: Item, given: str) -> None:
    """Say whether the answer was right, what is, and where the document says so."""
    if item.right(given):
        st.success(word("lessons.right", answer=item.answer), icon=":material/check:")
    else:
        st.error(word("lessons.wrong", given=given, answer=item.answer), icon=":material/close:")
    if item.note:
        st.caption(literal(item.note))
    _proof(item, "quiz_source")


def _proof(item: Item, key: str) -> None:
    """Show the sentence that proves the answer, as a link to its clause."""
    kb = knowledge_base()
    try:
        card = kb.clause(item.doc_id, item.path).doc
        found = cite(kb.document(item.doc_id), card, item.path, item.span)
    except (UnknownDocument, UnknownClause):  # removed or replaced since the paper was made
        st.caption(word("source.missing", doc=item.doc_id, path=item.path))
        return
    line = citation_line(found)
    copy = Copy(f"{line}：“{found.quote}”", name=plain("source.with_quote"))
    show_sources(key, [Source(line, Place(item.doc_id, item.path, item.span), clipped(found.quote), copy)])


def _next(current: Paper) -> None:
    current.explained = False
    look_away()
    if len(current.given) == len(current.items):
        score = {"number": current.number, "right": current.right, "total": len(current.items)}
        attempt(lambda: learning().finished(scope=current.scope, **score))


def _leave() -> None:
    st.session_state.pop("paper", None)
    look_away()


def _result(current: Paper) -> None:
    """Show the score and every question missed, with its clause."""
    total = len(current.items)
    st.metric(word("lessons.score"), f"{current.right} / {total}")
    missed = [
        (at, item, given)
        for at, (item, given) in enumerate(zip(current.items, current.given, strict=True))
        if not item.right(given)
    ]
    st.markdown(word("lessons.missed", count=len(missed)) if missed else word("lessons.all_right"))
    for at, item, given in missed:
        with st.container(border=True):
            st.text(item.prompt)
            st.markdown(word("lessons.wrong", given=given, answer=item.answer))
            _proof(item, f"missed_{at}")
    with st.container(horizontal=True):
        st.button(word("lessons.new"), type="primary", key="quiz_new", on_click=_another)
        if missed:
            again = [item for _, item, _ in missed]
            st.button(
                word("lessons.again", count=len(again)), key="quiz_repeat", on_click=_open,
                args=(current.number, current.scope, again),
            )  # fmt: skip


def _another() -> None:
    _leave()
    st.session_state["quiz_number"] = random.randint(1, NUMBERS)
