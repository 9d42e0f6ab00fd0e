"""Page: the documents of the library; of one document the outline and clauses, the ledgers, what cleaning changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ingest.document import Document
from kb import KnowledgeBase
from kb.export import HEADINGS, to_xlsx
from kb.ledger import duty_record, target_record
from kb.render import FORMS, STATUSES
from kb.results import DocumentCard
from kb.views.literal import literal
from kb.views.session import LEVELS, Place, address_name, knowledge_base, look_at, looked_at
from kb.views.source import show_clause

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DUTY = ("path", "task", "leads", "supports", "responsible", "local", "inherited", "deadline", "quote", "page")
TARGET = (
    "path", "indicator", "relation", "value", "value_max", "unit", "baseline_year", "deadline_year", "nature",
    "quote", "page",
)  # fmt: skip
WIDE = ("task", "indicator", "quote")  # columns of running text
REPAIRS = {
    "joined_line": "接回断行",
    "dropped_blank": "删除空格",
    "dropped_blank_line": "删除空行",
    "dropped_invisible": "删除不可见字符",
    "dropped_page_number": "删除页码",
    "dropped_running_head": "删除页眉页脚",
    "dropped_portal_line": "删除网页栏目",
    "dropped_contents": "删除目录",
    "dropped_repeated_title": "删除重复标题",
    "dropped_stray_label": "删除误入的标签",
}
BLANKS = str.maketrans({"\n": "⏎", " ": "␣", "　": "□", "\t": "⇥"})
LONGEST = 80  # characters of a repaired text shown


def main() -> None:
    """Lay out the page: the list of documents, then the chosen document."""
    st.set_page_config(layout="wide")
    kb = knowledge_base()
    # Whole texts before digests, late before early, undated last.
    cards = sorted(kb.documents(), key=lambda card: card.date or "", reverse=True)
    cards.sort(key=lambda card: card.form != "fulltext")
    st.title("文件库", anchor=False)
    _list(cards)
    document = kb.document(_chosen(cards))
    views = {
        "outline": "目录与条文",
        "duties": f"责任分工 {len(document.duties)}",
        "targets": f"量化目标 {len(document.targets)}",
        "repairs": "整理记录",
    }
    view = st.segmented_control(
        "内容", list(views), format_func=views.__getitem__, default="outline", required=True, key="library_view",
        label_visibility="collapsed",
    )  # fmt: skip
    if view == "outline":
        _outline(kb, document)
    elif view == "duties":
        _ledger("责任分工", [duty_record(document, duty) for duty in document.duties], DUTY, document.source.doc_id)
    elif view == "targets":
        _ledger("量化目标", [target_record(document, t) for t in document.targets], TARGET, document.source.doc_id)
    else:
        _repairs(document)


def _list(cards: Sequence[DocumentCard]) -> None:
    """Show the documents; a row that is picked opens that document below."""
    rows = [
        {
            "标题": card.title,
            "文号": card.doc_number,
            "日期": card.date or "未见",
            "层级": LEVELS.get(card.level, card.level),
            "文本": FORMS[card.form] or "全文",
            "状态": STATUSES[card.status] or ("已被修改" if card.amended_by else "现行"),
            "条款": card.clauses,
        }
        for card in cards
    ]

    def pick() -> None:
        for row in st.session_state["library_list"].selection.rows:
            st.session_state["library_doc"] = cards[row].doc_id

    st.caption("点选一行，在下方查看。")
    st.dataframe(
        rows, hide_index=True, key="library_list", on_select=pick, selection_mode="single-row",
        column_config={"标题": st.column_config.TextColumn(width=280)}, alt="库中文件一览",
    )  # fmt: skip


def _chosen(cards: Sequence[DocumentCard]) -> str:
    """Return the id of the document to show: the one picked, else the one the address names, else the first."""
    titles = {card.doc_id: f"《{card.title}》{card.doc_number}" for card in cards}
    if st.session_state.get("library_doc") not in titles:
        asked = st.query_params.get("doc", "")
        st.session_state["library_doc"] = asked if asked in titles else cards[0].doc_id
        if asked and asked not in titles:
            st.warning(literal(f"库中没有链接所指的文件：{asked}。下面是第一份文件。"), icon=":material/link_off:")
    st.selectbox("查看文件", list(titles), format_func=titles.__getitem__, filter_mode="contains", key="library_doc")
    return str(st.session_state["library_doc"])


def _outline(kb: KnowledgeBase, document: Document) -> None:
    """Show the outline on the left, the chosen clause on the right; the address follows."""
    pages = {c.path: document.page_of(c.span.start) for c in document.clauses}
    labels = {
        c.path: "&emsp;" * (c.level - 1)
        + literal(f"{c.label or address_name(c.path)} {c.heading} · 第{pages[c.path]}页")
        for c in document.clauses
    }
    place = looked_at()
    if "library_clause" not in st.session_state and place:
        st.session_state["library_clause"] = place.path
    if st.session_state.get("library_clause") not in labels:
        st.session_state["library_clause"] = document.clauses[0].path

    def turn(neighbour: Place) -> None:
        st.session_state["library_clause"] = neighbour.path

    outline, text = st.columns([3, 4], gap="medium")
    with outline, st.container(height=560, border=True, key="outline"):
        st.radio("目录", list(labels), format_func=labels.__getitem__, key="library_clause")
    here = Place(document.source.doc_id, st.session_state["library_clause"])
    look_at(here)
    with text, st.container(border=True):
        show_clause(kb, here, go=turn)


def _ledger(name: str, rows: Sequence[Mapping[str, Any]], keys: Sequence[str], doc_id: str) -> None:
    """Show a ledger as a table without its empty columns, and offer it as a workbook."""
    if not rows:
        st.info(f"这份文件中没有读到{name}。", icon=":material/info:")
        return
    kept = [key for key in keys if any(row[key] not in (None, "", []) for row in rows)]
    table = [{HEADINGS[key]: _cell(row[key]) for key in kept} for row in rows]
    columns = {HEADINGS[key]: st.column_config.TextColumn(width="medium") for key in WIDE}
    st.dataframe(table, hide_index=True, column_config=columns, placeholder="", alt=f"{name}台账，共{len(rows)}项")
    st.download_button(
        "下载 Excel",
        lambda: to_xlsx(rows),
        f"{doc_id}-{name}.xlsx",
        XLSX,
        icon=":material/download:",
        on_click="ignore",
    )


def _cell(value: object) -> object:
    return "、".join(map(str, value)) if isinstance(value, list) else value


def _repairs(document: Document) -> None:
    """Show what cleaning changed on the way from the file to the text, so that nothing is lost unseen."""
    counts = Counter(repair.kind for repair in document.repairs)
    if not counts:
        st.info("这份文件没有需要整理的地方。", icon=":material/info:")
        return
    st.caption(f"读取文件时共整理{len(document.repairs)}处；␣ □ 为空格，⏎ 为换行。")
    labels = {kind: f"{REPAIRS.get(kind, kind)} {count}" for kind, count in counts.most_common()}
    chosen = st.pills("种类", list(labels), format_func=labels.__getitem__, key="repair_kind")
    rows = [
        {"种类": REPAIRS.get(r.kind, r.kind), "页码": r.page, "整理前": _visible(r.before), "整理后": _visible(r.after)}
        for r in document.repairs
        if chosen in (None, r.kind)
    ]
    st.dataframe(rows, hide_index=True, alt=f"整理记录，共{len(rows)}处")


def _visible(text: str) -> str:
    """Show blanks and line ends, which most repairs are about."""
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]}……").translate(BLANKS)


main()
