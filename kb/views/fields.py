"""The facts of a document that a person may set right, before it is filed or afterwards."""

from __future__ import annotations

import re

import streamlit as st

from ingest.document import Source
from ingest.manifest import ALLOWED
from kb.results import DocumentCard
from kb.views.words import plain, word

Facts = dict[str, str]  # names as in ``kb docs --json``; the issuers joined by 、

LONGEST = 300  # characters of a fact
BETWEEN = re.compile(r"[、，,；;\n]+")
SOUGHT = ("doc_number", "issuers", "date", "level")  # a document should have them


def facts_of(document: Source | DocumentCard) -> Facts:
    """Return the facts as they are known: read from a file, or filed."""
    read = isinstance(document, Source)
    dated = document.dated.isoformat() if isinstance(document, Source) and document.dated else ""
    return {
        "title": document.title,
        "doc_number": document.number if isinstance(document, Source) else document.doc_number,
        "issuers": "、".join(document.issuers),
        "date": dated if read else getattr(document, "date", None) or "",
        "level": document.level,
        "region": document.region,
        "form": document.form,
        "status": document.status,
    }


def edit_facts(key: str, facts: Facts) -> Facts:
    """Show the facts for correction and return them as they stand."""
    edited = {"title": _line("title", key, facts)}
    left, right = st.columns(2)
    with left:
        edited["doc_number"] = _line("doc_number", key, facts, plain("fields.hint_number"))
        edited["date"] = _line("date", key, facts, plain("fields.hint_date"))
        edited["region"] = _line("region", key, facts, plain("fields.hint_region"))
    with right:
        edited["issuers"] = _line("issuers", key, facts, plain("fields.hint_issuers"))
        levels = {level: plain(f"level.{level}") for level in ALLOWED["level"] if level}
        edited["level"] = _one({**levels, "": plain("fields.no_level")}, "level", key, facts)
        edited["status"] = _one({name: plain(f"standing.{name}") for name in ALLOWED["status"]}, "status", key, facts)
    forms = {form: word(f"fields.form_{form}") for form in ALLOWED["form"]}
    edited["form"] = st.radio(
        word("fields.form"), list(forms), list(forms).index(facts["form"]), format_func=forms.__getitem__,
        key=f"{key}_form", horizontal=True,
    )  # fmt: skip
    return edited


def corrections(before: Facts, after: Facts) -> dict[str, object]:
    """Return the facts that differ, as ``KnowledgeBase.file`` and ``amend_card`` take them.

    >>> corrections({"title": "甲", "issuers": "乙"}, {"title": "甲", "issuers": "乙、丙"})
    {'issuers': ['乙', '丙']}
    """
    changed = {name: value.strip() for name, value in after.items() if value.strip() != before[name]}
    listed = {name: [part.strip() for part in BETWEEN.split(value) if part.strip()] for name, value in changed.items()}
    return {name: listed[name] if name == "issuers" else value for name, value in changed.items()}


def missing(facts: Facts) -> list[str]:
    """Return the names of the facts that nobody has found."""
    return [plain(f"fields.{name}") for name in SOUGHT if not facts[name].strip()]


def _line(name: str, key: str, facts: Facts, hint: str = "") -> str:
    label = word(f"fields.{name}")
    return st.text_input(label, facts[name], LONGEST, key=f"{key}_{name}", placeholder=hint or None) or ""


def _one(options: dict[str, str], name: str, key: str, facts: Facts) -> str:
    at, label = list(options).index(facts[name]), word(f"fields.{name}")
    chosen: str = st.selectbox(label, list(options), at, format_func=options.__getitem__, key=f"{key}_{name}")
    return chosen
