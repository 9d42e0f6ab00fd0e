"""Files that a page offers: made when asked for, named after what they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Literal

import streamlit as st

from kb.export import to_csv, to_docx, to_xlsx
from kb.ledger import Record
from kb.views.account import taken
from kb.views.desk import safe_name
from kb.views.words import plain, word

MIMES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
}
OCTETS = "application/octet-stream"  # of a file handed in: browsers keep it, and show nothing of it
LONGEST = 40  # characters of a title in the name of a file
FROZEN = {"matrix": 3}  # columns that stay in view: number, clause, task
Sheet = tuple[str, str, Callable[[], Sequence[Record]]]


def file_button(
    label: str, name: str, make: Callable[[], bytes], *, key: str, subject: str = "", action: str = "export",
    icon: str = ":material/download:", kind: Literal["secondary", "tertiary"] = "secondary",
    width: Literal["content", "stretch"] = "content",
) -> None:  # fmt: skip
    """Show a button that makes a file when it is pressed; that it was taken is logged under ``subject`` or its name."""
    mime = MIMES.get(PurePath(name).suffix, OCTETS) if action == "export" else OCTETS
    st.download_button(
        label, taken(action, subject or name, make), name, mime, icon=icon, on_click="ignore", key=key, type=kind,
        width=width,
    )  # fmt: skip


def offer(page: str, name: str, sheets: Sequence[Sheet]) -> None:
    """Show a button for each sheet: its word under ``file``, the suffix, and what gives its rows."""
    with st.container(horizontal=True, gap="small", key=f"{page}_files"):
        for what, suffix, rows in sheets:
            file, label = file_name(name, plain(f"file.{what}"), suffix), word(f"file.{what}") + f" {suffix}"
            file_button(label, file, _maker(name, what, suffix, rows), key=f"{page}_{what}_{suffix[1:]}")


def file_name(name: str, what: str, suffix: str) -> str:
    """Return a name that any disk takes and that says what the file holds, of which document.

    >>> file_name("某市节水方案", "责任矩阵", ".xlsx"), len(file_name("长" * 90, "责任矩阵", ".xlsx"))
    ('某市节水方案-责任矩阵.xlsx', 50)
    """
    return safe_name(f"{name[:LONGEST]}-{what}{suffix}")


def _maker(name: str, what: str, suffix: str, rows: Callable[[], Sequence[Record]]) -> Callable[[], bytes]:
    """Return what makes the file, in the language in which it was offered: a download has no page around it."""
    title = plain(f"file.{what}")

    def make() -> bytes:
        if suffix == ".csv":
            return to_csv(rows())
        return (
            to_docx(rows(), f"{name}{title}")
            if suffix == ".docx"
            else to_xlsx(rows(), title, frozen=FROZEN.get(what, 0))
        )

    return make
