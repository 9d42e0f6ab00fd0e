"""How far each target of a document has come: on the path, behind by how much, met, or why it cannot be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from kb.ledger import target_record
from kb.study.entries import Stated
from kb.study.progress import BEHIND, MET, MISSED, NO_DATA, ON_TRACK, UNKNOWN, Progress, Value, gap_unit, progress
from kb.study.progress import plain as number
from kb.study.progress_sheet import progress_sheet
from kb.study.sheets import said
from kb.views.downloads import offer
from kb.views.literal import literal
from kb.views.records import record_button
from kb.views.session import workspace
from kb.views.words import plain, word
from kb.workspace.actuals import Actual, Actuals

SIGNS = {BEHIND: "▼", MISSED: "✕", ON_TRACK: "●", MET: "✓", UNKNOWN: "?", NO_DATA: "—"}
A_PAGE = 15  # targets
Row = tuple[Stated, list[Actual], Progress]


def show_progress(stated: Sequence[Stated]) -> None:
    """Show the counts, the targets with one standing, and the file."""
    rows = [(one, held, _stands(one, held)) for one in stated for held in [_held(one, actuals_of(stated))]]
    counts = Counter(row[2].status for row in rows)
    present = [status for status in SIGNS if counts[status]]
    if present == [NO_DATA]:
        st.info(word("progress.empty", count=len(rows)), icon=":material/edit_note:")
        return
    st.caption(word("progress.note"))

    def label(status: str) -> str:
        return f"{SIGNS[status]} {word(f'progress.{status}')} {counts[status]}"

    key = f"progress_of_{stated[0][0].source.doc_id}_{'_'.join(present)}"
    chosen = st.pills(word("progress.status"), present, selection_mode="multi", format_func=label, key=key)
    shown = [row for status in SIGNS for row in rows if row[2].status == status and (not chosen or status in chosen)]
    pages = -(-len(shown) // A_PAGE)
    page = st.pagination(pages, key=f"progress_page_{key}_{len(shown)}", max_visible_pages=5) if pages > 1 else 1
    for at, row in enumerate(shown[(page - 1) * A_PAGE : page * A_PAGE]):
        _row(at, row)
    judged = [(*one, found, [_sourced(actual) for actual in held]) for one, held, found in rows]
    offer("progress", stated[0][0].source.title, [
        ("progress", suffix, lambda: progress_sheet(judged)) for suffix in (".xlsx", ".docx", ".csv")
    ])  # fmt: skip


def actuals_of(stated: Sequence[Stated]) -> list[Actual]:
    """Return the values entered for the documents of these targets."""
    return Actuals(workspace().database).of(sorted({document.source.doc_id for document, _ in stated}))


def _held(one: Stated, actuals: Sequence[Actual]) -> list[Actual]:
    document, target = one
    key = (document.source.doc_id, target.path, target.indicator, target.deadline_year)
    return [actual for actual in actuals if actual.target == key]


def _stands(one: Stated, held: Sequence[Actual]) -> Progress:
    return progress(one[1], [Value(a.year, a.value, a.unit, a.measure) for a in held], _start(one))


def _start(one: Stated) -> int | None:
    """Return the starting year that the reader has chosen for a target without a base year."""
    return st.session_state.get(_start_key(one))


def _start_key(one: Stated) -> str:
    document, target = one
    return f"start_{document.source.doc_id}_{target.span.start}"


def _row(at: int, row: Row) -> None:
    """Show a target: what is asked, where it stands and by how much, the rule, each value with its source."""
    (document, target), held, found = row
    record = target_record(document, target)
    with st.container(key=f"progress_row_{at}", gap=None):
        record_button(f"{target.indicator} {said(record)}", record, key=f"progress_open_{at}")
        st.markdown(f"{SIGNS[found.status]} **{literal(_standing(found, target.unit))}**")
        for line in filter(None, (found.rule, found.why)):
            st.caption(literal(line))
        for actual in held:
            measure = plain(f"measure.{actual.measure}")
            st.text(f"{measure} {_sourced(actual)}")
        years = sorted({actual.year for actual in held})
        if target.baseline_year is None and target.deadline_year and len(years) > 1:
            st.selectbox(
                word("progress.start"), [None, *years[:-1]], key=_start_key(row[0]), width=320,
                format_func=lambda year: plain("progress.no_start") if year is None else f"{year}",
            )  # fmt: skip


def _standing(found: Progress, unit: str) -> str:
    status = plain(f"progress.{found.status}")
    if found.reached is None or found.gap is None:
        return status
    gap = f"{number(found.gap)}{gap_unit(unit)}"
    reached = plain("progress.reached", year=found.year or "", value=f"{number(found.reached)}{unit}")
    if found.status == BEHIND and found.expected is not None:
        return f"{status} {gap} · {reached} · " + plain("progress.expected", value=f"{number(found.expected)}{unit}")
    if found.status in (MISSED, UNKNOWN):
        return f"{status} · {reached} · " + plain("progress.short", value=gap)
    return f"{status} · {reached}"


def _sourced(actual: Actual) -> str:
    """Return a value with its year, its source and who entered it."""
    figure = f"{format(actual.value, 'f')}{actual.unit}"
    return plain(
        "progress.source", year=actual.year, value=figure, source=actual.source, by=actual.by, day=actual.at[:10]
    )
