"""Files into the library: handed in, read one by one, what was recognised set right, then filed.

Reading files nothing: a wrong 文号 or date is seen and mended before anybody can be told it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import PurePath

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.typing import UploadedFile

from ingest.names import visible
from ingest.progress import Step
from ingest.readers import MAX_BYTES, SUFFIXES
from kb import KnowledgeBase
from kb.results import DocumentCard
from kb.views import desk
from kb.views.address import open_document
from kb.views.desk import Item
from kb.views.fields import edit_facts, missing
from kb.views.literal import literal

MEGABYTES = MAX_BYTES // 2**20
OFTEN = 0.15  # seconds between two drawings of a step
OUTLINE = 8  # headings shown of a file that was read
NEW = ""


def show_filing(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> None:
    """Show where files are handed in, and below what has become of each."""
    handed_in = st.session_state.setdefault("handed_in", 0)
    with st.container(key="dropzone"):
        uploads = st.file_uploader(
            f"把文件拖到框内，或点“选择文件”。可一次选多个，每个不超过{MEGABYTES} MB。",
            accept_multiple_files=True, max_upload_size=MEGABYTES, key=f"upload_{handed_in}",
        )  # fmt: skip
    st.caption(f"能读的格式：{'、'.join(sorted({suffix.lstrip('.') for suffix in SUFFIXES}))}。")
    read: set[str] = st.session_state.setdefault("read", set())
    # The box is not emptied: it may show a file that was too large, which only the browser knows of.
    if new := [upload for upload in uploads if upload.file_id not in read]:
        _read(kb, new, read)
        st.rerun()
    items = desk.desk()
    if not items:
        st.caption("读取后先列出识别到的标题、文号、发文机关、日期等，核对、更正后再入库。")
        return
    _actions(kb, items)
    for item in items:
        _item(kb, item, cards)


def _read(kb: KnowledgeBase, uploads: Sequence[UploadedFile], read: set[str]) -> None:
    """Read the files that were handed in, one after the other; what is read stays should the page be left meanwhile."""
    lines = [st.empty() for _ in uploads]
    for line, upload in zip(lines, uploads, strict=True):
        line.caption(f":material/hourglass_empty: {_name(upload.name)}　等待")
    for line, upload in zip(lines, uploads, strict=True):
        item = desk.take(kb, upload.name, upload.getbuffer(), _drawn(line, upload.name))
        desk.desk().append(item)
        read.add(upload.file_id)
        done = ":material/error: {}　没有读成" if item.problem else ":material/check: {}　已读取"
        line.caption(done.format(_name(upload.name)))


def _drawn(line: DeltaGenerator, name: str) -> Callable[[Step], None]:
    """Return a listener that draws the step of one file in its line, not more often than can be seen."""
    last = 0.0

    def draw(step: Step) -> None:
        nonlocal last
        if time.monotonic() - last < OFTEN:
            return
        last = time.monotonic()
        part = f" {step.part}/{step.parts}" if step.parts > 1 else ""
        line.caption(f":material/progress_activity: {_name(name)}　{step.stage}{part}……")

    return draw


def _actions(kb: KnowledgeBase, items: Sequence[Item]) -> None:
    """Offer what concerns all files; filing goes on past a file that fails."""
    waiting = [item for item in items if item.waiting]
    with st.container(horizontal=True, vertical_alignment="center", key="filing_actions"):
        st.markdown(f"**{len(waiting)}份待入库**" if waiting else "**没有待入库的文件**")
        st.space("stretch")
        if len(waiting) < len(items):
            rest = [item for item in items if not item.waiting]
            st.button("清除已处理的", type="tertiary", on_click=_clear, args=(rest,), key="clear_done")
        if len(waiting) > 1 and st.button("全部入库", type="primary", icon=":material/done_all:", key="file_all"):
            _file(kb, waiting)
    if waiting:
        st.caption("未入库的文件只留在这个窗口里，关闭或刷新网页后需重新上传。")


def _clear(items: Sequence[Item]) -> None:
    """Forget what is settled, and give an empty box for the next files."""
    desk.put_away(items)
    st.session_state["handed_in"] += 1


def _file(kb: KnowledgeBase, items: Sequence[Item]) -> None:
    line = st.empty()
    for number, item in enumerate(items, start=1):
        line.caption(f":material/progress_activity: 正在入库 {number}/{len(items)}　{_name(item.name)}")
        desk.file(kb, item, _drawn(line, item.name))
    st.rerun()


def _item(kb: KnowledgeBase, item: Item, cards: Sequence[DocumentCard]) -> None:
    """Show one file: what became of it, or what was recognised in it."""
    held = {card.doc_id: card for card in cards}
    if item.filed:
        _settled(item, held.get(item.filed), "check_circle", "已入库")
    elif item.same_as:
        _settled(item, held.get(item.same_as), "content_copy", "库中已有内容相同的文件，没有重复入库")
    elif item.document is None:
        st.warning(literal(item.problem), icon=":material/error:")
    else:
        _review(kb, item, cards)


def _settled(item: Item, card: DocumentCard | None, icon: str, said: str) -> None:
    """Say that a file is in the library, with the way to it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"settled_{item.key}"):
        st.markdown(f":material/{icon}: {_name(item.name)}　{said}", width="content")
        if card:
            st.button(
                literal(f"《{card.title}》"), type="tertiary", wrap=True, key=f"filed_{item.key}",
                on_click=open_document, args=(card.doc_id,),
            )  # fmt: skip
        else:
            st.caption("之后又被移除", width="content")


def _review(kb: KnowledgeBase, item: Item, cards: Sequence[DocumentCard]) -> None:
    """Show what was recognised, for correction, and file it on request."""
    lacking = missing(item.facts)
    remarks = [f"未识别到{'、'.join(lacking)}"] if lacking else []
    if not item.replaces and desk.twins(item, cards):
        remarks.append("库中已有同文号或同名的文件")
    label = literal(f"《{item.facts['title']}》{item.facts['doc_number']}")
    label += f"　:gray[{_name(item.name)}]" + "".join(f"　:orange[{remark}]" for remark in remarks)
    alone = sum(other.waiting for other in desk.desk()) == 1
    key = f"review_{item.key}"
    folded = st.expander(label, icon=":material/draft:", expanded=alone, key=key, on_change="rerun")
    if not folded.open and not item.problem:
        return
    with folded:
        if item.problem:
            st.warning(literal(item.problem), icon=":material/error:")
        _recognised(item)
        item.facts = edit_facts(item.key, item.facts)
        _twin(item, cards)
        with st.container(horizontal=True):
            label = "替换原文件" if item.replaces else "入库"
            if st.button(label, type="primary", icon=":material/library_add_check:", key=f"file_{item.key}"):
                _file(kb, [item])
            _put_away(item)


def _recognised(item: Item) -> None:
    """Show what cannot be set right here: how much was read, the parents, the beginning of the outline."""
    document = item.document
    if document is None:
        return
    counts = {
        "条": len(document.clauses), "项责任": len(document.duties), "项指标": len(document.targets),
        "张表": len(document.tables), "处整理": len(document.repairs),
    }  # fmt: skip
    read = "，".join(f"{count}{what}" for what, count in counts.items() if count or what == "条")
    pages = f"{len(document.page_starts)}页，" if document.page_starts else ""
    st.caption(f"文件 {_name(item.name)}；{pages}{read}。")
    parents = dict.fromkeys(
        (f"《{r.title}》" if r.title else "") + r.number for r in document.references if r.kind == "implements"
    )
    if parents:
        st.caption(f"依据、贯彻：{literal('、'.join(parents))}")
    top = [f"{clause.label}{clause.heading}" for clause in document.clauses if clause.level == 1]
    if top:
        more = "……" if len(top) > OUTLINE else ""
        st.caption(f"目录：{'　'.join(map(literal, top[:OUTLINE]))}{more}")


def _twin(item: Item, cards: Sequence[DocumentCard]) -> None:
    """Where the library has a document of the same 文号 or title, ask whether this file takes its place."""
    found = {card.doc_id: card for card in desk.twins(item, cards)}
    if not found:
        item.replaces = NEW
        return
    names = {NEW: "作为另一份文件入库"} | {
        doc_id: f"替换库中的《{card.title}》{card.doc_number}" for doc_id, card in found.items()
    }
    at = list(names).index(item.replaces) if item.replaces in names else 0
    item.replaces = st.radio(
        "库中已有同文号或同名的文件", list(names), at, format_func=lambda doc_id: literal(names[doc_id]),
        key=f"replaces_{item.key}",
    )  # fmt: skip


def _put_away(item: Item) -> None:
    st.button("不入库", type="tertiary", on_click=desk.put_away, args=([item],), key=f"away_{item.key}")


def _name(name: str) -> str:
    return literal(visible(PurePath(name).name or name))
