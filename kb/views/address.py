"""What the page's address names, so that a link restores it: a clause looked at, a conversation, a kept answer.

``?doc=…&clause=…&at=start-end-text`` is a clause with what is highlighted in it, ``talk`` a conversation, ``answer`` a
turn of one. The address is user input: it is believed only after the library or the workspace has confirmed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from ingest.document import Span
from ingest.errors import PolicyError
from kb.results import Citation
from kb.views.session import knowledge_base

# 4993-5003, 4993-5003-22992c5a: the offsets, and the beginning of the SHA-256 of the file they were cited from
AT = re.compile(r"(\d{1,9})-(\d{1,9})(?:-([0-9a-f]{8}))?", re.ASCII)
MARK = 8  # digits of a SHA-256 that stand for a text
KEPT = ("lang", "talk", "answer")  # what stays in the address when a clause is opened or closed


@dataclass(frozen=True, slots=True)
class Place:
    """A clause of a document, and what to highlight in it: offsets in its text, or in the former ``text`` it was."""

    doc_id: str
    path: str
    quote: Span | None = None
    text: str = ""


def place_of(citation: Citation, texts: Mapping[str, str] | None = None) -> Place:
    """Return where a citation stands; ``texts`` has the SHA-256 of the texts that it was cited from."""
    text = (texts or {}).get(citation.doc_id, "")[:MARK]
    return Place(citation.doc_id, citation.path, Span(citation.start, citation.end), text)


def looked_at() -> Place | None:
    """Return the place that the address names, not yet confirmed by the library."""
    doc, path = st.query_params.get("doc", ""), st.query_params.get("clause", "")
    at = AT.fullmatch(st.query_params.get("at", ""))
    quote = Span(int(at[1]), int(at[2])) if at else None
    return Place(doc, path, quote, at[3] or "" if at else "") if doc and path else None


def look_at(place: Place) -> None:
    """Put the place into the address."""
    _go(_named(place))


def look_away() -> None:
    """Close the clause looked at."""
    _go({})


def link_to(place: Place) -> str:
    """Return the query of a link to a place."""
    return f"?{urlencode(_named(place))}"


def _named(place: Place) -> dict[str, str]:
    named = {"doc": place.doc_id, "clause": place.path}
    if place.quote is None:
        return named
    text = place.text or _text_of(place.doc_id)
    return {**named, "at": f"{place.quote.start}-{place.quote.end}{f'-{text}' if text else ''}"}


def _text_of(doc_id: str) -> str:
    """Return the mark of the text that a document has now: the link must not point into another."""
    try:
        return knowledge_base().document(doc_id).source.sha256[:MARK]
    except PolicyError:
        return ""


def open_document(doc_id: str) -> None:
    """Put a document into the address; on the library page it is shown."""
    _go({"doc": doc_id})


def talk() -> str:
    """Return the id of the conversation that the address names, or that this session had open last."""
    return st.query_params.get("talk", "") or st.session_state.get("talk", "")


def go_to_talk(conversation_id: str) -> None:
    """Put a conversation into the address, in place of what was looked at; an empty id is a new one."""
    st.session_state["talk"] = conversation_id
    keep_talk(conversation_id)
    _go({}, without=("answer",))


def keep_talk(conversation_id: str) -> None:
    """Have the address name the open conversation, so that a reload and a bookmark show it again."""
    st.session_state["talk"] = conversation_id
    if not conversation_id:
        st.query_params.pop("talk", None)
    elif st.query_params.get("talk") != conversation_id:
        st.query_params["talk"] = conversation_id


def kept_answer() -> str:
    """Return the id of the answer that the address names."""
    return st.query_params.get("answer", "")


def link_to_answer(turn_id: str) -> str:
    """Return the query of a link to a kept answer."""
    return f"?{urlencode({'answer': turn_id})}"


def _go(address: Mapping[str, str], *, without: tuple[str, ...] = ()) -> None:
    """Change the address; the language, and on the page of questions what is shown, stay in it."""
    kept = {name: st.query_params[name] for name in KEPT if name in st.query_params and name not in without}
    st.query_params.from_dict({**address, **kept})
