"""One body's own list: what it leads, supports, answers for or is bound to, by when, with the figures and the proof."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kb.ledger import Record
from kb.results import DocumentCard, address_name, on_page
from kb.study.matrix import ROLES, Matrix, Task, proofs, tasks_of, tasks_sheet
from kb.study.sheets import said
from kb.views.downloads import offer
from kb.views.literal import literal
from kb.views.matrix_grid import SIGNS
from kb.views.records import record_button
from kb.views.session import attempt, preferences
from kb.views.words import plain, word

A_PAGE = 20  # tasks
CHOICE = "unit"  # among the preferences
ORDERS = ("role", "due", "printed")
NAMES = "matrix_unit_names"


def unit_name(key: str) -> str:
    """Return the printed name of the body shown, for the address."""
    return str(st.session_state.get(NAMES, {}).get(st.session_state.get(key), ""))


def show_unit(matrix: Matrix, chosen: Sequence[DocumentCard], key: str) -> None:
    """Let the reader choose a body, and show its tasks; ``key`` holds the choice, a body's key or a printed name."""
    own = preferences().get(CHOICE)
    asked = st.session_state.get(key) or own
    found = matrix.find(asked) if asked else None
    if asked and found is None:
        st.warning(word("matrix.not_named", name=asked), icon=":material/search_off:")
    names = {party.key: party.name for party in sorted(matrix.parties, key=lambda party: -party.own)}
    st.session_state[NAMES] = names
    st.session_state[key] = found.key if found else next(iter(names))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="unit_choice"):
        chosen_key = st.selectbox(
            word("matrix.unit"), list(names), format_func=names.__getitem__, key=key, filter_mode="contains", width=320,
            persist_state="session",
        )  # fmt: skip
        by = st.segmented_control(
            word("matrix.order"), ORDERS, format_func=lambda name: word(f"matrix.by_{name}"), default="role",
            required=True, key="unit_order", persist_state="session",
        )  # fmt: skip
        name = names[chosen_key]
        if name != own:
            st.button(word("matrix.keep"), icon=":material/push_pin:", on_click=_keep, args=(name,), key="keep_unit")
        else:
            st.caption(word("matrix.kept"))
    _head(matrix, chosen_key)
    _tasks(_sorted(matrix, chosen_key, by), f"{chosen_key}_{by}")
    offer("unit", name, [
        ("tasks", suffix, lambda: tasks_sheet(matrix, chosen_key)) for suffix in (".xlsx", ".docx", ".csv")
    ])  # fmt: skip


def _keep(name: str) -> None:
    attempt(lambda: preferences().set(CHOICE, name))


def _head(matrix: Matrix, key: str) -> None:
    """Say in how many tasks the body has which role, and how it is printed where that differs."""
    party = matrix.party(key)
    assert party is not None  # chosen from its bodies
    with st.container(horizontal=True, gap="small", key="unit_load"):
        for role in ROLES:
            if count := party.load.get(role):
                st.metric(f"{SIGNS[role]} {word(f'mark.{role}')}", count, width="content", border=True)
        figures = sum(len(task.figures) for _, task in tasks_of(matrix, key))
        if figures:
            st.metric(word("matrix.figures"), figures, width="content", border=True)
    if len(party.printed) > 1:
        st.caption(word("matrix.printed", names="、".join(party.printed)))


def _sorted(matrix: Matrix, key: str, by: str) -> list[tuple[str, Task]]:
    found = tasks_of(matrix, key)
    if by == "printed":
        return [(task.roles[key], task) for task in matrix.tasks if key in task.roles]
    return sorted(found, key=lambda pair: (not pair[1].due, pair[1].due)) if by == "due" else found


def _tasks(found: Sequence[tuple[str, Task]], key: str) -> None:
    pages = -(-len(found) // A_PAGE)
    number = st.pagination(pages, key=f"unit_page_{key}", max_visible_pages=5) if pages > 1 else 1
    several = len({task.record["doc_id"] for _, task in found}) > 1
    for at, (role, task) in enumerate(found[(number - 1) * A_PAGE : number * A_PAGE]):
        _task(at, role, task, several=several)


def _task(at: int, role: str, task: Task, *, several: bool) -> None:
    """Show one task: role, place, time, figures and the words that prove it."""
    record = task.record
    where = f"{record['doc_number'] or record['title']} " if several else ""
    with st.container(key=f"unit_row_{at}", gap=None):
        label = f"{where}{address_name(record['path'])} {record['heading'] or record['task']}{_page(record)}"
        record_button(label, record, key=f"unit_open_{at}")
        due = f"　{word('matrix.by', due=task.due)}" if task.due else ""
        st.markdown(f"{SIGNS[role]} **{word(f'mark.{role}')}**{due}")
        if record["heading"] and record["task"] != record["heading"]:
            st.text(record["task"])
        for number, figure in enumerate(task.figures):
            record_button(f"{figure['indicator']} {said(figure)}", figure, key=f"unit_figure_{at}_{number}")
        for proof in proofs(role, task):
            if proof is task.rule:
                record_button(plain("matrix.rule", path=address_name(proof["path"])), proof, key=f"unit_rule_{at}")
            st.text(f"“{proof['quote'].strip()}”")
        if record["change"]:
            st.caption(f":material/history: {literal(record['change'])}")


def _page(record: Record) -> str:
    return on_page(record["page"], record["form"]).replace("，", " · ")
