"""Entering actual values: a file made from the template, or by hand for one target; checked before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from ingest.errors import PolicyError
from kb.export.handed import BYTES, Cell, read_table
from kb.study.entries import COLUMNS, MEASURES, OWN, Fault, Stated, checked, kept_sheet, template, written
from kb.study.progress import measures
from kb.views.account import address, door
from kb.views.downloads import offer
from kb.views.literal import literal
from kb.views.session import may, problem, say, who, workspace
from kb.views.targets_levels import said_target
from kb.views.targets_progress import actuals_of
from kb.views.words import plain, word
from kb.workspace.actuals import Actual, Actuals

FAULTS = 50  # listed at a time
YEAR, VALUE, UNIT, MEASURE, SOURCE = OWN
ROUND = "entry_round"  # a new round has an empty box for files and a fresh table


def show_entry(stated: Sequence[Stated]) -> None:
    """Offer the template, take a filled-in file, and let one target be edited; readers see what is kept."""
    held = actuals_of(stated)
    title = stated[0][0].source.title
    if not may("actuals"):
        st.info(word("entry.not_allowed"), icon=":material/lock:")
        _kept(held)
    else:
        st.markdown(word("entry.by_file"))
        offer("entry", title, [("template", suffix, lambda: template(stated)) for suffix in (".xlsx", ".csv")])
        _upload(stated, held)
        st.markdown(word("entry.by_hand"))
        _by_hand(stated, held)
    if held:
        offer("kept", title, [("actuals", suffix, lambda: kept_sheet(stated, held)) for suffix in (".xlsx", ".csv")])


def _round() -> int:
    return int(st.session_state.get(ROUND, 0))


def _upload(stated: Sequence[Stated], held: Sequence[Actual]) -> None:
    file = st.file_uploader(
        word("entry.file"), ["xlsx", "csv"], key=f"entry_file_{_round()}", max_upload_size=BYTES // 2**20
    )
    if file is None:
        return
    try:
        new, faults = checked(read_table(file.name, file.getvalue()), stated)
    except PolicyError as error:
        problem(error)
        return
    if faults:
        _faults(faults)
        return
    known = {actual.key for actual in held}
    again = sum(actual.key in known for actual in new)
    st.success(word("entry.good", new=len(new) - again, again=again), icon=":material/check:")
    st.button(word("entry.save"), type="primary", key="entry_save", on_click=_save, args=(file.name, new, ()))


def _faults(faults: Sequence[Fault]) -> None:
    """Name every fault with its row and column; nothing was taken."""
    st.warning(word("entry.faults", count=len(faults)), icon=":material/error:")
    st.text("\n".join(map(str, faults[:FAULTS])))
    if len(faults) > FAULTS:
        st.caption(word("entry.more_faults", count=len(faults) - FAULTS))


def _save(what: str, put: Sequence[Actual], drop: Sequence[Actual]) -> None:
    try:
        with door().changing(who(), "actuals", what, address(), {"entered": len(put), "removed": len(drop)}):
            Actuals(workspace().database).change(who(), put, drop)
    except PolicyError as error:
        st.session_state["entry_problem"] = str(error)
        return
    st.session_state[ROUND] = _round() + 1
    say(plain("entry.saved", put=len(put), drop=len(drop)))


# by hand


def _by_hand(stated: Sequence[Stated], held: Sequence[Actual]) -> None:
    if found := st.session_state.pop("entry_problem", ""):
        st.warning(literal(found), icon=":material/error:")
    names = [f"{t.indicator} {said_target(document, t)}" for document, t in stated]
    at = st.selectbox(word("targets.indicator"), range(len(names)), format_func=names.__getitem__,
                      filter_mode="contains", key=f"entry_at_{stated[0][0].source.doc_id}")  # fmt: skip
    document, target = stated[at]
    key = (document.source.doc_id, target.path, target.indicator, target.deadline_year)
    own = [actual for actual in held if actual.target == key]
    allowed = [name for name, measure in MEASURES.items() if measure in measures(target)]
    first = next(name for name in allowed if MEASURES[name] == measures(target)[0])
    blank = dict.fromkeys(OWN, "") | {MEASURE: first, UNIT: target.unit}
    rows = [written(actual) for actual in own] or [blank]
    config: dict[str, Any] = {
        YEAR: st.column_config.TextColumn(word("entry.year"), max_chars=4),
        VALUE: st.column_config.TextColumn(word("entry.value"), max_chars=24),
        UNIT: st.column_config.TextColumn(word("entry.unit"), max_chars=24, default=target.unit),
        MEASURE: st.column_config.SelectboxColumn(word("entry.measure"), options=allowed, default=first),
        SOURCE: st.column_config.TextColumn(word("entry.source"), max_chars=300, width="large"),
    }
    edited = st.data_editor(
        rows, num_rows="dynamic", column_config=config, hide_index=True, alt=plain("entry.alt"),
        key=f"entry_rows_{document.source.doc_id}_{at}_{_round()}",
    )  # fmt: skip
    st.caption(word("entry.measures"))
    table = [[(name, "") for name in COLUMNS], *(_cells(document, target, row) for row in edited)]
    entries, faults = checked(table, [(document, target)], first=1)  # the heading of this table has no number
    emptied = not any(str(row.get(VALUE) or row.get(YEAR) or "").strip() for row in edited)
    put = [] if faults else [a for a in entries if not any(_same(a, old) for old in own)]
    drop = [old for old in own if old.key not in {entry.key for entry in entries}]
    if faults and not (emptied and own):
        if not emptied:
            _faults(faults)
        return
    if put or drop:
        st.button(
            word("entry.save_rows", put=len(put), drop=len(drop)), type="primary", key="entry_save_rows",
            on_click=_save, args=(target.indicator, put, drop),
        )  # fmt: skip


def _same(new: Actual, old: Actual) -> bool:
    return (new.key, Decimal(new.value), new.unit, new.source) == (old.key, old.value, old.unit, old.source)


def _cells(document: Any, target: Any, row: dict[str, Any]) -> list[Cell]:  # noqa: ANN401
    given = [str(row.get(name) or "").strip() for name in OWN]
    own = [document.source.doc_id, target.path, target.indicator, str(target.deadline_year or "")]
    return [(text, "") for text in (*own, *given)]


# what is kept


def _kept(held: Sequence[Actual]) -> None:
    if not held:
        st.caption(word("entry.none"))
        return
    rows = [written(a) | {plain("targets.indicator"): a.indicator, plain("entry.who"): a.by} for a in held]
    st.dataframe(rows, hide_index=True, alt=plain("entry.alt"))
