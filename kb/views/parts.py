"""The parts of a document beside its outline: tables, ledgers, references, passages, what cleaning changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ingest.document import Document, Table
from kb.export import HEADINGS, to_xlsx
from kb.results import address_name, on_page
from kb.views.address import Place
from kb.views.downloads import file_button, file_name
from kb.views.grid import grid
from kb.views.literal import show_marked
from kb.views.relations import show_in_outline
from kb.views.words import plain, word

COLUMNS = {
    "duties": ("path", "task", "leads", "supports", "responsible", "local", "inherited", "deadline", "quote", "page"),
    "targets": (
        "path", "indicator", "relation", "value", "value_max", "unit", "baseline_year", "deadline_year", "nature",
        "quote", "page",
    ),
}  # fmt: skip
WIDE = ("task", "indicator", "quote")  # columns of running text
BLANKS = str.maketrans({"\n": "⏎", " ": "␣", "　": "□", "\t": "⇥"})
LONGEST = 80  # characters of a repaired text shown


def show_tables(document: Document) -> None:
    """Show one table at a time as a table, with where it stands."""
    if not document.tables:
        st.info(word("parts.no_tables"), icon=":material/info:")
        return
    names = [_table_name(document, number, table) for number, table in enumerate(document.tables, start=1)]
    number = st.selectbox(
        word("document.tables"), range(len(names)), format_func=names.__getitem__, filter_mode="contains"
    )
    table = document.tables[number]
    st.button(
        word("parts.in_text", place=address_name(table.path)), icon=":material/article:", type="tertiary",
        key="table_place", on_click=show_in_outline, args=(Place(document.source.doc_id, table.path, table.span),),
    )  # fmt: skip
    show_marked("table", [grid(document, table)])


def _table_name(document: Document, number: int, table: Table) -> str:
    caption = document.slice(table.caption).strip() if table.caption else ""
    page = on_page(document.page_of(table.span.start), document.source.form)
    return plain("parts.table", number=number) + f" {caption or address_name(table.path)}{page}"


def show_ledger(what: str, rows: Sequence[Mapping[str, Any]], title: str) -> None:
    """Show a ledger as a table without its empty columns, and offer it as a workbook."""
    name = plain(f"document.{what}")
    if not rows:
        st.info(word(f"parts.no_{what}"), icon=":material/info:")
        return
    kept = [key for key in COLUMNS[what] if any(row[key] not in (None, "", []) for row in rows)]
    table = [{HEADINGS[key]: _cell(row[key]) for key in kept} for row in rows]
    columns = {HEADINGS[key]: st.column_config.TextColumn(width="medium") for key in WIDE}
    alt = plain("parts.ledger", name=name, count=len(rows))
    st.dataframe(table, hide_index=True, column_config=columns, placeholder="", alt=alt)
    file = file_name(title, name, ".xlsx")
    file_button(word("parts.excel"), file, lambda: to_xlsx(rows), key="ledger", subject=f"{title} {name}")


def _cell(value: object) -> object:
    return "、".join(map(str, value)) if isinstance(value, list) else value


def show_passages(document: Document) -> None:
    """Show the passages as they were split: what is indexed and found, each within one clause."""
    lengths = [p.span.end - p.span.start for p in document.passages]
    if not lengths:
        st.info(word("parts.no_passages"), icon=":material/info:")
        return
    average = round(sum(lengths) / len(lengths))
    st.caption(word("parts.split", count=len(lengths), average=average, longest=max(lengths)))
    rows = [
        {
            plain("parts.clause"): address_name(p.path),
            **({plain("parts.page"): document.page_of(p.span.start)} if document.page_starts else {}),
            plain("parts.length"): p.span.end - p.span.start,
            plain("parts.text"): document.slice(p.span),
            plain("parts.headings"): p.breadcrumb,
        }
        for p in document.passages
    ]
    columns = {plain("parts.text"): st.column_config.TextColumn(width="large")}
    st.dataframe(rows, hide_index=True, column_config=columns, alt=plain("parts.passages", count=len(rows)))


def show_repairs(document: Document) -> None:
    """Show what cleaning changed on the way from the file to the text, so that nothing is lost unseen."""
    counts = Counter(repair.kind for repair in document.repairs)
    if not counts:
        st.info(word("parts.no_repairs"), icon=":material/info:")
        return
    st.caption(word("parts.repaired", count=len(document.repairs)))
    labels = {kind: plain(f"repair.{kind}") + f" {count}" for kind, count in counts.most_common()}
    chosen = st.pills(word("parts.kind"), list(labels), format_func=labels.__getitem__, key="repair_kind")
    rows = [
        {
            plain("parts.kind"): plain(f"repair.{r.kind}"),
            **({plain("parts.page"): r.page} if document.page_starts else {}),
            plain("parts.before"): _visible(r.before),
            plain("parts.after"): _visible(r.after),
        }
        for r in document.repairs
        if chosen in (None, r.kind)
    ]
    st.dataframe(rows, hide_index=True, alt=plain("parts.repairs", count=len(rows)))


def _visible(text: str) -> str:
    """Show blanks and line ends, which most repairs are about."""
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}……").translate(BLANKS)
