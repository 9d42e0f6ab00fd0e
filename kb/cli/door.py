"""The command line's door: what is done is logged where there are accounts, or the setting ``audit`` asks for it.

Who may read the home folder may do all, so nobody signs in here; the log has the name of the system's user.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kb.settings import Settings, load_settings
from kb.workspace import Workspace
from kb.workspace.door import Door, Notes
from kb.workspace.roles import ACTIONS, Account
from kb.workspace.schema import WORKSPACE


def settings() -> Settings:
    """Return the settings of --home, KB_HOME or the project."""
    home: Path | None = click.get_current_context().find_root().obj
    return load_settings(home)


def door() -> Door:
    """Open the workspace once for the command; it is closed with it."""
    root = click.get_current_context().find_root()
    if "door" not in root.meta:
        chosen = settings()
        workspace = Workspace.open(chosen.home)
        root.call_on_close(workspace.close)
        root.meta["door"] = Door(workspace, chosen, "cli")
    opened: Door = root.meta["door"]
    return opened


def actor() -> Account:
    """Return the system's user, who may do all."""
    try:
        return Account("", getpass.getuser(), "admin")
    except (OSError, KeyError):  # a user without a name, as in some containers
        return Account("", "？", "admin")


@contextmanager
def logged(action: str, subject: str = "") -> Iterator[Notes]:
    """Log a command: a change before it is done, what only reads afterwards, with the notes that the block leaves."""
    chosen = settings()
    if not chosen.audit and not (chosen.home / WORKSPACE.file).exists():
        yield {}
    elif action in ACTIONS:
        with door().changing(actor(), action, subject):
            yield {}
    else:
        with door().asking(actor(), action, subject) as notes:
            yield notes
