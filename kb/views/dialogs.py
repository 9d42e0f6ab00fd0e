"""What is done to a filed document, each asked for in a dialog: set right, replaced by a newer file, removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from ingest.errors import PolicyError
from ingest.readers import MAX_BYTES
from kb import KnowledgeBase
from kb.results import DocumentCard
from kb.views import desk
from kb.views.account import may
from kb.views.address import look_away
from kb.views.desk import Item
from kb.views.downloads import file_button
from kb.views.fields import corrections, edit_facts, facts_of
from kb.views.literal import literal
from kb.views.session import problem, say


def show_actions(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Offer the original and what can be done with the document; show the dialog that is open."""
    with st.container(horizontal=True, gap="xsmall", key="actions"):
        _download(kb, card)
        _action("更正信息", ":material/edit:", "amend", card)
        _action("替换", ":material/swap_horiz:", "replace", card)
        _action("移除", ":material/delete:", "remove", card)
    dialogs = {"amend": _amend, "replace": _replace, "remove": _remove}
    what, doc_id = st.session_state.get("doing", ("", ""))
    if doc_id == card.doc_id and may(what):
        dialogs[what](kb, card)


def _action(label: str, icon: str, what: str, card: DocumentCard) -> None:
    if may(what):
        st.button(label, icon=icon, key=what, on_click=_begin, args=(what, card.doc_id))


def _begin(what: str, doc_id: str) -> None:
    st.session_state["doing"] = (what, doc_id)
    st.session_state.pop("newer", None)


def _close() -> None:
    st.session_state.pop("doing", None)


def _download(kb: KnowledgeBase, card: DocumentCard) -> None:
    try:
        kept = kb.original(card.doc_id)
    except PolicyError as error:
        st.button("下载原件", icon=":material/download:", disabled=True, help=literal(str(error)), key="no_original")
        return
    file_button("下载原件", card.file, kept.read_bytes, key="original", subject=card.doc_id, action="original")


@st.dialog("更正信息", width="medium", on_dismiss=_close)
def _amend(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Set the facts right; what is extracted with their help follows."""
    before = facts_of(card)
    st.caption("更正后的内容优先于文件所印；重新读取或替换文件后仍然有效。")
    after = edit_facts(f"amend_{card.doc_id}", before)
    changed = corrections(before, after)
    known = kb.corrections(card.doc_id)
    with st.container(horizontal=True):
        if st.button("保存", type="primary", disabled=not changed, key="amend_save"):
            _done(lambda: kb.amend_card(card.doc_id, **changed), "更正已保存。")
        if known and st.button("恢复为文件所印", key="amend_undo", help="撤销以前的全部更正"):
            _done(lambda: kb.amend_card(card.doc_id, **dict.fromkeys(known)), "已恢复为文件所印。")
        _cancel()


@st.dialog("用新文件替换", width="medium", on_dismiss=_close)
def _replace(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Read a newer file, show what would change, and put it in the place of the old one."""
    st.markdown(f"替换《{literal(card.title)}》。新文件将取代原件、条文和台账，指向本文件的链接不变。")
    upload = st.file_uploader("新文件", max_upload_size=MAX_BYTES // 2**20, key="newer_file")
    item: Item | None = st.session_state.get("newer")
    if upload and (item is None or st.session_state.get("newer_id") != upload.file_id):
        with st.spinner("正在读取……"):
            item = desk.take(kb, upload.name, upload.getbuffer(), lambda step: None)
        st.session_state.update(newer=item, newer_id=upload.file_id)
    if item and item.problem:
        st.warning(literal(item.problem), icon=":material/error:")
    if item and item.same_as:
        same = "与现在的文件内容相同，无需替换。" if item.same_as == card.doc_id else "库中另一份文件的内容与它相同。"
        st.info(same, icon=":material/content_copy:")
    if item and item.waiting:
        _compare(item, card, kb.corrections(card.doc_id))
    with st.container(horizontal=True):
        ready = item is not None and item.waiting
        if st.button("替换", type="primary", disabled=not ready, key="replace_confirm") and item:
            item.replaces = card.doc_id
            with st.spinner("正在入库……"):
                desk.file(kb, item, lambda step: None)
            if item.filed:
                say("文件已替换。")
                _close()
                st.rerun()
            st.warning(literal(item.problem), icon=":material/error:")
        _cancel()


def _compare(item: Item, card: DocumentCard, corrected: Mapping[str, object]) -> None:
    """Show the facts and counts of both files side by side, those that differ in bold; what was corrected stays."""
    document = item.document
    if document is None:
        return
    old = facts_of(card)
    new = facts_of(document.source) | {name: old[name] for name in corrected}
    names = {"title": "标题", "doc_number": "文号", "issuers": "发文机关", "date": "成文日期"}
    rows = [(name, old[key], new[key]) for key, name in names.items()]
    rows += [
        ("页数", str(card.pages or ""), str(len(document.page_starts) or "")),
        ("条款", str(card.clauses), str(len(document.clauses))),
    ]
    shown = [
        {
            "": name,
            "现有": literal(a or "未见"),
            "新文件": f"**{literal(b or '未见')}**" if a != b else literal(b or "未见"),
        }
        for name, a, b in rows
    ]
    st.table(shown, border="horizontal", hide_index=True)


@st.dialog("移除文件", on_dismiss=_close)
def _remove(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Remove the document after a second thought."""
    st.markdown(f"确定移除《{literal(card.title)}》{literal(card.doc_number)}？")
    st.caption("原件、条文、台账和索引将一并删除，不能恢复；指向它的链接将失效。可先下载原件留存。")
    with st.container(horizontal=True):
        if st.button("移除", type="primary", icon=":material/delete:", key="remove_confirm"):
            _done(lambda: _removed(kb, card), f"已移除《{card.title}》{card.doc_number}。")
        _cancel()


def _removed(kb: KnowledgeBase, card: DocumentCard) -> None:
    kb.remove(card.doc_id)
    look_away()


def _done(change: Callable[[], object], said: str) -> None:
    """Make a change, close the dialog and say so; what prevents it is said in the dialog."""
    try:
        with st.spinner("正在保存……"):
            change()
    except PolicyError as error:
        problem(error)
    else:
        say(said)
        _close()
        st.rerun()


def _cancel() -> None:
    if st.button("取消", type="tertiary", key="cancel"):
        _close()
        st.rerun()
