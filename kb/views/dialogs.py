"""What is done to a filed document, each asked for in a dialog: set right, replaced by a newer file, removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

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
from kb.views.words import plain, word


def show_actions(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Offer the original and what can be done with the document; show the dialog that is open."""
    with st.container(horizontal=True, gap="xsmall", key="actions"):
        _download(kb, card)
        _action(":material/edit:", "amend", card)
        _action(":material/swap_horiz:", "replace", card)
        _action(":material/delete:", "remove", card)
    what, doc_id = st.session_state.get("doing", ("", ""))
    if doc_id == card.doc_id and may(what):
        shown, width = DIALOGS[what]
        st.dialog(plain(f"dialog.title_{what}"), width=width, on_dismiss=_close)(shown)(kb, card)


def _action(icon: str, what: str, card: DocumentCard) -> None:
    if may(what):
        st.button(word(f"dialog.{what}"), icon=icon, key=what, on_click=_begin, args=(what, card.doc_id))


def _begin(what: str, doc_id: str) -> None:
    st.session_state["doing"] = (what, doc_id)
    st.session_state.pop("newer", None)


def _close() -> None:
    st.session_state.pop("doing", None)


def _download(kb: KnowledgeBase, card: DocumentCard) -> None:
    try:
        kept = kb.original(card.doc_id)
    except PolicyError as error:
        label = word("dialog.download")
        st.button(label, icon=":material/download:", disabled=True, help=literal(str(error)), key="no_original")
        return
    file_button(
        word("dialog.download"), card.file, kept.read_bytes, key="original", subject=card.doc_id, action="original"
    )


def _amend(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Set the facts right; what is extracted with their help follows."""
    before = facts_of(card)
    st.caption(word("dialog.amend_note"))
    after = edit_facts(f"amend_{card.doc_id}", before)
    changed = corrections(before, after)
    known = kb.corrections(card.doc_id)
    with st.container(horizontal=True):
        if st.button(word("dialog.save"), type="primary", disabled=not changed, key="amend_save"):
            _done(lambda: kb.amend_card(card.doc_id, **changed), plain("dialog.saved"))
        if known and st.button(word("dialog.undo"), key="amend_undo", help=word("dialog.undo_help")):
            _done(lambda: kb.amend_card(card.doc_id, **dict.fromkeys(known)), plain("dialog.undone"))
        _cancel()


def _replace(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Read a newer file, show what would change, and put it in the place of the old one."""
    st.markdown(word("dialog.replace_note", title=f"《{card.title}》"))
    upload = st.file_uploader(word("dialog.newer"), max_upload_size=MAX_BYTES // 2**20, key="newer_file")
    item: Item | None = st.session_state.get("newer")
    if upload and (item is None or st.session_state.get("newer_id") != upload.file_id):
        with st.spinner(word("dialog.reading")):
            item = desk.take(kb, upload.name, upload.getbuffer(), lambda step: None)
        st.session_state.update(newer=item, newer_id=upload.file_id)
    if item and item.problem:
        st.warning(literal(item.problem), icon=":material/error:")
    if item and item.same_as:
        same = word("dialog.same" if item.same_as == card.doc_id else "dialog.same_other")
        st.info(same, icon=":material/content_copy:")
    if item and item.waiting:
        _compare(item, card, kb.corrections(card.doc_id))
    with st.container(horizontal=True):
        ready = item is not None and item.waiting
        if st.button(word("dialog.replace"), type="primary", disabled=not ready, key="replace_confirm") and item:
            item.replaces = card.doc_id
            with st.spinner(word("dialog.filing")):
                desk.file(kb, item, lambda step: None)
            if item.filed:
                say(plain("dialog.replaced"))
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
    rows = [(name, old[name], new[name]) for name in ("title", "doc_number", "issuers", "date")]
    rows += [
        ("pages", str(card.pages or ""), str(len(document.page_starts) or "")),
        ("clauses", str(card.clauses), str(len(document.clauses))),
    ]
    unseen = word("document.unseen")
    shown = []
    for name, a, b in rows:
        newer = literal(b) or unseen
        row = {"": word(f"fields.{name}"), word("dialog.old"): literal(a) or unseen}
        shown.append(row | {word("dialog.new"): f"**{newer}**" if a != b else newer})
    st.table(shown, border="horizontal", hide_index=True)


def _remove(kb: KnowledgeBase, card: DocumentCard) -> None:
    """Remove the document after a second thought."""
    title = f"《{card.title}》{card.doc_number}"
    st.markdown(word("dialog.sure", title=title))
    st.caption(word("dialog.remove_note"))
    with st.container(horizontal=True):
        if st.button(word("dialog.remove"), type="primary", icon=":material/delete:", key="remove_confirm"):
            _done(lambda: _removed(kb, card), plain("dialog.removed", title=title))
        _cancel()


def _removed(kb: KnowledgeBase, card: DocumentCard) -> None:
    kb.remove(card.doc_id)
    look_away()


def _done(change: Callable[[], object], said: str) -> None:
    """Make a change, close the dialog and say so; what prevents it is said in the dialog."""
    try:
        with st.spinner(word("dialog.saving")):
            change()
    except PolicyError as error:
        problem(error)
    else:
        say(said)
        _close()
        st.rerun()


def _cancel() -> None:
    if st.button(word("dialog.cancel"), type="tertiary", key="cancel"):
        _close()
        st.rerun()


DIALOGS: dict[str, tuple[Callable[[KnowledgeBase, DocumentCard], None], Literal["small", "medium"]]] = {
    "amend": (_amend, "medium"), "replace": (_replace, "medium"), "remove": (_remove, "small"),
}  # fmt: skip
"""By action, what shows its dialog and how wide that is."""
