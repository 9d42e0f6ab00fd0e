"""The matrix on the page: filters, bodies by tasks (or turned round), and the list that takes its place on a phone.

The grid is drawn on a canvas, so that two hundred tasks by sixty bodies scroll as quickly as ten by ten. A mark is a
sign and a word, never a colour alone; the load of a body is a bar and a number. A click opens the words that say it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

import streamlit as st

from kb.results import DocumentCard, address_name, on_page
from kb.study.matrix import ORDERS, ROLES, Matrix, Task, load_sheet, matrix_sheet, narrowed, ordered, proofs
from kb.views.address import look_at, looked_at
from kb.views.downloads import offer
from kb.views.literal import literal
from kb.views.records import place_of_record, record_button
from kb.views.words import plain, word

SIGNS = {"lead": "★", "support": "○", "responsible": "●", "local": "△", "inherited": "▽"}
SHAPES = ("bodies", "tasks", "list")
A_PAGE = 10  # tasks of the list
MARK_WIDTH, NAME_WIDTH, TASK_WIDTH, LOAD_WIDTH = 84, 190, 260, 110  # pixels
WIDEST = 300  # pixels of a column of names
OPENED, ROUND = "matrix_opened", "matrix_round"  # counts the clauses closed: a new grid has nothing selected


def show_matrix(matrix: Matrix, chosen: Sequence[DocumentCard]) -> None:
    """Show the filters, the grid or the list, the key to its signs, and the files."""
    kept = _filtered(matrix)
    shape = st.segmented_control(
        word("matrix.shape"), SHAPES, format_func=lambda name: word(f"matrix.shape_{name}"), default="bodies",
        required=True, key="matrix_shape", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    st.caption(word("matrix.found", tasks=len(kept.tasks), bodies=len(kept.parties)) + "　" + _legend(kept))
    if not kept.tasks:
        st.info(word("matrix.nothing"), icon=":material/search_off:")
        return
    if shape == "list":
        _list(kept, "matrix_list_all")
    else:
        with st.container(key="matrix_grid"):
            (_by_bodies if shape == "bodies" else _by_tasks)(kept)
        with st.container(key="matrix_list"):
            _list(kept, "matrix_list_phone")
    _files(kept, chosen)


def _filtered(matrix: Matrix) -> Matrix:
    """Show the filters and return what they leave, in the order chosen."""
    names = {party.key: party.name for party in matrix.parties}
    present = Counter(role for task in matrix.tasks for role in task.roles.values())
    roles = [role for role in ROLES if role in present and role != "inherited"]
    st.session_state["matrix_bodies"] = [k for k in st.session_state.get("matrix_bodies", ()) if k in names]
    st.session_state["matrix_roles"] = [r for r in st.session_state.get("matrix_roles", ()) if r in roles]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="matrix_filters"):
        bodies = st.multiselect(
            word("matrix.bodies"), list(names), format_func=names.__getitem__, key="matrix_bodies", select_all=False,
            placeholder=plain("matrix.any"), filter_mode="contains", width=200, persist_state="session",
        )  # fmt: skip
        words = st.text_input(
            word("matrix.words"), max_chars=100, key="matrix_words", placeholder=plain("matrix.words_hint"),
            icon=":material/search:", width=180, persist_state="session",
        )  # fmt: skip
        by = st.selectbox(
            word("matrix.order"), ORDERS, format_func=lambda name: plain(f"matrix.order_{name}"), key="matrix_order",
            width=150, persist_state="session",
        )  # fmt: skip
        picked = st.pills(
            word("matrix.roles"), roles, selection_mode="multi", format_func=lambda role: word(f"mark.{role}"),
            key="matrix_roles", persist_state="session",
        )  # fmt: skip
        inherited = "inherited" in present and st.toggle(
            word("matrix.inherited"), value=True, key="matrix_inherited", persist_state="session"
        )
    wanted = [*picked, "inherited"] if picked and inherited and not _strict(picked) else picked
    return ordered(narrowed(matrix, parties=bodies, roles=wanted, words=words, inherited=inherited), by)


def _strict(picked: Sequence[str]) -> bool:
    """Tell whether the roles chosen are to be shown alone: who leads is asked without those bound by a rule."""
    return set(picked) <= {"lead", "support"}


def _legend(matrix: Matrix) -> str:
    present = {role for task in matrix.tasks for role in task.roles.values()}
    return "　".join(f"{SIGNS[role]} {word(f'mark.{role}')}" for role in ROLES if role in present)


def mark(role: str) -> str:
    """Return the sign and the word of a role."""
    return f"{SIGNS[role]}{plain(f'mark.{role}')}" if role else ""


# grids


def _by_bodies(matrix: Matrix) -> None:
    """Show a row for each body: its load as a bar, then a column for each task."""
    most = max(party.own for party in matrix.parties) or 1
    labels, marks = task_labels(matrix.tasks), _marks(matrix)
    columns: dict[str, Any] = {
        # a list cell: a text cell that is pinned is drawn at 60 % of its contrast
        "name": st.column_config.ListColumn(
            plain("matrix.body"), width=_width((party.name for party in matrix.parties), NAME_WIDTH), pinned=True
        ),
        "own": st.column_config.ProgressColumn(
            plain("matrix.load"), format="%d", min_value=0, max_value=most, width=LOAD_WIDTH, color="#5b7fa6"
        ),
        **{
            f"t{at}": st.column_config.TextColumn(
                label, width=_width([label, *marks], MARK_WIDTH), help=literal(str(task.record["task"]))
            )
            for at, (label, task) in enumerate(zip(labels, matrix.tasks, strict=True))
        },
    }
    rows = [
        {"name": [party.name], "own": party.own}
        | {f"t{at}": mark(task.roles.get(party.key, "")) for at, task in enumerate(matrix.tasks)}
        for party in matrix.parties
    ]
    alt = plain("matrix.alt_bodies", bodies=len(matrix.parties), tasks=len(matrix.tasks))

    def choose(row: int, column: str) -> None:
        party = matrix.parties[row]
        if column in ("name", "own"):
            st.session_state["matrix_unit"], st.session_state["matrix_view"] = party.key, "unit"
        else:
            task = matrix.tasks[int(column[1:])]
            _open(task, task.roles.get(party.key, ""))

    _grid(rows, columns, alt, choose, len(matrix.parties))


def _by_tasks(matrix: Matrix) -> None:
    """Show a row for each task: how many bodies it has as a bar, then a column for each body."""
    most = max(len(task.roles) for task in matrix.tasks)
    labels, marks = task_labels(matrix.tasks), _marks(matrix)
    columns: dict[str, Any] = {
        "path": st.column_config.ListColumn(plain("matrix.clause"), width=_width(labels, NAME_WIDTH // 2), pinned=True),
        "task": st.column_config.TextColumn(plain("matrix.task"), width=TASK_WIDTH, pinned=False),
        "own": st.column_config.ProgressColumn(
            plain("matrix.body_count"), format="%d", min_value=0, max_value=most, width=LOAD_WIDTH, color="#5b7fa6"
        ),
        **{
            f"p{at}": st.column_config.TextColumn(
                party.name, width=_width([party.name, *marks], MARK_WIDTH), help=literal("、".join(party.printed))
            )
            for at, party in enumerate(matrix.parties)
        },
    }
    rows = [
        {"path": [label], "task": task.record["task"], "own": len(task.roles)}
        | {f"p{at}": mark(task.roles.get(party.key, "")) for at, party in enumerate(matrix.parties)}
        for label, task in zip(labels, matrix.tasks, strict=True)
    ]
    alt = plain("matrix.alt_tasks", bodies=len(matrix.parties), tasks=len(matrix.tasks))

    def choose(row: int, column: str) -> None:
        task = matrix.tasks[row]
        key = matrix.parties[int(column[1:])].key if column.startswith("p") and column != "path" else ""
        _open(task, task.roles.get(key, ""))

    _grid(rows, columns, alt, choose, len(matrix.tasks))


def _marks(matrix: Matrix) -> list[str]:
    """Return the marks that stand in the grid."""
    return [mark(role) for role in {role for task in matrix.tasks for role in task.roles.values()}]


def _width(names: Iterable[str], least: int) -> int:
    """Return how wide a column has to be for its names to be read whole, within bounds."""
    return min(WIDEST, max(least, *(sum(15 if east_asian_width(c) in "WF" else 8 for c in n) + 26 for n in names)))


def _grid(rows: list[dict[str, Any]], columns: Mapping[str, Any], alt: str, choose: Any, count: int) -> None:  # noqa: ANN401
    """Show a grid whose cells can be clicked; ``choose`` gets the row and the name of the column."""
    if looked_at() is None and st.session_state.pop(OPENED, False):
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    key = f"matrix_cells_{st.session_state.get(ROUND, 0)}"

    def clicked() -> None:
        cells = st.session_state[key].selection.cells
        if cells:
            choose(*cells[0])

    height = min(640, 38 + 35 * count)
    st.dataframe(
        rows, hide_index=True, column_config=dict(columns), placeholder="", alt=alt, key=key, on_select=clicked,
        selection_mode="single-cell", height=height,
    )  # fmt: skip
    st.caption(word("matrix.click"))


def task_labels(tasks: Sequence[Task]) -> list[str]:
    """Return short names of tasks, each once: the address, numbered where a clause states several."""
    several = len({task.record["doc_id"] for task in tasks}) > 1
    seen: Counter[str] = Counter()
    labels = []
    for task in tasks:
        record = task.record
        name = address_name(record["path"])
        name = f"{record['doc_number'] or record['title'][:8]} {name}" if several else name
        seen[name] += 1
        labels.append(name if seen[name] == 1 else f"{name}·{seen[name]}")
    return labels


def _open(task: Task, role: str) -> None:
    """Open the words that say it; of a body that a standing rule binds, the rule."""
    st.session_state[OPENED] = True
    look_at(place_of_record(proofs(role, task)[0]))


# list


def _list(matrix: Matrix, key: str) -> None:
    """Show the tasks one below the other, a page at a time, bodies grouped by role."""
    names = {party.key: party.name for party in matrix.parties}
    pages = -(-len(matrix.tasks) // A_PAGE)
    number = st.pagination(pages, key=f"{key}_{pages}", max_visible_pages=5) if pages > 1 else 1
    labels = task_labels(matrix.tasks)
    for at in range((number - 1) * A_PAGE, min(number * A_PAGE, len(matrix.tasks))):
        task = matrix.tasks[at]
        with st.container(key=f"{key}_row_{at}", gap=None):
            page = on_page(task.record["page"], task.record["form"]).replace("，", " · ")
            record_button(f"{labels[at]} {task.record['heading'] or task.record['task']}{page}", task.record,
                          key=f"{key}_open_{at}")  # fmt: skip
            if task.due:
                st.caption(word("matrix.by", due=task.due))
            for role in ROLES:
                if bodies := [names[k] for k, held in task.roles.items() if held == role]:
                    st.text(f"{mark(role)}　{'、'.join(bodies)}")


def _files(matrix: Matrix, chosen: Sequence[DocumentCard]) -> None:
    name = chosen[0].title if len(chosen) == 1 else plain("matrix.several", count=len(chosen))
    sheets = {"matrix": lambda: matrix_sheet(matrix), "load": lambda: load_sheet(matrix),
              "ledger": lambda: [task.record for task in matrix.tasks]}  # fmt: skip
    offer("matrix", name, [
        ("matrix", ".xlsx", sheets["matrix"]), ("ledger", ".docx", sheets["ledger"]),
        ("matrix", ".csv", sheets["matrix"]), ("load", ".xlsx", sheets["load"]),
    ])  # fmt: skip
