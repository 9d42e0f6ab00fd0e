"""Which documents a document names, and which of the library name it."""

from __future__ import annotations

import streamlit as st

from ingest.document import Document, Reference, Span
from kb import KnowledgeBase
from kb.results import DocumentCard, address_name
from kb.views.address import Place, look_at, open_document
from kb.views.literal import literal
from kb.views.words import word

KINDS = ("implements", "amends", "repeals", "replaces", "cites")


def show_relations(kb: KnowledgeBase, document: Document, card: DocumentCard) -> None:
    """Show both directions; what the library holds is a link, and each mention leads to its clause."""
    named = _named(kb, document)
    st.markdown(word("relations.names", count=len(named)))
    for number, (reference, doc_id) in enumerate(named):
        _mention(document, reference, doc_id, number)
    others = [other for other in kb.documents() if other.doc_id != card.doc_id]
    naming = [(other, kinds) for other in others if (kinds := _kinds(kb, other, card))]
    st.markdown(word("relations.named", count=len(naming)))
    for other, kinds in naming:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            for kind in kinds:
                st.badge(word(f"relations.{kind}"), color="gray")
            name = literal(f"《{other.title}》{other.doc_number}")
            key = f"naming_{other.doc_id}"
            st.button(name, type="tertiary", wrap=True, key=key, on_click=open_document, args=(other.doc_id,))


def _named(kb: KnowledgeBase, document: Document) -> list[tuple[Reference, str | None]]:
    """Return the first mention of each document with each kind of mention, and its id if it is held; parents first."""
    first: dict[tuple[str, str], tuple[Reference, str | None]] = {}
    for reference in document.references:
        doc_id = kb.resolve(reference)
        if doc_id != document.source.doc_id:
            first.setdefault((reference.kind, doc_id or reference.number or reference.title), (reference, doc_id))
    return sorted(first.values(), key=lambda named: KINDS.index(named[0].kind))


def _mention(document: Document, reference: Reference, doc_id: str | None, number: int) -> None:
    """Show one document that is named: what is done to it, its name, where it is named."""
    name = literal((f"《{reference.title}》" if reference.title else "") + reference.number)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.badge(word(f"relations.{reference.kind}"), color="gray")
        if doc_id:
            key = f"named_{number}"
            st.button(name, type="tertiary", wrap=True, key=key, on_click=open_document, args=(doc_id,))
        else:
            st.markdown(name, width="content")
        st.button(
            word("relations.see", place=address_name(reference.path)), type="tertiary", key=f"mention_{number}",
            icon=":material/article:", help=word("relations.see_help"), on_click=show_in_outline,
            args=(Place(document.source.doc_id, reference.path, reference.span),),
        )  # fmt: skip


def show_in_outline(place: Place) -> None:
    """Turn to the outline of the document shown, at this place."""
    st.session_state["library_part"] = "outline"
    look_at(place)


def _kinds(kb: KnowledgeBase, other: DocumentCard, card: DocumentCard) -> list[str]:
    """Return how ``other`` names the document of ``card``; nothing where it does not."""
    changed = tuple(name for name in other.amends if name not in other.repeals)
    said = {"implements": other.implements, "amends": changed, "ends": other.repeals, "cites": other.cites}
    references = {kind: [Reference("", Span(0, 0), "", name, name) for name in names] for kind, names in said.items()}
    return [kind for kind, named in references.items() if card.doc_id in map(kb.resolve, named)]
