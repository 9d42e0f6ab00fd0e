"""Which documents a document names, and which of the library name it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from ingest.document import Document, Reference
from kb.results import DocumentCard
from kb.views.literal import literal
from kb.views.session import Place, address_name, look_at, open_document

KINDS = {"implements": "依据、贯彻", "amends": "修改", "repeals": "废止", "cites": "提及"}
MARKS = re.compile(r"[\s\[\](){}〔〕〖〗【】《》“”\"']")


def show_relations(document: Document, card: DocumentCard, cards: Sequence[DocumentCard]) -> None:
    """Show both directions; what the library holds is a link, and each mention leads to its clause."""
    held = {key: other.doc_id for other in cards for key in _keys(other) if other.doc_id != card.doc_id}
    named = _named(document)
    st.markdown(f"**本文提到的文件** {len(named)}")
    for number, reference in enumerate(named):
        _mention(document, reference, held, number)
    naming = [(other, kinds) for other in cards if (kinds := _kinds(other, card)) and other.doc_id != card.doc_id]
    st.markdown(f"**库中提到本文的文件** {len(naming)}")
    for other, kinds in naming:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.badge(kinds, color="gray")
            name = literal(f"《{other.title}》{other.doc_number}")
            key = f"naming_{other.doc_id}"
            st.button(name, type="tertiary", wrap=True, key=key, on_click=open_document, args=(other.doc_id,))


def _named(document: Document) -> list[Reference]:
    """Return the first mention of each document with each kind of mention, parents first."""
    first: dict[tuple[str, str], Reference] = {}
    for reference in document.references:
        first.setdefault((reference.kind, _key(reference.number) or _key(reference.title)), reference)
    order = list(KINDS)
    return sorted(first.values(), key=lambda reference: order.index(reference.kind))


def _mention(document: Document, reference: Reference, held: Mapping[str, str], number: int) -> None:
    """Show one document that is named: what is done to it, its name, where it is named."""
    doc_id = held.get(_key(reference.number)) or held.get(_key(reference.title))
    name = literal((f"《{reference.title}》" if reference.title else "") + reference.number)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.badge(KINDS[reference.kind], color="gray")
        if doc_id:
            key = f"named_{number}"
            st.button(name, type="tertiary", wrap=True, key=key, on_click=open_document, args=(doc_id,))
        else:
            st.markdown(name, width="content")
        st.button(
            f"见{literal(address_name(reference.path))}", type="tertiary", key=f"mention_{number}",
            icon=":material/article:", help="在条文中查看", on_click=show_in_outline,
            args=(Place(document.source.doc_id, reference.path, reference.span),),
        )  # fmt: skip


def show_in_outline(place: Place) -> None:
    """Turn to the outline of the document shown, at this place."""
    st.session_state["library_part"] = "outline"
    look_at(place)


def _kinds(other: DocumentCard, card: DocumentCard) -> str:
    """Say how ``other`` names the document of ``card``; empty where it does not."""
    keys = set(_keys(card))
    by_kind = {"implements": other.implements, "amends": other.amends, "cites": other.cites}
    said = [kind for kind, names in by_kind.items() if any(_key(name) in keys for name in names)]
    return "；".join("修改或废止" if kind == "amends" else KINDS[kind] for kind in said)


def _keys(card: DocumentCard) -> Iterator[str]:
    yield from filter(None, (_key(card.doc_number), _key(card.title)))


def _key(name: str) -> str:
    """Return a 文号 or title without blanks and brackets, full- and half-width alike.

    >>> _key("晋政发〔２０２２〕25 号"), _key("《某市“十四五”方案（试行）》")
    ('晋政发202225号', '某市十四五方案试行')
    """
    return MARKS.sub("", unicodedata.normalize("NFKC", name))
