"""A document's outline beside the text of the chosen clause; the address follows the choice."""

from __future__ import annotations

import streamlit as st

from ingest.document import Clause, Document
from kb import KnowledgeBase
from kb.results import address_name, on_page
from kb.views.address import Place, look_at, looked_at
from kb.views.former import is_former
from kb.views.literal import literal
from kb.views.source import show_clause
from kb.views.words import plain, word

FIRST_WORDS = 16  # characters
MANY = 100  # clauses; a longer outline is shown a page at a time, so that a click does not carry all of it


@st.fragment
def show_outline(kb: KnowledgeBase, document: Document) -> None:
    """Show the outline on the left, the chosen clause on the right; a link to a clause that is not there says so."""
    chosen = _chosen(document)
    place = looked_at()
    if place and place.path != chosen.path and place.doc_id == document.source.doc_id:
        missing = word("outline.missing", title=f"《{document.source.title}》", path=place.path)
        st.warning(missing, icon=":material/link_off:")
    former = place is not None and place.doc_id == document.source.doc_id and is_former(kb, place)
    quote = place.quote if place and place.path == chosen.path and not former else None
    outline, text = st.columns([3, 4], gap="medium")
    with outline, st.container(height=560, border=True, key="outline"):
        _pick(document, chosen)
    with text, st.container(border=True):
        show_clause(kb, Place(document.source.doc_id, chosen.path, quote), go=look_at)


def _chosen(document: Document) -> Clause:
    """Return the clause that the address names, else the first."""
    place = looked_at()
    named = (clause for clause in document.clauses if place and clause.path == place.path)
    return next(named, document.clauses[0])


def _pick(document: Document, chosen: Clause) -> None:
    """Let the user choose a part of a long outline, or words to find in it, and a clause."""
    doc_id = document.source.doc_id
    shown = _shown(document, chosen)
    labels = {clause.path: _label(document, clause) for clause in shown}
    key = f"clause_of_{doc_id}"
    st.session_state[key] = chosen.path if chosen.path in labels else None

    def pick() -> None:
        if path := st.session_state[key]:
            look_at(Place(doc_id, path))

    if labels:
        st.radio(
            word("outline.label"), list(labels), format_func=labels.__getitem__, key=key, on_change=pick, index=None
        )
    else:
        st.caption(word("outline.nothing"))


def _shown(document: Document, chosen: Clause) -> list[Clause]:
    """Return the clauses to list: those with the words sought, or the part that holds the chosen one."""
    if len(document.clauses) <= MANY:
        return list(document.clauses)
    words = st.text_input(
        word("outline.find"), placeholder=plain("outline.hint", count=len(document.clauses)), live=True,
        icon=":material/search:", type="search", key="outline_words", label_visibility="collapsed",
    )  # fmt: skip
    if words and words.strip():
        sought = words.split()
        found = [c for c in document.clauses if all(one in f"{c.path} {_name(document, c)}" for one in sought)]
        st.caption(word("outline.first" if len(found) > MANY else "outline.found", count=len(found), most=MANY))
        return found[:MANY]
    return _around(document, chosen)


def _around(document: Document, chosen: Clause) -> list[Clause]:
    """Return one page of the outline: the one with the chosen clause, or the one turned to."""
    clauses = document.clauses
    pages = -(-len(clauses) // MANY)
    key = f"outline_page_{document.source.doc_id}_{chosen.path}"
    number = st.pagination(pages, default=clauses.index(chosen) // MANY + 1, key=key, max_visible_pages=5)
    return list(clauses[(number - 1) * MANY : number * MANY])


def _label(document: Document, clause: Clause) -> str:
    page = on_page(document.page_of(clause.span.start), document.source.form).replace("，", " · ")
    indent = "&emsp;" * (clause.level - 1)
    return indent + literal(f"{clause.label or address_name(clause.path)} {_name(document, clause)}{page}")


def _name(document: Document, clause: Clause) -> str:
    """Return the heading, or of a clause without one (第四条) its first words."""
    if clause.heading or not clause.label:
        return clause.heading
    words = document.slice(clause.span).strip().removeprefix(clause.label).split("\n")[0].strip()
    return words if len(words) <= FIRST_WORDS else f"{words[:FIRST_WORDS]}…"
