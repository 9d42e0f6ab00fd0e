"""The audit log on the page: filtered, looked through, exported, checked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, TypedDict

import streamlit as st

from kb.export import to_json, to_xlsx
from kb.views.account import door
from kb.views.downloads import file_button
from kb.views.words import plain, word
from kb.workspace.printed import NAMES, NOTES, audit_rows, local_time, notes

MOST = 500  # entries shown; a download has all


class Wanted(TypedDict):
    """What the filters ask for, as ``Audit.entries`` takes it."""

    since: str
    user: str
    action: str


WIDTHS = {"subject": 250, "details": 190}  # pixels; all columns are in view on a desktop
COLUMNS = ("number", "at", "name", "door", "address", "action", "outcome", "subject", "details")


def show_audit() -> None:
    """Show the entries that the filters keep, the ways to take them along, and whether the log is whole."""
    st.caption(word("admin.privacy"))
    wanted = _filters()
    records = door().audit.entries(**wanted, limit=MOST)
    if not records:
        st.info(word("admin.none"), icon=":material/search_off:")
    else:
        st.caption(word("admin.shown", count=len(records)))
        st.dataframe(
            [_shown(record) for record in records], hide_index=True, width="stretch",
            column_config={
                name: st.column_config.Column(plain(f"column.{name}"), width=WIDTHS.get(name)) for name in COLUMNS
            },
        )  # fmt: skip
    with st.container(horizontal=True):
        name = f"audit-{datetime.now():%Y%m%d}"
        log, said = door().audit, ",".join(filter(None, (wanted["since"], wanted["user"], wanted["action"])))
        file_button(
            word("admin.download"), f"{name}.xlsx", lambda: to_xlsx(audit_rows(log.entries(**wanted))),
            key="audit_xlsx", subject=f"audit {said}",
        )  # fmt: skip
        file_button(
            word("admin.download_all"), f"{name}.json", lambda: to_json(log.entries(**wanted)),
            key="audit_json", subject=f"audit {said}",
        )  # fmt: skip
        if st.button(word("admin.verify"), icon=":material/verified:", key="audit_verify"):
            st.session_state["verdict"] = door().audit.verify()
    _verdict()


def _filters() -> Wanted:
    """Show the filters and return what they ask for."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit_filters"):
        since: date | None = st.date_input(word("admin.since"), None, key="audit_since", width=180)
        names = [entry.account.name for entry in door().accounts.list()]
        user = st.selectbox(
            word("admin.user"), names, None, placeholder=plain("admin.all"), key="audit_user", width=180
        )
        action = st.selectbox(
            word("admin.action"), list(NAMES), None, format_func=_action, placeholder=plain("admin.all"),
            key="audit_action", width=180,
        )  # fmt: skip
    begun = datetime.combine(since, time()).astimezone(UTC).isoformat() if since else ""
    return {"since": begun, "user": user or "", "action": action or ""}


def _action(action: str) -> str:
    return plain(f"action.{action}") if action in NAMES else action


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as a row of the table, its codes as words."""
    said = {name: plain(f"note.{name}") for name in NOTES} | {"comma": plain("list.comma")}
    row = {name: record[name] for name in COLUMNS}
    return {
        **row, "at": local_time(record["at"]), "action": _action(record["action"]),
        "outcome": plain(f"outcome.{record['outcome']}"), "door": plain(f"door.{record['door']}"),
        "details": notes(record["details"], said),
    }  # fmt: skip


def _verdict() -> None:
    verdict = st.session_state.get("verdict")
    if verdict is None:
        return
    for fault in verdict.faults:
        st.error(word("admin.broken", fault=fault), icon=":material/gpp_bad:")
    if not verdict.faults:
        st.success(word("admin.sound", count=verdict.entries), icon=":material/verified_user:")
    st.caption(word("admin.head"))
    st.code(f"{verdict.head[0]}:{verdict.head[1]}", language=None, wrap_lines=True)
