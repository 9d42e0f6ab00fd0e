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
from kb.views.words import plain, word

MEGABYTES = MAX_BYTES // 2**20
OFTEN = 0.15  # seconds between two drawings of a step
OUTLINE = 8  # headings shown of a file that was read
NEW = ""


def show_filing(kb: KnowledgeBase, cards: Sequence[DocumentCard]) -> None:
    """Show where files are handed in, and below what has become of each."""
    handed_in = st.session_state.setdefault("handed_in", 0)
    with st.container(key="dropzone"):
        uploads = st.file_uploader(
            word("filing.drop", size=MEGABYTES), accept_multiple_files=True, max_upload_size=MEGABYTES,
            key=f"upload_{handed_in}",
        )  # fmt: skip
    formats = sorted({suffix.lstrip(".") for suffix in SUFFIXES})
    st.caption(word("filing.formats", formats=plain("list.and").join(formats)))
    read: set[str] = st.session_state.setdefault("read", set())
    # The box is not emptied: it may show a file that was too large, which only the browser knows of.
    if new := [upload for upload in uploads if upload.file_id not in read]:
        _read(kb, new, read)
        st.rerun()
    items = desk.desk()
    if not items:
        st.caption(word("filing.intro"))
        return
    _actions(kb, items)
    for item in items:
        _item(kb, item, cards)


def _read(kb: KnowledgeBase, uploads: Sequence[UploadedFile], read: set[str]) -> None:
    """Read the files that were handed in, one after the other; what is read stays should the page be left meanwhile."""
    lines = [st.empty() for _ in uploads]
    for line, upload in zip(lines, uploads, strict=True):
        line.caption(f":material/hourglass_empty: {word('filing.waits', name=_name(upload.name))}")
    for line, upload in zip(lines, uploads, strict=True):
        item = desk.take(kb, upload.name, upload.getbuffer(), _drawn(line, upload.name))
        desk.desk().append(item)
        read.add(upload.file_id)
        icon, became = ("error", "filing.failed") if item.problem else ("check", "filing.read")
        line.caption(f":material/{icon}: {word(became, name=_name(upload.name))}")


def _drawn(line: DeltaGenerator, name: str) -> Callable[[Step], None]:
    """Return a listener that draws the step of one file in its line, not more often than can be seen."""
    last = 0.0

    def draw(step: Step) -> None:
        nonlocal last
        if time.monotonic() - last < OFTEN:
            return
        last = time.monotonic()
        said = word(
            "filing.step_part" if step.parts > 1 else "filing.step",
            name=_name(name), stage=plain(f"stage.{step.stage}"), part=step.part, parts=step.parts,
        )  # fmt: skip
        line.caption(f":material/progress_activity: {said}")

    return draw


def _actions(kb: KnowledgeBase, items: Sequence[Item]) -> None:
    """Offer what concerns all files; filing goes on past a file that fails."""
    waiting = [item for item in items if item.waiting]
    with st.container(horizontal=True, vertical_alignment="center", key="filing_actions"):
        st.markdown(word("filing.waiting" if waiting else "filing.none_waiting", count=len(waiting)))
        st.space("stretch")
        if len(waiting) < len(items):
            rest = [item for item in items if not item.waiting]
            st.button(word("filing.clear"), type="tertiary", on_click=_clear, args=(rest,), key="clear_done")
        label = word("filing.all")
        if len(waiting) > 1 and st.button(label, type="primary", icon=":material/done_all:", key="file_all"):
            _file(kb, waiting)
    if waiting:
        st.caption(word("filing.only_here"))


def _clear(items: Sequence[Item]) -> None:
    """Forget what is settled, and give an empty box for the next files."""
    desk.put_away(items)
    st.session_state["handed_in"] += 1


def _file(kb: KnowledgeBase, items: Sequence[Item]) -> None:
    line = st.empty()
    for number, item in enumerate(items, start=1):
        said = word("filing.going", at=number, count=len(items), name=_name(item.name))
        line.caption(f":material/progress_activity: {said}")
        desk.file(kb, item, _drawn(line, item.name))
    st.rerun()


def _item(kb: KnowledgeBase, item: Item, cards: Sequence[DocumentCard]) -> None:
    """Show one file: what became of it, or what was recognised in it."""
    held = {card.doc_id: card for card in cards}
    if item.filed:
        _settled(item, held.get(item.filed), "check_circle", "filing.filed")
    elif item.same_as:
        _settled(item, held.get(item.same_as), "content_copy", "filing.same")
    elif item.document is None:
        st.warning(literal(item.problem), icon=":material/error:")
    else:
        _review(kb, item, cards)


def _settled(item: Item, card: DocumentCard | None, icon: str, became: str) -> None:
    """Say that a file is in the library, with the way to it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"settled_{item.key}"):
        st.markdown(f":material/{icon}: {word(became, name=_name(item.name))}", width="content")
        if card:
            st.button(
                literal(f"《{card.title}》"), type="tertiary", wrap=True, key=f"filed_{item.key}",
                on_click=open_document, args=(card.doc_id,),
            )  # fmt: skip
        else:
            st.caption(word("filing.gone"), width="content")


def _review(kb: KnowledgeBase, item: Item, cards: Sequence[DocumentCard]) -> None:
    """Show what was recognised, for correction, and file it on request."""
    lacking = missing(item.facts)
    remarks = [word("filing.lacking", what=plain("list.and").join(lacking))] if lacking else []
    if not item.replaces and desk.twins(item, cards):
        remarks.append(word("filing.twins"))
    label = literal(f"《{item.facts['title']}》{item.facts['doc_number']}")
    label += f"　:gray[{literal(_name(item.name))}]" + "".join(f"　:orange[{remark}]" for remark in remarks)
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
            label = word("filing.replace" if item.replaces else "filing.file")
            if st.button(label, type="primary", icon=":material/library_add_check:", key=f"file_{item.key}"):
                _file(kb, [item])
            _put_away(item)


def _recognised(item: Item) -> None:
    """Show what cannot be set right here: how much was read, the parents, the beginning of the outline."""
    document = item.document
    if document is None:
        return
    counts = {
        "pages": len(document.page_starts), "clauses": len(document.clauses), "duties": len(document.duties),
        "targets": len(document.targets), "tables": len(document.tables), "repairs": len(document.repairs),
    }  # fmt: skip
    read = [plain(f"filing.count_{what}", count=n) for what, n in counts.items() if n or what == "clauses"]
    st.caption(word("filing.recognised", name=_name(item.name), what=plain("list.comma").join(read)))
    parents = dict.fromkeys(
        (f"《{r.title}》" if r.title else "") + r.number for r in document.references if r.kind == "implements"
    )
    if parents:
        st.caption(word("filing.parents", names="、".join(parents)))
    top = [f"{clause.label}{clause.heading}" for clause in document.clauses if clause.level == 1]
    if top:
        more = "……" if len(top) > OUTLINE else ""
        st.caption(word("filing.outline", headings="　".join(top[:OUTLINE]) + more))


def _twin(item: Item, cards: Sequence[DocumentCard]) -> None:
    """Where the library has a document of the same 文号 or title, ask whether this file takes its place."""
    found = {card.doc_id: card for card in desk.twins(item, cards)}
    if not found:
        item.replaces = NEW
        return
    names = {NEW: word("filing.another")} | {
        doc_id: word("filing.instead", name=f"《{card.title}》{card.doc_number}") for doc_id, card in found.items()
    }
    at = list(names).index(item.replaces) if item.replaces in names else 0
    item.replaces = st.radio(
        word("filing.twins"), list(names), at, format_func=names.__getitem__, key=f"replaces_{item.key}",
    )  # fmt: skip


def _put_away(item: Item) -> None:
    st.button(word("filing.put_away"), type="tertiary", on_click=desk.put_away, args=([item],), key=f"away_{item.key}")


def _name(name: str) -> str:
    return visible(PurePath(name).name or name)
