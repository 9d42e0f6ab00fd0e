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
from kb.views.literal import literal, show_marked
from kb.views.relations import show_in_outline

COLUMNS = {
    "责任分工": ("path", "task", "leads", "supports", "responsible", "local", "inherited", "deadline", "quote", "page"),
    "量化目标": (
        "path", "indicator", "relation", "value", "value_max", "unit", "baseline_year", "deadline_year", "nature",
        "quote", "page",
    ),
}  # fmt: skip
WIDE = ("task", "indicator", "quote")  # columns of running text
REPAIRS = {
    "joined_line": "接回断行",
    "unified_character": "统一字形",
    "dropped_blank": "删除空格",
    "dropped_blank_line": "删除空行",
    "dropped_invisible": "删除不可见字符",
    "dropped_page_number": "删除页码",
    "dropped_running_head": "删除页眉页脚",
    "dropped_portal_line": "删除网页栏目",
    "dropped_contents": "删除目录",
    "dropped_repeated_title": "删除重复标题",
    "dropped_stray_label": "删除误入的标签",
    "dropped_repeated_header": "删除续页重复的表头",
    "joined_row": "接回跨页的表格行",
}
BLANKS = str.maketrans({"\n": "⏎", " ": "␣", "　": "□", "\t": "⇥"})
LONGEST = 80  # characters of a repaired text shown


def show_tables(document: Document) -> None:
    """Show one table at a time as a table, with where it stands."""
    if not document.tables:
        st.info("这份文件中没有读到表格。", icon=":material/info:")
        return
    names = [_table_name(document, number, table) for number, table in enumerate(document.tables, start=1)]
    number = st.selectbox("表格", range(len(names)), format_func=names.__getitem__, filter_mode="contains")
    table = document.tables[number]
    st.button(
        literal(f"在条文中查看 {address_name(table.path)}"), icon=":material/article:", type="tertiary",
        key="table_place", on_click=show_in_outline, args=(Place(document.source.doc_id, table.path, table.span),),
    )  # fmt: skip
    show_marked("table", [grid(document, table)])


def _table_name(document: Document, number: int, table: Table) -> str:
    caption = document.slice(table.caption).strip() if table.caption else ""
    page = on_page(document.page_of(table.span.start), document.source.form)
    return f"表{number} {caption or address_name(table.path)}{page}"


def show_ledger(name: str, rows: Sequence[Mapping[str, Any]], title: str) -> None:
    """Show a ledger as a table without its empty columns, and offer it as a workbook."""
    if not rows:
        st.info(f"这份文件中没有读到{name}。", icon=":material/info:")
        return
    kept = [key for key in COLUMNS[name] if any(row[key] not in (None, "", []) for row in rows)]
    table = [{HEADINGS[key]: _cell(row[key]) for key in kept} for row in rows]
    columns = {HEADINGS[key]: st.column_config.TextColumn(width="medium") for key in WIDE}
    st.dataframe(table, hide_index=True, column_config=columns, placeholder="", alt=f"{name}台账，共{len(rows)}项")
    file = file_name(title, name, ".xlsx")
    file_button("下载 Excel", file, lambda: to_xlsx(rows), key="ledger", subject=f"{title} {name}")


def _cell(value: object) -> object:
    return "、".join(map(str, value)) if isinstance(value, list) else value


def show_passages(document: Document) -> None:
    """Show the passages as they were split: what is indexed and found, each within one clause."""
    lengths = [p.span.end - p.span.start for p in document.passages]
    if not lengths:
        st.info("这份文件没有检索段落。", icon=":material/info:")
        return
    average = round(sum(lengths) / len(lengths))
    st.caption(f"全文分为{len(lengths)}段供检索，每段不跨条款；平均{average}字，最长{max(lengths)}字。")
    rows = [
        {
            "条款": address_name(p.path),
            **({"页码": document.page_of(p.span.start)} if document.page_starts else {}),
            "字数": p.span.end - p.span.start,
            "正文": document.slice(p.span),
            "随段索引的标题": p.breadcrumb,
        }
        for p in document.passages
    ]
    columns = {"正文": st.column_config.TextColumn(width="large")}
    st.dataframe(rows, hide_index=True, column_config=columns, alt=f"检索段落，共{len(rows)}段")


def show_repairs(document: Document) -> None:
    """Show what cleaning changed on the way from the file to the text, so that nothing is lost unseen."""
    counts = Counter(repair.kind for repair in document.repairs)
    if not counts:
        st.info("这份文件没有需要整理的地方。", icon=":material/info:")
        return
    st.caption(f"读取文件时共整理{len(document.repairs)}处；␣ □ 为空格，⏎ 为换行，⇥ 为制表符。")
    labels = {kind: f"{REPAIRS.get(kind, kind)} {count}" for kind, count in counts.most_common()}
    chosen = st.pills("种类", list(labels), format_func=labels.__getitem__, key="repair_kind")
    rows = [
        {
            "种类": REPAIRS.get(r.kind, r.kind),
            **({"页码": r.page} if document.page_starts else {}),
            "整理前": _visible(r.before),
            "整理后": _visible(r.after),
        }
        for r in document.repairs
        if chosen in (None, r.kind)
    ]
    st.dataframe(rows, hide_index=True, alt=f"整理记录，共{len(rows)}处")


def _visible(text: str) -> str:
    """Show blanks and line ends, which most repairs are about."""
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}……").translate(BLANKS)
