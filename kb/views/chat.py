"""Page: ask, read the cited answer, open a clause beside it."""

from __future__ import annotations

import streamlit as st

from ingest.errors import PolicyError
from kb import KnowledgeBase
from kb.results import DocumentCard
from kb.settings import load_settings
from kb.views.examples import example_questions
from kb.views.literal import literal
from kb.views.reply import Turn, show_turn
from kb.views.session import knowledge_base, look_away, looked_at, scope, scope_sidebar
from kb.views.source import LIBRARY, source_panel

LONGEST = 500  # characters of a question


def main() -> None:
    """Lay out the page: conversation, the clause looked at, the question box."""
    kb = knowledge_base()
    cards = kb.documents()
    if not cards:
        _empty()
        return
    scope_sidebar(cards)
    turns: list[Turn] = st.session_state.setdefault("turns", [])
    bar = st.bottom.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    picked = st.session_state.pop("picked", None)
    question = st.chat_input("请输入问题", max_chars=LONGEST) or picked
    if question:
        look_away()
    with bar:
        _toolbar(cards, started=bool(turns or question))
    place = looked_at()
    st.set_page_config(layout="wide" if place else "centered")
    columns = st.columns([5, 4] if place else [1], gap="medium")
    if place:
        with columns[1]:
            source_panel(kb, place)
    with columns[0]:
        if not turns and not question:
            _welcome(kb, cards)
        for number, turn in enumerate(turns):
            show_turn(number, turn)
        if question:
            turns.append(_ask(kb, cards, question, turns))
            show_turn(len(turns) - 1, turns[-1])


def _ask(kb: KnowledgeBase, cards: list[DocumentCard], question: str, turns: list[Turn]) -> Turn:
    chosen = scope()
    searched = f"{chosen.label(cards)}，共{sum(card.clauses for card in chosen.covers(cards))}条"
    history = [turn.question for turn in turns if turn.answer]
    try:
        with st.spinner("正在查阅文件……"):
            return Turn(question, searched, kb.ask(question, history, docs=chosen.docs, level=chosen.level))
    except PolicyError as error:
        return Turn(question, searched, problem=str(error))


def _welcome(kb: KnowledgeBase, cards: list[DocumentCard]) -> None:
    st.title("政策文件知识库", anchor=False)
    st.markdown("回答只取自库中文件，每句都注明条款；文件没有写的，会说明没有写。")
    st.space("small")
    st.caption("可以这样问")
    for number, question in enumerate(example_questions(kb, tuple(cards))):
        key = f"example_{number}"
        st.button(literal(question), key=key, on_click=_pick, args=(question,), width="stretch", wrap=True)


def _empty() -> None:
    """Say how to fill an empty library."""
    st.title("库中还没有文件", anchor=False)
    st.markdown("先在文件库中导入文件，再来提问。")
    st.page_link(LIBRARY, label="到文件库导入文件", icon=":material/upload_file:")
    st.markdown("也可以在终端中运行下面的命令，导入随附的文件；命令后面可写上自己的文件或文件夹。完成后按“刷新”。")
    st.code(f'kb ingest --home "{load_settings().home}"', language=None, wrap_lines=True)
    st.button("刷新", icon=":material/refresh:")


def _toolbar(cards: list[DocumentCard], *, started: bool) -> None:
    """Keep the scope in view above the question box."""
    st.caption(f":material/filter_alt: 检索范围：{literal(scope().label(cards))}", width="content")
    if started:
        st.button("新对话", icon=":material/add_comment:", type="tertiary", on_click=_restart)


def _pick(question: str) -> None:
    st.session_state["picked"] = question


def _restart() -> None:
    st.session_state["turns"] = []
    look_away()


main()
