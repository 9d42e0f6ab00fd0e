"""Page: ask, read the cited answer, open a clause beside it, come back to it later."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ingest.errors import PolicyError
from kb import KnowledgeBase
from kb.errors import BadInput, UnknownConversation
from kb.results import DocumentCard
from kb.settings import load_settings
from kb.views.address import go_to_talk, keep_talk, kept_answer, look_away, looked_at
from kb.views.arrival import to_top
from kb.views.component import component
from kb.views.copying import Copy, show_copies
from kb.views.literal import literal
from kb.views.reply import reply_box, show_question, show_reply, show_turn
from kb.views.scope import Scope, scope, show_scope
from kb.views.session import BOX, PICKED, clause_count, knowledge_base, problem, show_problem, who, workspace
from kb.views.source import LIBRARY, source_panel
from kb.views.suggestions import example_questions, next_questions
from kb.views.talk import conversations, keep, list_talks, open_talk, show_head, unsaved
from kb.views.words import language, plain, word
from kb.workspace.conversations import Conversation, Conversations, Turn, new_turn, shared_turn

LONGEST = 500  # characters of a question
SHOWN = 5  # turns shown at first, and added with each click: a long conversation stays as quick as a short one


def main() -> None:
    """Lay out the page: conversation, the clause looked at, the question box."""
    kb = knowledge_base()
    cards = kb.documents()
    if not cards:
        _empty()
        return
    bar = st.bottom.container(key="bar", gap=None)
    question = st.bottom.chat_input(plain("chat.placeholder"), key=BOX) or st.session_state.pop(PICKED, None)
    if question:
        _put_aside()
    with bar:
        show_scope(cards)
        component("draft", "<span></span>")(key="draft", data={"owner": who().id})
    _conversation(kb, cards, question)
    if place := looked_at():
        source_panel(kb, place)
    with st.sidebar:
        st.caption(word("chat.library", documents=len(cards), clauses=clause_count(cards)))


def _conversation(kb: KnowledgeBase, cards: list[DocumentCard], question: str | None) -> None:
    """Show the conversation that is open, put the question to it, and list those kept."""
    talks = conversations()
    if not question and (shared := kept_answer()):
        _shared(kb, shared)
        list_talks(talks, None)
        return
    here = open_talk(talks)
    head = st.container(key="head")
    turns = _turns(kb, talks, here)
    show_problem()
    if question and len(question) > LONGEST:
        _too_long(question)
    elif question:
        turns.append(_ask(kb, cards, question, talks, here))
        here = open_talk(talks)
        show_problem()
    elif not turns:
        _welcome(kb, cards)
    if turns:
        _lead_on(kb, turns[-1])
    with head:
        if here:
            show_head(talks, here)
    list_talks(talks, here)


def _turns(kb: KnowledgeBase, talks: Conversations, here: Conversation | None) -> list[Turn]:
    """Show the latest turns, and return them."""
    shown = st.session_state.get(f"shown_{here.id}", SHOWN) if here else SHOWN
    turns = [*(talks.turns(here.id, shown) if here else []), *unsaved()]
    if here and here.turns > shown:
        label = word("chat.earlier", count=min(SHOWN, here.turns - shown))
        st.button(label, key="earlier", icon=":material/history:", on_click=_earlier, args=(here.id, shown))
    for turn in turns:
        show_turn(kb, turn, talks)
    return turns


def _ask(
    kb: KnowledgeBase, cards: list[DocumentCard], question: str, talks: Conversations, here: Conversation | None
) -> Turn:
    """Ask, keep the turn at once, and show it; while that lasts the question is on the page."""
    chosen = scope(cards)
    covered = chosen.covers(cards)
    searched = plain("scope.searched", what=chosen.label(cards), clauses=clause_count(covered))
    history = [*(talks.questions(here.id) if here else []), *(t.question for t in unsaved() if t.answer)]
    show_question(question, asked=f"{here.id}-{here.turns}" if here else f"new-{len(unsaved())}")
    with reply_box():
        with st.spinner(word("chat.reading"), show_time=True):
            try:
                if not covered:
                    raise BadInput(plain("chat.nothing_in_scope"))
                turn = _answered(kb, question, searched, history, chosen)
            except PolicyError as error:
                turn = new_turn(question, searched, problem=str(error))
            talk_id = keep(talks, here, turn)
        show_reply(kb, turn, talks, fresh=True)
    keep_talk(talk_id)
    return turn


def _answered(kb: KnowledgeBase, question: str, searched: str, history: list[str], chosen: Scope) -> Turn:
    """Return the turn of an answer, with the texts that it was given from."""
    revision = kb.revision()
    answer = kb.ask(question, history, docs=chosen.docs, level=chosen.level, dated=chosen.dated)
    ids = {c.doc_id for c in answer.citations} | {r.doc_id for r in answer.related}
    texts = {doc_id: kb.document(doc_id).source.sha256 for doc_id in sorted(ids)}
    return new_turn(question, searched, answer=answer, revision=revision, texts=texts)


def _lead_on(kb: KnowledgeBase, turn: Turn) -> None:
    """Offer what to ask after the last answer."""
    if turn.answer and turn.answer.answered:
        try:
            following = next_questions(knowledge_base(guarded=False), turn.id, kb.revision(), language(), turn.answer)
        except PolicyError:  # the document cited has gone meanwhile
            return
        _offer("next", word("chat.next"), following)


def _offer(name: str, caption: str, questions: Sequence[str]) -> None:
    """Show questions as buttons that ask them."""
    if not questions:
        return
    with st.container(key=f"{name}_questions", gap="xsmall"):
        st.caption(caption)
        for number, question in enumerate(questions):
            st.button(
                literal(question), key=f"{name}_{number}", on_click=_pick, args=(question,), width="stretch", wrap=True
            )


def _shared(kb: KnowledgeBase, turn_id: str) -> None:
    """Show the answer that a link restores: as it was given, with its citations as they were."""
    with st.container(horizontal=True, vertical_alignment="center", key="shared_head"):
        st.markdown(f"**{word('shared.title')}**", width="stretch")
        st.button(word("shared.leave"), icon=":material/arrow_back:", type="tertiary", on_click=go_to_talk, args=("",))
    try:
        turn = shared_turn(workspace().database, turn_id)
    except UnknownConversation:
        st.warning(word("shared.gone"), icon=":material/link_off:")
        return
    changed = turn.revision != kb.revision()
    st.caption(word("shared.changed" if changed else "shared.same", day=turn.asked[:10], searched=turn.searched))
    show_turn(kb, turn, None)
    st.button(
        word("shared.again"), icon=":material/refresh:", key="again", on_click=_pick, args=(turn.question,)
    )  # fmt: skip


def _welcome(kb: KnowledgeBase, cards: list[DocumentCard]) -> None:
    st.title(word("app.title"), anchor=False)
    if damaged := workspace().damaged:
        st.warning(word("talk.begun_anew", file=damaged.name), icon=":material/error:")
    st.markdown(word("chat.welcome"))
    st.space("small")
    try:
        with st.spinner(word("chat.leafing")):
            examples = example_questions(knowledge_base(guarded=False), tuple(cards), language())
    except PolicyError as error:  # the model cannot be loaded, or a document has gone meanwhile
        problem(error)
        return
    _offer("example", word("chat.examples"), examples)
    to_top("welcome")  # in a small window too


def _empty() -> None:
    """Say how to fill an empty library."""
    st.title(word("chat.empty"), anchor=False)
    st.markdown(word("chat.fill"))
    st.page_link(LIBRARY, label=word("chat.to_library"), icon=":material/upload_file:")
    st.markdown(word("chat.terminal"))
    st.code(f'kb ingest --home "{load_settings().home}"', language=None, wrap_lines=True)
    st.button(word("chat.refresh"), icon=":material/refresh:")


def _too_long(question: str) -> None:
    """Say that a question is too long, and give it back to be shortened."""
    with st.container(border=True, key="too_long"):
        said = word("chat.too_long", length=len(question), longest=LONGEST)
        st.warning(said, icon=":material/error:")
        st.text(question[: 4 * LONGEST])
        show_copies("question_copies", Copy(question, plain("chat.copy_question")))


def _put_aside() -> None:
    """Leave the clause and the kept answer that the address names: a new question begins."""
    st.query_params.pop("answer", None)
    look_away()


def _pick(question: str) -> None:
    st.session_state[PICKED] = question


def _earlier(talk_id: str, shown: int) -> None:
    st.session_state[f"shown_{talk_id}"] = shown + SHOWN


main()
