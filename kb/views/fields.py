"""The facts of a document that a person may set right, before it is filed or afterwards."""

from __future__ import annotations

import re

import streamlit as st

from ingest.document import Source
from ingest.manifest import ALLOWED
from kb.results import FORMS, DocumentCard
from kb.views.session import LEVELS, STANDINGS

Facts = dict[str, str]  # names as in ``kb docs --json``; the issuers joined by 、

LONGEST = 300  # characters of a fact
BETWEEN = re.compile(r"[、，,；;\n]+")
DECLARED = {status: STANDINGS[status] for status in ALLOWED["status"]}
MISSING = {"doc_number": "文号", "issuers": "发文机关", "date": "成文日期", "level": "层级"}


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
    edited = {"title": _line("标题", "title", key, facts)}
    left, right = st.columns(2)
    with left:
        edited["doc_number"] = _line("文号", "doc_number", key, facts, "例如 某政发〔2023〕15号")
        edited["date"] = _line("成文日期", "date", key, facts, "例如 2023-08-05")
        edited["region"] = _line("地区", "region", key, facts, "全国性文件留空")
    with right:
        edited["issuers"] = _line("发文机关", "issuers", key, facts, "多个机关用顿号分开")
        edited["level"] = _one("层级", {**LEVELS, "": "未定"}, "level", key, facts)
        edited["status"] = _one("状态", DECLARED, "status", key, facts)
    forms = {form: words or "全文" for form, words in FORMS.items()}
    edited["form"] = st.radio(
        "文本", list(forms), list(forms).index(facts["form"]), format_func=forms.__getitem__, key=f"{key}_form",
        horizontal=True,
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
    return [name for key, name in MISSING.items() if not facts[key].strip()]


def _line(label: str, name: str, key: str, facts: Facts, hint: str = "") -> str:
    return st.text_input(label, facts[name], LONGEST, key=f"{key}_{name}", placeholder=hint or None) or ""


def _one(label: str, options: dict[str, str], name: str, key: str, facts: Facts) -> str:
    at = list(options).index(facts[name])
    chosen: str = st.selectbox(label, list(options), at, format_func=options.__getitem__, key=f"{key}_{name}")
    return chosen
